"""One mistake is told once, at its own place, however many things are made from what it stands in."""

from collections.abc import Mapping
from datetime import date

import pytest

from bridge.errors import ConfigurationInvalid, Problem
from bridge.policies.language import compile as language
from bridge.policies.language.compile import compile_policy
from tests.unit.language.configurations import CALENDAR

HEAD = "policy: p\ntitle: T\ndefaults: {calendar: week}\n"
RULE = "rules: [{id: all, level: gold}]\n"
TODAY = date(2026, 11, 22)


def told(files: Mapping[str, str]) -> list[Problem]:
    """Return what the checker says of a configuration, errors or warnings."""
    contents = {name: text.encode() for name, text in files.items()}
    contents.setdefault("calendars/week.yaml", CALENDAR)
    try:
        return list(compile_policy(contents, today=TODAY).warnings)
    except ConfigurationInvalid as error:
        return list(error.problems)


def places(policy: str, **files: str) -> list[str]:
    """Return the path of every problem of one policy."""
    return [problem.path for problem in told({"policies/p.yaml": policy, **files})]


HEIRS = ", b: {title: B, extends: gold}, c: {title: C, extends: b}, d: {title: D, extends: c}"


@pytest.mark.parametrize(
    ("targets", "path"),
    [
        ("{resolution: {by: prioritty, of: {High: 1h, Low: 2h, otherwise: 3h}}}", "resolution.by"),
        ("{resolution: {by: priority, of: {High: {by: prioritty, of: {x: 1h, y: 2h}}}}}", "resolution.of.High.by"),
        ("{resolution: {by: fields.colour, of: {red: 1h, blue: 2h, otherwise: 3h}}}", "resolution.by"),
        ("{resolution: {by: category, of: {commercial: 1h, vip: 2h}}}", "resolution.of.vip"),
        ("{resolution: {amount: 1h, calendar: nowhere}}", "resolution.calendar"),
        ("{resolutoin: 1h}", "resolutoin"),
        ("{resolution: 0h}", "resolution"),
        ("{resolution: [{when: {condition: nix}, target: 1h}]}", "resolution[0].when.condition"),
        ("{resolution: {amount: 1h, thresholds: [{id: a, at: 5%}, {id: a, at: 6%}]}}", "resolution.thresholds[1].id"),
    ],
)
def test_what_other_levels_take_over_is_told_where_it_stands(targets: str, path: str) -> None:
    text = f"{HEAD}levels: {{gold: {{title: G, targets: {targets}}}{HEIRS}}}\n{RULE}"
    assert places(text) == [f"levels.gold.targets.{path}"]


@pytest.mark.parametrize(
    ("gold", "path"),
    [
        ("{targets: {resolution: 1h}}", "levels.gold"),
        ("{title: G, calendar: nowhere, targets: {resolution: 1h}}", "levels.gold.calendar"),
        ("{title: G, extends: nowhere, targets: {resolution: 1h}}", "levels.gold.extends"),
        ("{title: G, extends: c, targets: {resolution: 1h}}", "levels.b.extends"),  # where the circle closes
    ],
)
def test_what_a_level_lacks_or_names_wrongly_is_told_at_it_and_not_at_its_heirs(gold: str, path: str) -> None:
    heirs = ", b: {extends: gold}, c: {extends: b}" if "title" not in gold else HEIRS
    assert places(f"{HEAD}levels: {{gold: {gold}{heirs}}}\n{RULE}") == [path]


def test_levels_without_any_calendar_are_one_mistake() -> None:
    text = f"policy: p\ntitle: T\nlevels: {{gold: {{title: G, targets: {{resolution: 1h}}}}{HEIRS}, e: {{title: E}}}}\n{RULE}"
    (problem,) = told({"policies/p.yaml": text})
    assert (problem.path, problem.message) == ("levels.gold", "the levels 'gold', 'e' have no calendar")


LEVELS = "levels: {gold: {title: G, targets: {first_response: 1h, resolution: 2h}}, b: {title: B, targets: {resolution: 3h}}}\n"
RULES = "rules: [{id: x, level: gold, when: {answered: true}}, {id: y, level: b}]\n"


