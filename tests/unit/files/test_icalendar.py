"""The reader of iCalendar files: what it refuses before the packages behind it see it, and what a day of an event is."""

import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bridge.files import icalendar, icalendar_series
from bridge.files.icalendar import other_entries, read_events
from bridge.files.icalendar_series import RuleRefused, occurrences, series, unmet_exceptions

LAST = date(2099, 12, 31)
MOSCOW = ZoneInfo("Europe/Moscow")


def calendar(*events):
    body = "".join("BEGIN:VEVENT\r\n" + "\r\n".join(lines) + "\r\nEND:VEVENT\r\n" for lines in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


def days(*lines):
    (group,) = series(read_events(calendar(lines)))
    return [(str(one.first), str(one.last)) for one in occurrences(group, LAST, zone=MOSCOW)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["DTSTART;VALUE=DATE:20261201", "DURATION:P5D"], ("2026-12-01", "2026-12-05")),
        (["DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203"], ("2026-12-01", "2026-12-02")),
        (
            ["DTSTART;TZID=Europe/Moscow:20261201T000000", "DTEND;TZID=Europe/Moscow:20261202T000000"],
            ("2026-12-01", "2026-12-01"),
        ),
        (["DTSTART:20261201T220000", "DTEND:20261202T060000"], ("2026-12-01", "2026-12-02")),
        (["DTSTART:20261201T220000"], ("2026-12-01", "2026-12-01")),
        (["DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261201"], ("2026-12-01", "2026-12-01")),
    ],
)
def test_an_end_at_midnight_belongs_to_the_day_before(lines, found):
    assert days(*lines) == [found]


def test_an_event_that_begins_beside_its_own_rule_does_not_take_place_then():
    assert days("DTSTART;VALUE=DATE:20261101", "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1;COUNT=2") == [
        ("2026-12-01", "2026-12-01"),
        ("2027-12-01", "2027-12-01"),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=HOURLY;COUNT=2",
        "FREQ=DAILY;BYHOUR=1",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=9",
        "COUNT=2",
    ],
)
def test_a_repetition_that_may_never_end_is_refused_before_it_is_followed(rule):
    begun = time.process_time()
    with pytest.raises(RuleRefused):
        days("DTSTART:20260101T100000", f"RRULE:{rule}")
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=DAILY;COUNT=5001", "FREQ=YEARLY;BYDAY=MO,TU,WE"])
def test_more_than_five_thousand_occurrences_are_refused(rule):
    with pytest.raises(ValueError, match="more than 5,000 times"):
        days("DTSTART;VALUE=DATE:20260101", f"RRULE:{rule}")
    assert len(days("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;COUNT=5000")) == 5000


@pytest.mark.parametrize("exception", [[], ["EXDATE;VALUE=DATE:20300101"]])
@pytest.mark.parametrize("rule", ["FREQ=WEEKLY", "FREQ=YEARLY", "FREQ=DAILY;COUNT=4000"])
def test_a_rule_that_a_file_says_over_and_over_is_followed_once(monkeypatch, rule, exception):
    followed = []
    original = icalendar_series.rrulestr

    def rrulestr(*asked, **how):
        followed.append(asked)
        return original(*asked, **how)

    monkeypatch.setattr(icalendar_series, "rrulestr", rrulestr)
    icalendar_series._days_of.cache_clear()
    content = calendar(*[["DTSTART;VALUE=DATE:20260101", f"RRULE:{rule}", *exception]] * 50)
    for group in series(read_events(content)):
        occurrences(group, LAST, zone=MOSCOW)
        list(unmet_exceptions(group, LAST, zone=MOSCOW))
    assert len(followed) == 1


def test_a_file_of_too_many_events_is_refused(monkeypatch):
    monkeypatch.setattr(icalendar, "MAX_EVENTS", 2)
    event = ["DTSTART;VALUE=DATE:20260101"]
    assert len(read_events(calendar(event, event))) == 2
    with pytest.raises(ValueError, match="more than 2 events"):
        read_events(calendar(event, event, event))


