"""What a case expects against what the engine decided; both sides as a case writes them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from bridge.decisions import Action, Clock, Decision
from bridge.policies.actions.keys import owner_and_metric
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.trials.models import ActionExpectation, ClockExpectation, Expectation
from bridge.policies.trials.notation import local_text, moment
from bridge.tickets import Instant

NONE = "none"
"""How a case writes that something is absent."""

Comparison = tuple[tuple[str, ...], str, str]


def compared(expect: Expectation, decision: Decision, zone: tzinfo) -> Iterator[Comparison]:
    """Yield what came out differently: key, expected and found, both as a case writes them."""
    plain = {
        "level": decision.level,
        "rule": decision.rule,
        "state": decision.state,
        "verdict": decision.support.verdict,
        "category": decision.customer.category,
    }
    yield from _plain(expect, plain, ())
    yield from _moments(expect, {"due": decision.due_at, "next_change": decision.next_change_at}, zone, ())
    for text in expect.reason or ():
        if text.casefold() not in decision.reason.casefold():
            yield ("reason",), f"contains {text!r}", decision.reason
    checks = {check.id: check for check in decision.support.checks}
    yield from _each("checks", expect.checks, {name: check.outcome for name, check in checks.items()})
    yield from _each("reasons", expect.reasons, {name: check.reason for name, check in checks.items()})
    yield from _each("fields", expect.fields, decision.fields)
    for metric, clock in (expect.clocks or {}).items():
        yield from _clock(metric, clock, decision.clocks, zone)
    if expect.actions is not None:
        yield from _actions(expect.actions, decision.actions)


def _actions(wanted: Sequence[ActionExpectation], found: Sequence[Action]) -> Iterator[Comparison]:
    """Yield the difference between the actions wanted and those found, each of which is one of the others."""
    left = list(found)
    # Those that say more first: they fit fewer.
    for one in sorted(wanted, key=lambda one: -len(one.model_fields_set)):
        fitting = next((action for action in left if _fits(one, action)), None)
        if fitting is None:
            break
        left.remove(fitting)
    else:
        if not left:
            return
    yield ("actions",), ", ".join(map(_wanted, wanted)) or NONE, ", ".join(map(_found, found)) or NONE


def _fits(wanted: ActionExpectation, action: Action) -> bool:
    owner, _ = owner_and_metric(action)
    params = action.params
    if wanted.id not in {action.id, owner} or wanted.kind not in {None, action.kind}:
        return False
    if wanted.to is not None and sorted(wanted.to) != sorted(params.get("to", ())):
        return False
    if wanted.name not in {None, params.get("name"), params.get("agent")}:
        return False
    texts = [text for name in ("subject", "text") for text in params.get(name, {}).values()]
    return all(any(said in text for text in texts) for said in wanted.says or ())


def _wanted(one: ActionExpectation) -> str:
    more = [str(part) for part in (one.kind, *(one.to or ()), one.name, *map(repr, one.says or ())) if part is not None]
    return f"{one.id} ({', '.join(more)})" if more else one.id


def _found(action: Action) -> str:
    params = action.params
    more = [action.kind.value, *params.get("to", ()), *(params[name] for name in ("name", "agent") if name in params)]
    return f"{action.id} ({', '.join(more)})"


def _plain(
    expect: Expectation | ClockExpectation, found: Mapping[str, object], path: tuple[str, ...]
) -> Iterator[Comparison]:
    for name, value in found.items():
        wanted = getattr(expect, name)
        if wanted is not None and _shown(wanted) != _shown(value):
            yield (*path, name), _shown(wanted), _shown(value)


def _each(key: str, wanted: Mapping[str, object] | None, found: Mapping[str, object]) -> Iterator[Comparison]:
    for name, value in (wanted or {}).items():
        if _shown(value) != _shown(found.get(name)):
            yield (key, name), _shown(value), _shown(found.get(name))


def _shown(value: object) -> str:
    if value is None:
        return NONE
    return str(value).lower() if isinstance(value, bool) else str(value)


def _moments(
    expect: Expectation | ClockExpectation, found: Mapping[str, Instant | None], zone: tzinfo, path: tuple[str, ...]
) -> Iterator[Comparison]:
    for name, instant in found.items():
        wanted = getattr(expect, name)
        if wanted is None:
            continue
        instant_wanted = None if wanted == NONE else moment(wanted, zone)
        if instant_wanted != instant:
            shown = NONE if instant is None else local_text(instant, zone)
            yield (*path, name), wanted, shown


def _clock(metric: str, expect: ClockExpectation, clocks: Sequence[Clock], zone: tzinfo) -> Iterator[Comparison]:
    path = ("clocks", metric)
    clock = max((one for one in clocks if one.metric == metric), key=lambda one: one.cycle, default=None)
    if expect.none and clock is not None:
        yield path, NONE, f"{clock.state}, cycle {clock.cycle}"
    elif clock is None and not expect.none:
        yield path, "a clock", NONE
    elif clock is not None:
        yield from _cycle(expect, clock, zone, path)


def _cycle(expect: ClockExpectation, clock: Clock, zone: tzinfo, path: tuple[str, ...]) -> Iterator[Comparison]:
    plain = {
        name: getattr(clock, name)
        for name in ("state", "cycle", "cause", "calendar", "provisional", "target", "late_days")
    }
    yield from _plain(expect, plain, path)
    instants = {name: getattr(clock, f"{name}_at") for name in ("due", "started", "stopped", "breached")}
    yield from _moments(expect, instants, zone, path)
    if expect.thresholds is not None:
        reached = ", ".join(one.id for one in clock.thresholds) or NONE
        wanted = ", ".join(expect.thresholds) or NONE
        if wanted != reached:
            yield (*path, "thresholds"), wanted, reached
    durations = {"elapsed": clock.elapsed_seconds, "remaining": clock.remaining_seconds, "late": clock.late_seconds}
    for name, seconds in durations.items():
        amount: Amount | None = getattr(expect, name)
        if amount is not None and amount.value != seconds:
            yield (*path, name), str(amount), NONE if seconds is None else _duration(seconds)


def _duration(seconds: int) -> str:
    if seconds < 0:
        return f"-{_duration(-seconds)}"
    return str(Amount(AmountKind.WORKING_TIME, seconds))
