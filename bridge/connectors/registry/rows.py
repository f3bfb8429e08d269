"""The rows of one source: checked column by column when loaded, read one by one when somebody asks.

A hundred thousand rows hold few different dates and categories, so each different text is read once and every place
of a bad one is named. Rows are kept as packed bytes: a look-up unpacks the few it needs.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from bridge.connectors.registry import cells
from bridge.connectors.registry.damage import damage, fifteen_digits, hint_of, mended, odd
from bridge.connectors.registry.keys import addresses
from bridge.connectors.registry.no_customers import is_header, no_customer
from bridge.connectors.registry.problem_list import ProblemList
from bridge.connectors.registry.sources.base import CustomerSource, TableSource
from bridge.connectors.registry.sources.table import SourceTable
from bridge.errors import Problem, Severity
from bridge.policies.checks.catalogue import folded

_TYPES: Mapping[str, Callable[[str], object]] = {
    "category": cells.category,
    "licence_from": cells.day,
    "licence_until": cells.day,
    "licence_blocked": cells.flag,
    "seats": cells.whole,
    "seats_used": cells.whole,
    "certificate_from": cells.day,
    "certificate_until": cells.day,
    "contract_from": cells.day,
    "contract_until": cells.day,
    "counter_included": cells.amount,
    "counter_used": cells.amount,
    "counter_as_of": cells.day,
}
_SPANS = (
    ("licence_from", "licence_until"),
    ("certificate_from", "certificate_until"),
    ("contract_from", "contract_until"),
)
KEYS = ("registration_number", "name", "organization", "email", "domain")
"""Columns by which tickets find a customer."""

CALLED = ("product", "version", "name", "curator")
"""Columns that a registry is asked for customer by customer when it is called over."""

_PAPERS = ("contract", "certificate", "certificate_until")
_OF_PAPERS = ("counter", "contacts")
"""What only a contract or a certificate bears."""

_IDENTITY = ("customer", "registration_number", "name")
_UNIT = "\x1f"
"""Separates packed cells; a cell's own is turned into a blank."""

DAMAGED = "\x1a"
"""Stands for a cell whose value is lost: Unicode's sign for that."""

_BAD_SHOWN = 10
_RESTS = "".join(map(chr, range(33))) + "\x7f"
"""Blanks and control characters: with them programs of old fill and end their files."""


class CustomerRow:
    """One row, unpacked: texts and values by our column names."""

    __slots__ = ("_source", "_texts")

    def __init__(self, source: "SourceRows", packed: bytearray) -> None:
        self._source = source
        cells = packed.decode("utf-8", "surrogatepass").split(_UNIT)
        # Whoever reads a row asks for all columns that there may be, most of which the source does not have.
        self._texts = {column: text for column, place in source.columns.items() if (text := cells[place].strip())}
        for column in source.worded:
            if column in self._texts:
                self._texts[column] = source.word(column, self._texts[column])

    def text(self, column: str) -> str:
        """Return the cell's text in our words, empty where there is none or where it is lost."""
        text = self._texts.get(column, "")
        return "" if text == DAMAGED else text

    def stated(self, column: str) -> bool:
        """Return whether anything stands in the cell, be it damaged: damage is never the same as nothing."""
        return self._texts.get(column, "") != ""

    def value(self, column: str) -> object:
        """Return a typed cell's value; None for an empty cell and for one that cannot be read."""
        values = self._source.values.get(column)
        return None if values is None else values.get(self._texts.get(column, ""))

    def damaged(self, column: str) -> bool:
        """Return whether something stands in the cell that cannot be read."""
        text = self._texts.get(column, "")
        return text == DAMAGED or (text != "" and column in _TYPES and self.value(column) is None)

    def attributes(self) -> Iterator[tuple[str, str]]:
        """Yield the columns that the description names itself."""
        for name in self._source.attributes:
            text = self.text(f"attributes.{name}")
            if text:
                yield name, text


