"""Customers from an Excel workbook, read to its last row whatever it says of itself, and never beyond bounds.

The workbook's own words are not trusted. Many exporters state a size (`<dimension>`) of one cell, so it is ignored; a
few bytes can unpack to gigabytes, so the size is checked first; one cell at the far end of a sheet would cost a
million empty rows of sixteen thousand cells, so only cells that are written count, of the columns that are read.
"""

import importlib.util
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from pydantic import Field

from bridge.connectors.registry.damage import shown
from bridge.connectors.registry.sources.base import FileSource
from bridge.connectors.registry.sources.file_formats import refuse_other_formats
from bridge.connectors.registry.sources.table import (
    SourceTable,
    SourceUnusable,
    TableNote,
    column_places,
    found_header,
)
from bridge.connectors.registry.sources.workbook import MOST_ROWS, Book, Sheet, SheetRow, open_book
from bridge.errors import Severity
from bridge.policies.checks.catalogue import folded

_LARGEST_UNPACKED = 256 * 1024 * 1024
_UNPACKED_UNASKED = 16 * 1024 * 1024
_MOST_TIMES = 100
"""Tables pack to a tenth of their size; a part above the one that packs to less than a hundredth is none."""

_MOST_PARTS = 10_000
_SHEETS_LOOKED_AT = 20


class ExcelSource(FileSource):
    """An Excel workbook (.xlsx); its first row names the columns."""

    kind: Literal["excel"] = Field(description="An Excel workbook (.xlsx).")
    sheet: str | None = Field(default=None, description="Name of the sheet; the first one by default.")

    def table(self, content: bytes, name: str) -> SourceTable:
        """Return the sheet's table. Raises SourceUnusable, also while its rows are read."""
        if importlib.util.find_spec("openpyxl") is None:
            raise SourceUnusable(f"{name}: reading Excel needs openpyxl", hint="install osticket-sla-bridge[excel]")
        refuse_other_formats(content, name, self.kind)
        wanted = self.wanted()
        notes: list[TableNote] = []
        with _unusable(name):
            _refuse_bombs(content, name)
            book = open_book(content)
            chosen = self._chosen(book, name, notes)
            book.read_shared()
            first = _first_row(book, chosen, wanted, notes)
            header = [first.cells.get(place, "") for place in range(1 + max(first.cells, default=-1))]
            try:
                places = column_places(header, wanted, name)
            except SourceUnusable as error:
                raise _elsewhere(error, book, chosen, wanted) from None
        rows = _rows(book, chosen, first.number, 1 + max(places.values()), notes, name)
        return SourceTable(rows=rows, columns=places, titles=wanted, sheet=chosen.title, notes=notes)

    def _chosen(self, book: Book, name: str, notes: list[TableNote]) -> Sheet:
        titles = [sheet.title for sheet in book.sheets]
        if not titles or (self.sheet is not None and self.sheet not in titles):
            raise SourceUnusable(f"{name} has no sheet {self.sheet!r}", hint=f"there are: {', '.join(titles)[:400]}")
        chosen = book.sheets[0 if self.sheet is None else titles.index(self.sheet)]
        if chosen.hidden and self.sheet is None:
            message = f"the first sheet, {shown(chosen.title)}, is hidden and is the one that is read"
            hint = "write the name of the right one: sheet: …"
            notes.append(TableNote(code="hidden", line=1, message=message, hint=hint, severity=Severity.WARNING))
        return chosen


@contextmanager
def _unusable(name: str) -> Iterator[None]:
    """Turn whatever the readers of zip and XML raise into SourceUnusable."""
    try:
        yield
    except SourceUnusable as error:
        if not error.message.startswith(name):
            raise SourceUnusable(f"{name} is not read: {error.message}", hint=error.hint) from None
        raise
    except Exception as error:  # noqa: BLE001 -- the library raises whatever its zip and XML readers raise
        raise SourceUnusable(f"{name} is no Excel workbook", hint=f"save it as .xlsx ({str(error)[:200]})") from None


