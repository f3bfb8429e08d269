"""What goes wrong on the way: single tickets, fields, the feed, the helpdesk itself."""

from dataclasses import replace

import pytest

from bridge.errors import (
    CalendarError,
    CursorGone,
    GuardRefused,
    HelpdeskRefused,
    HelpdeskUnavailable,
    Problem,
    StateUnusable,
)
from bridge.sync.clock import SKEW_SECONDS
from bridge.sync.guards import Guards
from bridge.sync.memory.state import SqliteState
from bridge.sync.writer import BACKOFF_SECONDS
from tests.faults import Fault
from tests.integration.sync.world import HOUR, START, Policy, World

POISON = {
    "a date that is none": {"created_at": "yesterday"},
    "a status that is no object": {"status": 7},
    "an unknown kind of event": {"events": [{"at": "2026-11-18T11:06:40Z", "kind": "exploded", "actor": "agent"}]},
    "no revision": {"rev": None},
    "a revision with half a character": {"rev": "abc\ud800"},
    "a number with a line break": {"number": "1\nERROR forged"},
    "events that are a text": {"events": "many"},
    "a date before all time": {"created_at": "0000-00-00T00:00:00Z"},
}


@pytest.mark.parametrize("kind", POISON)
@pytest.mark.parametrize("known", [False, True])
def test_an_unreadable_ticket_is_skipped_with_its_reason_and_all_others_are_done(world, kind, known):
    first, poisoned, last = world.tickets(3)
    if known:
        world.run()
        for one in (first, poisoned, last):
            world.people.note(one)
    world.sandbox.faults.distort(poisoned, **POISON[kind])
    report = world.run()
    assert [one.id for one in report.failed] == [poisoned]
    assert next(iter(POISON[kind])) in report.failed[0].reason
    assert report.failed[0].reason.isprintable()
    assert world.is_right(first)
    assert world.is_right(last)
    assert [one.id for one in world.state().troubles()] == [poisoned]


@pytest.mark.parametrize(
    "subject",
    ["half a pair \ud800 of surrogates", "NUL \0 and \x1b[31m", "😀 beyond three bytes", "x" * 65536, "=1+1", "a\r\nb"],
)
def test_an_odd_subject_is_written_once_as_the_helpdesk_can_keep_it(world, subject):
    ticket, other = world.tickets(2)
    world.sandbox.faults.distort(ticket, subject=subject)
    report = world.run()
    assert (report.written, report.failed) == (2, [])
    assert world.is_right(other)
    assert world.outputs(ticket)["sla_reason"].isprintable()
    world.policy = Policy(extra={"sla_curator": None})
    assert world.run().written == 0


def test_an_unreadable_ticket_rests_and_is_tried_again_after_the_back_off(world):
    poisoned, _ = world.tickets(2)
    world.sandbox.faults.distort(poisoned, created_at="yesterday")
    world.run()
    world.time.now += HOUR
    assert world.run().failed == []
    assert world.routes() == ["changes"]
    world.time.now = START + BACKOFF_SECONDS
    assert len(world.run().failed) == 1
    world.sandbox.faults.clear()
    world.time.now += BACKOFF_SECONDS
    assert world.run().failed == []
    assert world.is_right(poisoned)
    assert world.state().troubles() == ()


def test_an_unreadable_ticket_that_changes_is_tried_at_once(world):
    (poisoned,) = world.tickets(1)
    world.sandbox.faults.distort(poisoned, created_at="yesterday")
    world.run()
    world.sandbox.faults.clear()
    world.people.note(poisoned)
    world.run()
    assert world.is_right(poisoned)


def test_what_a_customer_wrote_does_not_stand_in_the_reason(world):
    (poisoned,) = world.tickets(1)
    world.sandbox.faults.distort(poisoned, subject=["my password is hunter2"], created_at="yesterday")
    reason = world.run().failed[0].reason
    assert "hunter2" not in reason
    assert "subject" in reason


def test_a_ticket_that_the_policy_cannot_judge_is_skipped_with_the_policys_words(world):
    bad, good = world.tickets(2)

    def decide(ticket, now):
        if ticket.id == bad:
            raise CalendarError("the deadline lies beyond the horizon of the calendar office")
        return world.policy.decide(ticket, now)

    world.decide = decide
    report = world.run()
    assert "beyond the horizon" in report.failed[0].reason
    assert world.is_right(good)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda decision: 1 // 0,
        lambda decision: {**vars_of(decision), "due_at": 10**30, "clocks": ()},
        lambda decision: {**vars_of(decision), "rule": object()},
        lambda decision: {**vars_of(decision), "reason": float("nan")},
    ],
)
def test_a_bug_in_one_decision_is_reported_as_one_and_the_others_go_on(world, spoil, caplog):
    bad, good = world.tickets(2)

    def decide(ticket, now):
        decision = world.policy.decide(ticket, now)
        if ticket.id != bad:
            return decision
        changed = spoil(decision)
        return type(decision)(**changed)

    world.decide = decide
    report = world.run()
    if report.failed:
        assert report.failed[0].id == bad
        assert "bug" in report.failed[0].reason
    assert world.is_right(good)


