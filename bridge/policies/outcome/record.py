"""Finished cycles as the helpdesk keeps them, and how much it keeps of a decision.

A cycle that is kept once is never written otherwise, so all that figures may ever ask of it stands in it from the start.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from bridge.customers import RegistryAnswer
from bridge.decisions import Clock, ClockState, Decision
from bridge.policies.history.timeline import AGENT_RESPONSE, CLOSED, Timeline
from bridge.policies.outcome.basis import Basis
from bridge.policies.outcome.breach_cause import breach_cause
from bridge.policies.outcome.time_spent import time_spent
from bridge.tickets import Actor, EventKind, FinishedCycle, Instant, Reference, instant_text

TEXT_AT_MOST = 400
"""Characters of one text. Messages quote what customers wrote, and the helpdesk has no room for all of it."""

DETAIL_AT_MOST = 64 * 1024 - 512
"""Bytes of the whole detail as JSON: what the helpdesk takes, less a little for how it spells numbers."""

FINISHED = frozenset({ClockState.MET, ClockState.MISSED, ClockState.CANCELLED})

_MEMBERS = tuple(one.name for one in fields(FinishedCycle))
_OF_THE_CLOCK = tuple(name for name in _MEMBERS if name in {one.name for one in fields(Clock)})
_PLACES = ("department", "topic", "priority")
_AGES = frozenset({"as_of", "stale_from", "curator_until", "absent_curator", "curator_email"})
"""What of a registry's answer tells its age or where to write, or only tells people more of what it says."""


def cycles_after(decision: Decision, *, kept: Iterable[FinishedCycle]) -> tuple[FinishedCycle, ...]:
    """Return the cycles that are over, in the order of metric and number; those kept already as they are."""
    found = {(one.metric, one.cycle): one for one in kept}
    for clock in decision.clocks:
        key = (clock.metric, clock.cycle)
        if clock.state in FINISHED and key not in found:
            found[key] = _finished(clock, decision)
    return tuple(found[key] for key in sorted(found))


def cycle_json(cycle: FinishedCycle) -> dict[str, Any]:
    """Return a finished cycle as it travels; members that are called `…_at` are instants."""
    members = {name: getattr(cycle, name) for name in _MEMBERS}
    for name, value in members.items():
        if name.endswith("_at"):
            members[name] = instant_text(value)
        elif isinstance(value, Reference):
            members[name] = value.named()
    if cycle.spent is not None:
        members["spent"] = [
            {"status": one.status.named(), "department": one.department.named(), "seconds": one.seconds}
            for one in cycle.spent
        ]
    return members


def _finished(clock: Clock, decision: Decision) -> FinishedCycle:
    members = {name: getattr(clock, name) for name in _OF_THE_CLOCK}
    basis: Basis | None = decision.basis
    if basis is not None:
        at = decision.at if clock.stopped_at is None else clock.stopped_at
        members |= _ended_in(basis.timeline, at)
        members["agent"] = _answered_by(clock, basis) or members["agent"]
        members["inputs"] = inputs_digest(decision.policy_digest, basis.registry)
        members["breach_cause"] = breach_cause(clock, basis)
        members["opening"] = _opening(basis.timeline, clock.started_at, at)
        calendar = basis.rulebook.policy.calendars.get(clock.calendar)
        if calendar is not None:
            members["spent"] = time_spent(basis.timeline, calendar, clock.started_at, at)
    return FinishedCycle(**members, policy_digest=decision.policy_digest, customer=decision.customer.id)


def _ended_in(timeline: Timeline, at: Instant) -> dict[str, Reference | None]:
    """Return where a ticket stood when a cycle ended: as the second of its end found it, for an answer sent together with a
    transfer is the old department's. The agent is the assignee, of one that nobody had who got it in that second."""
    found = {name: timeline.initial[name] for name in (*_PLACES, "assignee")}
    agent = found.pop("assignee")
    for step in timeline.steps:
        values = step.values or {}
        if step.at >= at:
            agent = agent or (values.get("assignee") if step.at == at else None)
            break
        agent = values.get("assignee", agent)
        found.update((name, values[name]) for name in _PLACES if name in values)
    return {**found, "agent": agent}


