"""Actions between decision and helpdesk: offered once, never for the past, never in the dark, and never a storm."""

import pytest

from bridge.errors import GuardRefused
from bridge.sync.actions import AGAIN_SECONDS, ActionLimits
from bridge.sync.memory.facts import unfit
from bridge.sync.notices import AGAIN_SECONDS as A_DAY
from bridge.tickets import format_instant
from tests.integration.sync.world import HOUR
from tests.unit.sync.acting_desk import LIMITS, ActingPolicy, Desk, Host, Killed


@pytest.fixture
def host(tmp_path) -> Host:
    return Host(tmp_path / "state.sqlite3")


@pytest.fixture
def desk(host) -> Desk:
    return host.desk


@pytest.fixture
def running(host, desk) -> Host:
    """A desk whose actions were switched on a while ago."""
    host.run()
    desk.now += 60
    return host


def keys(desk: Desk, state: str = "done") -> list[tuple[int, str]]:
    return sorted((one.ticket, one.id) for one in desk.rows.values() if one.state == state)


def told(report) -> list[str]:
    return [one.text for one in report.told]


# --- off -----------------------------------------------------------------------------------------------------------------


def test_with_actions_off_nothing_is_declared_and_nothing_offered(host, desk):
    host.limits = None
    desk.open()
    host.run()
    assert (desk.rows, desk.letters, desk.since) == ({}, [], {})
    assert not {"declare", "run", "list"} & set(desk.requests)
    host.run()
    assert desk.requests == ["changes"]


def test_switched_off_again_an_empty_declaration_is_sent_once(running, desk):
    desk.open()
    running.run()
    assert desk.since
    running.limits = None
    running.policy = ActingPolicy(basis="off")
    desk.open()
    running.run()
    assert (desk.kinds, desk.since) == ({}, {})
    assert desk.letters == [(1, "ack:ticket:1")]
    running.run()
    assert desk.requests == ["changes"]


def test_a_policy_without_actions_costs_no_request(host, desk):
    host.policy = ActingPolicy(kinds={})
    host.run()
    assert "declare" not in desk.requests
    host.run()
    assert desk.requests == ["changes"]


def test_a_policy_that_has_no_actions_any_more_takes_them_back(running, desk):
    running.policy = ActingPolicy(basis="none", kinds={})
    running.run()
    assert desk.kinds == {}
    running.run()
    assert desk.requests == ["changes"]


# --- what is declared ----------------------------------------------------------------------------------------------------


def test_actions_are_declared_with_their_limits_before_the_first_is_offered(host, desk):
    host.limits = ActionLimits(per_day=7, per_ticket_per_day=3, first_run=50)
    desk.open()
    host.run()
    assert desk.kinds == dict(host.policy.kinds)
    assert desk.limits == {"per_day": 7, "per_ticket_per_day": 3}
    assert desk.requests.index("declare") < desk.requests.index("writes")


def test_an_idle_pass_declares_nothing_again(running, desk):
    running.run()
    assert desk.requests == ["changes"]


def test_a_declaration_is_renewed_after_a_while_without_loading_the_policy(running, desk):
    desk.now += AGAIN_SECONDS
    running.policy = None
    with pytest.raises(AttributeError):
        running.run()
    running.policy = ActingPolicy()
    running.policy.__dict__["kinds"] = None
    running.run()
    assert desk.requests == ["changes", "declare"]


def test_a_changed_set_is_declared_at_once(running, desk):
    running.policy = ActingPolicy(basis="more", kinds={"ack": "reply"})
    running.run()
    assert desk.kinds == {"ack": "reply"}


def test_changed_limits_are_declared_at_once(running, desk):
    running.limits = ActionLimits(per_day=1, per_ticket_per_day=1, first_run=50)
    running.run()
    assert desk.limits == {"per_day": 1, "per_ticket_per_day": 1}


def test_who_only_looks_declares_nothing(host, desk):
    desk.open()
    host.plan()
    assert "declare" not in desk.requests
    assert desk.since == {}


# --- never for the past --------------------------------------------------------------------------------------------------


