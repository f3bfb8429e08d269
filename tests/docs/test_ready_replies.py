"""The how-to of ready replies lists those that there are, and when the panel offers them."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "ready-replies.md").read_text(encoding="utf-8")
REPLIES = json.loads((ROOT / "plugin" / "sla-bridge" / "replies.json").read_text(encoding="utf-8"))["replies"]
OFFERED = {
    "while an answer is due": {"running", "at_risk", "overdue"},
    "before the deadline": {"running", "at_risk"},
    "while the customer is waited for": {"paused"},
    "while an answer is due or the customer is waited for": {"running", "at_risk", "overdue", "paused"},
}


def test_each_reply_has_its_row_that_says_when_it_is_offered() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert {key: OFFERED[when] for key, when in rows} == {one["key"]: set(one["states"]) for one in REPLIES}
    assert len(rows) == len(REPLIES) == 8
    assert "puts eight replies" in PAGE


def test_the_variables_it_names_are_those_in_the_texts() -> None:
    used = set(re.findall(r"%\{[^}]+\}", json.dumps(REPLIES)))
    (said,) = re.findall(r"^Ours use (.+)$", PAGE, re.MULTILINE)
    assert set(re.findall(r"%\{[^}]+\}", said)) == used
