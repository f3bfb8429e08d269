"""Tables in text files (CSV) as programs and people really write them: row by row, and what is wrong with a row.

A quotation mark that nobody closed makes every reader of CSV swallow the rows behind it, without a word. Here a row that
spans lines has to be plausible: else only its first line is damaged, and reading goes on at the second.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bridge.files.encodings import lines_of

DELIMITERS = (";", ",", "\t", "|")
LONGEST_CELL = 1_000_000
_LONGEST_ROW = 1_000
"""Lines of one row; a cell of a table is no book."""

_MOST_FAULTS = 1_000
_MOST_LINES = 4_000_000
_LOOKED_AT = 30
"""Lines in which the header must come."""

_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?[;,\t|]*\s*', re.IGNORECASE)
"""The first line by which Excel is told the delimiter. It is no row."""


class NoTable(ValueError):
    """A text file cannot be read as a table at all."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with the row in `line` (from 1); `place` is its cell (from 0). `used`: its cells are read all the same."""

    line: int
    place: int
    message: str
    hint: str
    used: bool


class DelimitedText:
    """The rows of a text file. `width` is set by whoever has found the header; only then short rows can be judged."""

    def __init__(self, content: bytes, encoding: str, delimiter: str, tell: Callable[[RowFault], None]) -> None:
        """Take in a file whose encoding and delimiter are known; faults of rows go to `tell`."""
        self.width = 0
        self.line = 0
        self._delimiter = delimiter
        self._tell = tell
        self._faults = 0
        self._text = lines_of(content, encoding)
        self._quoted = b'"' in content
        self._pending: deque[str] = deque()
        self._held: list[str] = []
        self._ended = False

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row with the line where it begins. Raises NoTable and EncodingUnknown."""
        csv.field_size_limit(LONGEST_CELL)
        while self._pending or not self._ended:
            yield from self._read() if self._quoted else self._read_plain()
            if self.line > _MOST_LINES:
                raise NoTable(f"it has more than {_MOST_LINES:,} lines")

    def _read(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._fed(), delimiter=self._delimiter)
        held = self._held
        while self.line <= _MOST_LINES:
            held.clear()
            row: list[str] | None
            try:
                row = next(reader, None)
            except csv.Error:
                row = []
            if row is None:
                return
            first = self.line + 1
            if self.line == 0 and _SEPARATOR_LINE.fullmatch(held[0]):
                row = []
            elif self._doubtful(row):
                row = self._judged(row, first)
            self.line += len(held)
            if row:
                yield first, row

    def _read_plain(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a file without any quotation mark, where every line is a row."""
        for line in self._text:
            self.line += 1
            if self.line > _MOST_LINES:
                return
            if self.line == 1 and _SEPARATOR_LINE.fullmatch(line):
                continue
            row = line.rstrip("\r\n").split(self._delimiter)
            if len(line) > LONGEST_CELL and max(map(len, row)) > LONGEST_CELL:
                self._held[:] = [line]
                self._judged([], self.line)
            elif row != [""]:
                yield self.line, row
        self._ended = True

    def _fed(self) -> Iterator[str]:
        """Yield the lines for one reader, which ends when a row has too many of them; all of a row are held."""
        while len(self._held) <= _LONGEST_ROW:
            line = self._pending.popleft() if self._pending else next(self._text, None)
            if line is None:
                self._ended = True
                return
            self._held.append(line)
            yield line

    def _doubtful(self, row: list[str]) -> bool:
        """Return whether the row may not be what its lines say."""
        held = self._held
        return len(held) > 1 or (len(row) != self.width and '"' in held[0]) or bool(not row and held[0].strip())

    def _judged(self, row: list[str], first: int) -> list[str]:
        """Return the row if its quotation marks are plausible, else what can be made of its first line, perhaps nothing."""
        held = self._held
        if row and not _implausible(row, held, self.width, self._delimiter):
            return row
        self._pending.extendleft(reversed(held[1:]))
        del held[1:]
        self._faults += 1
        if self._faults > _MOST_FAULTS:
            raise NoTable(f"it has more than {_MOST_FAULTS:,} rows with open quotation marks")
        cells = held[0].rstrip("\r\n").split(self._delimiter)
        used = len(cells) == self.width or not self.width
        if max(map(len, cells)) > LONGEST_CELL:
            message, hint, used = f"a cell has more than {LONGEST_CELL:,} characters", "", False
        else:
            message = "a quotation mark opens and does not close"
            hint = "close it, and double those that stand inside a value"
        place = next((at for at, cell in enumerate(cells) if cell.lstrip().startswith('"')), 0)
        self._tell(RowFault(first, place, message, hint, used))
        return [cell.strip().strip('"').replace('""', '"') for cell in cells] if used else []


def _implausible(row: Sequence[str], held: Sequence[str], width: int, delimiter: str) -> bool:
    """Return whether a quotation mark has swallowed what stands behind it.

    Either the marks do not pair off, or lines that lie inside the row look like rows of their own.
    """
    try:
        strict = next(csv.reader(held, delimiter=delimiter, strict=True), None) == list(row)
    except csv.Error:
        strict = False
    counts = [line.count(delimiter) + 1 for line in held]
    if len(held) == 1:
        return len(row) < width and (counts[0] == width or not strict)
    if not strict:
        return True
    return width > 1 and _hide_rows(counts, width)


def _hide_rows(counts: Sequence[int], width: int) -> bool:
    """Return whether lines of so many cells look like rows of their own: all of them, or one in the middle."""
    return all(count == width for count in counts) or (width > 2 and any(count == width for count in counts[1:-1]))


def delimiter_of(content: bytes, encoding: str, matches: Callable[[Sequence[str]], int]) -> str:
    """Return the delimiter: the one that the first line states, else that with which a row `matches` the most titles."""
    beginning = list(islice(lines_of(content, encoding), _LOOKED_AT))
    stated = _SEPARATOR_LINE.fullmatch(beginning[0]) if beginning else None
    if stated:
        return stated[1]
    if sum(map(len, beginning)) > LONGEST_CELL:
        beginning = [line[: LONGEST_CELL // _LOOKED_AT] for line in beginning]

    def shown(delimiter: str) -> tuple[int, int]:
        rows = [_first_row(beginning[start:], delimiter) for start in range(len(beginning))]
        best = max(rows, key=matches, default=[])
        return matches(best), len(best)

    return max(DELIMITERS, key=shown)


def _first_row(lines: Iterable[str], delimiter: str) -> list[str]:
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return []
