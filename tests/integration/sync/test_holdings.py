"""What customers hold comes with the publication: anew where it changed, once a pass at most, and nobody looks for nothing."""

from datetime import date, timedelta

import pytest

from bridge.connectors.sandbox import publications
from bridge.customers import Certificate, Contract, Counter, Customer
from bridge.policies.telling.publication import Phrase, publication_of
from bridge.policies.telling.reach import EVER, OpenClocks, WindowReach
from bridge.policies.telling.standing import Roll
from bridge.sync.memory.facts import unfit
from bridge.sync.shown import Shown
from tests.integration.sync import test_units
from tests.integration.sync.screen_world import DAY, PLAIN, ScreenWorld, agreement
from tests.integration.sync.world import HOUR

TODAY = date(2026, 11, 18)
"""The day on which the world begins, in Moscow."""


@pytest.fixture
def world(tmp_path):
    made = ScreenWorld(tmp_path)
    yield made
    made.close()


def roll(*ends: int, as_of: int = 1_795_000_000, **members) -> Roll:
    """A registry of one customer for each certificate, which ends so many days from today."""
    customers = [
        Customer(
            id=f"K-{number}", name="Ромашка", certificates=(Certificate(valid_until=TODAY + timedelta(days=days)),)
        )
        for number, days in enumerate(ends)
    ]
    return Roll(customers=[*customers, *members.pop("customers", ())], zone="Europe/Moscow", as_of=as_of, **members)


def days(world):
    return [one["days"] for one in world.kept["registry"]["certificates"]]


def idle(world, seconds=60):
    """A pass in which nothing happened: its requests, and whether it had to load the configuration."""
    world.time.now += seconds
    world.run()
    return world.routes(), world.source.loaded


IDLE = (["changes"], False)


def test_it_comes_with_the_first_publication_and_a_pass_in_which_nothing_happened_is_one_request(world):
    world.roll = roll(30, 91)
    (ticket,) = world.tickets(1)
    world.run()
    assert world.routes().count("publish") == 1
    assert days(world) == [30]
    assert world.kept["registry"]["as_of"] == "2026-11-18T11:06:40Z"
    assert world.kept["digest"] == publication_of(PLAIN).digest == world.detail(ticket)["published"]
    assert [idle(world) for _ in range(4)] == [IDLE] * 4


def test_without_a_registry_nothing_is_published_of_one_and_no_day_wakes_anybody(world):
    world.run()
    assert world.kept["registry"] is None
    seen = [idle(world, HOUR) for _ in range(3 * 24)]
    assert [one for one in seen if one[1] or "publish" in one[0]] == []


def test_each_day_is_published_once_under_the_same_digest_and_no_detail_moves_by_it(world):
    world.roll = roll(30)
    (ticket,) = world.tickets(1)
    world.run()
    digest, published = world.kept["digest"], []
    # From the afternoon of the first day to that of the fifth, pass by pass.
    for hour in range(1, 4 * 24):
        world.time.now += HOUR
        world.run()
        if "publish" in world.routes():
            published.append((hour, *days(world)))
        assert world.routes().count("publish") <= 1
    # 14:06 in Moscow: the tenth pass from now is the first one of the next day.
    assert published == [(10, 29), (34, 28), (58, 27), (82, 26)]
    assert world.detail(ticket)["published"] == world.kept["digest"] == digest


def test_a_certificate_that_comes_within_ninety_days_is_published_on_that_day_and_on_the_days_before_nothing_is(world):
    world.roll = roll(92)
    world.run()
    assert days(world) == []
    seen = [("publish" in idle(world, DAY)[0], days(world)) for _ in range(3)]
    assert seen == [(False, []), (True, [90]), (True, [89])]


def test_a_day_on_which_nothing_is_new_is_looked_at_once(world):
    world.roll = roll(300)
    world.run()
    seen = []
    for _ in range(30):
        routes, loaded = idle(world, HOUR)
        assert "publish" not in routes
        seen.append((loaded, world.source.looked))
    assert [number for number, one in enumerate(seen, start=1) if one != (False, 0)] == [10]
    assert seen[9] == (True, 1)


def test_another_registry_is_published_in_its_pass_and_no_detail_moves_by_it(world):
    world.roll = roll(30)
    (ticket,) = world.tickets(1)
    world.run()
    stood, digest = world.detail(ticket), world.kept["digest"]
    world.roll = roll(30, 10)
    world.time.now += 60
    report = world.run()
    assert (report.written, world.routes().count("publish"), days(world)) == (0, 1, [10, 30])
    assert (world.detail(ticket), world.kept["digest"]) == (stood, digest)
    assert idle(world) == IDLE


def test_a_registry_that_was_read_again_tells_its_age(world):
    world.roll = roll(30)
    world.run()
    world.roll = roll(30, as_of=world.time.now + 60)
    assert "publish" in idle(world, 120)[0]
    assert world.kept["registry"]["as_of"] == "2026-11-18T11:07:40Z"


def test_a_pass_that_decides_something_looks_at_no_customer_where_nothing_moved(world):
    world.roll = roll(30)
    (ticket,) = world.tickets(1)
    world.run()
    world.people.note(ticket)
    world.time.now += 60
    world.run()
    # It has loaded the agreement to decide, and so could have looked.
    assert (world.source.looked, "publish" in world.routes()) == (0, False)


