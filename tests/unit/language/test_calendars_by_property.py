"""A calendar by a property: one level for all countries, and what happens where a country has no calendar."""

from datetime import date
from textwrap import dedent, indent

import pytest

from bridge.customers import Category, Customer, Presence, RegistryAnswer
from bridge.errors import ConfigurationInvalid, Problem
from bridge.policies.decide import decide
from bridge.policies.language.compile import CompileResult, compile_policy
from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof.recount import Auditor
from bridge.policies.proof.verify import verify
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import read_all_cases
from bridge.policies.trials.run import run_cases
from tests.unit.clocks.desk import DEVELOPMENT, PENDING, at, department, message, response, set_field, status, ticket

CALENDARS = {
    "msk": "{id: msk, zone: Europe/Moscow, week: {mon-fri: 09:00-18:00}}",
    "alm": "{id: alm, zone: Asia/Almaty, week: {mon-fri: 10:00-18:00}}",
    "ber": "{id: ber, zone: Europe/Berlin, week: {mon-fri: 08:00-15:00}}",
}
BY_COUNTRY = "{by: attributes.country, of: {RU: msk, 'KZ, UZ': alm, DE: ber}, otherwise: msk}"
OPEN = "{by: attributes.country, of: {RU: msk, 'KZ, UZ': alm}}"


def written(
    defaults: str = "", level: str = "", targets: str = "{first_response: 8h}", more: str = ""
) -> dict[str, bytes]:
    """Return the files of a policy with one level that takes every ticket."""
    text = f"""\
policy: sample
title: {{ru: Пример, en: Sample}}
language: en
fields: [region]
{defaults}
levels:
  gold:
    title: {{ru: Золото, en: Gold}}
    {level}
    targets: {targets}
rules: [{{id: all, level: gold}}]
{more}
"""
    files = {f"calendars/{name}.yaml": content.encode() for name, content in CALENDARS.items()}
    return {**files, "policies/p.yaml": text.encode()}


def compiled(*args: str, **more: str) -> CompileResult:
    return compile_policy(written(*args, **more))


def warned(result: CompileResult) -> list[Problem]:
    """Return the warnings, without those of names that the sample has for other tests."""
    return [one for one in result.warnings if not one.code.startswith("unused_")]


def from_country(country: str | None) -> RegistryAnswer:
    """Return a customer of that country; None for a registry that is silent."""
    if country is None:
        return RegistryAnswer(presence=Presence.UNKNOWN)
    customer = Customer(id="C1", category=Category.COMMERCIAL, attributes={"country": country})
    return RegistryAnswer(presence=Presence.FOUND, customer=customer, zone="Europe/Moscow")


MONDAY_NOON = ticket("2026-11-23 12:00")


def clock(result: CompileResult, country: str | None = "RU", one=MONDAY_NOON, now: str = "2026-11-23 13:00"):
    found = decide(one, result.policy, now=at(now), registry=from_country(country)).clocks
    return found[-1] if found else None


@pytest.mark.parametrize(
    "where",
    [
        {"defaults": f"defaults: {{calendar: {BY_COUNTRY}}}"},
        {"level": f"calendar: {BY_COUNTRY}"},
        {
            "defaults": "defaults: {calendar: ber}",
            "targets": f"{{first_response: {{amount: 8h, calendar: {BY_COUNTRY}}}}}",
        },
    ],
    ids=["defaults", "level", "target"],
)
@pytest.mark.parametrize(
    ("country", "calendar", "due"),
    [
        ("RU", "msk", "2026-11-24 11:00"),
        ("kz", "alm", "2026-11-24 12:00"),  # 14:00 there: four hours of the day are left, four more on the next
        ("UZ", "alm", "2026-11-24 12:00"),
        ("DE", "ber", "2026-11-24 13:00"),
        ("FR", "msk", "2026-11-24 11:00"),
        ("", "msk", "2026-11-24 11:00"),
        (None, "msk", "2026-11-24 11:00"),
    ],
)
def test_the_customers_country_gives_the_calendar(where: dict[str, str], country: str, calendar: str, due: str) -> None:
    found = clock(compiled(**where), country)
    assert (found.calendar, found.due_at) == (calendar, at(due))


