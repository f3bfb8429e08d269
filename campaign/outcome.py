"""What a portion of a scenario came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """Figures and broken promises of one portion.

    `counts` add up over portions (`faults`, `kills`, `wrong`, `lost`, `doubled`, `pauses`, `stale`); of `most` the largest
    counts (`passes_to_converge`, `restart_seconds`, `pages_redone`, `failover_seconds`). A finding is a sentence about a
    broken promise, with what is needed to play it again.
    """

    counts: dict[str, int] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def count(self, **more: int) -> None:
        """Add to the counts; a count that was never named is not there."""
        for name, number in more.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def reach(self, **figures: float) -> None:
        """Keep the largest of each figure."""
        for name, figure in figures.items():
            self.most[name] = max(self.most.get(name, figure), figure)

    def join(self, counts: Mapping[str, int], most: Mapping[str, float]) -> None:
        """Take in what another portion came to, its findings apart."""
        self.count(**counts)
        self.reach(**most)
