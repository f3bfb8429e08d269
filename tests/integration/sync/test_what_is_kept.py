"""What real decisions leave in the helpdesk: all members, once, and nothing that makes a later pass write again."""

import pytest

from bridge.decisions import ClockState
from bridge.policies.decide import decide
from tests.integration.sync.world import HOUR
from tests.unit.clocks.desk import AT_75, NAG, D, level, policy, revision, row, target
from tests.unit.clocks.test_raising import raised, up

BY = policy(
    revision(
        [
            raised(level("general", row("first_response", target("8h", D, AT_75, NAG))), up("standard")),
            level("standard", row("first_response", "6h")),
        ]
    )
)


@pytest.fixture
def desk(world):
    world.decide = lambda ticket, now: decide(ticket, BY, now=now)
    return world


def test_a_pass_that_finds_nothing_new_writes_nothing_however_late_clocks_are(desk):
    tickets = desk.tickets(3)
    desk.run()
    desk.time.now += 200 * HOUR
    assert desk.run(allow_mass_change=True).written == 3
    kept = desk.snapshot(tickets[0]).bridge.detail
    assert (kept["v"], kept["level"], kept["clocks"][0]["state"]) == (2, "standard", "overdue")
    assert desk.run().written == 0
    assert desk.routes() == ["changes"]
    for _ in range(3):
        desk.time.now += 30 * HOUR
        report = desk.run()
        assert (report.full_scan, report.examined, report.written) == (True, 3, 0)


def test_a_finished_cycle_is_kept_whole_and_nothing_is_written_about_it_again(desk):
    (number,) = desk.tickets(1)
    desk.run()
    desk.time.now += 90 * HOUR
    desk.people.agent_reply(number)
    desk.run(allow_mass_change=True)
    (cycle,) = desk.snapshot(number).bridge.cycles
    assert (cycle.state, cycle.provisional, cycle.level) == (ClockState.MISSED, False, "standard")
    assert cycle.late_seconds > 0
    assert cycle.late_days > 0
    assert cycle.department.name == desk.snapshot(number).department.name
    assert cycle.inputs.startswith("sha256:")
    for _ in range(3):
        desk.time.now += 30 * HOUR
        report = desk.run()
        assert (report.full_scan, report.written) == (True, 0)
