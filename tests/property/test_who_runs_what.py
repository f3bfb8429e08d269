"""Who runs what, counted again from the same file by other means: every figure, every customer, every line that tells nothing."""

import csv
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.connectors.registry.installations import installations
from bridge.connectors.registry.load import load_registry
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.telling.running import WITHOUT_FULL_SUPPORT, Unread, VersionSupport, who_runs_what

CATALOGUE = read_catalogue(
    """\
products:
  farm:
    title: Farm
    names: [Ферма]
    latest: "3.2"
    families:
      - {id: "3", from: "3.0", below: "4.0", minimum: 3.0.5}
      - {id: "2", from: "2.0", below: "3.0", supported_until: 2026-10-01, limited_until: 2027-10-01}
      - {id: "1", below: "2.0", supported_until: 2020-01-01}
  field: {title: Field, latest: "1.1", supported: false}
""".encode(),
    file="catalogue.yaml",
)
TODAY = date(2026, 11, 29)
DESCRIPTION = """\
sources:
  one: {kind: csv, file: one.csv, columns: {customer: C, name: N, product: P, version: V, curator: U}}
  two: {kind: csv, file: two.csv, columns: {customer: C, product: P, version: V}}
"""
PRODUCTS = {"farm": "farm", "FARM": "farm", "«Ферма»": "farm", "Field": "field", "Other": None, "other": None}
# What each text means, by hand: its numbers; None where nobody can read it.
VERSIONS = {
    "3.2": (3, 2), "v3.2": (3, 2), "3.2.0": (3, 2), "3.0.4": (3, 0, 4), "версия 3.0.10": (3, 0, 10), "3.0": (3,), "2.9": (2, 9),
    "2.10": (2, 10), "1": (1,), "4.1": (4, 1), "new": None, "3.x": None, "#REF!": None, "": None,
}  # fmt: skip

_rows = st.lists(
    st.tuples(
        st.integers(1, 9).map(lambda number: f"K{number}"),
        st.sampled_from(["", *PRODUCTS, "#REF!"]),
        st.sampled_from(list(VERSIONS)),
        st.sampled_from(["", "Anna", "Boris"]),
    ),
    max_size=25,
)


def support(product: str, version: tuple[int, ...], text: str) -> str:
    """Return how far a version is supported, as the catalogue above says in plain words."""
    if product == "field":
        return VersionSupport.PRODUCT_UNSUPPORTED
    if version >= (4,):
        return VersionSupport.NEWER
    if version < (2,):
        return VersionSupport.ENDED
    if version < (3,):
        return VersionSupport.LIMITED
    if text == "3.0":
        return Unread.ABBREVIATED
    return (
        VersionSupport.OUTDATED if version < (3, 0, 5) else VersionSupport("current" if version == (3, 2) else "behind")
    )


def written(folder: Path, name: str, header: str, rows) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header.split(), *rows])


def counted(folder: Path):
    """Return the groups and what stands apart, read with nothing of the bridge."""
    groups, apart, holders, everybody = defaultdict(set), [], set(), {}
    for name in ("one.csv", "two.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.DictReader(file, delimiter=";"), start=2):
                customer, product, text = row["C"], row["P"], row["V"]
                everybody.setdefault(customer, (name, line))
                if not product:
                    continue
                holders.add(customer)
                ours = PRODUCTS.get(product)
                if product == "#REF!":
                    apart.append((customer, name, line, Unread.PRODUCT_UNREADABLE))
                elif ours is None:
                    if text == "#REF!":
                        apart.append((customer, name, line, Unread.UNREADABLE))
                    else:
                        groups["other", text, VersionSupport.PRODUCT_UNLISTED].add(customer)
                elif VERSIONS[text] is None:
                    apart.append((customer, name, line, Unread.UNREADABLE if text else Unread.NOT_STATED))
                else:
                    found = support(ours, VERSIONS[text], text)
                    if found is Unread.ABBREVIATED:
                        apart.append((customer, name, line, found))
                    else:
                        groups[ours, VERSIONS[text], found, text == "3.2.0"].add(customer)
    apart += [(one, *place, Unread.NO_PRODUCT) for one, place in everybody.items() if one not in holders]
    return groups, apart, everybody


def numbers(text: str) -> tuple[int, ...]:
    return VERSIONS[text]


@settings(max_examples=120, deadline=None)
@given(_rows, _rows)
def test_every_figure_is_that_of_an_independent_count(one, two):
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "registry.yaml").write_text(DESCRIPTION, encoding="utf-8")
        written(folder, "one.csv", "C N P V U", [[row[0], f"Name {row[0]}", *row[1:]] for row in one])
        written(folder, "two.csv", "C P V", [row[:3] for row in two])
        load = load_registry(folder, now=1_796_000_000, lookups=False, confirm_shrunken=True)
        found = who_runs_what(installations(load.registry.rows), CATALOGUE, day=TODAY)
        groups, apart, everybody = counted(folder)
    told = {}
    for group in found.groups:
        if group.support is VersionSupport.PRODUCT_UNLISTED:
            told["other", group.version, group.support] = set(group.customers)
        else:
            told[group.product, numbers(group.version), group.support, group.version == "3.2.0"] = set(group.customers)
    assert told == groups
    assert len(told) == len(found.groups)
    lines = [
        (line.installation.customer, line.installation.file, line.installation.line, line.why) for line in found.apart
    ]
    assert sorted(lines) == sorted(apart)
    # Nobody is left out, and nothing that cannot be read is outdated.
    assert found.customers == len(everybody) == len({c for g in groups.values() for c in g} | {one[0] for one in apart})
    outdated = [group for group in found.groups if group.support in WITHOUT_FULL_SUPPORT]
    assert all(VERSIONS[group.version] is not None for group in outdated)