def test_three_countries_and_five_tiers_are_five_levels_and_three_calendars() -> None:
    tiers = ["bronze", "silver", "gold", "platinum", "titanium"]
    levels = "".join(
        f"  {tier}: {{title: {tier.title()}, targets: {{first_response: {hours}h}}}}\n"
        for tier, hours in zip(tiers, (16, 8, 6, 4, 2), strict=True)
    )
    rules = "".join(f"  - {{id: {tier}, level: {tier}, when: {{customer: {{tier: {tier}}}}}}}\n" for tier in tiers)
    text = (
        "policy: sample\ntitle: Sample\n"
        f"defaults: {{calendar: {BY_COUNTRY}}}\nlevels:\n{levels}rules:\n  - {{id: silent, level: bronze, when: {{customer: {{presence: [unknown, ambiguous]}}}}}}\n{rules}  - {{id: rest, level: bronze}}\n"
    )
    result = compile_policy({**written(), "policies/p.yaml": text.encode()})
    (revision,) = result.policy.revisions
    assert (len(revision.levels), len(result.policy.calendars), result.warnings) == (5, 3, ())
    seen = set()
    for tier in tiers:
        for country in ("RU", "UZ", "DE"):
            customer = Customer(id="C1", category=Category.COMMERCIAL, tier=tier, attributes={"country": country})
            known = RegistryAnswer(presence=Presence.FOUND, customer=customer, zone="Europe/Moscow")
            made = decide(MONDAY_NOON, result.policy, now=at("2026-11-23 13:00"), registry=known)
            assert made.level == tier
            seen.add((made.level, made.clocks[0].calendar))
    assert len(seen) == 15


@pytest.mark.parametrize(
    ("by", "value", "facts"),
    [
        (
            "fields.region",
            "North",
            {"one": ticket("2026-11-23 12:00", set_field("2026-11-23 12:00", "region", "North"))},
        ),
        ("department", "Development", {"one": ticket("2026-11-23 12:00", first_department=DEVELOPMENT)}),
        ("language", "kk", {"one": ticket("2026-11-23 12:00", language="kk")}),
        ("presence", "found", {}),
        ("category", "commercial", {}),
    ],
)
def test_facts_of_the_ticket_and_of_the_customer_serve_alike(by: str, value: str, facts: dict[str, object]) -> None:
    result = compiled(level=f"calendar: {{by: {by}, of: {{{value}: alm}}, otherwise: ber}}")
    assert clock(result, "RU", **facts).calendar == "alm"
    if "one" in facts:
        assert clock(result, "RU").calendar == "ber"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Gold: the agreement has no calendar for “country: FR”"),
        ("ru", "Золото: в соглашении нет календаря для «country: FR»"),
    ],
)
def test_a_value_without_a_calendar_has_no_deadline_and_the_hole_is_named_once(language: str, sentence: str) -> None:
    files = written(
        level=f"calendar: {OPEN}",
        targets="{first_response: 8h, resolution: {by: priority, of: {Normal: 4h, otherwise: 8h}}}",
    )
    files["policies/p.yaml"] = files["policies/p.yaml"].replace(b"language: en", f"language: {language}".encode())
    made = decide(MONDAY_NOON, compile_policy(files).policy, now=at("2026-11-23 13:00"), registry=from_country("FR"))
    assert (made.state.value, made.clocks, made.due_at) == ("none", (), None)
    assert made.warnings == (sentence,)
    assert made.reason.startswith(sentence)


def test_a_customer_without_the_property_is_told_so() -> None:
    made = decide(
        MONDAY_NOON, compiled(level=f"calendar: {OPEN}").policy, now=at("2026-11-23 13:00"), registry=from_country(None)
    )
    assert made.warnings == ("Gold: the agreement has no calendar for “country: not stated”",)


def test_who_has_no_calendar_does_not_fall_to_the_row_below() -> None:
    rows = f"{{first_response: [{{when: {{priority: Normal}}, target: {{amount: 4h, calendar: {OPEN}}}}}, {{target: {{amount: 8h, calendar: ber}}}}]}}"
    result = compiled("defaults: {calendar: msk}", targets=rows)
    assert clock(result, "KZ").calendar == "alm"
    assert clock(result, "FR") is None


def test_a_missing_calendar_is_warned_of_where_the_table_stands() -> None:
    (warning,) = warned(compiled(level=f"calendar: {OPEN}"))
    assert (warning.code, warning.path) == ("calendar_hole", "levels.gold.calendar.of")
    assert "customer.attributes.country is none of RU, KZ, UZ" in warning.message
    assert warned(compiled(level=f"calendar: {BY_COUNTRY}")) == []


def test_all_other_values_may_stand_inside_the_table_as_those_of_targets_do() -> None:
    result = compiled(level="calendar: {by: category, of: {otherwise: alm, partner: msk}}")
    assert (clock(result).calendar, warned(result)) == ("alm", [])


