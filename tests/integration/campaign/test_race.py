"""The short form of `make campaign --only race`, and a mutant that it finds."""

from dataclasses import replace

from bridge.sync.writer import Writer
from campaign.scenarios import race


def test_nobody_who_is_quicker_is_overwritten(tmp_path):
    outcome = race.play(1, 120, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["faults"] >= 120
    assert outcome.counts["races"] > 10
    assert outcome.most["passes_to_converge"] <= 2


def test_a_conflict_that_is_written_again_under_the_new_revision_is_found(found, monkeypatch):
    def insists(self, change):
        fetched = self._fetched(change.ticket_id)
        return [replace(change, rev=fetched.revs[change.ticket_id])] if change.ticket_id in fetched.revs else []

    monkeypatch.setattr(Writer, "_decide_again", insists)
    assert found(race.play, 120).counts["wrong"] > 0
