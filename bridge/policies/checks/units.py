"""CU-6: are units of entitlement left? Which counters are a ticket's, and how much it takes of them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from pydantic import Field

from bridge.customers import THOUSANDTHS, Account, Counter
from bridge.files.types import Title
from bridge.policies.checks.answer import CheckAnswer, failed, passed, unknown, warned
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, register
from bridge.policies.checks.papers import (
    KIND_OF,
    WORDINGS_WITHOUT_PAPER,
    Paper,
    PaperOptions,
    paper_turns,
    papers_in_force,
    without_paper,
)
from bridge.policies.checks.period import period_of
from bridge.policies.checks.validity import day_after, day_of, start_of
from bridge.policies.checks.wording import wording
from bridge.tickets import FieldValue, Instant

KIND = "units"

_NOT_TAKEN = "units_not_taken"


class Exhausted(StrEnum):
    """What happens when the units of entitlement are used up (CU-6)."""

    REFUSE = "refuse"
    WARN = "warn"
    NEGATIVE = "negative"


class Taken(StrEnum):
    """When a ticket takes its units (CU-6)."""

    CREATION = "creation"
    RESOLUTION = "resolution"


class UnitsOptions(PaperOptions):
    """CU-6. With `taken` the bridge counts; without it only the registry's own count is looked at."""

    unit: str = Field(default="tickets", description="Unit of the counters to look at.")
    counter: str = Field(default="", description="Id of the one counter to look at; empty means all of that unit.")
    need: float = Field(default=1.0, ge=0, le=1e9, description="Units a ticket takes.")
    taken: Taken | None = Field(
        default=None,
        description="Count tickets, which take their units at their creation or at their resolution; left out: the "
        "registry's count alone.",
    )
    amount_field: str = Field(
        default="",
        description="Agents' field with the units that the ticket takes, such as hours; `need` until it holds a number.",
    )
    warn_left: float = Field(default=1.0, ge=0, description="Units left from which to warn.")
    exhausted: Exhausted = Field(
        default=Exhausted.REFUSE, description="Refuse (the check fails), warn, or go negative."
    )


class Entitlement(NamedTuple):
    """A counter for one period of its own; `account` may be empty where nobody counts.

    `used` is the registry's count where it says anything about this period; it is complete up to `counted_until`, and
    with None there nothing is counted on top of it.
    """

    counter: Counter
    account: Account
    used: float | None
    counted_until: Instant | None = None

    @property
    def countable(self) -> bool:
        """Return whether tickets count for it: not where the registry gives a number without its day."""
        return self.used is None or self.counted_until is not None


def answer(case: Case, options: UnitsOptions) -> CheckAnswer:
    """Return whether contract or certificate had units left when the ticket was created; unknown where nobody counts them.

    A ticket that takes none, because it gives them back or was merged, needs none either.
    """
    entitled, none = entitlements(case, options)
    if none is not None:
        return none
    takes_none = options.taken is not None and (case.gives_back or case.ticket.merged_into is not None)
    spent = _spent(entitled, options, case.registry.taken)
    if spent is None:
        return passed(_NOT_TAKEN, unit=options.unit) if takes_none else unknown("units_unknown", unit=options.unit)
    included = sum(one.counter.included for one in entitled)
    left = included - spent
    if options.taken is not None:
        spent, left = round(spent, 3), round(left, 3)
    tell, reason = (passed, _NOT_TAKEN) if takes_none else _by_what_is_left(case, options, left)
    period = entitled[0].counter.period
    return tell(reason, unit=options.unit, included=included, used=spent, left=left, period=period)


def _by_what_is_left(case: Case, options: UnitsOptions, left: float) -> tuple[Callable[..., CheckAnswer], str]:
    """Return how to answer, and the reason, for a ticket that takes units."""
    need = amount(case.inputs, options) if options.amount_field else options.need
    if left < need:
        return _WHEN_EXHAUSTED[options.exhausted]
    return (warned, "units_low") if left - need < options.warn_left else (passed, "units_left")


def _spent(entitled: Sequence[Entitlement], options: UnitsOptions, taken: Mapping[Account, int] | None) -> float | None:
    """Return how many units of all counters are used, None when one of them does not tell."""
    total: float = 0
    for one in entitled:
        count = one.used if options.taken is None else used(one, taken)
        if count is None:
            return None
        total += count
    return total


_WHEN_EXHAUSTED = {
    Exhausted.REFUSE: (failed, "units_exhausted"),
    Exhausted.WARN: (warned, "units_overdrawn"),
    Exhausted.NEGATIVE: (passed, "units_overdrawn"),
}