@pytest.mark.parametrize(
    ("default", "path"),
    [
        ("calendar: nowhere", "defaults.calendar"),
        ("calendar: week, at_risk: 9h before", "defaults.at_risk"),
        ("calendar: week, at_risk: 50%, thresholds: [{id: t, at: 9h before}]", "defaults.thresholds[0]"),
        ("calendar: week, thresholds: [{id: t, at: 5%}, {id: t, at: 6%}]", "defaults.thresholds[1].id"),
        ("calendar: week, pauses: [{while: {condition: nix}}]", "defaults.pauses[0].while.condition"),
        ("calendar: week, response: {event: response, when: {fields: {nix: a}}}", "defaults.response.when.fields.nix"),
    ],
)
def test_a_wrong_default_is_told_once_and_not_for_every_target(default: str, path: str) -> None:
    assert places(f"policy: p\ntitle: T\ndefaults: {{{default}}}\n{LEVELS}{RULES}") == [path]


def test_a_pause_of_all_clocks_that_fits_none_is_told_where_it_stands() -> None:
    clock = "{title: X, applies: {priority: Low}, start: created, stop: closed}"
    levels = "levels: {gold: {title: G, targets: {one: 1h, two: 1h}}}\n"
    head = HEAD.replace("week", "week, pauses: [{while: {priority: High}}]")
    (problem,) = told({"policies/p.yaml": f"{head}{levels}{RULE}clocks: {{one: {clock}, two: {clock}}}\n"})
    assert (problem.path, problem.message) == (
        "defaults.pauses[0]",
        "the pause can never hold while 'one' or 'two' applies",
    )


BROKEN_CALENDARS = {
    "id: bad\nzone: Mars\nweek: {mon: '09:00-18:00'}\n": "zone",
    "zone: UTC\nweek: {mon: '09:00-18:00'}\n": "",
    "id: bad\nzone: [\n": "",
    "id: bad\nzone: UTC\nweek: {mon: '09:00-18:00'}\nholidays: [{ics: none.ics}]\n": "holidays[0]",
}


@pytest.mark.parametrize(("calendar", "path"), BROKEN_CALENDARS.items())
def test_a_calendar_that_does_not_compile_is_no_mistake_of_those_who_name_it(calendar: str, path: str) -> None:
    levels = "levels: {gold: {title: G, calendar: bad, targets: {resolution: {amount: 1h, calendar: bad}}}}\n"
    rules = "rules: [{id: all, level: gold, when: {created: {inside: bad}}}]\n"
    text = "policy: p\ntitle: T\ndefaults: {calendar: bad}\n" + levels + rules
    (problem,) = told({"policies/p.yaml": text, "calendars/bad.yaml": calendar})
    assert (problem.file, problem.path) == ("calendars/bad.yaml", path)


def test_hours_of_several_days_that_were_written_once_are_told_once() -> None:
    calendar = "id: week\nzone: UTC\nweek: {mon-fri: '18:00-09:00'}\n"
    text = f"{HEAD}levels: {{gold: {{title: G, targets: {{resolution: 1h}}}}}}\n{RULE}"
    (problem,) = told({"policies/p.yaml": text, "calendars/week.yaml": calendar})
    assert problem.message.startswith("18:00-09:00 of mon, tue, wed, thu, fri runs over midnight")


def revisions(base: str, own: str = "") -> dict[str, str]:
    """Return a file and three revisions that extend it, each with a rule and a level of its own."""
    rule = "rules: [{{id: r{n}, level: gold, when: {{answered: true}}}}]\nlevels: {{l{n}: {{title: L, targets: {{resolution: 1h}}}}}}\n"
    extending = "extends: _base.yaml\n" + own + rule
    return {
        "policies/_base.yaml": base,
        **{f"policies/{n}.yaml": extending.format(n=n) + f"valid_from: 2026-0{n}-01\n" for n in (1, 2, 3)},
    }


