"""What is published, and when that counts as something else."""

import json
from datetime import date

import pytest

from bridge.connectors.sandbox.publication_body import PublishRequest
from bridge.policies.language.compile import compile_policy
from bridge.policies.telling.publication import Publication, publication_of
from bridge.policies.telling.reach import OpenClocks, WindowReach
from bridge.tickets import parse_instant
from tests.unit.clocks.desk import at

NOW = at("2026-11-20 10:00")
REACH = WindowReach(date(2026, 11, 1), date(2028, 3, 1))
AGREEMENT = """\
policy: sample
title: {ru: Пример, en: Sample}
language: en
defaults: {calendar: law, at_risk: 75%}
portal: {show: [due, level]}
levels:
  gold:
    title: {ru: Золотая поддержка, en: Gold support, short: {ru: Золото, en: Gold}}
    targets:
      first_response: 1h
      resolution:
        - {when: {priority: High}, target: {amount: 4h, calendar: night, thresholds: [{id: soon, at: 1h before, at_risk: true}]}}
        - {target: 8h}
  plain:
    title: Plain
    calendar: {by: channel, of: {email: always}, otherwise: law}
    targets: {first_response: 24wd}
rules:
  - {id: high, level: gold, when: {priority: High}}
  - {id: any, level: plain}
"""
CALENDARS = {
    "law": """\
id: law
title: {ru: По закону, en: By law}
zone: Europe/Moscow
week: {mon-fri: 09:00-18:00}
holidays: {ru-production: true}
rules:
  - {off: 2026-12-14, title: {ru: День фирмы, en: Our day}}
  - {off: 2026-12-15}
  - {work: 2026-12-19, windows: 10:00-12:00}
""",
    "night": "{id: night, zone: America/New_York, week: {mon-sun: 22:00-06:00}}",
    "always": "{id: always, zone: UTC, week: {mon-sun: 00:00-24:00}}",
    "unused": "{id: unused, zone: UTC, week: {mon: 10:00-11:00}}",
}


def publication(*changes: tuple[str, str], **calendars: str) -> Publication:
    text = AGREEMENT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    found = {f"calendars/{name}.yaml": one.encode() for name, one in (CALENDARS | calendars).items()}
    return Publication(compile_policy({"policies/p.yaml": text.encode(), **found}).policy)


@pytest.fixture(scope="module")
def content() -> dict:
    return publication().content(REACH, at=NOW)


def test_it_has_the_shape_of_the_contract(content):
    assert list(content) == [
        "digest", "at", "policy", "calendars", "titles", "thresholds", "portal", "report", "phrases", "registry"
    ]  # fmt: skip
    assert content["at"] == "2026-11-20T07:00:00Z"
    assert content["policy"]["title"] == {"ru": "Пример", "en": "Sample"}
    assert content["policy"]["digest"].startswith("sha256:")
    assert (content["phrases"], content["registry"]) == ([], None)
    assert json.loads(json.dumps(content)) == content
    PublishRequest.model_validate(content)


def test_a_report_counts_by_the_default_calendar_which_is_there_also_where_no_clock_counts_on_it(content):
    assert content["report"] == {"calendar": "law", "zone": "Europe/Moscow"}
    alone = publication(
        ("calendar: law, ", "calendar: unused, "),
        (
            "title: {ru: Золотая поддержка, en: Gold support",
            "calendar: night\n    title: {ru: Золотая поддержка, en: Gold support",
        ),
    ).content(REACH, at=NOW)
    assert alone["report"] == {"calendar": "unused", "zone": "UTC"}
    assert list(alone["calendars"]) == ["always", "law", "night", "unused"]
    PublishRequest.model_validate(alone)


def test_a_report_by_another_calendar_moves_the_digest():
    other = publication(("calendar: law, ", "calendar: night, "), ("otherwise: law", "otherwise: night"))
    back = publication(("calendar: law, ", "calendar: night, "), ("otherwise: law", "otherwise: law"))
    assert len({other.digest, back.digest, publication().digest}) == 3


def test_every_calendar_that_a_clock_may_count_on_is_there_and_no_other(content):
    assert list(content["calendars"]) == ["always", "law", "night"]
    assert [one["zone"] for one in content["calendars"].values()] == ["UTC", "Europe/Moscow", "America/New_York"]
    assert content["calendars"]["law"]["title"] == {"ru": "По закону", "en": "By law"}
    assert content["calendars"]["night"]["title"] == {"ru": "night", "en": "night"}


