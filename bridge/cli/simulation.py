"""The streams behind `policy simulate`: snapshots from a file or the helpdesk, compared on all cores."""

from collections.abc import Callable, Iterable, Iterator

from pydantic import ValidationError

from bridge.cli.parallel import Line, chunked
from bridge.cli.render import progress
from bridge.cli.units import counted, spooled
from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.deciding import decide_with
from bridge.cli.wiring.helpdesk import connect
from bridge.decisions import Decision
from bridge.policies.trials.simulate import Summary, simulate
from bridge.tickets import Instant, Ticket, faults_told, ticket_adapter

Decide = Callable[[Ticket, Instant], Decision]


def helpdesk_lines(configuration: Configuration, *, everything: bool) -> Iterator[bytes]:
    """Yield the helpdesk's tickets as JSON lines, read page by page."""
    with connect(configuration.settings) as helpdesk:
        for page in helpdesk.tickets(open_only=not everything):
            for item in page:
                if isinstance(item, Ticket):
                    yield ticket_adapter().dump_json(item, by_alias=True)


def compare_streams(
    current: Configuration,
    candidate: Configuration,
    lines: Iterable[bytes],
    *,
    now: Instant,
    count_units: bool = False,
) -> Summary:
    """Return what `candidate` changes over all snapshots, each decided at `now`.

    With `count_units` each configuration counts what the tickets of the stream take; without it units of entitlement
    that it would have to count are unknown on both sides.
    """
    if not count_units:
        return _compared(decide_with(current), decide_with(candidate), lines, now)
    with spooled(lines) as file:
        return _compared(counted(current, file, now), counted(candidate, file, now), file, now)


def _compared(decide_now: Decide, decide_then: Decide, lines: Iterable[bytes], at: Instant) -> Summary:
    read = ticket_adapter().validate_json

    def work(chunk: list[Line]) -> Summary:
        tickets, failed = [], []
        for number, line in chunk:
            if line.isspace():
                continue
            try:
                tickets.append(read(line))
            except ValidationError as error:
                failed.append((0, f"line {number}: {faults_told(error)}"))
        summary = simulate(tickets, lambda ticket: decide_now(ticket, at), lambda ticket: decide_then(ticket, at))
        summary.failed.extend(failed)
        return summary

    total = Summary()
    with progress("comparing", None) as advance:
        for part in chunked(lines, work):
            advance(part.tickets)
            total.join(part)
    return total
