"""The picture in the README: a clock's receipt as a drawing, a row for each day, made by `make docs` from a real decision."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from html import escape
from itertools import pairwise
from zoneinfo import ZoneInfo

from bridge.decisions import Clock, Interval

WIDTH, LEFT, TOP, ROW, BAR = 820, 120, 66, 46, 22
FIRST_HOUR, LAST_HOUR = 8, 19
HOUR = (WIDTH - LEFT - 30) / (LAST_HOUR - FIRST_HOUR)
_WORKED = frozenset({"working", "short_day", "working_weekend"})

_STYLE = """\
  svg { font: 13px system-ui, sans-serif }
  text { fill: #24292f } .soft { fill: #57606a } .line { stroke: #d0d7de }
  .closed { fill: #eaeef2 } .counted { fill: #1f883d } .pause { fill: url(#pause) } .ahead { fill: #aceebb }
  .stripe { stroke: #bf8700; stroke-width: 3 } .due { stroke: #cf222e; stroke-width: 2 } .now { stroke: #0969da; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .soft { fill: #8d96a0 } .line { stroke: #30363d } .closed { fill: #21262d }
    .counted { fill: #3fb950 } .ahead { fill: #1b4721 } .stripe { stroke: #d29922 }
    .due { stroke: #f85149 } .now { stroke: #58a6ff }
  }
"""


_STRIPES = """\
<defs><pattern id="pause" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<line class="stripe" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>"""


def drawn(clock: Clock, *, at: int, title: str, marks: Sequence[tuple[int, str]]) -> str:
    """Return an SVG of the clock's receipt from its start to its deadline.

    Filled is time that counted, light is time that will, striped is a pause; `marks` are instants with a word each. `at` is
    the instant of the decision.
    """
    zone = ZoneInfo(clock.zone)
    last = max(clock.due_at or at, at)
    days = list(_days(_local(clock.started_at, zone).date(), _local(last, zone).date()))
    rows = {day: TOP + ROW * number for number, day in enumerate(days)}
    height = TOP + ROW * len(days) + 34
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<style>\n{_STYLE}</style>",
        _STRIPES,
        f'<text x="{LEFT}" y="24" font-weight="600">{escape(title)}</text>',
        *_hours(height),
        *(line for day, y in rows.items() for line in _day(day, y)),
        *(bar for one in clock.receipt for bar in _bars(one, at, zone, rows)),
        *(line for mark in _spread(marks, zone) for line in _mark(*mark, zone=zone, rows=rows, kind="line")),
        *_mark(at, "now", 0, zone=zone, rows=rows, kind="now"),
        *(_mark(clock.due_at, "due", 0, zone=zone, rows=rows, kind="due") if clock.due_at is not None else ()),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _local(instant: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant, zone)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _x(moment: datetime) -> float:
    hour = moment.hour + moment.minute / 60
    return LEFT + HOUR * (min(max(hour, FIRST_HOUR), LAST_HOUR) - FIRST_HOUR)


def _hours(height: int) -> Iterator[str]:
    for hour in range(FIRST_HOUR + 1, LAST_HOUR, 3):
        x = LEFT + HOUR * (hour - FIRST_HOUR)
        yield f'<text class="soft" x="{x:.0f}" y="{height - 10}" text-anchor="middle">{hour:02}:00</text>'


def _day(day: date, y: int) -> Iterator[str]:
    yield f'<text class="soft" x="20" y="{y + BAR - 6}">{day:%a %d %b}</text>'
    yield f'<rect class="closed" x="{LEFT}" y="{y}" width="{HOUR * (LAST_HOUR - FIRST_HOUR):.0f}" height="{BAR}" rx="3"/>'


def _bars(line: Interval, at: int, zone: ZoneInfo, rows: dict[date, int]) -> Iterator[str]:
    """Yield the bars of a receipt's line: one for each day it touches, cut at the instant of the decision."""
    if not line.counted and line.reason != "pause":
        return
    cuts = sorted({line.start, line.end, *([at] if line.start < at < line.end else [])})
    for start, end in pairwise(cuts):
        kind = "pause" if line.reason == "pause" else "counted" if end <= at else "ahead"
        begins, ends = _local(start, zone), _local(end, zone)
        y = rows[begins.date()]
        yield f'<rect class="{kind}" x="{_x(begins):.1f}" y="{y}" width="{_x(ends) - _x(begins):.1f}" height="{BAR}"/>'


def _spread(marks: Sequence[tuple[int, str]], zone: ZoneInfo) -> Iterator[tuple[int, str, int]]:
    """Yield the marks, each with how far above its row its word stands, so that neighbours do not overlap."""
    before: datetime | None = None
    for instant, word in sorted(marks):
        moment = _local(instant, zone)
        near = before is not None and moment - before < timedelta(minutes=90)
        yield instant, word, 12 if near else 0
        before = moment


def _mark(at: int, word: str, above: int, *, zone: ZoneInfo, rows: dict[date, int], kind: str) -> Iterator[str]:
    moment = _local(at, zone)
    x, y = _x(moment), rows[moment.date()]
    yield f'<line class="{kind}" x1="{x:.1f}" y1="{y - 4 - above}" x2="{x:.1f}" y2="{y + BAR + 3}"/>'
    yield f'<text x="{x:.1f}" y="{y - 7 - above}" text-anchor="middle" font-size="11">{escape(word)} {moment:%H:%M}</text>'