def vars_of(decision):
    return {name: getattr(decision, name) for name in decision.__dataclass_fields__}


def test_a_value_that_the_helpdesk_refuses_is_reported_and_rests(world):
    bad, good = world.tickets(2)
    world.people.edit_field(bad, "sla_set_critical", True)
    world.sandbox.store.rows("UPDATE fields SET choices = '{\"standard\": \"Standard\"}' WHERE name = 'sla_level'")
    report = world.run()
    assert [one.id for one in report.failed] == [bad]
    assert "no choice 'urgent'" in report.failed[0].reason
    assert world.outputs(bad) == {}
    assert world.is_right(good)
    world.time.now += HOUR
    assert world.run().failed == []
    assert world.routes() == ["changes"]


def test_setup_brings_refused_tickets_back_at_once(world):
    bad, _ = world.tickets(2)
    world.people.edit_field(bad, "sla_set_critical", True)
    world.sandbox.store.rows("UPDATE fields SET choices = '{\"standard\": \"Standard\"}' WHERE name = 'sla_level'")
    world.run()
    world.setup()
    world.run()
    assert world.is_right(bad)


def test_when_many_writes_are_all_refused_the_pass_stops_and_names_setup(world):
    world.tickets(250)
    world.sandbox.store.rows("UPDATE fields SET choices = '{\"gold\": \"Gold\"}' WHERE name = 'sla_level'")
    with pytest.raises(HelpdeskRefused, match=r"all refused.*no choice 'standard'.*setup"):
        world.run()
    assert world.routes().count("writes") == 2
    world.setup()
    assert world.run().written == 250


def test_a_missing_field_is_named_and_the_others_are_written(world):
    (ticket,) = world.tickets(1)
    world.sandbox.store.rows("DELETE FROM fields WHERE name = 'sla_due'")
    report = world.run()
    assert any("sla_due" in note and "setup" in note for note in report.notes)
    assert world.outputs(ticket) == {name: value for name, value in world.expected(ticket).items() if name != "sla_due"}
    world.setup()
    assert world.run().written == 1
    assert world.is_right(ticket)


def test_without_any_output_field_the_pass_says_so(tmp_path):
    world = World(tmp_path, setup=False)
    world.tickets(1)
    report = world.run()
    assert report.notes == ["the helpdesk has none of the output fields yet: run `sla-bridge setup`"]
    world.close()


def test_a_helpdesk_that_keeps_something_else_is_noticed_at_the_first_of_many(world):
    world.tickets(40)
    world.sandbox.faults.distort(40, bridge={"fields": {}, "cycles": [], "detail": {}})
    report = world.run()
    assert any("written into sla_level" in note for note in report.notes)


def test_a_cursor_that_is_gone_costs_a_scan_and_loses_nothing(world):
    ticket, other = world.tickets(2)
    world.run()
    world.people.note(ticket)
    world.people.delete(other)
    world.sandbox.forget_changes()
    report = world.run()
    assert report.full_scan
    assert world.is_right(ticket)
    assert set(world.state().open_ids()) == {ticket}
    assert not world.run().full_scan


@pytest.mark.parametrize("empty", [True, False])
def test_a_feed_without_an_end_is_not_walked_for_ever(world, monkeypatch, empty):
    world.tickets(3)
    original = type(world.helpdesk()).changes
    pages = []

    def changes(self, cursor, **options):
        page = original(self, None)
        pages.append(page)
        return replace(page, has_more=True, items=() if empty else page.items)

    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.OsTicket.changes", changes)
    with pytest.raises(HelpdeskRefused, match="does not end"):
        world.run()
    assert len(pages) < 5


def test_a_cursor_that_goes_in_the_middle_of_the_feed_costs_a_scan_in_the_same_pass(world, monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)
    tickets = world.tickets(6)
    world.run()
    for one in tickets:
        world.people.note(one)
    world.sandbox.faults.next("changes", Fault.RACE, after=1, edit=world.sandbox.forget_changes)
    report = world.run()
    assert (report.full_scan, report.written) == (True, 6)
    assert all(world.is_right(one) for one in tickets)
    assert world.run().examined == 0


