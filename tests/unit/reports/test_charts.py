"""Charts hold every number that they are given, stay within their frame, and are well-formed whatever the numbers are."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.reports.charts import MonthPoint, age_bars, chart, month_line, share_bar
from bridge.reports.heat_map import HEIGHT, WIDTH, heat_map
from bridge.reports.markup import percent, tenths_of

DAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_HOURS = st.lists(st.integers(0, 100_000), min_size=24, max_size=24).map(tuple)
_WEEKS = st.lists(_HOURS, min_size=7, max_size=7).map(tuple)


def drawn(width: int, height: int, parts) -> ET.Element:
    picture = ET.fromstring(chart("one", width, height, title="t", description="d", parts=parts))  # noqa: S314 - our own
    for one in picture.iter():
        for name, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
            assert 0 <= float(one.get(name, "0")) <= limit
    return picture


@given(st.lists(st.none() | st.integers(0, 1000), min_size=12, max_size=12).filter(any))
@settings(max_examples=60)
def test_every_month_says_its_number_and_its_point_lies_between_the_lines_of_the_axis(shares) -> None:
    points = [MonthPoint(f"m{index}", share) for index, share in enumerate(shares)]
    picture = drawn(560, 220, month_line(points, "ru"))
    known = [one for one in shares if one is not None]
    assert len(picture.findall("circle")) == len(known)
    texts = [one.text for one in picture.findall("text")]
    for one in known:
        assert f"{one // 10},{one % 10}" in texts
    lines = [float(one.get("y1")) for one in picture.findall("line")]
    assert 2 <= len(lines) <= 7
    for one in picture.findall("circle"):
        assert min(lines) - 0.1 <= float(one.get("cy")) <= max(lines) + 0.1


@given(
    _WEEKS,
    _WEEKS,
    st.lists(st.lists(st.integers(0, 1), min_size=24, max_size=24).map(tuple), min_size=7, max_size=7).map(tuple),
)
@settings(max_examples=30)
def test_the_week_tells_every_number(arrivals, breaches, working) -> None:
    if not any(map(any, arrivals)) and not any(map(any, breaches)):
        return
    picture = drawn(WIDTH, HEIGHT, heat_map(arrivals, breaches, working, DAYS))
    told = [one.text for one in picture.findall("text") if one.get("class", "").startswith(("n ", "framed"))]
    assert sorted(map(int, told)) == sorted(one for week in (arrivals, breaches) for row in week for one in row if one)
    assert len(picture.findall("rect")) == 168 + sum(one > 0 for row in breaches for one in row)


def test_the_outline_goes_around_working_time_and_nowhere_else() -> None:
    night = (0,) * 24
    works = tuple(int(9 <= hour < 18) for hour in range(24))
    arrivals = ((1, *night[1:]), *(night,) * 6)
    picture = drawn(WIDTH, HEIGHT, heat_map(arrivals, (night,) * 7, (works,) * 5 + (night,) * 2, DAYS))
    path = picture.find("path").get("d")
    assert len(re.findall(r"h37.5", path)) == 2 * 9
    assert len(re.findall(r"v30", path)) == 2 * 5


def test_a_week_in_which_only_deadlines_were_missed_is_drawn_too() -> None:
    night = (0,) * 24
    breaches = ((3, *night[1:]), *(night,) * 6)
    assert drawn(WIDTH, HEIGHT, heat_map((night,) * 7, breaches, (night,) * 7, DAYS)) is not None


@given(st.lists(st.tuples(st.just("1–3"), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=5, max_size=5))
def test_bars_of_ages_say_their_sums(bands) -> None:
    picture = drawn(360, 160, age_bars(bands))
    sums = [one.text for one in picture.findall("text")][1::2]
    assert sums == [str(ours + waiting) for _, ours, waiting in bands]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_was_missed_is_seen_in_a_bar_and_what_was_met_too(met: int, missed: int) -> None:
    if not met + missed:
        return
    widths = [float(one) for one in re.findall(r'<rect[^>]*? width="([\d.]+)"', share_bar(met, missed))]
    assert abs(sum(widths) - 120) < 0.2
    assert (len(widths) == 2) == (missed > 0)
    assert not met or widths[0] >= 3.9
    assert not missed or widths[1] >= 3.9


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_shares_are_rounded_half_up_and_only_all_of_it_is_a_hundred(part: int, whole: int) -> None:
    if part > whole:
        return
    tenths = tenths_of(part, whole)
    assert (tenths == 1000) == (part == whole)
    assert (tenths == 0) == (part == 0)
    assert abs(tenths * whole - 1000 * part) <= whole


def test_a_share_is_written_as_each_language_does() -> None:
    assert percent(41, 44, "ru") == "93,2\N{NO-BREAK SPACE}%"
    assert percent(1, 16, "en") == "6.3\N{NO-BREAK SPACE}%"
