"""The mutation ratchet: mutates the clocks, the timeline and the calendar, and lets no new survivor in.

`make mutation` runs it; it takes many minutes and is no part of `make test`. What may survive stands in `survivors.txt`, each
mutant with the reason. A mutant is known by its function and its change, not by its number, which moves with every edit.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("survivors.txt")
SEPARATOR = " | "

# What mutmut 3 notes for a mutant: the exit code of pytest, or one of its own.
KILLED = {1, 3}
SURVIVED = {0}
UNTESTED = {5, 33}
TIMED_OUT = {36, -24, 24, 152, 255}


def mutated(root: Path) -> list[Path]:
    """Return the files that are mutated, relative to `root`: the list stands in pyproject.toml, where mutmut reads it.

    Raises FileNotFoundError for one that is not there: mutmut passes over it in silence, and so would the ratchet.
    """
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    files = [Path(name) for name in settings["tool"]["mutmut"]["only_mutate"]]
    missing = [str(file) for file in files if not (root / file).is_file()]
    if missing:
        raise FileNotFoundError(f"[tool.mutmut] only_mutate names files that do not exist: {', '.join(missing)}")
    return files


def module_of(file: Path) -> str:
    """Return the module's name below `bridge.policies`, as the list of survivors writes it."""
    return ".".join(file.with_suffix("").parts[2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A line of the list: the mutant's name, its change, and why no test needs to notice it."""

    name: str
    change: str
    reason: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What stays the same when the function gets another mutant before this one."""
        return self.name.rpartition("__mutmut_")[0], self.change

    @property
    def module(self) -> str:
        return self.name.removeprefix("bridge.policies.").rpartition(".")[0]

    def __str__(self) -> str:
        return SEPARATOR.join((self.name, self.change, self.reason or "?"))


def read_list(text: str) -> list[Survivor]:
    """Return the listed survivors. Raises ValueError with the number of a line that is not `name | change | reason`."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        name, _, rest = line.partition(SEPARATOR)
        change, _, reason = rest.rpartition(SEPARATOR)
        if "__mutmut_" not in name or not change.strip() or not reason.strip(" ?"):
            raise ValueError(f"line {number} is not `name{SEPARATOR}change{SEPARATOR}reason`: {line}")
        found.append(Survivor(name=name, change=change, reason=reason))
    return found


def change_of(diff: str) -> str:
    """Return the change of a unified diff in one line, `before -> after`."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (
        " ".join(re.sub(r"\s+", " ", line[1:]).strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return f"{before} -> {after}"


def run() -> dict[str, int | None]:
    """Mutate and test from scratch; return the exit code of each mutant."""
    mutated(ROOT)
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    subprocess.run([sys.executable, "-m", "mutmut", "run"], cwd=ROOT, check=True)
    return noted(ROOT)


def noted(root: Path) -> dict[str, int | None]:
    """Return what the last run noted under `mutants/` for each mutant of the listed files."""
    codes: dict[str, int | None] = {}
    for file in mutated(root):
        notes = root / "mutants" / f"{file}.meta"
        codes |= json.loads(notes.read_text(encoding="utf-8"))["exit_code_by_key"]
    return codes


def outcome(code: int | None) -> str:
    """Return the word for what came of a mutant."""
    words = {"killed": KILLED, "survived": SURVIVED, "untested": UNTESTED, "timeout": TIMED_OUT}
    return next((word for word, codes in words.items() if code in codes), "undecided")


def counted(codes: dict[str, int | None]) -> Counter[str]:
    """Return how many mutants came to what."""
    return Counter(outcome(code) for code in codes.values())


def seen(name: str) -> Survivor:
    """Return the survivor with its change, as mutmut shows it."""
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", name], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return Survivor(name=name, change=change_of(shown.stdout))


def judge(survivors: list[Survivor], listed: list[Survivor]) -> list[Survivor]:
    """Return the survivors that are not listed; of two alike in one function each needs a line of its own."""
    left = Counter(one.key for one in listed)
    fresh = []
    for one in survivors:
        if left[one.key]:
            left[one.key] -= 1
        else:
            fresh.append(one)
    return fresh


def main() -> int:
    listed = read_list(LIST.read_text(encoding="utf-8"))
    codes = run()
    counts = counted(codes)
    survivors = [seen(name) for name, code in codes.items() if outcome(code) in {"survived", "untested"}]
    fresh = judge(survivors, listed)
    print(", ".join(f"{word}: {number}" for word, number in sorted(counts.items())), f"listed: {len(listed)}")
    for one in judge(listed, survivors):
        print(f"no longer survives, take it off the list: {one}")
    for one in fresh:
        print(f"not listed: {one}", file=sys.stderr)
    if counts["undecided"]:
        print("the run is not complete; run it again", file=sys.stderr)
    return 1 if fresh or counts["undecided"] or len(survivors) > len(listed) else 0


if __name__ == "__main__":
    sys.exit(main())
