"""The list of conversations as a feed of changes: down by `updated_at` to what is known, a little further, and up again.

BeDesk has no "updated since". A cursor says how far the list is known, which rows of the last OVERLAP seconds have been told, and
up to when nobody can have changed anything without being told.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bridge.errors import CursorGone
from bridge.tickets import Instant

OVERLAP = 120
"""Seconds below the newest known row that are looked at again: rows become visible out of order."""

SETTLED = 2
"""Seconds. A row stamped in the very second of the look may change once more with the same stamp, and is told again."""

PORTION = 50
"""So many conversations are read for one page of changes."""

_TOLD_AT_MOST = 500
_ROWS_AT_MOST = 20_000
"""More changes than this are no catching up: everything is read instead."""

_WALKS = 3
_FORM = "bedesk1:"


class ListedRow(NamedTuple):
    """A row of the list: its stamp first, as rows are ordered."""

    updated_at: Instant
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far the list is known.

    Rows below `low` are not looked at, `mark` is the newest stamp told, `told` the rows behind `low` that need not be told again,
    each with whether it has settled. `watched` is up to when no change can have escaped; `begun` when the walk under way began,
    None between walks.
    """

    mark: Instant
    low: Instant
    watched: Instant
    told: tuple[tuple[Instant, int, bool], ...] = field(default=())
    begun: Instant | None = None

    def stored(self) -> str:
        """Return the cursor as text that `remembered` reads."""
        text = json.dumps([self.mark, self.low, self.watched, self.told, self.begun], separators=(",", ":"))
        return _FORM + base64.urlsafe_b64encode(text.encode()).decode("ascii")

    @classmethod
    def remembered(cls, text: str) -> "Cursor":
        """Return the cursor that was stored. Raises CursorGone for foreign text."""
        try:
            _, _, content = text.rpartition(_FORM)
            mark, low, watched, told, begun = json.loads(base64.b64decode(content, altchars=b"-_", validate=True))
            rows = tuple((int(at), int(one), bool(settled)) for at, one, settled in told)
            return cls(mark=int(mark), low=int(low), watched=int(watched), told=rows, begun=begun)
        except (ValueError, TypeError, binascii.Error) as error:
            raise CursorGone(
                f"the cursor is none of this helpdesk's ({type(error).__name__})", hint="A full scan replaces it"
            ) from None

    @classmethod
    def at_the_top(cls, newest: Instant, now: Instant) -> "Cursor":
        """Return the cursor of who has just begun to look."""
        return cls(mark=newest, low=max(0, newest - OVERLAP), watched=now)


class PolledRows(NamedTuple):
    """Rows to be read now, the cursor behind them, and whether more are known to follow."""

    rows: tuple[ListedRow, ...]
    cursor: Cursor
    more: bool


def portion(cursor: Cursor, listed: Iterable[ListedRow], now: Instant) -> PolledRows:
    """Return the next rows of those `listed` at `now`, oldest first."""
    known = {(at, one) for at, one, _ in cursor.told}
    fresh = sorted(row for row in set(listed) if row.updated_at >= cursor.low and row not in known)
    rows, more = tuple(fresh[:PORTION]), len(fresh) > PORTION
    mark = max([cursor.mark, *(row.updated_at for row in rows)])
    told = [*cursor.told, *((row.updated_at, row.id, row.updated_at < now - SETTLED) for row in rows)]
    begun = now if cursor.begun is None else cursor.begun
    if more:
        # In the middle of a walk what was told is not told again, or the walk would not end.
        return PolledRows(
            rows, Cursor(mark=mark, low=cursor.low, watched=cursor.watched, told=tuple(told), begun=begun), more
        )
    low = max(cursor.low, mark - OVERLAP)
    kept = sorted(one for one in told if one[2] and one[0] >= low)
    if len(kept) > _TOLD_AT_MOST:
        low = kept[-_TOLD_AT_MOST - 1][0] + 1
        kept = [one for one in kept if one[0] >= low]
    return PolledRows(rows, Cursor(mark=mark, low=low, watched=begun, told=tuple(kept)), more)


def walked_down(pages: Callable[[], Iterator[Sequence[ListedRow]]], low: Instant) -> set[ListedRow]:
    """Return the rows from the newest down to the stamp `low`. More than one page is walked again until nothing new shows: rows
    move up while the list is walked, and a deletion moves one over the edge of a page. Raises CursorGone where there are too
    many."""
    found: set[ListedRow] = set()
    for _ in range(_WALKS):
        before, walked = len(found), 0
        for page in pages():
            walked += 1
            found.update(row for row in page if row.updated_at >= low)
            if len(found) > _ROWS_AT_MOST:
                raise CursorGone(
                    f"more than {_ROWS_AT_MOST} conversations have changed", hint="A full scan replaces it"
                )
            if any(row.updated_at < low for row in page):
                break
        if walked <= 1 or len(found) == before:
            break
    return found


def rows_of(page: Iterable[Any], read: Callable[[Any], ListedRow | None]) -> list[ListedRow]:
    """Return the tickets among the rows of a page."""
    return [row for row in map(read, page) if row is not None]
