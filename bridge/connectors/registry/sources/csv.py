"""Customers from a CSV file."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from bridge.connectors.registry.sources.base import FileSource
from bridge.connectors.registry.sources.table import SourceTable, SourceUnusable, column_places
from bridge.policies.checks.catalogue import folded

_DELIMITERS = (";", ",", "\t", "|")
_LONGEST_CELL = 1_000_000
_HEADER_LOOKED_AT = 100_000
"""Characters in which the header's end must come while the delimiter is looked for."""


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
        text = decoded(content, self.encoding, name)
        wanted = self.wanted()
        delimiter = self.delimiter if self.delimiter != "auto" else _delimiter(text, wanted)
        csv.field_size_limit(_LONGEST_CELL)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            header = next(reader, [])
        except csv.Error as error:
            raise SourceUnusable(f"{name} is no CSV: {error}") from None
        places = column_places(header, wanted, name)
        return SourceTable(rows=_rows(reader, name), columns=places, titles=wanted, width=len(header))


def decoded(content: bytes, encoding: str, name: str) -> str:
    """Return the text of a table file. `auto`: a byte order mark decides, else UTF-8, else cp1251.

    Raises SourceUnusable for an encoding that is stated and does not fit.
    """
    if encoding != "auto":
        try:
            return content.decode("utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding)
        except LookupError:
            raise SourceUnusable(
                f"{name}: Python knows no encoding {encoding!r}", hint="write auto, utf-8 or cp1251"
            ) from None
        except UnicodeError:
            raise SourceUnusable(f"{name} is not {encoding}", hint="write the encoding it has, or auto") from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def _rows(reader: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise SourceUnusable(f"{name} line {reader.line_num}: {error}") from None


def _delimiter(text: str, wanted: Mapping[str, str]) -> str:
    """Return the delimiter with which the header shows the most of the wanted columns."""
    names = {folded(column) for column in wanted.values()}
    beginning = text[:_HEADER_LOOKED_AT]

    def shown(delimiter: str) -> int:
        try:
            header = next(csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter), [])
        except csv.Error:
            return 0
        return len(names & {folded(title) for title in header}) * 1000 + len(header)

    return max(_DELIMITERS, key=shown)
