"""Keys in commands that go wrong, in short: nothing shows them, and a bridge that shows one is found out."""

from bridge.connectors.helpdesks.client import HttpClient
from bridge.settings import secrets
from campaign.scenarios import canary
from tests.canary import WATCH


def test_no_output_of_commands_that_go_wrong_holds_a_key(tmp_path) -> None:
    outcome = canary.play(1, 30, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["hits"] == 0
    assert outcome.counts["outputs"] > 150
    assert outcome.counts["shown"] > 10, "the helpdesk showed keys"
    assert outcome.counts["bugs"] > 0, "tracebacks were looked at"
    assert list(tmp_path.iterdir()) == []


def test_a_bridge_that_repeats_what_a_helpdesk_shows_would_be_found_out(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(HttpClient, "_without_key", lambda self, content: content)
    outcome = canary.play(2, 15, tmp_path)
    assert outcome.counts["hits"] == len(outcome.findings) > 0
    assert "the key stands in standard" in outcome.findings[0]
    assert "seed 2, episode 0" in outcome.findings[0]
    assert WATCH.seen(), "the watch over the whole suite has seen it as well"


def test_a_bridge_that_puts_a_secret_into_its_log_would_be_found_out(tmp_path, monkeypatch) -> None:
    resolve = secrets.resolve

    def talkative(reference, **where):
        found = resolve(reference, **where)
        (tmp_path / "0/out/left").write_text(found.get_secret_value().lower())
        return found

    monkeypatch.setattr(secrets, "resolve", talkative)
    monkeypatch.setattr("bridge.settings.load.resolve", talkative)
    outcome = canary.play(3, 5, tmp_path)
    assert any("stands in the file out/left" in one for one in outcome.findings)
