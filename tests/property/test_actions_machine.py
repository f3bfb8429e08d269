"""Actions while everything dies: bridge and helpdesk are killed between and within any two requests, people act, limits hold.

No letter goes out twice, none is lost, as many are of unknown fate at most as the helpdesk was killed in a letter, and nothing
is done for what lies before the actions were switched on.
"""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bridge.errors import HelpdeskError
from bridge.sync.actions import AGAIN_SECONDS, ActionLimits
from tests.integration.sync.world import HOUR
from tests.unit.sync.acting_desk import CLOSED, OPEN, STALE_SECONDS, ActingPolicy, Host, Killed

PICK = st.integers(0, 10)
FINAL = {"done", "unknown", "refused"}


class ActionsMachine(RuleBasedStateMachine):
    @initialize(old=st.integers(0, 3))
    def begin(self, old: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="actions-machine-"))
        self.host = Host(
            self.folder / "state.sqlite3", limits=ActionLimits(per_day=10_000, per_ticket_per_day=1000, first_run=0)
        )
        self.desk = self.host.desk
        self.killed_in_a_letter = 0
        for _ in range(old):
            self.desk.open(created=self.desk.now - 30 * HOUR)
        self.settled = False

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def one_pass(self, **how) -> None:
        self.settled = False
        self.host.run(allow_first_run=True, **how)

    # --- people and time ---

    @rule()
    def somebody_asks(self) -> None:
        self.settled = False
        if len(self.desk.tickets) < 6:
            self.desk.open()

    @rule(number=PICK, what=st.sampled_from(["writes", "closes", "reopens"]))
    def somebody_acts(self, number: int, what: str) -> None:
        self.settled = False
        self.act(number, what)

    def act(self, number: int, what: str) -> None:
        if self.desk.tickets:
            ticket = [*self.desk.tickets][number % len(self.desk.tickets)]
            changes = {"writes": {}, "closes": {"status": CLOSED}, "reopens": {"status": OPEN}}[what]
            self.desk.touch(ticket, **changes)

    @rule(number=PICK, what=st.sampled_from(["writes", "closes"]))
    def somebody_will_be_quicker_than_an_intent(self, number: int, what: str) -> None:
        self.settled = False
        self.desk.between = lambda: self.act(number, what)

    @rule(seconds=st.sampled_from([1, 30, 60, AGAIN_SECONDS, HOUR, 2 * HOUR, 3 * HOUR, 25 * HOUR]))
    def time_passes(self, seconds: int) -> None:
        self.settled = False
        self.desk.now += seconds

    @rule(most=st.sampled_from([0, 1, 2, 1000]))
    def the_helpdesk_has_little_time(self, most: int) -> None:
        self.desk.runs_at_once = most

    @rule(per_day=st.sampled_from([1, 3, 10_000]))
    def the_limit_is_another_one(self, per_day: int) -> None:
        self.settled = False
        self.host.limits = replace(self.host.limits, per_day=per_day)
        self.host.policy = ActingPolicy(basis=f"limit {per_day}")

    # --- passes ---

    @rule()
    def a_pass(self) -> None:
        self.kept(self.one_pass)

    @rule(step=st.integers(0, 16))
    def a_pass_is_killed_between_two_requests(self, step: int) -> None:
        self.kept(lambda: self.one_pass(dies_at=step))

    @rule()
    def the_helpdesk_is_killed_in_a_letter(self) -> None:
        self.desk.dies_in_a_letter = True
        self.kept(self.one_pass)
        self.killed_in_a_letter += not self.desk.dies_in_a_letter
        self.desk.dies_in_a_letter = False

    @rule()
    def the_state_is_lost(self) -> None:
        self.settled = False
        self.host.path.unlink(missing_ok=True)

    def kept(self, run) -> None:
        with suppress(Killed, HelpdeskError):
            run()

    @rule()
    def the_trouble_ends(self) -> None:
        self.desk.runs_at_once, self.desk.between = 1000, None
        self.host.limits = replace(self.host.limits, per_day=10_000)
        self.host.policy = ActingPolicy()
        # Two passes: what was in the making when something died is known to be of unknown fate only after a while.
        self.one_pass()
        self.desk.now += STALE_SECONDS
        self.one_pass()
        self.settled = True

    # --- what must hold ---

    @invariant()
    def no_letter_goes_out_twice(self) -> None:
        if hasattr(self, "desk"):
            assert len(self.desk.letters) == len(set(self.desk.letters))

    @invariant()
    def every_letter_that_went_out_is_kept_as_such(self) -> None:
        for ticket, key in self.desk.letters if hasattr(self, "desk") else ():
            assert self.desk.rows[ticket, key].state in {"done", "sending", "unknown"}

    @invariant()
    def nothing_is_done_for_what_lies_before_the_switching_on(self) -> None:
        for row in self.desk.rows.values() if hasattr(self, "desk") else ():
            assert row.at >= self.desk.since[row.id]

    @invariant()
    def unknown_are_as_many_at_most_as_were_killed_in_a_letter(self) -> None:
        if hasattr(self, "desk"):
            assert sum(one.state == "unknown" for one in self.desk.rows.values()) <= self.killed_in_a_letter

    @invariant()
    def none_is_lost_once_the_trouble_is_over(self) -> None:
        if not getattr(self, "settled", False):
            return
        for ticket in self.desk.tickets.values():
            for action in self.host.policy.actions(ticket):
                if self.desk.since[action.id] <= action.not_before <= self.desk.now:
                    assert self.desk.rows[ticket.id, action.key].state in FINAL
        assert all(one.state in FINAL for one in self.desk.rows.values())


TestActionsMachine = ActionsMachine.TestCase
TestActionsMachine.pytestmark = [pytest.mark.timeout(300)]
TestActionsMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
