"""A decision as the helpdesk keeps it for its panel, in both languages (version 2).

It holds nothing that moves by itself (the instant of the decision, elapsed and remaining time, lateness that grows):
otherwise every pass would rewrite every ticket. What a screen needs for those is an anchor, `worked_to`: how much time was
used up at the last event.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from bridge.decisions import Check, Clock, Decision
from bridge.fields import AGENT_INPUTS
from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.checks.prepared_check import Answered
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.deadlines import FOREVER, spent
from bridge.policies.clocks.in_force import RuleInForce, Terms
from bridge.policies.clocks.outlook import granted, risk_at
from bridge.policies.decide import reason_in
from bridge.policies.language.conditions.compiled import looked_at
from bridge.policies.outcome.basis import Basis
from bridge.policies.outcome.breach_cause import BREACHED, told_cause
from bridge.policies.outcome.record import FINISHED, short
from bridge.policies.telling.better import levels_of
from bridge.policies.telling.publication import publication_of
from bridge.policies.telling.titles import level_titles
from bridge.policies.telling.why_not import LevelGap, told, why_not
from bridge.tickets import Instant, format_instant, instant_text

VERSION = 2
LANGUAGES = ("ru", "en")
_AGENTS = frozenset(one.name for one in AGENT_INPUTS)

Texts = dict[str, str]
"""One text in Russian and in English."""


def detail(decision: Decision, *, publishes: bool = False) -> dict[str, Any]:
    """Return the decision's standing part as JSON, to be read only: alike tickets share parts of it. One without a basis is
    told in the one language that it has. With `publishes` it names the publication that screens count with."""
    basis: Basis | None = decision.basis
    customer = decision.customer
    return {
        "v": VERSION,
        "level": decision.level,
        "rule": decision.rule,
        "rule_at": decision.rule_at,
        "reason": _reason(decision, basis),
        "verdict": decision.support.verdict.value,
        "checks": _checks(decision, basis),
        "clocks": [_clock(clock, basis) for clock in decision.clocks],
        "customer": {
            "id": customer.id,
            "name": _customer_name(basis),
            "category": customer.category.value if customer.category is not None else None,
        },
        "curator": customer.curator,
        **_absence(basis),
        "exceptions": [] if basis is None else list(_exceptions(basis)),
        "why_not": [] if basis is None else _why_not(decision, basis),
        "published": publication_of(basis.rulebook.policy).digest if publishes and basis is not None else None,
    }


def _texts(title: Title) -> Texts:
    return {language: short(title.text(language)) for language in LANGUAGES}


def _same(text: str) -> Texts:
    return dict.fromkeys(LANGUAGES, short(text))


def _reason(decision: Decision, basis: Basis | None) -> Texts:
    if basis is None:
        return _same(decision.reason)
    return {language: short(reason_in(language, decision, basis)) for language in LANGUAGES}


def _checks(decision: Decision, basis: Basis | None) -> list[dict[str, Any]]:
    """Return the checks of the decision with their sentences in both languages."""
    if basis is None:
        return [_check(one, _same(one.id), dict.fromkeys(LANGUAGES, one)) for one in decision.support.checks]
    return [_check_told_before(one, basis.judgement.language) for one in basis.judgement.answered]


@lru_cache(maxsize=2_000)
def _check_told_before(answered: Answered, language: str) -> dict[str, Any]:
    # An answer is kept for all tickets that get the same.
    told_in = {one: answered.told(one) for one in LANGUAGES}
    return _check(answered.told(language), _texts(answered.check.title), told_in)


def _check(check: Check, title: Texts, told_in: Mapping[str, Check]) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": title,
        "outcome": check.outcome.value,
        "reason": check.reason,
        "message": {language: short(one.message) for language, one in told_in.items()},
        "remedy": {language: short(one.remedy) for language, one in told_in.items()},
        "evidence": {name: _bounded(value) for name, value in check.evidence.items()},
        "as_of": instant_text(check.as_of),
        "effect": check.effect,
    }


def _bounded(value: Any) -> Any:
    """Return a value of the evidence with its texts cut."""
    if isinstance(value, str):
        return short(value)
    return [_bounded(one) for one in value] if isinstance(value, list) else value


def _clock(clock: Clock, basis: Basis | None) -> dict[str, Any]:
    is_over = clock.state in FINISHED
    cycle = None if basis is None or is_over else _cycle_of(clock, basis.active)
    calendar = None if basis is None else basis.rulebook.policy.calendars.get(clock.calendar)
    target_seconds, target_days = granted(clock, cycle, calendar)
    return {
        "metric": clock.metric,
        "cycle": clock.cycle,
        "level": clock.level,
        "calendar": clock.calendar,
        "target": clock.target,
        "started_at": format_instant(clock.started_at),
        "due_at": instant_text(clock.due_at),
        "state": clock.state.value,
        "provisional": clock.provisional,
        "stopped_at": instant_text(clock.stopped_at),
        "breached_at": instant_text(clock.breached_at),
        "cause": clock.cause,
        "worked_to": _anchor(clock, cycle, basis),
        "pauses": None if clock.pauses is None else [_span(start, end) for start, end, _ in clock.pauses],
        "late_seconds": clock.late_seconds if is_over else None,
        "late_days": clock.late_days if is_over else None,
        "risk_at": None if cycle is None else instant_text(risk_at(cycle)),
        "target_seconds": target_seconds,
        "target_days": target_days,
        **_cause(clock, basis),
    }


def _cause(clock: Clock, basis: Basis | None) -> dict[str, str | None]:
    """Return why a clock is overdue or missed. Others lack the member: most tickets stand as they were stored before it was."""
    if clock.state not in BREACHED:
        return {}
    return {"breach_cause": None if basis is None else told_cause(clock, basis)}


def _span(start: Instant, end: Instant) -> list[str | None]:
    return [format_instant(start), None if end == FOREVER else format_instant(end)]


def _anchor(clock: Clock, cycle: Cycle | None, basis: Basis | None) -> dict[str, Any] | None:
    """Return how much time was used up at the stop, or at the last event of a clock that is open."""
    if clock.stopped_at is not None:
        return {"at": format_instant(clock.stopped_at), "seconds": clock.elapsed_seconds}
    if basis is None or cycle is None:
        return None
    at = max(cycle.start, basis.timeline.steps[-1].at)
    return {"at": format_instant(at), "seconds": spent(cycle.flow, cycle.start, cycle.pauses, at)}


def _cycle_of(clock: Clock, cycles: Sequence[Cycle]) -> Cycle | None:
    return next((one for one in cycles if (one.plan.metric, one.number) == (clock.metric, clock.cycle)), None)


def _absence(basis: Basis | None) -> dict[str, str | None]:
    """Return whom the person in charge stands in for, and when that changes by itself."""
    answer = None if basis is None else basis.registry
    return {
        "absent_curator": short(answer.absent_curator) if answer is not None and answer.absent_curator else None,
        "curator_until": instant_text(answer.curator_until) if answer is not None else None,
    }


def _customer_name(basis: Basis | None) -> str | None:
    customer = basis.registry.customer if basis is not None else None
    return short(customer.name) if customer is not None and customer.name else None


def _exceptions(basis: Basis) -> Iterator[dict[str, Any]]:
    """Yield the dated exceptions in force that hold for the ticket."""
    in_force: Iterator[RuleInForce] = (one for rules in basis.terms.rules_by_revision for one in rules if one.begun)
    for one in in_force:
        rule = one.rule
        if rule.approver and (one.test is None or one.test(basis.facts)):
            until = rule.valid_until.isoformat() if rule.valid_until is not None else None
            yield {
                "id": rule.id,
                "level": rule.level,
                "reason": short(rule.why),
                "approver": short(rule.approver),
                "until": until,
            }


_Alike = tuple[Terms, str | None, tuple[object, ...]]
_TOLD: dict[_Alike, list[dict[str, Any]]] = {}
_TOLD_AT_MOST = 1_000


def _why_not(decision: Decision, basis: Basis) -> list[dict[str, Any]]:
    """Return what stands between the ticket and other levels: the same for tickets of one level in which the rules see the same.

    Most tickets are like others; without this it would take most of the time that a detail takes.
    """
    look = _look_of(basis.terms)
    if look is None:
        return _told_gaps(decision.level, basis)
    alike = (basis.terms, decision.level, look(basis.facts))
    told_before = _TOLD.get(alike)
    if told_before is None:
        if len(_TOLD) >= _TOLD_AT_MOST:
            _TOLD.clear()
        told_before = _TOLD[alike] = _told_gaps(decision.level, basis)
    return told_before


def _told_gaps(level: str | None, basis: Basis) -> list[dict[str, Any]]:
    gaps = why_not(basis.terms, basis.facts, raised=level)
    if not gaps:
        return []
    levels, titles = levels_of(basis.terms), level_titles([basis.rulebook.policy])
    return [
        {
            "level": gap.level,
            "better": levels.is_better(gap.level, level),
            "target": levels.target(gap.level),
            "text": {language: short(told(gap, titles, language, placed=False)) for language in LANGUAGES},
            "at": gap.missing[0].at if gap.missing else gap.at,
            "input": _input_of(gap),
        }
        for gap in levels.in_order(gaps, level)
    ]


def _input_of(gap: LevelGap) -> str | None:
    """Return the agents' input that the level waits for; None where an agent's word alone would not bring it."""
    asked = [trace.path.removeprefix("fields.") for trace in (*gap.missing, *gap.holding)]
    return asked[0] if asked and _AGENTS.issuperset(asked) else None


@lru_cache(maxsize=16)
def _look_of(terms: Terms) -> Callable[[Facts], tuple[object, ...]] | None:
    return looked_at(one.rule.when for rules in terms.rules_by_revision for one in rules)
