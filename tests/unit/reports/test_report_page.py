"""The page of a period: every share with numerator and denominator, the worst first, nothing unescaped, nothing from elsewhere."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from bridge.policies.figures.model import Dimension, Filters, Now, Period, Spent, TicketCounts
from bridge.reports import report_words as words
from tests.unit.reports.figures_sample import NIGHT, REGISTRY, WEEK, coming, figures, missed, page, row, teller
from tests.unit.reports.reader import Reader

SPACE = "\N{NO-BREAK SPACE}"
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</td></table><iframe src=//evil.example>",
    "</title><script>x</script>",
    "&lt;b&gt; &#x3c;script&#x3e; &amp;",
    "javascript:alert(1)",
    "\u202eright to left\u2066",
    "\x1b]0;x\x07\x00\x9b31m",
    "{0} {name} %s %(x)s",
    "]]><![CDATA[<svg onload=x>",
    "строка\nстрока\r\n\u2028третья",
]


def empty(**changes: object):
    """A period in which nothing ended, at a desk where nothing is open."""
    return figures(
        rows=dict.fromkeys(Dimension, ()), total=(), missed=(), excluded=(), unknown=(), registry=None,
        tickets=TicketCounts(met=0, breached=0, last_breached=0, reopened=0, cancelled=0, excluded=0, open_breached=0),
        now=Now(open=0, new_today=0, at_risk=0, next_due=None, overdue=0, most_late=None, paused=0, no_sla=0, unknown=0),
        backlog=tuple(replace(one, ours=0, waiting=0) for one in figures().backlog),
        arrivals=WEEK, breaches=WEEK, working=WEEK, spent=Spent(), **changes,
    )  # fmt: skip


def cells(text: str, caption: str) -> list[list[str]]:
    return Reader(text).tables[caption]


@LANGUAGES
def test_every_share_stands_beside_its_numerator_and_denominator(language: str) -> None:
    read = Reader(page(language=language))
    tell = teller(language)
    for name in ("level", "department", "agent", "customer"):
        heads, *lines = read.tables[tell.word(words.SECTIONS[name])]
        share, met = heads.index("%"), heads.index(tell.word(words.COLUMNS["met"]))
        for line in lines:
            counted = re.fullmatch(r"(\d+)\D+(\d+)", line[met])
            assert counted is not None, line
            assert line[share].startswith(tell.share(int(counted[1]), int(counted[2])))
    for name in ("month", "tickets"):
        for line in read.tables[tell.word(words.SECTIONS[name])][1:]:
            if "%" in line[-1]:
                assert any(re.fullmatch(rf"\d+{SPACE}(of|из){SPACE}\d+", cell) for cell in line), line


def test_the_worst_come_first_those_with_few_data_behind_them_and_the_total_once() -> None:
    rows = (
        row("standard", 95, 5), row("urgent", 9, 3), row("general", 1, 4), row("development", 0, 1),
        row("spare", 0, 0, open=2), row("fine", 50, 0),
    )  # fmt: skip
    found = figures(rows={**figures().rows, Dimension.LEVEL: rows}, total=(row("", 155, 13, open=2),))
    lines = cells(page(found), "By level")[1:]
    assert [(line[0], line[2]) for line in lines] == [
        ("Operative supportFirst response: 6 working hours", f"75.0{SPACE}%"),
        ("Standard supportFirst response: 8 working hours", f"95.0{SPACE}%"),
        ("fine", f"100.0{SPACE}%"),
        ("General questionsFirst response: 40 working hours", f"20.0{SPACE}%few data"),
        ("Under control of developmentFirst response: 24 working days", f"0.0{SPACE}%few data"),
        ("spare", "—"),
        ("Total", f"92.3{SPACE}%"),
    ]
    assert page(found).count(">Total<") == page(figures()).count(">Total<")


def test_a_deadline_that_was_missed_is_not_rounded_away() -> None:
    rows = {**figures().rows, Dimension.LEVEL: (row("standard", 99_999, 1), row("urgent", 1, 99_999))}
    shares = [line[2] for line in cells(page(figures(rows=rows)), "By level")[1:3]]
    assert shares == [f"0.1{SPACE}%", f"99.9{SPACE}%"]


def test_tiles_say_what_stands_and_go_to_what_is_behind_them() -> None:
    text = page()
    assert re.findall(r'<a href="#(\w+)" class="tile', text) == [
        "backlog",
        "coming",
        "overdue",
        "month",
        "certificates",
    ]
    for target in re.findall(r'href="#(\w+)"', text):
        assert text.count(f'id="{target}"') == 1
    read = Reader(text).text
    for told in (
        "2 new today; 6 waiting for the customer",
        "next due Mon",
        f"41{SPACE}of{SPACE}44; October: 90.0{SPACE}%",
    ):
        assert told in read


@LANGUAGES
def test_a_period_without_ended_deadlines_says_so_and_shows_no_zero_percent(language: str) -> None:
    text = page(empty(), language, coming=())
    read = Reader(text)
    assert teller(language).word(words.NO_DATA) in read.text
    assert not re.search(r"\d\s*%", re.sub(r"90.%", "", read.text.replace(SPACE, " ")))
    assert "polyline" not in read.tags
    assert 'role="img"' not in text
    assert read.tables[teller(language).word(words.SECTIONS["level"])][0]
    for name in ("coming", "overdue", "missed", "unknown", "excluded", "registry"):
        assert teller(language).word(words.EMPTY[name]) in read.text


@LANGUAGES
def test_missed_deadlines_have_cause_and_receipt_and_the_command_that_counts_them_again(language: str) -> None:
    read = Reader(page(language=language))
    tell = teller(language)
    assert tell.cause("unassigned") in read.text
    for told in ("sha256:0123abcd", "sha256:4567ef", "sla-bridge explain 700007 --full"):
        assert told in read.texts
    for told in (
        tell.word(words.STILL_OPEN),
        tell.word(words.NOT_RECORDED),
        tell.calendar("support-msk"),
        tell.target("8h"),
    ):
        assert told in read.text
    line = read.tables[tell.word(words.SECTIONS["missed"])][1]
    assert line[4] == tell.amount(1800)


def test_how_late_an_open_ticket_is_is_counted_on_its_calendar_up_to_the_report() -> None:
    friday = missed(1, due_at=1795773600, breached_at=1795773600, stopped_at=None, late_seconds=None, late_days=None)
    assert teller().lateness(friday) == f"1{SPACE}h{SPACE}00{SPACE}min, open"
    in_days = replace(friday, target="24wd", late_days=3, stopped_at=1795773600)
    assert teller("ru").lateness(in_days) == f"3{SPACE}рабочих{SPACE}дня"
    unknown = replace(friday, calendar="of-old")
    assert teller().lateness(unknown) == "not recorded, open"


def test_what_is_overdue_stands_apart_the_oldest_first() -> None:
    open_ones = [missed(number, stopped_at=None, due_at=1795773600 - number, late_seconds=None) for number in (1, 2)]
    read = Reader(page(figures(missed=(*open_ones, missed(7)))))
    assert [line[0] for line in read.tables["Overdue now"][1:]] == ["700002", "700001"]
    assert [line[0] for line in read.tables["Missed deadlines of the period"][1:]] == ["700007"]


def test_a_number_that_a_shell_would_read_is_told_by_the_tickets_id() -> None:
    read = Reader(page(figures(missed=(missed(5, number="$(reboot)"),))))
    assert "sla-bridge explain id:5 --full" in read.texts
    assert not [text for text in read.texts if "explain $(" in text]


def test_lists_are_bounded_and_say_how_many_there_are() -> None:
    many = tuple(missed(number) for number in range(1, 451))
    text = page(figures(missed=many))
    assert "450, newest first" in text
    assert "Shown are 200 of 450; --format csv gives all rows." in text
    assert text.count("--full") == 200
    customers = tuple(row(f"K-{number}", 1, 0, name=f"Farm {number}") for number in range(1000))
    text = page(figures(rows={**figures().rows, Dimension.CUSTOMER: customers}))
    assert "285 more" in text
    assert "Shown are 300 of 1000" in text
    assert len(text) < 1_000_000


def test_what_is_asked_for_and_what_is_missing_stand_on_top() -> None:
    found = figures(filters=Filters(level="urgent", customer="K-1", agent="", metric="first_response"))
    text = Reader(page(found, skipped=3)).text
    assert "Only: Level: Operative support, Customer: СПК «Колос», Agent: Nobody, Deadline: First response" in text
    assert "tickets missing here: 3" in text


@pytest.mark.parametrize(
    ("since", "until", "russian", "english"),
    [
        ("2026-11-01", "2026-11-30", "ноябрь 2026, пока по 29 ноября 2026", "November 2026, so far until 29 November 2026"),
        ("2026-10-01", "2026-10-31", "октябрь 2026", "October 2026"),
        ("2026-10-05", "2026-10-09", "5–9 октября 2026", "5–9 October 2026"),
        ("2026-09-21", "2026-10-02", "21 сентября 2026 – 2 октября 2026", "21 September 2026 – 2 October 2026"),
        ("2026-10-05", "2026-10-05", "5 октября 2026", "5 October 2026"),
    ],
)  # fmt: skip
def test_a_period_is_called_as_people_call_it(since: str, until: str, russian: str, english: str) -> None:
    period = Period(since=date.fromisoformat(since), until=date.fromisoformat(until), zone="Europe/Moscow")
    for language, told in (("ru", russian), ("en", english)):
        text = Reader(page(figures(period=period), language)).text.replace(SPACE, " ")
        assert f"{told} " in text


@pytest.mark.parametrize("hostile", HOSTILE)
@LANGUAGES
def test_whatever_others_wrote_stays_text(language: str, hostile: str) -> None:
    found = figures(hostile=hostile)
    found = replace(
        found,
        missed=(
            missed(
                7,
                name=hostile,
                number=hostile,
                level=hostile,
                breach_cause=hostile,
                calendar=hostile,
                target=hostile,
                policy_digest=hostile,
                inputs=hostile,
            ),
        ),
    )
    text = page(found, language, coming=(coming(number=hostile, customer_name=hostile, level=hostile, metric=hostile),))
    read, plain = Reader(text), Reader(page(figures(), language))
    assert set(read.tags) <= set(plain.tags)
    assert {name for name, _ in read.attributes} <= {name for name, _ in plain.attributes}
    assert read.open == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    for name, value in read.attributes:
        if name in {"href", "src"}:
            assert value is not None
            assert value.startswith(("#", "https://help.example/"))


@LANGUAGES
def test_the_page_needs_nothing_from_elsewhere(language: str) -> None:
    text = page(language=language)
    read = Reader(text)
    assert not {"script", "img", "link", "iframe", "form"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert "url(http" not in text
    assert "@import" not in text
    assert read.open == []


@LANGUAGES
def test_every_chart_tells_its_title_and_description_and_has_a_table(language: str) -> None:
    text = page(language=language)
    charts = re.findall(r'<svg viewBox="[^"]*" role="img".*?</svg>', text, re.DOTALL)
    assert len(charts) == 3
    for one in charts:
        drawn = ET.fromstring(one)  # noqa: S314 - our own
        title, description = drawn[0], drawn[1]
        assert (title.tag, description.tag) == ("title", "desc")
        assert title.text
        assert description.text
        assert drawn.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert text.count(f"<summary>{teller(language).word(words.TABLE)}</summary>") == 3


@LANGUAGES
def test_no_identifier_of_ours_stands_for_a_word(language: str) -> None:
    text = Reader(page(language=language)).text
    for identifier in ("first_response", "at_risk", "unassigned", "support-msk", "None", "{", "}"):
        assert identifier not in text


def test_words_of_one_language_do_not_stand_in_the_other() -> None:
    english = page(figures(hostile="Farm"), "en", coming=())
    assert not re.search(
        "[а-яё]", re.sub(r"<style>.*?</style>", "", english).replace("Ким Елена", "").replace("Поддержка", "")
    )


def test_months_without_data_leave_a_gap_and_stand_in_the_table() -> None:
    text = page()
    heads, *lines = cells(text, "Compliance over 12 months")
    assert (len(lines), lines[0][0], lines[-1][0]) == (12, "December 2025", "November 2026")
    assert lines[0][1] == lines[0][3] == "—"
    assert lines[-1][1:] == [f"41{SPACE}of{SPACE}44", "3", f"93.2{SPACE}%"]
    assert heads[0] == "Month"
    assert text.count("<polyline") == 1


def test_the_heat_map_has_every_number_in_its_table_too() -> None:
    _, *lines = cells(page(), "When tickets come")
    assert lines[0][10:13] == ["5", "12/2", "3"]
    assert [line[0] for line in lines] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert NIGHT == (0,) * 24


def test_what_the_registry_says_is_told_and_what_it_does_not_keep_is_not_called_empty() -> None:
    read = Reader(page())
    assert cells(page(), "Certificates that end")[1] == ["СПК «Колос»", "S-1", "2026-12-20", "21"]
    assert cells(page(), "Used of contracts")[1] == ["ООО «Заря»", "D-1", "часы", "2026", "9.5 of 10 ч", "0.5"]
    assert cells(page(language="ru"), "Израсходовано по договорам")[1][4:] == ["9,5 из 10 ч", "0,5"]
    assert "1 in 30 days, 1 in 60 days, 1 in 90 days" in read.text
    kept = {**REGISTRY, "certificates": [], "versions": [], "tracks": ["certificates"]}
    told = Reader(page(figures(registry=kept))).text
    assert "Nothing ends within 90 days." in told
    assert told.count("The registry of customers does not keep this.") == 1


def test_more_certificates_than_are_listed_are_told() -> None:
    kept = {**REGISTRY, "more": {**REGISTRY["more"], "certificates": 800}}
    assert "Shown are 1 of 800" in page(figures(registry=kept))


def test_a_ticket_without_a_page_has_no_link() -> None:
    text = page(teller=teller(address_of=lambda _: None))
    assert 'href="https' not in text
    assert "700007" in text
