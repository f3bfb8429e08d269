"""The engine against a helpdesk where everything happens: people, faults, clocks, crashes, policies, in any order.

After the trouble ends, one pass must make every ticket say what the policy says, and the next one must write nothing.
"""

import shutil
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
import pytest_socket
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.sandbox import NotAllowed
from bridge.errors import BridgeError, HelpdeskError, StateUnusable
from bridge.sync.engine import Engine, RunReport
from bridge.sync.memory.state import SqliteState
from bridge.sync.sweep import SWEEP_SECONDS
from bridge.sync.writer import BACKOFF_SECONDS
from tests.faults import Fault
from tests.integration.sync.world import HOUR, Policy, World

ROUTES = st.sampled_from(["changes", "tickets", "ticket", "writes", "meta", "*"])
FAULTS = st.sampled_from(
    [
        Fault.DROP,
        Fault.LOST,
        Fault.CUT,
        Fault.UNAVAILABLE,
        Fault.INTERNAL,
        Fault.LOGIN_PAGE,
        Fault.BROKEN_JSON,
        Fault.WRONG_JSON,
    ]
)
ACTIONS = st.sampled_from(
    [
        "reply",
        "note",
        "message",
        "close",
        "reopen",
        "transfer",
        "back",
        "critical",
        "not critical",
        "product",
        "priority",
        "assign",
    ]
)
POINTS = st.sampled_from(
    ["survey", "write", "after write", *(f"{when}commit {n}" for n in range(1, 6) for when in ("", "after "))],
)
PICK = st.integers(0, 30)


class Killed(BaseException):
    """The process is gone: nothing that it had in memory is kept."""


class SyncMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
        self.folder = Path(tempfile.mkdtemp(prefix="sync-machine-"))
        self.world = World(self.folder)
        self.alive = list(self.world.tickets(3))
        self.agents_facts: dict[tuple[int, str], object] = {}
        self.unsignalled: set[int] = set()
        self.foreign: dict[int, int] = {}
        self.decided: dict[tuple[int, str], dict[str, object]] = {}
        self.decided_by: dict[int, Policy] = {}
        self.backup: bytes | None = None
        self.checked = False
        self.world.decide = self.decide

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.folder)

    def decide(self, ticket, now):
        decision = self.world.policy.decide(ticket, now)
        self.decided[ticket.id, ticket.rev] = dict(decision.fields)
        self.decided_by[ticket.id] = self.world.policy
        return decision

    # --- people --------------------------------------------------------------------------------------------------------

    def pick(self, number: int) -> int | None:
        return self.alive[number % len(self.alive)] if self.alive else None

    def act(self, ticket: int, action: str) -> None:
        people = self.world.people
        entered = {
            "critical": ("sla_set_critical", True),
            "not critical": ("sla_set_critical", False),
            "product": ("product", f"version {self.world.time.now}"),
        }
        done = {
            "reply": people.agent_reply,
            "note": people.note,
            "message": people.customer_message,
            "close": people.close,
            "reopen": people.reopen,
            "transfer": lambda one: people.transfer(one, "Sales"),
            "back": lambda one: people.transfer(one, "Support"),
            "priority": lambda one: people.set_priority(one, 4),
            "assign": lambda one: people.assign(one, 3),
        }
        with suppress(NotAllowed):
            if action in entered:
                people.edit_field(ticket, *entered[action])
                self.agents_facts[ticket, entered[action][0]] = entered[action][1]
            else:
                done[action](ticket)
            self.checked = False

    @rule(number=PICK, action=ACTIONS)
    def somebody_acts(self, number: int, action: str) -> None:
        if (ticket := self.pick(number)) is not None:
            self.act(ticket, action)

    @rule(number=PICK, action=ACTIONS)
    def somebody_acts_and_the_signal_is_lost(self, number: int, action: str) -> None:
        if (ticket := self.pick(number)) is not None:
            with self.world.people.without_signals():
                self.act(ticket, action)
            self.unsignalled.add(ticket)

    @rule()
    def somebody_asks(self) -> None:
        if len(self.alive) < 8:
            self.alive.append(self.world.people.create_ticket("new"))
            self.checked = False

    @rule(number=PICK)
    def a_ticket_is_deleted(self, number: int) -> None:
        if len(self.alive) > 2:
            ticket = self.alive.pop(number % len(self.alive))
            self.world.people.delete(ticket)
            self.checked = False

    @rule(number=PICK, level=st.sampled_from(["general", "urgent", None]))
    def somebody_elses_tool_writes_into_an_output(self, number: int, level: str | None) -> None:
        ticket = self.pick(number)
        if ticket is not None and self.foreign.get(ticket, 0) < 2:
            self.foreign[ticket] = self.foreign.get(ticket, 0) + 1
            self.world.set_output(ticket, "sla_level", level)
            self.unsignalled.add(ticket)
            self.checked = False

    # --- circumstances -------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 59, 3600, 4 * HOUR, 8 * HOUR, SWEEP_SECONDS]))
    def time_passes(self, seconds: int) -> None:
        self.world.time.now += seconds
        self.checked = False

    @rule(seconds=st.integers(1, 250))
    def the_helpdesks_clock_is_set_back_a_little(self, seconds: int) -> None:
        self.world.time.now -= seconds
        self.checked = False

    @rule(level=st.sampled_from(["general", "standard"]), hours=st.sampled_from([4, 8]))
    def the_policy_is_edited(self, level: str, hours: int) -> None:
        self.world.policy = Policy(level=level, hours=hours)
        self.checked = False

    @rule(route=ROUTES, fault=FAULTS, times=st.integers(1, 4), after=st.integers(0, 2))
    def the_network_will_fail(self, route: str, fault: Fault, times: int, after: int) -> None:
        self.world.sandbox.faults.next(route, fault, times=times, after=after)
        self.checked = False

    @rule(number=PICK, action=ACTIONS, times=st.integers(1, 4))
    def somebody_will_be_quicker(self, number: int, action: str, times: int) -> None:
        ticket = self.pick(number)
        self.checked = False
        for _ in range(times):
            self.world.sandbox.faults.next("writes", Fault.RACE, edit=lambda: self.act(ticket, action))

    @rule()
    def the_state_is_lost(self) -> None:
        self.world.path.unlink(missing_ok=True)
        self.checked = False

    @rule()
    def the_state_is_backed_up(self) -> None:
        if self.world.path.exists():
            self.backup = self.world.path.read_bytes()

    @precondition(lambda self: self.backup is not None)
    @rule()
    def the_state_is_restored_from_a_backup(self) -> None:
        assert self.backup is not None
        self.world.path.write_bytes(self.backup)
        self.checked = False

    # --- passes --------------------------------------------------------------------------------------------------------

    def one_pass(self, die_at: str = "") -> RunReport:
        """A process's pass, which may be killed on either side of everything that lasts."""
        machine = self

        def point(name: str) -> None:
            if name == die_at:
                raise Killed

        class Helpdesk(OsTicket):
            def write(self, writes):
                for one in writes:
                    wanted = machine.decided[one.id, one.if_rev]
                    assert one.fields.items() <= wanted.items(), (
                        "only what was decided on this very revision is written"
                    )
                point("write")
                outcomes = super().write(writes)
                point("after write")
                assert len(outcomes) == len(writes)
                return outcomes

        state = SqliteState(self.world.path)
        try:
            helpdesk = self.world.helpdesk(state.fact("route"))
            helpdesk.__class__ = Helpdesk
            engine = Engine(
                helpdesk,
                state,
                self.decide,
                basis=self.world.policy.basis,
                local_clock=self.world.time.host,
                options=type(self.world.options)(allow_mass_change=True, allow_shrink=True),
            )
            commit = state.commit
            numbers = count(1)

            def dying_commit(**what):
                number = next(numbers)
                point(f"commit {number}")
                commit(**what)
                point(f"after commit {number}")

            state.commit = dying_commit  # type: ignore[method-assign]
            survey = engine.survey(engine.begin())
            point("survey")
            report = engine.apply(survey)
        finally:
            state.close()
        if report.full_scan:
            closed = {one for one in self.alive if self.world.snapshot(one).status.state != "open"}
            # The scan reads open tickets; what happened to closed ones without a signal stays unseen.
            self.unsignalled &= closed
        return report

    @rule()
    def a_pass(self) -> None:
        try:
            report = self.one_pass()
        except StateUnusable:
            self.world.time.now += 600
        except HelpdeskError:
            self.checked = False
        else:
            assert all("cannot take this ticket" in one.reason for one in report.failed), (
                "only endless 500s look like poison"
            )

    @rule(point=POINTS)
    def a_pass_is_killed(self, point: str) -> None:
        try:
            self.one_pass(die_at=point)
        except (Killed, BridgeError):
            self.checked = False

    @rule()
    def the_trouble_ends(self) -> None:
        self.world.sandbox.faults.clear()
        # What rests after an endless 500 is tried again then; clocks set back are right again as well.
        self.world.time.now += BACKOFF_SECONDS
        self.one_pass()
        self.checked = True

    # --- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def every_ticket_says_what_the_policy_says_once_the_trouble_is_over(self) -> None:
        if not getattr(self, "checked", False):
            return
        for ticket in self.alive:
            is_open = self.world.snapshot(ticket).status.state == "open"
            judged_now = self.decided_by.get(ticket) == self.world.policy
            if ticket not in self.unsignalled and (is_open or judged_now):
                assert self.world.outputs(ticket) == self.world.expected(ticket)
        report = self.one_pass()
        assert (report.written, report.conflicts, report.gone) == (0, 0, 0)
        assert report.examined == 0 or report.full_scan

    @invariant()
    def what_agents_entered_is_never_overwritten(self) -> None:
        for (ticket, name), value in getattr(self, "agents_facts", {}).items():
            if ticket in self.alive:
                assert (self.world.snapshot(ticket).fields.get(name) or None) == (value or None)


TestSyncMachine = SyncMachine.TestCase
# A failure is shrunk for up to five minutes, and worth it; a success takes seconds.
TestSyncMachine.pytestmark = [pytest.mark.timeout(600)]
TestSyncMachine.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
