"""The command line over a double of BeDesk: what it says fits a helpdesk that has no companion plugin."""

import json
from collections.abc import Iterator

import pytest

from bridge.connectors.bedesk_double import BedeskDouble
from bridge.connectors.helpdesks.bedesk.attributes import FIELDS
from bridge.connectors.sandbox.responses import Response, encode
from bridge.connectors.sandbox.routes import ApiRequest
from tests.cli.conftest import CommandLine


class GuardedDouble(BedeskDouble):
    """A double at which the token's user may not use one route."""

    forbidden = "-"

    def respond(self, request: ApiRequest) -> Response:
        if request.path.endswith(self.forbidden):
            return Response(status=403, body=encode({"message": "Forbidden."}))
        return super().respond(request)


@pytest.fixture
def double() -> Iterator[GuardedDouble]:
    with GuardedDouble() as double:
        yield double


@pytest.fixture
def bedesk_cli(cli: CommandLine, double: BedeskDouble, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    cli.edit("bridge.yaml", "  url: http://127.0.0.1:9", f"  kind: bedesk\n  url: {double.url}")
    monkeypatch.setenv("SLA_BRIDGE_KEY", double.token)
    return cli


@pytest.fixture
def synced(bedesk_cli: CommandLine, double: BedeskDouble) -> CommandLine:
    """Three conversations that run 1 has written."""
    assert bedesk_cli("setup").code == 0
    for number in range(3):
        double.desk.open(f"question {number}", "How?", email=f"user{number}@kolos.example")
    written = bedesk_cli("sync", "--json")
    assert (written.code, written.json["written"], written.json["run"]) == (0, 3, 1)
    return bedesk_cli


def values(double: BedeskDouble, name: str) -> list[str | None]:
    title = FIELDS[name].title
    key = double.desk.key_of(title.text("en"), title.text("ru"))
    return [one.attributes.get(key) for _, one in sorted(double.desk.conversations.items())]


def test_levels_are_shown_by_the_titles_of_the_policy_and_are_no_news_to_the_next_pass(synced, double) -> None:
    assert values(double, "sla_level") == ["Стандартная поддержка"] * 3
    assert synced("sync", "--json").json["written"] == 0
    tickets = [json.loads(line) for line in synced("export").out.splitlines()]
    assert [one["bridge"]["fields"]["sla_level"] for one in tickets] == ["standard"] * 3


def findings(cli: CommandLine) -> list[str]:
    return [" ".join((one["found"], one["next"])) for one in cli("doctor", "--json").json]


@pytest.mark.parametrize("deed", ["before setup", "after a pass", "without the permission for setup"])
def test_doctor_speaks_of_nothing_that_only_osticket_has(bedesk_cli, double, deed: str) -> None:
    if deed == "after a pass":
        assert bedesk_cli("setup").code == 0
        assert bedesk_cli("sync").code == 0
    elif deed == "without the permission for setup":
        double.forbidden = "/helpdesk/attributes"
    said = findings(bedesk_cli)
    assert not [
        one for one in said if any(word in one for word in ("plugin", "osTicket", "queue", "this host as", "zone"))
    ]
    assert any("all attributes are there" in one for one in said) is (deed == "after a pass")
    permission = "Give the role of the token's user the permission that setup needs"
    assert any(permission in one for one in said) is (deed == "without the permission for setup")


def test_setup_says_what_to_change_in_bedesk_where_it_cannot(synced, double) -> None:
    for one in double.desk.attributes.values():
        one.permissions["userCanEdit"] = True
    found = synced("setup")
    assert found.code == 5
    assert "met what setup cannot change in the helpdesk" in found.err
    assert "what to change in BeDesk's settings" in found.err


def test_a_removal_of_what_the_api_cannot_take_away_asks_nobody_and_says_so(synced) -> None:
    removed = synced("setup", "--remove")
    assert removed.code == 5
    assert "delete it in BeDesk's settings" in " ".join(removed.out.split())
    assert "[y/N]" not in removed.err


OBLIGATION = """
obligations:
  visits:
    title: {ru: Выезды, en: Visits}
    per: contract
    at_least: 4
    every: month
    calendar: support-msk
    counted_from: {tickets: {topic: [On-site visit]}}
    warn_at:
      - id: visits-late
        at: 50%
        actions:
          - email: {to: curator, subject: {ru: Скоро, en: Soon}, text: {ru: Скоро., en: Soon.}}
"""


@pytest.mark.parametrize("actions", ["off", "{}"])
def test_letters_of_the_policy_are_told_as_never_sent_however_bridge_yaml_has_it(synced, actions: str) -> None:
    synced.edit("bridge.yaml", "actions: off", f"actions: {actions}")
    synced.edit("policies/agrosoft.yaml", "\ndefaults:\n", f"{OBLIGATION}\ndefaults:\n")
    said = findings(synced)
    assert any(
        "in the policy, 1 of them about obligations: this kind of helpdesk carries out none" in one for one in said
    )
    assert [one for one in said if "letters about obligations at the points of warn_at are not sent" in one]
    assert not [one for one in said if "off in bridge.yaml" in one or "has no actions" in one]
    explained = synced("explain", "1", "--full", "--native", "--language", "en").out
    assert "Would be done (this kind of helpdesk carries out no actions):" in explained
    assert "letters about obligations at the points of warn_at are not sent" in " ".join(explained.split())
    assert "osTicket" not in explained


def test_an_undo_puts_values_back_and_names_what_people_changed(synced, double) -> None:
    changed = double.desk.conversations[2].attributes
    key = next(one for one, value in changed.items() if value == "Стандартная поддержка")
    double.desk.edit_attribute(2, key, "Оперативная поддержка")
    undone = synced("state", "undo", "1")
    assert undone.code == 4, "something of the run is left"
    assert undone.out.startswith("run 1: 2 ticket(s) put back, 1 with what others changed since (1 of them in part)")
    assert "sla_level" in undone.out
    assert values(double, "sla_level") == [None, "Оперативная поддержка", None]
    assert values(double, "sla_due") == [None, None, None]
    assert values(double, "sla_record").count(None) == 0, "what was seen is not of the run"
    assert synced("sync").code == 6
    assert synced("sync", "--release").code == 0
    assert values(double, "sla_level") == ["Стандартная поддержка"] * 3


def test_an_undo_goes_back_to_an_earlier_run_s_values(synced, double) -> None:
    before = values(double, "sla_reason")
    for number in double.desk.conversations:
        double.desk.agent_reply(number, "So.")
    run = synced("sync", "--json").json["run"]
    assert values(double, "sla_reason") != before
    assert synced("state", "undo", str(run), "--plan").code == 0
    assert values(double, "sla_reason") != before, "a plan changes nothing"
    assert synced("state", "undo", str(run)).code == 0
    assert values(double, "sla_reason") == before
