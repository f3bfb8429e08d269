"""Units of entitlement in a pass: counted by creation, remembered, given back, the same with and without a memory."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from bridge.connectors.sandbox import NotAllowed
from bridge.customers import Contract, Counter, Customer, Presence, RegistryAnswer
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.units.usage import Usage
from bridge.sync.sweep import SWEEP_SECONDS
from tests.faults import Fault
from tests.integration.sync.world import HOUR, World

CALENDAR = "id: always\ntitle: {ru: Всегда, en: Always}\nzone: Europe/Moscow\nweek: {mon-sun: 00:00-24:00}\n".encode()
POLICY = """
policy: small
title: {{ru: Малое, en: Small}}
language: en
inputs: [spent_hours]
defaults: {{calendar: always}}
levels:
  general: {{title: {{ru: Общий, en: General}}, targets: {{first_response: 8h}}}}
  standard: {{title: {{ru: Обычный, en: Standard}}, targets: {{first_response: 8h}}}}
rules:
  - {{id: paid, level: standard, when: {{check: {{units: {{not: fail}}}}}}}}
  - {{id: others, level: general}}
checks:
  units:
    kind: units
    effect: limit
    options: {{unit: tickets, taken: {taken}, warn_left: 0{more}}}
    given_back: {{fields: {{sla_set_deferral: beyond_scope}}}}
