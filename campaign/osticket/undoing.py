"""`python -m campaign.osticket.undoing`: a run over 1,000 tickets of a running osTicket is undone, after others changed 50.

Writes docs/campaign-undo-osticket.md, exits with 1 where a promise was broken. The promises: 950 go back and 50 are named,
osTicket's own due dates as well; nothing is left in history, `updated` and mail; `sync` holds until the policy changes or it is
released; and after the policy was corrected one pass makes everything right.

Take an osTicket of your own that nobody works in: the tickets are opened by its API and deleted in the end. Its variables are
those of the contract suite: URL, KEY, KEY_CREATE, STAFF_USER, STAFF_PASSWORD, MAIL, SQL, each after SLA_BRIDGE_TEST_OSTICKET_.
"""

import argparse
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from bridge.cli.options import PARTLY
from bridge.cli.wiring.helpdesk import connect
from bridge.errors import GuardRefused
from bridge.tickets import FieldValue, Native, Ticket
from campaign.osticket.footprint import Traces, traces
from campaign.osticket.processes import Processes
from campaign.osticket.scenarios import unless
from campaign.osticket.world import CONFIG, PassFailed, World
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "campaign-undo-osticket.md"
NEEDED = ("URL", "KEY", "KEY_CREATE", "STAFF_USER", "STAFF_PASSWORD", "MAIL", "SQL")
_POLICY = Path("policies") / "agrosoft.yaml"
_RULES = "\nrules:\n"
_OWN_TABLES = "%sla!_bridge!_"
_AT_ONCE = 4
_SHOWN = 40

_PAGE = """<!-- Written by `python -m campaign.osticket.undoing`. -->
# A run undone on a real osTicket

{day}; {versions}; {open:,} open tickets, of which a wrong policy moved {tickets:,} to another level, and osTicket's own due date
with it. Somebody else changed an output field of {changed} of them, and agents wrote notes in {worked} others. Then the run was
undone, and every one of the {tickets:,} was compared, field by field, with what had stood there before.

| | |
| --- | ---: |
| tickets put back | {put_back} |
| tickets left in part, each named with what stands there | {partly} |
| other fields that differ from what had stood before | {wrong} |
| due dates of osTicket that differ from those before | {dates} |
| history rows added by the undo | {history} |
| `updated` moved by the undo | {moved} |
| mails sent by the undo | {letters} |
| seconds that it took | {seconds:.1f} |
| exit code of `sync` after it, by the same policy | {held} |
| fields that were wrong after the policy had been corrected and one pass was made | {after} |
| tickets written again after `sync --release`, by a policy that was undone and then found to be right | {released} |
"""


@dataclass(frozen=True, slots=True)
class Stands:
    """What one ticket shows."""

    fields: Mapping[str, FieldValue]
    native: Native


