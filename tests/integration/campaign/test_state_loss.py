"""The short form of `make campaign --only state_loss`, and a mutant that it finds."""

from bridge.sync.state import SqliteState
from campaign.scenarios import state_loss


def test_whatever_becomes_of_the_state_two_passes_make_everything_right(tmp_path):
    outcome = state_loss.play(1, 120, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["faults"] >= 120
    assert outcome.counts["losses"] > 10
    assert outcome.most["passes_to_converge"] <= 2


def test_a_cursor_that_is_kept_apart_from_the_rest_is_found(tmp_path, monkeypatch):
    """An old backup then comes back under a new cursor, and knows nothing of what lies between."""
    fact, cursors = SqliteState.fact, {}

    def newest(self, name):
        found = fact(self, name)
        if name != "cursor" or found is None:
            return found
        instance = fact(self, "instance_id")
        known = cursors.get(instance)
        cursors[instance] = found if known is None else max(found, known, key=place)
        return cursors[instance]

    monkeypatch.setattr(SqliteState, "fact", newest)
    assert state_loss.play(1, 250, tmp_path).counts["wrong"] > 0


def place(cursor: str) -> int:
    from base64 import urlsafe_b64decode

    return int(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).rpartition(b":")[2])
