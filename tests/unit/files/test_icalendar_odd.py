"""What only damage makes of an iCalendar file: found by the campaign, each told as what it is."""

import pytest

from bridge.files.icalendar import read_events

EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n{line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def test_a_recurrence_id_that_is_no_date_still_names_its_event() -> None:
    (event,) = read_events(EVENT.format(line="RECURRENCE-ID;VALUE=TEXT:soon").encode())
    assert event.identity == ("1", "soon")


def test_a_parameter_with_two_values_makes_the_file_unreadable_and_no_traceback() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_events(EVENT.format(line="DTSTART;VALUE=DATE,PERIOD:20260105").encode())
