"""Standing troubles: told when they begin, when they change, and once a day; a timer runs every minute and people read mail.

What stands is remembered with the instant at which it was told last. It is a part of the state, a cache: where that is lost,
everything is told once more.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace

from bridge.errors import Problem
from bridge.tickets import Instant

AGAIN_SECONDS = 24 * 3600
"""How often a trouble that does not change is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A trouble that stands until somebody mends it. `key` tells it from others, `text` is what people read.

    `source` is the registry's source that it is about, if it is about one; `missing` says that nothing serves in its place,
    and `unseen` that its end shows in no file, so that every pass has to look. `gist` is what has to change for it to be told
    anew, the text where it is left out; one that is told `once` is not told again for standing.
    """

    key: str
    text: str
    source: str = ""
    missing: bool = False
    unseen: bool = False
    gist: str = ""
    once: bool = False


def problem_notice(problem: Problem) -> Notice:
    """Return a problem of a file as a notice. Two of one kind may stand at one place: what they say tells them apart."""
    return Notice(key=f"{problem.code} {replace(problem, hint='')}", text=str(problem))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A notice, and when it was told last."""

    notice: Notice
    told_at: Instant


def remembered(fact: str | None) -> tuple[Remembered, ...]:
    """Return what the state remembers; nothing where it is not to be understood."""
    try:
        rows = json.loads(fact or "[]")
        return tuple(Remembered(notice=Notice(**row["notice"]), told_at=int(row["told_at"])) for row in rows)
    except (ValueError, TypeError, KeyError):
        return ()


def to_tell(
    standing: Sequence[Notice], known: Sequence[Remembered], now: Instant
) -> tuple[tuple[Notice, ...], tuple[Remembered, ...]]:
    """Return which of the standing notices are to be told at `now`, and what is to be remembered."""
    before = {one.notice.key: one for one in known}
    told: list[Notice] = []
    kept: list[Remembered] = []
    for notice in standing:
        old = before.get(notice.key)
        same = old is not None and _gist(old.notice) == _gist(notice)
        if old is not None and same and (notice.once or 0 <= now - old.told_at < AGAIN_SECONDS):
            kept.append(Remembered(notice=notice, told_at=old.told_at))
        else:
            told.append(notice)
            kept.append(Remembered(notice=notice, told_at=now))
    return tuple(told), tuple(kept)


def _gist(notice: Notice) -> str:
    return notice.gist or notice.text


def stored(kept: Sequence[Remembered]) -> str:
    """Return what the state keeps."""
    return json.dumps([asdict(one) for one in kept], ensure_ascii=False)


def with_told(fact: str, notice: Notice, now: Instant) -> str:
    """Return what the state keeps, with one notice more, which is told at `now`."""
    return stored((*remembered(fact), Remembered(notice=notice, told_at=now)))


def renewed(
    fact: str, keys: Collection[str], standing: Sequence[Notice], now: Instant
) -> tuple[tuple[Notice, ...], str]:
    """Return which of the standing notices are to be told, and what the state keeps, with these in the place of all of `keys`."""
    known = remembered(fact)
    told, kept = to_tell(standing, [one for one in known if one.notice.key in keys], now)
    return told, stored((*(one for one in known if one.notice.key not in keys), *kept))


def sources_of(notices: Sequence[Notice]) -> frozenset[tuple[str, bool]]:
    """Return which sources do not serve themselves, and whether anything serves in their place."""
    return frozenset((one.source, one.missing) for one in notices if one.source)
