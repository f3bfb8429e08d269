"""What a registry that is called over says of its customers: what they run, line by line (CU-5), their names and curators.

Its rows are to be those of a load without look-ups, which keeps the texts of the columns `CALLED`.
"""

from collections.abc import Container, Iterator
from itertools import repeat

from bridge.connectors.registry.all_rows import AllRows
from bridge.connectors.registry.rows import DAMAGED
from bridge.policies.telling.running import Installation, Said


def installations(rows: AllRows, among: Container[str] | None = None) -> Iterator[Installation]:
    """Yield an installation for each line that names a product, and one of nothing for each customer of whom none does;
    `among` are the customers' ids that are wanted, None for all."""
    holders: set[str] = set()
    for source in rows.sources:
        name, known = source.name, dict[tuple[str, str], Said]()
        texts = zip(source.texts.get("product", ()), source.texts.get("version", repeat("")), strict=False)
        for owner, line, cells in zip(source.owners, source.lines, texts, strict=False):
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
_NOBODY = ("", "")


def stated(rows: AllRows) -> dict[str, tuple[str, str]]:
    """Return the name and the curator of each customer, empty where the registry gives none: the first row that says something
    decides."""
    found: dict[str, tuple[str, str]] = {}
    for source in rows.sources:
        nothing = [""] * len(source)
        names, curators = source.texts.get("name", nothing), source.texts.get("curator", nothing)
        for owner, name, curator in zip(source.owners, names, curators, strict=True):
            known = found.get(owner, _NOBODY)
            found[owner] = known[0] or name, known[1] or ("" if curator == DAMAGED else curator)
    return found
