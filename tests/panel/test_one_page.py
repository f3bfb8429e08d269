"""The server and the script tell one ticket alike: what the panel's HTML says, the script says of the data inside it."""

import html
import json
import random
import re
import shutil
import subprocess

import pytest

from bridge.policies.decide import decide
from bridge.policies.telling.detail import detail
from bridge.tickets import format_instant
from tests.panel.script import HERE, clocks_of, needs_node, windows_of
from tests.unit.clocks.desk import AT_75, PENDING, D, at, message, row, simple, status, target, ticket

PHP = shutil.which("php")
pytestmark = [needs_node, pytest.mark.skipif(PHP is None, reason="php is not installed: apt-get install php-cli")]
WORDS = json.loads((HERE.parents[1] / "plugin" / "sla-bridge" / "assets" / "words.json").read_text(encoding="utf-8"))
FROM, UNTIL = at("2026-10-01 00:00"), at("2027-06-01 00:00")
POLICY = simple(row("first_response", target("8h", D, AT_75)), row("resolution", target("24wd", D, AT_75)))
EVENTS = {
    "untouched": (),
    "waiting": (status("2026-11-23 12:10", PENDING),),
    "resumed": (status("2026-11-23 12:10", PENDING), message("2026-11-24 10:25")),
    "waiting too late": (status("2026-11-27 12:10", PENDING),),
}
LINE_DUE = re.compile(r'class="sla-due"[^>]*>([^<]*)<')
SECTION = re.compile(r'class="[^"]*sla-clock".*?(?=<section|$)', re.DOTALL)
LEFT = re.compile(r'class="sla-left"[^>]*>([^<]*)<')
DATA = re.compile(r'class="sla-data">(.*?)</script>', re.DOTALL)


def view(decision, now, language):
    stored = json.loads(json.dumps(detail(decision)))
    for clock, paged in zip(stored["clocks"], clocks_of(decision), strict=True):
        risk = paged["risk_at"]
        clock |= {"risk_at": None if risk is None else format_instant(risk)}
        clock |= {name: paged[name] for name in ("target_seconds", "target_days")}
    windows = [[format_instant(edge) for edge in one] for one in windows_of(D, FROM, UNTIL)]
    calendar = {
        "zone": "Europe/Moscow",
        "from": format_instant(FROM),
        "until": format_instant(UNTIL),
        "windows": windows,
    }
    return {
        "ticket": {"id": 1, "number": "1", "created_at": 0, "state": "open", "merged_into": None},
        "detail": stored,
        "cycles": [],
        "published": {"calendars": {"d": calendar}},
        "now": now,
        "lastPass": now - 60,
        "every": 60,
        "language": language,
        "zone": "Asia/Yekaterinburg",
    }


@pytest.mark.parametrize("story", EVENTS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_server_and_script_say_the_same(script, story, language):
    dice = random.Random(story)
    one = ticket("2026-11-23 10:00", *EVENTS[story])
    times = sorted({one.events[-1].at + dice.randrange(40 * 86_400) for _ in range(25)})
    pages = drawn([view(decide(one, POLICY, now=now), now, language) for now in times])
    told = 0
    for page in pages:
        data = json.loads(DATA.search(page)[1])
        for index, (clock, section) in enumerate(zip(data["clocks"], SECTION.findall(page), strict=True)):
            here = data["calendars"].get(clock["calendar"])
            line = script.ask("line", clock, here, data["now"], WORDS[language], data["zone"])
            left = LEFT.search(section)
            if left and line["state"] != "overdue" and line["amount"] is not None:
                assert html.unescape(left[1]) in line["amount"]
                told += 1
            if index == data["line"] and line["state"] != "outside":
                assert html.unescape(LINE_DUE.search(page)[1]) == line["due"]
                told += 1
    assert told >= len(pages)


def drawn(views):
    command = [PHP, str(HERE.parent / "plugin" / "panels.php")]
    ended = subprocess.run(command, input=json.dumps(views), check=True, capture_output=True, text=True, timeout=60)
    return json.loads(ended.stdout)
