"""How product versions are read and compared: dotted numbers, named releases, an ordered list.

A version is text that a customer typed, so every answer is three-valued: what cannot be read, or is written too short
to tell, is unknown and never counts as outdated.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

_LONGEST = 80
"""Nobody types a longer version; a longer text is something else, and reading it would only cost time."""

_PREFIX = r"(?:(?:version|ver\.?|v\.?|release|rel\.?|версия|вер\.?|в\.?|релиз|редакция|ред\.?)\s*)?"
_BUILD_WORD = r"(?:build|bld|сборка|билд|b)\.?\s*[№#:]?\s*"
_DOTTED = re.compile(
    rf"{_PREFIX}(?P<number>[0-9]+(?:\.[0-9]+)*)"
    rf"(?:\s*\(\s*(?:{_BUILD_WORD})?(?P<bracketed>[0-9]+)\s*\)|\s*,?\s+{_BUILD_WORD}(?P<spelled>[0-9]+))?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"{_PREFIX}(?P<number>[0-9]+(?:\.[0-9]+)*)(?:\s*[-_ ]\s*(?P<label>[^\W_][\w .+-]*))?", re.IGNORECASE
)


class Order(StrEnum):
    """Where the first version stands to the second."""

    OLDER = "older"
    SAME = "same"
    NEWER = "newer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Version:
    """A version that could be read.

    `key` orders it among the versions of its scheme; `parts` are the numbers as written, empty where the scheme has
    none; `precise` says that something stands behind the numbers (a build, a label).
    """

    text: str
    key: Any
    parts: tuple[int, ...] = ()
    precise: bool = False

    def __str__(self) -> str:
        return self.text


class Scheme(Protocol):
    """A way of writing versions. `read` returns None for text that is no version of the scheme."""

    def read(self, text: str | None) -> Version | None:
        """Return the version that the text means, or None."""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _trimmed(parts: tuple[int, ...]) -> tuple[int, ...]:
    end = len(parts)
    while end > 1 and parts[end - 1] == 0:
        end -= 1
    return parts[:end]


def _plain(text: str | None) -> str:
    return " ".join(text.split()) if text and len(text) <= _LONGEST else ""


@lru_cache(maxsize=8192)
def _read_dotted(text: str | None) -> Version | None:
    found = _DOTTED.fullmatch(_plain(text))
    if found is None:
        return None
    parts = _numbers(found["number"])
    build = found["bracketed"] or found["spelled"]
    return Version(found.string, (_trimmed(parts), int(build or 0)), parts, bool(build))


@dataclass(frozen=True, slots=True)
class Dotted:
    """Numbers with dots, any count of parts, and a vendor's build behind them: `3.0.52.35`, `3.0.52 (build 7)`.

    Missing parts count as zero for the order: `3.0` and `3.0.0` are the same version.
    """

    def read(self, text: str | None) -> Version | None:
        """Return the version, or None."""
        return _read_dotted(text)


@lru_cache(maxsize=8192)
def _read_named(labels: tuple[str, ...], text: str | None) -> Version | None:
    found = _NAMED.fullmatch(_plain(text))
    if found is None:
        return None
    label = (found["label"] or "").casefold()
    if label not in labels:
        return None
    parts = _numbers(found["number"])
    return Version(found.string, (_trimmed(parts), labels.index(label)), parts, bool(label))


@dataclass(frozen=True, slots=True)
class Named:
    """Numbers and a word: `2024.10 LTS`.

    `labels` lists the words from the oldest to the newest of one number, in lower case; the empty word is a release
    without one. A word that is not listed is not guessed at.
    """

    labels: tuple[str, ...] = ("", "lts")

    def read(self, text: str | None) -> Version | None:
        """Return the version, or None."""
        return _read_named(self.labels, text)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Release names in the vendor's own order, the oldest first."""

    names: tuple[str, ...]

    def read(self, text: str | None) -> Version | None:
        """Return the version, or None for a name that is not on the list."""
        plain = _plain(text).casefold()
        for rank, name in enumerate(self.names):
            if name.casefold() == plain:
                return Version(name, rank)
        return None


SCHEMES = ("dotted", "named", "ordered")
"""The schemes that a catalogue may name."""


def scheme(name: str, *, labels: Sequence[str] = (), names: Sequence[str] = ()) -> Scheme:
    """Return the scheme called `name`, with its labels or its ordered names. Raises ValueError for any other name."""
    if name == "dotted":
        return Dotted()
    if name == "named":
        return Named(tuple(label.casefold() for label in labels)) if labels else Named()
    if name == "ordered":
        return Ordered(tuple(names))
    raise ValueError(f"no version scheme {name!r}; there are {', '.join(SCHEMES)}")


def compare(first: Version | None, second: Version | None) -> Order:
    """Return how `first` stands to `second`, both of one scheme; unknown when either could not be read.

    >>> compare(Dotted().read("3.0.9"), Dotted().read("3.0.52.35")).value
    'older'
    """
    if first is None or second is None:
        return Order.UNKNOWN
    if first.key == second.key:
        return Order.SAME
    return Order.OLDER if first.key < second.key else Order.NEWER


def older_than(stated: Version | None, bound: Version | None) -> bool | None:
    """Return whether the version a customer stated is older than `bound`; None when that cannot be told.

    A stated `3.0.52` is no evidence against a bound `3.0.52.35`: he may have left the last number out. A bound is
    written by the vendor and means what it says, so `3.0` as a bound is `3.0.0`.
    """
    if stated is None or bound is None:
        return None
    if not stated.key < bound.key:
        return False
    shorter = bool(stated.parts) and not stated.precise and stated.parts == bound.parts[: len(stated.parts)]
    return None if shorter else True
