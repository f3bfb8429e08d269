"""The page of a simulation: titles, the policy's zone and language, links, each ticket once, bounds, and nothing unescaped."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bridge.files.types import Title
from bridge.policies.agreement.policy import Policy
from bridge.policies.trials.simulate import Difference, Summary
from bridge.reports.simulation_page import SimulationPage
from tests.unit.reports.reader import Reader
from tests.unit.trials.test_most_changed import SAME
from tests.unit.trials.test_simulate import CURRENT, NO_CONSULTING, SHORTER, by, policy, simulate, tickets

NOW = 1_744_081_200
MOSCOW = ZoneInfo("Europe/Moscow")


def link(ticket: int) -> str:
    return f"https://help.example/scp/tickets.php?id={ticket}&a=1"


def page(summary: Summary, coming: Policy = SHORTER, language: str = "en", **changes: object) -> str:
    made = SimulationPage(
        summary=summary,
        current=CURRENT,
        coming=replace(coming, language=language),
        candidate="draft",
        now=NOW,
        zone=MOSCOW,
        address_of=link,
    )
    return replace(made, **changes).html()


def simulated(coming: Policy) -> Summary:
    return simulate(tickets(), by(CURRENT), by(coming))


def test_levels_states_and_metrics_go_by_their_titles_in_the_language_of_the_draft() -> None:
    russian = page(simulated(SHORTER), language="ru")
    assert '<html lang="ru">' in russian
    for text in (
        "Что изменит draft",
        "Стандартная поддержка",
        "просрочено",
        "нарушено: Первый ответ",
        "Срок «Стандартная поддержка, Первый ответ», изменено: 8 рабочих часов → 6 рабочих часов",
    ):
        assert text in russian
    english = page(simulated(SHORTER))
    for text in ("What draft would change", "Standard support", "overdue", "breached: First response", "commercial"):
        assert text in english
    for identifier in ("first_response", "at_risk<", ">standard<"):
        assert identifier not in russian + english


def test_times_are_of_the_policys_zone_with_the_metric_they_are_of() -> None:
    text = page(simulated(SHORTER), language="ru")
    assert "Всё время: Europe/Moscow" in text
    assert "на 08.04.2025 06:00" in text
    assert re.search(r"Первый ответ: \d\d\.04\.2025 \d\d:\d\d</span> → \d\d\.04\.2025 \d\d:\d\d", text)
    assert not re.search(r"\d{4}-\d\d-\d\d", text)


def test_each_ticket_has_one_row_and_a_link_to_its_page() -> None:
    summary = simulated(NO_CONSULTING)
    summary.join(simulated(NO_CONSULTING))
    text = page(summary, NO_CONSULTING)
    assert text.count('<tr><td class="ticket"') == 1
    assert text.count('href="https://help.example/scp/tickets.php?id=5&amp;a=1"') == 1


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "thresholds by one of them only: First response: late"),
        ("ru", "пороги только по одному из соглашений: Первый ответ: late"),
    ],
)
def test_thresholds_that_one_of_the_policies_alone_reaches_stand_beside_the_state(language: str, told: str) -> None:
    nagging = policy(
        (
            "  thresholds:\n    - id: warn-75",
            "  thresholds:\n    - {id: late, at: 80%, actions: [{priority: High}]}\n    - id: warn-75",
        )
    )
    assert told in " ".join(Reader(page(simulated(nagging), nagging, language)).texts)


def test_a_helpdesk_without_pages_has_no_links() -> None:
    assert "<a " not in page(simulated(SHORTER), address_of=lambda _: None)


def test_what_is_left_out_is_said() -> None:
    summary = Summary(shown=2)
    for number in range(1, 41):
        summary.add(
            replace(SAME, ticket_id=number, number=str(number), department=f"Desk {number}", due=(1, 1 + number))
        )
        summary.failed.append((number, "broken"))
    text = page(summary)
    assert text.count('<td class="ticket"') == 2
    assert "38 more changed tickets are not listed; --shown lists more." in text
    assert "and 25 more" in text
    assert "and 20 more" in text
    assert "Not decided (40)" in text
    many = Summary(shown=2000)
    for number in range(1, 20_000):
        many.add(replace(SAME, ticket_id=number, number=str(number), department=f"Desk {number}", due=(1, 1 + number)))
    assert len(page(many)) < 2_000_000


def test_nothing_to_tell_is_said_too() -> None:
    text = page(Summary(), CURRENT)
    assert "The agreements are the same." in text
    assert "No ticket changes." in text


HOSTILE = "<script>alert(1)</script>\" onload='x' \u202e\x1b]0;x\x07 & {candidate} {0}"


def test_whatever_others_wrote_stays_text() -> None:
    one = Difference(
        ticket_id=1,
        number=HOSTILE,
        department=HOSTILE,
        category=HOSTILE,
        level=(HOSTILE, HOSTILE + "2"),
        rule=(HOSTILE, HOSTILE + "2"),
        state=(HOSTILE, HOSTILE + "2"),
        verdict=(HOSTILE, HOSTILE + "2"),
        due=(1, 2),
        metric=(HOSTILE, HOSTILE),
        breached=(HOSTILE,),
        saved=(HOSTILE,),
    )
    summary = Summary(failed=[(1, HOSTILE), (0, HOSTILE)])
    summary.add(one)
    coming = replace(policy(("first_response: 8h", "first_response: 6h")), title=Title(ru=HOSTILE, en=HOSTILE))
    text = page(summary, coming, candidate=HOSTILE, address_of=lambda _: f"https://x.example/{HOSTILE}")
    read = Reader(text)
    assert "script" not in read.tags
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert read.open == []
    for steering in ("\u202e", "\x1b", "\x07"):
        assert steering not in "".join(read.texts)
    assert "<script>alert(1)</script>" in "".join(read.texts)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_needs_nothing_from_elsewhere(language: str) -> None:
    read = Reader(page(simulated(SHORTER), language=language))
    assert not {"script", "img", "link", "iframe"} & set(read.tags)
    assert read.open == []
