"""A whole decision checked by itself: each clock by its receipt, and what the clocks together say of the ticket."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.decisions import ClockState, Outcome, SupportVerdict
from bridge.policies.checks.answer import Effect
from bridge.policies.clocks.states import STATE_RANK
from bridge.policies.outcome.fields import RESOLUTION_METRICS, RESPONSE_METRICS
from bridge.policies.proof.claim import instant_of
from bridge.policies.proof.verify import Verification, verify
from bridge.tickets import Instant, format_instant, instant_text

_MEMBERS = (
    "ticket_id",
    "number",
    "at",
    "level",
    "support",
    "customer",
    "clocks",
    "state",
    "due_at",
    "next_change_at",
    "fields",
)
_OF_A_CLOCK = ("metric", "cycle", "calendar", "state", "due_at", "stopped_at")
_OBJECTS = ("support", "customer", "fields")
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
_WHAT = "a decision is a JSON object, as `decide --receipts` or `explain --json` prints it"

_Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionVerification:
    """The clocks with a receipt and what theirs says, those without one, and what the decision as a whole gets wrong."""

    clocks: tuple[tuple[_Json, Verification], ...]
    without_receipt: tuple[_Json, ...]
    problems: tuple[str, ...]


def verify_decision(decision: object) -> DecisionVerification:
    """Return what follows from a decision's JSON alone, and what of it does not. Raises ValueError for what is no decision."""
    found = _decision(decision)
    clocks = tuple((clock, _verified(clock)) for clock in found["clocks"] if "receipt" in clock)
    try:
        problems = [
            *_wrong_set(found),
            *_wrong_state(found),
            *_wrong_dues(found),
            *_wrong_next_change(found, [checked for _, checked in clocks]),
            *_wrong_support(found),
            *_wrong_fields(found),
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{_WHAT}; in this one something is missing or of another kind: {error}") from error
    bare = tuple(clock for clock in found["clocks"] if "receipt" not in clock)
    return DecisionVerification(clocks=clocks, without_receipt=bare, problems=tuple(problems))


def _decision(value: object) -> _Json:
    """Return the value as a decision that has all its members."""
    if not isinstance(value, dict):
        raise ValueError(f"{_WHAT}, and this is {_KINDS.get(type(value), 'a number')}")  # noqa: TRY004 - no bug of ours
    if missing := [name for name in _MEMBERS if name not in value]:
        raise ValueError(f"{_WHAT}; this one lacks {', '.join(missing)}")
    if not all(isinstance(value[name], dict) for name in _OBJECTS):
        raise ValueError(f"{_WHAT}; in it {', '.join(f'`{name}`' for name in _OBJECTS)} are objects too")
    _refuse_strange_clocks(value["clocks"])
    return value


def _refuse_strange_clocks(clocks: object) -> None:
    """Raise ValueError for clocks that are no list, and for one that lacks a member."""
    if not isinstance(clocks, list) or not all(isinstance(clock, dict) for clock in clocks):
        raise ValueError(f"{_WHAT}; its `clocks` are a list of objects")
    for number, clock in enumerate(clocks, 1):
        if missing := [name for name in _OF_A_CLOCK if name not in clock]:
            raise ValueError(f"{_WHAT}; clock {number} of this one lacks {', '.join(missing)}")
        if not (isinstance(clock["metric"], str) and type(clock["cycle"]) is int and clock["cycle"] >= 1):
            raise ValueError(f"{_WHAT}; clock {number} of this one has no metric with the number of its cycle")


def _verified(clock: _Json) -> Verification:
    try:
        return verify(clock)
    except ValueError as error:
        raise ValueError(f"{clock['metric']} {clock['cycle']}: {error}") from error


def _wrong_set(decision: _Json) -> Iterator[str]:
    """Yield clocks that stand twice, receipts of another instant, and calendars that two clocks describe differently."""
    for (metric, cycle), number in Counter((one["metric"], one["cycle"]) for one in decision["clocks"]).items():
        if number > 1:
            yield f"{metric} {cycle} stands {number} times"
    yield from _wrong_receipts(decision)
    open_metrics = Counter(one["metric"] for one in decision["clocks"] if one["stopped_at"] is None)
    for metric in (metric for metric, number in open_metrics.items() if number > 1):
        yield f"two cycles of {metric} run at once"


def _wrong_receipts(decision: _Json) -> Iterator[str]:
    described: dict[Any, Any] = {}
    for clock in decision["clocks"]:
        receipt = clock.get("receipt")
        if receipt is None:
            continue
        if instant_of(receipt["at"]) != instant_of(decision["at"]):
            yield f"the receipt of {clock['metric']} {clock['cycle']} is of {receipt['at']}, the decision of {decision['at']}"
        for name in ("zone", "published"):
            told = described.setdefault((clock["calendar"], name), receipt[name]) if receipt[name] is not None else None
            if told != receipt[name]:
                yield f"two receipts say different things of the calendar {clock['calendar']} ({name}: {told}, {receipt[name]})"


def _wrong_state(decision: _Json) -> Iterator[str]:
    """The ticket is in the worst state of its clocks."""
    states = [ClockState(clock["state"]) for clock in decision["clocks"]]
    counted = [state for state in states if state is not ClockState.CANCELLED]
    worst = max(counted, key=STATE_RANK.__getitem__, default=ClockState.NONE)
    if decision["state"] != worst:
        yield f"the ticket's state is {worst} by its clocks, {decision['state']} by the decision"


def _nearest_due(decision: _Json, metrics: Sequence[str] = ()) -> Instant | None:
    dues = [
        instant_of(clock["due_at"])
        for clock in decision["clocks"]
        if clock["due_at"] is not None
        and clock["stopped_at"] is None
        and clock["state"] != ClockState.PAUSED
        and (not metrics or clock["metric"] in metrics)
    ]
    return min(dues, default=None)


def _wrong_dues(decision: _Json) -> Iterator[str]:
    due = instant_text(_nearest_due(decision))
    if decision["due_at"] != due:
        yield f"the ticket is due at {due or 'no time'} by its clocks, at {decision['due_at'] or 'no time'} by the decision"


def _wrong_next_change(decision: _Json, checked: Sequence[Verification]) -> Iterator[str]:
    """The next change lies ahead, and not behind one that a clock brings; others, such as a certificate's end, may come first."""
    stated = decision["next_change_at"]
    following = None if stated is None else instant_of(stated)
    latest = min((one.changes_by for one in checked if one.changes_by is not None), default=None)
    if following is not None and following <= instant_of(decision["at"]):
        yield f"the next change is said to come at {stated}, which is past"
    if latest is not None and (following is None or following > latest):
        yield f"a clock changes by {format_instant(latest)}, the next change is said to come at {stated or 'no time'}"


def _wrong_support(decision: _Json) -> Iterator[str]:
    """The verdict is what the checks add up to; before a ticket's creation, where there are no fields either, it is unknown."""
    if not decision["fields"]:
        return
    checks = decision["support"]["checks"]
    for one in checks:
        if one["outcome"] not in set(Outcome) or one["effect"] not in set(Effect) or type(one["required"]) is not bool:
            yield f"the check {one['id']} has an outcome or an effect that there is not"
    verdict = _verdict(checks)
    if decision["support"]["verdict"] != verdict:
        yield f"support is {verdict} by its checks, {decision['support']['verdict']} by the decision"


def _verdict(checks: Sequence[_Json]) -> SupportVerdict:
    failed = {one["effect"] for one in checks if one["outcome"] == Outcome.FAIL}
    unanswered = any(one["required"] and one["outcome"] == Outcome.UNKNOWN for one in checks)
    if Effect.REFUSE in failed:
        return SupportVerdict.REFUSABLE
    if unanswered:
        return SupportVerdict.UNKNOWN
    return SupportVerdict.LIMITED if Effect.LIMIT in failed else SupportVerdict.FULL


def _wrong_fields(decision: _Json) -> Iterator[str]:
    """Yield the fields of the helpdesk that say something else than the decision."""
    wanted = {
        "sla_level": decision["level"],
        "sla_state": decision["state"],
        "sla_due": decision["due_at"],
        "sla_response_due": instant_text(_nearest_due(decision, RESPONSE_METRICS)),
        "sla_resolution_due": instant_text(_nearest_due(decision, RESOLUTION_METRICS)),
        "sla_support": decision["support"]["verdict"],
        "sla_customer": decision["customer"]["category"],
    }
    for name, value in wanted.items():
        if name in decision["fields"] and decision["fields"][name] != value:
            yield f"the field {name} says {decision['fields'][name] or 'nothing'}, the decision {value or 'nothing'}"
