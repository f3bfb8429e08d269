"""The short form of `make campaign --only network`, and a mutant that it finds."""

from dataclasses import replace

from bridge.errors import HelpdeskError
from bridge.protocols.writing import WriteOutcome, WriteResult
from bridge.sync.writer import Writer
from campaign import storm
from campaign.scenarios import network


def test_whatever_becomes_of_answers_one_pass_makes_everything_right(tmp_path):
    outcome = network.play(1, 150, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["faults"] >= 150
    assert outcome.counts["writes"] > 20
    assert outcome.counts["failed_passes"] > 2
    assert (outcome.counts["wrong"], outcome.counts["lost"], outcome.counts["doubled"]) == (0, 0, 0)
    assert outcome.most == {"passes_to_converge": 1}


def test_writes_that_are_taken_for_done_although_no_answer_came_are_found(found, monkeypatch):
    send = Writer.send

    def credulous(self, changes):
        try:
            return send(self, changes)
        except HelpdeskError:
            return [WriteOutcome(id=one.ticket_id, result=WriteResult.OK) for one in changes]

    monkeypatch.setattr(Writer, "send", credulous)
    # A bridge that asks thirty times hardly ever goes without an answer.
    monkeypatch.setattr(storm, "LIMITS", replace(storm.LIMITS, attempts=2))
    assert found(network.play, 300).counts["wrong"] > 0
