"""Countries, lists of dates, CSV and iCalendar files."""

import sys
from datetime import date

import holidays
import pytest

from bridge.errors import CalendarInvalid
from bridge.files import icalendar_series
from bridge.policies.calendar.days import DayKind
from bridge.policies.proof.second_counter import SecondCounter

WEEK = {"mon-fri": "09:00-18:00"}


def event(*lines):
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n"
        + "\r\n".join(lines)
        + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


@pytest.fixture
def feed(calendar):
    """Build a calendar on one .ics file."""

    def build(content, **options):
        return calendar(WEEK, holidays=[{"ics": "feed.ics", **options}], files={"feed.ics": content})

    return build


@pytest.fixture
def table(calendar):
    """Build a calendar on one CSV file."""

    def build(text, week=WEEK, **rest):
        return calendar(
            week,
            holidays=[{"csv": "days.csv"}],
            files={"days.csv": text if isinstance(text, bytes) else text.encode()},
            **rest,
        )

    return build


def off_days(calendar, year):
    days = (
        date.fromordinal(ordinal) for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    )
    return [f"{day:%m-%d}" for day in days if calendar.day(day).kind in (DayKind.HOLIDAY, DayKind.DAY_OFF)]


def message_of(build, *args, **rest):
    with pytest.raises(CalendarInvalid) as caught:
        build(*args, **rest)
    (problem,) = caught.value.problems
    return problem.message


def test_a_country_and_a_region_bring_their_legal_holidays(calendar):
    berlin = calendar(WEEK, zone="Europe/Berlin", holidays=[{"country": "DE", "region": "BY"}])
    day = berlin.day(date(2025, 1, 6))
    assert (day.kind, day.reason) == (DayKind.HOLIDAY, "Epiphany")
    assert day.source.startswith("DE-BY (holidays ")
    assert calendar(WEEK, holidays=[{"country": "DE"}]).day(date(2025, 1, 6)).kind is DayKind.WORKING
    assert berlin.valid_through is None
    assert not berlin.is_provisional(4_000_000_000)


def test_observances_of_a_country_do_not_count(calendar):
    # 14 February is an observance in Greece's and many other feeds, never a day off.
    greece = calendar(WEEK, holidays=[{"country": "US"}])
    assert greece.day(date(2025, 2, 14)).kind is DayKind.WORKING


def test_a_worked_weekend_of_another_country_counts(calendar):
    china = calendar(
        {"mon-thu": "09:00-18:00", "fri": "09:00-15:00"}, zone="Asia/Shanghai", holidays=[{"country": "CN"}]
    )
    # 18 February 2024, a Sunday, was worked for Friday the 16th.
    day = china.day(date(2024, 2, 18))
    assert day.kind is DayKind.WORKING_WEEKEND
    assert [str(window) for window in day.windows] == ["09:00-15:00"]
    assert china.day(date(2024, 2, 18), language="ru").reason == "Рабочий день по переносу"


def test_a_country_whose_data_ends_says_so(calendar):
    limited = next(
        code for code in holidays.list_supported_countries(include_aliases=False)
        if holidays.country_holidays(code).end_year < 2099
    )  # fmt: skip
    place = calendar(WEEK, holidays=[{"country": limited}])
    assert place.valid_through == date(holidays.country_holidays(limited).end_year, 12, 31)
    assert place.totals(2099).provisional


def test_sources_add_up_and_the_earliest_end_counts(calendar):
    both = calendar(
        WEEK,
        holidays=[
            {"ru-production": True},
            {"dates": ["12-24..12-26"], "title": {"ru": "Закрыто", "en": "Closed"}},
            {"csv": "d.csv"},
        ],
        files={"d.csv": b"date\n2026-07-01\n"},
    )
    assert both.day(date(2025, 12, 25), language="ru").reason == "Закрыто"
    assert both.day(date(2025, 12, 25)).source == "dates"
    assert both.day(date(2025, 12, 31)).source.startswith("ru-production")
    assert both.valid_through == date(2026, 12, 31)
    assert both.valid_from == date(2013, 1, 1)


def test_the_author_may_say_how_far_his_data_reaches(calendar):
    stated = calendar(WEEK, holidays=[{"dates": ["05-01"]}], valid_through="2026-06-30")
    assert stated.valid_through == date(2026, 6, 30)
    assert stated.day(date(2026, 7, 1)).provisional
    assert not stated.day(date(2026, 6, 30)).provisional


def test_yearly_dates_run_across_new_year(calendar):
    winter = calendar(WEEK, holidays=[{"dates": "12-30..01-08"}])
    assert off_days(winter, 2025) == [f"01-0{n}" for n in range(1, 9)] + ["12-30", "12-31"]
    assert winter.valid_through is None


