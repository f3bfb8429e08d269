"""What every source of rows is turned into: rows of text with their line numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bridge.errors import BridgeError, Problem
from bridge.files.positions import nearest
from bridge.policies.checks.catalogue import folded


class SourceUnusable(BridgeError):
    """A source cannot be read as a whole; its last good copy serves."""

    exit_code = 3


class SourceUnreachable(SourceUnusable):
    """A source gives nothing at all: there is no file, or nobody answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """Rows of a source. `columns` gives each of our column names its place in a row, `titles` the source's name for it.

    Each row comes with the line (CSV, Excel) or the number of the record (JSON, YAML) where it stands. `width` is the
    number of cells in the header, 0 where a row cannot be too long; `sheet` is the sheet of a workbook. `problems` are those of
    the source as a whole, which do not keep its rows from being used.
    """

    rows: Iterator[tuple[int, list[str]]]
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    width: int = 0
    sheet: str = ""
    problems: Sequence[Problem] = ()


def column_places(header: Sequence[str], wanted: Mapping[str, str], name: str) -> dict[str, int]:
    """Return where the wanted columns stand; `wanted` gives our name → the source's.

    Raises SourceUnusable where one is missing: a renamed column would look like certificates that nobody has.
    """
    places: dict[str, int] = {}
    for index, title in enumerate(header):
        places.setdefault(folded(title), index)
    missing = [column for column in wanted.values() if folded(column) not in places]
    if missing:
        near = nearest(missing[0], header)
        hint = f"did you mean {near!r}? " if near else ""
        listed = ", ".join(title for title in header if title.strip())
        raise SourceUnusable(
            f"{name} has no column {', '.join(map(repr, missing))}",
            hint=f"{hint}the header reads: {listed or 'nothing'}",
        )
    return {ours: places[folded(column)] for ours, column in wanted.items()}


def cell_text(value: object) -> str:
    """Return a cell or JSON value as text: dates as 2026-11-20, whole numbers without a fraction, nothing as ''."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, date):
        return value.isoformat()[:10]  # A spreadsheet's dates come with a time of day that nobody entered.
    if isinstance(value, list | tuple):
        return ";".join(cell_text(one) for one in value)
    return str(value)
