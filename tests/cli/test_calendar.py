"""`sla-bridge calendar`: the documented JSON shapes, an error per line, the nearest name."""

import json

import pytest

ID = ("--calendar", "support-msk")
FRIDAY, MONDAY = "2026-11-20T07:00:00Z", "2026-11-23T07:00:00Z"


def test_add_prints_the_instant_at_which_the_working_time_is_used_up(cli) -> None:
    # Friday 10:00 Moscow: four hours until 14:00, the rest from Monday 05:00.
    assert cli("calendar", "add", FRIDAY, "8h", *ID).out == "2026-11-23T06:00:00Z\n"
    found = cli("calendar", "add", FRIDAY, "8h", *ID, "--json").json
    assert found == {"at": "2026-11-23T06:00:00Z", "provisional": False}


def test_between_prints_working_seconds_negative_backwards(cli) -> None:
    assert cli("calendar", "between", FRIDAY, MONDAY, *ID, "--json").json == {
        "seconds": 9 * 3600,
        "provisional": False,
    }
    assert cli("calendar", "between", MONDAY, FRIDAY, *ID).out == f"{-9 * 3600}\n"


@pytest.mark.parametrize("arguments", [("add", FRIDAY, "8 hours perhaps"), ("between", FRIDAY, "2026-11-23")])
def test_what_cannot_be_read_is_a_usage_error(cli, arguments: tuple[str, ...]) -> None:
    assert cli("calendar", *arguments, *ID).code == 2


def test_show_lists_days_off_by_name_and_source_with_the_totals(cli) -> None:
    shown = cli("calendar", "show", "2026", *ID, "--json").json
    assert set(shown) == {"calendar", "year", "seasons", "days", "totals"}
    first = shown["days"][0]
    assert set(first) == {"date", "kind", "windows", "reason", "source", "short", "provisional"}
    assert (first["date"], first["kind"], first["windows"]) == ("2026-01-01", "holiday", [])
    assert shown["totals"]["working_days"] == shown["totals"]["published"]["working_days"] == 247
    assert "2026-01-01" in cli("calendar", "show", "2026", *ID).out


def test_check_compares_every_year_with_the_published_totals(cli) -> None:
    found = cli("calendar", "check", *ID, "--json")
    assert found.code == 0
    assert found.json["different"] == []
    assert found.json["years"][0]["year"] == 2013
    assert found.json["valid_through"] == f"{found.json['years'][-1]['year']}-12-31"


def test_check_of_some_years_only(cli) -> None:
    years = cli("calendar", "check", *ID, "--from", "2024", "--to", "2025", "--json").json["years"]
    assert [one["year"] for one in years] == [2024, 2025]


def test_batch_answers_every_line_and_a_bad_one_with_its_reason(cli) -> None:
    questions = [
        json.dumps({"op": "add", "start": FRIDAY, "amount": "8h"}),
        json.dumps({"op": "multiply", "start": FRIDAY}),
        "nothing",
        json.dumps({"op": "add", "start": "yesterday", "amount": "8h"}),
        json.dumps({"op": "add", "start": FRIDAY}),
        "[1]",
        json.dumps({"op": "between", "start": FRIDAY, "end": MONDAY}),
    ]
    result = cli("calendar", "batch", *ID, stdin="\n".join(questions) + "\n")
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 4
    assert answers[0] == {"at": "2026-11-23T06:00:00Z", "provisional": False}
    assert [set(one) for one in answers[1:6]] == [{"error"}] * 5
    assert "multiply" in answers[1]["error"]
    assert "yesterday" in answers[3]["error"]
    assert "amount" in answers[4]["error"]
    assert answers[6] == {"seconds": 32400, "provisional": False}


def test_batch_without_a_bad_line_exits_with_0(cli) -> None:
    line = json.dumps({"op": "add", "start": FRIDAY, "amount": "8h"})
    assert cli("calendar", "batch", *ID, stdin=f"{line}\n\n{line}\n").code == 0


@pytest.mark.parametrize("arguments", [("show", "2026"), ("add", FRIDAY, "8h"), ("check",), ("batch",)])
def test_an_unknown_calendar_exits_with_3_and_the_nearest_name(cli, arguments: tuple[str, ...]) -> None:
    result = cli("calendar", *arguments, "--calendar", "suport-msk")
    assert (result.code, result.out) == (3, "")
    assert "did you mean 'support-msk'?" in result.err


BEYOND = "2028-01-11T07:00:00Z"


def test_an_answer_beyond_the_published_holidays_says_that_it_is_provisional(cli) -> None:
    assert cli("calendar", "add", BEYOND, "2h", *ID).out == "2028-01-11T09:00:00Z; provisional\n"
    assert cli("calendar", "between", MONDAY, BEYOND, *ID).out.endswith("; provisional\n")
    assert cli("calendar", "between", BEYOND, MONDAY, *ID, "--json").json["provisional"] is True
    lines = [{"op": "add", "start": BEYOND, "amount": "2h"}, {"op": "between", "start": MONDAY, "end": BEYOND}]
    answers = cli("calendar", "batch", *ID, stdin="\n".join(map(json.dumps, lines))).out.splitlines()
    assert [json.loads(one)["provisional"] for one in answers] == [True, True]


