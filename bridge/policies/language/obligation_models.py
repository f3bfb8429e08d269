"""The shape of recurring obligations: what is owed, how often, to whom, and what counts as kept (CU-4)."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from bridge.customers import Category
from bridge.files.types import Id, Listed, Shorthand, TitleText
from bridge.files.validate import Strict
from bridge.policies.agreement.obligations import Every, OwedPer, PartialPeriod, PeriodsFrom
from bridge.policies.language.amount_texts import AmountText
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.operators import ManyOrNone
from bridge.policies.language.owed_letter_models import WarningPointText

MOST_OWED = 1000
"""More than so many a period are no visits."""

_SOURCES = ("tickets", "events", "counter")
_OF_TICKETS = ("paper_field", "day_field")


class CountedFromModel(Strict):
    """What counts as kept: closed tickets, a list of dated events, or a counter of the contract. Exactly one of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [source]} for source in _SOURCES],
            "dependentRequired": {field: ["tickets"] for field in _OF_TICKETS},
        }
    )
    tickets: ConditionModel | None = Field(
        default=None, description="Closed tickets for which this holds, each on the day on which it was closed."
    )
    paper_field: str | None = Field(
        default=None,
        min_length=1,
        description="For tickets: the field in which they name the contract or certificate that they count for.",
    )
    day_field: str | None = Field(
        default=None,
        min_length=1,
        description="For tickets: the field with the day on which it took place, where that is not the day of closing.",
    )
    events: Id | None = Field(
        default=None, description="A list of dated events, by its id under 'events:' in registry.yaml."
    )
    counter: str | None = Field(
        default=None,
        min_length=1,
        description="A counter of the contract or certificate, by its id or its unit: what the registry says is used.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in _SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            said = " and ".join(map(repr, given)) or "none of them"
            raise ValueError(
                f"what counts comes from one place, this says {said} | write one of: {', '.join(_SOURCES)}"
            )
        for name in _OF_TICKETS:
            if getattr(self, name) is not None and self.tickets is None:
                raise ValueError(f"{name!r} goes with 'tickets', not with {given[0]!r} | remove it")
        return self


def _within(value: Any) -> Any:
    return {"within": value} if isinstance(value, str) else value


class AtStartModel(Strict):
    """What is owed right after the first day of the contract or certificate. It counts for the period that it lies in as well."""

    at_least: Annotated[int, Field(ge=1, le=MOST_OWED)] = Field(default=1, description="How often.")
    within: AmountText = Field(
        description="Within how much time from the beginning of the first day, up to the end of the day that this leads to."
    )

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if not self.within.value:
            raise ValueError("what is owed at the start takes some time | write within: 10wd")
        return self


class ObligationModel(Strict):
    """Something that the agreement owes again and again, such as visits and trainings."""

    title: TitleText = Field(description="What people read.")
    per: OwedPer = Field(description="For what it is owed, for each of them by itself.")
    at_least: Annotated[int, Field(ge=1, le=MOST_OWED)] = Field(description="How often in each period.")
    every: Every = Field(description="How long a period is.")
    periods: PeriodsFrom = Field(
        default=PeriodsFrom.CALENDAR,
        description="Where periods begin: with the calendar's months and years, or with the first day of the contract or "
        "certificate.",
    )
    partial: PartialPeriod = Field(
        default=PartialPeriod.IN_PROPORTION,
        description="What is owed in a period of which the contract covers only a part, at its beginning or its end: a share by "
        "days, rounded down, or the whole, or nothing.",
    )
    at_start: Annotated[AtStartModel, BeforeValidator(_within), Shorthand(("text",), text="within")] | None = Field(
        default=None, description="What is owed right after the first day besides; an amount of time alone means once."
    )
    calendar: str | None = Field(
        default=None,
        description="Working time that is left, and whose days count; the policy's default calendar by default.",
    )
    counted_from: CountedFromModel = Field(description="What counts as kept.")
    warn_at: ManyOrNone[WarningPointText] = Field(
        default=(),
        description="When it is told that one is not kept yet, and what letters are sent then: a point, or its place alone.",
    )
    services: Listed[str] = Field(
        default=(), description="For contracts: only those that include one of these services."
    )
    kinds: Listed[str] = Field(default=(), description="For certificates: only those of one of these kinds.")
    categories: Listed[Category] = Field(default=(), description="Only customers of one of these categories.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.per is OwedPer.CUSTOMER:
            self._refuse_for_customers()
        for name, per in (("services", OwedPer.CONTRACT), ("kinds", OwedPer.CERTIFICATE)):
            if getattr(self, name) and self.per is not per:
                raise ValueError(f"{name!r} goes with 'per: {per}', not with 'per: {self.per}' | remove it")
        if self.at_start is not None and self.counted_from.counter is not None:
            raise ValueError(
                "a counter bears no dates, so that nobody knows what was at the start | count from tickets or events"
            )
        return self

    def _refuse_for_customers(self) -> None:
        needs = "the registry states no first day of a customer"
        if self.periods is PeriodsFrom.START:
            raise ValueError(
                f"periods cannot begin with it: {needs} | write 'periods: calendar', or owe it per contract"
            )
        if self.at_start is not None:
            raise ValueError(f"nothing can be owed at the start: {needs} | remove 'at_start', or owe it per contract")
        if self.counted_from.counter is not None:
            raise ValueError(
                "counters are those of contracts and certificates | owe it per contract or per certificate"
            )
