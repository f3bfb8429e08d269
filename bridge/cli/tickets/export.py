"""`sla-bridge export`: the helpdesk's tickets as snapshots, for `decide`, `policy simulate` and other programs."""

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import json_escaped, tell
from bridge.cli.options import PARTLY, Config, instant

if TYPE_CHECKING:
    from bridge.cli.tickets.snapshots import Snapshots


def export(
    config: Config = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed tickets too.")] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="TIME",
            help="Only tickets, open or closed, in which something happened since, like 2026-11-01T00:00:00Z.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write into this file, for its owner only. [default: stdout]"
        ),
    ] = None,
) -> None:
    """Write the helpdesk's open tickets as snapshots with their history, one JSON object a line; nothing is changed there.

    `decide` and `policy simulate --input` read the lines. They hold PERSONAL DATA: names and addresses, subjects, first
    messages, what customers stated. Keep and delete them as you do the helpdesk's database.
    """
    from bridge.cli.console.whole_file import whole_file
    from bridge.cli.tickets.snapshots import Snapshots
    from bridge.cli.wiring.configuration import read_settings

    moment = instant(since, option="--since")
    snapshots = Snapshots(read_settings(config), everything=everything, since=moment)
    if output is None:
        _written(snapshots, sys.stdout.buffer)
    else:
        with whole_file(output, option="--output") as stream:
            count = _written(snapshots, stream)
        if sys.stderr.isatty():
            tell(f"{count} ticket(s) are in {output}; they hold personal data")
    for trouble in snapshots.unreadable:
        tell(f"skipped: ticket id {trouble.id}: {trouble.reason}")
    if snapshots.unreadable:
        raise typer.Exit(PARTLY)


def _written(snapshots: "Snapshots", stream: IO[bytes]) -> int:
    """Write the lines and return how many there are; a bar is shown unless the lines themselves go to a terminal."""
    from bridge.cli.console.render import progress

    count, shown = 0, stream is sys.stdout.buffer and sys.stdout.isatty()
    with progress("exporting", None, hidden=shown) as advance:
        for line in snapshots.lines():
            stream.write(json_escaped(line))
            count += 1
            advance(1)
    return count