def test_it_is_provisional_too_where_only_the_start_or_only_the_end_lies_beyond(cli) -> None:
    assert cli("calendar", "add", "2027-12-30T07:00:00Z", "5wd", *ID).out.endswith("; provisional\n")
    assert cli("calendar", "add", "2012-12-29T07:00:00Z", "5wd", *ID).out.endswith("; provisional\n")


@pytest.mark.parametrize("amount", ["2d", "2w", "0h"])
def test_where_no_holiday_counts_nothing_is_provisional(cli, amount: str) -> None:
    assert cli("calendar", "add", BEYOND, amount, *ID, "--json").json["provisional"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--from", "2027", "--to", "2020"),
        ("check", "--from", "1"),
        ("check", "--to", "20270"),
        ("show", "0"),
        ("show", "2100"),
        ("show", "-5"),
    ],
)
def test_years_that_cannot_be_are_a_usage_error(cli, arguments: tuple[str, ...]) -> None:
    result = cli("calendar", *arguments, *ID)
    assert (result.code, result.out) == (2, "")


def test_years_are_looked_at_before_any_file(cli) -> None:
    result = cli("calendar", "check", "--calendar", "nothing", "--from", "2027", "--to", "2020")
    assert result.code == 2
    assert "the last year, 2020, lies before the first, 2027" in result.err


def test_a_first_year_beyond_the_data_shows_that_year(cli) -> None:
    years = cli("calendar", "check", *ID, "--from", "2031", "--json").json["years"]
    assert [(one["year"], one["provisional"]) for one in years] == [(2031, True)]


def test_a_folder_with_calendars_alone_is_enough(cli, tmp_path) -> None:
    folder = tmp_path / "alone"
    (folder / "calendars").mkdir(parents=True)
    (folder / "calendars" / "shop.yaml").write_text("{id: shop, zone: UTC, week: {mon-fri: 09:00-18:00}}")
    here = ("--calendar", "shop", "--config", str(folder))
    line = json.dumps({"op": "add", "start": MONDAY, "amount": "8h"})
    assert json.loads(cli("calendar", "batch", *here, stdin=line).out)["at"] == "2026-11-23T17:00:00Z"
    assert cli("calendar", "add", MONDAY, "8h", *here).out == "2026-11-23T17:00:00Z\n"
    assert cli("calendar", "show", "2026", *here).code == cli("calendar", "check", *here).code == 0


def test_a_broken_policy_does_not_stop_a_question_to_a_calendar_but_a_broken_calendar_does(cli) -> None:
    cli.edit("calendars/support-msk.yaml", "zone: Europe/Moscow", "zone: Europe/Moskau")
    result = cli("calendar", "add", FRIDAY, "8h", *ID)
    assert (result.code, "is no time zone" in result.err) == (3, True)
    cli.edit("calendars/support-msk.yaml", "zone: Europe/Moskau", "zone: Europe/Moscow")
    for policy in (cli.folder / "policies").glob("*.yaml"):
        policy.write_text("policy: [", encoding="utf-8")
    assert cli("calendar", "add", FRIDAY, "8h", *ID).out == "2026-11-23T06:00:00Z\n"


def test_seasons_are_shown(cli) -> None:
    season = (
        "seasons:\n  - {id: harvest, from: 07-15, until: 09-30, week: {mon-fri: 06:00-20:00, sat: '10:00-12:00'}}\n"
        "  - {id: fair, from: 2027-03-01, until: 2027-03-05, week: {}}\n"
    )
    path = cli.folder / "calendars" / "support-msk.yaml"
    path.write_text(path.read_text(encoding="utf-8") + season, encoding="utf-8")
    shown = cli("calendar", "show", "2026", *ID).out
    assert "season harvest, 07-15 to 09-30: mon-fri 06:00-20:00, sat 10:00-12:00" in shown
    assert "fair" not in shown
    assert "season fair, 2027-03-01 to 2027-03-05: closed" in cli("calendar", "show", "2027", *ID).out
    found = cli("calendar", "show", "2026", *ID, "--json").json
    assert found["seasons"] == [{"id": "harvest", "from": "07-15", "until": "09-30"}]
    by_date = {one["date"]: one["windows"] for one in found["days"]}
    assert (by_date["2026-07-14"], by_date["2026-07-18"]) == (["05:00-14:00"], ["10:00-12:00"])


@pytest.mark.parametrize(
    "line", [b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"\x00\n", b'{"op":"add","start":1e400,"amount":"8h"}\n']
)
def test_a_line_that_is_no_question_is_told_and_never_a_traceback(cli, line: bytes) -> None:
    result = cli("calendar", "batch", *ID, stdin=line)
    assert result.code == 4
    assert "error" in json.loads(result.out)
