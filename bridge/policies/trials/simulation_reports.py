"""What a candidate would change, for people at a terminal and for programs."""

from collections.abc import Mapping
from typing import Any

from bridge.policies.trials.simulate import GROUPS, KINDS, Difference, Summary
from bridge.tickets import instant_text


def as_json(summary: Summary) -> dict[str, Any]:
    """Return the summary as JSON data; groups are sorted by size, the largest first."""
    return {
        "tickets": summary.tickets,
        "changed": summary.changed,
        "kinds": {kind: summary.kinds[kind] for kind in KINDS},
        "deadlines": {
            "earlier": summary.earlier,
            "earlier_seconds": summary.earlier_seconds,
            "later": summary.later,
            "later_seconds": summary.later_seconds,
        },
        **{
            name: [{"from": before, "to": after, "tickets": count} for (before, after), count in by_size(summary, name)]
            for name in GROUPS
        },
        **{
            name: [{"name": key, "tickets": count} for key, count in by_size(summary, name)]
            for name in ("departments", "categories", "breached", "saved")
        },
        "actions": [{"id": id_, "from": before, "to": after} for id_, (before, after) in summary.actions.items()],
        "samples": {kind: [_row(change) for change in summary.samples.get(kind, [])] for kind in KINDS},
        "failed": [{"ticket_id": ticket, "reason": reason} for ticket, reason in summary.failed],
    }


def by_size(summary: Summary, name: str) -> list[tuple[Any, int]]:
    """Return what a group of the summary counts with its counts, the largest first."""
    counter: Mapping[Any, int] = getattr(summary, name)
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _row(difference: Difference) -> dict[str, Any]:
    def pair(before: object, after: object) -> dict[str, object]:
        return {"from": before, "to": after}

    return {
        "ticket_id": difference.ticket_id,
        "number": difference.number,
        "department": difference.department,
        "category": difference.category,
        **{name: pair(*getattr(difference, name)) for name in ("level", "rule", "state", "verdict")},
        "due_at": pair(*map(instant_text, difference.due)),
        "breached": list(difference.breached),
        "saved": list(difference.saved),
        "thresholds": list(difference.thresholds),
    }


def as_text(summary: Summary) -> str:
    """Return the summary for a terminal."""
    share = summary.changed / summary.tickets if summary.tickets else 0.0
    lines = [f"{summary.changed} of {summary.tickets} tickets would change ({share:.1%})"]
    for name, title in (("levels", "level"), ("rules", "rule"), ("states", "state"), ("verdicts", "verdict")):
        moves = by_size(summary, name)[:10]
        lines.extend(f"  {title}: {before} → {after}: {count}" for (before, after), count in moves)
    if summary.earlier or summary.later:
        lines.append(f"  deadlines: {summary.earlier} earlier, {summary.later} later")
    if summary.kinds["thresholds"]:
        lines.append(f"  other thresholds reached: {summary.kinds['thresholds']}")
    for name, title in (("breached", "would be breached"), ("saved", "would no longer be breached")):
        lines.extend(f"  {title}: {metric}: {count}" for metric, count in by_size(summary, name))
    lines.extend(
        f"  action {id_}: due {before} → {after}" for id_, (before, after) in summary.actions.items() if before != after
    )
    lines.extend(f"  for example {_told(change)}" for change in _examples(summary))
    lines.extend(f"  not decided: ticket {ticket}: {reason}" for ticket, reason in summary.failed[:10])
    return "\n".join(lines)


EXAMPLES = 5
"""How many tickets the terminal shows; JSON and the page have more."""


_BY_WEIGHT = ("breached", "saved", "verdict", "level", "state", "deadline", "thresholds")
"""The kinds of changes, those that matter most first."""


def _examples(summary: Summary) -> list[Difference]:
    """Return a few changed tickets, one of each kind first, those that matter most before the others."""
    kept = [summary.samples.get(kind, []) for kind in _BY_WEIGHT]
    found: dict[int, Difference] = {}
    for rank in range(max(map(len, kept), default=0)):
        for changes in kept:
            if rank < len(changes) and len(found) < EXAMPLES:
                found.setdefault(changes[rank].ticket_id, changes[rank])
    return list(found.values())


def _told(difference: Difference) -> str:
    moves = {"level": difference.level, "state": difference.state, "support": difference.verdict}
    said = [f"{name} {before} → {after}" for name, (before, after) in moves.items() if before != after]
    if difference.due[0] != difference.due[1]:
        before, after = (instant_text(one) or "none" for one in difference.due)
        said.append(f"due {before} → {after}")
    said += [f"{metric} breached" for metric in difference.breached]
    said += [f"{metric} no longer breached" for metric in difference.saved]
    if difference.thresholds:
        said.append(f"other thresholds: {', '.join(difference.thresholds)}")
    return f"{difference.number} ({difference.department}): {', '.join(said)}"
