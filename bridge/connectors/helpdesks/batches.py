"""Writes cut into requests: few enough items to be quick, few enough bytes to be accepted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.connectors.helpdesks.transport import encode
from bridge.protocols import Encoded, Write, WriteOutcome, WriteResult

ITEMS = 200
"""Where a larger batch stops paying, as measured on a real osTicket."""

BYTES = 4 * 1024 * 1024
"""Half of what the contract lets a request weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Writes that travel together: the items' places in the whole list, their ids, their JSON.

    `unsendable` are the outcomes of items between them that no JSON can carry.
    """

    places: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    items: tuple[bytes, ...] = ()
    unsendable: Mapping[int, WriteOutcome] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """Return the request's body."""
        return b'{"lease":null,"items":[' + b",".join(self.items) + b"]}"

    def halves(self) -> tuple["Batch", "Batch"]:
        """Return the first and the second half of the items."""
        middle = len(self.places) // 2
        return self._part(slice(None, middle)), self._part(slice(middle, None))

    def _part(self, part: slice) -> "Batch":
        return Batch(places=self.places[part], ids=self.ids[part], items=self.items[part])


def batches(writes: Sequence[Write]) -> Iterator[Batch]:
    """Yield the writes in order, in batches of at most ITEMS items and BYTES bytes; a larger item travels alone."""
    places: list[int] = []
    ids: list[int] = []
    items: list[bytes] = []
    unsendable: dict[int, WriteOutcome] = {}
    weight = 0

    def batch() -> Batch:
        return Batch(places=tuple(places), ids=tuple(ids), items=tuple(items), unsendable=dict(unsendable))

    for place, write in enumerate(writes):
        try:
            item = _json(write)
        except (ValueError, TypeError, RecursionError) as error:
            reason = f"the bridge made a value of it that no JSON can carry: {error}"
            unsendable[place] = WriteOutcome(id=write.id, result=WriteResult.INVALID, reason=reason)
            continue
        if items and (len(items) == ITEMS or weight + len(item) > BYTES):
            yield batch()
            places, ids, items, unsendable, weight = [], [], [], {}, 0
        places.append(place)
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
