"""Charts as inline SVG, drawn by hand: each has a title and a description, and the page puts a table of its numbers beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.reports.markup import attributes, decimal, safe

HATCHES = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>'
    '<pattern id="hatch-missed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect width="6" height="6" fill="var(--missed)"/><rect width="2.2" height="6" fill="var(--ground)"/></pattern>'
    '<pattern id="hatch-waiting" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="var(--ground)"/><rect width="2.5" height="6" fill="var(--wait)"/></pattern>'
    "</defs></svg>"
)
"""The patterns that all charts of a page share: print has no colours."""

MET, MISSED, OURS, WAITING = 'class="bar"', 'fill="url(#hatch-missed)"', 'class="bar"', 'fill="url(#hatch-waiting)"'


def key(fill: str, *, edge: str = "none") -> str:
    """Return the small picture of a colour or pattern in a legend."""
    return f'<svg width="20" height="11" aria-hidden="true"><rect width="20" height="11" {fill} stroke="{edge}"/></svg>'


def share_bar(met: int, missed: int) -> str:
    """Return met and missed as one bar; its numbers stand beside it, so no reader hears it. Nothing missed is too thin to see."""
    width = 120.0
    late = max(4.0, width * missed / (met + missed)) if missed else 0.0
    late = min(late, width - 4.0) if met else late
    return (
        f'<svg width="100%" height="12" viewBox="0 0 {width:g} 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width - late:.1f}" height="12" {MET}/>'
        + (
            f'<rect x="{width - late:.1f}" width="{late:.1f}" height="12" {MISSED} stroke="var(--missed)"/>'
            if late
            else ""
        )
        + "</svg>"
    )


def chart(name: str, width: int, height: int, *, title: str, description: str, parts: Iterator[str]) -> str:
    """Return a picture that tells its title and description to those who cannot see it."""
    head = attributes(viewBox=f"0 0 {width} {height}", role="img", aria_labelledby=f"{name}-title {name}-desc")
    told = f'<title id="{name}-title">{safe(title)}</title><desc id="{name}-desc">{safe(description)}</desc>'
    return f"<svg{head}>{told}{''.join(parts)}</svg>"


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "") -> str:
    """Return words at a place of a picture."""
    return f"<text{attributes(x=f'{x:g}', y=f'{y:g}', class_=kind or None, text_anchor=anchor or None)}>{safe(words)}</text>"


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """A point of the line: the month's short name and its share in tenths of a percent, None without data."""

    name: str
    tenths: int | None


def month_line(points: Sequence[MonthPoint], language: str) -> Iterator[str]:
    """Yield the line of the months, 560 by 220. Its axis begins above zero, so each point says its number."""
    known = [one.tenths for one in points if one.tenths is not None]
    low, high, step = _scale(min(known), max(known))
    left, right, top, bottom = 48.0, 548.0, 22.0, 186.0

    def place(index: int, tenths: int) -> tuple[float, float]:
        return left + 16 + index * (right - left - 32) / max(1, len(points) - 1), bottom - (bottom - top) * (
            tenths - low
        ) / (high - low)

    for tenths in range(low, high + 1, step):
        _, y = place(0, tenths)
        yield f'<line x1="{left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
        yield text(left - 6, round(y + 4, 1), f"{tenths // 10}\N{NO-BREAK SPACE}%", "axis", "end")
    for run in _runs(points):
        line = " ".join("{:.1f},{:.1f}".format(*place(index, tenths)) for index, tenths in run)
        yield f'<polyline points="{line}" class="curve"/>'
    for index, one in enumerate(points):
        x, y = place(index, one.tenths if one.tenths is not None else low)
        yield text(round(x, 1), bottom + 22, one.name, "axis", "middle")
        if one.tenths is not None:
            is_last = index == len(points) - 1
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{5 if is_last else 3.5}" class="point{" last" if is_last else ""}"/>'
            yield text(
                round(x, 1), round(y - 10, 1), decimal(one.tenths, language), "strong" if is_last else "", "middle"
            )


def _scale(least: int, most: int) -> tuple[int, int, int]:
    """Return the ends of an axis and its step, in tenths of a percent, with at most six steps and room above zero."""
    for step in (20, 40, 50, 100, 200):
        low = max(0, (least - 1) // step * step)
        high = min(1000, -(-most // step) * step)
        high = max(high, low + step)
        if (high - low) // step <= 5:
            return low, high, step
    return 0, 1000, 200


def _runs(points: Sequence[MonthPoint]) -> Iterator[list[tuple[int, int]]]:
    """Yield the stretches of neighbouring months that have data."""
    run: list[tuple[int, int]] = []
    for index, one in enumerate(points):
        if one.tenths is not None:
            run.append((index, one.tenths))
        elif run:
            yield run
            run = []
    if run:
        yield run


def age_bars(bands: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    """Yield a bar for each age, 360 by 30 a row: what is ours, and hatched what waits for the customer."""
    most = max(1, *(ours + waiting for _, ours, waiting in bands))
    left, width = 92.0, 222.0
    for index, (name, ours, waiting) in enumerate(bands):
        y, first = 8.0 + index * 30, width * ours / most
        second = width * waiting / most
        yield text(left - 8, y + 14, name, "", "end")
        yield f'<rect x="{left:g}" y="{y:g}" width="{first:.1f}" height="20" {OURS}/>'
        if waiting:
            yield f'<rect x="{left + first:.1f}" y="{y:g}" width="{second:.1f}" height="20" {WAITING} stroke="var(--wait)"/>'
        yield text(round(left + first + second + 6, 1), y + 14, str(ours + waiting), "strong")