def _refuse_bombs(content: bytes, name: str) -> None:
    """Raise SourceUnusable for what must not be unpacked.

    The sizes that a zip states of its members can be relied on: Python reads no member beyond its own.
    """
    if content.count(b"PK\x01\x02") > _MOST_PARTS:
        raise SourceUnusable(f"{name} has more than {_MOST_PARTS:,} parts")
    members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    if any(member.flag_bits & 1 for member in members):
        raise SourceUnusable(f"{name} is packed with a password", hint="save it as .xlsx without a password")
    unpacked = sum(member.file_size for member in members)
    if unpacked > _LARGEST_UNPACKED:
        message = f"{name} unpacks to {unpacked:,} bytes; at most {_LARGEST_UNPACKED:,} are read"
        raise SourceUnusable(message, hint="save only the sheet with the customers, or export it as CSV")
    for member in members:
        if member.file_size > max(_UNPACKED_UNASKED, member.compress_size * _MOST_TIMES):
            message = f"{name} has a part that unpacks to more than {_MOST_TIMES} times its size, as no table does"
            raise SourceUnusable(message, hint="save only the sheet with the customers, or export it as CSV")


def _first_row(book: Book, sheet: Sheet, wanted: Mapping[str, str], notes: list[TableNote]) -> SheetRow:
    """Return the header as a row."""
    seen: dict[int, SheetRow] = {}

    def rows() -> Iterator[tuple[int, list[str]]]:
        for row in book.rows(sheet):
            seen.setdefault(row.number, row)
            yield row.number, list(row.cells.values())

    header = found_header(rows(), wanted, notes)
    return next((row for row in seen.values() if list(row.cells.values()) == header), SheetRow(0, {}, hidden=False))


def _elsewhere(error: SourceUnusable, book: Book, chosen: Sheet, wanted: Mapping[str, str]) -> SourceUnusable:
    """Return the error with the sheet that has the wanted columns, where one has them."""
    names = {folded(column) for column in wanted.values()}
    for sheet in book.sheets[:_SHEETS_LOOKED_AT]:
        if sheet is not chosen and names <= set(map(folded, _first_row(book, sheet, wanted, []).cells.values())):
            hint = f"the sheet {shown(sheet.title)} has the columns; write sheet: {sheet.title[:60]}"
            return SourceUnusable(error.message, hint=hint)
    return error


def _rows(
    book: Book, sheet: Sheet, header: int, width: int, notes: list[TableNote], name: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the header that hold anything, with their numbers; note what the eye sees otherwise."""
    with _unusable(name):
        merged, hanging = book.merged(sheet), dict[int, tuple[int, str]]()
        odd = _OddRows()
        last = 0
        below = False
        for row in book.rows(sheet, width):
            if row.number > MOST_ROWS:
                raise SourceUnusable(f"{name}: the sheet {sheet.title!r} has more than {MOST_ROWS:,} rows")
            if not below:
                below = row.number == header
                last = row.number
                continue
            texts = [row.cells.get(place, "") for place in range(width)]
            shown_too = _fill(texts, row.number, merged, hanging)
            backwards = row.number <= last
            last = row.number
            if any(texts):
                odd.see(row.number, hidden=row.hidden, merged=shown_too, backwards=backwards)
                yield row.number, texts
        notes.extend(odd.notes())


class _OddRows:
    """Rows that the eye sees otherwise: of each kind the first one, and how many there are."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._counts = dict.fromkeys(_ODD_ROWS, 0)

    def see(self, number: int, **kinds: bool) -> None:
        """Count a row for each of the `kinds` that it is of."""
        for kind, is_odd in kinds.items():
            if is_odd:
                self._first[kind] = self._first.get(kind) or number
                self._counts[kind] += 1

    def notes(self) -> Iterator[TableNote]:
        """Yield a warning for each kind, at its first row."""
        for kind, count in self._counts.items():
            if count:
                message = f"{count:,} row(s), this one the first, {_ODD_ROWS[kind]}"
                yield TableNote(code=kind, line=self._first[kind], message=message, severity=Severity.WARNING)


_ODD_ROWS = {
    "hidden": "are hidden or filtered out; they are read like the others",
    "merged": "have cells merged with those above; they are read with what the eye sees there",
    "backwards": "have numbers that came before; they are read in the order in which they are written",
}


def _fill(
    texts: list[str], number: int, merged: Mapping[int, list[tuple[int, int]]], hanging: dict[int, tuple[int, str]]
) -> bool:
    """Put into a row what merged cells show in it, and return whether there was any; `hanging` are those still open."""
    filled = False
    for place, (until, text) in list(hanging.items()):
        if number > until:
            del hanging[place]
        elif not texts[place]:
            texts[place] = text
            filled = True
    for place, until in merged.get(number, ()):
        if place < len(texts) and texts[place]:
            hanging[place] = (until, texts[place])
    return filled