def test_a_calendar_reaches_from_midnight_to_midnight_of_its_own_zone(content):
    reaches = {name: (one["from"], one["until"]) for name, one in content["calendars"].items()}
    assert reaches == {
        "always": ("2026-11-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        "law": ("2026-10-31T21:00:00Z", "2028-02-29T21:00:00Z"),
        "night": ("2026-11-01T04:00:00Z", "2028-03-01T05:00:00Z"),
    }


def test_windows_belong_to_their_days_and_are_cut_only_at_both_ends(content):
    night, always = content["calendars"]["night"]["windows"], content["calendars"]["always"]["windows"]
    # The clocks of New York are set back in the first of these nights.
    assert night[:2] == [
        ["2026-11-01T04:00:00Z", "2026-11-01T11:00:00Z"],
        ["2026-11-02T03:00:00Z", "2026-11-02T11:00:00Z"],
    ]
    assert night[-1] == ["2028-03-01T03:00:00Z", "2028-03-01T05:00:00Z"]
    assert len(always) == (REACH.end - REACH.first).days
    assert always[0] == ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"]


def test_special_days_are_named_in_both_languages_where_the_calendar_knows_a_name(content):
    days = content["calendars"]["law"]["days"]
    assert days["2026-11-03"]["kind"] == "short"
    assert days["2026-11-03"]["title"]["ru"] == "Предпраздничный день, ст. 95 ТК РФ"
    assert days["2026-11-04"] == {"kind": "holiday", "title": {"ru": "День народного единства", "en": "Unity Day"}}
    assert days["2026-12-14"] == {"kind": "day_off", "title": {"ru": "День фирмы", "en": "Our day"}}
    assert days["2026-12-15"] == {"kind": "day_off", "title": {"ru": "", "en": ""}}
    assert days["2026-12-19"] == {"kind": "working_weekend", "title": {"ru": "", "en": ""}}
    assert {"2026-11-20", "2026-11-21"}.isdisjoint(days)
    assert content["calendars"]["always"]["days"] == {}


def test_where_published_holidays_end_is_told_even_beyond_the_reach(content):
    assert content["calendars"]["law"]["provisional_from"] == "2027-12-31T21:00:00Z"
    assert content["calendars"]["always"]["provisional_from"] is None
    listed = publication(always="{id: always, zone: UTC, week: {mon-sun: 00:00-24:00}, valid_through: 2030-12-31}")
    assert listed.content(REACH, at=NOW)["calendars"]["always"]["provisional_from"] == "2031-01-01T00:00:00Z"


def test_titles_have_a_short_one_that_is_the_title_where_there_is_none(content):
    levels = content["titles"]["levels"]
    assert levels["gold"] == {
        "title": {"ru": "Золотая поддержка", "en": "Gold support"},
        "short": {"ru": "Золото", "en": "Gold"},
    }
    assert levels["plain"]["short"] == levels["plain"]["title"] == {"ru": "Plain", "en": "Plain"}
    assert content["titles"]["metrics"]["first_response"] == {"ru": "Первый ответ", "en": "First response"}


def test_thresholds_are_those_of_risk_once_each_and_the_portal_is_in_one_order(content):
    assert content["thresholds"] == [
        {"level": "gold", "metric": "first_response", "at": "75%"},
        {"level": "gold", "metric": "resolution", "at": "1h before"},
        {"level": "gold", "metric": "resolution", "at": "75%"},
        {"level": "plain", "metric": "first_response", "at": "75%"},
    ]
    assert content["portal"] == {"show": ["level", "due"]}


def test_without_a_word_about_the_portal_customers_see_nothing():
    assert publication(("portal: {show: [due, level]}\n", "")).content(REACH, at=NOW)["portal"] == {"show": []}


SEEN = [
    ("title: Plain", "title: Simple"),
    ("en: Sample", "en: Example"),
    ("short: {ru: Золото, en: Gold}", "short: {ru: Зол, en: Gold}"),
    ("[due, level]", "[due]"),
    ("at_risk: 75%", "at_risk: 80%"),
]


@pytest.mark.parametrize("change", SEEN)
def test_what_people_see_on_a_screen_moves_the_digest(change):
    assert publication(change).digest != publication().digest


@pytest.mark.parametrize(
    "change", [("24wd", "20wd"), ("id: any,", "id: all,"), ("policy: sample", "# note\npolicy: sample")]
)
def test_what_screens_do_not_show_moves_the_content_and_not_the_digest(change):
    other, plain = publication(change), publication()
    assert other.digest == plain.digest
    assert other.fingerprint(REACH) != plain.fingerprint(REACH)


def test_a_calendar_moves_the_digest_by_its_hours_and_by_its_title_and_not_by_its_reach():
    plain = publication()
    assert publication(night=CALENDARS["night"].replace("22:00", "21:00")).digest != plain.digest
    assert publication(law=CALENDARS["law"].replace("By law", "Legal")).digest != plain.digest
    assert publication(unused=CALENDARS["unused"].replace("11:00", "12:00")).digest == plain.digest
    longer = WindowReach(REACH.first, date(2028, 5, 1))
    assert plain.fingerprint(longer) != plain.fingerprint(REACH)
    assert plain.content(longer, at=NOW)["digest"] == plain.digest


def test_the_age_of_a_publication_is_no_part_of_what_it_says():
    one = publication()
    early, late = (one.content(REACH, at=at) for at in (NOW, NOW + 86_400))
    assert {**early, "at": None} == {**late, "at": None}
    assert parse_instant(late["at"]) - parse_instant(early["at"]) == 86_400


def test_a_policy_has_one_publication_however_often_it_is_asked_for():
    policy = compile_policy(
        {"policies/p.yaml": AGREEMENT.encode(), **{f"calendars/{k}.yaml": v.encode() for k, v in CALENDARS.items()}}
    ).policy
    assert publication_of(policy) is publication_of(policy)
    assert publication_of(policy).digest == publication().digest


def test_older_editions_lend_their_calendars_and_titles_and_the_latest_one_decides():
    files = {f"calendars/{name}.yaml": one.encode() for name, one in CALENDARS.items()}
    old = AGREEMENT.replace("Plain", "Former").replace(
        "  gold:", "  former:\n    title: Old\n    calendar: unused\n    targets: {first_response: 2h}\n  gold:"
    )
    old = old.replace("title: {ru: Пример, en: Sample}", "title: {ru: Пример, en: Sample}\nvalid_from: 2025-01-01")
    new = AGREEMENT.replace("[due, level]", "[state]").replace("language: en", "language: en\nvalid_from: 2026-06-01")
    files |= {"policies/a.yaml": old.encode(), "policies/b.yaml": new.encode()}
    found = Publication(compile_policy(files).policy).content(WindowReach.around(NOW, OpenClocks()), at=NOW)
    assert "unused" in found["calendars"]
    assert found["titles"]["levels"]["former"]["title"]["en"] == "Old"
    assert found["titles"]["levels"]["plain"]["title"]["en"] == "Plain"
    assert found["portal"] == {"show": ["state"]}