def test_a_cursor_that_goes_again_and_again_ends_the_pass_and_leaves_the_state_as_it_was(world, monkeypatch):
    tickets = world.tickets(3)
    world.run()
    before = world.state().facts()

    def gone(self, cursor, **options):
        raise CursorGone("the feed was cut")

    with monkeypatch.context() as patch:
        patch.setattr("bridge.connectors.helpdesks.osticket.OsTicket.changes", gone)
        with pytest.raises(CursorGone):
            world.run()
    assert world.state().facts() == before
    world.people.note(tickets[0])
    assert world.run().written == 1


# --- the helpdesk's clock leaps ----------------------------------------------------------------------------------------

DAY = 24 * HOUR


@pytest.mark.parametrize("leap", [2 * DAY + 1, 40 * DAY, 70 * 365 * DAY])
def test_a_helpdesk_whose_clock_leaps_ahead_of_this_hosts_is_refused_before_anything_is_written(world, leap):
    tickets = world.tickets(3)
    world.run()
    world.people.note(tickets[0])
    before = world.state().facts()
    world.time.now += leap
    world.time.skew = -leap
    with pytest.raises(GuardRefused, match=f"went ahead by {leap} s.*--allow-clock-leap"):
        world.run()
    assert "writes" not in world.routes()
    assert world.state().facts() == before
    world.time.now -= leap
    world.time.skew = 0
    assert world.run().written == 1
    assert all(world.is_right(one) for one in tickets)


def test_the_clock_guard_is_overridden_on_purpose(world):
    ticket, _ = world.tickets(2)
    world.run()
    world.time.now += 40 * DAY
    world.time.skew = -40 * DAY
    assert world.run(allow_clock_leap=True).full_scan
    assert world.is_right(ticket)


@pytest.mark.parametrize(("moved", "skew"), [(40 * DAY, 0), (2 * DAY, -2 * DAY), (60, -30 * DAY), (3 * DAY, 3600)])
def test_time_that_passed_on_both_sides_or_a_host_that_was_always_wrong_is_no_leap(world, moved, skew):
    ticket, _ = world.tickets(2)
    world.run()
    world.time.now += moved
    world.time.skew = skew
    world.run()
    assert world.is_right(ticket)


def test_a_clock_that_leaps_within_a_pass_stops_it(world, monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)
    world.tickets(6)
    world.sandbox.faults.next(
        "changes", Fault.RACE, after=1, edit=lambda: setattr(world.time, "now", world.time.now + 3 * DAY)
    )
    with pytest.raises(GuardRefused, match="within this pass"):
        world.run(everything=True)
    assert "writes" not in world.routes()


@pytest.mark.parametrize(
    "fault", [Fault.CUT, Fault.BROKEN_JSON, Fault.WRONG_JSON, Fault.LOGIN_PAGE, Fault.UNAVAILABLE, Fault.DROP]
)
def test_a_page_that_does_not_come_whole_leaves_everything_as_it_was(world, fault):
    ticket, _ = world.tickets(2)
    world.run()
    before = world.state().facts()
    world.people.note(ticket)
    world.sandbox.faults.next("changes", fault, times=10)
    with pytest.raises((HelpdeskUnavailable, HelpdeskRefused)):
        world.run()
    assert world.state().facts() == before
    world.sandbox.faults.clear()
    assert world.run().written == 1
    assert world.is_right(ticket)


def test_an_answer_lost_after_the_write_was_done_has_no_second_effect(world):
    tickets = world.tickets(3)
    world.sandbox.faults.next("writes", Fault.LOST)
    report = world.run()
    assert (report.written, report.failed) == (0, []), "the repeated write found everything as it should be"
    assert all(world.is_right(one) for one in tickets)
    assert world.run().examined == 0


@pytest.mark.parametrize("passes", [0, 1], ids=["the first sync", "an ordinary pass"])
def test_a_helpdesk_that_dies_in_the_middle_of_a_long_apply_only_gets_the_rest(world, passes):
    tickets = world.tickets(350)
    for _ in range(passes):
        world.run()
        for one in tickets:
            world.people.note(one)
    world.sandbox.faults.next("writes", Fault.DROP, after=2, times=20)
    with pytest.raises(HelpdeskUnavailable):
        world.run()
    world.sandbox.faults.clear()
    done = sum(map(world.is_right, tickets))
    assert done == 101
    report = world.run()
    assert report.written == 350 - done
    assert all(world.is_right(one) for one in tickets[::50])
    assert world.run().examined == 0


