"""Recurring obligations compiled, and what `policy check` says of them."""

from collections.abc import Iterator, Sequence

from bridge.errors import Problem, Severity
from bridge.files.positions import Path
from bridge.policies.agreement.obligations import (
    FromCounter,
    FromEvents,
    FromTickets,
    ObligationDefinition,
    PartialPeriod,
    PeriodsFrom,
    StartTerm,
    WarningPoint,
)
from bridge.policies.agreement.policy import Point
from bridge.policies.language.actions import definitions_of
from bridge.policies.language.draft import Draft
from bridge.policies.language.obligation_models import CountedFromModel, ObligationModel
from bridge.policies.language.owed_letter_models import WarningPointModel
from bridge.policies.language.thresholds import parse_point


def compile_obligations(draft: Draft) -> tuple[ObligationDefinition, ...]:
    """Return the obligations; one whose calendar nobody knows is left out, and told."""
    found = []
    for id_, model in draft.model.obligations.items():
        path: Path = ("obligations", id_)
        calendar = draft.own_or_usual_calendar(
            model.calendar, path, "the obligation does not say whose working time it counts"
        )
        counted_from = _counted_from(model.counted_from, (*path, "counted_from"), draft)
        points = _points(model, path, draft)
        if calendar is None:
            continue
        start = model.at_start
        found.append(
            ObligationDefinition(
                id=id_,
                title=model.title,
                per=model.per,
                at_least=model.at_least,
                every=model.every,
                periods=model.periods,
                partial=model.partial,
                calendar=calendar,
                counted_from=counted_from,
                at_start=None if start is None else StartTerm(at_least=start.at_least, within=start.within),
                warn_at=points,
                services=model.services,
                kinds=model.kinds,
                categories=tuple(one.value for one in model.categories),
                at=draft.at(path),
            )
        )
    return tuple(found)


def _counted_from(model: CountedFromModel, path: Path, draft: Draft) -> FromTickets | FromEvents | FromCounter:
    if model.events is not None:
        return FromEvents(events=model.events, at=draft.at((*path, "events")))
    if model.counter is not None or model.tickets is None:
        return FromCounter(counter=model.counter or "")
    known, draft.checks = draft.checks, None
    condition = draft.condition(model.tickets, (*path, "tickets"))
    draft.checks = known
    for key in ("paper_field", "day_field"):
        name = getattr(model, key)
        if name is None:
            continue
        draft.used_fields.add(name)
        if name not in draft.fields:
            draft.unknown_field(name, (*path, key))
    return FromTickets(when=condition, paper_field=model.paper_field, day_field=model.day_field)


def _points(model: ObligationModel, path: Path, draft: Draft) -> tuple[WarningPoint, ...]:
    points = [parse_point(one.at) for one in model.warn_at]
    for index, point in enumerate(points):
        if point in points[:index]:
            message = f"it is warned at {point} twice"
            draft.report("defined_twice", message, (*path, "warn_at", index), "remove one of them")
    return tuple(map(_point, points, model.warn_at))


def _point(point: Point, model: WarningPointModel) -> WarningPoint:
    pairs = (pair for action in model.actions for pair in action)
    return WarningPoint(point=point, id=model.id or "", actions=definitions_of(model.id or "", pairs))


def obligation_findings(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Yield a warning for each obligation of which no part of a period is ever owed, for it is owed but once in each."""
    for draft in drafts:
        for id_, model in draft.model.obligations.items():
            in_part = model.partial is PartialPeriod.IN_PROPORTION and "partial" not in model.model_fields_set
            if in_part and model.at_least == 1 and model.periods is PeriodsFrom.CALENDAR and model.per != "customer":
                message = (
                    f"{id_!r} is owed once in each {model.every.value.replace('_', '-')}, and a share of one, rounded down, is"
                    " none: in the period in which a contract begins nothing is owed"
                )
                hint = "write 'partial: in_proportion' if that is meant, else 'partial: whole'"
                path = draft.document.narrow(("obligations", id_, "at_least"))
                yield draft.document.problem(
                    "nothing_in_part", message, path=path, hint=hint, severity=Severity.WARNING
                )
