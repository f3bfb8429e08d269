from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bridge.connectors.registry.absences import ics_absences
from bridge.connectors.registry.curators import Curators, build_curators
from bridge.connectors.registry.description import AbsenceColumns, CuratorsModel
from bridge.connectors.registry.sources.table import SourceUnusable
from bridge.errors import ConfigurationInvalid
from bridge.policies.language.calendars import compile_calendars

DAY = 86_400
PEOPLE = """
sources:
  customers: {kind: csv, file: customers.csv, columns: {customer: Код, email: Почта, curator: Куратор}}
curators:
  people:
    anna: {name: Анна Соколова, names: [Соколова А. П.], email: anna@desk.example, substitutes: [ilya, olga]}
    ilya: {name: Илья Петров, email: ilya@desk.example, substitutes: [anna]}
    olga: {name: Ольга Ким, substitutes: [ilya]}
"""


def with_absences(folder, absences: str = "") -> None:
    folder.mapping(PEOPLE + absences)
    folder.write(
        "customers.csv", "Код;Почта;Куратор\nK-1;a@one.example;Соколова А. П.\nK-2;b@two.example;Кто-то другой\n"
    )


def test_the_curator_in_charge_today_is_in_the_answer(folder):
    with_absences(folder)
    answer = folder.lookup(email="a@one.example")
    assert (answer.curator, answer.curator_until) == ("Анна Соколова", None)
    unknown = folder.lookup(email="b@two.example")
    assert (unknown.curator, unknown.absent_curator) == ("Кто-то другой", ""), "nobody knows when he is away"


def test_an_absence_hands_over_to_the_first_present_substitute_and_back(folder):
    with_absences(
        folder,
        "  absences:\n    - {who: anna, from: 2026-11-20, until: 2026-11-24}\n    - {who: Илья Петров, from: 2026-11-21, until: 2026-11-22}\n",
    )
    registry = folder.load().registry
    ticket = folder.ticket(email="a@one.example")
    seen, at = [], folder.now
    while at is not None:
        answer = registry.lookup(ticket, now=at)
        seen.append((date.fromtimestamp(at + 3 * 3600).isoformat(), answer.curator, answer.absent_curator))
        at = answer.curator_until
    assert seen == [
        ("2026-11-20", "Илья Петров", "Анна Соколова"),
        ("2026-11-21", "Ольга Ким", "Анна Соколова"),
        ("2026-11-23", "Илья Петров", "Анна Соколова"),
        ("2026-11-25", "Анна Соколова", ""),
    ]


def test_when_everybody_is_away_nobody_is_in_charge(folder):
    away = "".join(f"    - {{who: {who}, from: 2026-11-20, until: 2026-11-20}}\n" for who in ("anna", "ilya", "olga"))
    with_absences(folder, "  absences:\n" + away)
    answer = folder.lookup(email="a@one.example")
    assert (answer.curator, answer.absent_curator) == ("", "Анна Соколова")
    assert answer.curator_until == folder.now - folder.now % DAY + 21 * 3600


def test_absences_may_stand_in_a_csv_file(folder):
    with_absences(
        folder, "  absence_files:\n    - {kind: csv, file: away.csv, columns: {who: Кто, from: С, until: По}}\n"
    )
    folder.write(
        "away.csv",
        "Кто;С;По\nanna@desk.example;20.11.2026;20.11.2026\n;;\nanna;завтра;20.11.2026\nНекто;2026-11-20;2026-11-20\n",
        encoding="cp1251",
    )
    load = folder.load()
    assert load.registry.lookup(folder.ticket(email="a@one.example")).curator == "Илья Петров"
    assert [str(problem) for problem in load.problems] == [
        "away.csv:4: row 4: 'завтра' is no date; write 2026-11-20 or 20.11.2026",
        "registry.yaml: an absence names 'Некто', who is no curator (write the curator's id or name)",
    ]


