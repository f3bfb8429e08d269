"""Mistakes that people make in the files of a configuration, and whether a schema alone can see them."""

from typing import NamedTuple


class Mistake(NamedTuple):
    """A text of a good file and what somebody writes in its place; `beyond` says why no schema can see it."""

    kind: str
    good: str
    bad: str
    beyond: str = ""


GOOD = {
    "policy": """\
policy: agreement
title: {ru: Соглашение, en: Agreement}
language: en
valid_from: 2026-01-01
fields: [plant]
defaults:
  calendar: week
  at_risk: 75%
  thresholds:
    - {id: early, at: 1h before, actions: [{note: Hurry}]}
    - {id: nag, at: 2h after, every: 4h, most: 5, actions: [{note: Late}]}
    - {id: again, at: 150%}
  pauses: [{while: {status: Waiting}}]
  on_reopen: new_cycle
conditions:
  urgent: {priority: [High, Emergency]}
portal: {show: [level, due]}
levels:
  silver:
    title: Silver
    person_may_choose: true
    raise: {to: gold, at: 50%, metric: resolution}
    targets:
      first_response: {by: priority, of: {High: 2h, otherwise: 8h}}
      resolution: 2wd
  gold:
    extends: silver
    title: {ru: Золотой, en: Golden, short: {ru: Зол, en: Au}}
    raise: []
    on_entry: keep_elapsed
    channels: [web, email]
    targets:
      resolution: [{when: {condition: urgent}, target: {amount: 4h, calendar: week}}, {target: none}]
      call: 30m
rules:
  - {id: top, level: gold, number: 10, when: {customer: {category: partner, tier: A}}, valid_until: 2026-12-31}
  - {id: late, level: gold, when: {created: {weekday: [sat, sun]}, reopened: {above: 2}}}
  - {id: rest, level: silver}
exceptions:
  - {id: trade-fair, level: gold, when: {answered: false}, reason: Fair, approver: Ann, until: 2026-11-30}
clocks:
  call: {title: Call, start: {event: field, field: sla_set_critical, by: agent}, stop: [response, closed], promise: sla_set_promise}
checks:
  papers: {kind: certificate, effect: limit, options: {warn_days: 30}}
  used: {kind: units, options: {taken: creation, need: 1.5}, given_back: {topic: Bug}}
  remote: {kind: condition, fails_when: {fields: {plant: closed}}, title: Access, message: No access}
""",
    "calendar": """\
id: hours
title: Hours
zone: Europe/Moscow
week: {mon-thu: ["09:00-13:00", "14:00-18:00"], fri: 09:00-16:00}
holidays: [{ru-production: true}, {dates: [05-02, 2026-12-28..2027-01-08], title: Shut}]
rules: [{off: 2026-11-05}, {work: 2026-11-07, windows: 10:00-12:00}, {short: 12-31, by: 2h}]
short_by: 1h
valid_through: 2027-12-31
""",
    "catalogue": """\
zone: UTC
products:
  farm:
    title: Farm
    names: [Farm 3]
    supported: true
    scheme: dotted
    latest: "3.2"
    families: [{id: "3", from: "3.0", below: "4.0", supported_until: 2027-01-01}]
""",
    "cases": """\
zone: Europe/Moscow
customers: {acme: {category: partner, certificates: [{number: C1, valid_until: 2027-01-01}]}}
ticket: {created: 2026-11-20 10:00, channel: web}
cases:
  - name: an answer in time
    now: 2026-11-20 12:00
    expect: {level: gold, state: running, clocks: {resolution: {state: running, target: 8h}, call: none}, checks: {papers: pass}}
""",
    "registry": """\
zone: Europe/Moscow
match: [email, domain]
default_category: commercial
stale_after_days: 7
sources:
  customers:
    kind: csv
    file: customers.csv
    delimiter: auto
    columns: {customer: Code, name: Name}
    attributes: {region: Region}
  live:
    kind: http
    url: https://crm.example/customers
    secret: {env: CRM_TOKEN}
    refresh_minutes: 15
    columns: {customer: id}
curators:
  people: {ann: {name: Ann, hours: 09:00-18:00, days: [mon, tue]}}
  absences: [{who: ann, from: 2026-12-01, until: 2026-12-05}]
""",
    "bridge": """\
version: 1
helpdesk: {url: https://help.example, key: {env: KEY}, request_seconds: 30}
state: state.sqlite3
registry: registry/registry.yaml
inputs: {product: product}
outputs: {sla_level: enforce}
guards: {level_change_percent: 30, minimum: 10}
setup: {waiting_status: true}
actions: {per_day: 100, first_run: 20, addresses: {manager: head@support.example}}
""",
}

