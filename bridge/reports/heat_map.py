"""The week by hours as inline SVG: how much came, what was missed, and where working time lies."""

from collections.abc import Iterator, Sequence

from bridge.policies.figures.model import HeatMap
from bridge.reports.charts import text

WIDTH, HEIGHT = 936, 236
_LEFT, _TOP, _CELL_WIDTH, _CELL_HEIGHT = 36, 24, 37.5, 30
_SHADES = 5
_BESIDE = 3
"""Digits that have room beside each other; more of them stand one below the other."""


def heat_map(arrivals: HeatMap, breaches: HeatMap, working: HeatMap, weekdays: Sequence[str]) -> Iterator[str]:
    """Yield the parts of the picture. Shades grow with what came; a number in a frame are the deadlines missed in that hour."""
    most = max(max(row) for row in arrivals)
    for hour in range(24):
        busy = any(row[hour] for row in working)
        yield text(_x(hour) + _CELL_WIDTH / 2, 15, f"{hour:02}", "strong" if busy else "axis", "middle")
    for day, name in enumerate(weekdays):
        yield text(4, _y(day) + 19, name)
        for hour in range(24):
            yield from _cell(day, hour, arrivals[day][hour], breaches[day][hour], most)
    yield f'<path class="outline" d="{_outline(working)}"/>'


def _x(hour: int) -> float:
    return _LEFT + hour * _CELL_WIDTH


def _y(day: int) -> float:
    return _TOP + day * _CELL_HEIGHT


def _cell(day: int, hour: int, arrived: int, missed: int, most: int) -> Iterator[str]:
    shade = -(-arrived * _SHADES // most) if arrived else 0
    kind = f"h{shade}" if shade else "empty"
    x, y = _x(hour), _y(day)
    yield f'<rect x="{x:g}" y="{y:g}" width="{_CELL_WIDTH:g}" height="{_CELL_HEIGHT}" class="cell {kind}"/>'
    crowded = missed and len(str(arrived)) + len(str(missed)) > _BESIDE
    if arrived:
        across = x + (10 if missed and not crowded else _CELL_WIDTH / 2)
        yield text(across, y + (11 if crowded else 19), str(arrived), f"n n{shade}")
    if missed:
        wide, top = 9 + 6 * len(str(missed)), y + (13 if crowded else 7)
        left = x + _CELL_WIDTH - wide - 2
        yield f'<rect x="{left:g}" y="{top:g}" width="{wide}" height="16" rx="2" class="framed"/>'
        yield text(left + wide / 2, top + 12, str(missed), "framed-number")


def _outline(working: HeatMap) -> str:
    """Return the path around the hours of working time."""

    def works(day: int, hour: int) -> bool:
        return 0 <= day < 7 and 0 <= hour < 24 and bool(working[day][hour])

    sides: list[str] = []
    for day in range(7):
        for hour in range(24):
            if not works(day, hour):
                continue
            x, y = _x(hour), _y(day)
            for next_day, next_hour, path in (
                (day - 1, hour, f"M{x:g} {y:g}h{_CELL_WIDTH:g}"),
                (day + 1, hour, f"M{x:g} {y + _CELL_HEIGHT:g}h{_CELL_WIDTH:g}"),
                (day, hour - 1, f"M{x:g} {y:g}v{_CELL_HEIGHT}"),
                (day, hour + 1, f"M{x + _CELL_WIDTH:g} {y:g}v{_CELL_HEIGHT}"),
            ):
                if not works(next_day, next_hour):
                    sides.append(path)
    return "".join(sides)
