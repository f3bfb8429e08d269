"""The helpdesk's tickets as JSON lines: what `export` writes, and what `policy simulate` compares without a file."""

from collections.abc import Iterator
from pathlib import Path

import typer

from bridge.cli.console.streams import input_lines, lines_of
from bridge.cli.wiring.helpdesk import connect, last_route
from bridge.protocols.reading import TicketError
from bridge.settings.load import Settings
from bridge.tickets import Instant, Ticket, ticket_adapter


class Snapshots:
    """The helpdesk's tickets, read page by page: open ones, all of them with `everything`, or those that moved `since`.

    `unreadable` grows with the tickets that the helpdesk gave and nobody can understand.
    """

    def __init__(self, settings: Settings, *, everything: bool = False, since: Instant | None = None) -> None:
        self._settings = settings
        self._since = since
        self._open_only = not everything and since is None
        self.unreadable: list[TicketError] = []

    def lines(self) -> Iterator[bytes]:
        """Yield each ticket as one line of JSON with its newline."""
        write = ticket_adapter().dump_json
        with connect(self._settings, route=last_route(self._settings)) as helpdesk:
            for page in helpdesk.tickets(open_only=self._open_only):
                for item in page:
                    if isinstance(item, TicketError):
                        self.unreadable.append(item)
                    elif isinstance(item, Ticket) and self._moved(item):
                        yield write(item, by_alias=True) + b"\n"

    def _moved(self, ticket: Ticket) -> bool:
        since = self._since
        return since is None or ticket.created_at >= since or any(one.at >= since for one in ticket.events)


def file_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file of snapshots, of stdin for -. A usage error (exit 2) says what cannot be read and why."""
    if str(path) == "-":
        yield from input_lines()
        return
    try:
        with path.open("rb") as stream:
            yield from lines_of(stream)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}", param_hint="--input") from None