MOVED = ticket("2026-11-23 12:00", department("2026-11-23 15:00", DEVELOPMENT), department=DEVELOPMENT)
BY_DEPARTMENT = "calendar: {by: department, of: {Development: alm}, otherwise: msk}"


@pytest.mark.parametrize(
    ("on_entry", "expected"),
    [
        ("keep_elapsed", [("alm", "2026-11-23 12:00", "running")]),
        ("keep_target", [("msk", "2026-11-23 12:00", "running")]),
        ("new_cycle", [("msk", "2026-11-23 12:00", "cancelled"), ("alm", "2026-11-23 15:00", "running")]),
    ],
)
def test_a_change_of_the_property_follows_on_entry_as_a_change_of_the_level(on_entry: str, expected: list) -> None:
    result = compiled(level=f"{BY_DEPARTMENT}\n    on_entry: {on_entry}")
    made = decide(MOVED, result.policy, now=at("2026-11-23 15:30"), receipts=True)
    shown = [(one.calendar, one.started_at, one.state.value) for one in made.clocks]
    assert shown == [(calendar, at(start), state) for calendar, start, state in expected]
    running = made.clocks[-1]
    counter = result.policy.calendars[running.calendar]
    left = counter.worked(running.due_at) - counter.worked(running.started_at)
    assert left == 8 * 3600


def test_an_answered_ticket_begins_anew_on_the_other_calendar_only_where_the_level_demands_it() -> None:
    one = ticket("2026-11-23 12:00", response("2026-11-23 13:00"), department("2026-11-23 15:00", DEVELOPMENT))
    for on_entry, cycles in (("new_cycle", 2), ("new_cycle_if_answered", 2), ("keep_elapsed", 1)):
        made = decide(
            one, compiled(level=f"{BY_DEPARTMENT}\n    on_entry: {on_entry}").policy, now=at("2026-11-23 16:00")
        )
        assert len(made.clocks) == cycles, on_entry


def test_pauses_from_before_the_change_still_count() -> None:
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-23 11:00", PENDING),
        message("2026-11-23 13:00"),
        department("2026-11-23 15:00", DEVELOPMENT),
    )
    waiting = "defaults: {pauses: [{while: {status: Waiting for the customer}}]}"
    found = clock(compiled(waiting, BY_DEPARTMENT), one=one, now="2026-11-23 15:30")
    # 12:00 to 18:00 in Almaty without 13:00 to 15:00 are four hours.
    assert (found.calendar, found.due_at) == ("alm", at("2026-11-24 12:00"))


def test_a_promise_alone_is_measured_on_the_customers_calendar() -> None:
    more = "clocks: {resolution: {promise: sla_set_promise}}"
    one = ticket("2026-11-23 12:00", set_field("2026-11-23 12:00", "sla_set_promise", "2026-11-25T09:00:00Z"))
    targets = "{first_response: 8h, resolution: {by: priority, of: {High: 4h, otherwise: none}}}"
    found = clock(compiled(level=f"calendar: {BY_COUNTRY}", targets=targets, more=more), "KZ", one, "2026-11-23 17:00")
    # At 17:00 in Moscow it is 19:00 in Almaty, where four hours were worked since 14:00.
    assert (found.metric, found.calendar, found.elapsed_seconds) == ("resolution", "alm", 4 * 3600)


@pytest.mark.parametrize("country", ["RU", "KZ", "DE", "FR"])
@pytest.mark.parametrize("amount", ["8h", "3wd", "2wd same-time", "36h calendar"])
def test_receipts_prove_themselves_and_are_counted_alike_a_second_time(country: str, amount: str) -> None:
    result = compiled(level=f"calendar: {BY_COUNTRY}", targets=f"{{first_response: {amount}}}")
    made = decide(MONDAY_NOON, result.policy, now=at("2026-11-23 13:00"), registry=from_country(country), receipts=True)
    (told,) = decision_json(made, ledgers=True)["clocks"]
    assert verify(told).problems == ()
    auditor = Auditor(result.policy)
    assert (list(auditor.audit(made)), auditor.clocks) == ([], 1)


def test_the_next_change_is_that_of_the_customers_own_calendar() -> None:
    result = compiled(f"defaults: {{calendar: {BY_COUNTRY}, at_risk: 50%}}")
    evening = ticket("2026-11-23 16:30")
    turns = {
        country: decide(
            evening, result.policy, now=at("2026-11-23 17:30"), registry=from_country(country)
        ).next_change_at
        for country in ("RU", "KZ", "DE")
    }
    assert turns == {"RU": at("2026-11-24 11:30"), "KZ": at("2026-11-24 12:00"), "DE": at("2026-11-24 13:30")}