def test_nothing_is_done_for_what_lies_before_the_switching_on(host, desk):
    for _ in range(30):
        desk.open(created=desk.now - 30 * HOUR)
    report = host.run()
    assert (desk.rows, report.actions) == ({}, {})
    desk.open()
    host.run()
    assert keys(desk) == [(31, "ack")]


def test_what_is_held_back_counts_for_no_guard(host, desk):
    host.limits = ActionLimits(per_day=200, per_ticket_per_day=5, first_run=0)
    desk.open(created=desk.now - 30 * HOUR)
    host.run()


def test_an_action_that_comes_new_begins_with_its_own_declaration(host, desk):
    host.policy = ActingPolicy(kinds={"ack": "reply"})
    ticket = desk.open()
    host.run()
    desk.now += 3 * HOUR
    host.policy = ActingPolicy(basis="two")
    host.run()
    assert keys(desk) == [(ticket, "ack"), (ticket, "raise")]


# --- once ----------------------------------------------------------------------------------------------------------------


def test_an_action_is_carried_out_once(running, desk):
    ticket = desk.open()
    assert running.run().actions == {"done": 1}
    for _ in range(3):
        desk.touch(ticket)
        assert running.run().actions == {}
    assert desk.letters == [(ticket, "ack:ticket:1")]


def test_time_alone_brings_the_next_one(running, desk):
    ticket = desk.open()
    running.run()
    desk.now += 2 * HOUR
    running.run()
    assert desk.letters == [(ticket, "ack:ticket:1"), (ticket, "warn:ticket:1")]


def test_an_outage_brings_each_action_once_at_most(running, desk):
    ticket = desk.open()
    desk.now += 72 * HOUR
    running.run()
    assert len(desk.letters) == len(set(desk.letters))
    assert keys(desk) == [(ticket, "ack"), (ticket, "close"), (ticket, "raise"), (ticket, "warn")]


def test_a_lost_state_repeats_nothing(running, desk):
    desk.open()
    running.run()
    running.path.unlink()
    desk.now += 60
    running.run()
    assert desk.letters == [(1, "ack:ticket:1")]


def test_what_no_write_can_carry_travels_with_the_next_pass(running, desk):
    running.policy = ActingPolicy(more=30)
    running.limits = ActionLimits(per_day=200, per_ticket_per_day=200, first_run=200)
    desk.open()
    running.run()
    desk.now += 2 * HOUR
    report = running.run()
    assert not report.notes
    assert len(desk.letters) == 32
    running.run()
    assert "writes" not in desk.requests


def test_what_no_write_can_carry_travels_with_the_next_pass_also_where_nothing_was_done(running, desk):
    running.policy = ActingPolicy(more=30)
    desk.refuses = {"warn": "mail_refused"}
    desk.open()
    running.run()
    desk.now += 2 * HOUR
    running.run()
    assert len(keys(desk, "refused")) == 20
    running.run()
    assert len(keys(desk, "refused")) == 31


def test_an_action_that_is_not_declared_is_not_offered(running, desk):
    running.policy = ActingPolicy(basis="ack", kinds={"ack": "reply"})
    desk.open()
    running.run()
    desk.now += 2 * HOUR
    assert running.run().actions == {}


# --- the same pass decides again -----------------------------------------------------------------------------------------


def test_a_ticket_that_an_action_changed_is_decided_again_in_the_same_pass(running, desk):
    ticket = desk.open()
    running.run()
    desk.now += 3 * HOUR
    running.run()
    assert desk.tickets[ticket].priority.name == "High"
    assert " / High / " in desk.tickets[ticket].bridge.fields["sla_reason"]
    running.run()
    assert "writes" not in desk.requests


@pytest.mark.parametrize("tells_deleted", [False, True])
def test_an_intent_that_somebody_overtook_is_decided_again_in_the_same_pass(running, desk, tells_deleted):
    desk.tells_deleted = tells_deleted
    ticket = desk.open()
    desk.between = lambda: desk.touch(ticket, subject="and one more thing")
    report = running.run()
    assert desk.letters == [(ticket, "ack:ticket:1")]
    assert "and one more thing" in desk.tickets[ticket].bridge.fields["sla_reason"]
    assert (report.conflicts, report.failed) == (0, [])