def test_absences_may_stand_in_a_calendar_file(folder):
    pytest.importorskip("icalendar")
    with_absences(folder, "  absence_files:\n    - {kind: ics, file: away.ics}\n")
    events = [
        "SUMMARY:Отпуск: Анна Соколова\nDTSTART;VALUE=DATE:20261119\nDTEND;VALUE=DATE:20261121",
        "SUMMARY:Болеет\nATTENDEE:mailto:Ilya@desk.example\nDTSTART:20261120T060000Z\nDTEND:20261120T150000Z",
        "SUMMARY:Ольга Ким\nDTSTART;VALUE=DATE:20261120\nSTATUS:CANCELLED",
        "SUMMARY:Ольга Ким каждый час\nDTSTART;VALUE=DATE:20261120\nRRULE:FREQ=HOURLY",
        "SUMMARY:Праздник отдела\nDTSTART;VALUE=DATE:20261120",
    ]
    body = "\n".join(f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT" for number, event in enumerate(events))
    folder.write("away.ics", f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{body}\nEND:VCALENDAR\n".replace("\n", "\r\n"))
    load = folder.load()
    answer = load.registry.lookup(folder.ticket(email="a@one.example"))
    assert answer.curator == "Ольга Ким"
    assert [problem.code for problem in load.problems] == ["repeating_absence", "unknown_curator"]


@pytest.mark.parametrize(
    ("rule", "away"),
    [
        ("RRULE:FREQ=WEEKLY", ["2026-11-06", "2026-11-13", "2026-11-20", "2026-11-27"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20261113", ["2026-11-06", "2026-11-13"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20261113T000000Z", ["2026-11-06", "2026-11-13"]),
        ("RRULE:FREQ=WEEKLY;COUNT=1", ["2026-11-06"]),
        ("RRULE:FREQ=WEEKLY\nEXDATE;VALUE=DATE:20261113\nEXDATE;VALUE=DATE:20261127", ["2026-11-06", "2026-11-20"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=3FR", ["2026-11-20"]),
        ("RRULE:FREQ=WEEKLY;COUNT=2\nRDATE;VALUE=DATE:20261118", ["2026-11-06", "2026-11-13", "2026-11-18"]),
    ],
)
def test_an_absence_may_repeat(rule, away):
    pytest.importorskip("icalendar")
    event = f"BEGIN:VEVENT\nUID:1\nSUMMARY:Ким\nDTSTART;VALUE=DATE:20261106\n{rule}\nEND:VEVENT"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{event}\nEND:VCALENDAR\n".replace("\n", "\r\n")
    problems = []
    found = list(ics_absences(text.encode(), AbsenceColumns(), "away.ics", problems))
    assert [str(one.first) for one in found if one.first <= date(2026, 11, 30)] == away
    assert all(one.first == one.last for one in found)
    assert (problems, len(found) <= 1500) == ([], True)


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:BYDAY=FR",
        "RRULE:FREQ=WEEKLY\nRDATE;VALUE=DATE:soon",
    ],
)
def test_a_repetition_that_cannot_be_read_is_reported_and_nothing_is_guessed(rule):
    pytest.importorskip("icalendar")
    event = f"BEGIN:VEVENT\nUID:1\nSUMMARY:Ким\nDTSTART;VALUE=DATE:20261106\n{rule}\nEND:VEVENT"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{event}\nEND:VCALENDAR\n".replace("\n", "\r\n")
    problems = []
    assert list(ics_absences(text.encode(), AbsenceColumns(), "away.ics", problems)) == []
    assert [problem.code for problem in problems] == ["repeating_absence"]


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("csv", "who;from\nanna;2026-11-20\n", "away.x has no column 'until'"),
        ("ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "away.x is no iCalendar file"),
        ("csv", None, "away.x cannot be read"),
    ],
)
def test_an_absence_file_that_cannot_be_used_is_named_and_the_registry_serves(folder, kind, content, message):
    pytest.importorskip("icalendar")
    with_absences(folder, f"  absence_files:\n    - {{kind: {kind}, file: away.x}}\n")
    if content is not None:
        folder.write("away.x", content)
    load = folder.load()
    assert message in load.problems[0].message
    assert load.registry.lookup(folder.ticket(email="a@one.example")).curator == "Анна Соколова"


def test_a_curator_is_at_work_in_his_hours_on_his_days(folder):
    model = CuratorsModel.model_validate(
        {
            "people": {"anna": {"name": "Анна", "zone": "Europe/Moscow", "hours": "09:00-18:00"}},
            "absences": [{"who": "anna", "from": "2026-11-23", "until": "2026-11-23"}],
        }
    )
    curators, problems = build_curators(model, {}, file="registry.yaml")
    anna = curators.find("анна")
    friday_nine = folder.now - 3600
    assert problems == ()
    assert [anna.at_work(friday_nine - 1), anna.at_work(friday_nine), anna.at_work(friday_nine + 9 * 3600 - 1)] == [
        False,
        True,
        True,
    ]
    assert not anna.at_work(friday_nine + 9 * 3600)
    assert not anna.at_work(friday_nine + DAY)
    assert not anna.at_work(friday_nine + 3 * DAY)
    assert anna.at_work(friday_nine + 4 * DAY)


def test_nobody_is_found_among_no_curators():
    assert Curators().find("anna") is None
    assert Curators().in_charge("anna", date(2026, 11, 20)) is None


def with_calendar(folder, calendar: str = "calendar: field") -> None:
    folder.mapping(PEOPLE.replace("name: Илья Петров,", f"name: Илья Петров, {calendar},"))
    folder.write("customers.csv", "Код;Почта;Куратор\nK-1;a@one.example;Соколова А. П.\n")


FIELD = """
id: field
zone: Europe/Moscow
week: {mon-fri: [09:00-13:00, 14:00-18:00]}
holidays: [{ru-production: true}]
"""


def calendars():
    calendars = compile_calendars({"calendars/field.yaml": FIELD.encode()}, [])
    return {name: calendar for name, calendar in calendars.by_id.items() if calendar is not None}


def test_a_curator_with_a_calendar_is_at_work_by_it_public_holidays_included(folder):
    with_calendar(folder)
    load = folder.load(calendars=calendars)
    assert load.problems == ()
    ilya = load.registry.curators.find("ilya")
    hours = {"noon": 9, "lunch break": 10, "afternoon": 12}
    friday = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())
    assert [ilya.at_work(friday + 3600 * hour) for hour in hours.values()] == [True, False, True]
    holiday = int(datetime(2026, 11, 4, 9, tzinfo=UTC).timestamp())
    assert not ilya.at_work(holiday), "National Unity Day, a Wednesday"
    assert load.registry.curators.find("olga").at_work(holiday), "fixed hours know no holidays"


def test_an_absence_counts_on_a_calendar_too(folder):
    model = CuratorsModel.model_validate(
        {
            "people": {"anna": {"name": "Анна", "calendar": "field"}},
            "absences": [{"who": "anna", "from": "2026-11-20", "until": "2026-11-20"}],
        }
    )
    curators, problems = build_curators(model, {}, file="registry.yaml", calendars=calendars())
    noon = int(datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp())
    assert problems == ()
    assert [curators.people["anna"].at_work(noon + days * DAY) for days in (0, 3)] == [False, True]


def test_an_unknown_calendar_of_a_curator_is_named_and_the_usual_hours_serve(folder):
    with_calendar(folder, "calendar: feild")
    load = folder.load(calendars=calendars)
    assert "has the calendar 'feild', which the configuration does not have (there are: field)" in str(load.problems[0])
    assert load.registry.curators.find("ilya").opens == 540


def test_a_curator_has_either_a_calendar_or_hours(folder):
    with_calendar(folder, "calendar: field, hours: 10:00-19:00")
    with pytest.raises(ConfigurationInvalid, match="the calendar tells the working time already"):
        folder.load(calendars=calendars)


def test_calendars_are_compiled_only_where_a_curator_names_one(folder):
    with_absences(folder)
    assert folder.load(calendars=lambda: pytest.fail("nobody asked for calendars")).problems == ()
    with_calendar(folder)
    first = folder.load(calendars=calendars).digest
    assert folder.load(calendars=dict).digest != first


MOSCOW = ZoneInfo("Europe/Moscow")


def test_all_absences_of_a_calendar_together_are_bounded(monkeypatch):
    pytest.importorskip("icalendar")
    monkeypatch.setattr("bridge.files.icalendar_series.MAX_IN_ALL", 100)
    assert len(absences_of("DTSTART;VALUE=DATE:20261201|RRULE:FREQ=WEEKLY;COUNT=60")[0]) == 60
    with pytest.raises(SourceUnusable, match="repeat more than 100 times in all"):
        absences_of(*["DTSTART;VALUE=DATE:20261201|RRULE:FREQ=WEEKLY;COUNT=60"] * 2)


def absences_of(*events, zone=MOSCOW):
    """The absences that an iCalendar file of these events brings, and the warnings about them."""
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events).replace("|", "\r\n")
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n"
    problems = []
    found = list(ics_absences(text.encode(), AbsenceColumns(), "away.ics", problems, zone=zone))
    return [f"{one.first:%m-%d}..{one.last:%m-%d}" for one in found], problems


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ("DTSTART;TZID=Europe/Moscow:20261201T000000|DTEND;TZID=Europe/Moscow:20261202T000000", ["12-01..12-01"]),
        ("DTSTART:20261130T210000Z|DTEND:20261201T210000Z", ["12-01..12-01"]),
        ("DTSTART;VALUE=DATE:20261201|DURATION:P5D", ["12-01..12-05"]),
        ("DTSTART:20261201T060000Z|DTEND:20261201T150000Z", ["12-01..12-01"]),
        ("DTSTART:20261201T220000Z|DTEND:20261202T060000Z", ["12-02..12-02"]),
        ("DTSTART;TZID=Asia/Vladivostok:20261201T030000|DURATION:PT9H", ["11-30..12-01"]),
        ("DTSTART;TZID=Asia/Vladivostok:20261201T000000|DURATION:P1D", ["12-01..12-01"]),
    ],
)
def test_an_absence_counts_on_the_days_of_the_registrys_zone(event, days):
    assert absences_of(f"SUMMARY:Ким|{event}") == (days, [])


