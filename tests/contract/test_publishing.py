"""What screens need once and not per ticket, and when the bridge last went through. Older plugins lack both."""

import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.sandbox import Sandbox, publications
from bridge.tickets import format_instant, parse_instant
from tests.contract.client import Client
from tests.contract.desk import EmbeddedDesk

TWO_MEBIBYTES = 2 * 1024 * 1024
DIGESTS = [f"sha256:{sign * 64}" for sign in "abc"]
TITLE = {"ru": "Поддержка", "en": "Support"}
CALENDAR: dict[str, Any] = {
    "title": TITLE,
    "zone": "Europe/Moscow",
    "from": "2026-09-30T21:00:00Z",
    "until": "2028-02-29T21:00:00Z",
    "windows": [["2026-11-20T06:00:00Z", "2026-11-20T15:00:00Z"], ["2026-11-23T06:00:00Z", "2026-11-23T15:00:00Z"]],
    "provisional_from": "2027-12-31T21:00:00Z",
    "days": {
        "2026-11-03": {"kind": "short", "title": TITLE},
        "2026-11-04": {"kind": "holiday", "title": {"ru": "", "en": ""}},
    },
}
WHO = {"customer": "K-1", "name": "ООО «Ромашка» <b>"}
REGISTRY: dict[str, Any] = {
    "as_of": "2026-11-20T06:00:00Z",
    "certificates": [WHO | {"until": "2026-12-20", "days": 30, "certificate": "S-1"}],
    "entitlements": [
        WHO | {"entitlement": "hours", "period": "2026-11", "used": 9.5, "left": -1, "of": 8.5, "unit": "hours", "paper": "D-1"}
    ],
    "versions": [WHO | {"product": "farm", "version": "2.0", "state": "outdated", "latest": "3.2"}],
    "exceptions": [
        WHO | {"id": "fair", "level": "gold", "reason": "Fair", "approver": "Head", "until": "2026-12-31"}
    ],
    "obligations": [
        WHO | {"title_ru": "Выезды", "title_en": "Visits", "paper": "D-1", "period": "2026-11", "at_least": 2, "kept": 1,
               "state": "due", "due_at": "2026-11-30T15:00:00Z", "last_day": "2026-11-30", "calendar": "support"}
    ],
    "more": {"certificates": 700, "entitlements": 1, "versions": 1, "exceptions": 1, "obligations": 1},
    "tracks": ["certificates", "contracts", "licences"],
    "not_listed": ["tickets"],
}  # fmt: skip


def holding(kind: str, **changes: Any) -> dict[str, Any]:
    """Return the same with one row of a kind changed."""
    return REGISTRY | {kind: [REGISTRY[kind][0] | changes]}


def publication(digest: str = DIGESTS[0], **changes: Any) -> dict[str, Any]:
    """A publication as the bridge sends one."""
    return {
        "digest": digest,
        "at": "2026-11-20T07:00:00Z",
        "policy": {"title": TITLE, "digest": DIGESTS[2]},
        "calendars": {"support": deepcopy(CALENDAR)},
        "titles": {"levels": {"standard": {"title": TITLE, "short": TITLE}}, "metrics": {"first_response": TITLE}},
        "thresholds": [{"level": "standard", "metric": "first_response", "at": "75%"}],
        "portal": {"show": ["level", "state", "due"]},
        "phrases": [{"language": "ru", "phrase": "читайте инструкцию"}, {"language": "", "phrase": "ASAP"}],
        "registry": deepcopy(REGISTRY),
        "report": {"calendar": next(iter(changes.get("calendars") or ["support"])), "zone": "Europe/Moscow"},
    } | changes


def published(api: Client) -> dict[str, Any] | None:
    return api.get("changes", limit=1).body["published"]


def test_ping_names_what_the_first_plugins_could_not(api: Client) -> None:
    assert set(api.get("ping").body["features"]) == {
        "publish",
        "passed",
        "native",
        "actions",
        "phrases",
        "report",
        "lease",
        "offer",
    }


def test_what_is_published_is_told_by_the_answer_and_by_the_feed(api: Client) -> None:
    reply = api.post("publish", publication())
    assert reply.status == 200
    assert reply.body["published"] == {"digest": DIGESTS[0], "until": CALENDAR["until"]} == published(api)
    assert api.get("changes", after=api.cursor()).body["published"] == published(api)


