"""The words of a condition and the facts they mean."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bridge.customers import Category, Presence
from bridge.files.positions import Path, hint_for
from bridge.policies.agreement.facts import Facts
from bridge.policies.language.conditions import model
from bridge.policies.language.conditions.leaf import Getter, Leaf
from bridge.policies.language.conditions.names import Scope
from bridge.policies.language.conditions.operators import (
    Builder,
    choice,
    each,
    each_number,
    flag,
    given,
    moment,
    number,
    reference,
    text,
    value,
)
from bridge.policies.language.conditions.predicates import text_predicate
from bridge.tickets import FieldValue, Source


def _group(builders: Mapping[str, Builder]) -> Builder:
    """Return the builder for a mapping of words."""

    def build(test: Any, path: Path, scope: Scope) -> Iterator[Leaf]:
        for name, inner in given(test):
            yield from builders[name](inner, (*path, name), scope)

    return build


def _by_name(shown: str, fields_of: Callable[[Facts], Mapping[str, FieldValue]]) -> Builder:
    """Return the builder for a mapping of free names, such as custom fields of a user."""

    def build(tests: Mapping[str, model.FieldTest], path: Path, scope: Scope) -> Iterator[Leaf]:
        for name, test in tests.items():
            yield from value(f"{shown}.{name}", _item(fields_of, name))(test, (*path, name), scope)

    return build


def _item(fields_of: Callable[[Facts], Mapping[str, FieldValue]], name: str) -> Getter:
    return lambda facts: fields_of(facts).get(name)


def _fields(tests: Mapping[str, model.FieldTest], path: Path, scope: Scope) -> Iterator[Leaf]:
    for name, test in tests.items():
        here = (*path, name)
        if name not in scope.fields:
            hint = hint_for(name, scope.fields) + "; declare other fields under 'fields:'"
            scope.report("unknown_field", f"unknown field {name!r}", here, hint, key=True)
        get = _item(lambda facts: facts.fields, name)
        yield from value(f"fields.{name}", get)(test, here, scope)


def _checks(tests: Mapping[str, Any], path: Path, scope: Scope) -> Iterator[Leaf]:
    for name, test in tests.items():
        here = (*path, name)
        if scope.checks is None:
            message = "a check cannot depend on the answer of another check"
            scope.report("check_inside_check", message, here, "ask about the ticket and the customer", key=True)
        elif name not in scope.checks:
            scope.report("unknown_check", f"unknown check {name!r}", here, hint_for(name, scope.checks), key=True)
        yield from choice(f"check.{name}", _outcome(name))(test, here, scope)


def _outcome(name: str) -> Getter:
    def get(facts: Facts) -> object:
        check = facts.checks.get(name)
        return None if check is None else check.outcome

    return get


def _organization(facts: Facts) -> str | None:
    organization = facts.ticket.requester.organization
    return None if organization is None else organization.name


def _organization_fields(facts: Facts) -> Mapping[str, FieldValue]:
    organization = facts.ticket.requester.organization
    return {} if organization is None else organization.fields


def _attributes(facts: Facts) -> Mapping[str, FieldValue]:
    customer = facts.registry.customer
    return {} if customer is None else dict(customer.attributes)


def _customer(name: str) -> Getter:
    def get(facts: Facts) -> object:
        customer = facts.registry.customer
        return None if customer is None else getattr(customer, name)

    return get


def _in_force(valid_from: date | None, valid_until: date | None, day: date) -> bool:
    return (valid_from is None or valid_from <= day) and (valid_until is None or day <= valid_until)


def _created_day(facts: Facts) -> date:
    return datetime.fromtimestamp(facts.ticket.created_at, ZoneInfo(facts.registry.zone)).date()


def _services(facts: Facts) -> tuple[object, ...]:
    customer = facts.registry.customer
    if customer is None:
        return ()
    day = _created_day(facts)
    contracts = [one for one in customer.contracts if _in_force(one.valid_from, one.valid_until, day)]
    return tuple(service for contract in contracts for service in contract.services)


def _certificates(facts: Facts) -> tuple[object, ...]:
    customer = facts.registry.customer
    if customer is None:
        return ()
    day = _created_day(facts)
    return tuple(one.kind for one in customer.certificates if _in_force(one.valid_from, one.valid_until, day))


def _attachment(name: str) -> Callable[[Facts], tuple[object, ...]]:
    return lambda facts: tuple(getattr(attachment, name) for attachment in facts.ticket.attachments)


_NO_CATEGORY = ""
"""The category while the registry does not say (EL-11)."""

BUILDERS: Mapping[str, Builder] = {
    "status": reference("status", lambda facts: facts.status),
    "status_state": choice("status_state", lambda facts: facts.status.state),
    "department": reference("department", lambda facts: facts.department),
    "topic": reference("topic", lambda facts: facts.topic),
    "priority": reference("priority", lambda facts: facts.priority),
    "assignee": reference("assignee", lambda facts: facts.assignee),
    "channel": choice("channel", lambda facts: facts.ticket.source, Source),
    "subject": text("subject", lambda facts: facts.ticket.subject),
    "body": text("body", lambda facts: facts.ticket.body),
    "text": text("text", lambda facts: f"{facts.ticket.subject}\n{facts.ticket.body}"),
    "language": text("language", lambda facts: facts.ticket.language),
    "created": moment("created", lambda facts: facts.ticket.created_at),
    "fields": _fields,
    "attachments": _group(
        {
            "count": number("attachments.count", lambda facts: len(facts.ticket.attachments)),
            "name": each("attachments.name", _attachment("name"), text_predicate),
            "type": each("attachments.type", _attachment("type"), text_predicate),
            "size": each("attachments.size", _attachment("size"), each_number),
        }
    ),
    "requester": _group(
        {
            "name": text("requester.name", lambda facts: facts.ticket.requester.name),
            "email": text("requester.email", lambda facts: facts.ticket.requester.email),
            "domain": text("requester.domain", lambda facts: facts.ticket.requester.email.rpartition("@")[2]),
            "fields": _by_name("requester.fields", lambda facts: facts.ticket.requester.fields),
        }
    ),
    "organization": _group(
        {
            "name": text("organization.name", _organization),
            "fields": _by_name("organization.fields", _organization_fields),
        }
    ),
    "customer": _group(
        {
            "category": choice("customer.category", lambda facts: facts.category, (*Category, _NO_CATEGORY)),
            "presence": choice("customer.presence", lambda facts: facts.registry.presence, Presence),
            "tier": text("customer.tier", _customer("tier")),
            "id": text("customer.id", _customer("id")),
            "name": text("customer.name", _customer("name")),
            "curator": text("customer.curator", lambda facts: facts.registry.curator),
            "services": each("customer.services", _services, text_predicate),
            "certificates": each("customer.certificates", _certificates, text_predicate),
            "attributes": _by_name("customer.attributes", _attributes),
        }
    ),
    "check": _checks,
    "answered": flag("answered", lambda facts: facts.answered),
    "closed": flag("closed", lambda facts: facts.closed),
    "imported": flag("imported", lambda facts: facts.ticket.imported),
    "reopened": number("reopened", lambda facts: facts.reopened_count),
    "messages": number("messages", lambda facts: facts.messages),
    "responses": number("responses", lambda facts: facts.responses),
}
