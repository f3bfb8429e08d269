"""Thresholds in a receipt are derived again from its ledger."""

import json

import pytest

from bridge.policies.agreement.policy import Threshold
from bridge.policies.language.thresholds import parse_point
from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof.verify import verify
from tests.unit.clocks.desk import PENDING, D, decided, message, row, simple, status, target, ticket

PAUSED = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-24 10:00"))


def receipt(amount, text, now="2026-11-27 17:00"):
    point = parse_point(text)
    mark = Threshold(
        id="mark", share_basis_points=point.share_basis_points, before=point.before, after=point.after, actions=()
    )
    by = simple(row("first_response", target(amount, D, mark)))
    made = json.loads(json.dumps(decision_json(decided(PAUSED, by, now, receipts=True), ledgers=True)))
    return made["clocks"][0]


FORMS = [
    (amount, text)
    for amount in ("8h", "1wd", "1wd same-time", "20h calendar")
    for text in ("75%", "100%", "150%", "1h before", "2h after", "1wd after", "3h calendar after")
]


@pytest.mark.parametrize(("amount", "text"), FORMS)
def test_no_true_threshold_is_refused(amount, text):
    found = receipt(amount, text)
    assert len(found["thresholds"]) == 1
    assert verify(found).problems == ()


@pytest.mark.parametrize(
    ("amount", "text"),
    [("8h", "75%"), ("8h", "150%"), ("8h", "1h before"), ("8h", "2h after"), ("1wd", "75%"), ("20h calendar", "150%")],
)
def test_a_threshold_that_was_moved_by_a_second_is_found_out(amount, text):
    found = receipt(amount, text)
    reached = found["thresholds"][0]["reached_at"]
    found["thresholds"][0]["reached_at"] = reached[:-3] + "01Z"
    (problem,) = verify(found).problems
    assert problem == f"the threshold 'mark' is reached at {reached} by the ledger, at {reached[:-3]}01Z by the clock"


@pytest.mark.parametrize(
    ("text", "when", "words"),
    [
        ("75%", "2026-11-23T06:59:59Z", "outside of what the receipt tells"),
        ("75%", "2026-11-28T07:00:00Z", "outside of what the receipt tells"),
        ("1wd after", "2026-11-24T07:00:00Z", "before it"),
    ],
)
def test_a_threshold_where_none_can_be_is_found_out(text, when, words):
    found = receipt("8h", text)
    found["thresholds"][0]["reached_at"] = when
    assert any(words in problem for problem in verify(found).problems)


@pytest.mark.parametrize("broken", [{}, {"id": "a", "point": "soon", "reached_at": "2026-11-23T07:00:00Z"}, "x"])
def test_what_is_no_threshold_is_refused(broken):
    found = receipt("8h", "75%")
    found["thresholds"] = [broken]
    with pytest.raises(ValueError, match="no clock with a receipt"):
        verify(found)