def test_the_reach_is_that_of_the_calendar_that_ends_first(api: Client) -> None:
    other = CALENDAR | {"until": "2027-12-31T21:00:00Z"}
    api.post("publish", publication(calendars={"support": CALENDAR, "other": other}))
    assert published(api) == {"digest": DIGESTS[0], "until": other["until"]}


def test_a_longer_reach_comes_under_the_same_digest_and_an_earlier_digest_may_come_again(api: Client) -> None:
    longer = {"support": CALENDAR | {"until": "2028-05-31T21:00:00Z"}}
    for digest, calendars in ((DIGESTS[0], {}), (DIGESTS[0], longer), (DIGESTS[1], {}), (DIGESTS[0], {})):
        changes = {"calendars": calendars} if calendars else {}
        kept = api.post("publish", publication(digest, **changes)).body["published"]
        assert published(api) == kept
        assert kept["digest"] == digest
        assert kept["until"] == (longer["support"]["until"] if calendars else CALENDAR["until"])


@pytest.mark.parametrize(
    "changes",
    [{"digest": "abc"}, {"digest": None}, {"digest": "sha256:" + "A" * 64}, {"digest": ["sha256:" + "a" * 64]}, {"at": "today"},
     {"at": None}, {"at": 1_795_000_000}, {"calendars": {}}, {"calendars": []}, {"calendars": None}, {"calendars": {"support": []}},
     {"calendars": {"support": {}}}],
)  # fmt: skip
def test_what_is_no_publication_is_unprocessable_and_changes_nothing(api: Client, changes: dict[str, Any]) -> None:
    api.post("publish", publication(DIGESTS[1]))
    reply = api.post("publish", publication() | changes)
    assert (reply.status, reply.code) == (422, "unprocessable")
    assert published(api) == {"digest": DIGESTS[1], "until": CALENDAR["until"]}


@pytest.mark.parametrize(
    "changes",
    [{"zone": None}, {"zone": 3}, {"from": "2026-11-20"}, {"from": "2026-02-30T00:00:00Z"}, {"until": "2026-11-20T10:00:00+03:00"},
     {"until": None}, {"windows": None}, {"windows": {}}, {"windows": ["2026-11-20T06:00:00Z"]},
     {"windows": [["2026-11-20T06:00:00Z"]]}, {"windows": [["2026-11-20T06:00:00Z", None]]},
     {"windows": [["2026-11-20T06:00:00Z", "noon"]]}, {"zone": "Moscow time"}, {"zone": "+03:00"}, {"until": "2026-09-30T21:00:00Z"},
     {"windows": [["2026-11-20T15:00:00Z", "2026-11-20T06:00:00Z"]]},
     {"windows": [["2026-11-20T06:00:00Z", "2026-11-20T15:00:00Z"], ["2026-11-20T14:00:00Z", "2026-11-20T18:00:00Z"]]}],
)  # fmt: skip
def test_a_calendar_that_nobody_could_count_with_is_unprocessable(api: Client, changes: dict[str, Any]) -> None:
    reply = api.post("publish", publication(calendars={"good": CALENDAR, "bad": CALENDAR | changes}))
    assert (reply.status, reply.code) == (422, "unprocessable")
    missing = {name: value for name, value in CALENDAR.items() if name not in changes}
    assert api.post("publish", publication(calendars={"bad": missing})).status == 422


@pytest.mark.parametrize(
    "changes",
    [{"policy": {"title": "Support", "digest": ""}}, {"titles": []}, {"titles": {"levels": {"gold": {"title": {"ru": "Золото"}}}}},
     {"titles": {"metrics": {"first_response": "First"}}}, {"thresholds": {}}, {"thresholds": [{"level": "gold", "metric": "x"}]},
     {"portal": []}, {"portal": {"show": "level"}}, {"portal": {"show": [1]}}, {"phrases": {}}, {"registry": []}, {"report": []},
     {"report": {"calendar": "other", "zone": "Europe/Moscow"}}, {"report": {"calendar": "support"}},
     {"report": {"calendar": "support", "zone": "+03:00"}},
     {"calendars": {"x": CALENDAR | {"days": {"2026-02-30": {"kind": "short", "title": TITLE}}}}},
     {"calendars": {"x": CALENDAR | {"days": {"2026-02-03": {"kind": "short", "title": None}}}}},
     {"calendars": {"x": CALENDAR | {"provisional_from": "some day"}}},
     {"calendars": {"x": CALENDAR | {"title": {"ru": "x" * 2001, "en": ""}}}}],
)  # fmt: skip
def test_what_a_screen_could_not_read_is_unprocessable(api: Client, changes: dict[str, Any]) -> None:
    reply = api.post("publish", publication() | changes)
    assert (reply.status, reply.code) == (422, "unprocessable")


