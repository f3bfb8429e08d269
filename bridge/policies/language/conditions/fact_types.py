"""What facts are, and what may be asked of each kind of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from pydantic import Field

from bridge.customers import THOUSANDTHS, Category, Presence
from bridge.decisions import Outcome
from bridge.files.positions import Path
from bridge.files.types import Flag
from bridge.policies.agreement.breaches import BreachCount, Within
from bridge.policies.agreement.facts import Facts
from bridge.policies.language.conditions import operators as ask
from bridge.policies.language.conditions.names import KnownNames
from bridge.policies.language.conditions.tree import Leaf
from bridge.policies.language.conditions.vocabulary import Fact, FactType, Operator, key, short, test_model
from bridge.tickets import Source

_TEXT_BEYOND_EQUALITY = (ask.CONTAINS, ask.STARTS, ask.ENDS, ask.MATCHES)


def _of_one_form(name: str, description: str, *operators: Operator) -> FactType:
    return FactType(annotation=short(test_model(name, description, operators)), operators=operators)


TEXT = _of_one_form(
    "TextTest",
    "A test of a text. Upper and lower case are the same; with a list, one match is enough.",
    *(ask.IS, ask.NOT, *_TEXT_BEYOND_EQUALITY, ask.IS_SET),
)


@dataclass(frozen=True, kw_only=True)
class _Reference(FactType):
    """Something of the helpdesk; the names that tests of it compare with are noted, since only the helpdesk knows them."""

    def leaves(self, fact: Fact, test: Any, path: Path, names: KnownNames) -> Iterator[Leaf]:
        for operator in self.operators:
            wanted = getattr(test, operator.name)
            if isinstance(wanted, tuple):
                names.note_names(
                    fact.name, operator.name, wanted, (*path, operator.name, 0), operator.predicate(wanted)
                )
        yield from FactType.leaves(self, fact, test, path, names)


REFERENCE = _Reference(
    annotation=TEXT.annotation,
    operators=(ask.IS_REFERENCE, ask.NOT_REFERENCE, *_TEXT_BEYOND_EQUALITY, ask.IS_SET),
)
"""A status, department, topic, priority or person: written like a text, by name or id."""

_ORDER = (ask.ABOVE, ask.AT_LEAST, ask.BELOW, ask.AT_MOST)
NUMBER = _of_one_form("NumberTest", "A test of a number.", ask.IS_NUMBER, ask.NOT_NUMBER, *_ORDER)
FIELD = _of_one_form(
    "FieldTest",
    "A test of a custom field: text, yes/no, number, version or date.",
    replace(ask.IS, takes=ask.Many[ask.Scalar]),
    replace(ask.NOT, takes=ask.Many[ask.Scalar]),
    *_TEXT_BEYOND_EQUALITY,
    *_ORDER,
    ask.BEFORE,
    ask.AFTER,
    ask.VERSION,
    ask.IS_SET,
)


def _choice(
    name: str,
    description: str,
    member: Any,
    domain: Iterable[str] | None = None,
    unread: Callable[[Any], Callable[[Any], bool]] | None = None,
) -> FactType:
    """Return the type of a value from a closed list; with `domain`, the fact always has one of these values."""
    takes = ask.Many[member]
    operators = (replace(one, takes=takes, unread=unread) for one in (ask.IS_CHOICE, ask.NOT_CHOICE))
    found = _of_one_form(name, description, *operators)
    return found if domain is None else replace(found, domain=frozenset(map(str, domain)))


_NO_CATEGORY = ""
"""The category while the registry does not say (EL-11)."""

STATUS_STATE = _choice(
    "StatusStateTest",
    "A test of what a status means to the helpdesk.",
    Literal["open", "closed", "archived", "deleted"],
)
# A helpdesk that does not tell the channel leaves the question open.
CHANNEL = _choice("ChannelTest", "A test of the channel.", Source, Source, lambda _: lambda value: value is None)
CATEGORY = _choice("CategoryTest", "A test of the customer's category.", Category, (*Category, _NO_CATEGORY))
PRESENCE = _choice("PresenceTest", "A test of how sure the registry is.", Presence, Presence)
# A check that does not apply has no outcome at all.
# An unknown one leaves the question open, unless it is asked for itself.
OUTCOME = _choice(
    "OutcomeTest",
    "A test of a check's answer.",
    Outcome,
    unread=lambda wanted: lambda value: value == Outcome.UNKNOWN and Outcome.UNKNOWN not in wanted,
)


@dataclass(frozen=True, kw_only=True)
class _Flag(FactType):
    """Yes or no, written without an operator."""

    def leaves(self, fact: Fact, test: Any, path: Path, names: KnownNames) -> Iterator[Leaf]:
        yield from ask.IS_FLAG.leaves(fact, test, path, names)


FLAG = _Flag(annotation=Flag, domain=ask.YES_NO)


@dataclass(frozen=True, kw_only=True)
class _Breaches(FactType):
    """How many finished cycles of a metric were breached for the customer, in the period of the ticket's creation and before
    it. The count is kept where units of entitlement are counted, in thousandths."""

    def leaves(self, fact: Fact, test: Any, path: Path, names: KnownNames) -> Iterator[Leaf]:
        calendar = names.calendars.get(names.zone_calendar or "")
        count = BreachCount(test.metric, test.within, "UTC" if calendar is None else calendar.zone.key)
        names.breaches[(*path, "metric")] = count
        asked = [one for one in self.operators if getattr(test, one.name) is not None]
        if not asked:
            allowed = ", ".join(one.name for one in self.operators)
            names.report("missing_key", "'breaches' does not say how many", path, f"add one of: {allowed}", key=True)
        counted = replace(fact, get=partial(_counted, count))
        yield from FactType(annotation=None, operators=self.operators).leaves(counted, test, path, names)


def _counted(count: BreachCount, facts: Facts) -> int | None:
    registry, ticket = facts.registry, facts.ticket
    if registry.taken is None or registry.customer is None:
        return None
    customer = registry.customer.id
    known = registry.taken.get(count.account(customer, ticket.created_at))
    if known is None:
        known = registry.taken.get(count.any_account(customer), 0)
    return known // THOUSANDTHS


BREACHES = _Breaches(
    annotation=test_model(
        "BreachesTest",
        "A test of how many finished cycles were breached before the ticket's creation, in the same period.",
        (ask.IS_NUMBER, *_ORDER),
        of=(Literal["customer"], Field(default="customer", description="Whose: those of the customer.")),
        metric=(str, Field(description="The metric.")),
        within=(Within, Field(description="The calendar's month, quarter or year in which the ticket was created.")),
    ),
    operators=(ask.IS_NUMBER, *_ORDER),
)

_DAYS = (ask.FROM, ask.UNTIL, ask.WEEKDAY)
_HOURS = (ask.INSIDE, ask.OUTSIDE)


@dataclass(frozen=True, kw_only=True)
class _Moment(FactType):
    """An instant: days are read in the zone of the calendar that the test names, or else in that of the policy."""

    def leaves(self, fact: Fact, test: Any, path: Path, names: KnownNames) -> Iterator[Leaf]:
        own = names.calendar(test.calendar, (*path, "calendar"))
        calendar = own or names.calendars.get(names.zone_calendar or "")
        zone = UTC if calendar is None else calendar.zone
        get = fact.get
        day = replace(fact, get=lambda facts: datetime.fromtimestamp(get(facts), zone).date())
        for leaf in FactType(annotation=None, operators=_DAYS).leaves(day, test, path, names):
            yield replace(leaf, found=get)
        yield from FactType(annotation=None, operators=_HOURS).leaves(fact, test, path, names)


MOMENT = _Moment(
    annotation=test_model(
        "MomentTest",
        "A test of an instant. `from` and `until` are inclusive days.",
        (*_DAYS, *_HOURS),
        calendar=key(str, "Whose zone days are read in; the policy's own by default."),
    ),
    operators=(*_DAYS, *_HOURS),
)
