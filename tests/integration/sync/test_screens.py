"""What screens count with is published before the first detail that names it, and only when something is new."""

from dataclasses import replace

import pytest

from bridge.connectors.sandbox import publications
from bridge.errors import GuardRefused, HelpdeskRefused, HelpdeskUnavailable
from bridge.policies.telling.publication import Publication, publication_of
from bridge.sync.memory.facts import unfit
from bridge.sync.memory.published import remembered_clocks
from bridge.tickets import format_instant, parse_instant
from tests.faults import Fault
from tests.integration.sync.screen_world import DAY, PLAIN, ScreenWorld, agreement
from tests.integration.sync.world import HOUR


@pytest.fixture
def world(tmp_path):
    made = ScreenWorld(tmp_path)
    yield made
    made.close()


def test_it_is_published_before_the_first_detail_that_names_it(world):
    first, second = world.tickets(2)
    world.run()
    routes = world.routes()
    assert routes.count("publish") == 1
    assert routes.index("publish") < routes.index("writes")
    digest = publication_of(PLAIN).digest
    assert world.kept["digest"] == digest == world.detail(first)["published"] == world.detail(second)["published"]
    assert {"published", "risk_at", "target_days"} <= {*world.detail(first), *world.detail(first)["clocks"][0]}
    assert parse_instant(world.kept["at"]) == world.time.now


def test_an_idle_pass_is_one_request_and_loads_no_policy(world):
    world.tickets(2)
    world.run()
    for _ in range(5):
        world.time.now += 60
        assert world.run().written == 0
        assert world.routes() == ["changes"]
        assert not world.source.loaded


def test_the_first_question_of_a_pass_tells_when_the_last_one_ended_and_no_other_does(world, monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)
    tickets = world.tickets(5)
    world.run()
    assert "passed" not in world.sandbox.journal[0].query
    ended = world.time.now
    world.time.now += 90
    for one in tickets:
        world.people.note(one)
    world.run()
    told = [one.query.get("passed") for one in world.sandbox.journal if one.route == "changes"]
    assert told == [format_instant(ended), *[None] * (len(told) - 1)]
    assert len(told) > 1
    assert publications.last_pass(world.sandbox.store) == ended
    world.plan()
    assert all("passed" not in one.query for one in world.sandbox.journal)


def test_a_pass_that_fails_is_not_told_as_ended(world):
    (ticket,) = world.tickets(1)
    world.run()
    ended = world.time.now
    for _ in range(2):
        world.time.now += 60
        world.people.note(ticket)
        world.sandbox.faults.next("writes", Fault.UNAVAILABLE, times=9)
        with pytest.raises(HelpdeskUnavailable):
            world.run()
        assert publications.last_pass(world.sandbox.store) == ended


def test_another_title_is_published_anew_and_every_detail_names_it(world):
    (ticket,) = world.tickets(1)
    world.run()
    before = world.kept["digest"]
    world.agreement = agreement(("title: Standard", "title: {ru: Обычный, en: Usual}"))
    world.run(allow_mass_change=True)
    assert world.kept["digest"] == world.detail(ticket)["published"] != before
    assert world.kept["titles"]["levels"]["standard"]["title"]["en"] == "Usual"
    rows = world.sandbox.store.rows("SELECT digest FROM published")
    assert {row["digest"] for row in rows} == {before, world.kept["digest"]}


def test_another_rule_is_published_under_the_same_digest_and_no_detail_moves_by_it(world):
    (ticket,) = world.tickets(1)
    world.run()
    before, stood = world.kept, world.detail(ticket)
    world.agreement = agreement(("level: standard}]", "level: standard}]\n# a remark"))
    assert world.run().written == 0
    assert world.kept["digest"] == before["digest"]
    assert world.kept["policy"]["digest"] == world.agreement.digest != before["policy"]["digest"]
    assert world.detail(ticket) == stood
    world.time.now += 60
    world.run()
    assert world.routes() == ["changes"]


def test_a_helpdesk_that_lost_it_gets_it_again_and_nothing_else_is_written(world):
    (ticket,) = world.tickets(1)
    world.run()
    content, stood = world.kept, world.detail(ticket)
    world.forget()
    world.time.now += 60
    world.run()
    assert world.routes() == ["changes", "publish"]
    assert {**world.kept, "at": None} == {**content, "at": None}
    assert world.detail(ticket) == stood


def test_a_helpdesk_that_was_put_back_to_an_older_copy_gets_the_reach_again(world):
    world.tickets(1)
    world.run()
    older = {**world.kept, "calendars": {"week": {**world.kept["calendars"]["week"], "until": "2027-03-01T00:00:00Z"}}}
    publications.keep(world.sandbox.store, older)
    world.time.now += 60
    world.run()
    assert world.routes() == ["changes", "publish"]
    assert world.kept["calendars"]["week"]["until"] == "2028-02-29T21:00:00Z"