@pytest.mark.parametrize(
    "registry",
    [{"as_of": "2026-11-20"}, {"certificates": {}}, {"versions": ["2.0"]}, {"more": []}, {"more": {"versions": -1}},
     {"more": {"versions": "many"}}, {"tracks": [1]}, {"not_listed": "tickets"}, {"exceptions": REGISTRY["exceptions"] * 501}],
)  # fmt: skip
def test_holdings_that_no_page_could_list_are_unprocessable(api: Client, registry: dict[str, Any]) -> None:
    reply = api.post("publish", publication(registry=REGISTRY | registry))
    assert (reply.status, reply.code) == (422, "unprocessable")


@pytest.mark.parametrize(
    ("kind", "changes"),
    [("certificates", {"until": "2026-02-30"}), ("certificates", {"until": None}), ("certificates", {"days": -1}),
     ("certificates", {"days": "30"}), ("certificates", {"days": 3.5}), ("certificates", {"name": None}),
     ("certificates", {"customer": 7}), ("entitlements", {"used": "9"}), ("entitlements", {"left": True}),
     ("entitlements", {"of": None}), ("entitlements", {"used": 1e16}), ("entitlements", {"unit": []}),
     ("versions", {"state": "old"}), ("versions", {"latest": None}), ("versions", {"version": "x" * 2001}),
     ("exceptions", {"until": "soon"}), ("exceptions", {"approver": None}), ("exceptions", {"reason": {}}),
     ("obligations", {"paper": None}), ("obligations", {"kept": -1}), ("obligations", {"at_least": None}),
     ("obligations", {"state": "over"}), ("obligations", {"due_at": "2026-11-30"}), ("obligations", {"last_day": "soon"}),
     ("obligations", {"title_ru": None}), ("obligations", {"calendar": 5})],
)  # fmt: skip
def test_rows_that_no_page_could_show_are_unprocessable(api: Client, kind: str, changes: dict[str, Any]) -> None:
    reply = api.post("publish", publication(registry=holding(kind, **changes)))
    assert (reply.status, reply.code) == (422, "unprocessable")


@pytest.mark.parametrize(
    "phrases",
    [["rude"], [{"phrase": "rude"}], [{"language": "de", "phrase": "rude"}], [{"language": "ru", "phrase": " "}],
     [{"language": "ru", "phrase": "x" * 101}], [{"language": "ru", "phrase": 5}], [{"language": "ru", "phrase": "x"}] * 201],
)  # fmt: skip
def test_phrases_that_nobody_could_look_for_are_unprocessable(api: Client, phrases: list[Any]) -> None:
    reply = api.post("publish", publication(phrases=phrases))
    assert (reply.status, reply.code) == (422, "unprocessable")


def test_holdings_may_be_as_long_as_their_bounds_and_say_less(api: Client) -> None:
    full = {
        kind: REGISTRY[kind] * 500 for kind in ("certificates", "entitlements", "versions", "exceptions", "obligations")
    }
    phrases = [{"language": "en", "phrase": "x" * 100}] * 200
    assert api.post("publish", publication(registry=REGISTRY | full, phrases=phrases)).status == 200
    for less in (
        {},
        {"as_of": None, "more": None},
        holding("exceptions", until=None),
        holding("certificates", certificate=None),
        holding("entitlements", paper=None),
        holding("obligations", kept=None),
        holding("exceptions", until="9999-12-31"),
        holding("entitlements", of=1e13),
        {"as_of": "1970-01-01T00:00:01Z"},
    ):
        assert api.post("publish", publication(registry=less)).status == 200


def test_what_is_left_out_or_null_is_as_if_nothing_were_said_and_what_is_unknown_is_passed_over(api: Client) -> None:
    short = {
        "digest": DIGESTS[1],
        "at": "2026-11-20T07:00:00Z",
        "calendars": {"x": CALENDAR | {"title": None, "days": None}},
    }
    assert api.post("publish", short | {"unknown": {"a": [1]}}).status == 200
    silent = dict.fromkeys(("policy", "titles", "thresholds", "portal", "phrases", "registry", "report"))
    assert api.post("publish", short | silent).status == 200