def test_a_helpdesk_that_lost_it_gets_what_customers_hold_again(world):
    world.roll = roll(30)
    world.run()
    world.forget()
    assert "publish" in idle(world)[0]
    assert days(world) == [30]


def test_phrases_are_published_and_move_no_digest(world):
    world.phrases = (Phrase("ru", "читайте инструкцию"), Phrase("en", "as I already said"))
    (ticket,) = world.tickets(1)
    world.run()
    assert world.kept["phrases"] == [
        {"language": "ru", "phrase": "читайте инструкцию"},
        {"language": "en", "phrase": "as I already said"},
    ]
    digest = world.detail(ticket)["published"]
    world.phrases = world.phrases[:1]
    world.time.now += 60
    assert world.run().written == 0
    assert (len(world.kept["phrases"]), world.kept["digest"]) == (1, digest)
    assert idle(world) == IDLE


def test_an_exception_that_ends_is_gone_with_its_day_also_without_a_registry(world):
    last = "{id: fair, level: standard, when: {priority: High}, reason: Fair, approver: Head, until: 2026-11-20}"
    world.agreement = agreement(("rules:", f"exceptions: [{last}]\nrules:"))
    world.run()
    assert [one["id"] for one in world.kept["registry"]["exceptions"]] == ["fair"]
    seen = [idle(world, DAY)[0] for _ in range(3)]
    assert ["publish" in routes for routes in seen] == [False, False, True]
    assert world.kept["registry"] is None


class Desk(test_units.Desk):
    """An accountant who, as that of `sync` does, loads the configuration where a ticket is looked at."""

    def takings(self, ticket, now):
        self.world.source.loaded = True
        return super().takings(ticket, now)


# --- units -----------------------------------------------------------------------------------------------------------


def test_what_tickets_took_in_a_pass_is_in_the_publication_of_that_pass(world):
    desk = world.accountant = Desk(world)
    contract = Contract(number="D-1", counters=(Counter(id="t", unit="tickets", included=3, period="month"),))
    world.agreement, world.roll = desk.policy, roll(customers=[Customer(id="kolos.example", contracts=(contract,))])

    def left():
        return [(one["used"], one["left"]) for one in world.kept["registry"]["entitlements"]]

    test_units.asked(world, 2)
    world.run(allow_mass_change=True)
    assert left() == [(2, 1)]
    (third,) = test_units.asked(world, 1)
    world.run(allow_mass_change=True)
    assert (world.routes().count("publish"), left()) == (1, [(3, 0)])
    assert idle(world) == IDLE
    world.people.edit_field(third, "sla_set_deferral", "beyond_scope")
    world.time.now += 60
    world.run(allow_mass_change=True)
    assert left() == [(2, 1)]
    test_units.forget(world)
    world.run(allow_mass_change=True)
    assert left() == [(2, 1)]


# --- no room ---------------------------------------------------------------------------------------------------------


def sizes(world):
    """How large the contents are that are tried one after the other."""
    shown = Shown(world.source, None, world.time.now, lambda: None)
    whole = WindowReach.around(world.time.now, OpenClocks(oldest=EVER))
    return [len(publications.dump(content).encode()) for content, _ in shown.contents(whole)]


@pytest.mark.parametrize(
    ("attempt", "listed", "since", "told"),
    [
        (1, 50, "2025-10-31T21:00:00Z", "50 of the rows"),
        (2, 0, "2025-10-31T21:00:00Z", "none of the rows"),
        (
            3,
            0,
            "2026-08-31T21:00:00Z",
            "from 2026-09-01 on alone, and of what was before they show no picture; none of what",
        ),
    ],
)
def test_where_there_is_no_room_lists_of_customers_go_before_working_time(
    world, monkeypatch, attempt, listed, since, told
):
    world.roll = roll(*range(60))
    world.run()
    of = sizes(world)
    assert of == sorted(of, reverse=True)
    world.forget()
    for path in world.path.parent.glob("state.sqlite3*"):
        path.unlink()
    monkeypatch.setattr(publications, "BYTES_AT_MOST", (of[attempt] + of[attempt - 1]) // 2)
    world.tickets(1)
    report = world.run()
    assert world.routes().count("publish") == attempt + 1
    assert (len(world.kept["registry"]["certificates"]), world.kept["registry"]["more"]["certificates"]) == (listed, 60)
    assert world.kept["calendars"]["week"]["from"] == since
    assert [one.key for one in report.told] == ["screens"]
    assert told in report.told[0].text
    assert idle(world) == IDLE
    monkeypatch.undo()
    assert "publish" in idle(world, HOUR)[0]
    assert len(world.kept["registry"]["certificates"]) == 60


# --- what is remembered ----------------------------------------------------------------------------------------------


def test_what_is_remembered_of_holdings_can_be_meant_and_damage_is_noticed(world):
    world.roll = roll(30)
    world.run()
    facts = world.state().facts()
    assert unfit(facts) is None
    for before, after in (
        ('"holdings": {', '"holdings": [{'),
        ('"turns_at": 1', '"turns_at": "x'),
        ('"rests_on"', '"rests"'),
    ):
        assert before in facts["published"]
        damaged = facts["published"].replace(before, after)
        assert unfit({**facts, "published": damaged}) == "published", before
    older = facts["published"].replace('"holdings"', '"other"')
    assert unfit({**facts, "published": older}) is None
