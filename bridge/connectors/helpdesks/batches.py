"""Writes cut into requests: few enough items to be quick, few enough bytes to be accepted.

One item that the helpdesk chokes on must not keep the others from being written, so a batch that is refused as a whole is
halved until that item stands alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bridge.connectors.helpdesks.answer import encode
from bridge.errors import HelpdeskError, HelpdeskRefused, HelpdeskUnavailable
from bridge.protocols import Encoded, Write, WriteOutcome, WriteResult

ITEMS = 200
"""Where a larger batch stops paying, as measured on a real osTicket."""

BYTES = 4 * 1024 * 1024
"""Half of what the contract lets a request weigh."""

_LANES = 2
_REFUSED_WHOLE = frozenset({400, 413, 422, 500})
"""Statuses that may be the fault of one item in a batch."""

_REFUSALS_AT_MOST = 24
"""Three poisonous items in a batch of a hundred are found with fewer refusals; with more, it is not the items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Writes that travel together: the items' positions in the whole list, their ids, their JSON.

    `unsendable` are the outcomes of items between them that no JSON can carry.
    """

    positions: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    items: tuple[bytes, ...] = ()
    unsendable: Mapping[int, WriteOutcome] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """Return the request's body."""
        return b'{"lease":null,"items":[' + b",".join(self.items) + b"]}"

    def halves(self) -> tuple["Batch", "Batch"]:
        """Return the first and the second half of the items."""
        middle = len(self.positions) // 2
        return self._cut(slice(None, middle)), self._cut(slice(middle, None))

    def _cut(self, which: slice) -> "Batch":
        return Batch(positions=self.positions[which], ids=self.ids[which], items=self.items[which])


def batches(writes: Sequence[Write]) -> Iterator[Batch]:
    """Yield the writes in order, in batches of at most ITEMS items and BYTES bytes; a larger item travels alone."""
    positions: list[int] = []
    ids: list[int] = []
    items: list[bytes] = []
    unsendable: dict[int, WriteOutcome] = {}
    weight = 0

    def batch() -> Batch:
        return Batch(positions=tuple(positions), ids=tuple(ids), items=tuple(items), unsendable=dict(unsendable))

    for position, write in enumerate(writes):
        try:
            item = _json(write)
        except (ValueError, TypeError, RecursionError) as error:
            reason = f"the bridge made a value of it that no JSON can carry: {error}"
            unsendable[position] = WriteOutcome(id=write.id, result=WriteResult.INVALID, reason=reason)
            continue
        if items and (len(items) == ITEMS or weight + len(item) > BYTES):
            yield batch()
            positions, ids, items, unsendable, weight = [], [], [], {}, 0
        positions.append(position)
        ids.append(write.id)
        items.append(item)
        weight += len(item)
    yield batch()


def _json(write: Write) -> bytes:
    item = encode({"id": write.id, "if_rev": write.if_rev, "fields": dict(write.fields)})
    for name, value in ((b"cycles", write.cycles), (b"detail", write.detail)):
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
        if not batch.positions:
            return {}
        try:
            return self._sent(batch)
        except (HelpdeskRefused, HelpdeskUnavailable) as error:
            self._refusals.append(error)
            if error.status not in _REFUSED_WHOLE or len(self._refusals) > _REFUSALS_AT_MOST:
                raise
        if len(batch.positions) == 1:
            self._suspects.append(batch)
            return {}
        first, second = batch.halves()
        return self._outcomes(first) | self._outcomes(second)

    def _second_try(self, batch: Batch) -> dict[int, WriteOutcome]:
        try:
            return self._sent(batch)
        except (HelpdeskRefused, HelpdeskUnavailable) as error:
            if error.status not in _REFUSED_WHOLE:
                raise
            reason = f"the helpdesk cannot take this ticket at all: {error.message}"
        return {batch.positions[0]: WriteOutcome(id=batch.ids[0], result=WriteResult.INVALID, reason=reason)}

    def _sent(self, batch: Batch) -> dict[int, WriteOutcome]:
        return dict(zip(batch.positions, self._send(batch), strict=True))
