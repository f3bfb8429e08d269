"""Lateness in a receipt is derived again from its ledger."""

import json

import pytest

from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof.verify import verify
from tests.unit.clocks.desk import PENDING, D, calendar, decided, message, response, row, simple, status, target, ticket

NIGHT = calendar("night", week={"mon-fri": ["20:00-04:00"], "sat": ["10:00-12:00"]})
ALWAYS = calendar("always", zone="America/New_York", week={"mon-sun": ["00:00-24:00"]})
ANSWERED = ticket(
    "2026-11-23 10:00", status("2026-11-24 12:00", PENDING), message("2026-11-24 15:00"), response("2026-11-27 08:00")
)


def receipt(amount, days=D, one=ANSWERED, now="2026-11-30 10:00"):
    by = simple(row("first_response", target(amount, days)))
    return json.loads(json.dumps(decision_json(decided(one, by, now, receipts=True), ledgers=True)))["clocks"][0]


@pytest.mark.parametrize("days", [D, NIGHT, ALWAYS], ids=["office", "night", "always"])
@pytest.mark.parametrize("amount", ["2h", "8h", "1wd", "20h calendar", "60h"])
@pytest.mark.parametrize("now", ["2026-11-24 10:00", "2026-11-26 21:00", "2026-11-28 11:00", "2026-12-14 03:00"])
def test_no_true_lateness_is_refused(amount, days, now):
    assert verify(receipt(amount, days, now=now)).problems == ()
    assert verify(receipt(amount, days, ticket("2026-11-23 10:00"), now)).problems == ()


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ({"late_seconds": 7}, "late_seconds is 97200 by the ledger, 7 by the clock"),
        ({"late_days": 2}, "late_days is 3 to 4 by the ledger, 2 by the clock"),
        ({"late_days": 5}, "late_days is 3 to 4 by the ledger, 5 by the clock"),
    ],
)
def test_a_false_lateness_is_found_out(claim, words):
    assert words in verify(receipt("8h") | claim).problems


def test_what_is_not_recorded_claims_nothing():
    assert verify(receipt("8h") | {"late_seconds": None, "late_days": None}).problems == ()
