"""`make campaign-actions`: kill -9 of an embedded helpdesk at random instants while it carries out actions, and
docs/campaign-actions.md. Exits with 1 where a promise was broken.

The promises: whatever becomes of the process, every letter has left once or is listed as one whose fate nobody knows; none leaves
twice; no kill makes more than one unknown; what is no letter is done once.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import requests

from bridge.connectors.sandbox import Sandbox
from bridge.connectors.sandbox.letters import message_id
from bridge.tickets import format_instant
from campaign.watched_desk import Postbox

PAGE = Path(__file__).resolve().parents[1] / "docs" / "campaign-actions.md"
LETTERS_OF_A_TICKET = 4
_TRIES = 20
_KINDS = {"ack": "reply", "warn": "email", "raise": "priority", "tell": "note"}
_LIMITS = {"per_day": 1_000_000, "per_ticket_per_day": 1_000}


@dataclass(slots=True)
class Figures:
    """What the kills came to; `findings` are broken promises."""

    kills: int = 0
    in_a_request: int = 0
    letters: int = 0
    sent: int = 0
    unknown: int = 0
    unknown_but_sent: int = 0
    others: int = 0
    findings: list[str] = field(default_factory=list)


class KilledDesk:
    """A helpdesk whose process is killed and started again, and somebody who offers it actions until all of them stand."""

    def __init__(self, folder: Path, tickets: int, random: Random) -> None:
        self._file, self._letters, self._random = folder / "desk.sqlite3", folder / "letters", random
        self.figures = Figures()
        self._seconds = 0.05
        desk = Sandbox(self._file)
        self._key = desk.keys.full
        self._instance = desk.store.instance_id
        with desk.store.transaction():
            self.tickets = [desk.people.create_ticket(f"Question {one}", "…") for one in range(tickets)]
        desk.close()

    def run(self) -> Figures:
        """Offer every ticket's actions, each time to a helpdesk that is killed, and look what has become of all."""
        before: int | None = None
        with ThreadPoolExecutor(1) as lane:
            for ticket in self.tickets:
                process, url = self._start()
                self._ask(url, "POST", "actions/declare", self._declaration())
                if before is not None:
                    self._settle(url, before)
                started = time.monotonic()
                request = lane.submit(self._offer, url, ticket)
                time.sleep(self._random.uniform(0, self._seconds))
                self.figures.kills += 1
                self.figures.in_a_request += not request.done()
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                with suppress(requests.RequestException):
                    request.result()
                    # It was quicker: later kills come earlier.
                    self._seconds = 0.9 * self._seconds + 0.1 * (time.monotonic() - started)
                before = ticket
        process, url = self._start()
        try:
            self._settle(url, self.tickets[-1])
            self._look(url)
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        return self.figures

    def _start(self) -> tuple[int, str]:
        """Return process and address of the helpdesk."""
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            desk = Sandbox(self._file, letters=Postbox(self._letters)).start()
            os.write(writing, desk.url.encode())
            os.close(writing)
            while True:
                signal.pause()
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            return process, told.read().decode()

    def _ask(self, url: str, method: str, route: str, body: Any = None, **query: object) -> Any:
        answer = requests.request(
            method,
            f"{url}/api/sla-bridge/v1/{route}",
            json=body,
            params={name: str(value) for name, value in query.items()},
            headers={"X-API-Key": self._key},
            timeout=60,
        )
        answer.raise_for_status()
        return answer.json()

    def _declaration(self) -> dict[str, Any]:
        return {"actions": [{"id": one, "kind": kind} for one, kind in _KINDS.items()], "limits": _LIMITS}

    def _actions(self) -> list[dict[str, Any]]:
        texts = {part: {"en": f"{part} of a letter"} for part in ("subject", "text", "html")}
        warnings = [
            ("warn", number, {"to": ["head@support.example"], **texts}) for number in range(1, LETTERS_OF_A_TICKET)
        ]
        offered = [
            ("ack", 1, texts),
            ("raise", 1, {"name": "High"}),
            *warnings,
            ("tell", 1, {"text": {"en": "A note"}}),
        ]
        now = format_instant(int(time.time()))
        return [
            {"key": f"{name}:ticket:{number}", "id": name, "kind": _KINDS[name], "params": params, "not_before": now}
            for name, number, params in offered
        ]

    def _offer(self, url: str, ticket: int) -> list[dict[str, Any]]:
        """Offer a ticket's actions as the bridge does, under the revision that was read; return what became of them."""
        rev = self._ask(url, "GET", f"tickets/{ticket}")["rev"]
        item = {"id": ticket, "if_rev": rev, "actions": self._actions()}
        (result,) = self._ask(url, "POST", "writes", {"lease": None, "items": [item]})["results"]
        return list(result.get("actions", []))

    def _settle(self, url: str, ticket: int) -> None:
        """Go on as the next passes do until every action of the ticket stands."""
        for _ in range(_TRIES):
            self._ask(url, "POST", "actions/run", {})
            told = self._offer(url, ticket)
            if len(told) == len(self._actions()) and all(self._stands(one) for one in told):
                return
        self.figures.findings.append(f"ticket {ticket}: {told}")

    @staticmethod
    def _stands(one: Mapping[str, str]) -> bool:
        return one["state"] == "done" or (one["state"] == "already" and one["reason"] in ("done", "unknown"))

    def _look(self, url: str) -> None:
        """Compare what lies in the folder with what the helpdesk says."""
        figures = self.figures
        sent = Counter(path.name.partition(".")[0] for path in self._letters.glob("sla-*.eml"))
        unknown = {(one["ticket"], one["key"]) for one in self._listed(url, "unknown")}
        done = {(one["ticket"], one["key"]) for one in self._listed(url, "done")}
        for ticket in self.tickets:
            for action in self._actions():
                place = (ticket, action["key"])
                if action["kind"] not in ("reply", "email"):
                    figures.others += 1
                    self._must(place in done, place, "is not done")
                    continue
                figures.letters += 1
                times = sent[message_id(self._instance, ticket, action["key"]).partition("@")[0]]
                figures.sent += times > 0
                figures.unknown_but_sent += times > 0 and place in unknown
                self._must(times <= 1, place, f"was sent {times} times")
                self._must(times == 1 or place in unknown, place, "is lost: neither sent nor listed")
                self._must((place in done) != (place in unknown), place, "is in neither state, or in both")
        figures.unknown = len(unknown)
        if figures.unknown > figures.kills:
            figures.findings.append(f"{figures.unknown} letters of unknown fate after {figures.kills} kills")
        for ticket in self.tickets:
            kinds = Counter(one["kind"] for one in self._ask(url, "GET", f"tickets/{ticket}")["events"])
            wanted = {"response": 1, "note": LETTERS_OF_A_TICKET, "priority": 1}
            self._must(all(kinds[kind] == times for kind, times in wanted.items()), (ticket, "log"), f"holds {kinds}")

    def _listed(self, url: str, state: str) -> Iterator[dict[str, Any]]:
        after = 0
        while True:
            page = self._ask(url, "GET", "actions", state=state, after=after, limit=1000)
            yield from page["actions"]
            if page["next"] is None:
                return
            after = page["next"]

    def _must(self, holds: bool, place: tuple[int, str], what: str) -> None:  # noqa: FBT001 - what is asserted
        if not holds:
            self.figures.findings.append(f"ticket {place[0]} {place[1]} {what}")


