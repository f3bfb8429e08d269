"""The undo journal's records as they lie in its file: those of one request together, packed to a tenth.

What is written in one go says nearly the same of every ticket: names of fields, levels, sentences.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.sync.memory.damage import Damaged
from bridge.sync.planned.native_date import DateChange
from bridge.sync.planned.ownership import FieldChange
from bridge.sync.planned.plan import Change
from bridge.sync.planned.stored_values import sent
from bridge.tickets import Instant, NativeDate

_LEVEL = 1
"""Of packing: the next ones take twice the time to save a tenth."""

_WHO = 3
"""Where in a record it stands whose ticket it is."""

_TOGETHER = 10
"""So many bits of an id are its place among neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One write of a run: the fields before and after, osTicket's own due date if it wrote that, and the keys of the actions
    that it offered. `rev` is the revision of the inputs that it followed from, `who` whose ticket it is (`plan.marks`)."""

    run: int
    ticket_id: int
    number: str
    rev: str
    who: str
    fields: tuple[FieldChange, ...]
    actions: tuple[str, ...] = ()
    date: DateChange | None = None


def packed(changes: Sequence[Change]) -> bytes:
    """Return what is put down about changes that are sent together."""
    # Named tuples take the encoder seven times as long as lists.
    return _pack(
        [
            (
                one.ticket_id,
                one.number,
                one.rev,
                one.who,
                [[*each] for each in one.fields],
                one.keys,
                _date_kept(one.date),
            )
            for one in changes
        ]
    )


def entries(run: int, content: bytes) -> Iterator[Entry]:
    """Yield what was put down, in the order of writing. Raises Damaged where the content is not what was packed."""
    try:
        for ticket_id, number, rev, who, fields, actions, date in json.loads(zlib.decompress(content)):
            yield Entry(
                run=run,
                ticket_id=ticket_id,
                number=number,
                rev=rev,
                who=who,
                fields=tuple(FieldChange(*one) for one in fields),
                actions=tuple(actions),
                date=None if date is None else _date(*date),
            )
    except (zlib.error, ValueError, TypeError, LookupError) as error:
        raise Damaged(f"what run {run} wrote cannot be read") from error


def without(content: bytes, mark: str) -> tuple[bytes, int]:
    """Return the content without the records that bear a mark, and how many those were. Raises Damaged as `entries` does."""
    try:
        text = zlib.decompress(content)
        # Nearly all others are done with this.
        records = json.loads(text) if mark.encode() in text else ()
        kept = [one for one in records if mark not in one[_WHO]]
    except (zlib.error, ValueError, TypeError, LookupError) as error:
        raise Damaged("a record cannot be read") from error
    return (_pack(kept), len(records) - len(kept)) if len(kept) < len(records) else (content, 0)


class Tickets:
    """Ids of tickets, a bit for each: those of a run over a million are not held as a million objects."""

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}

    def add(self, ticket_id: int) -> bool:
        """Add one; return whether it was not there."""
        among, bit = self._place(ticket_id)
        stood = self._bits.get(among, 0)
        self._bits[among] = stood | bit
        return not stood & bit

    def drop(self, ticket_id: int) -> None:
        """Take one out that is there."""
        among, bit = self._place(ticket_id)
        self._bits[among] &= ~bit

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self._bits.values())

    @staticmethod
    def _place(ticket_id: int) -> tuple[int, int]:
        return ticket_id >> _TOGETHER, 1 << (ticket_id & ((1 << _TOGETHER) - 1))


def _date_kept(date: DateChange | None) -> list[list[Instant | None] | None] | None:
    # A list of the due date alone, so that no date and osTicket's own date are two things.
    return None if date is None else [None if one is None else [one.due_at] for one in (date.before, date.after)]


def _date(*kept: Sequence[Instant | None] | None) -> DateChange:
    before, after = (None if one is None else NativeDate(due_at=one[0]) for one in kept)
    return DateChange(before=before, after=after)


def _pack(records: Sequence[object]) -> bytes:
    return zlib.compress(sent(records), _LEVEL)