def entitlements(case: Case, options: UnitsOptions) -> tuple[list[Entitlement], CheckAnswer | None]:
    """Return the counters that a ticket may use, contracts' first, or the answer when there are none to look at.

    A counting check goes by the day of the ticket's creation whatever its deciding instant, and so does every period: what
    a ticket takes stays in the period in which it was created. A counter of another period says nothing; when there are
    only such ones, how much is used is unknown.
    """
    created = day_of(case.ticket.created_at, case.registry.zone)
    day = case.day if options.taken is None else created
    papers = papers_in_force(case, options, day, _COUNTERS)
    if not papers:
        return [], without_paper(case, options, day, _COUNTERS)
    asked = [(paper, one) for paper in papers for one in paper.counters if is_asked(one, options)]
    found = [_entitlement(case, options, paper, counter, created) for paper, counter in asked]
    entitled = list(filter(None, found))
    if entitled:
        return entitled, None
    return [], unknown("units_unknown", unit=options.unit) if asked else passed("units_unlimited")


_COUNTERS = attrgetter("counters")


def is_asked(counter: Counter, options: UnitsOptions) -> bool:
    """Return whether a check looks at the counter."""
    return counter.id == options.counter if options.counter else counter.unit == options.unit


def _entitlement(
    case: Case, options: UnitsOptions, paper: Paper, counter: Counter, created: date
) -> Entitlement | None:
    """Return the counter for the period of the day of creation, None when it is for another one."""
    if options.taken is None and not counter.period:
        return Entitlement(counter, "", counter.used)
    return entitlement_on(created, paper, counter, customer_id=case.customer.id, zone=case.registry.zone)


def entitlement_on(day: date, paper: Paper, counter: Counter, *, customer_id: str, zone: str) -> Entitlement | None:
    """Return the counter for its period that the day lies in, None when it is for another one."""
    period = period_of(counter, paper, day)
    if period is None:
        return None
    named = [customer_id, KIND_OF[type(paper)], paper.number, counter.id, period.key]
    account = json.dumps(named, ensure_ascii=False)
    if counter.used is None or counter.as_of is None:
        return Entitlement(counter, account, counter.used)
    if period.holds(counter.as_of):
        return Entitlement(counter, account, counter.used, start_of(day_after(counter.as_of), zone))
    # The registry's number is of another period; for this one it says nothing.
    return Entitlement(counter, account, None)


_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,6})?")


def used(one: Entitlement, taken: Mapping[Account, int] | None) -> float | None:
    """Return the units used at the ticket's creation: the registry's count and what tickets took. None when nobody counts."""
    if not one.countable:
        return one.used
    if taken is None:
        return None
    return max((one.used or 0) + taken.get(one.account, 0) / THOUSANDTHS, 0)


def amount(inputs: Mapping[str, FieldValue], options: UnitsOptions) -> float:
    """Return the units that a ticket takes: what its agents stated, else what the policy says.

    `inputs` hold agents' fields only where an agent set them. A text that is no number counts as not stated.
    """
    stated = inputs.get(options.amount_field) if options.amount_field else None
    if isinstance(stated, str) and _NUMBER.fullmatch(stated.strip()):
        return float(stated.strip().replace(",", "."))
    if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated < 1e9:
        return stated
    return options.need


WORDINGS = {
    **WORDINGS_WITHOUT_PAPER,
    "units_left": wording(
        ru="Осталось включённого объёма поддержки: {left} из {included}",
        en="{left} of {included} included units are left",
    ),
    "units_low": wording(
        ru="Включённый объём поддержки почти израсходован: осталось {left} из {included}",
        en="The included units are almost used up: {left} of {included} are left",
        mend_ru="Закажите, пожалуйста, дополнительный объём поддержки заранее.",
        mend_en="Please order further units of support in good time.",
    ),
    "units_exhausted": wording(
        ru="Включённый объём поддержки израсходован: {used} из {included}",
        en="The included units are used up: {used} of {included}",
        mend_ru="Закажите, пожалуйста, дополнительный объём поддержки.",
        mend_en="Please order further units of support.",
    ),
    "units_overdrawn": wording(
        ru="Включённый объём поддержки превышен: {used} из {included}",
        en="The included units are overdrawn: {used} of {included}",
        mend_ru="Закажите, пожалуйста, дополнительный объём поддержки.",
        mend_en="Please order further units of support.",
    ),
    _NOT_TAKEN: wording(
        ru="Обращение не расходует включённый объём поддержки", en="The ticket takes none of the included units"
    ),
    "units_unlimited": wording(ru="Объём поддержки не ограничен", en="The units of support are not limited"),
    "units_unknown": wording(
        ru="Расход включённого объёма поддержки неизвестен", en="How many of the included units are used is not known"
    ),
}

register(
    CheckKind(
        KIND,
        Title(ru="Единицы обслуживания", en="Units of entitlement"),
        UnitsOptions,
        answer,
        WORDINGS,
        place=120,
        turns=paper_turns,
        rests_on_registry=True,
        staff_fields=("amount_field",),
    )
)
