"""What a candidate policy would change, as one self-contained HTML page: no script, no style or image from elsewhere."""

from collections.abc import Iterator
from html import escape
from typing import Any

from bridge.policies.trials.simulate import KINDS, Summary
from bridge.policies.trials.simulation_reports import as_json
from bridge.tickets import Instant, format_instant

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --bar: #3b7dd8; --warn: #c62828; --good: #2e7d32 }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
.figures { display: flex; flex-wrap: wrap; gap: 1rem }
.figure { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; min-width: 8rem }
.figure b { display: block; font-size: 1.6rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line) }
td.count { text-align: right; font-variant-numeric: tabular-nums; width: 5rem }
table.bars { table-layout: fixed } table.bars td:first-child { width: 35%; overflow-wrap: anywhere } svg { display: block } rect { fill: var(--bar) } rect.breached { fill: var(--warn) } rect.saved { fill: var(--good) }
.scroll { overflow-x: auto }
"""

_TITLES = {
    "level": "Level",
    "deadline": "Deadline",
    "state": "State",
    "verdict": "Support verdict",
    "breached": "Newly breached",
    "saved": "No longer breached",
    "thresholds": "Thresholds reached under one of them only",
}
_GROUPS = {"levels": "Levels", "rules": "Deciding rules", "states": "States", "verdicts": "Support verdicts"}
_COUNTS = {
    "departments": "Changed tickets by department",
    "categories": "Changed tickets by customer category",
    "breached": "Newly breached by metric",
    "saved": "No longer breached by metric",
}


def page(summary: Summary, *, candidate: str, now: Instant) -> str:
    """Return the page; `candidate` names the configuration that was tried, `now` is when the tickets were judged."""
    data = as_json(summary)
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Simulation of {escape(candidate)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>What {escape(candidate)} would change</h1>",
            f"<p>As of {_moment(format_instant(now))}. Nothing was written. All times are UTC.</p>",
            *_figures(summary),
            *_charts(data),
            *_samples(data["samples"]),
            *_failures(data["failed"]),
            "</body></html>\n",
        ]
    )


def _figures(summary: Summary) -> Iterator[str]:
    share = summary.changed / summary.tickets if summary.tickets else 0.0
    figures = {
        "tickets looked at": summary.tickets,
        "would change": f"{summary.changed} ({share:.1%})",
        "deadlines earlier": summary.earlier,
        "deadlines later": summary.later,
        "newly breached": summary.kinds["breached"],
        "no longer breached": summary.kinds["saved"],
    }
    yield '<div class="figures">'
    yield from (f'<div class="figure"><b>{value}</b>{title}</div>' for title, value in figures.items())
    yield "</div>"


def _charts(data: dict[str, Any]) -> Iterator[str]:
    for name, title in _GROUPS.items():
        yield from _bars(title, name, [(f"{one['from']} → {one['to']}", one["tickets"]) for one in data[name]])
    for name, title in _COUNTS.items():
        yield from _bars(title, name, [(one["name"], one["tickets"]) for one in data[name]])


def _bars(title: str, kind: str, rows: list[tuple[str, int]]) -> Iterator[str]:
    if not rows:
        return
    most = max(count for _, count in rows)
    yield f'<h2>{escape(title)}</h2><table class="bars">'
    for name, count in rows:
        share = max(0.5, round(100 * count / most, 1))
        bar = (
            f'<svg width="100%" height="14" role="img" aria-label="{count}">'
            f'<rect class="{kind}" width="{share}%" height="14" rx="3"/></svg>'
        )
        yield f'<tr><td>{escape(name)}</td><td>{bar}</td><td class="count">{count}</td></tr>'
    yield "</table>"


def _samples(samples: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    for kind in KINDS:
        rows = samples.get(kind, [])
        if not rows:
            continue
        yield f"<h2>Examples: {escape(_TITLES[kind])}</h2>"
        yield '<div class="scroll"><table><tr><th>Ticket</th><th>Department</th><th>Level</th><th>State</th><th>Due</th><th>Support</th></tr>'
        for row in rows:
            cells = [
                row["number"],
                row["department"],
                _pair(row["level"]),
                "; ".join((_pair(row["state"]), *row["thresholds"])),
                _pair({key: one and _moment(one) for key, one in row["due_at"].items()}),
                _pair(row["verdict"]),
            ]
            yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
        yield "</table></div>"


def _pair(pair: dict[str, str | None]) -> str:
    before, after = pair["from"] or "–", pair["to"] or "–"
    return before if before == after else f"{before} → {after}"


def _moment(text: str) -> str:
    """Return `2026-11-23T10:00:00Z` as people read it."""
    return text.removesuffix("Z").replace("T", " ")


def _failures(failed: list[dict[str, Any]]) -> Iterator[str]:
    if failed:
        yield "<h2>Not decided</h2><ul>"
        yield from (f"<li>ticket {one['ticket_id']}: {escape(one['reason'])}</li>" for one in failed)
        yield "</ul>"
