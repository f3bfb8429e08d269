"""Customers from a CSV file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import Field, field_validator

from bridge.connectors.registry.sources.base import FileSource
from bridge.connectors.registry.sources.file_formats import refuse_other_formats
from bridge.connectors.registry.sources.table import (
    SourceTable,
    SourceUnusable,
    TableNote,
    column_places,
    found_header,
)
from bridge.errors import Severity
from bridge.files.delimited import DelimitedText, NoTable, RowFault, delimiter_of
from bridge.files.encodings import UNDECODED, EncodingUnknown, encoding_of
from bridge.policies.checks.catalogue import folded

Rows = Iterator[tuple[int, list[str]]]

_SO = {True: "; it is read as if it were not there", False: "; the row is not used"}
_HINTS = {True: "write the encoding it has, or auto", False: "write auto, utf-8 or cp1251"}


class CsvSource(FileSource):
    """A CSV file; its delimiter and encoding are found out unless they are stated."""

    kind: Literal["csv"] = Field(description="A CSV file.")
    encoding: str = Field(default="auto", description="auto, utf-8, cp1251 or another encoding Python knows.")
    delimiter: str = Field(
        default="auto", description="auto, tab or one character.", json_schema_extra={"pattern": r"^(auto|tab|[\s\S])$"}
    )

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str) -> str:
        if value not in {"auto", "tab"} and len(value) != 1:
            raise ValueError(f"{value!r} is no delimiter | write auto, tab or one character")
        return "\t" if value == "tab" else value

    def table(self, content: bytes, name: str) -> SourceTable:
        """Return the file's table. Raises SourceUnusable, also while its rows are read."""
        return csv_table(content, name, self.wanted(), encoding=self.encoding, delimiter=self.delimiter)


def csv_table(
    content: bytes, name: str, wanted: Mapping[str, str], *, encoding: str = "auto", delimiter: str = "auto"
) -> SourceTable:
    """Return the table of a CSV file that has these columns: our name → its title. Raises SourceUnusable, also while its rows are
    read."""
    refuse_other_formats(content, name, "csv")
    notes: list[TableNote] = []
    found = encoding_of(content) if encoding == "auto" else encoding
    text, rows = opened(content, name, found, delimiter, wanted, notes)
    header = found_header(rows, wanted, notes)
    if any(map(UNDECODED.search, header)) and encoding != "auto":
        raise SourceUnusable(f"{name} is not {found}", hint=_HINTS[True])
    places = column_places(header, wanted, name)
    text.width = len(header)
    rows = _told(rows, text.width, notes)
    return SourceTable(rows=rows, columns=places, titles=wanted, width=len(header), notes=notes)


def opened(
    content: bytes, name: str, encoding: str, delimiter: str, wanted: Mapping[str, str], notes: list[TableNote]
) -> tuple[DelimitedText, Rows]:
    """Return a text file and its rows, the header among them; `wanted` gives our name → the title. Raises SourceUnusable."""
    names = {folded(column) for column in wanted.values()}

    def matches(row: Sequence[str]) -> int:
        return len(names & {folded(title) for title in row})

    def note(fault: RowFault) -> None:
        found = TableNote(
            code="open_quote",
            line=fault.line,
            place=fault.place,
            message=fault.message + _SO[fault.used],
            hint=fault.hint,
            lost=not fault.used,
        )
        notes.append(found)

    try:
        if delimiter == "auto":
            delimiter = delimiter_of(content, encoding, matches)
    except EncodingUnknown as error:
        raise _unusable(error, name) from None
    text = DelimitedText(content, encoding, delimiter, note)
    return text, _usable(text, name)


def _usable(text: DelimitedText, name: str) -> Rows:
    try:
        yield from text
    except (NoTable, EncodingUnknown) as error:
        raise _unusable(error, name) from None


def _unusable(error: ValueError, name: str) -> SourceUnusable:
    if isinstance(error, NoTable):
        return SourceUnusable(f"{name} is no CSV: {error}")
    fits = str(error).startswith("is not")
    return SourceUnusable(f"{name} {error}" if fits else f"{name}: {error}", hint=_HINTS[fits])


def _told(rows: Rows, width: int, notes: list[TableNote]) -> Rows:
    """Yield the rows, and note at their end how many had cells too few: such a row may have been cut off."""
    first, count = 0, 0
    for line, row in rows:
        if len(row) < width and any(cell.strip() and cell.isprintable() for cell in row):
            first, count = first or line, count + 1
        yield line, row
    if count:
        message = (
            f"{count:,} row(s), this one the first, have fewer cells than the {width} columns; the missing are empty"
        )
        hint = "look whether the export was cut off"
        notes.append(TableNote(code="short_rows", line=first, message=message, hint=hint, severity=Severity.WARNING))
