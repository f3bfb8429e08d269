"""The short form of `make campaign --only machine`, and mutants that it finds."""

import pytest

from bridge.sync.lease import Leader
from bridge.sync.writer import Writer
from campaign.scenarios import machine

pytestmark = pytest.mark.timeout(300)


def test_two_bridges_keep_every_promise(tmp_path):
    outcome = machine.play(1, 40, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["faults"] + outcome.counts["kills"] + outcome.counts["pauses"] >= 40
    assert outcome.counts["checked"] > 5
    assert list(tmp_path.iterdir()) == []


def test_a_bridge_that_writes_without_the_lease_is_found(found, monkeypatch):
    monkeypatch.setattr(Leader, "hold", lambda _: None)
    assert "under another lease" in found(machine.play, 40).findings[0]


def test_what_is_sent_and_not_put_down_is_found(found, monkeypatch):
    def send(self, changes):
        from bridge.sync.writer import Outgoing

        return self.selector.helpdesk.write(Outgoing(changes))

    monkeypatch.setattr(Writer, "send", send)
    assert found(machine.play, 40).findings


def test_a_policy_that_comes_back_and_leaves_the_other_one_s_values_is_found(found, monkeypatch):
    in_a_hundred_years = "4102444800"
    monkeypatch.setattr("bridge.sync.lease.NEVER", in_a_hundred_years)
    assert found(machine.play, 200).findings