def test_a_csv_file_may_hold_a_whole_production_calendar(table):
    listed = table(
        "\N{ZERO WIDTH NO-BREAK SPACE}Date;Kind;Title;Windows\r\n2024-04-27;working_weekend;Moved;\r\n2024-04-29;transferred_off;;\r\n"
        "2024-05-01..2024-05-02;holiday;May;\r\n2024-04-27;short;;\r\n2024-06-01;work;Fair;10:00-12:00 13:00-15:00\r\n12-31;short;;\r\n"
    )
    assert [str(window) for window in listed.day(date(2024, 4, 27)).windows] == ["09:00-17:00"]
    assert listed.day(date(2024, 4, 27)).reason == "Moved"
    assert [str(window) for window in listed.day(date(2024, 6, 1)).windows] == ["10:00-12:00", "13:00-15:00"]
    assert off_days(listed, 2024) == ["04-29", "05-01", "05-02"]
    assert listed.day(date(2024, 5, 2)).reason == "May"
    assert listed.day(date(2025, 12, 31)).short
    assert listed.valid_through == date(2024, 12, 31)


def test_a_csv_line_without_a_kind_is_a_holiday(table):
    listed = table("date\n2026-07-01\n")
    assert (listed.day(date(2026, 7, 1)).kind, listed.day(date(2026, 7, 1)).reason) == (DayKind.HOLIDAY, "")


def test_a_csv_file_of_yearly_days_has_no_end(table):
    assert table("date,kind\n07-01,off\n").valid_through is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        ("", "has no column `date`"),
        ("day\n2026-01-01\n", "has no column `date`"),
        ("date,colour\n2026-01-01,red\n", "unknown columns colour"),
        ("date\n2026-02-30\n", "days.csv line 2: '2026-02-30': there is no such day"),
        ("date,kind\n2026-01-01,holy\n", "'holy' is no kind of day"),
        ("date,kind,windows\n2026-01-01,off,09:00-10:00\n", "windows belong to working_weekend"),
        ("date,windows,kind\n2026-01-01,9-10,work\n", "no window of working time"),
        ("date\n2026-01-01,2026-01-02\n", "more fields than the first line"),
    ],
)
def test_a_wrong_csv_file_is_explained(table, text, says):
    assert says in message_of(table, text)


def test_each_bad_csv_line_is_named(table):
    message = message_of(table, "date\nx\n2026-01-01\ny\n")
    assert "line 2" in message
    assert "line 4" in message


def test_an_ics_file_brings_its_whole_days(feed):
    office = feed(
        event("UID:1", "DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260504", "SUMMARY:May\\, first days")
    )
    assert off_days(office, 2026) == ["05-01", "05-02", "05-03"]
    assert office.day(date(2026, 5, 1)).reason == "May, first days"
    assert office.day(date(2026, 5, 1)).source == "feed.ics"
    assert office.valid_through == date(2026, 12, 31)
    assert office.warnings == ()


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["DTSTART;VALUE=DATE:20260501"], ["05-01"]),
        (["DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260501"], ["05-01"]),
        (["DTSTART:20260501T000000", "DTEND:20260503T000000"], ["05-01", "05-02"]),
        (['DTSTART;TZID="Europe/Moscow":20260501T000000', "DURATION:P2D"], ["05-01", "05-02"]),
        (["DTSTART;VALUE=DATE:20260501", "DURATION:P1W"], [f"05-0{n}" for n in range(1, 8)]),
        (["DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY"], ["05-01"]),
        (["DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY"], []),
        (["DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY;UNTIL=20251231"], []),
        (["DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY;UNTIL=20261231T235959Z"], ["05-01"]),
        (["DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY;COUNT=2"], []),
        (["DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20250501,20260501"], []),
        (["DTSTART;VALUE=DATE:20241128", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"], ["11-26"]),
        (["DTSTART;VALUE=DATE:20240501", "RDATE;VALUE=DATE:20260601,20260603"], ["06-01", "06-03"]),
        (["DTSTART;VALUE=DATE:20260501", "STATUS:CANCELLED"], []),
        (["DTSTART;VALUE=DATE:20260501", "BEGIN:VALARM", "DTSTART;VALUE=DATE:20270101", "END:VALARM"], ["05-01"]),
        (["DTSTART;VA", " LUE=DATE:2026", "\t0501"], ["05-01"]),
    ],
)
def test_each_way_to_write_whole_days_is_read(feed, lines, days):
    assert off_days(feed(event("SUMMARY:x", *lines)), 2026) == days


