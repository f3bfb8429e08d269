"""Two hosts lead in turn by policies of their own: whoever comes back leaves nothing of the other one's, wherever he was stopped."""

import pytest

from bridge.errors import LeaseRefused
from tests.integration.sync.world import HOUR
from tests.property.two_bridges import TTL, Desk, Killed

POINTS = [
    "survey",
    *(
        f"{when}{what}"
        for what in ("take", "note", "write 1", "commit 1", "commit 2", "commit 3", "commit 4", "release")
        for when in ("", "after ")
    ),
]


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    made.tickets = [made.people.create_ticket(f"question {one}") for one in range(5)]
    yield made
    made.close()


def is_of(desk, bridge):
    return all(desk.outputs(one) == desk.wanted(one, bridge.policy) for one in desk.tickets)


def dies(desk, bridge, point, **how):
    def at(where):
        if where == point:
            raise Killed

    try:
        desk.one_pass(bridge, at=at, **how)
    except Killed:
        return True
    return False


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("first", [True, False])
def test_who_died_anywhere_and_leads_again_leaves_nothing_of_who_led_in_between(desk, point, first):
    """With `first` he dies in the first sync, which is taken up later where it was."""
    a, b = desk.bridges
    if not first:
        desk.one_pass(a)
        desk.one_pass(b, supersedes=True)
        desk.people.agent_reply(desk.tickets[0])
    assert dies(desk, a, point, supersedes=not first) or point.endswith(("commit 4", "note"))
    desk.time.now += TTL + 1
    desk.one_pass(b, supersedes=True)
    assert is_of(desk, b)
    desk.one_pass(a, supersedes=True)
    assert is_of(desk, a)
    assert (desk.one_pass(a).written, is_of(desk, a)) == (0, True)


def test_an_older_policy_that_nobody_brings_back_on_purpose_changes_nothing(desk):
    a, b = desk.bridges
    desk.one_pass(a)
    desk.one_pass(b, supersedes=True)
    desk.people.customer_message(desk.tickets[0])
    for _ in range(2):
        with pytest.raises(LeaseRefused, match="supersede"):
            desk.one_pass(a)
    desk.one_pass(b)
    assert is_of(desk, b)


@pytest.mark.parametrize(
    "point", ["never", "after write 1", "after commit 1", "after commit 2", "after commit 3", "survey"]
)
def test_a_host_with_the_policy_in_force_repairs_what_others_left_with_its_next_pass(desk, point):
    """Another one came, wrote and turned back: nobody had to say anything here. Without actions nothing is asked before a write."""
    a, b = desk.bridges
    a.acts = b.acts = False
    assert dies(desk, a, point) == (point != "never")
    desk.time.now += TTL + 1
    desk.one_pass(b, supersedes=True)
    b.policy, theirs = a.policy, b.policy
    assert dies(desk, b, "after take"), "his policy is in force, and nothing of it is written"
    b.policy = theirs
    desk.time.now += HOUR
    desk.people.agent_reply(desk.tickets[0])
    desk.one_pass(a)
    desk.one_pass(a)
    assert is_of(desk, a)