def test_time_goes_by_for_two_months_before_the_reach_is_published_anew_under_the_same_digest(world):
    (ticket,) = world.tickets(1)
    world.run()
    digest, published = world.kept["digest"], []
    for day in range(1, 140):
        world.time.now += DAY
        world.run()
        if "publish" in world.routes():
            published.append(day)
            assert "writes" not in world.routes() or world.detail(ticket)["published"] == digest
        assert world.kept["digest"] == digest
        until = parse_instant(world.kept["calendars"]["week"]["until"])
        assert until - world.time.now >= 400 * DAY
    assert len(published) == 2
    assert published[1] - published[0] >= 55


def test_an_older_ticket_and_a_later_deadline_lengthen_the_reach_in_the_same_pass(world):
    world.tickets(1)
    world.run()
    world.time.now += 60
    world.run()
    world.agreement = agreement(("resolution: 90wd", "resolution: 480wd"))
    world.run(allow_mass_change=True)
    due = max(parse_instant(one["due_at"]) for one in world.detail(1)["clocks"] if one["due_at"])
    assert parse_instant(world.kept["calendars"]["week"]["until"]) >= due + 60 * DAY
    until = world.kept["calendars"]["week"]["until"]
    # A deadline that has gone does not shorten what is published.
    world.agreement = PLAIN
    world.run(allow_mass_change=True)
    assert world.kept["calendars"]["week"]["until"] == until


def test_a_plugin_that_keeps_no_publications_works_without_and_once_updated_gets_everything(world, monkeypatch):
    older = "bridge.connectors.helpdesks.plugin_answers.change_page"
    from bridge.connectors.helpdesks import plugin_answers

    original = plugin_answers.change_page

    def change_page(data, items):
        return original({name: value for name, value in data.items() if name != "published"}, items)

    (ticket,) = world.tickets(1)
    with monkeypatch.context() as patched:
        patched.setattr(older, change_page)
        world.run()
        assert "publish" not in world.routes()
        assert world.detail(ticket)["published"] is None
        world.time.now += 60
        world.run()
        assert world.routes() == ["changes"]
    world.time.now += 60
    report = world.run()
    assert (report.full_scan, report.written) == (True, 1)
    assert world.detail(ticket)["published"] == world.kept["digest"]
    with monkeypatch.context() as patched:
        patched.setattr(older, change_page)
        assert world.run().full_scan
        assert world.detail(ticket)["published"] is None


# --- what the helpdesk does not take ---------------------------------------------------------------------------------


