"""The streams behind `policy simulate`: snapshots from a file or the helpdesk, compared on all cores."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import ValidationError

from bridge.cli.console.parallel import Line, chunked
from bridge.cli.console.render import progress
from bridge.cli.tickets.units import deciders
from bridge.cli.wiring.configuration import Configuration
from bridge.policies.telling.policy_changes import policy_changes
from bridge.policies.trials.simulate import Summary, simulate
from bridge.tickets import Instant, faults_told, ticket_adapter

_CHANGES_SHOWN = 10


def differences_told(current: Configuration, candidate: Configuration) -> Iterator[str]:
    """Yield what differs in the agreements, in English, line by line."""
    english = [replace(one.policy, language="en") for one in (current, candidate)]
    changes = policy_changes(*english)
    for one in changes[:_CHANGES_SHOWN]:
        name = f"{one.part} {one.name}" if one.name else one.part
        detail = f": {one.before or '–'} → {one.after or '–'}" if one.before or one.after else ""
        yield f"  {name} {one.how}{detail}"
    if len(changes) > _CHANGES_SHOWN:
        yield f"  … and {len(changes) - _CHANGES_SHOWN} more; --json lists all"


def compare_streams(
    current: Configuration,
    candidate: Configuration,
    lines: Iterable[bytes],
    *,
    now: Instant,
    count_units: bool,
    shown: int,
) -> Summary:
    """Return what `candidate` changes over all snapshots, each decided at `now`, with units counted or unknown on both sides;
    the `shown` most changed tickets are kept.
    """
    read, total = ticket_adapter().validate_json, Summary(shown=shown)
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
            summary = simulate(tickets, decide_now, decide_then, shown=shown)
            summary.failed.extend(failed)
            return summary

        for part in chunked(snapshots, work):
            advance(part.tickets)
            total.join(part)
    return total
