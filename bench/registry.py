"""How long a registry of 100,000 customers takes to load from CSV, and one look-up in it.

Run `python -m bench.registry [--against COMMIT]`.
"""

import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.figures import Figure, shown
from bench.sample import PRODUCTS
from bench.sides import Worker, asked, least, sides, workers

CUSTOMERS = 100_000
ROUNDS = 3
_LOOKUPS = 20_000
_MAPPING = """\
sources:
  customers:
    kind: csv
    file: customers.csv
    columns: {customer: Code, name: Name, category: Category, email: Mail, domain: Domain, registration_number: Number,
              product: Product, licence_until: Licence, certificate: Certificate, certificate_until: Until}
"""


def write_registry(folder: Path, count: int) -> Path:
    """Write the registry of so many customers into a configuration folder and return the folder."""
    (folder / "registry").mkdir(parents=True, exist_ok=True)
    (folder / "registry" / "registry.yaml").write_text(_MAPPING, encoding="utf-8")
    rows = (
        f"C{one};Организация {one};commercial;buh@farm{one}.example;farm{one}.example;R{one};product-{one % PRODUCTS};"
        f"{1 + one % 28}.12.2027;S{one};2027-{1 + one % 12:02}-15\n"
        for one in range(count)
    )
    with (folder / "registry" / "customers.csv").open("w", encoding="cp1251") as file:
        file.write("Code;Name;Category;Mail;Domain;Number;Product;Licence;Certificate;Until\n")
        file.writelines(rows)
    return folder


def measure(measured: Sequence[Worker]) -> Iterator[Figure]:
    """Yield the figures."""
    for count, gate in ((CUSTOMERS // 100, None), (CUSTOMERS, 2.0)):
        with tempfile.TemporaryDirectory() as scratch:
            folder = str(write_registry(Path(scratch), count))
            loads = {one.side.name: partial(one.seconds, "registry", folder=folder) for one in measured}
            own, earlier = least(loads, ROUNDS)
            what = f"load {count:,} customers from CSV"
            yield Figure(what=what, seconds=own, earlier=earlier, at_most=gate)
            # Each worker still holds the registry that it loaded last.
            asks = {one.side.name: partial(one.seconds, "lookups", count=count, asked=_LOOKUPS) for one in measured}
            own, earlier = least(asks, ROUNDS)
            what, note = f"look one of {count:,} customers up", f"{own / _LOOKUPS * 1e6:.1f} µs each"
            yield Figure(what=what, seconds=own, earlier=earlier, items=_LOOKUPS, note=note)


def main() -> None:
    """Measure and print."""
    with sides(asked(__doc__).against) as measured, workers(measured) as started:
        shown(measure(started), [one.name for one in measured])


if __name__ == "__main__":
    main()
