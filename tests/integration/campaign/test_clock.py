"""The short form of `make campaign --only clock`, and a mutant that it finds."""

from bridge.sync import engine
from campaign.scenarios import clock


def test_no_jump_of_this_hosts_clock_moves_a_field(tmp_path):
    outcome = clock.play(1, 120, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["faults"] >= 120
    assert outcome.counts["jumps"] > 1
    assert outcome.most == {"passes_to_converge": 1}


def test_a_pass_that_goes_by_this_hosts_clock_is_found(found, monkeypatch):
    monkeypatch.setattr(engine, "pass_time", lambda server_time, *, last, host, allow_leap: (int(host), ()))
    assert found(clock.play, 150).counts["wrong"] > 0
