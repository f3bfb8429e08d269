"""The short form of `make campaign --only state_loss`, and a mutant that it finds."""

from bridge.sync.memory import state
from campaign.scenarios import state_loss


def test_whatever_becomes_of_the_state_two_passes_make_everything_right(tmp_path):
    outcome = state_loss.play(1, 120, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["faults"] >= 120
    assert outcome.counts["losses"] > 1
    assert outcome.most["passes_to_converge"] <= 2


def test_a_damaged_state_that_is_left_where_it_is_is_found(found, monkeypatch):
    monkeypatch.setattr(state, "is_damage", lambda _: False)
    outcome = found(state_loss.play, 300)
    assert outcome.counts["wrong"] > 0
    assert "a pass in calm weather failed" in outcome.findings[0]