def test_a_policy_turned_back_after_a_pass_died_in_the_middle_leaves_nothing_of_the_other_one(world):
    """An operator sees what a new agreement does, stops the pass and takes the agreement back."""
    tickets = world.tickets(350)
    world.run()
    first, world.policy = world.policy, Policy(level="general")
    world.sandbox.faults.next("writes", Fault.DROP, after=1, times=20)
    with pytest.raises(HelpdeskUnavailable):
        world.run(allow_mass_change=True)
    world.sandbox.faults.clear()
    assert not all(world.is_right(one) for one in tickets)
    world.policy = first
    report = world.run()
    assert report.full_scan
    assert report.written > 0
    assert all(world.outputs(one)["sla_level"] == "standard" for one in tickets)


def test_one_item_that_breaks_a_whole_batch_is_found_and_the_others_are_written(world, monkeypatch):
    tickets = world.tickets(20)
    poisoned = tickets[7]
    api = world.sandbox._api
    original = api._writes

    def writes(request, caller):
        body = api._body(request)
        if any(item["id"] == poisoned for item in body["items"]):
            from bridge.connectors.sandbox.responses import Refusal

            raise Refusal("unprocessable", "no idea what this is")
        return original(request, caller)

    monkeypatch.setitem(api._routes, ("POST", "writes"), ("write", writes))
    report = world.run()
    assert [one.id for one in report.failed] == [poisoned]
    assert report.written == 19
    assert world.routes().count("writes") <= 13


def test_another_helpdesk_at_the_same_address_stops_the_pass(world):
    (ticket,) = world.tickets(1)
    world.run()
    world.people.note(ticket)
    world.sandbox.store.instance_id = "another"
    with pytest.raises(GuardRefused, match="another helpdesk"):
        world.run()
    assert "writes" not in world.routes()


def test_a_helpdesk_that_turns_into_another_one_within_a_pass_is_noticed(world):
    world.tickets(1)

    def swap() -> None:
        world.sandbox.store.instance_id = "another"

    world.sandbox.faults.next("writes", Fault.RACE, edit=swap)
    with pytest.raises(HelpdeskRefused, match="turned into another"):
        world.run()
    assert world.state().fact("cursor") is None


def test_a_skewed_host_clock_is_told_and_the_helpdesks_clock_is_used(world):
    (ticket,) = world.tickets(1)
    world.time.skew = 4000
    report = world.run()
    assert any("+4000 s" in note for note in report.notes)
    assert world.is_right(ticket)


@pytest.mark.parametrize("skew", [-9 * HOUR, 9 * HOUR])
def test_a_host_clock_hours_off_moves_no_deadline_and_no_fact(world, skew):
    ticket, late = world.tickets(2)
    world.time.skew = skew
    world.run()
    assert world.outputs(ticket)["sla_state"] == "running"
    assert world.state().fact("server_time") == str(START)
    world.time.now = START + 8 * HOUR
    world.people.note(late)
    world.run()
    assert {world.outputs(one)["sla_state"] for one in (ticket, late)} == {"overdue"}
    assert world.state().fact("server_time") == str(START + 8 * HOUR)


def test_a_small_skew_is_no_news(world):
    world.tickets(1)
    world.time.skew = SKEW_SECONDS
    assert world.run().notes == []


def test_a_helpdesk_clock_that_went_back_stops_the_pass(world):
    world.tickets(1)
    world.run()
    world.time.now -= SKEW_SECONDS + 1
    with pytest.raises(StateUnusable, match="went back by 301 s"):
        world.run()


def test_a_helpdesk_clock_that_went_back_a_little_does_not_turn_the_pass_back(world):
    (ticket,) = world.tickets(1)
    world.time.now = START + 8 * HOUR
    world.run()
    assert world.outputs(ticket)["sla_state"] == "overdue"
    world.time.now -= 60
    world.people.note(ticket)
    world.run()
    assert world.outputs(ticket)["sla_state"] == "overdue"


def test_a_ticket_edited_during_the_pass_is_judged_at_the_later_time(world):
    (ticket,) = world.tickets(1)

    def late_reply() -> None:
        world.time.now += 120
        world.people.agent_reply(ticket)

    world.sandbox.faults.next("writes", Fault.RACE, edit=late_reply)
    world.run()
    assert world.outputs(ticket)["sla_state"] == "met"


@pytest.mark.parametrize("ahead", [1, 250])
def test_an_event_that_is_stamped_after_the_pass_is_seen_once_its_time_has_come(world, ahead):
    """Two web servers whose clocks differ, or one whose clock went back: the feed tells of a change once."""
    answered, other = world.tickets(2)
    world.run()
    world.people.agent_reply(answered, at=world.time.now + ahead)
    assert world.run().examined == 1
    assert world.outputs(answered)["sla_state"] == "running"
    world.time.now += ahead - 1
    assert world.run().examined == 0
    world.time.now += 1
    assert world.run().examined == 1
    assert world.outputs(answered)["sla_state"] == "met"
    assert world.is_right(other)


