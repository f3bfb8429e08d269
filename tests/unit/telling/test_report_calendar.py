"""By which calendar a report counts."""

from dataclasses import replace

import pytest

from bridge.policies.agreement.report_calendar import report_calendar
from bridge.policies.language.compile import compile_policy
from tests.unit.clocks.desk import policy, revision, simple

CALENDARS = {
    f"calendars/{name}.yaml": f"{{id: {name}, zone: {zone}, week: {{mon-fri: 09:00-18:00}}}}".encode()
    for name, zone in (("west", "Europe/Kaliningrad"), ("east", "Asia/Vladivostok"), ("south", "Europe/Samara"))
}
AGREEMENT = """\
policy: sample
title: Sample
{dates}
defaults: {{{defaults}}}
levels:
  gold: {{title: Gold, calendar: east, targets: {{resolution: 8h}}}}
  plain: {{title: Plain, calendar: south, targets: {{resolution: 8h}}}}
  {more}
rules: [{{id: any, level: plain}}, ]
"""
MORE = "{name}: {{title: T{name}, calendar: {calendar}, targets: {{resolution: 1d}}}}"


def counted(defaults: str = "", more: str = "", **editions: str) -> str:
    text = AGREEMENT.format(defaults=defaults, more=more, dates="valid_from: 2026-01-01")
    files = {"policies/a.yaml": text.encode()} | {
        f"policies/{name}.yaml": AGREEMENT.format(
            defaults=one, more="", dates=f"valid_from: {2026 + number}-01-01"
        ).encode()
        for number, (name, one) in enumerate(editions.items(), start=1)
    }
    return report_calendar(compile_policy(files | CALENDARS).policy).id


def test_it_is_the_default_one_also_where_no_level_uses_it():
    assert counted("calendar: west") == "west"


@pytest.mark.parametrize("table", ["{email: south}, otherwise: west", "{email: south, otherwise: west}"])
def test_of_a_default_table_it_is_the_usual_one(table):
    assert counted(f"calendar: {{by: channel, of: {table}}}") == "west"


def test_without_a_default_one_it_is_that_of_most_levels_and_of_equally_many_the_first():
    assert counted() == "east"
    assert counted(more=MORE.format(name="silver", calendar="south")) == "south"
    assert counted(more=MORE.format(name="silver", calendar="west")) == "east"


def test_the_latest_edition_decides_whatever_the_earlier_ones_said():
    assert counted("calendar: west", later="calendar: south") == "south"
    assert counted("calendar: west", later="") == "east"
    assert counted("", later="calendar: south", last="calendar: west") == "west"


def test_a_policy_that_no_file_wrote_has_one_too():
    plain = simple()
    level = next(iter(plain.revisions[-1].levels.values()))
    assert report_calendar(plain) is level.calendar
    assert report_calendar(policy(replace(revision([level]), calendar=None))) is level.calendar
