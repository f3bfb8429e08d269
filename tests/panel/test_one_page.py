"""The server and the script tell one ticket alike: what the panel's HTML says, the script says of the data inside it."""

import html
import json
import random
import re
import shutil
import subprocess

import pytest

from bridge.decisions import ClockState
from bridge.policies.decide import decide
from bridge.policies.telling.detail import detail
from bridge.tickets import format_instant, parse_instant
from tests.panel.script import EVERY_SECOND, HERE, clocks_of, needs_node, windows_of
from tests.property.test_clocks import CALENDARS
from tests.unit.clocks.desk import AT_75, PENDING, at, message, response, row, simple, status, target, ticket

PHP = shutil.which("php")
pytestmark = [needs_node, pytest.mark.skipif(PHP is None, reason="php is not installed: apt-get install php-cli")]
WORDS = json.loads((HERE.parents[1] / "plugin" / "sla-bridge" / "assets" / "words.json").read_text(encoding="utf-8"))
FROM, UNTIL = at("2026-10-01 00:00"), at("2027-06-01 00:00")
LATER = at("2026-11-25 00:00")
HOURS = {name: CALENDARS[name] for name in ("office", "lunch", "always")}
EVENTS = {
    "untouched": (),
    "waiting": (status("2026-11-23 12:10", PENDING),),
    "resumed": (status("2026-11-23 12:10", PENDING), message("2026-11-24 10:25")),
    "waiting too late": (status("2026-11-27 12:10", PENDING),),
    "waiting while late": (status("2026-12-08 12:10", PENDING), message("2026-12-14 10:25")),
}
LINE = {name: re.compile(rf'class="sla-{name}"[^>]*>([^<]*)<') for name in ("amount", "due")}
SECTION = re.compile(r'class="[^"]*sla-clock".*?(?=<section|$)', re.DOTALL)
FIGURE = re.compile(r'class="sla-figure">(?:(?!sla-figure).)*?class="sla-(left|late|worked)">([^<]*)<', re.DOTALL)
DATA = re.compile(r'class="sla-data">(.*?)</script>', re.DOTALL)


def policy(calendar, days):
    return simple(
        row("first_response", target("8h", calendar, AT_75)), row("resolution", target(days, calendar, AT_75))
    )


def view(decision, calendar, now, language, start):
    stored = json.loads(json.dumps(detail(decision)))
    for clock, paged in zip(stored["clocks"], clocks_of(decision), strict=True):
        risk = paged["risk_at"]
        clock |= {"risk_at": None if risk is None else format_instant(risk)}
        clock |= {name: paged[name] for name in ("target_seconds", "target_days")}
    windows = [[max(start, opens), closes] for opens, closes in windows_of(calendar, start, UNTIL)]
    published = {
        "zone": calendar.zone.key,
        "from": format_instant(start),
        "until": format_instant(UNTIL),
        "windows": [[format_instant(edge) for edge in one] for one in windows],
    }
    return {
        "ticket": {"id": 1, "number": "1", "created_at": 0, "state": "open", "merged_into": None},
        "detail": stored,
        "cycles": [],
        "published": {"calendars": {calendar.id: published}},
        "now": now,
        "lastPass": now - 60,
        "every": 60,
        "language": language,
        "zone": "Asia/Yekaterinburg",
    }


