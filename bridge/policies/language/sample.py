"""Commented samples that use every key of the language; the reference shows them, and a test holds them complete."""

SAMPLE = """\
policy: sample                    # the id of the agreement; one configuration holds one
title: {ru: Пример, en: Sample}   # whatever people read is given in both languages, or once for both
language: en                      # where a ticket does not say its language
valid_from: 2026-01-01            # this revision governs cycles that start from this day on (inclusive)
valid_until: 2027-12-31
# extends: last-year.yaml         # take over another file and write only what changes; a key without a value removes,
#                                 # `remove: true` drops a rule
template: false                   # true: only there to be extended

fields: [contract_number, workplaces, affected, renewal]  # custom fields, beside product, product_version, ...
inputs: [approved]                # fields that count only when an agent set them, beside sla_set_*

defaults:                         # what holds where a level or a clock says nothing else
  calendar: office                # the id of a file in calendars/
  on_entry: keep_elapsed          # a ticket that changes its level keeps the time used up
  person_may_choose: false
  at_risk: 75%                    # short for a threshold of that name
  thresholds:
    - id: last-hour
      at: 1h before               # working time before the deadline, or a share such as 90%
      at_risk: false
      actions:                    # each once per cycle
        - note: {ru: Остался час., en: One hour left.}
        - assign: curator
        - priority: High
        - status: Escalated
        - reply: {ru: Мы занимаемся вашим вопросом., en: We are working on it.}
        - email: {to: manager, text: {ru: Остался час., en: One hour left.}}
  pauses:                         # while this holds the clocks stand still
    - while: {condition: waiting}
      until_customer_message: true
  on_reopen: new_cycle            # or continue, or ignore
  response:                       # what counts as an answer; this is also what holds when it is left out
    - {event: response, by: agent}

conditions:                       # named, to be used by `condition: name`
  waiting: {status: [Waiting for the customer, 7]}   # names or ids
  after-hours: {created: {outside: office}}
  paying:
    customer: {category: [commercial, partner], presence: found}

levels:
  basic:
    title: {ru: Обычный, en: Basic}
    person_may_choose: true       # agents may pick it in sla_set_level
    targets:
      first_response: 8h          # working time
      resolution: none            # no target, on purpose
  plus:
    extends: basic                # everything but what follows
    title: {ru: Расширенный, en: Plus}
    calendar: office
    on_entry: new_cycle_if_answered
    person_may_choose: false
    channels: [web, email, phone] # its rules hold for tickets that came in like this
    targets:
      first_response:             # a table by a property of the ticket or the customer, in any depth
        by: priority
        of:
          Emergency, High: {by: tier, of: {gold: 2h, otherwise: 3h}}
          otherwise: 4h
      resolution:                 # or ordered rows: the first that holds
        - when: {channel: phone}
          target: {amount: 36h calendar, calendar: office}
        - target:
            amount: 5wd
            thresholds: [{id: half, at: 50%}]
      triage: 90m
      ownership: 16h

rules:                            # the first that holds decides; numbers first, then the order here
  - id: chosen
    number: 10
    level: basic
    when: {fields: {sla_set_level: basic}}
  - id: gold
    level: plus
    valid_from: 2026-01-01
    valid_until: 2026-12-31
    when:
      condition: paying
      customer:
        tier: gold
        id: {starts: f}
        name: {not: Example}
        curator: {set: true}
        services: {contains: phone}
        certificates: extended
        attributes: {seats: {at_least: 25}}
  - id: broken
    level: plus
    when:
      any:
        - subject: {contains: [down, crash], not: test}
        - body: {matches: 'error \\d{3,}'}
        - text: {ends: "!"}
        - all:
            - not: {priority: {is: Low}}
            - answered: false
            - closed: false
            - imported: false
            - reopened: {above: 1, below: 9}
            - messages: {at_least: 3, at_most: 99}
            - responses: {not: 0}
        - status_state: open
          department: Second line
          topic: Failure
          assignee: {set: false}
          language: en
          created: {from: 2026-01-01, until: 2026-12-31, weekday: [sat, sun], inside: office, calendar: office}
        - fields:
            product: {starts: Acc, ends: ing}
            product_version: {version: {is: "6.10", above: "5.0", at_least: "5.1", below: "7.0", at_most: "6.10"}}
            workplaces: {above: 10, at_least: 11, below: 100, at_most: 99}
            affected: {matches: "every.*", contains: every}
            contract_number: {not: none, set: true}
            renewal: {after: 2025-12-31, before: 2027-01-01}
            approved: true
        - attachments: {count: {is: 12}}
        - attachments: {name: {ends: .png}, type: image/png, size: {below: 5000000}}
        - requester: {name: {set: true}, email: {ends: .example}, domain: farm.example, fields: {phone: {set: true}}}
        - organization: {name: Farm, fields: {region: Altai}}
        - check: {certificate: [fail, unknown]}
  - id: rest
    level: basic

exceptions:                       # outrank every rule, for a time, and somebody answers for them
  - id: trade-fair
    level: plus
    when: {condition: after-hours}
    reason: The stand is staffed in the evening.
    approver: Head of support
    valid_from: 2026-10-01
    until: 2026-10-05

clocks:                           # standard: first_response, next_response, periodic_update, resolution, ownership
  resolution:
    promise: sla_set_promise      # the agents' field with a date promised by hand
  ownership:
    department: [Second line]     # runs while one of them has the ticket
  triage:                         # a metric of your own
    title: {ru: Разбор, en: Triage}
    applies: {channel: {not: phone}}
    start: created
    stop: {event: priority, by: agent, channel: [web, email], when: {priority: {set: true}}}
    pauses: []
    resume: {event: message, by: customer}
    reset: {event: field, field: product}
    cancel: closed
    on_reopen: ignore
    needs_answer: false
    off_while_closed: true
    closing_finishes: false
    restart_on_stop: false

checks:                           # is the requester entitled to support
  certificate:
    kind: certificate             # each kind has options of its own
    effect: refuse                # what a failure means: refuse, limit or none
    required: true                # an unknown answer makes the verdict unknown
    deciding: created             # judged as of creation, now, or the latest reply
    when: {condition: paying}
    options: {warn_days: 30}
    remedy: {ru: Продлите сертификат., en: Please renew the certificate.}
  visits:
    kind: units                   # with `taken` the bridge counts what tickets take
    options: {unit: visits, taken: resolution, exhausted: warn}
    given_back: {fields: {sla_set_deferral: beyond_scope}}

tests:                            # cases that must hold whenever the file is loaded
  - name: a plain ticket
    ticket: {created: 2026-04-06 10:00}
    now: 2026-04-06 11:00
    expect: {level: basic, due: 2026-04-06 19:00}
"""