def test_an_intent_that_no_longer_holds_is_not_offered_again(running, desk):
    ticket = desk.open()
    desk.between = lambda: desk.touch(
        ticket, status=desk.tickets[ticket].status.__class__(id=2, name="Closed", state="closed")
    )
    running.run()
    assert (desk.letters, desk.rows) == ([], {})


# --- what is left --------------------------------------------------------------------------------------------------------


def test_an_intent_that_is_overtaken_between_two_pages_of_the_feed_is_decided_again(running, desk):
    ticket, _ = desk.open(), desk.open()
    ack = running.policy.actions(desk.tickets[ticket])[0]
    offered = {
        "key": ack.key,
        "id": ack.id,
        "kind": "reply",
        "params": {},
        "not_before": format_instant(ack.not_before),
    }
    # A bridge that was killed has offered it, and somebody was quicker.
    assert desk.store(ticket, offered).state == "accepted"
    desk.touch(ticket)
    desk.page, desk.behind_a_page = 1, desk.run
    running.run()
    running.run()
    assert desk.behind_a_page is None
    assert (ticket, "ack") in keys(desk)


def test_what_the_helpdesk_has_no_time_for_is_run_at_the_end_of_the_pass(running, desk):
    desk.runs_at_once = 2
    for _ in range(4):
        desk.open()
    running.run()
    assert len(desk.letters) == 4
    assert desk.requests.count("run") == 1
    running.run()
    assert "run" not in desk.requests


def test_what_is_left_then_is_run_by_the_next_pass(running, desk):
    desk.runs_at_once = 1
    for _ in range(4):
        desk.open()
    running.run()
    done = len(desk.letters)
    assert done < 4
    running.run()
    running.run()
    assert len(desk.letters) == 4
    running.run()
    assert desk.requests == ["changes"]


def test_what_a_killed_pass_left_is_run_by_the_next_one(running, desk):
    ticket = desk.open()
    desk.runs_at_once = 0
    with pytest.raises(Killed):
        running.run(dies_at=3)
    assert keys(desk, "accepted") == [(ticket, "ack")]
    desk.runs_at_once = 1000
    running.run()
    assert desk.letters == [(ticket, "ack:ticket:1")]


# --- what people have to know --------------------------------------------------------------------------------------------


def test_what_a_limit_holds_is_told_once_and_run_when_the_day_is_over(running, desk):
    running.limits = ActionLimits(per_day=2, per_ticket_per_day=5, first_run=50)
    running.policy = ActingPolicy(basis="ack", kinds={"ack": "reply"})
    for _ in range(4):
        desk.open()
    first = running.run()
    assert told(first) == [
        "2 actions are held by a limit (2 by per_day): they run when the day is over; the limits stand under `actions` in bridge.yaml"
    ]
    assert first.actions["held"] == 2
    desk.now += 60
    second = running.run()
    assert (told(second), len(second.standing)) == ([], 1)
    desk.now += 14 * HOUR
    running.run()
    assert len(desk.letters) == 4
    assert running.run().standing == []
    assert desk.requests == ["changes"]


def test_another_one_that_is_held_is_not_told_anew(running, desk):
    running.limits = ActionLimits(per_day=1, per_ticket_per_day=5, first_run=50)
    for _ in range(2):
        desk.open()
    assert len(told(running.run())) == 1
    desk.now += 60
    desk.open()
    report = running.run()
    assert told(report) == []
    assert report.standing[0].text.startswith("2 actions are held")


def test_what_is_refused_is_named_with_its_reason_and_told_on_change_and_once_a_day(running, desk):
    desk.refuses = {"ack": "no_address"}
    desk.open()
    first = running.run()
    assert told(first) == [
        "1 action is refused by the helpdesk: ticket 000001 ack (no_address); mend the cause and run `sla-bridge actions send`, or `sla-bridge actions drop`"
    ]
    desk.now += 60
    assert told(running.run()) == []
    desk.open()
    assert "ticket 000001 ack (no_address), ticket 000002 ack (no_address)" in told(running.run())[0]
    desk.now += A_DAY
    assert len([one for one in told(running.run()) if "refused" in one]) == 1


