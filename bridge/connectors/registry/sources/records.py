"""Records of JSON and YAML → a table: columns are keys, or keys joined by dots."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from bridge.connectors.registry.sources.base import TableSource
from bridge.connectors.registry.sources.table import SourceTable, SourceUnusable, cell_text


class RecordsSource(TableSource):
    """A source whose data is a tree of lists and mappings."""

    records: str = Field(default="", description="Keys that lead to the list, joined by dots.")
    each: str = Field(default="", description="A list inside each record; each of its items is a row.")

    def records_table(self, data: object, name: str) -> SourceTable:
        """Return the table of the records in `data`. Raises SourceUnusable."""
        found = value_at(data, self.records)
        if not isinstance(found, list):
            where = f"under {self.records!r}" if self.records else "at the top"
            raise SourceUnusable(
                f"{name}: no list of records {where}", hint="set 'records' to the keys that lead to the list"
            )
        wanted = self.wanted()
        pairs = list(_pairs(found, self.each))
        for path in wanted.values():
            if pairs and not any(_value(record, item, path) is not None for _, record, item in pairs):
                raise SourceUnusable(f"{name}: no record has {path!r}", hint="correct the column, or leave it out")
        paths = tuple(wanted.values())
        rows = ((number, [cell_text(_value(record, item, path)) for path in paths]) for number, record, item in pairs)
        return SourceTable(rows=rows, columns={ours: index for index, ours in enumerate(wanted)}, titles=wanted)


def value_at(data: object, path: str) -> object:
    """Return what stands at keys joined by dots; None where they lead nowhere."""
    for key in path.split(".") if path else ():
        if not isinstance(data, Mapping) or key not in data:
            return None
        data = data[key]
    return data


def _pairs(records: list[Any], each: str) -> Iterator[tuple[int, object, object]]:
    """Yield every row as (number of the record, the record, the item inside it); without `each` both are the record."""
    for number, record in enumerate(records, 1):
        items = value_at(record, each) if each else [record]
        for item in items if isinstance(items, list) else ():
            yield number, record, item


def _value(record: object, item: object, path: str) -> object:
    value = value_at(item, path)
    return value_at(record, path) if value is None else value