ACROSS = "names of other places"
MEANING = "what it means"


def _of(kind: str, *texts: tuple[str, ...]) -> list[Mistake]:
    return [Mistake(kind, *text) for text in texts]


MISTAKES = [
    *_of(
        "policy",
        ("resolution: 2wd", "resolution: 2 working days"),
        ("resolution: 2wd", "resolution: 3 рабочих дня"),
        ("resolution: 2wd", "resolution: 8 hours"),
        ("resolution: 2wd", "resolution: 1.5h"),
        ("resolution: 2wd", "resolution: 8"),
        ("resolution: 2wd", "resolution: P1D"),
        ("resolution: 2wd", "resolution: 8:00"),
        ("resolution: 2wd", "resolution: 8H"),
        ("resolution: 2wd", "resolution: 1wd2h"),
        ("resolution: 2wd", "resolution: 30m1h"),
        ("resolution: 2wd", "resolution: true"),
        ("resolution: 2wd", "resolution: []"),
        ("resolution: 2wd", "resolution: {amount: 1h, by: priority, of: {High: 1h}}"),
        ("resolution: 2wd", "resolution: {by: priority}"),
        ("resolution: 2wd", "resolution: {calendar: week}"),
        ("High: 2h", "High: two hours"),
        ("target: none", "target: never"),
        ("target: none", "goal: none"),
        ("at_risk: 75%", "at_risk: 75 percent"),
        ("at_risk: 75%", "at_risk: 0.75"),
        ("at_risk: 75%", "at_risk: 0%"),
        ("at: 1h before", "at: 1 hour before"),
        ("at: 150%", "at: 1500%"),
        ("at: 150%", "at: 150"),
        ("at: 150%", "at: 150 percent"),
        ("at: 2h after", "at: 2 hours after"),
        ("at: 2h after", "at: after 2h"),
        ("at: 2h after", "at: 2h later"),
        ("at: 2h after", "at: +2h"),
        ("at: 2h after", "at: 1wd2h after"),
        ("every: 4h", "every: 4 hours"),
        ("every: 4h", "every: often"),
        ("most: 5", "most: 1"),
        ("most: 5", "most: 101"),
        ("most: 5", "most: always"),
        ("at: 50%, metric: resolution", "at: half, metric: resolution"),
        ("to: gold, at: 50%,", "at: 50%,"),
        ("at_risk: 75%", "at_risk: 150%"),
        ("at_risk: 75%", "at_risk: 1h after"),
        ("every: 4h, most: 5", "every: 4h", MEANING),
        ("every: 4h, most: 5", "most: 5", MEANING),
        ("every: 4h", "every: 0h", MEANING),
        ("at: 2h after", "at: 0h after", MEANING),
        ("at: 150%}", "at: 150%, at_risk: true}", MEANING),
        ("to: gold, at: 50%,", "to: golden, at: 50%,", ACROSS),
        ("note: Hurry", "nota: Hurry"),
        ("policy: agreement", "policy: Agreement"),
        ("policy: agreement\n", ""),
        ("  silver:", "  Silver Plus:"),
        ("id: rest", "id: остальное"),
        ("level: silver}", "level: 1}"),
        ("title: {ru: Соглашение, en: Agreement}", "title: {ru: Соглашение}"),
        ("title: {ru: Соглашение, en: Agreement}", "title: {ru: Соглашение, en: Agreement, de: Vertrag}"),
        ("show: [level, due]", "show: [level, date]"),
        ("show: [level, due]", "show: {level: true}"),
        ("portal: {show", "portal: {shown"),
        ("portal: {show: [level, due]}", "portal: [level]"),
        ("short: {ru: Зол, en: Au}", "short: {ru: Зол}"),
        ("short: {ru: Зол, en: Au}", "shorter: Au"),
        ("short: {ru: Зол, en: Au}", "short: {ru: Зол, en: Au, short: A}"),
        ("language: en", "language: english"),
        ("valid_from: 2026-01-01", "valid_from: 01.01.2026"),
        ("until: 2026-11-30", "until: 2026-13-30"),
        ("number: 10", "number: first"),
        ("number: 10", "number: 0"),
        ("channels: [web, email]", "channels: [web, fax]"),
        ("channels: [web, email]", "channels: []"),
        ("on_entry: keep_elapsed", "on_entry: keep"),
        ("person_may_choose: true", "person_may_choose: yes"),
        ("weekday: [sat, sun]", "weekday: [пт]"),
        ("above: 2", "above: many"),
        ("above: 2", "over: 2"),
        ("status: Waiting", "stats: Waiting"),
        ("status: Waiting", "status: []"),
        ("status: Waiting", "status: {}"),
        ("answered: false", "answered: нет"),
        ("category: partner", "category: vip"),
        ("tier: A", "tier: {equals: A}"),
        ("reason: Fair, ", ""),
        ("event: field", "event: fields"),
        ("by: agent", "by: agnet"),
        ("stop: [response, closed]", "stop: [answer]"),
        ("kind: certificate", "kind: certificat"),
        ("effect: limit", "effect: limited"),
        ("warn_days: 30", "warn_day: 30"),
        ("warn_days: 30", "warn_days: month"),
        ("taken: creation", "taken: created"),
        ("title: Silver", "title:"),
        (", message: No access", ""),
        ("fails_when: {fields: {plant: closed}}, ", ""),
        ("fails_when: {fields", "fails_if: {fields"),
        ("{plant: closed}", "{plant: {is: []}}"),
        ("{plant: closed}", "{plant: {below: many}}"),
        ("kind: condition", "kind: etiquette"),
        ("rules:\n", "rule:\n"),
        ("extends: silver", "extends: bronze", ACROSS),
        ("level: silver}", "level: bronze}", ACROSS),
        ("calendar: week}", "calendar: weak}", ACROSS),
        ("condition: urgent", "condition: urgently", ACROSS),
        ("resolution: 2wd", "resolutoin: 2wd", ACROSS),
        ("by: priority", "by: prioritty"),
        ("by: priority", "by: fields"),
        ("promise: sla_set_promise", "promise: promised", ACROSS),
        ("id: late", "id: top", MEANING),
        ("resolution: 2wd", "resolution: 0h", MEANING),
        ("until: 2026-11-30", "valid_from: 2026-12-01, until: 2026-11-30", MEANING),
        ("topic: Bug", "check: {papers: pass}", MEANING),
        ("{id: early, at: 1h before,", "{id: at_risk, at: 1h before,", MEANING),
    ),
    *_of(
        "calendar",
        ("zone: Europe/Moscow", "zone: Москва"),
        ("zone: Europe/Moscow", "zone: +03:00"),
        ("mon-thu:", "пн-чт:"),
        ("mon-thu:", "monday-thursday:"),
        ("fri: 09:00-16:00", "fri: 9-16"),
        ("fri: 09:00-16:00", "fri: 09:00-25:00"),
        ("fri: 09:00-16:00", "fri: 09:00"),
        ("05-02,", "02.05,"),
        ("05-02,", "05-32,"),
        ("2026-12-28..2027-01-08", "2026-12-28 - 2027-01-08"),
        ("ru-production: true", "ru-production: yes"),
        ("ru-production: true", "russia: true"),
        ("{short: 12-31, by: 2h}", "{short: 12-31}"),
        ("{short: 12-31, by: 2h}", "{short: 12-31, by: 2 часа}"),
        ("off: 2026-11-05", "off: 5 ноября"),
        ("short_by: 1h", "short_by: 1 hour"),
        ("short_by: 1h", "short_by: 1"),
        ("valid_through: 2027-12-31", "valid_through: 12-31"),
        ("id: hours\n", ""),
        ("week: {", "weeks: {"),
        ("zone: Europe/Moscow", "zone: Europe/Moskva", MEANING),
        ("fri: 09:00-16:00", "mon: 09:00-16:00", MEANING),
        ("fri: 09:00-16:00", "fri: 09:00-09:00", MEANING),
        ("[{ru-production: true}", "[{country: XX}", ACROSS),
    ),
    *_of(
        "catalogue",
        ("  farm:", "  Farm:"),
        ("supported: true", "supported: да"),
        ("scheme: dotted", "scheme: semver"),
        ("supported_until: 2027-01-01", "supported_until: 2027"),
        ('    latest: "3.2"\n', ""),
        ("names: [Farm 3]", "name: [Farm 3]"),
        ('below: "4.0"', 'below: "2.0"', MEANING),
        ('latest: "3.2"', "latest: newest", MEANING),
    ),
    *_of(
        "cases",
        ("channel: web", "channel: fax"),
        ("valid_until: 2027-01-01", "valid_until: 01.01.2027"),
        ("category: partner", "category: gold"),
        ("    now: 2026-11-20 12:00\n", ""),
        ("state: running, clocks", "state: late, clocks"),
        ("papers: pass", "papers: passed"),
        ("target: 8h", "target: 8 ч"),
        ("call: none", "call: no"),
        ("- name:", "- title:"),
        ("zone: Europe/Moscow", "zone: 3"),
    ),
    *_of(
        "registry",
        ("match: [email, domain]", "match: [email, phone]"),
        ("match: [email, domain]", "match: []"),
        ("default_category: commercial", "default_category: vip"),
        ("stale_after_days: 7", "stale_after_days: 0"),
        ("stale_after_days: 7", "stale_after_days: week"),
        ("kind: csv", "kind: xlsx"),
        ("    file: customers.csv\n", ""),
        ("    file: customers.csv\n", "    path: customers.csv\n"),
        ("delimiter: auto", "delimiter: semicolon"),
        ("name: Name}", "nmae: Name}"),
        ("{customer: Code, name: Name}", "{email: Mail}"),
        ("region: Region", "Region: Region"),
        ("url: https://crm.example/customers", "url: crm.example/customers"),
        ("url: https://crm.example/customers", "url: https://user:word@crm.example/"),
        ("secret: {env: CRM_TOKEN}", "secret: abc"),
        ("secret: {env: CRM_TOKEN}", "secret: {}"),
        ("secret: {env: CRM_TOKEN}", "secret: {env: A, file: b}"),
        ("refresh_minutes: 15", "refresh_minutes: -1"),
        ("hours: 09:00-18:00", "hours: 9-18"),
        ("days: [mon, tue]", "days: [пн]"),
        ("from: 2026-12-01", "from: 1.12.2026"),
        ("name: Ann,", "calendar: week, name: Ann,"),
        ("until: 2026-12-05", "until: 2026-11-05", MEANING),
        ("name: Ann,", "name: Ann, substitutes: bob,", ACROSS),
    ),
    *_of(
        "bridge",
        ("version: 1", "version: 2"),
        ("url: https://help.example", "url: help.example"),
        ("url: https://help.example", 'url: "https://help.example/?key=1"'),
        ("key: {env: KEY}", "key: ABCDEF"),
        ("key: {env: KEY}", "key: {env: KEY, file: key}"),
        ("key: {env: KEY}", "key: {file: 0123456789abcdef0123456789ABCDEF}"),
        ("request_seconds: 30", "request_seconds: 0"),
        ("request_seconds: 30", "request_seconds: 30s"),
        ("inputs: {product: product}", "inputs: {produkt: product}"),
        ("outputs: {sla_level: enforce}", "outputs: {sla_level: always}"),
        ("outputs: {sla_level: enforce}", "outputs: {sla_levl: enforce}"),
        ("level_change_percent: 30", "level_change_percent: 130"),
        ("level_change_percent: 30", "level_change_percent: 30%"),
        ("minimum: 10", "minimun: 10"),
        ("waiting_status: true", "waiting_status: maybe"),
        ("state: state.sqlite3", "state: [state.sqlite3]"),
        ("helpdesk: {", "help_desk: {"),
        ("actions: {per_day: 100,", "actions: {per_day: 0,"),
        ("actions: {per_day: 100,", "actions: {a_day: 100,"),
        ("first_run: 20", "first_run: some"),
        ("manager: head@support.example", "manager: head"),
        ("manager: head@support.example", "manager: Head <head@support.example>"),
        ("manager: head@support.example", "boss: head@support.example"),
    ),
]