# --- guards ------------------------------------------------------------------------------------------------------------


def test_a_policy_that_moves_most_levels_is_stopped_before_anything_is_written(world):
    tickets = world.tickets(12)
    world.run()
    world.policy = Policy(level="general")
    with pytest.raises(GuardRefused, match=r"12 of 12 tickets.*--allow-mass-change"):
        world.run()
    assert "writes" not in world.routes()
    assert world.run(allow_mass_change=True).written == 12
    assert all(world.is_right(one) for one in tickets)


def test_the_level_guard_holds_after_the_state_was_lost(world):
    world.tickets(12)
    world.run()
    world.path.unlink()
    world.policy = Policy(level="general")
    with pytest.raises(GuardRefused):
        world.run()


def test_closed_tickets_do_not_make_a_mass_change_look_small(world):
    tickets = world.tickets(60)
    world.run()
    for one in tickets[12:]:
        world.people.close(one)
    world.run()
    world.path.unlink()
    world.policy = Policy(hours=9)
    world.decide = lambda ticket, now: Policy(
        level="general" if ticket.status.state == "open" else "standard", hours=9
    ).decide(ticket, now)
    with pytest.raises(GuardRefused, match="12 of 12"):
        world.run()


def test_first_levels_are_no_mass_change(world):
    world.tickets(50)
    assert world.run().written == 50


def test_few_changes_and_few_tickets_pass_the_level_guard(world):
    tickets = world.tickets(9)
    world.run()
    world.policy = Policy(level="general")
    assert world.run().written == 9
    more = world.tickets(11)
    world.run()
    for one in more[:6]:
        world.people.edit_field(one, "sla_set_critical", True)
    assert world.run().written == 6, "30 % of 20 is not more than 30 %"
    assert all(world.is_right(one) for one in tickets)


def test_the_share_of_changed_levels_is_that_of_all_known_tickets_not_of_those_that_moved(world):
    tickets = world.tickets(45)
    world.run()
    for one in tickets[:12]:
        world.people.edit_field(one, "sla_set_critical", True)
    assert world.run().written == 12


def test_a_source_that_suddenly_shows_a_third_less_is_refused(world):
    tickets = world.tickets(12)
    world.run()
    with world.people.without_signals():
        for one in tickets[:4]:
            world.people.delete(one)
    world.path.parent.joinpath("x").touch()
    world.policy = Policy(extra={"sla_curator": None})
    with pytest.raises(GuardRefused, match=r"only 8 of the 12.*--allow-shrink"):
        world.run()
    report = world.run(allow_shrink=True)
    assert report.gone == 4


def test_a_source_that_shows_nothing_is_refused_by_the_plan_as_well(world):
    tickets = world.tickets(10)
    world.run()
    with world.people.without_signals():
        for one in tickets:
            world.people.delete(one)
    world.policy = Policy(extra={"sla_curator": None})
    with pytest.raises(GuardRefused):
        world.plan()


def test_deletions_that_the_feed_tells_are_no_shrinking(world):
    tickets = world.tickets(12)
    world.run()
    for one in tickets[:8]:
        world.people.delete(one)
    world.policy = Policy(extra={"sla_curator": None})
    assert world.run().gone == 8


def test_closed_tickets_that_cannot_be_read_do_not_look_like_a_shrunken_source(world):
    tickets = world.tickets(15)
    for one in tickets[:11]:
        world.people.close(one)
        world.sandbox.faults.distort(one, created_at="yesterday")
    assert len(world.run().failed) == 11
    world.policy = Policy(extra={"sla_curator": None})
    assert world.run().full_scan


def test_names_that_vanished_stop_the_pass_before_anything_is_written(world):
    world.tickets(2)
    state = SqliteState(world.path)
    engine = world._engine(state)
    survey = replace(engine.survey(), lost=(Problem(code="lost_name", message="the status 'Waiting' is no more"),))
    with pytest.raises(GuardRefused, match="'Waiting' is no more"):
        engine.apply(survey)
    assert "writes" not in world.routes()
    engine.options = replace(engine.options, allow_lost_names=True)
    assert engine.apply(survey).written == 2
    state.close()


def test_guards_are_set_by_proportion(world):
    world.tickets(12)
    world.run()
    world.policy = Policy(level="general")
    assert world.run(guards=Guards(level_change_percent=100)).written == 12
