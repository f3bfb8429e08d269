"""Agreements of other kinds, as their public texts put them, written with the documented language alone."""

from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import read_cases
from bridge.policies.trials.run import run_cases

BUSINESS = """\
id: business
zone: Europe/Berlin
week: {mon-fri: 08:00-17:00}
holidays: [{country: DE, region: BY}]
"""
ROUND_THE_CLOCK = """\
id: 24x7
zone: Europe/Berlin
week: {mon-sun: 00:00-24:00}
"""

# Priority by tier, round the clock for the highest tier and the worst priority, response and resolution, some of it in
# calendar time, a wait for the customer that stops resolution only, updates while the worst is open, and two kinds of
# certificate.
CLOUD = """\
policy: cloud
title: Cloud support plans
language: en
defaults:
  calendar: business
  at_risk: 80%
  thresholds:
    - id: last-call
      at: 15m before
      actions: [{note: Fifteen minutes left.}, {assign: Duty manager}, {email: {to: manager, text: Look at this one.}}]
conditions:
  waiting: {status: [Pending, On hold]}
  extended-cover: {customer: {certificates: [extended, platinum]}}
levels:
  basic:
    title: Basic
    targets:
      first_response:
        by: priority
        of: {P1: 8h, P2: 16h, "P3, P4": 5wd, otherwise: none}
  plus:
    title: Plus
    targets: &plus
      first_response:
        by: priority
        of:
          P1:
            by: tier
            of:
              platinum: {amount: 15m, calendar: 24x7, thresholds: [{id: at_risk, at: 50%, at_risk: true}]}
              otherwise: 1h
          P2: {by: tier, of: {platinum: 1h, gold: 2h, otherwise: 4h}}
          otherwise: 8h
      resolution:
        - when: {priority: P1, customer: {tier: platinum}}
          target: {amount: 4h, calendar: 24x7}
        - when: {priority: [P1, P2]}
          target: 3d
        - target: none
      periodic_update:
        by: priority
        of: {P1: 2h, otherwise: none}
rules:
  - {id: covered, level: plus, when: {condition: extended-cover}}
  - {id: registry-silent, level: plus, when: {customer: {presence: [unknown, ambiguous]}}}
  - {id: rest, level: basic}
clocks:
  first_response: {pauses: []}
  resolution: {pauses: [{while: {condition: waiting}}]}
checks:
  paper:
    kind: certificate
    effect: limit
    options: {kinds: [basic, extended, platinum]}
"""

CASES = """\
customers:
  bank: {tier: platinum, certificates: [{kind: platinum, valid_until: 2030-12-31}]}
  shop: {tier: gold, certificates: [{kind: extended, valid_until: 2030-12-31}]}
  kiosk: {certificates: [{kind: basic, valid_until: 2030-12-31}]}
ticket: {created: 2025-04-19 22:00, priority: P1, customer: bank}
cases:
  - name: the highest tier is answered at night on Easter Saturday
    at:
      - now: 2025-04-19 22:05
        expect: {level: plus, due: 2025-04-19 22:15, state: running, clocks: {resolution: {due: 2025-04-20 02:00}}}
      - now: 2025-04-19 22:08
        expect: {state: at_risk}
  - name: others wait for Tuesday after Easter
    ticket: {customer: shop}
    now: 2025-04-20 10:00
    expect: {due: 2025-04-22 09:00, clocks: {resolution: {due: 2025-04-22 22:00, target: 3d}}}
  - name: while the customer is asked the resolution waits and the response does not
    ticket: {customer: shop, created: 2025-04-22 08:00, priority: P2, then: [08:30 status Pending]}
    now: 2025-04-22 09:00
    expect: {due: 2025-04-22 10:00, clocks: {first_response: {state: running}, resolution: {state: paused}}}
  - name: the worst priority is reported on every two working hours
    ticket: {customer: shop, created: 2025-04-22 08:00, then: [08:30 answer, 10:00 answer]}
    now: 2025-04-22 10:30
    expect: {clocks: {periodic_update: {due: 2025-04-22 12:00, cycle: 2}}}
  - name: no target is said where there is none
    ticket: {customer: kiosk, priority: P5}
    now: 2025-04-22 10:00
    expect: {level: basic, state: none, due: none}
  - name: five working days by priority of the basic plan
    ticket: {customer: kiosk, priority: P4, created: 2025-04-22 10:00}
    now: 2025-04-22 11:00
    expect: {due: 2025-04-29 17:00}
  - name: nobody loses his plan while the registry is silent
    ticket: {customer: unknown}
    now: 2025-04-22 08:00
    expect: {level: plus, rule: registry-silent, verdict: full}
  - name: no certificate of a kind that counts limits support
    ticket: {customer: commercial}
    now: 2025-04-22 10:00
    expect: {level: basic, verdict: limited, checks: {paper: fail}}
"""