class SourceRows:
    """All usable rows of one source. `owners` gives the customer's id of each, `lines` where it stands.

    `lost` counts the rows of which nobody can say whom they were about; `lost_keys` are the columns of each row, by its
    number, whose texts might have matched a ticket and are lost. `texts` are those of the columns that are kept beside the rows:
    in our words, empty where a key of tickets is lost, and `DAMAGED` where anything else is.
    """

    def __init__(
        self,
        source: CustomerSource,
        table: SourceTable,
        problems: ProblemList,
        *,
        name: str,
        kept: Sequence[str] = KEYS,
    ) -> None:
        """Take in a table, whose rows are read to their end; damage goes to `problems`. The texts of the columns that are `kept`
        stay at hand."""
        self.name = name
        self.columns = table.columns
        self.attributes = tuple(source.attributes)
        self.values: dict[str, dict[str, object]] = {}
        self.owners: list[str] = []
        self._titles = table.titles
        self._sheet = table.sheet
        self.problems = problems
        self._packed = bytearray()
        self._ends = array("Q")
        self.lines = array("L")
        self._words = {
            column: {folded(word): meaning for word, meaning in words.items()}
            for column, words in source.values.items()
        }
        self.worded = [column for column in self._words if column in self.columns]
        self._identity = (
            ["customer"] if "customer" in self.columns else [one for one in _IDENTITY if one in self.columns]
        )
        self._repeated = frozenset(table.titles.values())
        self.texts: dict[str, list[str]] = {column: [] for column in kept if column in self.columns}
        self.lost = 0
        self.lost_keys: dict[int, set[str]] = {}
        self._take(table)
        self._take_notes(table)
        self._check()

    def __len__(self) -> int:
        return len(self.owners)

    @property
    def describes(self) -> bool:
        """Whether the source has anything by which a ticket may find a customer, or a person know him."""
        return any(column in self.columns for column in KEYS)

    @property
    def identity(self) -> str:
        """The column of ours that tells whose rows they are."""
        return self._identity[0]

    def row(self, index: int) -> CustomerRow:
        """Return one row by its number among the usable ones."""
        begin = self._ends[index - 1] if index else 0
        return CustomerRow(self, self._packed[begin : self._ends[index]])

    def word(self, column: str, text: str) -> str:
        """Return what a text of the source means in our words; most texts mean themselves."""
        if column in self._words and text:
            return self._words[column].get(folded(text), text)
        return text

    def _take(self, table: SourceTable) -> None:
        """Pack the usable rows, read each different text of typed columns, and keep the texts that are asked for."""
        distinct = {column: set[str]() for column in _TYPES if column in self.columns}
        takers = {column: found.add for column, found in distinct.items()}
        self._pack_rows(table, [*takers.items(), *((column, found.append) for column, found in self.texts.items())])
        self.texts = {column: self._column_texts(column, texts) for column, texts in self.texts.items()}
        for column, raw in distinct.items():
            self._read(column, {self.word(column, text.strip()) for text in raw})

    def _take_notes(self, table: SourceTable) -> None:
        """Report what the source noticed while its rows were read."""
        for note in table.notes:
            self.lost += note.lost
            self.problems.add(note.problem(self.name))

    def _pack_rows(self, table: SourceTable, takers: Iterable[tuple[str, Callable[[str], None]]]) -> None:
        """Pack the usable rows; each taker gets its column's texts on the way, so that no row is kept unpacked."""
        placed = [(take, self.columns[column]) for column, take in takers]
        width = table.width or 1 + max(self.columns.values(), default=0)
        for line, row in table.rows:
            if len(row) < width:
                row.extend([""] * (width - len(row)))
            elif len(row) > width and self._too_long(row, width, line):
                continue
            packed = self._pack(row, line)
            owner = self._owner(row, line) if packed else ""
            if not owner:
                continue
            self._packed += packed.encode("utf-8", "surrogatepass")
            self._ends.append(len(self._packed))
            self.lines.append(line)
            self.owners.append(owner)
            for take, place in placed:
                take(row[place])

    def _pack(self, row: list[str], line: int) -> str:
        """Return the row as packed text; cells whose value is lost are reported and marked in it. Empty for no row."""
        packed = _UNIT.join(row)
        if packed.count(_UNIT) >= len(row):
            row[:] = [cell.replace(_UNIT, " ") for cell in row]
            packed = _UNIT.join(row)
        if odd(packed):
            if not packed.strip(_RESTS):
                message = "nothing but control characters stands here, as some programs end a file; the row is not used"
                self.report("no_customer_row", message, line, self._identity[0], severity=Severity.WARNING)
                return ""
            self._look_closely(row, line)
            packed = _UNIT.join(row)
        return packed

    def _look_closely(self, row: list[str], line: int) -> None:
        """Put into the row's cells what was meant, and the mark of damage where nobody can know; both are reported."""
        for column, place in self.columns.items():
            if not odd(row[place]):
                continue
            text, done = mended(row[place])
            why = damage(column, self.word(column, text))
            row[place] = DAMAGED if why else text
            where = f"cell {cells.cell_name(place, line)} of the sheet {self._sheet!r}: " if self._sheet else ""
            if why:
                self.report("bad_value", where + why, line, column, hint=hint_of(column, text))
            elif done:
                self.report("mended", where + done, line, column, severity=Severity.WARNING)

    def _too_long(self, row: list[str], width: int, line: int) -> bool:
        """Report a row with more cells than columns: one of them was cut in two, and nobody knows which."""
        if not any(row[width:]):
            return False
        message = f"{len(row)} cells under {width} columns; the row is not used"
        self.report("row_width", message, line, "", hint="put quotes around a value that contains the delimiter")
        self.lost += 1
        return True

    def _owner(self, row: list[str], line: int) -> str:
        """Return whose row it is; empty for a row that is of no use, which is reported unless it is blank."""
        for column in self._identity:
            owner = row[self.columns[column]].strip()
            if owner and owner != DAMAGED:
                why = no_customer(owner, row)
                if owner in self._repeated and is_header(row, self.columns, self._titles):
                    why = "the header stands here once more; the row is not used"
                if why:
                    self.report("no_customer_row", why, line, column, severity=Severity.WARNING)
                    return ""
                return self.word(column, owner) if self._words else owner
        if any(cell.strip() for cell in row):
            self.lost += 1
            self.report("no_customer", "nothing tells whose row it is; the row is not used", line, self._identity[0])
        return ""

    def _column_texts(self, column: str, raw: list[str]) -> list[str]:
        texts = [text.strip() for text in raw]
        if column in self._words:
            texts = [self.word(column, text) for text in texts]
        if column not in KEYS or DAMAGED not in texts:
            return texts
        for index, text in enumerate(texts):
            if text == DAMAGED:
                self.lost_keys.setdefault(index, set()).add(column)
        return ["" if text == DAMAGED else text for text in texts]

    def _read(self, column: str, texts: set[str]) -> None:
        """Read each different text of a typed column, and find the rows of those that cannot be read."""
        values: dict[str, object] = {}
        bad: dict[str, str] = {}
        doubts: dict[str, str] = {}
        for text in texts - {"", DAMAGED}:
            try:
                values[text] = _TYPES[column](text)
            except ValueError as error:
                bad[text] = str(error)
            else:
                doubts |= {text: why} if (why := cells.doubt(column, text)) else {}
        self.values[column] = values
        if bad or doubts:
            for index in range(len(self)):
                text = self.row(index).text(column)
                if text in bad:
                    self.report("bad_value", bad[text], self.lines[index], column, hint=cells.unread_hint(column, text))
                elif text in doubts:
                    self.report("doubtful", doubts[text], self.lines[index], column, severity=Severity.WARNING)

    def _check(self) -> None:
        """Look for what only several cells of a row, or of a column, together show."""
        self._find_cut_numbers()
        for first, last in _SPANS:
            if first in self.columns and last in self.columns and self._may_be_reversed(first, last):
                self._ordered(first, last)
        borne = [column for column in _OF_PAPERS if column in self.columns]
        if borne:
            for index in range(len(self)):
                self._on_paper(self.row(index), self.lines[index], borne)

    def _on_paper(self, row: CustomerRow, line: int, borne: Iterable[str]) -> None:
        """Report a counter that says nothing, and what belongs to no contract and no certificate."""
        for column in borne:
            text = row.text(column)
            if text and not any(map(row.stated, _PAPERS)):
                message = f"{text:.60} belongs to no contract and no certificate, so it is not used"
                hint = "name the contract or the certificate in the same row"
                self.report("no_paper", message, line, column, hint=hint, severity=Severity.WARNING)
        for why in addresses(row.text("contacts")).bad[:_BAD_SHOWN]:
            hint = "only who writes from an address can be told to be a contact"
            self.report("bad_key", why, line, "contacts", hint=hint)
        if row.text("counter") and not row.stated("counter_included"):
            message = "the counter does not say how much is included"
            self.report("no_units", message, line, "counter_included")

    def _find_cut_numbers(self) -> None:
        named = {"customer": self.owners if "customer" in self.columns else [], **self.texts}
        for column in ("customer", "registration_number"):
            for index in fifteen_digits(named.get(column, ())):
                message = "a spreadsheet keeps fifteen digits of a number; the last ones of this may have been others"
                self.report("doubtful", message, self.lines[index], column, severity=Severity.WARNING)

    def _may_be_reversed(self, first: str, last: str) -> bool:
        begins = [day for day in self.values[first].values() if isinstance(day, date)]
        ends = [day for day in self.values[last].values() if isinstance(day, date)]
        return bool(begins) and bool(ends) and max(begins) > min(ends)

    def _ordered(self, first: str, last: str) -> None:
        for index in range(len(self)):
            row = self.row(index)
            begin, end = row.value(first), row.value(last)
            if isinstance(begin, date) and isinstance(end, date) and end < begin:
                message = f"ends on {row.text(last)}, before it begins ({row.text(first)})"
                self.report("dates_reversed", message, self.lines[index], last, severity=Severity.WARNING)

    def report(
        self, code: str, message: str, line: int, column: str, *, hint: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        """Report a problem in a line of the source; `column` is ours, empty for the whole row."""
        title = self._titles.get(column, column)
        place = f"row {line}" + (f", column {title!r}" if title else "")
        position = self.columns.get(column)
        self.problems.add(
            Problem(
                code=code,
                message=f"{place}: {message}",
                file=self.name,
                line=line,
                column=0 if position is None else position + 1,
                path=title,
                hint=hint,
                severity=severity,
            )
        )


def read_rows(content: bytes, name: str, *, source: TableSource, kept: Sequence[str]) -> SourceRows:
    """Return the rows of a source that gave `content`, with their own problems. Raises SourceUnusable."""
    table = source.table(content, name)
    rows = SourceRows(source, table, ProblemList(), name=name, kept=kept)
    for problem in table.problems:
        rows.problems.add(problem)
    return rows
