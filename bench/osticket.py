"""How fast a real osTicket is read and written: the first pass, an idle one, and a page of a thousand snapshots.

Run `python -m bench.osticket` with SLA_BRIDGE_TEST_OSTICKET_URL and SLA_BRIDGE_TEST_OSTICKET_KEY set (a key with all scopes, an
osTicket that may be written to). The first pass begins without a state file and with every output field cleared.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import requests
from pydantic import SecretStr

from bench.commands import prepared, run
from bench.figures import Figure, shown
from bench.sides import Side, sides
from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.protocols.writing import Write
from bridge.tickets import Ticket

ROUNDS = 3


def available() -> bool:
    """Tell whether a real osTicket is named."""
    return bool(os.environ.get("SLA_BRIDGE_TEST_OSTICKET_URL") and os.environ.get("SLA_BRIDGE_TEST_OSTICKET_KEY"))


def measure(side: Side) -> Iterator[Figure]:
    """Yield the figures."""
    url, key = os.environ["SLA_BRIDGE_TEST_OSTICKET_URL"], os.environ["SLA_BRIDGE_TEST_OSTICKET_KEY"]
    with tempfile.TemporaryDirectory() as scratch:
        environment = prepared(side, Path(scratch), url, key)
        run(side.command("setup"), environment)
        best, report = min(
            (_first_pass(side, environment, Path(scratch), url, key) for _ in range(ROUNDS)), key=_seconds
        )
        gate = 3.0 * report["examined"] / 2500
        note = f"{report['examined']} tickets, {report['written']} written, {report['requests']} requests"
        yield Figure(what="first sync, real osTicket", seconds=best, at_most=gate, note=note)
        idle = min(run(side.command("sync"), environment) for _ in range(ROUNDS + 4))
        yield Figure(what="idle sync, real osTicket", seconds=idle, at_most=1.0)
    yield _page(url, key)


def _seconds(result: tuple[float, dict]) -> float:
    return result[0]


def _first_pass(side: Side, environment: dict[str, str], scratch: Path, url: str, key: str) -> tuple[float, dict]:
    _clear(url, key)
    for path in (scratch / "state").glob("state.sqlite3*"):
        path.unlink()
    begun = time.perf_counter()
    done = subprocess.run(side.command("sync", "--json"), env=environment, check=True, capture_output=True)
    return time.perf_counter() - begun, json.loads(done.stdout)


def _clear(url: str, key: str) -> None:
    """Clear every output field of every open ticket."""
    helpdesk = OsTicket(Transport(url, SecretStr(key)))
    for page in helpdesk.tickets(open_only=True):
        tickets = [one for one in page if isinstance(one, Ticket)]
        nothing = dict.fromkeys(field.name for field in OUTPUT_FIELDS)
        helpdesk.write([Write(id=one.id, if_rev=one.rev, fields=nothing, cycles=[], detail={}) for one in tickets])


def _page(url: str, key: str) -> Figure:
    times, events = [], 0
    with requests.Session() as session:
        session.headers["X-API-Key"] = key
        for _ in range(ROUNDS + 4):
            begun = time.perf_counter()
            answer = session.get(f"{url}/api/sla-bridge/v1/tickets", params={"limit": 1000})
            times.append(time.perf_counter() - begun)
            items = answer.json()["items"]
            events = sum(len(one["events"]) for one in items)
    note = f"{len(items)} snapshots, {events} events, {len(answer.content) / 1e6:.1f} MB"
    return Figure(what="a page of 1,000 snapshots", seconds=min(times), at_most=0.3, note=note)


def main() -> None:
    """Measure and print."""
    with sides(None) as measured:
        shown(measure(measured[0]), [one.name for one in measured])


if __name__ == "__main__":
    main()
