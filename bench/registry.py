"""How long a registry of 100,000 customers takes to load from CSV, one look-up in it, and telling who of them runs what.

The last is the whole command, beside a program that only reads the same file with Python's csv module and counts.

Run `python -m bench.registry [--against COMMIT]`.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from bench.figures import Figure, shown
from bench.sample import PRODUCTS
from bench.sides import Side, Worker, asked, in_turns, least, sides, workers

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

_RUNNING = """\
sources:
  customers:
    kind: csv
    file: customers.csv
    columns: {customer: Code, name: Name, email: Mail, registration_number: Number, product: Product, version: Version,
              certificate: Certificate, certificate_until: Until, curator: Curator}
"""
_RUN = (("БСХП", "3.0.{}.35"), ("КУСХП", "2.5.{}.102"), ("Мониторинг полей", "2026.{}"))
_PEER = """\
import csv, sys
from collections import Counter
with open(sys.argv[1], encoding="cp1251", newline="") as file:
    found = Counter((row["Product"], row["Version"]) for row in csv.DictReader(file, delimiter=";"))
print(len(found))
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


def write_running(side: Side, folder: Path, count: int) -> Path:
    """Write the side's shipped configuration with a registry of so many customers, whose versions are many and in one
    line of a hundred unreadable; return its table."""
    shutil.copytree(side.tree / "config", folder)
    main = folder / "bridge.yaml"
    main.write_text(main.read_text(encoding="utf-8").replace("/var/lib/sla-bridge", str(folder / "state")))
    (folder / "registry" / "registry.yaml").write_text(_RUNNING, encoding="utf-8")
    table = folder / "registry" / "customers.csv"
    with table.open("w", encoding="cp1251") as file:
        file.write("Code;Name;Mail;Number;Product;Version;Certificate;Until;Curator\n")
        for one in range(count):
            product, version = _RUN[one % len(_RUN)]
            text = "новая" if one % 100 == 0 else version.format(one % 97)
            file.write(
                f"C{one};Организация {one};buh@farm{one}.example;R{one};{product};{text};S{one};2027-{1 + one % 12:02}-15;"
                f"Куратор {one % 50}\n"
            )
    return table


def measure_running(measured: Sequence[Side]) -> Iterator[Figure]:
    """Yield how long whole commands take that call the registry over, in turns with the plain reader."""
    with tempfile.TemporaryDirectory() as scratch:
        tables = {one.name: write_running(one, Path(scratch) / one.name, CUSTOMERS) for one in measured}
        own = measured[0]
        plain = partial(_wall, [sys.executable, "-c", _PEER, str(tables[own.name])], own)
        for words in (["products"], ["products", "--format", "csv"], ["news"]):
            contest = {
                one.name: partial(_command, one, tables[one.name].parents[1], ["registry", *words]) for one in measured
            }
            least_of = {name: min(times) for name, times in in_turns({**contest, "": plain}, ROUNDS).items()}
            yield Figure(
                what=f"registry {' '.join(words)}, {CUSTOMERS:,} customers",
                seconds=least_of[own.name],
                earlier=least_of[measured[1].name] if len(measured) > 1 else None,
                at_most=2.0,
                note=f"{least_of[own.name] / least_of['']:.1f} times csv.DictReader, start included",
            )


def _command(side: Side, folder: Path, words: list[str]) -> float:
    return _wall([*side.command(*words), "--config", str(folder)], side)


def _wall(command: list[str], side: Side) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=side.environment, check=True, capture_output=True)
    return time.perf_counter() - begun


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
        shown(chain(measure(started), measure_running(measured)), [one.name for one in measured])


if __name__ == "__main__":
    main()
