"""A ticket that lives through a change of the agreement which is not the first one."""

from datetime import date

from bridge.policies.agreement.facts import Facts
from bridge.policies.clocks.in_force import Rulebook
from bridge.policies.clocks.replay import Replay
from bridge.policies.history.reading import read_history
from tests.unit.clocks.desk import CLOSED, INPUTS, at, clocks_of, closed, level, policy, reopened, revision, row, ticket


def state(amount, valid_from=None):
    return revision([level("standard", row("first_response", amount))], valid_from=valid_from)


THREE = policy(state("2h"), state("4h", date(2026, 11, 1)), state("6h", date(2026, 11, 24)))


def replay(one, now):
    timeline = read_history(one, now, INPUTS)
    facts = Facts(ticket=one, at=0, status=one.status, department=one.department, topic=None, priority=one.priority)
    timeline.rewind(facts)
    found = Replay(Rulebook(THREE), timeline, facts)
    found.run(now)
    return found


def test_each_cycle_has_the_target_of_the_day_it_begins():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 11:00"), reopened("2026-11-25 10:00"))
    assert [found.target for found in clocks_of(one, THREE, "2026-11-25 11:00")] == ["4h", "6h"]


def test_a_ticket_is_not_imported_unless_told():
    one = ticket("2026-11-23 10:00", first_status=CLOSED, closed_at=at("2026-11-23 10:00"))
    (metric_replay,) = replay(one, at("2026-11-23 12:00")).metrics
    assert [cycle.cause for cycle in metric_replay.finished] == ["closed_unanswered"]