@pytest.mark.parametrize(
    ("event", "code", "words"),
    [
        ("DTSTART;VALUE=DATE:20261201|STATUS:TENTATIVE", "absence_tentative", "only tentative"),
        ("DTSTART;VALUE=DATE:20261201|X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "absence_tentative", "only tentative"),
        ("DTSTART;VALUE=DATE:20261201|TRANSP:TRANSPARENT", "absence_free", "marked as free time"),
        ("DTSTART;VALUE=DATE:20261201|X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", "absence_free", "marked as free"),
        ("DTSTART:20261201T090000|DTEND:20261201T100000", "absence_short", "less than four hours"),
    ],
)
def test_what_may_be_no_absence_counts_and_is_told(event, code, words):
    days, (problem,) = absences_of(f"SUMMARY:Ким|{event}")
    assert days == ["12-01..12-01"]
    assert (problem.code, problem.severity, problem.line, words in problem.message) == (code, "warning", 3, True)
    assert "line 3 'Ким'" in problem.message


def test_out_of_office_is_an_absence_however_transparent():
    event = "SUMMARY:Ким|DTSTART;VALUE=DATE:20261201|TRANSP:TRANSPARENT|X-MICROSOFT-CDO-BUSYSTATUS:OOF"
    assert absences_of(event) == (["12-01..12-01"], [])


def test_each_kind_of_doubt_is_told_once_for_all_its_entries():
    days, (problem,) = absences_of(
        *[f"SUMMARY:Ким {number}|DTSTART:20261201T0{number}0000|DURATION:PT1H" for number in range(9)]
    )
    assert len(days) == 9
    assert problem.message.startswith("line 3 'Ким 0', line 8 'Ким 1'")
    assert "and 4 more: takes less than four hours" in problem.message


def test_an_exception_of_a_series_that_meets_nothing_is_told_and_one_in_utc_is_met():
    series = "UID:1|SUMMARY:Ким|DTSTART;VALUE=DATE:20261204|RRULE:FREQ=WEEKLY;COUNT=3"
    moved = "UID:1|SUMMARY:Ким|RECURRENCE-ID:20261210T210000Z|DTSTART;VALUE=DATE:20261210"
    assert absences_of(series, moved) == (["12-04..12-04", "12-10..12-10", "12-18..12-18"], [])
    days, (problem,) = absences_of(f"{series}|EXDATE;VALUE=DATE:20261205")
    assert (len(days), problem.code, "2026-12-05" in problem.message) == (3, "exception_unmet", True)


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20261205|DTEND;VALUE=DATE:20261201",
        "DTSTART;VALUE=DATE:20261205|DURATION:-P1D",
        "DTSTART;VALUE=DATE:20261205|DTSTART;VALUE=DATE:20261206",
        "SUMMARY:again",
    ],
)
def test_an_entry_that_contradicts_itself_is_a_problem_and_the_others_count(event):
    days, (problem,) = absences_of("SUMMARY:Ким|DTSTART;VALUE=DATE:20261220", f"SUMMARY:Ким|{event}")
    assert days == ["12-20..12-20"]
    assert (problem.code, problem.severity, problem.line) == ("repeating_absence", "error", 7)


def test_a_file_without_an_event_says_so():
    assert [one.code for one in absences_of()[1]] == ["no_absences"]


def test_a_row_that_ends_before_it_begins_and_one_without_a_name_are_told(folder):
    with_absences(folder, "  absence_files:\n    - {kind: csv, file: away.csv}\n")
    folder.write(
        "away.csv",
        "who;from;until\nanna;2026-11-25;2026-11-20\n;2026-11-20;2026-11-20\n;;\nanna;2026-11-20;2026-11-20\n",
    )
    load = folder.load()
    assert load.registry.lookup(folder.ticket(email="a@one.example")).curator == "Илья Петров"
    assert [str(problem) for problem in load.problems] == [
        "away.csv:2: row 2: the absence ends on 2026-11-20, before it begins on 2026-11-25",
        "away.csv:3: row 3: nobody is named in column 'who'",
    ]