def _answered_by(clock: Clock, basis: Basis) -> Reference | None:
    """Return the author of the answer that ended the cycle; None where none did, and where its author is not known."""
    if clock.state is ClockState.CANCELLED or clock.stopped_at is None:
        return None
    plan = basis.rulebook.terms_at(clock.started_at).clocks.get(clock.metric)
    step = next((one for one in basis.timeline.steps if one.at == clock.stopped_at), None)
    if plan is None or step is None:
        return None
    # An answer closes a ticket where it is sent with a closed status; what else ends a clock in that second, it did not end.
    if not (plan.stop.events & AGENT_RESPONSE or step.changed & CLOSED):
        return None
    events = basis.timeline.events[step.first : step.last]
    authors = (one.by for one in events if one.kind is EventKind.RESPONSE and one.actor is Actor.AGENT)
    return next((one for one in authors if one is not None), None)


def _opening(timeline: Timeline, started_at: Instant, stopped_at: Instant) -> int:
    """Return in which opening of the ticket a cycle was over, 1 for the first.

    One that goes on after a reopening is the later one's; one that the reopening itself ends is the earlier one's.
    """
    reopened = [at for at, closing in timeline.turns() if not closing]
    return 1 + sum(at <= started_at or at < stopped_at for at in reopened)


_DIGESTS: dict[tuple[str, int], tuple[str, RegistryAnswer]] = {}
_DIGESTS_KEPT = 1_000


def inputs_digest(policy_digest: str, answer: RegistryAnswer) -> str:
    """Return the digest of all that decided beside the ticket: policy and calendars, and what the registry said.

    The age of the registry's copy is left out: the same answer read again tomorrow is the same input.
    """
    # A registry gives the same object for each ticket of a customer. It is kept so that its identity stays its own.
    known = _DIGESTS.get((policy_digest, id(answer)))
    if known is None:
        if len(_DIGESTS) >= _DIGESTS_KEPT:
            _DIGESTS.clear()
        known = _DIGESTS[policy_digest, id(answer)] = (_inputs_digest(policy_digest, answer), answer)
    return known[0]


def inputs_text(policy_digest: str, answer: RegistryAnswer) -> str:
    """Return the JSON whose digest `inputs_digest` is: the policy's digest, and what the registry said."""
    said = {name: value for name, value in _members(answer).items() if name not in _AGES}
    return json.dumps([policy_digest, said], sort_keys=True, default=_plain)


def _inputs_digest(policy_digest: str, answer: RegistryAnswer) -> str:
    return f"sha256:{hashlib.sha256(inputs_text(policy_digest, answer).encode()).hexdigest()}"


def _members(value: Any) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _plain(value: object) -> object:
    """Return what JSON has no form for: parts of the answer as their members, the rest as text."""
    if is_dataclass(value):
        return _members(value)
    return sorted(value) if isinstance(value, frozenset) else str(value)


def short(text: str, most: int = TEXT_AT_MOST) -> str:
    """Return the text, cut with an ellipsis where it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def standing(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the detail without the ages of its evidence: they move whenever the registry is read, and are no difference."""
    checks = detail.get("checks")
    if not isinstance(checks, list):
        return detail
    return {
        **detail,
        "checks": [{**one, "as_of": None} if isinstance(one, dict) and "as_of" in one else one for one in checks],
    }


def smaller(detail: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the detail with ever more left out, for a helpdesk that has no room for all of it; `cut` tells so.

    The pictures of finished clocks go first, then evidence, then what was not asked for, and the finished clocks with the
    oldest first. What is left in the end is bounded by the policy, whatever was written into a ticket.
    """
    cut = {**detail, "cut": True}
    clocks = [one if _is_open(one) else {**one, "pauses": None, "worked_to": None} for one in cut["clocks"]]
    yield (cut := {**cut, "clocks": clocks})
    yield (cut := {**cut, "checks": [{**one, "evidence": {}} for one in cut["checks"]]})
    yield (cut := {**cut, "why_not": [], "exceptions": []})
    finished = sum(not _is_open(one) for one in clocks)
    while finished:
        finished //= 2
        yield (cut := {**cut, "clocks": [*_latest(clocks, finished), *filter(_is_open, clocks)]})
    yield (cut := {**cut, "clocks": [{**one, "pauses": None} for one in cut["clocks"]]})
    nothing = {"ru": "", "en": ""}
    yield (cut := {**cut, "checks": [{**one, "message": nothing, "remedy": nothing} for one in cut["checks"]]})
    yield {**cut, "checks": []}


def _is_open(clock: Mapping[str, Any]) -> bool:
    return clock["state"] not in FINISHED


def _latest(clocks: Iterable[Mapping[str, Any]], count: int) -> list[Mapping[str, Any]]:
    finished = [one for one in clocks if not _is_open(one)]
    return sorted(finished, key=lambda one: str(one["started_at"]))[len(finished) - count :]
