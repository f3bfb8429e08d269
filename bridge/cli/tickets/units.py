"""Units of entitlement over a stream of snapshots: read once to count, then again to decide."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import IO, TYPE_CHECKING

from pydantic import ValidationError

from bridge.cli.console.parallel import Line, chunked
from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.deciding import decide_with, takings_of
from bridge.errors import BridgeError
from bridge.policies.units.breaches import book, taken
from bridge.policies.units.tally import Tally
from bridge.policies.units.usage import Usage
from bridge.tickets import Instant, Ticket, ticket_adapter

if TYPE_CHECKING:
    from bridge.customers import Taking
    from bridge.decisions import Decision


@contextmanager
def _spooled(lines: Iterable[bytes]) -> Iterator[IO[bytes]]:
    """Yield the lines in a temporary file, so that they can be read more than once."""
    with tempfile.TemporaryFile() as file:
        file.writelines(line if line.endswith(b"\n") else line + b"\n" for line in lines)
        file.seek(0)
        yield file


@contextmanager
def deciders(
    configurations: Sequence[Configuration],
    lines: Iterable[bytes],
    now: Instant,
    *,
    count: bool,
    receipts: bool = False,
) -> "Iterator[tuple[Iterable[bytes], list[Callable[[Ticket], Decision]]]]":
    """Yield the lines, and what decides a ticket at `now` by each configuration; units are unknown unless they are to `count`."""
    if not count:
        yield lines, [partial(decide_with(one, receipts=receipts), now=now) for one in configurations]
        return
    with _spooled(lines) as file:
        yield file, [_counted(one, file, now, receipts=receipts) for one in configurations]


def _counted(
    configuration: Configuration, file: IO[bytes], now: Instant, *, receipts: bool
) -> "Callable[[Ticket], Decision]":
    """Return what decides by what the tickets of the file take; lines and tickets that cannot be judged take nothing."""
    usage = Usage(configuration.policy, configuration.catalogue)
    decide = decide_with(configuration, receipts=receipts)
    if not usage.counts:
        return partial(decide, now=now)
    read = ticket_adapter().validate_json

    def work(lines: list[Line]) -> "list[tuple[int, tuple[Taking, ...]]]":
        found = []
        for _, line in lines:
            try:
                ticket = read(line)
                found.append((ticket.id, takings_of(configuration, usage, ticket, now)))
            except (ValidationError, BridgeError):
                continue
        return found

    tally = Tally()
    for booked in chunked(file, work):
        for ticket_id, takings in booked:
            book(tally, ticket_id, takings)
    file.seek(0)

    return lambda ticket: decide(ticket, now, taken(tally, ticket.id, takings_of(configuration, usage, ticket, now)))
