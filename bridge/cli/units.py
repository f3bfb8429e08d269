"""Units of entitlement over a stream of snapshots: read once to count, then again to decide."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from pydantic import ValidationError

from bridge.cli.parallel import Line, chunked
from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.deciding import decide_with, takings_of
from bridge.errors import BridgeError
from bridge.policies.units.tally import Tally
from bridge.policies.units.usage import Usage
from bridge.tickets import Instant, Ticket, ticket_adapter

if TYPE_CHECKING:
    from bridge.customers import Taking
    from bridge.decisions import Decision


@contextmanager
def spooled(lines: Iterable[bytes]) -> Iterator[IO[bytes]]:
    """Yield the lines in a temporary file, so that they can be read more than once."""
    with tempfile.TemporaryFile() as file:
        file.writelines(line if line.endswith(b"\n") else line + b"\n" for line in lines)
        file.seek(0)
        yield file


def counted(
    configuration: Configuration, file: IO[bytes], now: Instant, *, receipts: bool = False
) -> "Callable[[Ticket, Instant], Decision]":
    """Return the decision function that heeds what the tickets of the file take; the file is read and wound back.

    Lines that are no tickets, and tickets that cannot be judged, take nothing.
    """
    usage = Usage(configuration.policy, configuration.catalogue)
    decide = decide_with(configuration, receipts=receipts)
    if not usage.counts:
        return decide
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
            tally.book(ticket_id, takings)
    file.seek(0)

    def decide_counted(ticket: Ticket, at: Instant) -> "Decision":
        takings = takings_of(configuration, usage, ticket, at)
        return decide(ticket, at, tally.taken(ticket.id, takings))

    return decide_counted
