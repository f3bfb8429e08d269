"""Bytes of an export → rows of text with their line numbers: CSV, Excel, JSON, YAML."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bridge.connectors.registry.mapping import SourceKind, SourceModel
from bridge.errors import BridgeError, ConfigurationInvalid
from bridge.files.positions import nearest
from bridge.files.yaml import read_yaml
from bridge.policies.checks.catalogue import folded

_DELIMITERS = (";", ",", "\t", "|")
_LONGEST_CELL = 1_000_000
_HEADER_LOOKED_AT = 100_000
"""Characters in which the header's end must come while the delimiter is looked for."""


class SourceUnusable(BridgeError):
    """A source cannot be read as a whole; the last good copy serves."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of a source. `columns` gives each of our column names its place in a row, `titles` the source's name for it.

    Each row comes with the line (CSV, Excel) or the number of the record (JSON, YAML) where it stands. `width` is the
    number of cells in the header, 0 where rows have none.
    """

    rows: Iterator[tuple[int, list[str]]]
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    width: int = 0


def read_table(content: bytes, source: SourceModel, *, name: str) -> Table:
    """Return the table in `content`. Raises SourceUnusable with the reason and the next step."""
    if source.kind is SourceKind.CSV:
        return _csv(content, source, name)
    if source.kind is SourceKind.EXCEL:
        return _excel(content, source, name)
    try:
        data = read_yaml(content, file=name).data if source.kind is SourceKind.YAML else json.loads(content)
    except (ValueError, RecursionError) as error:
        hint = "name the address of the data itself; a page to log in, for instance, is HTML"
        raise SourceUnusable(f"{name} is no JSON: {error}", hint=hint) from None
    except ConfigurationInvalid as error:
        raise SourceUnusable(str(error)) from None
    return _records(data, source, name)


def wanted_columns(source: SourceModel) -> dict[str, str]:
    """Return every column the source is asked for: our name → its name; attributes as `attributes.<name>`."""
    return source.columns.mapped() | {f"attributes.{name}": column for name, column in source.attributes.items()}


def decoded(content: bytes, encoding: str, name: str) -> str:
    """Return the text of a table file. `auto`: a byte order mark decides, else UTF-8, else cp1251."""
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


def _positions(header: Sequence[str], wanted: Mapping[str, str], name: str) -> dict[str, int]:
    """Return where the wanted columns stand; a renamed one would look like lost certificates and stops the source."""
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


def _csv(content: bytes, source: SourceModel, name: str) -> Table:
    text = decoded(content, source.encoding, name)
    wanted = wanted_columns(source)
    delimiter = source.delimiter if source.delimiter != "auto" else _delimiter(text, wanted)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise SourceUnusable(f"{name} is no CSV: {error}") from None
    return Table(
        rows=_csv_rows(reader, name), columns=_positions(header, wanted, name), titles=wanted, width=len(header)
    )


def _csv_rows(reader: Any, name: str) -> Iterator[tuple[int, list[str]]]:
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


def _excel(content: bytes, source: SourceModel, name: str) -> Table:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 -- an extra: paid for only by who reads Excel
    except ImportError:
        raise SourceUnusable(
            f"{name}: reading Excel needs openpyxl", hint="install osticket-sla-bridge[excel]"
        ) from None
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = book.sheetnames
        chosen = source.sheet or sheets[0]
        cells = book[chosen].iter_rows(values_only=True) if chosen in sheets else ()
        lines = [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(cells, 1)]
    except Exception as error:  # noqa: BLE001 -- openpyxl raises whatever its zip and XML readers raise
        raise SourceUnusable(f"{name} is no Excel workbook: {error}", hint="save it as .xlsx") from None
    if chosen not in sheets:
        raise SourceUnusable(f"{name} has no sheet {chosen!r}", hint=f"there are: {', '.join(sheets)}")
    header = lines[0][1] if lines else []
    wanted = wanted_columns(source)
    return Table(rows=iter(lines[1:]), columns=_positions(header, wanted, name), titles=wanted, width=len(header))


def cell_text(value: object) -> str:  # noqa: PLR0911 -- one return for each answer
    """Return a cell or JSON value as text: dates as 2026-11-20, whole numbers without a fraction, nothing as ''."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ";".join(cell_text(one) for one in value)
    return str(value)


def _step(data: object, path: str) -> object:
    for key in path.split(".") if path else ():
        if not isinstance(data, Mapping) or key not in data:
            return None
        data = data[key]
    return data


def _records(data: object, source: SourceModel, name: str) -> Table:
    found = _step(data, source.records)
    if not isinstance(found, list):
        where = f"under {source.records!r}" if source.records else "at the top"
        raise SourceUnusable(
            f"{name}: no list of records {where}", hint="set 'records' to the keys that lead to the list"
        )
    wanted = wanted_columns(source)
    pairs = list(_pairs(found, source.each))
    for path in wanted.values():
        if pairs and not any(_value(record, item, path) is not None for _, record, item in pairs):
            raise SourceUnusable(f"{name}: no record has {path!r}", hint="correct the column, or leave it out")
    paths = tuple(wanted.values())
    rows = ((number, [cell_text(_value(record, item, path)) for path in paths]) for number, record, item in pairs)
    return Table(rows=rows, columns={ours: index for index, ours in enumerate(wanted)}, titles=wanted)


def _pairs(records: list[Any], each: str) -> Iterator[tuple[int, object, object]]:
    """Yield every row as (number of the record, the record, the item inside it); without `each` both are the record."""
    for number, record in enumerate(records, 1):
        items = _step(record, each) if each else [record]
        for item in items if isinstance(items, list) else ():
            yield number, record, item


def _value(record: object, item: object, path: str) -> object:
    value = _step(item, path)
    return _step(record, path) if value is None else value