def test_a_cloud_vendors_plans_are_written_without_code() -> None:
    files = {
        "policies/cloud.yaml": CLOUD.encode(),
        "calendars/a.yaml": BUSINESS.encode(),
        "calendars/b.yaml": ROUND_THE_CLOCK.encode(),
    }
    result = compile_policy(files)
    assert [str(warning) for warning in result.warnings] == []
    report = run_cases(result.policy, [read_cases(CASES.encode(), result.policy, file="policies/cloud_test.yaml")])
    assert not report.failed, as_text(report)
    assert not report.untested


# A hosting company: one desk, hours of its own for each language, an internal clock for the second line, severity chosen
# by what the customer writes, no support for a product that is out of the catalogue.
HOSTING = """\
policy: hosting
title: {ru: Хостинг, en: Hosting}
language: en
fields: [severity]
defaults:
  calendar: business
  response:
    - {event: response, by: agent}
    - {event: note, by: agent, channel: phone}
levels:
  outage:
    title: {ru: Авария, en: Outage}
    calendar: 24x7
    on_entry: new_cycle_if_answered
    targets: {first_response: 30m, resolution: 8h, ownership: 2h}
  question:
    title: {ru: Вопрос, en: Question}
    targets: {first_response: 1wd, handover: 2h}
rules:
  - id: outage
    number: 10
    level: outage
    when:
      any:
        - fields: {severity: [critical, outage]}
        - subject: {matches: '(^|\\W)(down|unreachable|5\\d\\d errors?)(\\W|$)'}
          not: {requester: {domain: [newsletter.example]}}
  - id: night
    number: 20
    level: outage
    when: {created: {outside: business}, channel: phone}
  - {id: question, level: question}
exceptions:
  - id: migration
    level: outage
    when: {organization: {name: Museum}}
    reason: Their servers move
    approver: CTO
    valid_from: 2025-05-01
    until: 2025-05-31
clocks:
  ownership: {department: Second line}
  handover:
    title: {ru: Передача, en: Handover}
    start: {event: department, when: {department: Second line}}
    stop: [assigned, {event: response, by: agent}]
    cancel: closed
"""

HOSTING_CASES = """\
ticket: {created: 2025-04-22 10:00}
cases:
  - name: words in the subject tell an outage
    ticket: {subject: Our shop is DOWN}
    now: 2025-04-22 10:10
    expect: {level: outage, rule: outage, due: 2025-04-22 10:30}
  - name: a call at night is an outage
    ticket: {created: 2025-04-22 23:00, channel: phone}
    now: 2025-04-22 23:10
    expect: {level: outage, rule: night}
  - name: a note after a call counts as the answer
    ticket: {then: [11:00 note by phone]}
    now: 2025-04-22 12:00
    expect: {level: question, clocks: {first_response: {state: met}}}
  - name: the second line takes over within two hours
    ticket: {then: [11:00 department Second line]}
    at:
      - now: 2025-04-22 12:00
        expect: {clocks: {handover: {state: running, due: 2025-04-22 13:00}}}
  - name: while their servers move the museum comes first
    ticket: {created: 2025-05-02 10:00, organization: Museum}
    now: 2025-05-02 10:05
    expect: {level: outage, rule: migration}
  - name: the month after it does not
    ticket: {created: 2025-06-03 10:00, organization: Museum}
    now: 2025-06-03 10:05
    expect: {level: question}
"""


def test_a_hosting_companys_rules_are_written_without_code() -> None:
    files = {
        "policies/hosting.yaml": HOSTING.encode(),
        "calendars/a.yaml": BUSINESS.encode(),
        "calendars/b.yaml": ROUND_THE_CLOCK.encode(),
    }
    result = compile_policy(files)
    assert [str(warning) for warning in result.warnings] == []
    report = run_cases(
        result.policy, [read_cases(HOSTING_CASES.encode(), result.policy, file="policies/hosting_test.yaml")]
    )
    assert not report.failed, as_text(report)
    assert not report.untested
