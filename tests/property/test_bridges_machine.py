"""Two bridges with different policies at one helpdesk where everything happens: people, faults, deaths, pauses, undo, lost states.

Whoever leads by the policy in force makes every open ticket say what that policy says, in one pass; nobody else writes a value.
"""

import json
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import ClassVar

import pytest
import pytest_socket
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bridge.connectors.sandbox import NotAllowed
from bridge.errors import BridgeError, GuardRefused
from bridge.protocols.writing import Write
from bridge.sync.engine import RunReport
from bridge.sync.memory.journal import beside
from bridge.sync.memory.journal_records import entries
from bridge.sync.sweep import SWEEP_SECONDS
from bridge.sync.writer import BACKOFF_SECONDS
from tests.faults import Fault
from tests.integration.sync.world import HOUR
from tests.property.two_bridges import TTL, Agreement, Bridge, Desk, Killed

SPOILED = [Fault.DROP, Fault.LOST, Fault.CUT, Fault.UNAVAILABLE, Fault.INTERNAL, Fault.LOGIN_PAGE, Fault.BROKEN_JSON]
PEOPLE = ("reply", "note", "message", "close", "reopen", "transfer", "critical", "not critical", "product", "priority")
POINTS = st.sampled_from(
    [
        f"{when}{what}"
        for what in ("survey", "take", "note", "write 1", "write 2", "commit 1", "commit 2", "commit 3", "release")
        for when in ("", "after ")
    ]
)
PICK, WHICH = st.integers(0, 30), st.integers(0, 1)


