"""How long a registry of 100,000 customers takes to load and to ask, and a simulation over 100,000 snapshots.

Run `python -m bench.agreements [LINES]`; LINES is how many snapshots are simulated.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.commands import CONFIG, Figure, on_the_wire, prepared, wall
from bench.decide import sample
from bridge.connectors.registry.load import RegistryLoad, load_registry
from bridge.tickets import Reference, Requester, Ticket

CUSTOMERS = 100_000
LINES = 100_000
LOOKUPS = 20_000
_ROUNDS = 3
_MAPPING = """\
sources:
  customers:
    kind: csv
    file: customers.csv
    columns: {customer: Code, name: Name, category: Category, email: Mail, domain: Domain, registration_number: Number,
              product: Product, licence_until: Licence, certificate: Certificate, certificate_until: Until}
"""


def measure(lines: int = LINES) -> Iterator[Figure]:
    """Yield the figures."""
    empty = wall([sys.executable, "-c", "pass"], dict(os.environ))
    with tempfile.TemporaryDirectory() as scratch:
        small, large = (_registry(Path(scratch) / str(count), count) for count in (CUSTOMERS // 100, CUSTOMERS))
        seconds, load = _loaded(large)
        asked, asked_small = _asked(load, CUSTOMERS), _asked(_loaded(small)[1], CUSTOMERS // 100)
        note = (
            f"{load.rows:,} rows, {len(load.problems)} problems; a look-up takes {asked * 1e6:.1f} µs,"
            f" of {CUSTOMERS // 100:,} customers {asked_small * 1e6:.1f} µs"
        )
        yield Figure(what="registry from CSV", seconds=seconds, gate=2.0, empty_programs=seconds / empty, note=note)
        yield _simulated(Path(scratch) / "simulate", lines, empty)


def _registry(folder: Path, count: int) -> Path:
    (folder / "registry").mkdir(parents=True)
    (folder / "registry" / "registry.yaml").write_text(_MAPPING, encoding="utf-8")
    rows = (
        f"K-{one};Организация {one};commercial;buh@farm{one}.example;farm{one}.example;R-{one};accounting;"
        f"{1 + one % 28}.12.2027;C-{one};2027-{1 + one % 12:02}-15\n"
        for one in range(count)
    )
    with (folder / "registry" / "customers.csv").open("w", encoding="cp1251") as file:
        file.write("Code;Name;Category;Mail;Domain;Number;Product;Licence;Certificate;Until\n")
        file.writelines(rows)
    return folder


def _loaded(folder: Path) -> tuple[float, RegistryLoad]:
    """Return the least time of several loads, and the last of them."""
    times = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        load = load_registry(folder, now=int(time.time()), description_file="registry/registry.yaml")
        times.append(time.perf_counter() - begun)
    return min(times), load


def _asked(load: RegistryLoad, count: int) -> float:
    """Return the seconds of one look-up by address, each for another customer."""
    now = int(time.time())
    tickets = [
        Ticket(
            id=one,
            number="",
            rev="",
            created_at=now,
            status=Reference(state="open"),
            department=Reference(),
            requester=Requester(email=f"buh@farm{one * 7919 % count}.example"),
        )
        for one in range(LOOKUPS)
    ]
    begun = time.perf_counter()
    for ticket in tickets:
        load.registry.lookup(ticket, now=now)
    return (time.perf_counter() - begun) / LOOKUPS


def _simulated(scratch: Path, lines: int, empty: float) -> Figure:
    """Return how long `policy simulate` takes for so many snapshots against a policy with shorter targets."""
    scratch.mkdir()
    environment = dict(os.environ) | prepared(scratch, "http://127.0.0.1:9", "0" * 32)
    candidate = scratch / "candidate"
    shutil.copytree(CONFIG, candidate)
    policy = candidate / "policies" / "agrosoft.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("first_response: 40h", "first_response: 20h"), encoding="utf-8")
    snapshots = [json.dumps(on_the_wire(ticket), ensure_ascii=False).encode() + b"\n" for ticket, _ in sample(2_000)]
    file = scratch / "tickets.jsonl"
    with file.open("wb") as stream:
        stream.writelines(snapshots[number % len(snapshots)] for number in range(lines))
    command = [sys.executable, "-m", "bridge", "policy", "simulate", str(candidate), "-i", str(file), "--json"]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=environment, check=True, capture_output=True)
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    found = json.loads(done.stdout)
    note = f"{found['tickets']:,} snapshots, {found['changed']:,} would change, {worked:.1f} s of processor time"
    gate = 30.0 * lines / LINES
    return Figure(what="policy simulate", seconds=seconds, gate=gate, empty_programs=seconds / empty, note=note)


def main() -> None:
    """Print the figures."""
    for figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else LINES):
        print(json.dumps({name: getattr(figure, name) for name in Figure.__slots__}, ensure_ascii=False))


if __name__ == "__main__":
    main()
