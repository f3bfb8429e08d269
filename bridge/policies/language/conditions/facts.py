"""The facts that a condition may look at: one row each. The model, the compiler and the reference page follow this table.

`tests/unit/language/test_vocabulary.py` holds every row to the attributes that it says it reads.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from bridge.customers import Certificate, Contract, Presence, Tracked
from bridge.files.positions import Path, hint_for
from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.checks.validity import day_of, in_force
from bridge.policies.language.conditions import fact_types as types
from bridge.policies.language.conditions.names import KnownNames
from bridge.policies.language.conditions.tree import Getter
from bridge.policies.language.conditions.vocabulary import Fact


def _known_field(name: str, path: Path, names: KnownNames) -> None:
    names.used_fields.add(name)
    if name not in names.fields:
        names.unknown_field(name, path, key=True)


def _known_check(name: str, path: Path, names: KnownNames) -> None:
    if names.checks is None:
        message = "a check cannot depend on the answer of another check"
        names.report("check_inside_check", message, path, "ask about the ticket and the customer", key=True)
    elif name not in names.checks:
        names.report("unknown_check", f"unknown check {name!r}", path, hint_for(name, names.checks), key=True)


def _customer(attribute: str) -> Getter:
    return lambda facts: getattr(facts.registry.customer, attribute, None)


def _uncounted(facts: Facts) -> bool:
    """Return whether nobody has counted what all tickets of the customer did, or who he is."""
    return facts.registry.taken is None or _silent(facts)


def _silent(facts: Facts) -> bool:
    """Return whether the registry names no customer only because it cannot tell."""
    registry = facts.registry
    return registry.customer is None and registry.presence is not Presence.NOT_FOUND


def _no_category(facts: Facts) -> bool:
    return not facts.category


def _papers(attribute: str, facts: Facts) -> tuple[Contract | Certificate, ...]:
    return getattr(facts.registry.customer, attribute, ())


def _in_force(attribute: str, facts: Facts) -> list[Any]:
    """Return the papers in force on the day of the ticket's creation, or of another instant that a check is judged at."""
    instant = facts.ticket.created_at if facts.judged_at is None else facts.judged_at
    day = day_of(instant, facts.registry.zone)
    return [one for one in _papers(attribute, facts) if in_force(one, day)]


def _services(facts: Facts) -> tuple[object, ...]:
    return tuple(service for contract in _in_force("contracts", facts) for service in contract.services)


def _certificates(facts: Facts) -> tuple[object, ...]:
    return tuple(one.kind for one in _in_force("certificates", facts))


def _unkept(papers: Tracked) -> Callable[[Facts], bool]:
    """Return whether nobody can tell the papers in force: the registry is silent, keeps none, or has an old copy only."""

    def silent(facts: Facts) -> bool:
        registry = facts.registry
        if _silent(facts) or (registry.customer is not None and papers not in registry.tracks):
            return True
        if not registry.stale or registry.as_of is None:
            return False
        # EL-11: one that ran out after the last copy of a silent registry may have been renewed meanwhile.
        copied, held = day_of(registry.as_of, registry.zone), _in_force(papers.value, facts)
        return any(in_force(one, copied) and one not in held for one in _papers(papers.value, facts))

    return silent


def _attachments(attribute: str) -> Getter:
    return lambda facts: tuple(getattr(attachment, attribute) for attachment in facts.ticket.attachments)


