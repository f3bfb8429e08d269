"""The rows of all sources together, and whose they are."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bridge.connectors.registry.rows import SourceRows


class AllRows:
    """The rows of all sources, numbered through, with each customer's rows in that order.

    Most customers have one row; only the others need a list.
    """

    def __init__(self, sources: Sequence[SourceRows]) -> None:
        self.sources = sources
        self._starts: list[int] = []
        self._by_owner: dict[str, int | list[int]] = {}
        number = 0
        for source in sources:
            self._starts.append(number)
            for owner in source.owners:
                known = self._by_owner.setdefault(owner, number)
                if isinstance(known, list):
                    known.append(number)
                elif known != number:
                    self._by_owner[owner] = [known, number]
                number += 1

    def __len__(self) -> int:
        return len(self._by_owner)

    def owners(self) -> Iterator[str]:
        """Yield every customer's id, in the order of their first rows."""
        yield from self._by_owner

    def of(self, owner: str) -> list[tuple[SourceRows, int]]:
        """Return the customer's rows as (source, number inside it); empty for an unknown id."""
        found = self._by_owner.get(owner)
        if found is None:
            return []
        return [self._place(number) for number in (found if isinstance(found, list) else (found,))]

    def sources_of(self, owner: str) -> Iterator[SourceRows]:
        """Yield the source of each of the customer's rows."""
        found = self._by_owner.get(owner, [])
        for number in found if isinstance(found, list) else (found,):
            yield self._place(number)[0]

    def _place(self, number: int) -> tuple[SourceRows, int]:
        at = bisect_right(self._starts, number) - 1
        return self.sources[at], number - self._starts[at]

    def repeated(self) -> Iterator[list[tuple[SourceRows, int]]]:
        """Yield the rows of each customer that has several."""
        yield from (self.of(owner) for owner, found in self._by_owner.items() if isinstance(found, list))