BASE = """\
policy: p
title: T
defaults: {{calendar: week}}
levels: {{gold: {{title: G, {level}}}}}
rules: [{{id: base, level: gold, when: {when}}}, {{id: all, level: gold}}]
"""


@pytest.mark.parametrize(
    ("level", "when", "code"),
    [
        ("colour: red", "{answered: true}", "unknown_key"),
        ("targets: {resolution: 2 hours}", "{answered: true}", "bad_value"),
        ("extends: nix", "{answered: true}", "unknown_level"),
        ("calendar: wek", "{answered: true}", "unknown_calendar"),
        ("targets: {resoluton: 1h}", "{answered: true}", "unknown_metric"),
        ("targets: {resolution: 1h}", "{condition: nix}", "unknown_condition"),
        ("targets: {resolution: 1h}", "{stats: Open}", "unknown_key"),
    ],
)
def test_a_mistake_in_a_file_that_three_others_extend_is_told_once(level: str, when: str, code: str) -> None:
    found = [one for one in told(revisions(BASE.format(level=level, when=when))) if one.severity == "error"]
    assert [(one.file, one.code) for one in found] == [("policies/_base.yaml", code)]


def test_what_to_look_at_in_a_file_that_three_others_extend_is_told_once() -> None:
    never = "{all: [{answered: true}, {answered: false}]}"
    base = BASE.format(level="targets: {resolution: 1h}", when=never) + "conditions: {unused: {answered: true}}\n"
    codes = [one.code for one in told(revisions(base)) if one.file == "policies/_base.yaml"]
    assert sorted(codes) == ["impossible_rule", "unused_condition"]


@pytest.mark.parametrize(
    ("base", "code"),
    [("policy: [\n", "syntax"), ("- policy: p\n", "wrong_type"), ("extends: _nowhere.yaml\n", "unknown_file")],
)
def test_a_file_that_cannot_be_used_is_told_and_not_those_that_extend_it(base: str, code: str) -> None:
    assert [(one.file, one.code) for one in told(revisions(base))] == [("policies/_base.yaml", code)]


def test_a_circle_of_files_is_told_once_also_where_others_lead_into_it() -> None:
    circle = {"policies/a.yaml": "extends: b.yaml\n", "policies/b.yaml": "extends: a.yaml\n"}
    found = told({**circle, "policies/c.yaml": "extends: a.yaml\n", "policies/d.yaml": "extends: c.yaml\n"})
    assert [(one.file, one.code) for one in found] == [("policies/b.yaml", "endless_extends")]


def test_a_circle_of_levels_is_told_once_also_where_others_lead_into_it() -> None:
    levels = "levels: {a: {title: A, extends: b}, b: {title: B, extends: gold}, gold: {title: G, extends: a}, d: {title: D, extends: b}}\n"
    (problem,) = told({"policies/p.yaml": HEAD + levels + RULE})
    assert problem.message == "the level 'a' extends itself: a → b → gold → a"


def test_an_anchor_is_one_text_however_often_it_is_used() -> None:
    levels = "levels: {gold: {title: G, targets: &t {resolution: 2 hours}}, b: {title: B, targets: *t}, c: {title: C, targets: *t}}\n"
    assert places(HEAD + levels + RULE) == ["levels.gold.targets.resolution"]


def test_nothing_is_told_twice_before_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    # One revision: whoever compiles a part of it twice says so once, without anybody who takes doubles out afterwards.
    shown: list[Problem] = []
    monkeypatch.setattr(
        language, "ConfigurationInvalid", lambda problems: (shown.extend(problems), ConfigurationInvalid(problems))[1]
    )
    targets = "{resolution: {by: prioritty, of: {x: 1h}}, respons: 1h, first_response: {amount: 0h, calendar: nowhere}}"
    told({"policies/p.yaml": f"{HEAD}levels: {{gold: {{title: G, calendar: wek, targets: {targets}}}{HEIRS}}}\n{RULE}"})
    assert len(shown) == len({(one.line, one.column, one.code) for one in shown}) > 1