SAMPLE_CALENDAR = """\
id: office
title: {ru: Рабочие часы, en: Office hours}
zone: Europe/Moscow
week: {mon-fri: [09:00-13:00, 14:00-19:00]}
"""

SAMPLE_CASES = """\
zone: Europe/Moscow               # of the times below; by default the zone of the policy's calendar

customers:                        # what the registry knows, by a short name
  farm:
    name: Farm
    category: commercial
    tier: gold
    curator: Olga
    licences:
      - {product: accounting, number: A-1, valid_from: 2025-01-01, valid_until: 2026-12-31}
      - {product: payroll, blocked: false, seats: 5, seats_used: 4}
    certificates:
      - number: C-1
        product: accounting
        kind: extended
        valid_from: 2025-01-01
        valid_until: 2026-12-31
        counters: [{id: calls, unit: tickets, included: 10, period: quarter}]  # nothing used: a case has one ticket
    contracts:
      - number: K-1
        valid_from: 2025-01-01
        valid_until: 2026-12-31
        services: [phone]
        counters: [{id: visits, unit: visits, included: 2, used: 1, as_of: 2026-04-05, period: month}]
        contacts: [olga@farm.example]
        channels: [phone, email]
    attributes: {seats: "30"}

ticket:                           # what all tickets here have in common
  created: 2026-04-06 10:00
  customer: farm                  # or a category, not_found, ambiguous, unknown (no registry answers)

cases:
  - name: a case with every key
    ticket:
      channel: email
      status: Open
      department: Support
      topic: Failure
      priority: High
      subject: The program is down
      body: It stopped this morning.
      language: en
      email: olga@farm.example
      requester: {phone: 12-34}
      organization: Farm
      organization_fields: {region: Altai}
      fields: {product: accounting}
      attachments: screen.png
      imported: false
      then:
        - 10:30 note
        - 11:00 answer by email
    at:                           # several frozen times
      - now: 2026-04-06 10:15
        expect:
          level: plus
          rule: gold
          state: running
          due: 2026-04-06 11:30
          verdict: full
          category: commercial
          reason: Plus            # in the policy's language
          checks: {certificate: pass}
          reasons: {certificate: certificate_active}
          fields: {sla_level: plus}
          next_change: 2026-04-06 10:30
          clocks:
            resolution: {state: running}
            first_response:
              cycle: 1
              state: running
              started: 2026-04-06 10:00
              due: 2026-04-06 12:00
              elapsed: 15m
              remaining: 1h45m
              target: 2h
              calendar: office
              provisional: false
      - now: 2026-04-06 12:00
        expect:
          clocks: {first_response: {state: met, stopped: 2026-04-06 11:00, breached: none, cause: none}}
  - name: one frozen time is enough
    ticket: {customer: not_found}
    now: 2026-04-06 11:00
    expect: {level: basic, rule: rest}
"""