@pytest.mark.parametrize("name", ["DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RDATE", "EXDATE"])
def test_a_date_that_cannot_be_read_is_refused_wherever_it_stands(name):
    start = [] if name == "DTSTART" else ["DTSTART;VALUE=DATE:20260101"]
    with pytest.raises(ValueError, match="'someday' is no date of an event"):
        days(*start, f"{name}:someday")


def test_an_event_knows_its_line_and_keeps_its_order():
    event = ["SUMMARY:x", "DTSTART;VALUE=DATE:20260101"]
    assert [found.line for found in read_events(calendar(event, event))] == [3, 7]


WEEKLY = ("UID:1", "DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=WEEKLY;COUNT=3")
NIGHTS = (
    "UID:1",
    "DTSTART;TZID=Europe/Moscow:20261201T000000",
    "DTEND;TZID=Europe/Moscow:20261202T000000",
    "RRULE:FREQ=WEEKLY;COUNT=3",
)


def taken(*events, zone=MOSCOW, content=None):
    """The days on which anything takes place that is not cancelled."""
    groups = series(read_events(content or calendar(*events)))
    found = [one for group in groups for one in occurrences(group, LAST, zone=zone) if not one.event.cancelled]
    return sorted(
        f"{one.first:%m-%d}" if one.first == one.last else f"{one.first:%m-%d}..{one.last:%m-%d}" for one in found
    )


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["DTSTART:20261130T210000Z", "DTEND:20261201T210000Z"], ["12-01"]),
        (["DTSTART:20261130T210000Z", "DURATION:P1D"], ["12-01"]),
        (["DTSTART:20261130T210000Z", "DTEND:20261203T210000Z"], ["12-01..12-03"]),
        (["DTSTART;TZID=Asia/Almaty:20261201T000000", "DTEND;TZID=Asia/Almaty:20261202T000000"], ["12-01"]),
        (["DTSTART;TZID=America/New_York:20261201T200000", "DTEND;TZID=America/New_York:20261201T230000"], ["12-02"]),
        (["DTSTART;TZID=Russian Standard Time:20261201T000000", "DURATION:P2D"], ["12-01..12-02"]),
        (["DTSTART;TZID=UTC:20261130T210000", "DTEND;TZID=UTC:20261201T210000"], ["12-01"]),
        (["DTSTART:20261201T000000", "DTEND:20261202T000000"], ["12-01"]),
        (["DTSTART:20261201T090000", "DTEND:20261201T180000"], ["12-01"]),
        (["DTSTART:20261201", "DTEND:20261203"], ["12-01..12-02"]),
        (["DTSTART:20261206T210000Z", "DTEND:20261207T210000Z", "RRULE:FREQ=WEEKLY;COUNT=2"], ["12-07", "12-14"]),
        (["DTSTART:20261130T210000Z", "DTEND:20261201T210000Z", "RDATE:20261207T210000Z"], ["12-01", "12-08"]),
        (["DTSTART:20261201T000000", "DURATION:P1D", "RDATE;VALUE=PERIOD:20261208T000000/P2D,20261220T000000/20261223T000000"],
         ["12-01", "12-08..12-09", "12-20..12-22"]),
    ],
)  # fmt: skip
def test_an_event_takes_place_on_the_days_of_whoever_reads_it(lines, found):
    assert taken(lines) == found


def test_a_day_in_utc_is_another_one_for_each_reader():
    day = ["DTSTART:20261130T210000Z", "DTEND:20261201T210000Z"]
    assert taken(day, zone=ZoneInfo("America/New_York")) == ["11-30..12-01"]
    (event,) = read_events(calendar(day))
    assert (event.whole_days(MOSCOW), event.whole_days(ZoneInfo("Europe/Berlin"))) == (1, None)