# Where there is no organisation, customer or check, `getattr` says that there is none of its attributes either.
# fmt: off
FACTS: tuple[Fact, ...] = (
    Fact("status", types.REFERENCE, "Status, by name or id.", attrgetter("status"), {"status"}),
    Fact("status_state", types.STATUS_STATE, "What the status means to the helpdesk.",
         attrgetter("status.state"), {"status"}),
    Fact("department", types.REFERENCE, "Department, by name or id.", attrgetter("department"), {"department"}),
    Fact("topic", types.REFERENCE, "Help topic, by name or id.", attrgetter("topic"), {"topic"}),
    Fact("priority", types.REFERENCE, "Priority, by name or id.", attrgetter("priority"), {"priority"}),
    Fact("assignee", types.REFERENCE, "The agent or team in charge.", attrgetter("assignee"), {"assignee"}),
    Fact("channel", types.CHANNEL, "How the ticket came in.", attrgetter("ticket.source"), {"ticket"}),
    Fact("subject", types.TEXT, "Subject.", attrgetter("ticket.subject"), {"ticket"}),
    Fact("body", types.TEXT, "First message as text.", attrgetter("ticket.body"), {"ticket"}),
    Fact("text", types.TEXT, "Subject and first message together.",
         lambda facts: f"{facts.ticket.subject}\n{facts.ticket.body}", {"ticket"}),
    Fact("language", types.TEXT, "The ticket's language, such as ru.", attrgetter("ticket.language"), {"ticket"}),
    Fact("created", types.MOMENT, "When the ticket was created.", attrgetter("ticket.created_at"), {"ticket"}),
    Fact("fields.NAME", types.FIELD, "Custom fields and agents' inputs by name.",
         lambda facts, name: facts.fields.get(name), {"fields"}, known=_known_field),
    Fact("attachments.count", types.NUMBER, "How many there are.", lambda facts: len(facts.ticket.attachments), {"ticket"}),
    Fact("attachments.name", types.TEXT, "A file's name.", _attachments("name"), {"ticket"}, several=True),
    Fact("attachments.type", types.TEXT, "A file's media type, such as image/png.",
         _attachments("type"), {"ticket"}, several=True),
    Fact("attachments.size", types.NUMBER, "A file's size in bytes.", _attachments("size"), {"ticket"}, several=True),
    Fact("requester.name", types.TEXT, "Name.", attrgetter("ticket.requester.name"), {"ticket"}),
    Fact("requester.email", types.TEXT, "E-mail address.", attrgetter("ticket.requester.email"), {"ticket"}),
    Fact("requester.domain", types.TEXT, "What stands behind the @ of the address.",
         lambda facts: facts.ticket.requester.email.rpartition("@")[2], {"ticket"}),
    Fact("requester.fields.NAME", types.FIELD, "The user's custom fields by name.",
         lambda facts, name: facts.ticket.requester.fields.get(name), {"ticket"}),
    Fact("organization.name", types.TEXT, "Name.",
         lambda facts: getattr(facts.ticket.requester.organization, "name", None), {"ticket"}),
    Fact("organization.fields.NAME", types.FIELD, "The organisation's custom fields by name.",
         lambda facts, name: getattr(facts.ticket.requester.organization, "fields", {}).get(name), {"ticket"}),
    Fact("customer.category", types.CATEGORY, "Category of the agreement.", attrgetter("category"), {"category"},
         silent=_no_category),
    Fact("customer.presence", types.PRESENCE,
         "How sure the registry is: found, not_found, ambiguous, or unknown without a usable registry.",
         attrgetter("registry.presence"), {"registry"}),
    Fact("customer.tier", types.TEXT, "Tier, the registry's own word.", _customer("tier"), {"registry"}, silent=_silent),
    Fact("customer.id", types.TEXT, "Id in the registry.", _customer("id"), {"registry"}, silent=_silent),
    Fact("customer.name", types.TEXT, "Name in the registry.", _customer("name"), {"registry"}, silent=_silent),
    Fact("customer.curator", types.TEXT, "The person in charge today.", attrgetter("registry.curator"), {"registry"},
         silent=_silent),
    Fact("customer.services", types.TEXT, "A service of a contract in force on the ticket's day.",
         _services, {"registry", "ticket", "judged_at"}, several=True, silent=_unkept(Tracked.CONTRACTS)),
    Fact("customer.certificates", types.TEXT, "The kind of a certificate in force on the ticket's day.",
         _certificates, {"registry", "ticket", "judged_at"}, several=True, silent=_unkept(Tracked.CERTIFICATES)),
    Fact("customer.attributes.NAME", types.FIELD, "Further columns of the registry by name.",
         lambda facts, name: getattr(facts.registry.customer, "attributes", {}).get(name), {"registry"},
         silent=_silent),
    Fact("check.NAME", types.OUTCOME, "Answers of the eligibility checks by id.",
         lambda facts, name: getattr(facts.checks.get(name), "outcome", None), {"checks"}, known=_known_check),
    Fact("breaches", types.BREACHES,
         "How many finished cycles of the customer were breached before the ticket's creation; unknown unless all are counted.",
         lambda facts: facts.registry.taken, {"registry", "ticket"}, silent=_uncounted),
    Fact("answered", types.FLAG, "An agent has answered.", attrgetter("answered"), {"answered"}),
    Fact("closed", types.FLAG, "The ticket is closed.", attrgetter("closed"), {"closed"}),
    Fact("imported", types.FLAG, "It was imported, not raised here.", attrgetter("ticket.imported"), {"ticket"}),
    Fact("reopened", types.NUMBER, "How often it was reopened.", attrgetter("reopened_count"), {"reopened_count"}),
    Fact("messages", types.NUMBER, "How many messages the customer wrote.", attrgetter("messages"), {"messages"}),
    Fact("responses", types.NUMBER, "How many answers he got.", attrgetter("responses"), {"responses"}),
)
# fmt: on

GROUPS: Mapping[str, tuple[str, str, str]] = {
    "attachments": (
        "AttachmentsTest",
        "The attachments of the first message. `name`, `type` and `size` hold when one attachment fits.",
        "Attachments of the first message.",
    ),
    "requester": ("RequesterTest", "Who asked.", "Who asked."),
    "organization": (
        "OrganizationTest",
        "The requester's organisation in the helpdesk.",
        "His organisation in the helpdesk.",
    ),
    "customer": ("CustomerTest", "The customer as the registry knows him.", "The customer in the registry."),
}
"""The keys that stand above several facts: name and description of the mapping below, and what the key means."""


def operator_title(told: str) -> Title | None:
    """Return the title of an operator by its name in traces, None for an unknown one."""
    if told.startswith("not "):
        inner = operator_title(told.removeprefix("not "))
        return inner and Title(ru=f"не {inner.ru}", en=f"not {inner.en}")
    return _TITLES.get(told)


_TITLES = {
    operator.told: operator.title for fact in FACTS for one in fact.type.operators for operator in one.compiled_as()
}
