"""A bounded list of what is wrong with the data."""

from dataclasses import dataclass, field, replace

from bridge.errors import Problem, Severity
from bridge.files.encodings import UNDECODED

REPORTED_AT_MOST = 1000
"""Problems listed one by one; further ones are counted. A wrong date format would otherwise fill the memory."""

_LONGEST = 600
"""Characters of a message or a hint: what stands in a file may be long, and nobody reads it in a message."""


@dataclass(slots=True)
class ProblemList:
    """Collects problems, a bounded number of them word by word; errors take the place of warnings."""

    listed: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    _warnings: list[int] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Add one more."""
        message, hint = _told(problem.message), _told(problem.hint)
        if message is not problem.message or hint is not problem.hint:
            problem = replace(problem, message=message, hint=hint)
        warning = problem.severity is Severity.WARNING
        if len(self.listed) < REPORTED_AT_MOST:
            if warning:
                self._warnings.append(len(self.listed))
            self.listed.append(problem)
            return
        self.unlisted += 1
        if not warning and self._warnings:
            self.listed[self._warnings.pop()] = problem

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


def _told(text: str) -> str:
    """Return a text that can be written anywhere: of a bounded length, and without halves of letters."""
    if not text.isprintable():
        text = UNDECODED.sub("\ufffd", text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