_TEXT = """<!-- Written by `make campaign-actions`. -->
# Killed while it acts

{day}, seed {seed}. An embedded helpdesk was killed with SIGKILL while it carried out actions, at random instants of the request
that brought them, and started again; whoever offered the actions went on as the bridge does. Each ticket has {each} letters, a
note and a change of its priority. Its letters go into a folder that takes every attempt for itself, as a mail server does.

| | |
| --- | ---: |
| kills, of them in the middle of a request | {kills:,}, {in_a_request:,} |
| letters that had to leave | {letters:,} |
| letters that left, none of them twice | {sent:,} |
| letters of unknown fate, listed for a person to decide | {unknown:,} |
| of those, letters that had left | {unknown_but_sent:,} |
| notes and changes, each done once | {others:,} |
| promises broken | {broken:,} |
"""


def main() -> int:
    """Kill, write the page, list what was found."""
    parser = argparse.ArgumentParser(
        prog="python -m campaign.killed_desk", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="other numbers throw other dice")
    parser.add_argument("--kills", type=int, default=1_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="campaign-") as scratch:
        figures = KilledDesk(Path(scratch), asked.kills, Random(asked.seed)).run()
    told = {name: getattr(figures, name) for name in Figures.__dataclass_fields__ if name != "findings"}
    text = _TEXT.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        seed=asked.seed,
        each=LETTERS_OF_A_TICKET,
        broken=len(figures.findings),
        **told,
    )
    PAGE.write_text(text, encoding="utf-8")
    print(told, file=sys.stderr)
    for one in figures.findings[:40]:
        print(one)
    return 1 if figures.findings else 0


if __name__ == "__main__":
    sys.exit(main())