@pytest.mark.parametrize(
    ("master", "exception"),
    [
        (WEEKLY, "EXDATE;VALUE=DATE:20261208"),
        (WEEKLY, "EXDATE:20261208T000000"),
        (WEEKLY, "EXDATE:20261207T210000Z"),
        (WEEKLY, "EXDATE:20261208T000000Z"),
        (WEEKLY, "EXDATE;TZID=Europe/Moscow:20261208T000000"),
        (NIGHTS, "EXDATE;VALUE=DATE:20261208"),
        (NIGHTS, "EXDATE:20261207T210000Z"),
        (NIGHTS, "EXDATE;TZID=Europe/Moscow:20261208T000000"),
    ],
)
def test_a_single_occurrence_is_left_out_however_its_day_is_written(master, exception):
    assert taken([*master, exception]) == ["12-01", "12-15"]
    (group,) = series(read_events(calendar([*master, exception])))
    assert list(unmet_exceptions(group, LAST, zone=MOSCOW)) == []


@pytest.mark.parametrize("master", [WEEKLY, NIGHTS])
@pytest.mark.parametrize(
    "of",
    [
        "RECURRENCE-ID;VALUE=DATE:20261208",
        "RECURRENCE-ID:20261208T000000",
        "RECURRENCE-ID:20261207T210000Z",
        "RECURRENCE-ID;TZID=Europe/Moscow:20261208T000000",
    ],
)
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (["DTSTART;VALUE=DATE:20261210"], ["12-01", "12-10", "12-15"]),
        (["DTSTART;VALUE=DATE:20261208", "STATUS:CANCELLED"], ["12-01", "12-15"]),
        (["DTSTART;VALUE=DATE:20261208", "DURATION:P2D"], ["12-01", "12-08..12-09", "12-15"]),
    ],
)
def test_a_single_occurrence_is_moved_cancelled_or_prolonged_however_it_is_named(master, of, change, found):
    assert taken(["UID:1", of, *change], master) == found
    (group,) = series(read_events(calendar(["UID:1", of, *change], master)))
    assert list(unmet_exceptions(group, LAST, zone=MOSCOW)) == []