@pytest.mark.parametrize("body", [[], "text", 7, None, {}])
def test_a_body_of_another_shape_is_unprocessable(api: Client, body: object) -> None:
    reply = api.post("publish", body)
    assert (reply.status, reply.code) == (422, "unprocessable")


def test_more_than_two_mebibytes_are_too_large_and_a_little_less_is_not(api: Client) -> None:
    spent = len(str(publication()).encode())
    filling = "x" * (TWO_MEBIBYTES - spent - 2048)
    assert api.post("publish", publication(later=filling)).status == 200
    reply = api.post("publish", publication(later=filling + "x" * 4096))
    assert (reply.status, reply.code) == (413, "too_large")
    assert api.post("publish", publication()).status == 200


def test_texts_of_every_script_are_kept(api: Client) -> None:
    title = {"ru": "Поддержка «Ёлка» — 24×7", "en": "Support 🚜 </script>"}
    assert api.post("publish", publication(policy={"title": title, "digest": DIGESTS[2]})).status == 200


# --- when the bridge last went through -------------------------------------------------------------------------------


def now(api: Client) -> int:
    return parse_instant(api.get("ping").body["server_time"])


def told(api: Client, passed: int) -> None:
    assert api.get("changes", limit=1, passed=format_instant(passed)).status == 200


def test_the_last_pass_is_told_with_the_feed_and_shown_by_ping(api: Client) -> None:
    # Other tests have told of passes, too: only a later one is news.
    passed = now(api)
    told(api, passed)
    assert parse_instant(api.get("ping").body["last_pass"]) >= passed
    time.sleep(1.1)
    later = now(api)
    told(api, later)
    assert api.get("ping").body["last_pass"] == format_instant(later)


def test_a_pass_that_lies_ahead_or_before_the_last_one_changes_nothing(api: Client) -> None:
    told(api, now(api))
    passed = parse_instant(api.get("ping").body["last_pass"])
    for other in (now(api) + 3600, passed - 1, passed - 86_400):
        told(api, other)
        assert api.get("ping").body["last_pass"] == format_instant(passed)


@pytest.mark.parametrize(
    "passed", ["", "yesterday", "2026-11-20", "2026-11-20T07:00:00", "2026-02-30T07:00:00Z", "1795000000"]
)
def test_a_pass_that_is_no_instant_is_a_bad_request(api: Client, passed: str) -> None:
    reply = api.get("changes", limit=1, passed=passed)
    assert (reply.status, reply.code) == (400, "bad_request")


def test_a_key_that_may_not_write_tells_nothing_of_passes(
    embedded: EmbeddedDesk, api: Client, client_of: Callable[..., Client]
) -> None:
    reader = client_of(embedded.sandbox.keys.readonly)
    before = api.get("ping").body["last_pass"]
    assert reader.get("changes", limit=1, passed=format_instant(now(api) - 7)).status == 200
    assert api.get("ping").body["last_pass"] == before
    assert reader.get("changes", limit=1, passed="yesterday").status == 400
    assert reader.post("publish", publication()).code == "forbidden"


def test_the_two_latest_publications_and_the_last_pass_outlive_a_restart(tmp_path: Path) -> None:
    first = Sandbox(tmp_path / "helpdesk.sqlite3")
    passed = format_instant(first.store.clock() - 60)
    for digest in (DIGESTS[0], DIGESTS[1], DIGESTS[2], DIGESTS[1]):
        publications.keep(first.store, publication(digest))
    publications.note_pass(first.store, passed, believed=True)
    first.close()
    again = Sandbox(tmp_path / "helpdesk.sqlite3")
    assert publications.published(again.store) == {"digest": DIGESTS[1], "until": CALENDAR["until"]}
    assert {row["digest"] for row in again.store.rows("SELECT digest FROM published")} == {DIGESTS[1], DIGESTS[2]}
    assert publications.of_ping(again.store)["last_pass"] == passed
    again.close()


def test_a_file_of_an_earlier_version_gets_what_it_lacks(tmp_path: Path) -> None:
    first = Sandbox(tmp_path / "helpdesk.sqlite3")
    first.store.row("DROP TABLE published")
    first.close()
    again = Sandbox(tmp_path / "helpdesk.sqlite3")
    assert publications.published(again.store) is None
    publications.keep(again.store, publication())
    assert publications.latest(again.store) == publication()
    again.close()