def test_an_idle_pass_lists_what_is_refused_once_an_hour(running, desk):
    desk.refuses = {"ack": "no_address"}
    desk.open()
    running.run()
    desk.now += 60
    running.run()
    assert desk.requests == ["changes"]
    desk.now += HOUR
    running.run()
    assert "list" in desk.requests


def test_what_a_person_settled_is_told_no_more(running, desk):
    desk.refuses = {"ack": "no_address"}
    desk.open()
    running.run()
    desk.rows[1, "ack:ticket:1"].state = "dropped"
    desk.now += 61 * 60
    assert running.run().standing == []


def test_a_letter_whose_fate_nobody_knows_is_never_sent_again_and_is_named(running, desk):
    from bridge.errors import HelpdeskUnavailable

    desk.dies_in_a_letter = True
    ticket = desk.open()
    with pytest.raises(HelpdeskUnavailable):
        running.run()
    running.run()
    desk.now += 120
    running.run()
    report = running.run()
    assert keys(desk, "unknown") == [(ticket, "ack")]
    assert "of unknown fate" in report.standing[0].text
    assert "ticket 000001 ack" in report.standing[0].text
    desk.touch(ticket)
    running.run()
    assert desk.letters == [(ticket, "ack:ticket:1")]


# --- the first run -------------------------------------------------------------------------------------------------------


def test_a_first_run_of_too_many_actions_stops_before_it_writes(running, desk):
    running.limits = ActionLimits(per_day=200, per_ticket_per_day=5, first_run=3)
    running.policy = ActingPolicy(basis="guarded")
    running.run()
    for _ in range(4):
        desk.open()
    with pytest.raises(GuardRefused, match=r"4 actions would be carried out, more than 3.*--allow-first-run"):
        running.run()
    assert (desk.rows, "writes" in desk.requests) == ({}, False)
    running.run(allow_first_run=True)
    assert len(desk.letters) == 4
    for _ in range(9):
        desk.open()
    running.run()
    assert len(desk.letters) == 13


def test_as_many_as_are_allowed_run(running, desk):
    running.limits = ActionLimits(per_day=200, per_ticket_per_day=5, first_run=3)
    for _ in range(3):
        desk.open()
    running.run()
    assert len(desk.letters) == 3


def test_a_lost_state_learns_from_the_tickets_that_actions_have_run(running, desk):
    running.limits = ActionLimits(per_day=200, per_ticket_per_day=5, first_run=1)
    desk.open()
    running.run()
    assert running.fact("acted") == "yes"
    running.path.unlink()
    for _ in range(3):
        desk.open()
    running.run()
    assert len(desk.letters) == 4


# --- the first sync ------------------------------------------------------------------------------------------------------


def test_the_first_sync_offers_nothing_and_the_pass_behind_it_is_guarded(running, desk):
    for _ in range(5):
        desk.open()
    running.path.unlink()
    running.limits = ActionLimits(per_day=200, per_ticket_per_day=5, first_run=4)
    with pytest.raises(GuardRefused, match="5 actions"):
        running.run()
    assert desk.rows == {}
    assert all("sla_level" in one.bridge.fields for one in desk.tickets.values())
    running.run(allow_first_run=True)
    assert len(desk.letters) == 5


# --- what stands in the way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "cure", "remedy"),
    [
        (lambda desk: desk.scopes.discard("act"), lambda desk: desk.scopes.add("act"), "add act to this key's line"),
        (
            lambda desk: setattr(desk, "on", False),
            lambda desk: setattr(desk, "on", True),
            "the companion plugin's own switch",
        ),
        (
            lambda desk: setattr(desk, "knows_actions", False),
            lambda desk: setattr(desk, "knows_actions", True),
            "lacks the feature actions; update the companion plugin",
        ),
    ],
)
def test_what_stands_in_the_way_is_one_notice_with_its_remedy_and_deadlines_go_on(host, desk, trouble, cure, remedy):
    trouble(desk)
    desk.open()
    first = host.run()
    assert [remedy in one for one in told(first)] == [True]
    assert desk.tickets[1].bridge.fields["sla_level"] == "standard"
    desk.now += 60
    second = host.run()
    assert (told(second), len(second.standing), desk.requests) == ([], 1, ["changes", "declare"])
    assert (desk.rows, second.failed) == ({}, [])
    cure(desk)
    desk.now += 60
    assert host.run().standing == []
    desk.open()
    host.run()
    assert keys(desk) == [(2, "ack")]