class BridgesMachine(RuleBasedStateMachine):
    """Counts what came about in `played`, in a folder `within` another one, for whoever plays very many."""

    played: ClassVar[dict[str, int]] = {}
    within: ClassVar[Path | None] = None

    @initialize()
    def begin(self) -> None:
        pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
        self.folder = Path(tempfile.mkdtemp(prefix="two-bridges-", dir=self.within))
        self.desk = Desk(self.folder)
        self.alive = [self.desk.people.create_ticket(f"question {one}") for one in range(3)]
        self.entered: dict[tuple[int, str], object] = {}
        self.unseen: set[int] = set()
        self.undone: dict[int, set[str]] = {}
        self.foreign: dict[int, int] = {}
        self.epoch = 0
        self.read = 0
        self.undoing: list[tuple[int, int]] = []

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.plays("faults", sum(self.desk.sandbox.faults.injected.values()))
            self.desk.close()
            shutil.rmtree(self.folder)

    def plays(self, what: str, times: int = 1) -> None:
        self.played[what] = self.played.get(what, 0) + times

    # --- people --------------------------------------------------------------------------------------------------------

    def pick(self, number: int) -> int:
        return self.alive[number % len(self.alive)]

    def act(self, ticket: int, action: str) -> None:
        people = self.desk.people
        entered = {
            "critical": ("sla_set_critical", True),
            "not critical": ("sla_set_critical", False),
            "product": ("product", f"version {self.desk.time.now}"),
        }
        done = {
            "reply": people.agent_reply,
            "note": people.note,
            "message": people.customer_message,
            "close": people.close,
            "reopen": people.reopen,
            "transfer": lambda one: people.transfer(one, "Sales"),
            "priority": lambda one: people.set_priority(one, 4),
        }
        with suppress(NotAllowed):
            if action in entered:
                people.edit_field(ticket, *entered[action])
                self.entered[ticket, entered[action][0]] = entered[action][1]
            else:
                done[action](ticket)

    @rule(number=PICK, action=st.sampled_from(PEOPLE), signal=st.sampled_from([True, True, False]))
    def somebody_acts(self, number: int, action: str, *, signal: bool) -> None:
        ticket = self.pick(number)
        if signal:
            self.act(ticket, action)
            return
        with self.desk.people.without_signals():
            self.act(ticket, action)
        self.unseen.add(ticket)

    @rule()
    def somebody_asks(self) -> None:
        if len(self.alive) < 7:
            self.alive.append(self.desk.people.create_ticket("new"))

    @rule(number=PICK, merged=st.booleans())
    def a_ticket_goes(self, number: int, *, merged: bool) -> None:
        if len(self.alive) < 3:
            return
        ticket = self.alive.pop(number % len(self.alive))
        if merged:
            with suppress(NotAllowed):
                self.desk.people.merge(ticket, self.alive[0])
        else:
            self.desk.people.delete(ticket)

    @rule(number=PICK, level=st.sampled_from(["general", "urgent"]))
    def somebody_elses_tool_writes_into_an_output(self, number: int, level: str) -> None:
        ticket = self.pick(number)
        if self.foreign.get(ticket, 0) < 2:
            self.foreign[ticket] = self.foreign.get(ticket, 0) + 1
            self.desk.set_output(ticket, "sla_level", level)
            self.unseen.add(ticket)

    # --- circumstances -------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, TTL - 1, TTL + 1, HOUR, 4 * HOUR, 8 * HOUR, SWEEP_SECONDS]))
    def time_passes(self, seconds: int) -> None:
        self.desk.time.now += seconds

    @rule(which=WHICH, level=st.sampled_from(["general", "standard"]), hours=st.sampled_from([4, 8]))
    def a_policy_is_edited(self, which: int, level: str, hours: int) -> None:
        self.desk.bridges[which].policy = Agreement(level=level, hours=hours)

    @rule(which=WHICH)
    def a_policy_is_brought_to_the_other_host(self, which: int) -> None:
        self.desk.bridges[which].policy = self.desk.bridges[1 - which].policy

    @rule(
        route=st.sampled_from(["changes", "tickets", "ticket", "writes", "lease", "meta", "*"]),
        fault=st.sampled_from(SPOILED),
        times=st.integers(1, 4),
        after=st.integers(0, 2),
    )
    def the_network_will_fail(self, route: str, fault: Fault, times: int, after: int) -> None:
        self.desk.sandbox.faults.next(route, fault, times=times, after=after)

    @rule(number=PICK, action=st.sampled_from(PEOPLE), times=st.integers(1, 4))
    def somebody_will_be_quicker(self, number: int, action: str, times: int) -> None:
        ticket = self.pick(number)
        for _ in range(times):
            race = {"edit": lambda: self.act(ticket, action) if ticket in self.alive else None}
            self.desk.sandbox.faults.next("writes", Fault.RACE, **race)

    @rule(which=WHICH)
    def a_state_is_lost(self, which: int) -> None:
        self.plays("faults")
        for suffix in ("", "-wal", "-shm", ".token"):
            path = self.desk.bridges[which].path
            path.with_name(path.name + suffix).unlink(missing_ok=True)

    @rule(which=WHICH)
    def a_state_is_backed_up(self, which: int) -> None:
        path = self.desk.bridges[which].path
        if path.exists():
            self.desk.bridges[which].backup = path.read_bytes()

    @rule(which=WHICH)
    def an_old_state_comes_back(self, which: int) -> None:
        bridge = self.desk.bridges[which]
        if bridge.backup is not None:
            self.plays("faults")
            bridge.path.write_bytes(bridge.backup)

    # --- passes --------------------------------------------------------------------------------------------------------

    def one_pass(self, bridge: Bridge, **how: object) -> RunReport:
        """Make a pass and compare what it sent with its journal, however it ends."""
        sent: list[Write] = []
        try:
            report = self.desk.one_pass(bridge, written=sent.append, **how)  # type: ignore[arg-type]
        finally:
            self.is_in_the_journal(bridge, sent)
        self.plays("passes")
        if report.full_scan:
            self.unseen -= set(self.open_ones())
            self.undone.clear()
        return report

    def is_in_the_journal(self, bridge: Bridge, sent: list[Write]) -> None:
        if not any(one.fields or one.actions for one in sent):
            return
        with closing(sqlite3.connect(beside(bridge.path))) as file:
            rows = file.execute("SELECT run, content FROM batch WHERE run = (SELECT max(id) FROM run)").fetchall()
        kept = Counter(
            (one.ticket_id, one.rev, json.dumps({each.name: each.after for each in one.fields}, sort_keys=True))
            for row in rows
            for one in entries(*row)
        )
        wrote = Counter(
            (one.id, one.if_rev, json.dumps(dict(one.fields), sort_keys=True)) for one in sent if one.fields
        )
        assert wrote <= kept, "what is sent is put down before"

    @rule(which=WHICH, supersedes=st.booleans())
    def a_pass(self, which: int, *, supersedes: bool) -> None:
        with suppress(BridgeError):
            self.one_pass(self.desk.bridges[which], supersedes=supersedes)

    @rule(which=WHICH, supersedes=st.booleans(), point=POINTS)
    def a_bridge_dies(self, which: int, *, supersedes: bool, point: str) -> None:
        def at(where: str) -> None:
            if where == point:
                self.plays("kills")
                raise Killed

        with suppress(BridgeError, Killed):
            self.one_pass(self.desk.bridges[which], supersedes=supersedes, at=at)

    @rule(which=WHICH, supersedes=st.booleans(), point=POINTS)
    def a_bridge_is_stopped_while_the_other_leads(self, which: int, *, supersedes: bool, point: str) -> None:
        stopped = [point]

        def at(where: str) -> None:
            if where in stopped:
                stopped.clear()
                self.plays("pauses")
                self.desk.time.now += TTL + 1
                with suppress(BridgeError):
                    self.one_pass(self.desk.bridges[1 - which], supersedes=True)

        with suppress(BridgeError):
            self.one_pass(self.desk.bridges[which], supersedes=supersedes, at=at)

    @rule(which=WHICH, number=PICK, point=st.sampled_from(["", "write 1", "after write 1"]))
    def a_run_is_undone(self, which: int, number: int, point: str) -> None:
        bridge = self.desk.bridges[which]
        with closing(bridge.journal(self.desk.now)) as journal:
            runs = [one.id for one in journal.runs() if one.undoes is None]
            if not runs:
                return
            run = runs[number % len(runs)]
            tickets = journal.tickets(run)

        def at(where: str) -> None:
            if where == point:
                self.plays("kills")
                raise Killed

        begun = self.written()
        for ticket in tickets:
            # Whoever undid it looks at it again; the other one knows nothing of it before it reads everything.
            self.undone.setdefault(ticket, set()).add(bridge.name)
        with suppress(BridgeError, Killed):
            self.plays("undone")
            self.desk.undo(bridge, run, at=at)
        self.undoing.append((begun, self.written()))

    @rule(which=WHICH)
    def a_hold_is_released(self, which: int) -> None:
        self.desk.bridges[which].hold.release()

    # --- what must hold ------------------------------------------------------------------------------------------------

    def written(self) -> int:
        return int(self.desk.rows("SELECT coalesce(max(id), 0) AS last FROM diary")[0]["last"])

    def open_ones(self) -> list[int]:
        return [one for one in self.alive if self.desk.snapshot(one).status.state == "open"]

    @rule(which=WHICH, release=st.booleans())
    def the_trouble_ends(self, which: int, *, release: bool) -> None:
        """What rests after an endless 500 is tried again by then, and nobody else leads any more."""
        bridge = self.desk.bridges[which]
        self.desk.sandbox.faults.clear()
        self.desk.time.now += BACKOFF_SECONDS
        if release:
            bridge.hold.release()
        held = bridge.hold.read()
        if held is not None and held.policy in (None, bridge.policy.digest):
            begun = self.written()
            with pytest.raises(GuardRefused):
                self.one_pass(bridge)
            assert self.written() == begun, "what is held writes nothing"
            return
        self.one_pass(bridge, supersedes=True)
        self.plays("checked")
        for ticket in self.open_ones():
            if ticket not in self.unseen and self.undone.get(ticket, set()) <= {bridge.name}:
                assert self.desk.outputs(ticket) == self.desk.wanted(ticket, bridge.policy)
        self.undone = {ticket: names for ticket, names in self.undone.items() if not names <= {bridge.name}}
        again = self.one_pass(bridge)
        assert (again.written, again.conflicts, again.gone) == (0, 0, 0)

    @invariant()
    def nothing_is_broken(self) -> None:
        if not hasattr(self, "desk"):
            return
        self.epochs_only_grow()
        self.whatever_was_stored_is_of_the_policy_in_force_at_that_moment()
        notes = self.desk.notes()
        assert len(notes) == len(set(notes)), "nothing is done twice"
        for (ticket, name), value in self.entered.items():
            if ticket in self.alive:
                stands = self.desk.snapshot(ticket).fields.get(name)
                assert (stands or None) == (value or None), "what agents entered is never overwritten"

    def epochs_only_grow(self) -> None:
        epoch = int(self.desk.rows("SELECT epoch FROM lease")[0]["epoch"])
        assert epoch >= self.epoch
        self.epoch = epoch

    def whatever_was_stored_is_of_the_policy_in_force_at_that_moment(self) -> None:
        for row in self.desk.rows(f"SELECT * FROM diary WHERE id > {self.read}"):  # noqa: S608 - a number of ours
            self.read = row["id"]
            if not any(begun < row["id"] <= end for begun, end in self.undoing):
                by = json.loads(row["value"])[:12]
                assert by == (row["policy"] or "")[7:19], (
                    f"ticket {row['ticket']} was written by {by} under another lease"
                )


TestBridgesMachine = BridgesMachine.TestCase
# A failure is shrunk for minutes, and worth it; a success takes seconds.
TestBridgesMachine.pytestmark = [pytest.mark.timeout(600)]
TestBridgesMachine.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
