"""A measured figure beside the same of an earlier commit, and the gates that it has to keep."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Seconds that something took, this tree's and the earlier commit's.

    `items` is how many were done in those seconds (0: it is one thing, and the seconds are what is shown). The gates:
    `at_most` seconds, and `at_least` so many times as fast as the earlier commit; `kept` is false
    when what the note tells is not as it shall be.
    """

    what: str
    seconds: float
    earlier: float | None = None
    items: int = 0
    at_most: float | None = None
    at_least: float | None = None
    kept: bool = True
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the earlier commit."""
        return None if self.earlier is None else self.earlier / self.seconds

    @property
    def missed(self) -> bool:
        """Whether a gate is not kept."""
        late = self.at_most is not None and self.seconds > self.at_most
        return (
            not self.kept
            or late
            or (self.at_least is not None and self.ratio is not None and self.ratio < self.at_least)
        )

    def row(self) -> list[str]:
        """Return the cells of the page's table."""
        gates = [
            "" if self.at_most is None else f"≤ {self.at_most:.2f} s",
            "" if self.at_least is None else f"≥ {self.at_least}×",
        ]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}×"
        gate = ", ".join(filter(None, gates)) + (" **missed**" if self.missed else "")
        return [self.what, self._speed(self.seconds), self._speed(self.earlier), ratio, gate, self.note]

    def _speed(self, seconds: float | None) -> str:
        if seconds is None:
            return ""
        return f"{self.items / seconds:,.0f}/s" if self.items else f"{seconds:.2f} s"


def table(figures: Iterable[Figure], names: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a table; `names` are those of the sides."""
    own, earlier = (*names, "")[:2]
    yield f"| what | {own} | {earlier or 'earlier'} | ratio | gate | note |"
    yield "| --- | ---: | ---: | ---: | --- | --- |"
    for figure in figures:
        yield f"| {' | '.join(figure.row())} |"


def shown(figures: Iterable[Figure], names: Sequence[str]) -> None:
    """Print the table as it is measured."""
    for line in table(figures, names):
        print(line, flush=True)