def test_this_and_all_later_occurrences_move():
    later = ["UID:1", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261208", "DTSTART;VALUE=DATE:20261209"]
    assert taken(WEEKLY, later) == ["12-01", "12-09", "12-16"]


@pytest.mark.parametrize(
    ("events", "days"),
    [
        ([[*WEEKLY, "EXDATE;VALUE=DATE:20261209"]], ["2026-12-09"]),
        ([[*NIGHTS, "EXDATE;VALUE=DATE:20261209,20261208"]], ["2026-12-09"]),
        ([WEEKLY, ["UID:1", "RECURRENCE-ID;VALUE=DATE:20261202", "DTSTART;VALUE=DATE:20261210"]], ["2026-12-02"]),
        ([["UID:1", "DTSTART;VALUE=DATE:20261201", "RDATE;VALUE=DATE:20261205", "EXDATE;VALUE=DATE:20261205,20261206"]], ["2026-12-06"]),
    ],
)  # fmt: skip
def test_an_exception_that_meets_no_occurrence_is_found(events, days):
    (group,) = series(read_events(calendar(*events)))
    occurrences(group, LAST, zone=MOSCOW)
    assert [str(day) for _, day in unmet_exceptions(group, LAST, zone=MOSCOW)] == days


def test_of_several_editions_the_latest_counts():
    old, new = ["UID:1", "DTSTART;VALUE=DATE:20261201"], ["UID:1", "SEQUENCE:2", "DTSTART;VALUE=DATE:20261203"]
    assert taken(new, old) == ["12-03"]
    assert taken(old, [*new, "STATUS:CANCELLED"]) == []
    moved = ["UID:1", "RECURRENCE-ID;VALUE=DATE:20261208", "SEQUENCE:1", "DTSTART;VALUE=DATE:20261210"]
    again = ["UID:1", "RECURRENCE-ID;VALUE=DATE:20261208", "SEQUENCE:2", "DTSTART;VALUE=DATE:20261211"]
    assert taken(WEEKLY, again, moved) == ["12-01", "12-11", "12-15"]
    assert taken(["DTSTART;VALUE=DATE:20261201"], ["SEQUENCE:5", "DTSTART;VALUE=DATE:20261203"]) == ["12-01", "12-03"]


def test_a_calendar_that_takes_events_back_brings_none():
    content = calendar(WEEKLY).replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:CANCEL")
    assert taken(content=content) == []
    assert taken(content=content.replace(b"CANCEL", b"PUBLISH")) == ["12-01", "12-08", "12-15"]


def test_several_calendars_in_one_file_and_events_without_a_name_are_all_read():
    one, other = ["DTSTART;VALUE=DATE:20261201"], ["DTSTART;VALUE=DATE:20261203"]
    assert taken(content=calendar(one, other) + calendar(one) + calendar(WEEKLY)) == [
        "12-01",
        "12-01",
        "12-01",
        "12-03",
        "12-08",
        "12-15",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_is_read_in_each_encoding_that_says_which_it_is(encoding):
    text = calendar(["SUMMARY:Отпуск", "DTSTART;VALUE=DATE:20261201"]).decode()
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    (event,) = read_events(mark + text.encode(encoding))
    assert event.text("SUMMARY") == "Отпуск"


def test_a_file_of_an_older_encoding_is_refused_with_the_line():
    with pytest.raises(ValueError, match="line 4 is not UTF-8 text"):
        read_events(calendar(["SUMMARY:Отпуск"]).decode().encode("cp1251"))


@pytest.mark.parametrize("ending", [b"\n", b"\r", b"\r\n"])
def test_lines_may_end_as_on_any_system_and_be_folded(ending):
    content = calendar(["SUMMARY:Long", " er", "DTSTART;VAL", "\tUE=DATE:20261201"]).replace(b"\r\n", ending)
    (event,) = read_events(content)
    assert (event.text("SUMMARY"), str(event.first_day)) == ("Longer", "2026-12-01")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261201"], "ends before it begins"),
        (["DTSTART:20261205T100000Z", "DTEND:20261205T090000Z"], "ends before it begins"),
        (["DTSTART:20261205T100000Z", "DTEND:20261204T230000"], "ends before it begins"),
        (["DTSTART;VALUE=DATE:20261205", "DURATION:-P3D"], "ends before it begins"),
        (["DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261206", "DURATION:P3D"], "both DTEND and DURATION"),
        (["DTSTART;VALUE=DATE:20261205", "RRULE:FREQ=YEARLY", "EXRULE:FREQ=YEARLY;INTERVAL=2"], "EXRULE"),
        (["DTSTART;VALUE=DATE:20261205", "DTSTART;VALUE=DATE:20261206"], "DTSTART more than once"),
        (["DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261206", "DTEND;VALUE=DATE:20261207"], "DTEND more than once"),
    ],
)  # fmt: skip
def test_an_event_that_contradicts_itself_is_refused(lines, says):
    with pytest.raises(ValueError, match=says):
        taken(lines)


def test_entries_that_are_no_events_are_counted():
    content = calendar(WEEKLY).replace(
        b"END:VCALENDAR",
        b"BEGIN:VTODO\r\nEND:VTODO\r\nBEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\nBEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR",
    )
    assert other_entries(content) == {"VTODO": 2, "VFREEBUSY": 1}
    assert other_entries(calendar(WEEKLY)) == {}


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART;TZID=Foo/Bar:20260501T000000", "DTEND;VALUE=DATE:99991231"],
        ["DTSTART:20260501T000000", "RDATE:120000"],
        ["DTSTART:20260501T000000", "DURATION:P1000000000D"],
        ["DTSTART:20260501T000000", "RDATE:P1D"],
        ["DTSTART;VALUE=DATE:20260501", "EXDATE:P1D"],
        ["DTSTART;VALUE=DATE:20260501", "RECURRENCE-ID:P1D"],
        ["DTSTART;VALUE=DATE:20260501", "DURATION:20260502"],
    ],
)
def test_values_that_do_not_go_together_are_refused_and_never_a_bug(lines):
    with pytest.raises(ValueError, match=r"no date of an event|no duration|do not go together|cannot be read"):
        taken(lines)


def test_what_only_names_editions_oddly_is_still_read():
    assert taken(["UID:1", "UID:2", "SEQUENCE:x", "DTSTART;VALUE=DATE:20260501"]) == ["05-01"]
    assert taken(["SEQUENCE:1", "SEQUENCE:2", "DTSTART;VALUE=DATE:20260501"]) == ["05-01"]
