"""Where things stand in the files people write: every value knows its file, line and column."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.errors import Problem, Severity, Stage
from bridge.files.misspelt import foreign_letters, latin, weekdays

Path = tuple[str | int, ...]
"""The way to a value inside a document: keys of mappings and indexes of lists."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; line and column start at 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    def problem(self, code: str, message: str, **more: Any) -> Problem:
        """Return a problem at this place; `more` is what else a problem has."""
        return Problem(code=code, message=message, file=self.file, line=self.line, column=self.column, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as plain data (dict, list, text, bool, None) with the place of every key and value.

    `values` holds the place of each value by its path, `keys` the place of the key that leads to it (mappings only).
    """

    file: str
    data: object
    values: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, data: object) -> "Document":
        """Return data that a program made as a document: its values have their paths, and stand in no file."""
        return cls(file="", data=data, values={path: Place("") for path, _ in walk(data, ())})

    def place(self, path: Path) -> Place:
        """Return the place of the value at `path`, or of the nearest thing above it that stands in the file."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(self.file))

    def narrow(self, loc: Iterable[str | int]) -> Path:
        """Return the path in this document that a validator's location means.

        It may name parts that no file contains (a short form, a function's name): left out if the rest leads somewhere.
        """
        wanted = tuple(loc)
        found: list[Path] = [()]
        for part in wanted:
            # With the part first, without it after: of equal ways the one that takes a part as early as it can is first.
            both = (way for path in found for way in ((*path, part), path))
            found = list(dict.fromkeys(way for way in both if not way or way in self.values))
        # The tag of a union may be the name of a key there, too: of two ways of one length, the one that ends where the
        # validator's does is meant.
        return max(found, key=lambda path: (len(path), path[-1:] == wanted[-1:]))

    def problem(
        self,
        code: str,
        message: str,
        *,
        path: Path = (),
        hint: str = "",
        key: bool = False,
        severity: Severity = Severity.ERROR,
        stage: Stage = Stage.SHAPE,
    ) -> Problem:
        """Return a problem at `path`; with `key`, at the key of a mapping rather than at its value."""
        place = (self.keys.get(path) if key else None) or self.place(path)
        return place.problem(code, message, path=dotted(path), hint=hint, severity=severity, stage=stage)


def walk(data: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Yield the value that stands at `path` and all those below it, each with its own path."""
    yield path, data
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from walk(value, (*path, key))
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from walk(value, (*path, index))


def dotted(path: Path) -> str:
    """Return a path as people write it: `rules[2].when.status`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name that looks most like `name`, or None when none does."""
    by_fold = {candidate.casefold(): candidate for candidate in allowed}
    folded = name.casefold()
    found = difflib.get_close_matches(folded, by_fold, n=1, cutoff=0.6)
    if found:
        return by_fold[found[0]]
    starts = [one for one in by_fold if folded and (one.startswith(folded) or folded.startswith(one))]
    return by_fold[min(starts, key=len)] if starts else None


def hint_for(name: str, allowed: Iterable[str]) -> str:
    """Return the hint for an unknown name: the nearest valid one, and what else is allowed."""
    names = sorted(allowed)
    if not names:
        return "nothing of this kind is defined"
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"{did_you_mean(name, names)}allowed: {listed}"


def did_you_mean(name: str, allowed: Collection[str]) -> str:
    """Return the question whether the nearest allowed name is meant, with a space behind it; empty where none is near."""
    letters, day = foreign_letters(name), weekdays(name)
    match = nearest(name, allowed) or (nearest(latin(name), allowed) if letters else day if day in allowed else None)
    if match is None:
        return ""
    return f"did you mean {match!r}? " + (f"{letters}; " if letters and match.isascii() else "")


def describe(found: object) -> str:
    """Return a found value as a message shows it, cut where it is long."""
    if found is None or isinstance(found, bool):
        return {None: "nothing", True: "true", False: "false"}[found]
    if isinstance(found, Mapping):
        return "a mapping"
    if isinstance(found, list | tuple):
        return "a list"
    text = str(found)
    return repr(text if len(text) <= 60 else text[:57] + "…")
