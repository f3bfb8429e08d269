"""A mutant: a small deliberate fault of the protocol, put into a copy of the package by replacing text.

Line-wise tools such as mutmut do not make these: a cursor saved too early, a conflict answered without reading again, a
guard asked after the first write. The texts stand in `tables/`, a module for each kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Replacements = tuple[tuple[str, str], ...]
Table = Mapping[str, Mapping[str, Replacements]]
"""By file below `bridge/`, by what is wrong: each text and what stands in its place."""


class Moved(Exception):
    """A text to replace is not there exactly once: whoever changed the code has to move the mutant along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault in one file below `bridge/`; `kind` is the module of the table, `name` says what is wrong."""

    kind: str
    name: str
    file: str
    replacements: Replacements

    def applied(self, source: str) -> str:
        """Return the source with the fault. Raises Moved, and SyntaxError where nothing could run any more."""
        for before, after in self.replacements:
            if (found := source.count(before)) != 1:
                raise Moved(f"{self.name!r}: {found} times in bridge/{self.file}, not once: {before!r}")
            source = source.replace(before, after)
        compile(source, self.file, "exec")
        return source

    def put_into(self, package: Path) -> None:
        """Write the fault into the copy of the package in that folder."""
        path = package / self.file
        path.write_text(self.applied(path.read_text(encoding="utf-8")), encoding="utf-8")


def mutants_of(kind: str, table: Table) -> Iterable[Mutant]:
    """Yield the mutants of one kind in the order of the table."""
    for file, rows in table.items():
        for name, replacements in rows.items():
            yield Mutant(kind=kind, name=name, file=file, replacements=replacements)
