"""What a candidate policy would change, as one self-contained HTML page: no script, no style or image from elsewhere."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bridge.customers import Category
from bridge.files.types import Title
from bridge.policies.agreement.policy import Policy
from bridge.policies.outcome.readable import written
from bridge.policies.telling.policy_changes import Part, PolicyChange, policy_changes
from bridge.policies.telling.titles import STATES, VERDICTS, category_title
from bridge.policies.trials.simulate import GROUPS, NONE, Difference, Summary
from bridge.policies.trials.simulation_reports import by_size
from bridge.reports import simulation_words as words
from bridge.reports.markup import link, page, percent, safe
from bridge.tickets import Instant

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --bar: #3b7dd8; --warn: #c62828; --good: #2e7d32 }
@media (prefers-color-scheme: dark) { :root { --warn: #ef9a9a; --good: #81c784 } }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; overflow-wrap: break-word }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem }
.figure { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem }
.figure b { display: block; font-size: 1.5rem; line-height: 1.3 } .figure small { font-size: .9rem; font-weight: normal }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 2.5rem }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line) }
th { white-space: nowrap } td.ticket { white-space: nowrap }
td.count { text-align: right; font-variant-numeric: tabular-nums; width: 4.5rem }
table.bars { table-layout: fixed } table.bars td:first-child { width: 55%; overflow-wrap: anywhere }
svg { display: block; margin-top: .3rem } rect { fill: var(--bar) } rect.breached { fill: var(--warn) } rect.saved { fill: var(--good) }
.was { opacity: .65 } .breached { color: var(--warn) } .saved { color: var(--good) } .rest { opacity: .75 }
ul { padding-left: 1.2rem } li { margin: .15rem 0 }
@media (max-width: 46rem) {
  body { margin: 1rem auto }
  table.tickets thead { display: none }
  table.tickets tr { display: block; border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0; padding: .3rem .2rem }
  table.tickets td { display: grid; grid-template-columns: 6.5rem 1fr; border: 0; white-space: normal }
  table.tickets td::before { content: attr(data-title); opacity: .65 }
}
"""

_ROWS = 15
"""Rows of a chart; the rest is counted in one line."""

