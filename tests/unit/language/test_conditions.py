"""Conditions over every part of a snapshot, the customer, the checks and the history."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.customers import Category, Certificate, Contract, Customer, Presence, RegistryAnswer
from bridge.decisions import Check, Outcome
from bridge.files.validate import validate
from bridge.files.yaml import read_yaml
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Trace
from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.language.conditions.compiled import CompiledCondition, compile_tree, compiled, smallest_change
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.names import KnownNames
from bridge.tickets import Attachment, Organization, Reference, Requester, Source, Ticket, parse_instant

CALENDAR = build_calendar({"id": "week", "zone": "Europe/Moscow", "week": {"mon-fri": "09:00-18:00"}})

TICKET = Ticket(
    id=1,
    number="1",
    rev="r",
    created_at=parse_instant("2025-04-07T07:00:00Z"),  # a Monday, 10:00 in Moscow
    source=Source.EMAIL,
    subject="Ошибка при проведении документа",
    body="После обновления не проводится документ. Версия 3.0.52.35",
    language="ru",
    status=Reference(id=1, name="Open", state="open"),
    department=Reference(id=1, name="Support"),
    topic=Reference(id=2, name="Error report"),
    priority=Reference(id=3, name="High"),
    requester=Requester(
        id=9,
        name="Иван Петров",
        email="Ivan@Farm.Example",
        fields={"phone": "12-34"},
        organization=Organization(id=3, name="Ферма", fields={"region": "Altai"}),
    ),
    attachments=(
        Attachment(name="screen.PNG", type="image/png", size=48211),
        Attachment(name="log.txt", type="text/plain", size=9),
    ),
)

CUSTOMER = Customer(
    id="c-17",
    name="Ферма",
    category=Category.COMMERCIAL,
    tier="gold",
    contracts=(
        Contract(number="1", valid_from=date(2025, 1, 1), valid_until=date(2025, 12, 31), services=("phone", "visits")),
        Contract(number="0", valid_until=date(2024, 12, 31), services=("training",)),
    ),
    certificates=(
        Certificate(kind="extended", valid_until=date(2025, 4, 7)),
        Certificate(kind="basic", valid_until=date(2025, 4, 6)),
    ),
    attributes={"manager": "Anna", "seats": "25"},
)


def facts() -> Facts:
    return Facts(
        ticket=TICKET,
        at=TICKET.created_at,
        status=TICKET.status,
        department=TICKET.department,
        topic=TICKET.topic,
        priority=TICKET.priority,
        assignee=Reference(id=4, name="Olga"),
        fields={
            "sla_set_critical": True,
            "product": "Accounting",
            "product_version": "3.0.52.35",
            "seats": "1 200,5",
            "ends": "2025-05-01T00:00:00Z",
            "day": "2025-05-01",
            "amount": 5.0,
            "empty": "",
        },
        answered=True,
        reopened_count=2,
        messages=3,
        responses=1,
        registry=RegistryAnswer(presence=Presence.FOUND, customer=CUSTOMER, curator="Olga", zone="Europe/Moscow"),
        checks={"certificate": Check(id="certificate", outcome=Outcome.WARN)},
        category="commercial",
    )


def condition(text: str, named: str = "") -> CompiledCondition:
    document = read_yaml(text.encode(), file="policies/p.yaml")
    problems = []
    model = validate(ConditionModel, document, problems)
    names = {}
    if named:
        names["other"] = validate(ConditionModel, read_yaml(named.encode(), file="policies/p.yaml"), problems)
    assert not problems, [str(problem) for problem in problems]
    scope = KnownNames(
        document=document,
        problems=problems,
        calendars={"week": CALENDAR},
        fields=frozenset(facts().fields) | {"missing"},
        checks=frozenset({"certificate", "licence"}),
        conditions=names,
        zone_calendar="week",
    )
    tree = compile_tree(model, (), scope)
    assert not problems, [str(problem) for problem in problems]
    return compiled(tree)


HOLDS = [
    "status: Open",
    "status: OPEN",
    "status: 1",
    "status: [Closed, Open]",
    "status: {not: Closed}",
    "status: {not: 2}",
    "status: {starts: op}",
    "status_state: open",
    "status_state: {not: closed}",
    "department: {not: [Development, Отдел разработки]}",
    "department: {set: true}",
    "topic: Error report",
    "topic: {contains: report}",
    "priority: [Emergency, High]",
    "priority: 3",
    "assignee: olga",
    "assignee: 4",
    "assignee: {set: true}",
    "channel: email",
    "channel: {not: [phone, other]}",
    "subject: {contains: [касса, документ]}",
    "subject: {starts: ошибка, ends: документа}",
    "subject: {matches: 'ошибка .* документа$'}",
    r"body: {matches: '(?:^|\W)\d+(\.\d+){3}(?:\W|$)'}",
    "text: {contains: проведении}",
    "text: {contains: обновления}",
    "language: ru",
    "created: {from: 2025-04-07, until: 2025-04-07}",
    "created: {weekday: mon}",
    "created: {weekday: [sat, mon], inside: week}",
    "created: {from: 2025-04-07, calendar: week}",
    "fields: {sla_set_critical: true}",
    "fields: {sla_set_critical: {not: false}}",
    "fields: {product: accounting}",
    "fields: {product: {set: true}, missing: {set: false}, empty: {set: false}}",
    "fields: {missing: {not: x}}",
    "fields: {seats: {above: 1200, at_least: 1200.5, below: 1201, at_most: 1200.5}}",
    "fields: {amount: 5}",
    "fields: {product_version: {version: {below: '3.0.100', at_least: 3.0.52}}}",
    "fields: {product_version: {version: {above: 3.0.6}}}",
    "fields: {product_version: {version: [3.0.52.35, '4.0']}}",
    "fields: {product_version: {version: {at_most: 3.0.52.35}}}",
    "fields: {product_version: {starts: '3.0'}}",
    "fields: {ends: {after: 2025-04-30, before: 2025-05-02}, day: {after: 2025-04-30}}",
    "attachments: {count: 2}",
    "attachments: {count: {at_least: 1}, name: {ends: .png}}",
    "attachments: {type: {starts: image/}, size: {above: 40000}}",
    "attachments: {name: {set: true}}",
    "attachments: {name: {not: other.png}}",
    "requester: {email: ivan@farm.example, domain: farm.example, name: {contains: петров}}",
    "requester: {fields: {phone: 12-34}}",
    "organization: {name: Ферма, fields: {region: [Altai, Kuban]}}",
    "customer: {category: [commercial, partner]}",
    "customer: {presence: found, tier: Gold, id: c-17, name: ферма, curator: Olga}",
    "customer: {services: phone}",
    "customer: {services: {not: training}}",
    "customer: {certificates: extended}",
    "customer: {attributes: {manager: anna, seats: {at_least: 25}}}",
    "check: {certificate: [warn, fail]}",
    "check: {certificate: {not: fail}, licence: {not: fail}}",
    "answered: true",
    "closed: false",
    "imported: false",
    "reopened: {at_least: 2}",
    "reopened: {not: 1}",
    "messages: 3",
    "responses: {below: 2, above: 0}",
    "all: [status: Open, priority: High]",
    "any: [status: Closed, priority: High]",
    "any: [status: Closed, status: Gone, priority: High]",
    "not: {status: Closed}",
    "not: {all: [status: Open, status: Closed]}",
    "status: Open\npriority: High\nchannel: email\nlanguage: ru\nanswered: true",
    "condition: other",
]

FAILS = [
    "status: Closed",
    "status: 2",
    "status: {not: open}",
    "status_state: closed",
    "topic: {not: Error report}",
    "topic: {set: false}",
    "priority: {contains: low}",
    "channel: web",
    "subject: {contains: касса}",
    "subject: {ends: ошибка}",
    "body: {matches: '^версия'}",
    "language: {set: false}",
    "created: {from: 2025-04-08}",
    "created: {until: 2025-04-06}",
    "created: {outside: week}",
    "created: {weekday: [sat, sun]}",
    "fields: {sla_set_critical: false}",
    "fields: {missing: x}",
    "fields: {missing: {contains: x}}",
    "fields: {missing: {above: 0}}",
    "fields: {product: {above: 0}}",
    "fields: {sla_set_critical: {above: 0}}",
    "fields: {product: {version: {below: 9}}}",
    "fields: {missing: {version: {below: 9}}}",
    "fields: {product: {before: 2099-01-01}}",
    "fields: {missing: {after: 1999-01-01}}",
    "attachments: {name: {ends: .exe}}",
    "attachments: {size: {above: 100000}}",
    "attachments: {name: {not: [screen.png, x]}}",
    "attachments: {name: {set: false}}",
    "requester: {domain: example}",
    "requester: {fields: {phone: {set: false}}}",
    "organization: {fields: {nothing: x}}",
    "customer: {category: unregistered}",
    "customer: {presence: [unknown, ambiguous]}",
    "customer: {services: training}",
    "customer: {certificates: basic}",
    "customer: {attributes: {nothing: {set: true}}}",
    "check: {certificate: pass}",
    "check: {licence: [pass, warn, fail, unknown]}",
    "answered: false",
    "closed: true",
    "imported: true",
    "reopened: 1",
    "all: [status: Open, priority: Low]",
    "all: [status: Open, priority: High, language: en, closed: false]",
    "any: [status: Closed, priority: Low, language: en]",
    "not: {status: Open}",
    "not: {any: [status: Open, status: Closed]}",
]


@pytest.mark.parametrize("text", HOLDS)
def test_condition_holds(text: str) -> None:
    assert condition(text, named="priority: High").test(facts())


@pytest.mark.parametrize("text", FAILS)
def test_condition_does_not_hold(text: str) -> None:
    assert not condition(text).test(facts())


@pytest.mark.parametrize("text", [*HOLDS, *FAILS])
def test_a_trace_tells_the_same_as_the_test(text: str) -> None:
    one = condition(text, named="priority: High")
    change = smallest_change(one, facts())
    assert (not change) is one.test(facts())
    traces = one.trace(facts())
    assert traces
    assert set(change) <= set(traces)
    assert all(not trace.held for trace in change)


def test_a_customer_who_is_not_known_has_no_services_tier_or_attributes() -> None:
    nobody = facts()
    nobody.registry = RegistryAnswer(presence=Presence.NOT_FOUND)
    for text in (
        "{services: phone}",
        "{certificates: extended}",
        "{tier: gold}",
        "{attributes: {seats: '25'}}",
        "{id: c-17}",
    ):
        assert not condition(f"customer: {text}").test(nobody)


def test_a_requester_without_organisation_has_no_organisation_name() -> None:
    alone = facts()
    alone.ticket = replace(TICKET, requester=Requester(id=1, name="x", email="x"), topic=None)
    alone.topic = None
    assert not condition("organization: {name: Ферма}").test(alone)
    assert not condition("organization: {fields: {region: Altai}}").test(alone)
    assert condition("organization: {name: {set: false}}").test(alone)
    assert condition("topic: {not: Error report}").test(alone)
    assert condition("topic: {set: false}").test(alone)


def test_the_smallest_change_names_value_found_value_wanted_and_place() -> None:
    one = condition("all:\n  - any: [{status: Closed, priority: Low}, {status: Gone}]\n  - channel: email\n")
    (change,) = smallest_change(one, facts())
    assert (change.path, change.operator, change.wanted, change.found) == ("status", "is", ("Gone",), "Open")
    assert change.at == "policies/p.yaml:2"


def test_the_smallest_change_of_a_foreign_condition_is_what_its_trace_tells() -> None:
    seen = (
        Trace(at="", path="a", operator="is", wanted=1, found=2, held=False),
        Trace(at="", path="b", operator="is", wanted=1, found=1, held=True),
    )

    class Foreign:
        def test(self, _facts: Facts) -> bool:
            return False

        def trace(self, _facts: Facts) -> tuple[Trace, ...]:
            return seen

    assert smallest_change(Foreign(), facts()) == seen[:1]


def test_under_a_not_the_trace_is_turned_round() -> None:
    (change,) = smallest_change(condition("not: {status: Open}"), facts())
    assert (change.operator, change.wanted, change.found, change.held) == ("not", ("Open",), "Open", False)
    (change,) = smallest_change(condition("not: {subject: {contains: ошибка}}"), facts())
    assert change.operator == "not contains"


def test_a_condition_tells_what_it_reads() -> None:
    one = condition("status_state: open\nfields: {product: x}\nnot: {reopened: 1, check: {certificate: fail}}")
    assert one.reads == {"status", "fields", "reopened_count", "checks"}
