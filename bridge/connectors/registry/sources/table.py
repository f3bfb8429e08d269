"""What every source of rows is turned into: rows of text with their line numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from bridge.errors import BridgeError, Problem, Severity
from bridge.files.positions import nearest
from bridge.policies.checks.catalogue import folded

MOST_COLUMNS = 16_384
"""The end of a sheet in Excel; no table has more."""

_HEADER_AMONG = 30
_TITLES_COMPARED, _TITLES_SHOWN, _TITLE_SHOWN = 500, 40, 60


class SourceUnusable(BridgeError):
    """A source cannot be read as a whole; its last good copy serves.

    What stands in the file belongs into the hint: of a file outside the configuration folder only the message is shown.
    """

    exit_code = 3


class SourceUnreachable(SourceUnusable):
    """A source gives nothing at all: there is no file, or nobody answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNote:
    """What a source noticed about a line of its table; `place` is a cell of it (from 0), None for the line as a whole.

    `lost`: the line is not used, so nobody can say whom it was about.
    """

    code: str
    line: int
    message: str
    place: int | None = None
    hint: str = ""
    severity: Severity = Severity.ERROR
    lost: bool = False

    def problem(self, file: str) -> Problem:
        """Return the note as a problem of the file."""
        return Problem(
            code=self.code,
            message=f"row {self.line}: {self.message}",
            file=file,
            line=self.line,
            column=0 if self.place is None else self.place + 1,
            hint=self.hint,
            severity=self.severity,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """Rows of a source. `columns` gives each of our column names its place in a row, `titles` the source's name for it.

    Each row comes with the line (CSV, Excel) or the number of the record (JSON, YAML) where it stands. `width` is the
    number of cells in the header, 0 where a row cannot be too long; `sheet` is the sheet of a workbook. `notes` grows
    while the rows are read. `problems` are those of the source as a whole, which do not keep its rows from being used.
    """

    rows: Iterator[tuple[int, list[str]]]
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    width: int = 0
    sheet: str = ""
    problems: Sequence[Problem] = ()
    notes: list[TableNote] = field(default_factory=list)


def found_header(rows: Iterator[tuple[int, list[str]]], wanted: Mapping[str, str], notes: list[TableNote]) -> list[str]:
    """Return the header, and leave `rows` behind it: the first row that has every wanted column, else the first row.

    Reports put titles, dates and blank lines above it, and some write it in two lines.
    """
    names = {folded(column) for column in wanted.values()}
    above: list[tuple[int, list[str]]] = []
    for line, row in islice((one for one in rows if any(one[1])), _HEADER_AMONG):
        if names <= {folded(title) for title in row}:
            if above:
                message = f"the header stands here; what stands above it, from row {above[0][0]} on, is not read"
                notes.append(TableNote(code="late_header", line=line, message=message, severity=Severity.WARNING))
            return row
        above.append((line, row))
    return above[0][1] if above else []


def column_places(header: Sequence[str], wanted: Mapping[str, str], name: str) -> dict[str, int]:
    """Return where the wanted columns stand; `wanted` gives our name → the source's.

    Raises SourceUnusable where one is missing: a renamed column would look like certificates that nobody has. One that is
    there twice is as bad, for nobody knows which of them is kept up.
    """
    if len(header) > MOST_COLUMNS:
        raise SourceUnusable(f"{name} has {len(header):,} columns; at most {MOST_COLUMNS:,} are read")
    places: dict[str, list[int]] = {}
    for index, title in enumerate(header):
        places.setdefault(folded(title), []).append(index)
    missing = [column for column in wanted.values() if folded(column) not in places]
    if missing:
        raise SourceUnusable(f"{name} has no column {', '.join(map(repr, missing))}", hint=_near(missing[0], header))
    for column in wanted.values():
        twice = places[folded(column)]
        if len(twice) > 1:
            listed = " and ".join(str(one + 1) for one in twice[:5])
            message = f"{name} has the column {column!r} {len(twice)} times: columns {listed}"
            raise SourceUnusable(message, hint="rename or remove all but one of them")
    return {ours: places[folded(column)][0] for ours, column in wanted.items()}


def _near(column: str, header: Sequence[str]) -> str:
    near = nearest(column, [title for title in header if title.strip()][:_TITLES_COMPARED])
    hint = f"did you mean {near[:_TITLE_SHOWN]!r}? " if near else ""
    return f"{hint}the header reads: {_listed(header) or 'nothing'}"


def _listed(header: Sequence[str]) -> str:
    listed = ", ".join(title[:_TITLE_SHOWN] for title in header[:_TITLES_SHOWN] if title.strip())
    return f"{listed}, …" if len(header) > _TITLES_SHOWN else listed


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
