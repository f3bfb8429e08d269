"""What customers hold, as reports and the helpdesk's page show it: which rows, in which order, how many."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bridge.customers import Certificate, Contract, Counter, Customer, Licence, Tracked
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.policies.telling.standing import MOST, Roll, Standing, VersionState, standing_of
from bridge.tickets import parse_instant
from tests.unit.clocks.desk import at

NOW = at("2026-11-29 12:00")
ZONE = "Europe/Moscow"
AGREEMENT = """\
policy: sample
title: Sample
defaults: {calendar: week}
levels:
  plain: {title: Plain, targets: {resolution: 8h}}
  gold: {title: Gold, targets: {resolution: 4h}}
rules: [{id: all, level: plain}]
"""
WEEK = b"{id: week, zone: Europe/Moscow, week: {mon-fri: 09:00-18:00}}"
CATALOGUE = read_catalogue(
    """\
zone: Europe/Moscow
products:
  farm:
    title: Farm
    names: [Хозяйство]
    latest: 3.2.0
    families:
      - {id: three-two, from: "3.2", minimum: 3.2.0.5}
      - {id: three, from: "3.0", below: "3.2", supported_until: 2026-11-28, latest: 3.1.9}
      - {id: two, below: "3.0", supported_until: 2026-11-30, minimum: 2.0.7}
