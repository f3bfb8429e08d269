"""`make mutants`: put each protocol mutant into a copy of the tree, and see which test notices it.

Exits with 1 when one survives, and with 2 when the tests fail without any. Writes docs/mutants.md when all were tried, and
begins with the tests that stand there as the ones that noticed each the last time; a mutant survives only when all tests
pass. `--untried` tries those that nobody has noticed there yet, and writes what it came to also when it is stopped. `--only
WORDS` tries those with the words in their names and writes nothing.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from queue import SimpleQueue

from tests.mutation.mutant import Mutant, mutants_of
from tests.mutation.tables import (
    actions,
    feed,
    keeping,
    leading,
    memory,
    owing,
    staying,
    tickets,
    transport,
    undoing,
    writing,
)

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "mutants.md"
MUTANTS = tuple(
    one
    for kind in (feed, tickets, writing, actions, memory, transport, leading, undoing, keeping, staying, owing)
    for one in mutants_of(kind.KIND, kind.TABLE)
)

_COPIED = ("bridge", "plugin", "config", "tests", "pyproject.toml")
TESTS = ("tests/unit/sync", "tests/integration/sync", "tests/unit/connectors")
_PASSES = ("tests/integration/sync/test_passes.py", "tests/integration/sync/test_trouble.py")
_UNDO = (
    "tests/unit/sync/test_journal.py",
    "tests/unit/sync/test_undo.py",
    "tests/integration/sync/test_undo.py",
    "tests/cli/test_undo.py",
)
_ARCHIVE = ("tests/unit/sync/test_archive.py", "tests/cli/test_archive.py")
_LEASE = ("tests/unit/sandbox/test_lease.py", "tests/contract/test_lease.py")
_METRICS = ("tests/unit/metrics/test_measures.py", "tests/unit/metrics/test_endpoint.py", "tests/cli/test_metrics.py")
_OWED = ("tests/integration/sync/test_owed_letters.py", "tests/integration/sync/test_obligations.py")
_RUN = "tests/cli/test_run.py"
_NEAREST = {
    "sync/engine.py": (*_PASSES, "tests/integration/sync/test_two_hosts.py"),
    "sync/first_sync.py": (
        "tests/integration/sync/test_first_sync.py",
        "tests/integration/sync/test_two_hosts.py",
        "tests/integration/sync/test_undo.py",
    ),
    "sync/select.py": (*_PASSES, "tests/cli/test_archive.py"),
    "sync/sweep.py": ("tests/integration/sync/test_sweep.py", *_PASSES),
    "sync/rollout.py": ("tests/integration/sync/test_rollout.py",),
    "sync/survey.py": _PASSES,
    "sync/planned/plan.py": ("tests/unit/sync/test_plan.py", "tests/cli/test_archive.py"),
    "sync/watch.py": _PASSES,
    "sync/writer.py": (
        "tests/integration/sync/test_people_are_quicker.py",
        "tests/integration/sync/test_undo.py",
        *_PASSES,
    ),
    "sync/actions.py": ("tests/unit/sync/test_actions.py",),
    "sync/planned/offers.py": ("tests/unit/sync/test_actions.py",),
    "sync/action_outcomes.py": ("tests/unit/sync/test_actions.py",),
    "sync/guards.py": (
        "tests/unit/sync/test_lease.py",
        "tests/unit/sync/test_guards.py",
        "tests/unit/sync/test_actions.py",
    ),
    "sync/owed.py": _OWED,
    "sync/owed_letters.py": _OWED,
    "policies": ("tests/unit/obligations", *_OWED),
    "sync/units.py": ("tests/integration/sync/test_units.py",),
    "sync/memory/state.py": ("tests/integration/sync/test_state_and_processes.py",),
    "sync/memory/state_file.py": ("tests/integration/sync/test_state_and_processes.py",),
    "sync/memory/lock.py": ("tests/integration/sync/test_state_and_processes.py",),
    "sync/lease.py": ("tests/unit/sync/test_lease.py", "tests/cli/test_lease.py"),
    "sync/memory/journal.py": ("tests/unit/sync/test_journal.py", *_UNDO),
    "sync/memory/journal_records.py": ("tests/unit/sync/test_journal.py", *_UNDO),
    "sync/undo.py": _UNDO,
    "sync/memory/hold.py": ("tests/unit/sync/test_hold.py", "tests/cli/test_undo.py"),
    "sync/memory/archive.py": _ARCHIVE,
    "connectors": ("tests/unit/connectors",),
    "connectors/helpdesks/osticket.py": ("tests/unit/connectors/test_osticket_lease.py", "tests/unit/connectors"),
    "connectors/sandbox/lease.py": _LEASE,
    "connectors/sandbox/writes.py": _LEASE,
    "connectors/stopping.py": ("tests/unit/connectors/test_stopping.py", "tests/unit/daemon", _RUN),
    "daemon": ("tests/unit/daemon", _RUN),
    "metrics": _METRICS,
    "cli/passes/archive.py": _ARCHIVE,
    "cli/passes/run.py": ("tests/unit/daemon", _RUN),
    "cli/passes/sync.py": ("tests/cli/test_lease.py", "tests/cli/test_undo.py"),
    "cli/passes/undo.py": ("tests/cli/test_undo.py",),
    "cli/wiring/in_force.py": ("tests/unit/daemon", _RUN),
    "cli/wiring/measuring.py": _METRICS,
    "cli/wiring/passes.py": ("tests/cli/test_lease.py",),
}
"""What notices a fault of a file, or of a folder's files, soonest; a command is tested here alone."""

