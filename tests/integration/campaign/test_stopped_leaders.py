"""The short form of `make campaign --only stopped_leaders`, and two mutants that it finds."""

from bridge.connectors.sandbox.lease import Lease
from campaign.scenarios import stopped_leaders


def test_whoever_was_stopped_writes_nothing_once_another_has_led(tmp_path):
    outcome = stopped_leaders.play(2, 12, tmp_path)
    assert outcome.findings == []
    assert (outcome.counts["pauses"], outcome.counts["stale"]) == (12, 0)
    assert outcome.counts["refused"] > 3
    assert outcome.counts["writes"] > 0


def test_a_helpdesk_that_compares_no_epoch_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(Lease, "check", lambda *_: None)
    outcome = stopped_leaders.play(2, 12, tmp_path)
    assert outcome.counts["stale"] > 0
    assert any("of an older policy" in one for one in outcome.findings)


def test_bridges_that_know_of_no_lease_are_found(tmp_path):
    assert stopped_leaders.play(2, 8, tmp_path, leased=False).counts["stale"] > 0