"""


class Desk:
    """An accountant over one customer for every domain, whose contract holds three tickets a month."""

    def __init__(self, world: World, *, taken: str = "creation", more: str = "", **counter: object) -> None:
        self.world = world
        text = POLICY.format(taken=taken, more=more)
        files = {"policies/small.yaml": text.encode(), "calendars/always.yaml": CALENDAR}
        self.policy = compile_policy(files).policy
        self.usage = Usage(self.policy)
        self.counter = Counter(**({"id": "t", "unit": "tickets", "included": 3, "period": "month"} | counter))
        self.online = True
        self.blind: set[int] = set()
        self.decided: list[int] = []

    @property
    def counts(self):
        return self.usage.counts

    def lookup(self, ticket, *, taken=None):
        if not self.online:
            return RegistryAnswer(presence=Presence.UNKNOWN)
        contract = Contract(number="D-1", counters=(self.counter,))
        customer = Customer(id=ticket.requester.email.rpartition("@")[2], contracts=(contract,))
        return RegistryAnswer(presence=Presence.FOUND, customer=customer, zone="Europe/Moscow", taken=taken)

    def takings(self, ticket, now):
        if ticket.id in self.blind:
            raise RuntimeError("unreadable on purpose")
        return self.usage.takings(ticket, self.lookup(ticket), now)

    def decide(self, ticket, now, *, taken=None):
        self.decided.append(ticket.id)
        return decide(ticket, self.policy, now=now, registry=self.lookup(ticket, taken=taken))


@pytest.fixture
def desk(world):
    return use(world)


def use(world, **given):
    world.accountant = made = Desk(world, **given)
    return made


def run(world, **options):
    """One pass, and what it decided, in the order of ids."""
    world.accountant.decided.clear()
    world.run(allow_mass_change=True, **options)
    return sorted(world.accountant.decided)


def levels(world, tickets):
    return [world.outputs(one).get("sla_level", "")[:1] for one in tickets]


def forget(world):
    for path in world.path.parent.glob("state.sqlite3*"):
        path.unlink()


def asked(world, count, *, domain="kolos.example", minutes=1):
    found = []
    for number in range(count):
        world.time.now += 60 * minutes
        found.append(world.people.create_ticket(f"question {number}", email=f"user{number}@{domain}"))
    return found


def test_before_the_first_decision_every_ticket_is_counted(world, desk, monkeypatch):
    """No first sync page by page: the count of a ticket may hang on tickets of any other page."""
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)
    asked(world, 5)
    run(world)
    assert world.state().fact("below") is None
    before_writes = world.routes()[: world.routes().index("writes")]
    assert before_writes.count("tickets") >= 6


def test_the_tickets_beyond_those_of_the_month_are_told_apart_and_customers_do_not_share(world, desk):
    tickets = asked(world, 5)
    others = asked(world, 2, domain="other.example")
    run(world)
    assert levels(world, tickets) == ["s", "s", "s", "g", "g"]
    assert levels(world, others) == ["s", "s"]
    assert run(world) == []


def test_a_new_ticket_takes_a_unit_in_the_pass_that_sees_it_and_wakes_nobody_up(world, desk):
    tickets = asked(world, 3)
    run(world)
    new = asked(world, 2)
    assert run(world) == new
    assert levels(world, tickets + new) == ["s", "s", "s", "g", "g"]


def test_a_unit_given_back_reaches_the_later_tickets_in_the_same_pass(world, desk):
    tickets = asked(world, 5)
    run(world)
    world.people.edit_field(tickets[1], "sla_set_deferral", "beyond_scope")
    assert run(world) == [tickets[1], *tickets[2:]]
    assert levels(world, tickets) == ["s", "s", "s", "s", "g"]
    world.people.edit_field(tickets[1], "sla_set_deferral", None)
    run(world)
    assert levels(world, tickets) == ["s", "s", "s", "g", "g"]


@pytest.mark.parametrize("way", ["deleted", "merged"])
def test_a_ticket_that_is_no_more_gives_its_unit_back(world, desk, way):
    tickets = asked(world, 4)
    run(world)
    assert levels(world, tickets)[3] == "g"
    if way == "deleted":
        world.people.delete(tickets[0])
    else:
        world.people.merge(tickets[0], tickets[1])
    run(world)
    assert levels(world, tickets[1:]) == ["s", "s", "s"]


def test_units_taken_at_resolution_are_taken_only_then_and_come_back_when_reopened(world):
    desk = use(world, taken="resolution", included=1)
    tickets = asked(world, 3)
    run(world)
    assert levels(world, tickets) == ["s", "s", "s"]
    world.time.now += HOUR
    world.people.close(tickets[0])
    assert run(world) == tickets
    assert levels(world, tickets) == ["s", "g", "g"]
    world.people.reopen(tickets[0])
    run(world)
    assert levels(world, tickets) == ["s", "s", "s"]
    assert desk.counts


def test_a_lost_state_is_counted_again_with_the_closed_tickets_which_are_not_written(world, desk):
    tickets = asked(world, 2)
    for one in tickets:
        world.people.close(one)
    later = asked(world, 3)
    run(world)
    assert levels(world, later) == ["s", "g", "g"]
    assert levels(world, tickets) == ["s", "s"], "the feed showed them, so they were decided"
    forget(world)
    before = {one: world.outputs(one) for one in tickets + later}
    run(world)
    assert {one: world.outputs(one) for one in tickets + later} == before


def test_tickets_closed_before_the_installation_count_and_are_not_written(world, desk):
    old = asked(world, 2)
    with world.people.without_signals():
        for one in old:
            world.people.close(one)
    with world.sandbox.store.transaction() as rows:
        rows.execute("DELETE FROM feed")
    new = asked(world, 2)
    assert run(world) == new
    assert levels(world, old + new) == ["", "", "s", "g"]


def test_a_sweep_counts_closed_tickets_without_deciding_them(world, desk):
    closed = asked(world, 2)
    for one in closed:
        world.people.close(one)
    later = asked(world, 2)
    run(world)
    world.time.now += SWEEP_SECONDS
    world.sandbox.clear_journal()
    decided = run(world)
    assert not set(closed) & set(decided)
    assert levels(world, later) == ["s", "g"]


def test_what_is_counted_together_is_swept_whole_at_any_size(world, desk, monkeypatch):
    monkeypatch.setattr("bridge.sync.sweep.SLICE", 2)
    asked(world, 9)
    run(world)
    run(world)
    world.time.now += SWEEP_SECONDS // 5
    assert run(world) == []
    world.time.now += SWEEP_SECONDS * 4 // 5
    assert len(run(world)) == 9
    assert world.state().fact("scanned_at") == str(world.time.now)


def test_without_a_counting_check_a_full_scan_reads_open_tickets_once(world):
    world.tickets(3)
    world.run()
    assert world.routes().count("tickets") == 1
    assert world.state().fact("units") is None


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)])
def test_passes_in_any_order_of_change_end_in_the_same_answers(world, desk, order):
    tickets = asked(world, 5)
    run(world)
    for one in order:
        world.people.edit_field(tickets[one], "sla_set_deferral", "beyond_scope")
        run(world)
        world.people.edit_field(tickets[one], "sla_set_deferral", None)
        if one % 2:
            world.people.delete(tickets[one])
        run(world)
    assert levels(world, [tickets[0], tickets[2], tickets[4]]) == ["s", "s", "s"]
    seen = {one: world.outputs(one) for one in (tickets[0], tickets[2], tickets[4])}
    forget(world)
    run(world)
    assert {one: world.outputs(one) for one in seen} == seen


@pytest.mark.parametrize("taken", ["creation", "resolution"])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_between_passes_a_fresh_count_says_the_same(world, taken, seed):
    use(world, taken=taken, included=4)
    chance = random.Random(seed)
    alive = asked(world, 6) + asked(world, 2, domain="other.example")

    def act():
        one = chance.choice(alive)
        world.time.now += 600
        match chance.randrange(7):
            case 0:
                alive.extend(asked(world, 1))
            case 1 if len(alive) > 3:
                alive.remove(one)
                world.people.delete(one)
            case 2:
                world.people.edit_field(one, "sla_set_deferral", chance.choice(["beyond_scope", None]))
            case 3 | 4:
                world.people.close(one)
            case 5:
                world.people.reopen(one)
            case _:
                world.people.note(one)

    for _ in range(12):
        for _ in range(chance.randrange(1, 4)):
            with suppress(NotAllowed):
                act()
        run(world, allow_shrink=True)
    still_open = [one for one in alive if world.snapshot(one).status.state == "open"]
    before = {one: world.outputs(one) for one in still_open}
    assert run(world) == []
    forget(world)
    run(world)
    assert {one: world.outputs(one) for one in still_open} == before


def test_tickets_of_one_second_count_by_their_ids(world, desk):
    tickets = [world.people.create_ticket("at once", email="a@kolos.example") for _ in range(5)]
    run(world)
    assert levels(world, tickets) == ["s", "s", "s", "g", "g"]


@pytest.mark.parametrize("remembered", [True, False])
def test_a_ticket_deleted_between_read_and_write_gives_its_unit_back(world, desk, remembered):
    tickets = asked(world, 4)
    run(world)
    assert levels(world, tickets)[3] == "g"
    world.people.agent_reply(tickets[0])
    if not remembered:
        forget(world)

    def delete() -> None:
        # No tombstone in the feed: only the answer to the write tells.
        with world.people.without_signals():
            world.people.delete(tickets[0])

    world.sandbox.faults.next("writes", Fault.RACE, edit=delete)
    run(world)
    assert world.state().takings(tickets[0]) == ()
    run(world)
    assert levels(world, tickets[1:]) == ["s", "s", "s"]


@pytest.mark.parametrize("remembered", [True, False])
def test_an_unreadable_ticket_takes_nothing_until_it_can_be_read_with_and_without_a_memory(world, desk, remembered):
    tickets = asked(world, 4)
    run(world)
    desk.blind.add(tickets[0])
    if not remembered:
        forget(world)
    world.people.note(tickets[0])
    run(world)
    assert levels(world, tickets[1:]) == ["s", "s", "s"]
    desk.blind.clear()
    world.people.note(tickets[0])
    run(world)
    assert levels(world, tickets) == ["s", "s", "s", "g"]


def test_a_snapshot_that_is_damaged_on_the_way_counts_as_unreadable(world, desk):
    tickets = asked(world, 4)
    run(world)
    world.sandbox.faults.distort(tickets[0], created_at="yesterday")
    world.people.note(tickets[0])
    run(world)
    assert levels(world, tickets[1:]) == ["s", "s", "s"]
    forget(world)
    run(world)
    assert levels(world, tickets[1:]) == ["s", "s", "s"]
    world.sandbox.faults.clear()
    forget(world)
    run(world)
    assert levels(world, tickets) == ["s", "s", "s", "g"]


def test_an_offline_registry_leaves_the_count_unknown_and_refuses_nobody(world, desk):
    tickets = asked(world, 4)
    run(world)
    desk.online = False
    forget(world)
    run(world)
    assert {world.outputs(one)["sla_support"] for one in tickets} == {"full"}
    assert levels(world, tickets) == ["s", "s", "s", "s"]
    units = world.snapshot(tickets[3]).bridge.detail["checks"][0]
    assert (units["outcome"], units["reason"]) == ("unknown", "registry_unavailable")
    desk.online = True
    forget(world)
    run(world)
    assert levels(world, tickets) == ["s", "s", "s", "g"]


def test_only_tickets_after_the_registrys_own_count_come_on_top_of_it(world):
    counter = {"included": 12, "used": 10.0, "as_of": date(2026, 11, 18)}
    use(world, **counter)
    counted = asked(world, 2)
    world.time.now += 24 * HOUR
    later = asked(world, 3)
    run(world)
    assert levels(world, counted) == ["s", "s"], "the ten include these two"
    assert levels(world, later) == ["s", "s", "g"]
    forget(world)
    world.accountant.counter = replace(world.accountant.counter, used=12.0, as_of=date(2026, 11, 19))
    world.time.now += 24 * HOUR
    after = asked(world, 1)
    run(world)
    assert levels(world, [*counted, *later, *after]) == ["s", "s", "s", "s", "s", "g"]


def test_a_new_month_begins_with_all_its_units(world, desk):
    november = asked(world, 4)
    run(world)
    world.time.now += 20 * 24 * HOUR
    december = asked(world, 4)
    run(world)
    assert levels(world, november + december) == ["s", "s", "s", "g"] * 2


def test_hours_that_an_agent_states_are_what_the_ticket_takes(world):
    world.sandbox.people.add_field("spent_hours", "text")
    use(world, unit="tickets", included=4, more=", amount_field: spent_hours, need: 1")
    tickets = asked(world, 3)
    run(world)
    assert levels(world, tickets) == ["s", "s", "s"]
    world.people.edit_field(tickets[0], "spent_hours", "2,5")
    run(world)
    assert levels(world, tickets) == ["s", "s", "g"]


def test_many_outdated_tickets_are_read_by_pages(world):
    use(world, included=40)
    tickets = asked(world, 45)
    run(world)
    assert levels(world, tickets).count("g") == 5
    world.people.delete(tickets[0])
    run(world)
    assert levels(world, tickets[1:]).count("g") == 4
    assert world.routes().count("ticket") <= 1


def test_what_people_change_while_a_pass_writes_is_due_at_once_for_the_others(world, desk):
    tickets = asked(world, 5)
    run(world)
    world.people.agent_reply(tickets[0])

    def give_back():
        world.people.edit_field(tickets[0], "sla_set_deferral", "beyond_scope")

    world.sandbox.faults.next("writes", Fault.RACE, edit=give_back)
    run(world)
    assert levels(world, tickets) == ["s", "s", "s", "g", "g"]
    assert set(run(world)) == set(tickets)
    assert levels(world, tickets) == ["s", "s", "s", "s", "g"]
    assert run(world) == []


def test_a_plan_counts_as_the_pass_would_and_remembers_nothing(world, desk):
    asked(world, 5)
    planned = world.plan().plan
    assert sorted(one.level_after for one in planned.changes) == ["general"] * 2 + ["standard"] * 3
    assert not world.path.exists()


BREACHES = """
policy: small
title: {ru: Малое, en: Small}
language: en
defaults: {calendar: always}
levels:
  general: {title: {ru: Общий, en: General}, targets: {first_response: 8h}}
  standard: {title: {ru: Обычный, en: Standard}, targets: {first_response: 8h}}
rules:
  - {id: let-down, level: standard, when: {breaches: {metric: first_response, within: year, above: 0}}}
  - {id: others, level: general}
"""


def test_a_breach_counts_for_the_customers_next_ticket_whether_remembered_or_counted_anew(world):
    desk = use(world)
    files = {"policies/small.yaml": BREACHES.encode(), "calendars/always.yaml": CALENDAR}
    desk.policy = compile_policy(files).policy
    desk.usage = Usage(desk.policy)
    (first,) = asked(world, 1)
    run(world)
    world.time.now += 10 * HOUR
    world.people.agent_reply(first)
    run(world)
    assert world.snapshot(first).bridge.cycles[0].state == "missed"
    second, other = asked(world, 1)[0], asked(world, 1, domain="other.example")[0]
    run(world)
    assert levels(world, [first, second, other]) == ["g", "s", "g"]
    forget(world)
    run(world)
    assert levels(world, [first, second, other]) == ["g", "s", "g"]
    world.people.delete(first)
    world.time.now += SWEEP_SECONDS
    run(world)
    assert levels(world, [second, other]) == ["g", "g"]
