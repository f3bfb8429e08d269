"""What a case expects against what the engine decided; both sides as a case writes them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from bridge.decisions import Clock, Decision
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.trials.models import ClockExpectation, Expectation
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
