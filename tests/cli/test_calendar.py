"""`sla-bridge calendar`: the documented JSON shapes, an error per line, the nearest name."""

import json

import pytest

ID = ("--calendar", "support-msk")
FRIDAY, MONDAY = "2026-11-20T07:00:00Z", "2026-11-23T07:00:00Z"


def test_add_prints_the_instant_at_which_the_working_time_is_used_up(cli) -> None:
    # Friday 10:00 Moscow: four hours until 14:00, the rest from Monday 05:00.
    assert cli("calendar", "add", FRIDAY, "8h", *ID).out == "2026-11-23T06:00:00Z\n"
    assert cli("calendar", "add", FRIDAY, "8h", *ID, "--json").json == {"at": "2026-11-23T06:00:00Z"}


def test_between_prints_working_seconds_negative_backwards(cli) -> None:
    assert cli("calendar", "between", FRIDAY, MONDAY, *ID, "--json").json == {"seconds": 9 * 3600}
    assert cli("calendar", "between", MONDAY, FRIDAY, *ID).out == f"{-9 * 3600}\n"


@pytest.mark.parametrize("arguments", [("add", FRIDAY, "8 hours perhaps"), ("between", FRIDAY, "2026-11-23")])
def test_what_cannot_be_read_is_a_usage_error(cli, arguments: tuple[str, ...]) -> None:
    assert cli("calendar", *arguments, *ID).code == 2


def test_show_lists_days_off_by_name_and_source_with_the_totals(cli) -> None:
    shown = cli("calendar", "show", "2026", *ID, "--json").json
    assert set(shown) == {"calendar", "year", "days", "totals"}
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
    assert answers[0] == {"at": "2026-11-23T06:00:00Z"}
    assert [set(one) for one in answers[1:6]] == [{"error"}] * 5
    assert "multiply" in answers[1]["error"]
    assert "yesterday" in answers[3]["error"]
    assert "amount" in answers[4]["error"]
    assert answers[6] == {"seconds": 32400}


def test_batch_without_a_bad_line_exits_with_0(cli) -> None:
    line = json.dumps({"op": "add", "start": FRIDAY, "amount": "8h"})
    assert cli("calendar", "batch", *ID, stdin=f"{line}\n\n{line}\n").code == 0


@pytest.mark.parametrize("arguments", [("show", "2026"), ("add", FRIDAY, "8h"), ("check",), ("batch",)])
def test_an_unknown_calendar_exits_with_3_and_the_nearest_name(cli, arguments: tuple[str, ...]) -> None:
    result = cli("calendar", *arguments, "--calendar", "suport-msk")
    assert (result.code, result.out) == (3, "")
    assert "did you mean 'support-msk'?" in result.err
