"""`sla-bridge decide`: snapshots as JSON lines in, decisions as JSON lines out, no network."""

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.options import At, Config, instant

if TYPE_CHECKING:
    from bridge.decisions import Decision
    from bridge.tickets import Ticket

_PARTLY = 4


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
    import time
    from contextlib import ExitStack

    from pydantic import ValidationError
    from pydantic_core import to_json

    from bridge.cli.parallel import Line, chunked
    from bridge.cli.wiring import decide_with, load_configuration
    from bridge.connectors.helpdesks.osticket import describe
    from bridge.errors import BridgeError
    from bridge.policies.outcome.decision_json import decision_json
    from bridge.tickets import ticket_adapter

    moment = instant(at)
    now = moment if moment is not None else int(time.time())
    configuration = load_configuration(config)
    read = ticket_adapter().validate_json

    def answer(line: bytes) -> bytes:
        return to_json(decision_json(decide_ticket(read(line), now), ledgers=receipts))

    def work(lines: list[Line]) -> tuple[bytes, int]:
        """Return the answers, each ending in a newline, and how many of them are errors."""
        answers, failed = [], 0
        for number, line in lines:
            if line.isspace():
                continue
            try:
                answers.append(answer(line))
            except (ValidationError, BridgeError) as error:
                failed += 1
                reason = describe(error) if isinstance(error, ValidationError) else str(error)
                answers.append(to_json({"line": number, "error": reason}))
        return b"".join(one + b"\n" for one in answers), failed

    failures = 0
    with ExitStack() as stack:
        lines: Iterable[bytes] = sys.stdin.buffer
        decide_ticket: Callable[[Ticket, int], Decision] = decide_with(configuration, receipts=receipts)
        if count_units:
            from bridge.cli.units import counted, spooled

            lines = file = stack.enter_context(spooled(lines))
            decide_ticket = counted(configuration, file, now, receipts=receipts)
        for text, failed in chunked(lines, work):
            sys.stdout.buffer.write(text)
            failures += failed
    if failures:
        raise typer.Exit(_PARTLY)
