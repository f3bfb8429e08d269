"""A decision as JSON, member by member as outside programs read it."""

from typing import Any

from bridge.decisions import Action, Check, Clock, Decision, Grounds, Interval
from bridge.tickets import Instant, format_instant, instant_text


def decision_json(decision: Decision, *, ledgers: bool = False) -> dict[str, Any]:
    """Return the decision as JSON. With `ledgers`, clocks that carry a ledger show it as `receipt`."""
    customer = decision.customer
    return {
        "ticket_id": decision.ticket_id,
        "number": decision.number,
        "at": format_instant(decision.at),
        "level": decision.level,
        "rule": decision.rule,
        "rule_at": decision.rule_at,
        "support": {
            "verdict": decision.support.verdict.value,
            "checks": [_check(check) for check in decision.support.checks],
        },
        "customer": {
            "id": customer.id,
            "category": customer.category.value if customer.category is not None else None,
            "curator": customer.curator,
        },
        "clocks": [clock_json(clock, at=decision.at if ledgers else None) for clock in decision.clocks],
        "state": decision.state.value,
        "reason": decision.reason,
        "due_at": instant_text(decision.due_at),
        "next_change_at": instant_text(decision.next_change_at),
        "fields": dict(decision.fields),
        "actions": [action_json(action) for action in decision.actions],
        "policy_digest": decision.policy_digest,
        "warnings": list(decision.warnings),
    }


def action_json(action: Action) -> dict[str, Any]:
    """Return one action as JSON: in a decision, in a plan and in what is sent."""
    return {
        "key": action.key,
        "id": action.id,
        "kind": action.kind.value,
        "params": dict(action.params),
        "not_before": format_instant(action.not_before),
        "not_after": instant_text(action.not_after),
    }


def clock_json(clock: Clock, *, at: Instant | None = None) -> dict[str, Any]:
    """Return one clock as JSON; with the deciding instant `at`, its receipt too, as `verification.verify` reads it."""
    members: dict[str, Any] = {
        "metric": clock.metric,
        "cycle": clock.cycle,
        "level": clock.level,
        "calendar": clock.calendar,
        "target": clock.target,
        "started_at": format_instant(clock.started_at),
        "due_at": instant_text(clock.due_at),
        "provisional": clock.provisional,
        "state": clock.state.value,
        "stopped_at": instant_text(clock.stopped_at),
        "breached_at": instant_text(clock.breached_at),
        "elapsed_seconds": clock.elapsed_seconds,
        "remaining_seconds": clock.remaining_seconds,
        "cause": clock.cause,
        "late_seconds": clock.late_seconds,
        "late_days": clock.late_days,
        "thresholds": [
            {"id": one.id, "point": one.point, "reached_at": format_instant(one.at)} for one in clock.thresholds
        ],
    }
    if at is not None and clock.grounds is not None:
        members["receipt"] = {
            "at": format_instant(at),
            "zone": clock.zone,
            **_grounds(clock.grounds),
            "ledger": [_interval(interval) for interval in clock.receipt],
        }
    return members


def _grounds(grounds: Grounds) -> dict[str, Any]:
    published = grounds.published
    return {
        "pauses": [{"start": format_instant(start), "end": instant_text(end)} for start, end in grounds.pauses],
        "at_risk": list(grounds.at_risk),
        "published": None
        if published is None
        else {"from": instant_text(published[0]), "until": instant_text(published[1])},
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "outcome": check.outcome.value,
        "reason": check.reason,
        "message": check.message,
        "remedy": check.remedy,
        "evidence": dict(check.evidence),
        "as_of": instant_text(check.as_of),
        "effect": check.effect,
        "required": check.required,
    }


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "start": format_instant(interval.start),
        "end": format_instant(interval.end),
        "counted": interval.counted,
        "reason": interval.reason,
        "detail": interval.detail,
    }
