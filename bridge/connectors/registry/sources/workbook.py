"""The parts of an Excel workbook, read as they stream by: no part is held as a tree, whatever it unpacks to.

The library reads what a workbook consists of; its own readers of strings, styles and cells build objects without bound.
"""

import math
import re
import time
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.parsers import expat

from bridge.connectors.registry.damage import NOT_CALCULATED, SPREADSHEET_ERRORS
from bridge.connectors.registry.sources.table import MOST_COLUMNS, SourceUnusable, cell_text

MOST_ROWS = 1_048_576
"""The end of a sheet in Excel; what stands beyond it Excel did not write."""

_MOST_STRINGS, _MOST_STYLES, _MOST_MERGES = 3_000_000, 65_536, 50_000
_LARGEST_DESCRIPTION = 4 * 1024 * 1024
_MOST_SECONDS = 120.0
_CHUNK = 1 << 18

_EXACT_UP_TO = 10**15
"""Excel keeps fifteen digits of a number. What is larger may have lost its last ones, and is written to show that."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
_MERGED = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_PADDED = re.compile(r"0{2,}")
_UNKNOWN = "#UNKNOWN!"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its title, where its cells are in the archive, and whether nobody sees it."""

    title: str
    target: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it is written: its number, its cells by their column (from 0), whether it is hidden."""

    number: int
    cells: Mapping[int, str]
    hidden: bool


@dataclass(slots=True)
class Book:
    """An open workbook."""

    archive: zipfile.ZipFile
    sheets: tuple[Sheet, ...]
    epoch: Any
    strings_in: str = ""
    _strings: list[str] = field(default_factory=list)
    _dates: Mapping[int, bool] = field(default_factory=dict)
    _padded: Mapping[int, int] = field(default_factory=dict)

    def read_shared(self) -> None:
        """Read the strings and the formats that all sheets share."""
        if self.strings_in in self.archive.namelist():
            self._strings = _strings(self.archive, self.strings_in)
        formats = _formats(self.archive) if "xl/styles.xml" in self.archive.namelist() else []
        self._dates = {style: True for style, code in enumerate(formats) if _is_date(code)}
        self._padded = {style: len(code) for style, code in enumerate(formats) if _PADDED.fullmatch(code)}

    def rows(self, sheet: Sheet, width: int = MOST_COLUMNS) -> Iterator[SheetRow]:
        """Yield the rows in the order in which they are written, each with its first `width` columns."""
        reader = _SheetReader(self, width)
        end = time.monotonic() + _MOST_SECONDS
        with self.archive.open(sheet.target) as source:
            while chunk := source.read(_CHUNK):
                reader.feed(chunk)
                yield from reader.taken()
                if time.monotonic() > end:
                    raise SourceUnusable(f"the sheet {sheet.title!r} takes more than {_MOST_SECONDS:g} seconds to read")
        reader.feed(b"")
        yield from reader.taken()

    def merged(self, sheet: Sheet) -> dict[int, list[tuple[int, int]]]:
        """Return cells merged downwards: the first row → the column (from 0) and the last row of each."""
        found: dict[int, list[tuple[int, int]]] = {}
        rest = b""
        count = 0
        with self.archive.open(sheet.target) as source:
            while chunk := source.read(_CHUNK):
                part = rest + chunk
                for match in _MERGED.finditer(part) if b"mergeCell" in part else ():
                    letters, first, _, last = match.groups()
                    if int(last) > int(first):
                        if count >= _MOST_MERGES:
                            raise SourceUnusable(f"it has more than {_MOST_MERGES:,} merged cells")
                        found.setdefault(int(first), []).append((_place(letters.decode()), int(last)))
                        count += 1
                rest = part[part.rfind(b"<") :][-200:] if b"mergeCell" in part[-400:] else part[-20:]
        return found

    def text(self, kind: str, style: int, value: str | None, formula: bool) -> str:  # noqa: FBT001 -- four facts of a cell
        """Return a cell as text: errors of the spreadsheet by their codes, numbers with the digits that Excel keeps."""
        if value is None or value == "":
            return NOT_CALCULATED if formula and kind != "str" else ""
        if kind in {"str", "inlineStr"}:
            return _ESCAPED.sub(_character, value)
        try:
            return self._typed(kind, style, value)
        except (ValueError, IndexError, OverflowError):
            return _UNKNOWN

    def _typed(self, kind: str, style: int, value: str) -> str:
        if kind == "s":
            index = int(value)
            return self._strings[index] if index >= 0 else _UNKNOWN
        if kind == "b":
            return cell_text(bool(int(value)))
        if kind == "e":
            return value if value in SPREADSHEET_ERRORS else _UNKNOWN
        if kind == "d":
            return value[:10]
        return self._number(style, value)

    def _number(self, style: int, value: str) -> str:
        number = float(value) if any(sign in value for sign in ".eE") else int(value)
        if not math.isfinite(number):
            raise ValueError
        if style in self._dates:
            return _day(number, self.epoch)
        if abs(number) >= _EXACT_UP_TO:
            return f"{number:.15g}"
        return cell_text(number).zfill(self._padded.get(style, 0))


class _SheetReader:
    """Turns the XML of a sheet into rows."""

    def __init__(self, book: Book, width: int) -> None:
        self._book = book
        self._width = width
        self._rows: list[SheetRow] = []
        self._number = 0
        self._hidden = False
        self._cells: dict[int, str] = {}
        self._place = -1
        self._kind, self._style, self._formula = "n", 0, False
        self._value: list[str] | None = None
        self._phonetic = False
        self._parser = _parser(self._start, self._end, self._text)
        self._collects = False

    def feed(self, chunk: bytes) -> None:
        """Take in a part of the XML, the last one empty."""
        self._parser.Parse(chunk, not chunk)

    def taken(self) -> list[SheetRow]:
        """Return the rows that are complete, once."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._value = self._value or []
            self._collects = True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "rPh":
            self._phonetic = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._place = _place(reference[1]) if reference else self._place + 1
        if self._place >= MOST_COLUMNS:
            raise SourceUnusable(f"row {self._number} has more than {MOST_COLUMNS:,} cells")
        self._kind, self._formula, self._value = attributes.get("t", "n"), False, None
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdigit() else 0

    def _start_row(self, attributes: dict[str, str]) -> None:
        stated = attributes.get("r", "").partition(".")[0]
        self._number = int(stated) if stated.isdigit() else self._number + 1
        self._hidden = attributes.get("hidden", "0") in {"1", "true"}
        self._cells, self._place = {}, -1

    def _text(self, text: str) -> None:
        if self._collects and self._value is not None:
            self._value.append(text)

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in {"v", "t"}:
            self._collects = False
        elif tag == "c":
            if self._place < self._width:
                value = "".join(self._value) if self._value is not None else None
                text = self._book.text(self._kind, self._style, value, self._formula)
                if text:
                    self._cells[self._place] = text
        elif tag == "row":
            self._rows.append(SheetRow(self._number, self._cells, self._hidden))
        elif tag == "rPh":
            self._phonetic = False


