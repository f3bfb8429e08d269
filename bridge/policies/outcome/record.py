"""What the helpdesk keeps of a decision beside the fields: the detail for its panel, and the finished cycles.

Neither holds anything that moves by itself (the instant of the decision, elapsed and remaining time, the age of
evidence): otherwise every pass would rewrite every ticket.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from bridge.decisions import Clock, ClockState, Decision
from bridge.tickets import FinishedCycle, format_instant, instant_text

TEXT_AT_MOST = 400
"""Characters of one text. Messages quote what customers wrote, and the helpdesk takes 64 KiB for all of them together,
where a Cyrillic letter counts six bytes.
"""

FINISHED = frozenset({ClockState.MET, ClockState.MISSED, ClockState.CANCELLED})

_OF_THE_CLOCK = tuple(one.name for one in fields(FinishedCycle) if one.name != "policy_digest")


def detail(decision: Decision) -> dict[str, Any]:
    """Return the decision's standing part as JSON: level, rule, verdict with checks and remedies, clocks, reason."""
    return {
        "level": decision.level,
        "rule": decision.rule,
        "rule_at": decision.rule_at,
        "reason": short(decision.reason),
        "verdict": decision.support.verdict.value,
        "checks": [
            {
                "id": check.id,
                "outcome": check.outcome.value,
                "reason": check.reason,
                "message": short(check.message),
                "remedy": short(check.remedy),
            }
            for check in decision.support.checks
        ],
        "clocks": [_clock(clock) for clock in decision.clocks],
    }


def finished_cycles(
    clocks: Iterable[Clock], *, policy_digest: str, kept: Iterable[FinishedCycle]
) -> list[dict[str, Any]]:
    """Return the cycles that are over, as the helpdesk keeps them; those it keeps already stay word for word."""
    stored = {(one.metric, one.cycle): cycle_json(one) for one in kept}
    for clock in clocks:
        key = (clock.metric, clock.cycle)
        if clock.state in FINISHED and key not in stored:
            stored[key] = _cycle(clock, policy_digest)
    return [stored[key] for key in sorted(stored)]


def cycle_json(cycle: FinishedCycle) -> dict[str, Any]:
    """Return a finished cycle as it travels."""
    return _cycle(cycle, cycle.policy_digest)


def _cycle(found: Clock | FinishedCycle, policy_digest: str | None) -> dict[str, Any]:
    """Return what a finished cycle has of its clock as JSON; members that are called `…_at` are instants."""
    members = {name: getattr(found, name) for name in _OF_THE_CLOCK}
    texts = {name: instant_text(value) for name, value in members.items() if name.endswith("_at")}
    return {**members, **texts, "policy_digest": policy_digest}


def short(text: str, most: int = TEXT_AT_MOST) -> str:
    """Return the text, cut with an ellipsis where it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "metric": clock.metric,
        "cycle": clock.cycle,
        "calendar": clock.calendar,
        "target": clock.target,
        "started_at": format_instant(clock.started_at),
        "due_at": instant_text(clock.due_at),
        "state": clock.state.value,
        "provisional": clock.provisional,
        "stopped_at": instant_text(clock.stopped_at),
        "breached_at": instant_text(clock.breached_at),
        "cause": clock.cause,
    }