@dataclass(slots=True)
class Found:
    """What the page tells."""

    figures: dict[str, Any] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def main() -> int:
    """Play it, write the page, list what was found; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m campaign.osticket.undoing",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--changed", type=int, default=50, help="so many of them somebody else changes before the undo")
    asked = parser.parse_args()
    if missing := [PREFIX + one for one in NEEDED if not variable(one)]:
        print(f"set {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="campaign-undoing-") as folder:
        # Nobody is killed here.
        nobody = Processes(Path(), Path(), ())
        replaced = {"actions: off": "actions: off\nnative: {due_date: true}"}
        world = World(OsticketDesk(), nobody, Path(variable("MAIL") or ""), Path(folder), replaced=replaced)
        played = Play(world, asked.tickets, asked.changed)
        try:
            found = played.run()
        finally:
            played.clear_away()
    PAGE.write_text(_PAGE.format(day=f"{datetime.now(UTC):%Y-%m-%d}", **found.figures), encoding="utf-8")
    for sentence in found.findings[:_SHOWN]:
        print(sentence)
    return 1 if found.findings else 0


class Play:
    """One play: a policy goes wrong for `count` tickets, somebody changes `changed` of them, and the run is undone."""

    def __init__(self, world: World, count: int, changed: int) -> None:
        self.world, self.count, self.changed = world, count, changed
        self.word = f"undoing-{uuid.uuid4().hex[:12]}"
        self._policy = world.settings.folder / _POLICY
        self._right = (CONFIG / _POLICY).read_text(encoding="utf-8")
        self.tickets: list[int] = []
        self.found = Found()

    def run(self) -> Found:
        """Play it all; return what was found."""
        world = self.world
        if (done := world.run("setup")).returncode:
            raise PassFailed(f"setup: {done.stderr}")
        self._open()
        world.one_pass("--allow-mass-change")
        before = self._stand()
        run = self._go_wrong()
        theirs, worked = self._people_work()
        self._undo(run, before, theirs)
        self._hold()
        self._correct()
        self._release()
        ping, _ = world.ask()
        self.found.figures |= {
            "versions": ", ".join(f"{name} {version}" for name, version in ping.versions.items()),
            "open": world.open_tickets(),
            "tickets": self.count,
            "changed": len(theirs),
            "worked": worked,
        }
        return self.found

    def clear_away(self) -> None:
        """Give osTicket its own due dates back, and delete the tickets."""
        main = self.world.settings.folder / "bridge.yaml"
        main.write_text(main.read_text(encoding="utf-8").replace("due_date: true", "due_date: false"), encoding="utf-8")
        self._policy.write_text(self._right, encoding="utf-8")
        self.world.run("sync", "--release", "--allow-mass-change")
        if not self.tickets:
            return
        back, listed = self.world.back, ", ".join(map(str, self.tickets))
        ours = back.sql(
            f"""SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = DATABASE()
            AND column_name = 'ticket_id' AND table_name LIKE CONCAT('{_OWN_TABLES}', CHAR(37)) ESCAPE '!'"""  # noqa: S608 - ours
        ).split()
        threads = f"SELECT id FROM %thread WHERE object_type = 'T' AND object_id IN ({listed})"  # noqa: S608 - ours
        entries = f"SELECT id FROM %form_entry WHERE object_type = 'T' AND object_id IN ({listed})"  # noqa: S608 - ours
        statements = [
            f"DELETE FROM %thread_entry WHERE thread_id IN ({threads})",  # noqa: S608 - ours
            f"DELETE FROM %thread_event WHERE thread_id IN ({threads})",  # noqa: S608 - ours
            f"DELETE FROM %form_entry_values WHERE entry_id IN ({entries})",  # noqa: S608 - ours
            f"DELETE FROM %thread WHERE object_type = 'T' AND object_id IN ({listed})",  # noqa: S608 - ours
            f"DELETE FROM %form_entry WHERE object_type = 'T' AND object_id IN ({listed})",  # noqa: S608 - ours
            *(f"DELETE FROM {one} WHERE ticket_id IN ({listed})" for one in ours),  # noqa: S608 - ours
            f"DELETE FROM %ticket__cdata WHERE ticket_id IN ({listed})",  # noqa: S608 - ours
            f"DELETE FROM %ticket WHERE ticket_id IN ({listed})",  # noqa: S608 - ours
        ]
        back.sql(";\n".join(statements))

    # --- the acts ----------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        def one(number: int) -> None:
            subject = f"{self.word} {number}"
            self.world.desk.open(subject, "Добрый день!", via="api", email=f"user{number}@rassvet.example")

        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(one, range(self.count)))
        finally:
            rows = self.world.back.sql(
                f"SELECT ticket_id FROM %ticket__cdata WHERE LEFT(subject, {len(self.word)}) = '{self.word}' ORDER BY ticket_id"  # noqa: S608 - ours
            )
            self.tickets = [int(row) for row in rows.split()]
        self._check(len(self.tickets) == self.count, f"{len(self.tickets)} tickets were opened")

    def _go_wrong(self) -> int:
        """Let the wrong policy write; return the run's number."""
        rule = f"  - id: wrong\n    level: urgent\n    when: {{subject: {{contains: {self.word}}}}}\n"
        self._policy.write_text(self._right.replace(_RULES, _RULES + rule), encoding="utf-8")
        run = self.world.one_pass("--allow-mass-change")["run"]
        levels = {one.fields.get("sla_level") for one in self._stand().values()}
        self._check(levels == {"urgent"}, f"the wrong policy left {levels}")
        return int(run)

    def _people_work(self) -> tuple[Mapping[int, str], int]:
        """Let somebody change output fields of some tickets, and agents write in others; return the changed fields, and how
        many were written in."""
        world, some = self.world, self.tickets[:: self.count // self.changed][: self.changed]
        theirs = {one: ("sla_level", "sla_reason")[place % 2] for place, one in enumerate(some)}
        for one, name in theirs.items():
            world.back.force(one, name, "development" if name == "sla_level" else "Договорились по телефону")
        others = [one for one in self.tickets if one not in theirs][:: self.count // 10][:10]
        for one in others:
            world.desk.note(one, "Смотрю")
        return theirs, len(others)

    def _undo(self, run: int, before: Mapping[int, Stands], theirs: Mapping[int, str]) -> None:
        world, wrote = self.world, self._stand()
        looked = world.run("state", "undo", str(run), "--plan", "--json")
        then, began = world.footprint(), time.monotonic()
        done = world.run("state", "undo", str(run), "--json")
        seconds, left = time.monotonic() - began, traces(then, world.footprint(), world.mail)
        self._check(done.returncode == PARTLY, f"undo ended with {done.returncode}: {done.stderr}")
        report, after = json.loads(done.stdout), self._stand()
        self._check(json.loads(looked.stdout) | {"planned": False} == report, "the plan told another report")
        named = {one["ticket_id"]: one["field"] for one in report["left"]}
        self._check(named == theirs, f"{len(named)} tickets are named, {len(theirs)} were changed")
        expected = {
            one: {**was.fields, **({theirs[one]: wrote[one].fields[theirs[one]]} if one in theirs else {})}
            for one, was in before.items()
        }
        wrong = list(chain.from_iterable(_differences(one, expected[one], after[one].fields) for one in before))
        dates = [one for one, was in before.items() if after[one].native != was.native]
        moved = [one for one, was in before.items() if wrote[one].native.ours == was.native.ours]
        self._check(not moved, f"the wrong policy left the due dates of {len(moved)} tickets as they were")
        counted = (report["put_back"], report["partly"], len(report["gone"]), len(report["failed"]))
        due = (self.count - len(theirs), len(theirs), 0, 0)
        self._check(counted == due, f"put back, partly, gone, failed: {counted}, not {due}")
        self.found.findings += [*wrong, *(f"ticket {one}: its due date is not the one before" for one in dates)]
        self._check(not left, f"the undo left {left}")
        self._tell(report, left)
        self.found.figures |= {"wrong": len(wrong), "dates": len(dates), "seconds": seconds}

    def _tell(self, report: Mapping[str, Any], left: Traces) -> None:
        self.found.figures |= {"put_back": report["put_back"], "partly": report["partly"]}
        self.found.figures |= {"history": left.history, "moved": left.moved, "letters": left.letters}

    def _hold(self) -> None:
        """A pass by the same policy writes nothing, and doctor says what ends that."""
        world, stood, then = self.world, self._stand(), self.world.footprint()
        held = world.run("sync", "--allow-mass-change")
        self.found.figures["held"] = held.returncode
        self._check(held.returncode == GuardRefused.exit_code, f"sync ended with {held.returncode} while it is held")
        self._check("sync --release" in held.stderr, f"the held sync does not say what ends that: {held.stderr}")
        self._check(self._stand() == stood and not traces(then, world.footprint(), world.mail), "a held sync wrote")
        told = json.loads(world.run("doctor", "--json").stdout)
        self._check(any(one["what"] == "hold" and one["next"] for one in told), "doctor does not name the hold")

    def _correct(self) -> None:
        """The policy is corrected: one pass, and everything is right."""
        self._policy.write_text(self._right, encoding="utf-8")
        checked = self.world.check("--allow-mass-change")
        self.found.figures["after"] = len(checked.wrong)
        self.found.findings += [f"after the correction: {one}" for one in checked.wrong]
        self._check(not checked.traces, f"the pass after the correction left {checked.traces}")

    def _release(self) -> None:
        """Another wrong run is undone, and then it was right after all."""
        run = self._go_wrong()
        wrote = self._stand()
        done = self.world.run("state", "undo", str(run), "--json")
        self._check(done.returncode == 0, f"the second undo ended with {done.returncode}: {done.stderr}")
        self._check(self.world.run("sync").returncode == GuardRefused.exit_code, "sync is not held a second time")
        self.world.one_pass("--release", "--allow-mass-change")
        again = [one for one, now in self._stand().items() if now == wrote[one]]
        self.found.figures["released"] = len(again)
        self._check(len(again) == self.count, f"released, {len(again)} tickets were written again")

    # --- what is looked at -------------------------------------------------------------------------------------------

    def _stand(self) -> Mapping[int, Stands]:
        """Return what the tickets show now."""
        mine, found = frozenset(self.tickets), dict[int, Stands]()
        with connect(self.world.settings) as helpdesk:
            for items in helpdesk.tickets(open_only=True):
                for one in items:
                    if one.id in mine and isinstance(one, Ticket):
                        found[one.id] = Stands(dict(one.bridge.fields), one.native)
        if len(found) != self.count:
            raise PassFailed(f"{len(found)} of {self.count} tickets can be read")
        return found

    def _check(self, right: object, sentence: str) -> None:
        self.found.findings += unless(right, sentence)


def _differences(ticket: int, wanted: Mapping[str, FieldValue], stands: Mapping[str, FieldValue]) -> Sequence[str]:
    """Return a sentence for each field that does not say what is wanted."""
    names = sorted(wanted.keys() | stands.keys())
    return [
        f"ticket {ticket}: {name} is {stands.get(name)!r}, not {wanted.get(name)!r}"
        for name in names
        if stands.get(name) != wanted.get(name)
    ]


if __name__ == "__main__":
    sys.exit(main())
