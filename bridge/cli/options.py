"""Options and exit codes that several commands share."""

import time
from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="DIR",
        help="The configuration folder. [default: $SLA_BRIDGE_CONFIG, ./config, /etc/sla-bridge]",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="The instant to decide at, like 2026-11-20T07:00:00Z. [default: now]"),
]
AtDay = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help="The instant whose day counts, like 2026-11-20T07:00:00Z. [default: now]"
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Also read tickets that were closed before the installation.")]

PARTLY = 4
"""The exit code where some of what was asked for could not be done, or is not as it should be."""


def instant(text: str | None, *, option: str = "--at") -> int | None:
    """Return what an option says as an instant, None where it is not given; a usage error (exit 2) for anything else."""
    from bridge.tickets import parse_instant

    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def instant_or_now(text: str | None) -> int:
    """Return `--at` as an instant, this host's time where it is not given."""
    found = instant(text)
    return int(time.time()) if found is None else found
