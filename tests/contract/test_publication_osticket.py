"""What a real osTicket keeps of `/publish` and of the bridge's passes in tables of the plugin's own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable

TITLE = {"ru": "Служба 🛠 поддержки", "en": "Support 🛠 desk"}


@pytest.fixture
def back(real_desk: OsticketDesk, api: Client) -> Iterator[OsticketBackDoor]:
    """The tables, without what an earlier bridge published and told."""
    if variable("SQL") is None:
        pytest.skip(f"set {PREFIX}SQL")
    clean = "DELETE FROM %sla_bridge_published; UPDATE %sla_bridge_state SET passed = NULL, `every` = NULL"
    api.get("ping")
    real_desk.back_door.sql(clean)
    yield real_desk.back_door
    real_desk.back_door.sql(clean)


def publication(number: int, until: str = "2027-12-01T00:00:00Z", **changes: Any) -> dict[str, Any]:
    """Return a publication with the digest of that number."""
    calendar = {
        "title": TITLE, "zone": "Europe/Moscow", "from": "2026-10-01T00:00:00Z", "until": until, "provisional_from": None,
        "windows": [["2026-11-02T06:00:00Z", "2026-11-02T15:00:00Z"]],
        "days": {"2026-11-04": {"kind": "holiday", "title": TITLE}},
    }  # fmt: skip
    return {
        "digest": f"sha256:{number:064x}", "at": "2026-11-20T07:00:00Z",
        "policy": {"title": TITLE, "digest": f"sha256:{0:064x}"}, "calendars": {"office": calendar},
        "titles": {"levels": {"gold": {"title": TITLE, "short": TITLE}}, "metrics": {"first_response": TITLE}},
        "thresholds": [{"level": "gold", "metric": "first_response", "at": "75%"}],
        "portal": {"show": []}, "phrases": [], "registry": None, "report": {"calendar": "office", "zone": "Europe/Moscow"},
    } | changes  # fmt: skip


def publish(api: Client, content: dict[str, Any]) -> Any:
    reply = api.post("publish", content)
    assert reply.status == 200, reply.text
    return reply.body["published"]


def kept(back: OsticketBackDoor) -> list[str]:
    return back.sql("SELECT digest FROM %sla_bridge_published ORDER BY at").splitlines()


def test_two_latest_digests_are_kept_and_one_that_comes_again_is_the_latest(
    api: Client, back: OsticketBackDoor
) -> None:
    first, second, third = (publication(number) for number in (1, 2, 3))
    for content in (first, second, third):
        publish(api, content)
    assert kept(back) == [second["digest"], third["digest"]]
    publish(api, publication(2, until="2028-02-01T00:00:00Z"))
    assert kept(back) == [third["digest"], second["digest"]]
    told = api.get("changes", limit=1).body["published"]
    assert told == {"digest": second["digest"], "until": "2028-02-01T00:00:00Z"}


def test_what_arrives_last_is_the_latest_also_from_a_clock_that_is_behind(api: Client, back: OsticketBackDoor) -> None:
    publish(api, publication(1, at="2030-01-01T00:00:00Z"))
    told = publish(api, publication(2, at="2020-01-01T00:00:00Z"))
    assert told["digest"] == kept(back)[-1] == publication(2)["digest"]


def test_characters_that_the_helpdesks_connection_does_not_know_come_through(
    api: Client, back: OsticketBackDoor
) -> None:
    publish(api, publication(1))
    content = json.loads(back.sql("SELECT content FROM %sla_bridge_published").replace("\\\\", "\\"))
    assert content["policy"]["title"] == TITLE
    assert content == publication(1)


def test_two_mebibytes_are_taken_and_more_are_not(api: Client, back: OsticketBackDoor) -> None:
    def of_size(size: int) -> bytes:
        rest = json.dumps(publication(1, more="")).encode()
        return json.dumps(publication(1, more="x" * (size - len(rest)))).encode()

    for size, status in ((2 * 1024 * 1024, 200), (2 * 1024 * 1024 + 1, 413)):
        headers = {"Content-Type": "application/json"}
        assert api.request("POST", "publish", data=of_size(size), headers=headers).status == status
    assert kept(back) == [publication(1)["digest"]]


def test_refused_publication_leaves_what_was_kept(api: Client, back: OsticketBackDoor) -> None:
    publish(api, publication(1))
    backwards = publication(2)
    backwards["calendars"]["office"]["windows"] = [["2026-11-02T15:00:00Z", "2026-11-02T06:00:00Z"]]
    assert api.post("publish", backwards).status == 422
    assert kept(back) == [publication(1)["digest"]]


def test_pass_is_kept_and_told_with_how_often_they_come(api: Client, back: OsticketBackDoor) -> None:
    state = "SELECT passed, `every` FROM %sla_bridge_state"
    seen = []
    for passed in ("2026-11-20T07:00:00Z", "2026-11-20T07:01:00Z", "2026-11-20T07:00:30Z", "2999-01-01T00:00:00Z"):
        assert api.get("changes", limit=1, passed=passed).status == 200
        seen.append((api.get("ping").body["last_pass"], back.sql(state).split("\t")[1]))
    assert seen == [
        ("2026-11-20T07:00:00Z", "NULL"),
        ("2026-11-20T07:01:00Z", "60"),
        ("2026-11-20T07:01:00Z", "60"),
        ("2026-11-20T07:01:00Z", "60"),
    ]


@pytest.mark.parametrize("passed", ["", "yesterday", "2026-11-20", "2026-02-30T00:00:00Z", "1795852800"])
def test_pass_that_is_no_instant_is_a_bad_request(api: Client, back: OsticketBackDoor, passed: str) -> None:
    reply = api.get("changes", passed=passed)
    assert (reply.status, reply.code) == (400, "bad_request")
    assert api.get("ping").body["last_pass"] is None


def test_tables_of_the_version_before_are_carried_over_in_place(api: Client, back: OsticketBackDoor) -> None:
    before = back.sql("SELECT instance_id, seq FROM %sla_bridge_state")
    back.sql(
        """DROP TABLE %sla_bridge_published, %sla_bridge_phrase, %sla_bridge_wording; UPDATE %sla_bridge_state SET version = 5;
        ALTER TABLE %sla_bridge_state DROP COLUMN passed, DROP COLUMN `every`"""
    )
    ping = api.get("ping").body
    assert ({"publish", "passed"} <= set(ping["features"]), ping["last_pass"]) == (True, None)
    assert back.sql("SELECT version FROM %sla_bridge_state") == "9"
    assert back.sql("SELECT instance_id, seq FROM %sla_bridge_state") == before
    publish(api, publication(1))
    assert kept(back) == [publication(1)["digest"]]


def test_tables_of_the_next_version_serve_this_one(api: Client, back: OsticketBackDoor) -> None:
    publish(api, publication(1))
    back.sql("UPDATE %sla_bridge_state SET version = 10")
    try:
        assert api.get("changes", limit=1).body["published"]["digest"] == publication(1)["digest"]
        assert back.sql("SELECT version FROM %sla_bridge_state") == "10"
    finally:
        back.sql("UPDATE %sla_bridge_state SET version = 9")