def test_a_helpdesk_with_less_room_gets_fewer_days_back_and_that_is_told_once(world, monkeypatch):
    from bridge.policies.telling.reach import EVER, OpenClocks, WindowReach

    publication, now = Publication(PLAIN), world.time.now
    whole = WindowReach.around(now, OpenClocks(oldest=EVER))
    sizes = [len(publications.dump(publication.content(one, at=now)).encode()) for one in (whole, *whole.shorter(now))]
    monkeypatch.setattr(publications, "BYTES_AT_MOST", (sizes[0] + sizes[1]) // 2)
    (ticket,) = world.tickets(1)
    report = world.run()
    assert world.kept["calendars"]["week"]["from"] == "2026-08-31T21:00:00Z"
    assert world.detail(ticket)["published"] == world.kept["digest"]
    (notice,) = report.told
    assert notice.key == "screens"
    assert "from 2026-09-01 on alone" in notice.text
    world.time.now += 60
    report = world.run()
    assert (world.routes(), report.told) == (["changes"], [])
    assert [one.key for one in report.standing] == ["screens"]
    monkeypatch.undo()
    world.time.now += HOUR
    assert world.run().written == 0
    assert world.kept["calendars"]["week"]["from"] == "2025-10-31T21:00:00Z"
    assert world.run().standing == []


def test_deadlines_are_written_where_nothing_can_be_published(world, monkeypatch):
    monkeypatch.setattr(publications, "BYTES_AT_MOST", 100)
    (ticket,) = world.tickets(1)
    report = world.run()
    assert report.written == 1
    assert world.routes().count("publish") == 3
    assert "without a countdown" in report.told[0].text
    assert world.detail(ticket)["published"] == publication_of(PLAIN).digest
    world.time.now += 60
    assert world.run().told == []
    assert world.routes() == ["changes"]
    world.time.now += HOUR
    assert world.run().told == []
    assert "publish" in world.routes()


def test_a_helpdesk_that_fails_at_it_alone_stops_no_pass(world):
    (ticket,) = world.tickets(1)
    world.sandbox.faults.next("publish", Fault.INTERNAL, times=9)
    report = world.run()
    assert report.written == 1
    assert [one.key for one in report.told] == ["screens"]
    assert world.kept is None
    assert world.detail(ticket)["published"]


def test_a_helpdesk_that_is_away_in_that_moment_ends_the_pass_and_the_next_one_does_it_all(world):
    (ticket,) = world.tickets(1)
    world.sandbox.faults.next("publish", Fault.UNAVAILABLE, times=9)
    with pytest.raises(HelpdeskUnavailable):
        world.run()
    assert world.detail(ticket) == {}
    world.sandbox.faults.clear()
    assert world.run().written == 1
    assert world.kept["digest"] == world.detail(ticket)["published"]


def test_a_crash_between_publishing_and_writing_does_no_harm(world):
    (ticket,) = world.tickets(1)
    world.run()
    world.agreement = agreement(("title: Standard", "title: Usual"))
    world.sandbox.faults.next("writes", Fault.DROP, times=9)
    with pytest.raises(HelpdeskUnavailable):
        world.run(allow_mass_change=True)
    digest = world.kept["digest"]
    assert digest != world.detail(ticket)["published"]
    world.sandbox.faults.clear()
    world.run(allow_mass_change=True)
    assert digest == world.kept["digest"] == world.detail(ticket)["published"]
    world.time.now += 60
    world.run()
    assert world.routes() == ["changes"]


def test_an_answer_that_is_lost_is_asked_for_again(world):
    (ticket,) = world.tickets(1)
    world.sandbox.faults.next("publish", Fault.LOST)
    world.run()
    assert world.routes().count("publish") == 2
    assert world.kept["digest"] == world.detail(ticket)["published"]


def test_a_key_that_may_not_publish_ends_the_pass(world):
    world.tickets(1)
    reader = world.sandbox.keys.readonly
    world.sandbox.keys = replace(world.sandbox.keys, full=reader)
    with pytest.raises(HelpdeskRefused, match="/publish was refused"):
        world.run()
    assert world.kept is None


def test_a_pass_that_a_guard_stops_publishes_nothing(world):
    for ticket in world.tickets(12):
        world.people.note(ticket)
    world.run()
    digest = world.kept["digest"]
    world.agreement = agreement(
        ("standard: {title: Standard", "usual: {title: Usual"), ("level: standard", "level: usual")
    )
    with pytest.raises(GuardRefused):
        world.run()
    assert world.kept["digest"] == digest
    assert "publish" not in world.routes()


# --- what is remembered ----------------------------------------------------------------------------------------------


def test_what_is_remembered_can_be_meant_and_damage_is_noticed(world):
    world.tickets(1)
    world.run()
    facts = world.state().facts()
    assert {"published", "open_clocks", "publishes", "passed"} <= facts.keys()
    assert unfit(facts) is None
    for name, damaged in (
        ("published", "{}"),
        ("published", facts["published"].replace("2028-03-01", "2028-13-01")),
        ("published", facts["published"].replace("sha256", "sha256", 1)[:-3]),
        ("open_clocks", "[1]"),
        ("open_clocks", '["soon", null]'),
        ("publishes", "no"),
        ("passed", "-1"),
    ):
        assert unfit({**facts, name: damaged}) == name


def test_a_first_sync_that_dies_is_taken_up_and_publishes_under_the_same_digest(world, monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)
    tickets = world.tickets(7)
    world.sandbox.faults.next("writes", Fault.DROP, after=2, times=20)
    with pytest.raises(HelpdeskUnavailable):
        world.run()
    digest = world.kept["digest"]
    world.sandbox.faults.clear()
    world.run()
    assert world.kept["digest"] == digest
    assert {world.detail(one)["published"] for one in tickets} == {digest}


def test_a_helpdesk_without_tickets_gets_its_reach_in_time_too(world):
    world.run()
    published = []
    for day in range(1, 100, 3):
        world.time.now += 3 * DAY
        world.run()
        assert world.source.loaded == ("publish" in world.routes())
        if world.source.loaded:
            published.append(day)
    assert len(published) == 1


def test_what_a_later_publication_finds_no_room_for_is_told_by_that_pass_and_by_no_other(world, monkeypatch):
    world.tickets(1)
    world.run()
    monkeypatch.setattr(publications, "BYTES_AT_MOST", 100)
    world.agreement = agreement(("title: Standard", "title: Usual"))
    report = world.run(allow_mass_change=True)
    assert [one.key for one in report.told] == [one.key for one in report.standing] == ["screens"]
    for _ in range(3):
        world.time.now += 60
        report = world.run()
        assert (report.told, [one.key for one in report.standing]) == ([], ["screens"])
    world.time.now += HOUR
    report = world.run()
    assert ("publish" in world.routes(), report.told, len(report.standing)) == (True, [], 1)


def test_what_open_clocks_need_is_remembered_by_passes_that_see_few_of_them(world):
    first, second = world.tickets(2)
    world.run()
    oldest = world.snapshot(first).created_at
    world.time.now += HOUR
    world.people.note(second)
    world.run()
    assert remembered_clocks(world.state().fact("open_clocks")).oldest == oldest
    world.people.set_status(first, 3)
    world.people.set_status(second, 3)
    third = world.people.create_ticket("later", email="user9@kolos.example")
    world.time.now += DAY
    assert world.run().full_scan
    assert remembered_clocks(world.state().fact("open_clocks")).oldest == world.snapshot(third).created_at
