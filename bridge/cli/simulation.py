"""The streams behind `policy simulate`: snapshots from a file or the helpdesk, compared on all cores."""

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from bridge.cli.parallel import Line, chunked
from bridge.cli.render import progress
from bridge.cli.units import deciders
from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.helpdesk import connect
from bridge.policies.trials.simulate import Summary, simulate
from bridge.tickets import Instant, Ticket, faults_told, ticket_adapter


def helpdesk_lines(configuration: Configuration, *, everything: bool) -> Iterator[bytes]:
    """Yield the helpdesk's tickets as JSON lines, read page by page."""
    with connect(configuration.settings) as helpdesk:
        for page in helpdesk.tickets(open_only=not everything):
            for item in page:
                if isinstance(item, Ticket):
                    yield ticket_adapter().dump_json(item, by_alias=True)


def compare_streams(
    current: Configuration, candidate: Configuration, lines: Iterable[bytes], *, now: Instant, count_units: bool
) -> Summary:
    """Return what `candidate` changes over all snapshots, each decided at `now`, with units counted or unknown on both sides."""
    read, total = ticket_adapter().validate_json, Summary()
    deciding = deciders([current, candidate], lines, now, count=count_units)
    with deciding as (snapshots, (decide_now, decide_then)), progress("comparing", None) as advance:

        def work(chunk: list[Line]) -> Summary:
            tickets, failed = [], []
            for number, line in chunk:
                if line.isspace():
                    continue
                try:
                    tickets.append(read(line))
                except ValidationError as error:
                    failed.append((0, f"line {number}: {faults_told(error)}"))
            summary = simulate(tickets, decide_now, decide_then)
            summary.failed.extend(failed)
            return summary

        for part in chunked(snapshots, work):
            advance(part.tickets)
            total.join(part)
    return total