_LANES = ("-n", str(len(os.sched_getaffinity(0))))
_SECONDS_OF_A_TEST = 30
_SECONDS_OF_A_STAGE = 1800
_TIMEOUT = "Timeout (>"
_PASSED, _FAILED = 0, 1
_ROW = re.compile(r"^\| (.+?) \| `.+?` \| `(.+?)` \|$", re.MULTILINE)
_FAILURE = re.compile(r"^(?:FAILED|ERROR) (\S+?::\w+)", re.MULTILINE)

_HEAD = """<!-- Written by `make mutants`. -->
# Protocol mutants

A protocol mutant is a small deliberate fault in the sync, in its memory, or in what is said to the helpdesk: the cursor is
saved before the writes, a conflict is retried without reading again. The tests have to notice each of them.

{day}: {killed} of {count} noticed{untried}.
"""
_UNTRIED = "not tried yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of a mutant: `by` is the first test that failed, empty for a survivor."""

    mutant: Mutant
    by: str
    seconds: float


class Broken(Exception):
    """The tests could not be run, or do not pass without a mutant."""


def noticed(text: str) -> dict[str, str]:
    """Return from the published page which test noticed a mutant, by the mutant's name."""
    return dict(_ROW.findall(text))


def stages(mutant: Mutant, last: str | None) -> Iterator[tuple[str, ...]]:
    """Yield which tests are run one after the other, until one fails: the `last` that noticed it, the nearest, all."""
    if last:
        yield (last,)
    nearest = _NEAREST.get(mutant.file) or _NEAREST.get(mutant.file.partition("/")[0])
    if nearest:
        yield nearest
    yield TESTS


def tree(folder: Path) -> Path:
    """Return a copy of what the tests need."""
    for name in _COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    return folder


