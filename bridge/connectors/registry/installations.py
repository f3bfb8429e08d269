"""What the registry says that its customers run, line by line (CU-5)."""

from collections.abc import Container, Iterator

from bridge.connectors.registry.all_rows import AllRows
from bridge.connectors.registry.rows import DAMAGED
from bridge.policies.telling.running import Installation, Said


def installations(rows: AllRows, among: Container[str] | None = None) -> Iterator[Installation]:
    """Yield an installation for each line that names a product, and one of nothing for each customer of whom none does;
    `among` are the customers' ids that are wanted, None for all."""
    holders: set[str] = set()
    for source in rows.sources:
        if "product" not in source.columns:
            continue
        name, known = source.name, dict[tuple[str, ...], Said]()
        for owner, line, cells in zip(source.owners, source.lines, source.cells("product", "version"), strict=True):
            if not cells[0] or (among is not None and owner not in among):
                continue
            holders.add(owner)
            said = known.get(cells)
            if said is None:
                said = known[cells] = Said(*(None if text == DAMAGED else text for text in cells))
            yield Installation(owner, said, name, line)
    for owner in rows.owners():
        if owner not in holders and (among is None or owner in among):
            source, index = rows.of(owner)[0]
            yield Installation(owner, _NOTHING, source.name, source.lines[index])


_NOTHING = Said("", "")


def stated_curators(rows: AllRows) -> dict[str, str]:
    """Return the curator of each customer whom the registry gives one: the first row that says something decides."""
    found: dict[str, str] = {}
    for source in rows.sources:
        if "curator" in source.columns:
            for owner, (curator,) in zip(source.owners, source.cells("curator"), strict=True):
                if curator not in {"", DAMAGED}:
                    found.setdefault(owner, curator)
    return found


def stated(rows: AllRows, customer: str) -> tuple[str, str]:
    """Return the customer's name and curator, empty where the registry gives none."""
    name = curator = ""
    for source, index in rows.of(customer):
        row = source.row(index)
        name, curator = name or row.text("name"), curator or row.text("curator")
    return name, curator