def test_a_recurring_event_does_not_end_the_data(feed):
    assert feed(event("DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY")).valid_through is None


@pytest.mark.parametrize(
    "lines",
    [
        ["DESCRIPTION:Observance\\nTo hide observances\\, go to Settings"],
        ["CATEGORIES:Holiday", "CATEGORIES:Observance"],
        ["DESCRIPTION:Памятная дата"],
        ["DESCRIPTION:Gedenktag\\nWenn du Gedenktage ausblenden möchtest"],
        ["DESCRIPTION:Journée commémorative"],
        ["DESCRIPTION:Celebración\\nPara ocultarlas"],
        ["DESCRIPTION:Data comemorativa"],
        ["DESCRIPTION:Ricorrenza"],
        ["CATEGORIES:Schulferien"],
        ["DESCRIPTION:Пам'ятна дата"],
        ["DESCRIPTION:  GEDENKTAG. "],
        ["CATEGORIES:Feiertag,Gedenktag"],
    ],
)
def test_observances_of_a_feed_are_left_out_and_reported(feed, lines):
    office = feed(event("DTSTART;VALUE=DATE:20260214", "SUMMARY:Valentine's Day", *lines))
    assert off_days(office, 2026) == []
    (warning,) = office.warnings
    assert warning.code == "event_left_out"
    assert 'line 3: "Valentine\'s Day" is no day off' in warning.message


def test_an_event_of_some_hours_is_left_out_and_reported(feed):
    for lines in (
        ["DTSTART:20260501T090000Z", "DTEND:20260501T100000Z"],
        ["DTSTART:20260501T000000"],
        ["DTSTART;VALUE=DATE:20260501", "DURATION:PT4H"],
    ):
        office = feed(event("SUMMARY:Meeting", *lines))
        assert off_days(office, 2026) == []
        assert "is not a whole day" in office.warnings[0].message


def test_only_takes_what_bears_one_of_its_words(feed):
    lines = ("DTSTART;VALUE=DATE:20260501", "SUMMARY:x", "DESCRIPTION:Public holiday")
    assert off_days(feed(event(*lines), only="public HOLIDAY"), 2026) == ["05-01"]
    assert off_days(feed(event(*lines), only=["bank holiday"]), 2026) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "ends before END:VCALENDAR"),
        (b"date,kind\n2026-01-01,off\n", "line 1: this is no line of an iCalendar file"),
        (b"SUMMARY:x\n", "line 1: this is no iCalendar file"),
        (b"\xff\xfd", "line 1 is not UTF-8 text"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "ends before END:VEVENT"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "line 3: END:VCALENDAR closes nothing"),
        (event("SUMMARY:x"), "line 3: the event has no DTSTART"),
        (event("DTSTART:tomorrow"), "line 3: 'tomorrow' is no date"),
        (event("DTSTART;VALUE=DATE:20260230"), "'20260230' is no date"),
        (event("DTSTART;VALUE=DATE:20260502", "DTEND;VALUE=DATE:20260501"), "lasts -1 days"),
        (event("DTSTART;VALUE=DATE:20200502", "DTEND;VALUE=DATE:20260501"), "between 1 and 366"),
        (event("DTSTART;VALUE=DATE:20260502", "RRULE:FREQ=DAILY"), "FREQ=YEARLY"),
        (event("DTSTART;VALUE=DATE:20260502", "RRULE:FREQ=YEARLY;INTERVAL=0"), "not supported"),
        (event("DTSTART;VALUE=DATE:20260502", "RRULE:FREQ=YEARLY;INTERVAL=-1"), "not supported"),
        (event("DTSTART;VALUE=DATE:20260502", "RRULE:FREQ=YEARLY;BYHOUR=3"), "not supported"),
        (event("DTSTART;VALUE=DATE:20260502", "RRULE:FREQ=YEARLY;BYMONTH=x"), "cannot be read"),
        (event("DTSTART;VALUE=DATE:20260502", "RDATE:someday"), "'someday' is no date"),
        (event("DTSTART;VALUE=DATE:20260502", "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR"), "more than 5,000 times"),
        (b"BEGIN:VCALENDAR\nX-NAME:\xd0\nEND:VCALENDAR\n", "line 2 is not UTF-8 text"),
    ],
)
def test_an_unreadable_ics_file_is_explained(feed, content, says):
    assert says in message_of(feed, content)