def problems_of(files: dict[str, bytes]) -> list[tuple[str, str]]:
    with pytest.raises(ConfigurationInvalid) as caught:
        compile_policy(files)
    return [(one.code, one.path) for one in caught.value.problems]


def test_a_mistake_in_the_table_of_all_levels_is_told_once() -> None:
    table = "{by: attributes.country, of: {RU: mks}, otherwise: moon}"
    more = dedent(
        """
        silver: {title: Silver, targets: {first_response: 8h, resolution: 16h}}
        bronze: {title: Bronze, extends: silver}
        """
    )
    files = written(f"defaults: {{calendar: {table}}}")
    text = files["policies/p.yaml"].decode().replace("rules:", indent(more, "  ").strip("\n") + "\nrules:")
    files["policies/p.yaml"] = text.encode()
    assert problems_of(files) == [
        ("unknown_calendar", "defaults.calendar.of.RU"),
        ("unknown_calendar", "defaults.calendar.otherwise"),
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("{by: contry, of: {RU: msk}}", [("unknown_property", "levels.gold.calendar.by")]),
        ("{by: tier, of: {a: msk, 'b, A': alm}}", [("defined_twice", "levels.gold.calendar.of.b, A")]),
        (
            "{by: tier, of: {a: msk, otherwise: alm}, otherwise: ber}",
            [("defined_twice", "levels.gold.calendar.otherwise")],
        ),
        ("{by: category, of: {vip: msk}, otherwise: msk}", [("not_allowed", "levels.gold.calendar.of.vip")]),
        ("{by: fields.regoin, of: {N: msk}, otherwise: msk}", [("unknown_field", "levels.gold.calendar.by")]),
        ("{by: tier, of: {}}", [("bad_value", "levels.gold.calendar.of")]),
        ("{by: tier}", [("missing_key", "levels.gold.calendar")]),
        ("{of: {a: msk}}", [("missing_key", "levels.gold.calendar")]),
        ("{by: tier, of: {a: {by: priority, of: {b: msk}}}}", [("wrong_type", "levels.gold.calendar.of.a")]),
        ("[msk, alm]", [("bad_value", "levels.gold.calendar")]),
    ],
)
def test_a_wrong_table_is_refused_at_its_place(table: str, expected: list[tuple[str, str]]) -> None:
    assert problems_of(written(level=f"calendar: {table}")) == expected


def test_every_calendar_of_a_table_counts_as_used_when_its_holidays_run_out() -> None:
    files = written(level=f"calendar: {BY_COUNTRY}")
    files["calendars/alm.yaml"] = (
        b"{id: alm, zone: Asia/Almaty, week: {mon-fri: 09:00-18:00}, valid_through: 2026-12-31}"
    )
    result = compile_policy(files, today=date(2026, 11, 28))
    assert [(one.code, one.file) for one in warned(result)] == [("data_ends", "calendars/alm.yaml")]
    assert "unused_calendar" not in {one.code for one in result.warnings}


def test_days_of_conditions_are_read_in_the_zone_of_all_other_values() -> None:
    rule = "rules:\n  - {id: new, level: gold, when: {created: {from: 2026-11-24}}}\n  - {id: all, level: gold}"
    table = "{by: attributes.country, of: {RU: msk}, otherwise: alm}"
    files = written(f"defaults: {{calendar: {table}}}")
    files["policies/p.yaml"] = (
        files["policies/p.yaml"].decode().replace("rules: [{id: all, level: gold}]", rule).encode()
    )
    night = ticket("2026-11-23 23:00")  # 01:00 of the 24th in Almaty
    assert decide(night, compile_policy(files).policy, now=at("2026-11-23 23:30")).rule == "new"


CASES = """\
zone: Europe/Moscow
customers:
  moscow: {attributes: {country: RU}}
  almaty: {attributes: {country: KZ}}
  paris: {attributes: {country: FR}}
ticket: {created: 2026-11-23 12:00}
cases:
  - {name: at home, ticket: {customer: moscow}, now: 2026-11-23 13:00, expect: {due: 2026-11-24 11:00}}
  - {name: in Almaty, ticket: {customer: almaty}, now: 2026-11-23 13:00, expect: {due: 2026-11-24 12:00}}
  - {name: nowhere, ticket: {customer: paris}, now: 2026-11-23 13:00, expect: {state: none, due: none}}
"""


def test_policy_tests_speak_of_customers_by_their_country() -> None:
    files = {**written(level=f"calendar: {OPEN}"), "policies/p_test.yaml": CASES.encode()}
    policy = compile_policy(files).policy
    report = run_cases(policy, read_all_cases(files, policy))
    assert not report.failed, as_text(report)
