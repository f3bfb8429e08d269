"""Writes cut into requests: few enough items to be quick, few enough bytes to be accepted.

One item that the helpdesk chokes on must not keep the others from being written, so a batch that is refused as a whole is
halved until that item stands alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from bridge.connectors.helpdesks.answer import encode
from bridge.errors import HelpdeskError, HelpdeskRefused, HelpdeskUnavailable
from bridge.protocols.writing import Encoded, Write, WriteOutcome, WriteResult

ITEMS = 125
"""From about a hundred on a larger batch stops paying, as measured on a real osTicket; two of these are a page."""

BYTES = 4 * 1024 * 1024
"""Half of what the contract lets a request weigh."""

_LANES = 2
_REFUSED_WHOLE = frozenset({400, 413, 422, 500})
"""Statuses that may be the fault of one item in a batch."""

_REFUSALS_AT_MOST = 24
"""Three poisonous items in a batch of a hundred are found with fewer refusals; with more, it is not the items."""


class Item(NamedTuple):
    """One write as it is sent: its position in the whole list, its ticket's id, its JSON."""

    position: int
    id: int
    json: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Writes that travel together; `unsendable` are the outcomes of those between them that no JSON can carry."""

    items: Sequence[Item]
    unsendable: Mapping[int, WriteOutcome] = field(default_factory=dict)

    def body(self, lease: bytes = b"null") -> bytes:
        """Return the request's body, written under the lease that this JSON names."""
        return b'{"lease":%b,"items":[%b]}' % (lease, b",".join(item.json for item in self.items))


def batches(writes: Sequence[Write]) -> Iterator[Batch]:
    """Yield the writes in order, in batches of at most ITEMS items and BYTES bytes; a larger item travels alone."""
    items: list[Item] = []
    unsendable: dict[int, WriteOutcome] = {}
    weight = 0
    for position, write in enumerate(writes):
        try:
            json = _json(write)
        except (ValueError, TypeError, RecursionError) as error:
            reason = f"the bridge made a value of it that no JSON can carry: {error}"
            unsendable[position] = WriteOutcome(id=write.id, result=WriteResult.INVALID, reason=reason)
            continue
        if items and (len(items) == ITEMS or weight + len(json) > BYTES):
            yield Batch(items=items, unsendable=unsendable)
            items, unsendable, weight = [], {}, 0
        items.append(Item(position, write.id, json))
        weight += len(json)
    yield Batch(items=items, unsendable=unsendable)


def _json(write: Write) -> bytes:
    item = encode({"id": write.id, "if_rev": write.if_rev, "fields": dict(write.fields)})
    members = (
        (b"cycles", write.cycles),
        (b"detail", write.detail),
        (b"native", write.native),
        (b"actions", write.actions),
    )
    for name, value in members:
        if value is not None:
            item = b'%b,"%b":%b}' % (item[:-1], name, value if isinstance(value, Encoded) else encode(value))
    return item


class BatchWriter:
    """Sends writes in batches by `send`, which returns the outcomes of a batch's items in their order."""

    def __init__(self, send: Callable[[Batch], Sequence[WriteOutcome]]) -> None:
        self._send = send
        self._refusals: list[HelpdeskError] = []
        self._suspects: list[Batch] = []

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Return an outcome for each write, in order.

        Items that spoil a batch are suspects; when all others are written each is tried once more, and `invalid` if that
        fails as well.
        """
        outcomes: dict[int, WriteOutcome] = {}
        # Two at a time: while the database of one waits for its disk, the other is worked on. Each leaves as soon as it
        # is made, not when all are.
        with ThreadPoolExecutor(_LANES) as lanes:
            for found in lanes.map(lambda batch: {**batch.unsendable, **self._outcomes(batch)}, batches(writes)):
                outcomes.update(found)
        for suspect in self._suspects:
            outcomes.update(self._second_try(suspect))
        return [outcomes[position] for position in range(len(writes))]

    def _outcomes(self, batch: Batch) -> dict[int, WriteOutcome]:
        """Return the outcomes of a batch by the items' positions, without those of suspects."""
        if not batch.items:
            return {}
        try:
            return self._sent(batch)
        except (HelpdeskRefused, HelpdeskUnavailable) as error:
            self._refusals.append(error)
            if error.status not in _REFUSED_WHOLE or len(self._refusals) > _REFUSALS_AT_MOST:
                raise
        middle = len(batch.items) // 2
        if middle == 0:
            self._suspects.append(batch)
            return {}
        first, second = batch.items[:middle], batch.items[middle:]
        return self._outcomes(Batch(items=first)) | self._outcomes(Batch(items=second))

    def _second_try(self, batch: Batch) -> dict[int, WriteOutcome]:
        try:
            return self._sent(batch)
        except (HelpdeskRefused, HelpdeskUnavailable) as error:
            if error.status not in _REFUSED_WHOLE:
                raise
            reason = f"the helpdesk cannot take this ticket at all: {error.message}"
        only = batch.items[0]
        return {only.position: WriteOutcome(id=only.id, result=WriteResult.INVALID, reason=reason)}

    def _sent(self, batch: Batch) -> dict[int, WriteOutcome]:
        return dict(zip((item.position for item in batch.items), self._send(batch), strict=True))
