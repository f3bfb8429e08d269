"""A bounded list of what is wrong with the data."""

from dataclasses import dataclass, field

from bridge.errors import Problem

REPORTED_AT_MOST = 1000
"""Problems listed one by one; further ones are counted. A wrong date format would otherwise fill the memory."""


@dataclass(slots=True)
class ProblemList:
    """Collects problems, a bounded number of them word by word."""

    listed: list[Problem] = field(default_factory=list)
    unlisted: int = 0

    def add(self, problem: Problem) -> None:
        """Add one more."""
        if len(self.listed) < REPORTED_AT_MOST:
            self.listed.append(problem)
        else:
            self.unlisted += 1

    def extend(self, other: "ProblemList") -> None:
        """Add those of another list."""
        for problem in other.listed:
            self.add(problem)
        self.unlisted += other.unlisted

    def all(self) -> tuple[Problem, ...]:
        """Return those listed in the order of the files, and one that counts the rest."""
        listed = sorted(self.listed, key=lambda one: (one.file, one.line, one.column))
        if not self.unlisted:
            return tuple(listed)
        rest = Problem(
            code="more", message=f"and {self.unlisted:,} more problems", hint="correct the first ones and check again"
        )
        return (*listed, rest)