def test_what_came_due_while_the_scope_was_missing_is_done_when_it_is_back(running, desk):
    desk.scopes.discard("act")
    desk.now += AGAIN_SECONDS
    desk.open()
    running.run()
    assert desk.rows == {}
    desk.now += 60
    desk.scopes.add("act")
    running.run()
    assert desk.letters == [(1, "ack:ticket:1")]


def test_a_switch_that_was_turned_behind_the_bridges_back_is_noticed_by_the_refusal(running, desk):
    desk.on = False
    desk.open()
    report = running.run()
    assert (report.actions, desk.rows) == ({"refused": 1}, {})
    assert [one.text for one in running.run().standing] == [
        "no action is carried out: the companion plugin's own switch is off; tick `Carry out actions` in the plugin's instance"
    ]


def test_a_scope_that_was_missing_for_one_write_costs_no_action(running, desk):
    desk.scopes.discard("act")
    desk.open()
    assert running.run().actions == {"refused": 1}
    desk.scopes.add("act")
    desk.now += 60
    running.run()
    assert desk.letters == [(1, "ack:ticket:1")]


def test_forgotten_declarations_are_made_again(running, desk):
    desk.since.clear()
    desk.open()
    running.run()
    desk.now += 60
    running.run()
    assert set(desk.since) == set(running.policy.kinds)
    desk.open()
    running.run()
    assert keys(desk) == [(2, "ack")]


def test_a_helpdesk_that_cannot_go_on_with_its_actions_keeps_no_deadline_from_being_written(running, desk, monkeypatch):
    from bridge.errors import HelpdeskUnavailable
    from tests.unit.sync.acting_desk import ActingHelpdesk

    def hangs(self):
        raise HelpdeskUnavailable("the mail server hangs", status=504)

    desk.runs_at_once = 0
    desk.open()
    with monkeypatch.context() as patch:
        patch.setattr(ActingHelpdesk, "run_actions", hangs)
        report = running.run()
        assert "the mail server hangs" in told(report)[0]
        assert desk.tickets[1].bridge.fields["sla_level"] == "standard"
        desk.now += 60
        assert told(running.run()) == []
    desk.runs_at_once = 1000
    assert running.run().standing == []
    assert desk.letters == [(1, "ack:ticket:1")]


# --- plan and state ------------------------------------------------------------------------------------------------------


def test_a_plan_shows_the_actions_that_the_pass_would_offer(running, desk):
    desk.open()
    plan = running.plan().plan
    (change,) = plan.changes
    assert [one["key"] for one in change.actions] == list(change.keys) == ["ack:ticket:1"]
    assert desk.rows == {}
    running.run()
    assert desk.letters == [(1, "ack:ticket:1")]


def test_actions_alone_are_a_change(running, desk):
    ticket = desk.open()
    running.policy = ActingPolicy(kinds={})
    running.limits = None
    running.run()
    running.limits = LIMITS
    running.policy = ActingPolicy(basis="again")
    desk.since = dict.fromkeys(running.policy.kinds, desk.now)
    running.run()
    assert desk.letters == [(ticket, "ack:ticket:1")]


@pytest.mark.parametrize("name", ["acted", "declared", "under_way"])
@pytest.mark.parametrize("damaged", ["", "[]", "{}", "nonsense", '{"at": "x"}', '["a", 1]'])
def test_facts_that_cannot_be_meant_are_not_believed(running, desk, name, damaged):
    desk.open()
    running.run()
    assert unfit({name: running.fact(name)}) is None
    if (name, damaged) != ("acted", ""):
        assert unfit({name: damaged}) == name
