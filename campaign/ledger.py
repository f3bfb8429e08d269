"""The ledger: every portion of every scenario that was ever played and recorded, oldest first."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from campaign.outcome import Outcome

FILE = Path(__file__).resolve().parent / "ledger.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """One line: what was played, of which commit, when (UTC), and what it came to."""

    scenario: str
    seed: int
    amount: int
    commit: str
    date: str
    seconds: float
    counts: dict[str, int] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


class Ledger:
    """The portions in a file. Only ever added to: what was found once stays there, also when it was mended since."""

    def __init__(self, path: Path = FILE) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.portions = [Portion(**json.loads(line)) for line in lines]

    def add(self, portion: Portion) -> None:
        """Append a portion as one write, so that two runs beside each other do not mix their lines."""
        line = json.dumps(asdict(portion), ensure_ascii=False).encode() + b"\n"
        with self._path.open("ab", buffering=0) as file:
            file.write(line)
            os.fsync(file.fileno())
        self.portions.append(portion)

    def of(self, scenario: str) -> Sequence[Portion]:
        """Return the portions that count: of each seed the last, for what found something is played again."""
        last: dict[int, Portion] = {}
        for portion in self.portions:
            if portion.scenario == scenario:
                last[portion.seed] = portion
        return [last[seed] for seed in sorted(last)]

    def mended(self, scenario: str) -> int:
        """Return how many portions found something that the same portion of a later commit no longer finds."""
        standing = {id(one) for one in self.of(scenario)}
        return sum(bool(one.findings) and id(one) not in standing for one in self.portions if one.scenario == scenario)

    def total(self, scenario: str) -> Outcome:
        """Return what the portions that count came to together."""
        total = Outcome()
        for portion in self.of(scenario):
            total.join(portion.counts, portion.most)
            total.findings += portion.findings
        return total

    def next_seed(self, scenario: str, commit: str) -> int:
        """Return the seed to play next: one with findings that another commit had, or the first that nobody has played."""
        portions = self.of(scenario)
        again = (one.seed for one in portions if one.findings and one.commit != commit)
        return next(again, len(portions) + 1)