def open_book(content: bytes) -> Book:
    """Return the workbook with its sheets. Raises whatever the readers of zip and XML raise."""
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 -- an extra: paid for only by who reads Excel
    from openpyxl.xml.constants import SHARED_STRINGS  # noqa: PLC0415

    reader = ExcelReader(BytesIO(content), read_only=True, keep_links=False)
    for member in reader.archive.infolist():
        described = member.filename.endswith((".rels", "workbook.xml", "[Content_Types].xml"))
        if described and member.file_size > _LARGEST_DESCRIPTION:
            raise SourceUnusable(f"its part {member.filename} unpacks to {member.file_size:,} bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns of names and views, which nobody asked about.
        reader.read_manifest()
        reader.read_workbook()
        sheets = tuple(
            Sheet(sheet.name, relation.target, sheet.state != "visible")
            for sheet, relation in reader.parser.find_sheets()
            if "chartsheet" not in relation.Type and relation.target in reader.valid_files
        )
    strings = reader.package.find(SHARED_STRINGS)
    return Book(reader.archive, sheets, reader.wb.epoch, strings.PartName[1:] if strings is not None else "")


def _parser(start: Any, end: Any, text: Any = None) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse_doctype  # No program writes one; entities that multiply need one.
    return parser


def _refuse_doctype(*_: object) -> None:
    raise ValueError("its XML defines entities of its own")


def _fed(archive: zipfile.ZipFile, part: str, parser: expat.XMLParserType) -> None:
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Return the strings that cells name by their numbers; readings in another script are no part of them."""
    found: list[str] = []
    parts: list[str] = []
    state = {"t": False, "rPh": False}

    def start(name: str, _: object) -> None:
        tag = name.rpartition(" ")[2]
        if tag in state:
            state[tag] = True
        elif tag == "si":
            parts.clear()

    def text(said: str) -> None:
        if state["t"] and not state["rPh"]:
            parts.append(said)

    def end(name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in state:
            state[tag] = False
        elif tag == "si":
            if len(found) >= _MOST_STRINGS:
                raise SourceUnusable(f"it has more than {_MOST_STRINGS:,} texts")
            found.append(_ESCAPED.sub(_character, "".join(parts)))

    _fed(archive, part, _parser(start, end, text))
    return found


def _formats(archive: zipfile.ZipFile) -> list[str]:
    """Return the number format of each style."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415

    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    styles: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "numFmt":
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside.append(tag)
        elif tag == "xf" and inside:
            styles.append(int(attributes.get("numFmtId", "0")))
        if len(styles) + len(codes) > _MOST_STYLES:
            raise SourceUnusable(f"it has more than {_MOST_STYLES:,} formats")

    def end(name: str) -> None:
        if name.rpartition(" ")[2] == "cellXfs":
            inside.clear()

    _fed(archive, "xl/styles.xml", _parser(start, end))
    return [codes.get(style, "General") for style in styles]


def _is_date(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415

    return bool(is_date_format(code))


def _day(number: float, epoch: Any) -> str:
    from openpyxl.utils.datetime import from_excel  # noqa: PLC0415

    try:
        return cell_text(from_excel(number, epoch))
    except (OverflowError, ValueError):
        return "#VALUE!"


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


def _place(letters: str) -> int:
    """Return the column of letters such as AB, from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