""".encode(),
    file="catalogue.yaml",
)


def policy(*more: str):
    text = "\n".join([AGREEMENT, *more])
    return compile_policy({"policies/p.yaml": text.encode(), "calendars/week.yaml": WEEK}).policy


PLAIN = policy()
COUNTING = policy("checks:", "  units: {kind: units, options: {unit: tickets, taken: creation}}")


def customer(number: int = 1, **members) -> Customer:
    return Customer(id=f"K-{number}", name=members.pop("name", f"Firm {number}"), **members)


def standing(*customers: Customer, by=PLAIN, catalogue=CATALOGUE, now: int = NOW, spent=None, **roll) -> Standing:
    listed = Roll(customers=iter(customers), zone=ZONE, as_of=roll.pop("as_of", NOW - 60), **roll)
    return standing_of(by, catalogue, now=now, roll=listed, spent=spent)


def ends(day: str | None, **members) -> Certificate:
    return Certificate(valid_until=day and date.fromisoformat(day), **members)


# --- certificates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "days"),
    [
        ("2026-11-29", 0),
        ("2026-11-30", 1),
        ("2027-02-27", 90),
        ("2027-02-28", None),
        ("2026-11-28", None),
        (None, None),
    ],
)
def test_a_certificate_that_ends_within_ninety_days_is_listed_and_one_that_has_ended_is_not(until, days):
    found = standing(customer(certificates=(ends(until),)))
    assert [one.days for one in found.certificates] == ([] if days is None else [days])
    assert found.more["certificates"] == len(found.certificates)


def test_its_days_are_days_of_the_registry():
    one = customer(certificates=(ends("2026-11-30"),))
    late = at("2026-11-30 00:30")
    assert standing(one, now=late).certificates[0].days == 0
    elsewhere = Roll(customers=[one], zone="America/New_York", as_of=None)
    assert standing_of(PLAIN, CATALOGUE, now=late, roll=elsewhere).certificates[0].days == 1


def test_the_soonest_stands_first_and_equal_ones_by_customer():
    found = standing(
        customer(3, certificates=(ends("2026-12-20"),)),
        customer(2, certificates=(ends("2027-01-10", kind="other"), ends("2026-12-01", number="S-2"))),
        customer(1, certificates=(ends("2026-12-20"),)),
    )
    assert [(one.customer, one.days) for one in found.certificates] == [
        ("K-2", 2),
        ("K-1", 21),
        ("K-3", 21),
        ("K-2", 42),
    ]
    assert found.certificates[0].certificate == "S-2"


RENEWED = [
    ({"valid_from": date(2026, 12, 21), "valid_until": date(2027, 12, 20)}, True),
    ({"valid_from": date(2026, 12, 22), "valid_until": date(2027, 12, 20)}, False),
    ({"valid_until": None}, True),
    ({"valid_until": date(2026, 12, 20)}, False),
    ({"valid_until": date(2028, 1, 1), "product": "other"}, False),
    ({"valid_until": date(2028, 1, 1), "kind": "premium"}, False),
    ({"valid_until": date(2028, 1, 1), "unreadable": True}, False),
]


@pytest.mark.parametrize(("other", "renewed"), RENEWED)
def test_one_that_another_takes_over_from_without_a_gap_is_not_ending(other, renewed):
    found = standing(customer(certificates=(ends("2026-12-20"), Certificate(number="next", **other))))
    assert ("2026-12-20" in [str(one.until) for one in found.certificates if one.certificate == ""]) == (not renewed)


def test_another_customers_certificate_renews_nobodys():
    found = standing(customer(1, certificates=(ends("2026-12-20"),)), customer(2, certificates=(ends("2029-12-20"),)))
    assert [one.customer for one in found.certificates] == ["K-1"]


# --- entitlements ----------------------------------------------------------------------------------------------------


def contract(*counters: Counter, **members) -> Contract:
    return Contract(number=members.pop("number", "D-1"), counters=counters, **members)


def counter(unit: str = "tickets", included: float = 10, **members) -> Counter:
    return Counter(id=members.pop("id", unit), unit=unit, included=included, **members)


def test_the_registrys_own_count_is_told_where_nobody_else_counts():
    (one,) = standing(customer(contracts=(contract(counter("hours", 10, used=9.5, period="month")),))).entitlements
    assert one._asdict() == {
        "customer": "K-1", "name": "Firm 1", "entitlement": "hours", "period": "2026-11", "used": 9.5, "left": 0.5, "of": 10,
        "unit": "hours", "paper": "D-1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("period", "name"),
    [("month", "2026-11"), ("квартал", "2026-Q4"), ("year", "2026"), ("2026-11", "2026-11"), ("2026-Q4", "2026-Q4"), ("2026", "2026")],
)  # fmt: skip
def test_a_period_is_called_as_a_registry_names_one(period, name):
    assert standing(customer(contracts=(contract(counter(period=period, used=1)),))).entitlements[0].period == name


def test_a_counter_for_the_whole_contract_is_called_by_its_days_and_without_any_by_nothing():
    dated = contract(counter(used=1), valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
    found = standing(customer(1, contracts=(dated,)), customer(2, contracts=(contract(counter(used=1)),)))
    assert [one.period for one in found.entitlements] == ["2026-01-01..2026-12-31", ""]


@pytest.mark.parametrize("other", ["2026-10", "2026-Q3", "2027"])
def test_a_counter_of_another_period_and_one_of_a_paper_that_is_not_in_force_are_left_out(other):
    over = contract(counter(used=1), valid_until=date(2026, 11, 28))
    found = standing(customer(contracts=(contract(counter(used=1, period=other)), over)))
    assert (found.entitlements, found.more["entitlements"]) == ((), 0)


def account(number: int = 1, *, paper: str = "contract", named: str = "D-1", period: str = "2026-11+1") -> str:
    return json.dumps([f"K-{number}", paper, named, "tickets", period])


def test_what_tickets_took_comes_on_top_of_what_the_registry_counted_up_to_its_day():
    fresh = counter(period="month", used=4, as_of=date(2026, 11, 10))
    one = customer(contracts=(contract(fresh),))
    (found,) = standing(one, by=COUNTING, spent={account(): 2500}).entitlements
    assert (found.used, found.left) == (6.5, 3.5)
    (found,) = standing(one, by=COUNTING, spent={}).entitlements
    assert (found.used, found.left) == (4, 6)


def test_a_count_of_another_month_and_another_customers_tickets_say_nothing():
    old = customer(contracts=(contract(counter(period="month", used=9, as_of=date(2026, 10, 31))),))
    (found,) = standing(old, by=COUNTING, spent={account(): 1000, account(2): 5000}).entitlements
    assert (found.used, found.left) == (1, 9)


def test_nobody_guesses_what_is_used_where_nobody_has_counted():
    one = customer(contracts=(contract(counter(period="month")),))
    assert standing(one).entitlements == ()
    assert standing(one, by=COUNTING, spent=None).entitlements == ()
    assert standing(one, by=COUNTING, spent={}).entitlements[0].used == 0


def test_a_number_without_its_day_stands_as_it_is_also_where_tickets_count():
    one = customer(contracts=(contract(counter(period="month", used=3)),))
    assert standing(one, by=COUNTING, spent={account(): 9000}).entitlements[0].used == 3


def test_tickets_count_only_on_the_papers_and_units_that_the_check_looks_at():
    certificate = Certificate(number="S-1", kind="basic", counters=(counter(period="month"),))
    one = customer(
        contracts=(contract(counter(period="month"), counter("visits", 2, period="month")),),
        certificates=(certificate,),
    )
    spent = {account(): 1000, account(paper="certificate", named="S-1"): 2000}

    def told(options: str) -> list[tuple[str, float]]:
        by = policy("checks:", f"  units: {{kind: units, options: {{unit: tickets, taken: creation, {options}}}}}")
        return [(one.paper, one.used) for one in standing(one, by=by, spent=spent).entitlements]

    assert told("papers: [contract]") == [("D-1", 1)]
    assert told("papers: [certificate]") == [("S-1", 2)]
    assert told("kinds: [premium]") == [("D-1", 1)]
    assert told("kinds: [BASIC]") == [("S-1", 2), ("D-1", 1)]
    assert told("counter: visits") == [("D-1", 0)]


def test_least_left_stands_first_and_what_is_overdrawn_before_it():
    found = standing(
        customer(1, contracts=(contract(counter(included=5, used=1)),)),
        customer(2, contracts=(contract(counter(included=5, used=7)),)),
        customer(3, contracts=(contract(counter(included=100, used=99)),)),
    )
    assert [(one.customer, one.left) for one in found.entitlements] == [("K-2", -2), ("K-3", 1), ("K-1", 4)]


# --- versions --------------------------------------------------------------------------------------------------------


def runs(*versions: str, product: str = "farm", number: int = 1) -> Customer:
    return customer(number, licences=tuple(Licence(product=product, version=one) for one in versions))


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("3.2.0.5", None),  # the latest line
        ("3.2.0.4", "outdated"),  # below the minimum of its line
        ("3.2", "unreadable"),  # too short to tell
        ("3.1.9", "outdated"),  # its line has no full support any more
        ("2.0.9", None),  # full support until tomorrow
        ("2.0.6", "outdated"),
        ("the newest one", "unreadable"),
        ("", None),
    ],
)
def test_a_version_is_outdated_by_the_catalogue_alone_and_never_for_being_unreadable(version, state):
    found = standing(runs(version)).versions
    assert [one.state.value for one in found] == ([] if state is None else [state])


def test_a_line_ends_at_midnight_of_the_catalogues_zone():
    before, after = at("2026-11-30 23:59"), at("2026-12-01 00:00")
    assert [len(standing(runs("2.0.9"), now=now).versions) for now in (before, after)] == [0, 1]


def test_who_runs_what_by_product_and_age_then_what_cannot_be_read():
    found = standing(runs("3.1.10", "?", number=2), runs("3.1.9", "3.1.9", number=1), runs("3.1.9", number=3))
    assert [(one.customer, one.version, one.state) for one in found.versions] == [
        ("K-1", "3.1.9", VersionState.OUTDATED),
        ("K-3", "3.1.9", VersionState.OUTDATED),
        ("K-2", "3.1.10", VersionState.OUTDATED),
        ("K-2", "?", VersionState.UNREADABLE),
    ]
    assert {one.latest for one in found.versions} == {"3.2.0"}


def test_a_product_goes_by_any_of_its_names_and_one_that_is_not_listed_is_nobodys_fault():
    assert standing(runs("2.0.6", product="«хозяйство»")).versions[0].product == "farm"
    assert standing(runs("2.0.6", product="unheard of")).versions == ()
    assert standing(runs("2.0.6"), catalogue=EMPTY_CATALOGUE).versions == ()


# --- exceptions ------------------------------------------------------------------------------------------------------


def excepted(*lines: str):
    return policy("exceptions:", *(f"  - {{{one}}}" for one in lines))


RULE = "level: gold, reason: Fair, approver: Head, until: {until}"


def test_exceptions_of_today_are_told_with_reason_approver_and_last_day():
    by = excepted(
        f"id: late, when: {{customer: {{id: K-2}}}}, {RULE.format(until='2026-12-31')}",
        f"id: today, when: {{priority: High}}, {RULE.format(until='2026-11-29')}",
        f"id: over, when: {{priority: High}}, {RULE.format(until='2026-11-28')}",
        f"id: coming, when: {{priority: High}}, valid_from: 2026-11-30, {RULE.format(until='2026-12-31')}",
    )
    today, late = standing(customer(2), by=by).exceptions
    assert today._asdict() == {
        "id": "today", "customer": "", "name": "", "level": "gold", "reason": "Fair", "approver": "Head", "until": date(2026, 11, 29)
    }  # fmt: skip
    assert (late.id, late.customer, late.name) == ("late", "K-2", "Firm 2")
    assert [one.id for one in standing(by=by, now=at("2026-11-30 00:00")).exceptions] == ["coming", "late"]


WHO = [
    ("{customer: {id: k-2}}", "K-2", "Firm 2"),
    ("{customer: {name: Firm 2}, priority: High}", "K-2", "Firm 2"),
    ("{customer: {id: [K-1, K-2]}}", "", "Firm 1, Firm 2"),
    ("{any: [{customer: {id: K-1}}, {customer: {id: K-1}, priority: High}]}", "K-1", "Firm 1"),
    ("{any: [{customer: {id: K-1}}, {priority: High}]}", "", ""),
    ("{not: {customer: {id: K-1}}}", "", ""),
    ("{customer: {id: {not: K-1}}}", "", ""),
    ("{customer: {id: K-9}}", "", "K-9"),
    ("{organization: {name: Firm 2}}", "", ""),
]


@pytest.mark.parametrize(("when", "who", "name"), WHO)
def test_an_exception_names_the_customer_whom_alone_it_can_be_for(when, who, name):
    by = excepted(f"id: one, when: {when}, {RULE.format(until='2026-12-31')}")
    (one,) = standing(customer(1), customer(2), by=by).exceptions
    assert (one.customer, one.name) == (who, name)


def test_two_customers_of_one_name_are_not_taken_for_one():
    by = excepted(f"id: one, when: {{customer: {{name: Twin}}}}, {RULE.format(until='2026-12-31')}")
    (one,) = standing(customer(1, name="Twin"), customer(2, name="Twin"), by=by).exceptions
    assert (one.customer, one.name) == ("", "Twin, Twin")


def test_an_exception_that_a_later_edition_takes_away_is_in_force_no_more():
    old = AGREEMENT.replace("title: Sample", "title: Sample\nvalid_from: 2026-01-01") + (
        f"exceptions:\n  - {{id: one, when: {{priority: High}}, {RULE.format(until='2026-12-31')}}}\n"
    )
    new = AGREEMENT.replace("title: Sample", "title: Sample\nvalid_from: 2026-11-29")
    files = {"policies/a.yaml": old.encode(), "policies/b.yaml": new.encode(), "calendars/week.yaml": WEEK}
    by = compile_policy(files).policy
    assert [len(standing(by=by, now=one).exceptions) for one in (at("2026-11-28 23:59"), NOW)] == [1, 0]


# --- the whole -------------------------------------------------------------------------------------------------------


def test_without_a_registry_exceptions_are_all_there_is_and_without_any_there_is_nothing():
    by = excepted(f"id: one, when: {{customer: {{id: K-1}}}}, {RULE.format(until='2026-12-31')}")
    found = standing_of(by, CATALOGUE, now=NOW).json()
    assert (found["as_of"], found["exceptions"][0]["name"], found["certificates"]) == (None, "K-1", [])
    assert standing_of(PLAIN, CATALOGUE, now=NOW).json() is None


def test_it_is_published_as_plain_json_with_every_member():
    one = customer(
        certificates=(ends("2026-12-20", number="S-1"),),
        contracts=(contract(counter(used=1)),),
        licences=runs("2.0.6").licences,
    )
    by = excepted(f"id: one, when: {{priority: High}}, {RULE.format(until='2026-12-31')}")
    found = standing(
        one, by=by, tracks=frozenset({Tracked.LICENCES, Tracked.CERTIFICATES}), not_listed=("tickets",)
    ).json()
    assert json.loads(json.dumps(found)) == {
        "as_of": "2026-11-29T08:59:00Z",
        "certificates": [{"customer": "K-1", "name": "Firm 1", "until": "2026-12-20", "days": 21, "certificate": "S-1"}],
        "entitlements": [
            {"customer": "K-1", "name": "Firm 1", "entitlement": "tickets", "period": "", "used": 1, "left": 9, "of": 10,
             "unit": "tickets", "paper": "D-1"}
        ],
        "versions": [
            {"customer": "K-1", "name": "Firm 1", "product": "farm", "version": "2.0.6", "state": "outdated", "latest": "3.2.0"}
        ],
        "exceptions": [
            {"id": "one", "customer": "", "name": "", "level": "gold", "reason": "Fair", "approver": "Head", "until": "2026-12-31"}
        ],
        "more": {"certificates": 1, "entitlements": 1, "versions": 1, "exceptions": 1},
        "tracks": ["certificates", "licences"],
        "not_listed": ["tickets"],
    }  # fmt: skip


def test_a_list_is_cut_and_says_how_long_it_would_be():
    days = [date(2026, 11, 29) + timedelta(days=(7 * number) % 90) for number in range(3 * MOST)]
    found = standing(
        *(customer(number, certificates=(Certificate(valid_until=day),)) for number, day in enumerate(days))
    )
    assert (len(found.certificates), found.more["certificates"]) == (MOST, 3 * MOST)
    assert [one.days for one in found.certificates] == sorted((day - date(2026, 11, 29)).days for day in days)[:MOST]
    assert len(found.cut(50).certificates) == len(found.cut(50).json()["certificates"]) == 50
    assert found.cut(0).more == found.more


def test_names_as_long_as_a_book_are_cut():
    found = standing(customer(name="x" * 5000, certificates=(ends("2026-12-20", number="y" * 5000),)))
    assert max(map(len, (found.certificates[0].name, found.certificates[0].certificate))) <= 2000


def test_it_turns_at_the_next_midnight_and_without_a_registry_with_its_exceptions_alone():
    assert standing(customer()).turns_at == at("2026-11-30 00:00")
    elsewhere = replace(CATALOGUE, zone="Asia/Vladivostok")
    assert standing(customer(), catalogue=elsewhere).turns_at == at("2026-11-29 17:00")
    assert standing_of(PLAIN, CATALOGUE, now=NOW).turns_at is None
    by = excepted(
        f"id: one, when: {{priority: High}}, {RULE.format(until='2026-12-31')}",
        f"id: two, when: {{priority: High}}, valid_from: 2026-12-15, {RULE.format(until='2027-12-31')}",
    )
    turns, now = [], NOW
    while (turn := standing_of(by, CATALOGUE, now=now).turns_at) is not None:
        turns.append(turn)
        now = turn
    assert turns == [at("2026-12-15 00:00"), at("2027-01-01 00:00"), at("2028-01-01 00:00")]
    assert parse_instant("2026-12-14T21:00:00Z") == turns[0]