@pytest.mark.parametrize("story", EVENTS)
@pytest.mark.parametrize("hours", HOURS)
def test_server_and_script_say_the_same(script, story, hours):
    dice = random.Random(f"{story} {hours}")
    calendar = HOURS[hours]
    one = ticket("2026-11-23 10:00", *EVENTS[story])
    times = sorted({one.events[-1].at + dice.randrange(40 * 86_400) for _ in range(40)})
    views = [
        view(
            decide(one, policy(calendar, dice.choice(["3wd", "24wd"])), now=now),
            calendar,
            now,
            dice.choice(["ru", "en"]),
            dice.choice([FROM, FROM, LATER]),
        )
        for now in times
    ]
    told = dict.fromkeys(("amount", "due", "worked", "days late"), 0)
    for shown, page in zip(views, drawn(views), strict=True):
        data = json.loads(DATA.search(page)[1])
        words = WORDS[shown["language"]]
        for index, (clock, section) in enumerate(zip(data["clocks"], SECTION.findall(page), strict=True)):
            here = data["calendars"].get(clock["calendar"])
            line = script.ask("line", clock, here, data["now"], words, data["zone"])
            figures = {name: html.unescape(value) for name, value in FIGURE.findall(section)}
            server = figures.get("late" if line["state"] == "overdue" else "left")
            assert line["amount"] in said(server, line["state"], words), (line, figures, clock)
            told["amount"] += server is not None
            told["days late"] += line["state"] == "overdue" and clock["target_days"] is not None
            if clock["target_days"] is None:
                seconds = script.ask("spent", clock, here, data["now"])
                assert figures.get("worked") == (seconds if seconds is None else script.ask("counted", seconds, words))
                told["worked"] += seconds is not None
            if index == data["line"] and line["state"] != "outside":
                assert html.unescape(LINE["due"].search(page)[1]) == line["due"]
                told["due"] += 1
            if index == data["line"] and clock["pauses"] and clock["pauses"][-1][1] is None:
                standing = html.unescape(LINE["amount"].search(page)[1])
                assert line["amount"] in {standing, None}
    assert told.pop("days late") > 0 or "waiting" in {story, story[: -len(" too late")]}
    assert all(number > 10 for number in told.values()), told


LATE = {"hours": "8h", "calendar time": "30h calendar", "working days": "2wd"}


@pytest.mark.parametrize("amount", LATE.values(), ids=list(LATE))
@pytest.mark.parametrize("hours", HOURS)
def test_an_answer_changes_nothing_of_how_late_a_clock_was(script, hours, amount):
    """Overdue by so much in the second of the answer, missed by as much after it: pauses are no lateness."""
    calendar = HOURS[hours]
    by = simple(row("first_response", target(amount, calendar)))
    dice = random.Random(f"{hours} {amount}")
    views, before = [], []
    for number in range(12):
        waits = at("2026-11-27 12:00") + dice.randrange(3 * 86_400)
        writes = waits + dice.randrange(4 * 86_400)
        answers = max(writes, at("2026-12-02 12:00")) + dice.randrange(4 * 86_400)
        told = [status(waits, PENDING), message(writes)] if number % 4 else []
        open_ = decide(ticket("2026-11-23 10:15", *told), by, now=answers)
        over = decide(ticket("2026-11-23 10:15", *told, response(answers)), by, now=answers)
        assert (open_.clocks[0].state, over.clocks[0].state) == (ClockState.OVERDUE, ClockState.MISSED)
        shown = view(open_, calendar, answers, "ru", FROM)
        views += [shown, view(over, calendar, answers, "ru", FROM)]
        clock, own = clocks_of(open_)[0], shown["published"]["calendars"][calendar.id]
        windows = [[parse_instant(edge) for edge in one] for one in own["windows"]]
        if clock["calendar"] == EVERY_SECOND:
            windows = [[FROM, UNTIL]]
        line = script.ask("line", clock, {"zone": own["zone"], "windows": windows}, answers, WORDS["ru"], "UTC")
        before.append(line["amount"])
    pages = drawn(views)
    figure = re.compile(r"<dt>(?:Просрочено|Сверх срока)</dt><dd><b[^>]*>([^<]*)</b>")
    amounts = [html.unescape(figure.search(page)[1]) for page in pages]
    assert amounts[0::2] == amounts[1::2]
    assert [f"на\u00a0{one}" for one in amounts[1::2]] == before
    assert len(set(amounts)) > 2


def said(amount, state, words):
    """What the script may say where the server names that amount; None where the server's words stand."""
    if amount is None:
        return {None}
    forms = [words["line"][state]["amount"], *words["line"]["left_days"].values()]
    standing = {None} if state == "paused" else set()
    return {form.replace("{A}", amount) for form in forms} | standing


def drawn(views):
    command = [PHP, str(HERE.parent / "plugin" / "panels.php")]
    ended = subprocess.run(command, input=json.dumps(views), check=True, capture_output=True, text=True, timeout=60)
    return json.loads(ended.stdout)
