"""The ledger: every portion of every scenario that was ever played and recorded, oldest first."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from campaign.outcome import Outcome

FILE = Path(__file__).resolve().parent / "ledger.jsonl"

PAGES_REDONE = 1
"""So many pages of a first sync may be done again by the pass behind a killed one."""


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

    @property
    def broke(self) -> bool:
        """Whether a promise was broken; that too many pages are done again was no finding of its own at first."""
        return bool(self.findings) or self.most.get("pages_redone", 0) > PAGES_REDONE


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
        """Return the portions that count: of each seed the last, for what broke a promise is played again."""
        last: dict[int, Portion] = {}
        for portion in self.portions:
            if portion.scenario == scenario:
                last[portion.seed] = portion
        return [last[seed] for seed in sorted(last)]

    def mended(self, scenario: str) -> int:
        """Return how many portions broke a promise that the same portion of a later commit keeps."""
        standing = {id(one) for one in self.of(scenario)}
        return sum(one.broke and id(one) not in standing for one in self.portions if one.scenario == scenario)

    def total(self, scenario: str) -> Outcome:
        """Return what the portions that count came to together."""
        total = Outcome()
        for portion in self.of(scenario):
            total.join(portion.counts, portion.most)
            total.findings += portion.findings
        return total

    def next_seed(self, scenario: str, commit: str) -> int:
        """Return the seed to play next: one that broke a promise under another commit, or the first that nobody has played."""
        portions = self.of(scenario)
        again = (one.seed for one in portions if one.broke and one.commit != commit)
        return next(again, len(portions) + 1)
