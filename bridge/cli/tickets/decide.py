"""`sla-bridge decide`: snapshots as JSON lines in, decisions as JSON lines out, no network."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.streams import input_lines
from bridge.cli.console.terminal import json_shown
from bridge.cli.options import PARTLY, At, Config, instant_or_now

if TYPE_CHECKING:
    from bridge.cli.console.parallel import Line
    from bridge.decisions import Decision
    from bridge.tickets import Ticket


def decide(
    config: Config = None,
    at: At = None,
    receipts: Annotated[bool, typer.Option("--receipts", help="Add each clock's ledger.")] = False,
    count_units: Annotated[
        bool,
        typer.Option("--count-units", help="Count units of entitlement over these tickets; else they are unknown."),
    ] = False,
) -> None:
    """Read ticket snapshots from stdin, one JSON object a line; print a decision a line, in the same order.

    A line that cannot be decided answers {"line": N, "error": "…"}; the others go on, and the exit code is 4.
    """
    from bridge.cli.console.parallel import chunked
    from bridge.cli.tickets.units import deciders
    from bridge.cli.wiring.configuration import load_configuration

    now = instant_or_now(at)
    configuration = load_configuration(config)
    failures = 0
    deciding = deciders([configuration], input_lines(), now, count=count_units, receipts=receipts)
    with deciding as (lines, (decide_now,)):
        for text, failed in chunked(lines, _answering(decide_now, receipts=receipts)):
            sys.stdout.buffer.write(json_shown(text))
            failures += failed
    if failures:
        raise typer.Exit(PARTLY)


def _answering(
    decide_now: "Callable[[Ticket], Decision]", *, receipts: bool
) -> "Callable[[list[Line]], tuple[bytes, int]]":
    """Return what turns lines into answers, each ending in a newline, and tells how many of them are errors."""
    from pydantic import ValidationError
    from pydantic_core import to_json

    from bridge.errors import BridgeError
    from bridge.policies.outcome.decision_json import decision_json
    from bridge.tickets import faults_told, ticket_adapter

    read = ticket_adapter().validate_json

    def work(lines: "list[Line]") -> tuple[bytes, int]:
        answers, failed = [], 0
        for number, line in lines:
            if line.isspace():
                continue
            try:
                answers.append(to_json(decision_json(decide_now(read(line)), ledgers=receipts)))
            except (ValidationError, BridgeError) as error:
                failed += 1
                reason = faults_told(error) if isinstance(error, ValidationError) else str(error)
                answers.append(to_json({"line": number, "error": reason}))
        return b"".join(one + b"\n" for one in answers), failed

    return work
