"""The table on the page about the countdown holds what the panel's script says."""

import json
import re
from pathlib import Path

from tests.panel.script import Script, calendar_of, needs_node
from tests.unit.clocks.desk import D, at

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "explanation" / "countdown.md").read_text(encoding="utf-8")
WORDS = json.loads((ROOT / "plugin" / "sla-bridge" / "assets" / "words.json").read_text(encoding="utf-8"))["en"]
ROW = re.compile(r"^\| (2026-[-0-9]+ [0-9:]+) \| (.+) \|$", re.MULTILINE)


@needs_node
def test_the_line_reads_at_each_time_as_the_page_says():
    clock = {
        "state": "running",
        "due_at": at("2026-11-06 09:59"),
        "risk_at": at("2026-11-05 16:00"),
        "breached_at": None,
    }
    clock |= {"pauses": [], "target_days": None, "calendar": "d"}
    calendar = calendar_of(D, at("2026-11-01 00:00"), at("2026-12-01 00:00"))
    rows = ROW.findall(PAGE)
    assert len(rows) > 5
    script = Script()
    for time, says in rows:
        line = script.ask("line", clock, calendar, at(time), WORDS, "Europe/Moscow")
        told = " · ".join(line[part].removeprefix("· ") for part in ("word", "amount", "words", "due") if line[part])
        assert told.replace("\N{NO-BREAK SPACE}", " ") == says
    script.close()