def tested(copy: Path, tests: Sequence[str], *options: str) -> tuple[int, str]:
    """Return the exit code of pytest in the copy, and its output. A test that hangs has failed; raises Broken where all of them
    take so long that nothing can be said."""
    hidden = ("SLA_BRIDGE_TEST_INSTALLED", "SLA_BRIDGE_TEST_OSTICKET_URL", "PYTHONSAFEPATH")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-rfE", "-p", "no:randomly"]
    try:
        done = subprocess.run(
            [*command, f"--timeout={_SECONDS_OF_A_TEST}", *options, *tests],
            cwd=copy,
            # Nothing compiled is kept: two spellings of one second and one size would be taken for the same.
            env=environment | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=_SECONDS_OF_A_STAGE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Broken(f"{' '.join(tests)} did not end in {_SECONDS_OF_A_STAGE} s: is this machine busy?") from None
    return done.returncode, done.stdout + done.stderr


def tried(mutant: Mutant, copy: Path, last: str | None) -> Found:
    """Put the mutant into the copy, test, take it out again. Raises Broken where the tests could not begin, or are too slow
    without it as well.
    """
    path = copy / "bridge" / mutant.file
    healthy = path.read_bytes()
    started, by, output = time.monotonic(), "", ""
    try:
        mutant.put_into(copy / "bridge")
        for tests in stages(mutant, last):
            code, output = tested(copy, tests)
            failure = _FAILURE.search(output)
            if code == _FAILED and failure:
                by = failure[1]
                break
            # The test that noticed it the last time may have another name by now.
            if code != _PASSED and tests != (last,):
                raise Broken(f"{mutant.name!r} (bridge/{mutant.file}) is no fault, it does not run:\n{output[-2000:]}")
    finally:
        path.write_bytes(healthy)
    if by and _TIMEOUT in output and tested(copy, (by,))[0] != _PASSED:
        raise Broken(f"{by} takes more than {_SECONDS_OF_A_TEST} s without a mutant too: is this machine busy?")
    return Found(mutant=mutant, by=by, seconds=time.monotonic() - started)


def tried_all(mutants: Iterable[Mutant], folder: Path) -> Iterator[Found]:
    """Yield what became of each, in order; as many at a time as there are cores."""
    cores, last = len(os.sched_getaffinity(0)), noticed(PAGE.read_text(encoding="utf-8") if PAGE.exists() else "")
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(cores):
        copies.put(tree(folder / str(number)))

    def work(mutant: Mutant) -> Found:
        copy = copies.get()
        try:
            return tried(mutant, copy, last.get(mutant.name))
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(cores) as lanes:
        yield from lanes.map(work, mutants)


def healthy(copy: Path) -> bool:
    """Return whether all tests pass without a mutant; what fails is shown."""
    tests = dict.fromkeys(chain(TESTS, *_NEAREST.values()))
    code, output = tested(copy, [one for one in tests if not tests.keys() & {*map(str, Path(one).parents)}], *_LANES)
    if code != _PASSED:
        print(output[-4000:], file=sys.stderr)
    return code == _PASSED


def page(by: Mapping[str, str]) -> str:
    """Return the published page: `by` tells which test noticed a mutant of that name, or nothing where none did. Those that it
    does not name were not tried."""
    untried = sum(one.name not in by for one in MUTANTS)
    head = _HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        killed=sum(bool(by.get(one.name)) for one in MUTANTS),
        count=len(MUTANTS),
        untried=f", {untried} {_UNTRIED}" if untried else "",
    )
    lines = head.splitlines()
    for kind in dict.fromkeys(one.kind for one in MUTANTS):
        lines += ["", f"## Of {kind}", "", "| what is wrong | where | first noticed by |", "| --- | --- | --- |"]
        for one in (one for one in MUTANTS if one.kind == kind):
            test = by.get(one.name, _UNTRIED)
            cell = test if test == _UNTRIED else f"`{test}`" if test else "**nobody**"
            lines.append(f"| {one.name} | `{one.file}` | {cell} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Try the mutants, tell of each, write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.protocol", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", metavar="WORDS", default="", help="words of the names of those to try")
    which.add_argument("--untried", action="store_true", help="those that nobody has noticed yet")
    asked = parser.parse_args()
    before = noticed(PAGE.read_text(encoding="utf-8")) if asked.untried else {}
    chosen = [one for one in MUTANTS if asked.only in one.name and one.name not in before]
    for one in chosen:
        # Told now, not after minutes.
        one.applied((ROOT / "bridge" / one.file).read_text(encoding="utf-8"))
    started, found = time.monotonic(), list[Found]()
    try:
        with tempfile.TemporaryDirectory(prefix="sla-bridge-mutants-") as name:
            if not asked.only and not healthy(tree(Path(name) / "healthy")):
                return 2
            for one in tried_all(chosen, Path(name)):
                found.append(one)
                fate = f"killed by {one.by}" if one.by else "SURVIVED"
                print(f"{one.seconds:5.1f} s  {fate}  {one.mutant.name}", flush=True)
    finally:
        if asked.untried or (not asked.only and len(found) == len(chosen)):
            PAGE.write_text(page(before | {one.mutant.name: one.by for one in found}), encoding="utf-8")
    survivors = [one for one in found if not one.by]
    minutes = (time.monotonic() - started) / 60
    print(f"{len(found) - len(survivors)} of {len(found)} killed in {minutes:.1f} minutes")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