def test_all_events_of_an_ics_file_together_are_bounded(feed, monkeypatch):
    monkeypatch.setattr(icalendar_series, "MAX_IN_ALL", 150)
    yearly = event("DTSTART;VALUE=DATE:20260502", "RRULE:FREQ=YEARLY")
    feed(yearly)
    body = yearly.partition(b"BEGIN:VEVENT")[2].rpartition(b"END:VCALENDAR")[0]
    assert "repeat more than 150 times in all" in message_of(
        feed, yearly.replace(b"END:VCALENDAR", (b"BEGIN:VEVENT" + body) * 2 + b"END:VCALENDAR")
    )


def test_a_letter_cut_by_a_folded_line_is_whole_again(feed):
    raw = event("DTSTART;VALUE=DATE:20260501", "SUMMARY:Майские").replace(
        "ские".encode(), b"\xd1\r\n \x81" + "кие".encode()
    )
    assert feed(raw).day(date(2026, 5, 1)).reason == "Майские"


def test_an_impossible_recurrence_ends(feed):
    assert off_days(feed(event("DTSTART;VALUE=DATE:20260131", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")), 2026) == []


def test_a_single_occurrence_may_be_moved_or_cancelled(feed):
    def events(*parts):
        return b"".join(event(*part).partition(b"2.0\r\n")[2].removesuffix(b"END:VCALENDAR\r\n") for part in parts)

    yearly = ("UID:1", "DTSTART;VALUE=DATE:20240506", "RRULE:FREQ=YEARLY", "SUMMARY:Day")
    moved = ("UID:1", "RECURRENCE-ID;VALUE=DATE:20260506", "DTSTART;VALUE=DATE:20260508", "SUMMARY:Moved")
    cancelled = ("UID:1", "RECURRENCE-ID;VALUE=DATE:20270506", "DTSTART;VALUE=DATE:20270506", "STATUS:CANCELLED")
    meeting = ("UID:1", "RECURRENCE-ID;VALUE=DATE:20280506", "DTSTART:20280506T090000", "DTEND:20280506T100000")
    content = b"BEGIN:VCALENDAR\r\n" + events(cancelled, moved, yearly, meeting) + b"END:VCALENDAR\r\n"
    office = feed(content)
    assert [off_days(office, year) for year in range(2025, 2030)] == [["05-06"], ["05-08"], [], [], ["05-06"]]
    assert office.day(date(2026, 5, 8)).reason == "Moved"
    assert [problem.message for problem in office.warnings] == [
        "feed.ics line 20: '' is not a whole day and is left out"
    ]


def test_two_events_of_one_uid_are_both_days_off(feed):
    one = event("UID:1", "DTSTART;VALUE=DATE:20260501").removesuffix(b"END:VCALENDAR\r\n")
    two = event("UID:1", "DTSTART;VALUE=DATE:20260601").partition(b"2.0\r\n")[2]
    assert off_days(feed(one + two), 2026) == ["05-01", "06-01"]


def test_without_the_packages_the_extra_is_named(calendar, monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(CalendarInvalid) as caught:
        calendar(WEEK, holidays=[{"ics": "feed.ics"}], files={"feed.ics": event("DTSTART;VALUE=DATE:20260501")})
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (
        "feed.ics: reading iCalendar needs icalendar",
        "install osticket-sla-bridge[ical]",
    )


@pytest.mark.parametrize(
    "said",
    [
        "DESCRIPTION:Public holiday",
        "DESCRIPTION:Gesetzlicher Feiertag",
        "DESCRIPTION:Jour férié",
        "DESCRIPTION:Día festivo\\nMás",
        "DESCRIPTION:Feriado nacional",
        "DESCRIPTION:Festività",
        "DESCRIPTION:Государственный праздник",
        "CATEGORIES:Bank holiday",
        "CATEGORIES:Holiday,Germany",
        "X-NOTHING:said",
    ],
)
def test_what_a_feed_calls_a_public_holiday_counts_without_a_word(feed, said):
    office = feed(event("DTSTART;VALUE=DATE:20260501", "SUMMARY:x", said))
    assert (off_days(office, 2026), office.warnings) == (["05-01"], ())


@pytest.mark.parametrize(
    "said",
    [
        "DESCRIPTION:Helligaften",
        "CATEGORIES:Valgfri fridag",
        "DESCRIPTION:Public holiday in Scotland",
        "DESCRIPTION:Half day",
    ],
)
def test_what_nobody_knows_counts_and_is_told_with_its_entry_and_its_words(feed, said):
    office = feed(event("DTSTART;VALUE=DATE:20260501", "SUMMARY:The day", said))
    assert off_days(office, 2026) == ["05-01"]
    (warning,) = office.warnings
    assert warning.code == "event_counts"
    assert "line 3 'The day'" in warning.message
    assert said.partition(":")[2] in warning.message


def test_entries_of_one_description_are_told_once_and_very_many_are_counted(feed):
    def days(words):
        return b"".join(
            f"BEGIN:VEVENT\nDTSTART;VALUE=DATE:2026{1 + number // 28:02}{1 + number % 28:02}\nSUMMARY:d{number}\nDESCRIPTION:{said}\nEND:VEVENT\n".encode()
            for number, said in enumerate(words)
        )

    one = feed(b"BEGIN:VCALENDAR\n" + days(["Brauch"] * 9) + b"END:VCALENDAR\n")
    assert [problem.message for problem in one.warnings] == [
        "feed.ics line 2 'd0', line 7 'd1', line 12 'd2', line 17 'd3', line 22 'd4' and 4 more: counts as a day off, described as 'Brauch'"
    ]
    many = feed(b"BEGIN:VCALENDAR\n" + days(f"Brauch {number}" for number in range(50)) + b"END:VCALENDAR\n")
    assert (len(many.warnings), many.warnings[-1].message) == (
        21,
        "feed.ics: events with 30 more descriptions count as days off",
    )
    out = feed(b"BEGIN:VCALENDAR\n" + days(["Gedenktag"] * 50) + b"END:VCALENDAR\n")
    assert (len(out.warnings), out.warnings[-1].message) == (21, "feed.ics: 30 more events are left out")


def test_whoever_names_the_words_that_count_is_told_of_no_others_but_of_a_word_that_nothing_bears(feed):
    content = event("DTSTART;VALUE=DATE:20260501", "SUMMARY:x", "DESCRIPTION:Helligdag i byen")
    assert feed(content, only="helligdag").warnings == ()
    warnings = feed(content, only=["helligdag", "feestdag"]).warnings
    assert [(one.code, "'feestdag'" in one.message) for one in warnings] == [("word_unused", True)]


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["DTSTART:20260430T210000Z", "DTEND:20260501T210000Z"], ["05-01"]),
        (["DTSTART:20260430T210000Z", "DTEND:20260503T210000Z"], ["05-01", "05-02", "05-03"]),
        (["DTSTART;TZID=Asia/Almaty:20260501T000000", "DTEND;TZID=Asia/Almaty:20260502T000000"], ["05-01"]),
        (["DTSTART:20240430T210000Z", "DURATION:P1D", "RRULE:FREQ=YEARLY"], ["05-01"]),
        (
            ["DTSTART:20260501T000000", "DURATION:P1D", "RDATE;VALUE=PERIOD:20260508T000000/P2D"],
            ["05-01", "05-08", "05-09"],
        ),
        (["DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY", "EXDATE:20260430T210000Z"], []),
    ],
)
def test_whole_days_in_utc_are_those_of_the_calendars_zone(feed, lines, days):
    office = feed(event("SUMMARY:x", *lines))
    assert (off_days(office, 2026), office.warnings) == (days, ())
    second = SecondCounter(office.definition, office.files)
    assert all(
        second.windows(day) == list(office.day(day).windows)
        for day in (date(2026, 5, number) for number in range(1, 12))
    )


def test_midnight_in_utc_is_no_whole_day_elsewhere_and_is_told(feed):
    office = feed(event("SUMMARY:x", "DTSTART:20260501T000000Z", "DTEND:20260502T000000Z"))
    assert off_days(office, 2026) == []
    assert "is not a whole day" in office.warnings[0].message


def test_repetitions_that_all_end_end_the_data(feed):
    assert feed(event("DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY;COUNT=3")).valid_through == date(2026, 12, 31)
    assert feed(event("DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY;UNTIL=20270601")).valid_through == date(
        2027, 12, 31
    )


def test_an_exception_that_meets_nothing_is_told(feed):
    office = feed(
        event("UID:1", "SUMMARY:Day", "DTSTART;VALUE=DATE:20240501", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20260502")
    )
    assert [(one.code, "2026-05-02" in one.message) for one in office.warnings] == [("exception_unmet", True)]


def test_a_file_that_brings_nothing_says_so(feed):
    empty = feed(b"BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR\n")
    assert [one.code for one in empty.warnings] == ["entries_unread", "no_days_off"]
    assert [one.code for one in feed(event("DTSTART;VALUE=DATE:20260501", "STATUS:CANCELLED")).warnings] == [
        "no_days_off"
    ]


def test_a_file_beyond_the_limit_is_refused_and_not_cut(feed, table):
    long = event("DTSTART;VALUE=DATE:20260501", "SUMMARY:" + "x" * 1_000_000)
    assert "has more than 1,000,000 bytes" in message_of(feed, long)
    assert "has more than 1,000,000 bytes" in message_of(table, "date,kind\n" + "2026-05-01,off\n" * 70_000)
