"""Customers from an Excel workbook, read to its last row whatever it says of itself, and never beyond bounds.

The workbook's own words are not trusted. Many exporters state a size (`<dimension>`) of one cell, so it is ignored; a
few bytes can unpack to gigabytes, so the size is checked first; one cell at the far end of a sheet would cost a
million empty rows of sixteen thousand cells, so rows are cut to the columns that are read.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from pydantic import Field

from bridge.connectors.registry.cells import NOT_CALCULATED, SPREADSHEET_ERRORS
from bridge.connectors.registry.sources.base import FileSource
from bridge.connectors.registry.sources.table import SourceTable, SourceUnusable, cell_text, column_places

_LARGEST_UNPACKED = 256 * 1024 * 1024
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
"""The end of a sheet in Excel; what stands beyond it Excel did not write."""

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the old format begin, and workbooks with a password, which are packed into one."""

_EXACT_UP_TO = 10**15
"""Excel keeps fifteen digits of a number. What is larger may have lost its last ones, and is written to show that."""

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


class ExcelSource(FileSource):
    """An Excel workbook (.xlsx); its first row names the columns."""

    kind: Literal["excel"] = Field(description="An Excel workbook (.xlsx).")
    sheet: str | None = Field(default=None, description="Name of the sheet; the first one by default.")

    def table(self, content: bytes, name: str) -> SourceTable:
        """Return the sheet's table. Raises SourceUnusable, also while its rows are read."""
        load_workbook = _library(name)
        with _unusable(name):
            _refuse_unread(content, name)
            # A cell tells its value or its formula; without both, a formula that has no value looks like no cell.
            books = [load_workbook(io.BytesIO(content), read_only=True, data_only=True)]
            if _has_formulas(content):
                books.append(load_workbook(io.BytesIO(content), read_only=True, data_only=False))
            titles = [sheet.title for sheet in books[0].worksheets]
            chosen = self.sheet or titles[0]
            if chosen not in titles:
                raise SourceUnusable(f"{name} has no sheet {chosen!r}", hint=f"there are: {', '.join(titles)}")
            values, *formulas = (book[chosen] for book in books)
            header = [_text(cell) for cell in next(_cells(values, 1, 1, _MOST_COLUMNS), ())]
        wanted = self.wanted()
        places = column_places(header, wanted, name)
        rows = _rows(values, formulas, 1 + max(places.values()), name)
        return SourceTable(rows=rows, columns=places, titles=wanted, sheet=chosen)


def _library(name: str) -> Callable[..., Any]:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 -- an extra: paid for only by who reads Excel
    except ImportError:
        raise SourceUnusable(
            f"{name}: reading Excel needs openpyxl", hint="install osticket-sla-bridge[excel]"
        ) from None
    # It warns of styles and lists to choose from, which nobody asked about. A date that it cannot read becomes #VALUE!.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    opened: Callable[..., Any] = load_workbook
    return opened


@contextmanager
def _unusable(name: str) -> Iterator[None]:
    """Turn whatever the readers of zip and XML raise into SourceUnusable."""
    try:
        yield
    except SourceUnusable:
        raise
    except Exception as error:  # noqa: BLE001 -- openpyxl raises whatever its zip and XML readers raise
        raise SourceUnusable(f"{name} is no Excel workbook: {error}", hint="save it as .xlsx") from None


def _refuse_unread(content: bytes, name: str) -> None:
    """Raise SourceUnusable for what must not be unpacked.

    The sizes that a zip states of its members can be relied on: Python reads no member beyond its own.
    """
    if content.startswith(_OLD_OR_LOCKED):
        message = f"{name} is no Excel workbook: it is of the old format .xls, or locked with a password"
        raise SourceUnusable(message, hint="save it as .xlsx without a password")
    unpacked = sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(content)).infolist())
    if unpacked > _LARGEST_UNPACKED:
        message = f"{name} unpacks to {unpacked:,} bytes; at most {_LARGEST_UNPACKED:,} are read"
        raise SourceUnusable(message, hint="save only the sheet with the customers, or export it as CSV")


def _has_formulas(content: bytes) -> bool:
    """Return whether any sheet may have a formula; it is read a second time for them."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
    return any(_FORMULA.search(archive.read(sheet)) for sheet in sheets)


def _cells(sheet: Any, first: int, last: int, width: int) -> Iterator[Any]:
    """Return the rows of cells from the `first` to the `last`, each cut or filled up to `width` cells."""
    sheet.reset_dimensions()
    rows: Iterator[Any] = sheet.iter_rows(min_row=first, max_row=last, max_col=width)
    return rows


def _rows(values: Any, formulas: list[Any], width: int, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the header that hold anything, with their numbers."""
    with _unusable(name):
        rows, *behind = (_cells(sheet, 2, _MOST_ROWS + 1, width) for sheet in (values, *formulas))
        for number, row in enumerate(rows, 2):
            if number > _MOST_ROWS:
                raise SourceUnusable(f"{name}: the sheet {values.title!r} has more than {_MOST_ROWS:,} rows")
            texts = [_text(cell) for cell in row]
            for formulas_of_row in behind:
                _mark_uncalculated(texts, row, next(formulas_of_row))
            if any(texts):
                yield number, texts


def _mark_uncalculated(texts: list[str], values: Sequence[Any], formulas: Sequence[Any]) -> None:
    for place, (value, formula) in enumerate(zip(values, formulas, strict=True)):
        # A formula that gave an empty text has the type `str`; one that nobody calculated yet has none.
        if formula.data_type == "f" and value.value is None and value.data_type != "str":
            texts[place] = NOT_CALCULATED


def _text(cell: Any) -> str:
    """Return a cell as text: errors of the spreadsheet by their codes, numbers with the digits that Excel keeps."""
    value = cell.value
    if cell.data_type == "e":
        return value if value in SPREADSHEET_ERRORS else "#UNKNOWN!"
    if isinstance(value, int | float) and abs(value) >= _EXACT_UP_TO:
        return f"{value:.15g}"
    return cell_text(value)
