"""The short form of `make campaign --only failover`, by leases of five seconds, and two mutants that it finds."""

import pytest

from bridge.connectors.sandbox.lease import Lease
from campaign.scenarios import failover
from campaign.scenarios.failover import SPARE_SECONDS

TTL = 5


@pytest.mark.timeout(300)
def test_the_other_one_goes_on_when_the_leader_falls_and_what_was_on_its_way_is_refused(tmp_path):
    outcome = failover.play(1, 2, tmp_path, lease_seconds=TTL)
    assert outcome.findings == []
    assert (outcome.counts["failovers"], outcome.counts["stale"]) == (2, 0)
    assert outcome.most["failover_seconds"] <= TTL + SPARE_SECONDS


@pytest.mark.timeout(300)
def test_a_lease_that_outlasts_its_time_and_a_write_that_outlasts_the_lease_are_found(tmp_path, monkeypatch):
    in_force = Lease._in_force

    def lasts(lease, row):
        return in_force(lease, {**dict(row), "expires": row["expires"] + 2 * TTL} if row["holder"] else row)

    monkeypatch.setattr(Lease, "_in_force", lasts)
    monkeypatch.setattr(Lease, "check", lambda *_: None)
    outcome = failover.play(1, 1, tmp_path, lease_seconds=TTL)
    slow, stale = outcome.findings
    assert "led only after" in slow
    assert "was answered with 200" in stale