_CHANGES = 40
_FAILURES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationPage:
    """The page of a simulation: `candidate` names the folder that was tried against `current`, `now` is when the tickets were
    judged, and `address_of` gives the page of a ticket in the helpdesk, None where it has none. It speaks the language of the
    tried policy."""

    summary: Summary
    current: Policy
    coming: Policy
    candidate: str
    now: Instant
    zone: tzinfo
    address_of: Callable[[int], str | None]

    def html(self) -> str:
        """Return the page. Everything that others wrote is escaped in it."""
        heading = self._word(words.HEADING, candidate=self.candidate)
        as_of = self._word(
            words.AS_OF,
            policy=self.coming.title.text(self._language),
            at=written(self.now, self.zone, self._language),
            zone=str(self.zone),
        )
        return page(
            language=self._language,
            title=words.HEADING.text(self._language).format(candidate=self.candidate),
            style=_STYLE,
            body=[
                f"<h1>{heading}</h1><p>{as_of}</p>",
                *self._figures(),
                *self._differences(policy_changes(self.current, self.coming)),
                *self._charts(),
                *self._tickets(),
                *self._failures(),
            ],
        )

    @property
    def _language(self) -> str:
        return self.coming.language

    def _word(self, title: Title, **values: object) -> str:
        """Return a text of ours with values of others written in, as HTML."""
        return safe(title.text(self._language).format(**values))

    def _figures(self) -> Iterator[str]:
        summary = self.summary
        share = percent(summary.changed, summary.tickets or 1, self._language)
        figures = {
            "tickets": summary.tickets,
            "changed": f"{summary.changed} <small>{share}</small>",
            "earlier": summary.earlier,
            "later": summary.later,
            "breached": summary.kinds["breached"],
            "saved": summary.kinds["saved"],
        }
        yield '<div class="figures">'
        for name, value in figures.items():
            yield f'<div class="figure"><b>{value}</b>{self._word(words.FIGURES[name])}</div>'
        yield "</div>"

    def _differences(self, changes: Sequence[PolicyChange]) -> Iterator[str]:
        yield f"<h2>{self._word(words.DIFFERENCES)}</h2>"
        if not changes:
            yield f"<p>{self._word(words.NO_DIFFERENCES)}</p>"
            return
        yield "<ul>"
        for change in changes[:_CHANGES]:
            part = self._word(words.PARTS[change.part], name=change.name)
            told = " → ".join(safe(text) or "–" for text in (change.before, change.after))
            detail = f": {told}" if change.before or change.after else ""
            how = "" if change.part is Part.OTHER else f", {self._word(words.HOWS[change.how])}"
            yield f"<li>{part}{how}{detail}</li>"
        yield "</ul>"
        yield from self._rest(len(changes) - _CHANGES)

    def _charts(self) -> Iterator[str]:
        yield '<div class="charts">'
        for name, title in words.CHARTS.items():
            rows = [(self._group(name, key), count) for key, count in by_size(self.summary, name)]
            if rows:
                yield f"<section><h2>{self._word(title)}</h2>"
                yield from _bars(name, rows[:_ROWS])
                yield from self._rest(len(rows) - _ROWS)
                yield "</section>"
        yield "</div>"

    def _group(self, name: str, key: str | tuple[str, str]) -> str:
        """Return what a row of a chart counts, in words."""
        if isinstance(key, tuple):
            one = _OF_A_GROUP[name]
            return " → ".join(self._value(one, value) for value in key)
        return self._metric(key) if name in {"breached", "saved"} else self._value(name, key)

    def _value(self, name: str, value: str) -> str:
        """Return a level, state, verdict or category by its title; a rule and a department have names of their own."""
        if value == NONE and name in {"level", "rule"}:
            return words.NONE.text(self._language)
        if name == "level":
            return self._level(value)
        if name == "categories":
            known = value in list(Category)
            return category_title(Category(value), self._language) if known else words.UNKNOWN.text(self._language)
        if name in _TITLES:
            return _TITLES[name].get(value, words.UNKNOWN).text(self._language)
        return value

    def _level(self, name: str) -> str:
        for policy in (self.coming, self.current):
            for revision in reversed(policy.revisions):
                if name in revision.levels:
                    return revision.levels[name].title.text(self._language)
        return name

    def _metric(self, name: str) -> str:
        for policy in (self.coming, self.current):
            for revision in reversed(policy.revisions):
                for clock in revision.clocks:
                    if clock.metric == name:
                        return clock.title.text(self._language)
        return name

    def _tickets(self) -> Iterator[str]:
        shown = self.summary.most_changed()
        yield f"<h2>{self._word(words.MOST_CHANGED)}</h2>"
        if not shown:
            yield f"<p>{self._word(words.NO_TICKETS)}</p>"
            return
        headings = "".join(f"<th>{self._word(title)}</th>" for title in words.COLUMNS.values())
        yield f'<table class="tickets"><thead><tr>{headings}</tr></thead><tbody>'
        for difference in shown:
            cells = zip(words.COLUMNS.items(), self._row(difference), strict=True)
            told = (
                f'<td class="{name}" data-title="{self._word(title)}"><div>{cell}</div></td>'
                for (name, title), cell in cells
            )
            yield f"<tr>{''.join(told)}</tr>"
        yield "</tbody></table>"
        more = self.summary.changed - len(shown)
        if more > 0:
            yield f'<p class="rest">{self._word(words.MORE_TICKETS, count=more)}</p>'

    def _row(self, difference: Difference) -> Iterator[str]:
        yield link(self.address_of(difference.ticket_id), difference.number)
        yield safe(difference.department)
        yield self._moved("level", difference.level)
        yield "<br>".join(self._state(difference))
        yield "<br>".join(self._due(difference))
        yield self._moved("verdict", difference.verdict)

    def _moved(self, name: str, pair: tuple[str, str]) -> str:
        before, after = (safe(self._value(name, one)) for one in pair)
        return after if before == after else f'<span class="was">{before}</span> → {after}'

    def _state(self, difference: Difference) -> Iterator[str]:
        """Yield both states, and the thresholds that the ticket comes to under one of the policies only."""
        yield self._moved("state", difference.state)
        if difference.thresholds:
            named = (threshold.partition(" ") for threshold in difference.thresholds)
            told = ", ".join(f"{self._metric(metric)}: {name}" for metric, _, name in named)
            yield self._word(words.THRESHOLDS, thresholds=told)

    def _due(self, difference: Difference) -> Iterator[str]:
        """Yield both due times, each with the metric that it is of, and the deadlines that break or no longer do."""
        (was_of, now_of), (was, now) = difference.metric, difference.due
        before, after = self._deadline(was_of, was), self._deadline(now_of, now)
        if before != after and was_of == now_of:
            after = self._deadline("", now)
        yield after if before == after else f'<span class="was">{before}</span> → {after}'
        for name, metrics, title in (
            ("breached", difference.breached, words.BREACHED),
            ("saved", difference.saved, words.SAVED),
        ):
            if metrics:
                told = self._word(title, metrics=", ".join(map(self._metric, metrics)))
                yield f'<span class="{name}">{told}</span>'

    def _deadline(self, metric: str, due: Instant | None) -> str:
        if due is None:
            return "–"
        named = f"{self._metric(metric)}: " if metric else ""
        return safe(f"{named}{written(due, self.zone, self._language)}")

    def _failures(self) -> Iterator[str]:
        failed = self.summary.failed
        if not failed:
            return
        yield f"<h2>{self._word(words.FAILED)} ({len(failed)})</h2><ul>"
        for ticket, reason in failed[:_FAILURES]:
            # A line that is no snapshot has no ticket's id; its reason names the line.
            title = words.FAILED_TICKET if ticket else words.FAILED_LINE
            yield f"<li>{self._word(title, ticket=ticket, reason=reason)}</li>"
        yield "</ul>"
        yield from self._rest(len(failed) - _FAILURES)

    def _rest(self, count: int) -> Iterator[str]:
        if count > 0:
            yield f'<p class="rest">{self._word(words.MORE_ROWS, count=count)}</p>'


_TITLES: Mapping[str, Mapping[str, Title]] = {
    "state": {str(key): title for key, title in STATES.items()},
    "verdict": {str(key): title for key, title in VERDICTS.items()},
}

_OF_A_GROUP = dict(zip(GROUPS, ("level", "rule", "state", "verdict"), strict=True))
"""What the members of each group of moves are."""


def _bars(kind: str, rows: Sequence[tuple[str, int]]) -> Iterator[str]:
    most = max(count for _, count in rows)
    yield '<table class="bars">'
    for name, count in rows:
        share = max(0.5, round(100 * count / most, 1))
        bar = (
            f'<svg width="100%" height="14" role="img" aria-label="{count}">'
            f'<rect class="{kind}" width="{share}%" height="14" rx="3"/></svg>'
        )
        yield f'<tr><td>{safe(name)}</td><td>{bar}</td><td class="count">{count}</td></tr>'
    yield "</table>"
