"""A helpdesk that acts: what it takes, what it does, and what it leaves alone."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.acting import KINDS, action, at, declare, kept, letter, letters, offer, part, warning
from tests.contract.client import Client
from tests.contract.desk import Desk, EmbeddedDesk

pytestmark = pytest.mark.usefixtures("acting")


def test_letter_goes_out_once_under_its_key_and_stands_in_the_snapshot(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    one = warning()
    assert offer(api, ticket, one) == [("done", "")]
    assert offer(api, ticket, one) == [("already", "done")]
    assert kept(api, ticket) == {one["key"]: "done"}
    assert len(letters(folder)) == 1


def test_item_with_new_actions_is_ok_and_one_whose_actions_all_stand_a_noop(api: Client, ticket: int) -> None:
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "actions": [action("tell", {"text": {"ru": "…"}})]}
    assert [api.write(item)[0]["result"] for _ in range(2)] == ["ok", "noop"]


def test_letter_bears_what_keeps_machines_from_answering_and_threads_it(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    offer(api, ticket, warning(), warning(cycle=2))
    number = api.ticket(ticket)["number"]
    first, second = letters(folder)
    for one in (first, second):
        assert one["Auto-Submitted"] == "auto-generated"
        assert one["X-Auto-Response-Suppress"] == "All"
        assert f"[#{number}]" in one["Subject"]
        assert one["Message-ID"].startswith("<sla-")
        assert {found.get_content_type() for found in one.iter_parts()} == {"text/plain", "text/html"}
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"] in second["References"]


@pytest.mark.parametrize("kind", sorted({"tell", "raise", "park", "hand", "give", "close"}))
def test_native_kind_is_done_by_the_system_and_seen_in_the_ticket(
    desk: Desk, api: Client, ticket: int, kind: str
) -> None:
    meta = api.get("meta").body
    before = api.ticket(ticket)
    names = {
        "raise": meta["priorities"][-1]["name"],
        "park": next(
            one["name"] for one in meta["statuses"] if one["state"] == "open" and one["id"] != before["status"]["id"]
        ),
        "hand": next(one["name"] for one in meta["departments"] if one["id"] != before["department"]["id"]),
        "give": next(one["name"] for one in meta["agents"] if one["name"] != "SLA Bridge"),
        "close": next(one["name"] for one in meta["statuses"] if one["state"] == "closed"),
    }
    params = {"text": {"ru": "Передано куратору"}} if kind == "tell" else {"name": names[kind]}
    assert offer(api, ticket, action(kind, params)) == [("done", "")]
    after = api.ticket(ticket)
    member = {"raise": "priority", "park": "status", "hand": "department", "give": "assignee", "close": "status"}
    if kind in member:
        assert after[member[kind]]["name"] == names[kind]
        assert after["rev"] != before["rev"]
    else:
        assert after["rev"] == before["rev"], "notes are not read again"
    assert {one["actor"] for one in after["events"] if one not in before["events"]} == {"system"}


def test_change_by_an_action_is_in_the_feed_and_a_note_is_not(api: Client, ticket: int) -> None:
    cursor = api.cursor()
    offer(api, ticket, action("tell", {"text": {"ru": "…"}}))
    assert api.changed(cursor, ticket) == []
    offer(api, ticket, action("raise", {"name": api.get("meta").body["priorities"][-1]["name"]}))
    assert [one["id"] for one in api.changed(cursor, ticket)] == [ticket]


def test_all_actions_of_one_write_run_though_the_first_moves_the_ticket(desk: Desk, api: Client, ticket: int) -> None:
    meta = api.get("meta").body
    closed = next(one["name"] for one in meta["statuses"] if one["state"] == "closed")
    some = [
        action("raise", {"name": meta["priorities"][-1]["name"]}),
        action("tell", {"text": {"ru": "…"}}),
        action("close", {"name": closed}),
    ]
    assert offer(api, ticket, *some) == [("done", "")] * 3


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("raise", {"name": "No such priority"}, "no_such_priority"),
    ("park", {"name": "No such status"}, "no_such_status"),
    ("close", {"name": "Open"}, "no_such_status"),
    ("hand", {"name": "No such department"}, "no_such_department"),
    ("give", {"name": "No such agent"}, "no_agent"),
    ("give", {"agent": "nobody@support.example"}, "no_agent"),
    ("warn", {"to": ["assignee"], **letter()}, "no_address"),
    ("answer", {**letter(), "needs": "warn:ticket:9"}, "needs_not_done"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "params", "reason"), REFUSED)
def test_what_cannot_be_done_is_refused_kept_and_listed(
    api: Client, ticket: int, kind: str, params: dict[str, Any], reason: str
) -> None:
    one = action(kind, params)
    before = api.ticket(ticket)
    assert offer(api, ticket, one) == [("refused", reason)]
    listed = api.get("actions", state="refused", limit=1000).body["actions"]
    assert [(row["ticket"], row["key"], row["reason"]) for row in listed if row["ticket"] == ticket] == [
        (ticket, one["key"], reason)
    ]
    assert api.ticket(ticket)["events"] == before["events"], "what was refused leaves nothing"


def test_status_that_lets_no_answer_in_is_refused(embedded: EmbeddedDesk, api: Client, ticket: int) -> None:
    embedded.people.add("status", "Shut for ever", state="closed", reopenable=0)
    assert offer(api, ticket, action("close", {"name": "Shut for ever"})) == [("refused", "not_reopenable")]


def test_ticket_that_has_an_agent_is_given_to_nobody_else(desk: Desk, api: Client, ticket: int) -> None:
    desk.claim(ticket)
    owner = api.ticket(ticket)["assignee"]
    name = next(one["name"] for one in api.get("meta").body["agents"] if one["id"] != owner["id"])
    assert offer(api, ticket, action("give", {"name": name}))[0][0] == "refused"
    assert api.ticket(ticket)["assignee"] == owner


# --- payloads --------------------------------------------------------------------------------------------------------

PAYLOADS = [
    "%{ticket.client_link}", "%{recipient.auth_token} %{ticket.staff_link}", "Hello\r\nBcc: thief@evil.example",
    "Hello\nX-Injected: yes\n\nbody", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}} ${7*7} #{7*7}",
    "=cmd|' /C calc'!A0", "=?utf-8?B?QmNjOiB0aGllZkBldmlsLmV4YW1wbGU=?=", "\u202egnp.exe", "a" * 5_000, "\ue000secret_key\ue001",
    "=?utf-8?B?eA0KQmNjOiB0aGllZkBldmlsLmV4YW1wbGU=?=", "Срок =?utf-8?Q?x=0D=0ABcc:_thief=40evil.example?= близко",
    "=?utf-8?B?eApC?= =?utf-8?B?Y2M6IHQ=?=", "=?iso-8859-1?q?x=0AX-Injected:_yes?=", "==??utf-8?Q?=0ABcc:_t?=",
    "=\x00?utf-8?Q?x=0D=0ABcc:_t?=", "=\ue000?utf-8?Q?x=0D=0ABcc:_t?=",
    "<a href='javascript:alert(1)'>x</a>", "Subject: other\u2028Bcc: thief@evil.example", "{ticket_link}", "\x00\x07\x1b[31mred",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_nothing_in_a_text_is_expanded_and_no_header_can_be_smuggled_in(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path, payload: str
) -> None:
    import html

    escaped = html.escape(payload)
    one = action("warn", {"to": ["head@support.example"], **letter(payload, payload, f"<p>{escaped}</p>")})
    assert offer(api, ticket, one) == [("done", "")]
    (found,) = letters(folder)
    allowed = {
        "from", "to", "subject", "message-id", "references", "auto-submitted", "x-auto-response-suppress", "mime-version",
        "content-type",
    }  # fmt: skip
    assert {name.lower() for name in found} <= allowed
    assert found["To"] == "head@support.example"
    assert "\n" not in found["Subject"]
    assert "\r" not in found["Subject"]
    body, marked_up = part(found, "plain"), part(found, "html")
    assert "<script" not in marked_up
    assert "<img" not in marked_up
    if "%{" in payload:
        assert payload in found["Subject"]
        assert payload in body
        assert payload in html.unescape(marked_up)
    assert api.ticket(ticket)["bridge"]["actions"][0]["state"] == "done"


@pytest.mark.parametrize("way", ["utf-8?Q?x=0D=0ABcc:_thief=40evil.example", "utf-8?B?0JrRgtC+", "us-ascii?q?a"])
def test_encoded_word_of_a_customer_is_read_as_he_wrote_it(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path, way: str
) -> None:
    written = f"=?{way}?="
    offer(api, ticket, action("warn", {"to": ["head@support.example"], **letter(f"Срок: {written}")}))
    (found,) = letters(folder)
    assert written in found["Subject"].replace("\u2060", "")


@pytest.mark.parametrize(
    "address",
    ["=?utf-8?q?a?=@evil.example", "=?utf-8?q?a=0D=0ABcc=3A_t=40e.example?=@evil.example", "a@b.example, c@d.example",
     "a@b.example\r\nBcc: c@d.example", "<a@b.example>", "a@b", "Name <a@b.example>", "a b@c.example"],
)  # fmt: skip
def test_what_is_no_single_address_gets_no_letter(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path, address: str
) -> None:
    assert offer(api, ticket, warning([address])) == [("refused", "no_address")]
    assert letters(folder) == []
    body = {"ticket": ticket, "to": address, "letter": {"subject": "s", "text": "t", "html": "<p>t</p>"}}
    assert api.post("actions/test", body).status == 422


def test_places_are_filled_once_and_escaped_in_html(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    place = "\ue000ticket_link\ue001"
    html = f'<p>\ue000desk\ue001</p><p><a href="{place}">open</a></p><p><a href="\ue000rating_link\ue001">rate</a></p>'
    text = f"\ue000desk\ue001\n\n{place}\n\n\ue000rating_link\ue001"
    offer(api, ticket, action("warn", {"to": ["head@support.example"], **letter("\ue000desk\ue001: срок", text, html)}))
    (found,) = letters(folder)
    assert found["Subject"].startswith("SLA Bridge: срок")
    assert f"/scp/tickets.php?id={ticket}" in part(found, "plain")
    assert f'href="https://desk.example/scp/tickets.php?id={ticket}"' in part(found, "html")
    assert "rate" not in part(found, "html"), "what a helpdesk cannot say is left out"
    assert "\ue000" not in part(found, "plain") + part(found, "html") + found["Subject"]


def test_customers_answer_goes_to_the_customer_alone_in_his_language(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    assert offer(api, ticket, action("answer", letter())) == [("done", "")]
    snapshot = api.ticket(ticket)
    (found,) = letters(folder)
    assert found["To"] == snapshot["requester"]["email"]
    assert f"t={snapshot['number']}" not in found["Subject"]
    assert (snapshot["events"][-1]["kind"], snapshot["events"][-1]["actor"]) == ("response", "system")
    assert snapshot["bridge"]["mail"] == "ok"


# --- who was quicker -------------------------------------------------------------------------------------------------


def test_warning_on_an_outdated_revision_is_a_conflict_and_keeps_nothing(
    desk: Desk, api: Client, ticket: int, folder: Path
) -> None:
    rev = api.ticket(ticket)["rev"]
    desk.note(ticket, "Уже занимаюсь")
    assert api.write({"id": ticket, "if_rev": rev, "actions": [warning()]})[0]["result"] == "conflict"
    assert kept(api, ticket) == {}
    assert letters(folder) == []


def test_held_warning_whose_ticket_moves_is_dropped_unsent_and_the_ticket_decided_anew(
    desk: Desk, api: Client, ticket: int, folder: Path
) -> None:
    declare(api, per_day=0)
    assert offer(api, ticket, warning()) == [("held", "per_day")]
    desk.note(ticket, "Уже занимаюсь")
    cursor = api.cursor()
    declare(api)
    assert api.post("actions/run", {}).body["results"] == []
    assert kept(api, ticket) == {}
    assert [one["id"] for one in api.changed(cursor, ticket)] == [ticket]
    assert letters(folder) == []


def test_what_a_person_changes_after_an_action_stands(desk: Desk, api: Client, ticket: int) -> None:
    priorities = [one["id"] for one in api.get("meta").body["priorities"]]
    highest = api.get("meta").body["priorities"][-1]["name"]
    one = action("raise", {"name": highest})
    assert offer(api, ticket, one) == [("done", "")]
    desk.set_priority(ticket, priorities[0])
    assert offer(api, ticket, one) == [("already", "done")]
    assert api.post("actions/run", {}).body["left"] == 0
    assert api.ticket(ticket)["priority"]["id"] == priorities[0]


# --- caps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", ["per_day", "per_ticket_per_day"])
def test_beyond_a_limit_actions_are_held_listed_and_run_when_there_is_room(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path, limit: str
) -> None:
    ran = api.get("actions").body["today"]
    declare(api, **{limit: 2 + (ran if limit == "per_day" else 0)})
    some = [warning(cycle=number) for number in range(4)]
    assert offer(api, ticket, *some) == [("done", ""), ("done", ""), ("held", limit), ("held", limit)]
    listed = api.get("actions", state="held").body
    assert [row["key"] for row in listed["actions"]] == [one["key"] for one in some[2:]]
    assert len(letters(folder)) == 2
    assert api.post("actions/run", {}).body == api.post("actions/run", {}).body | {"results": [], "left": 2}
    declare(api)
    assert [one["state"] for one in api.post("actions/run", {}).body["results"]] == ["done", "done"]
    assert len(letters(folder)) == 4


def test_list_goes_on_behind_a_row(api: Client, ticket: int) -> None:
    offer(api, ticket, *(action("give", {"name": f"Nobody {one}"}, cycle=one) for one in range(5)))
    seen: list[str] = []
    after = 0
    while True:
        page = api.get("actions", state="refused", after=after, limit=2).body
        seen += [row["key"] for row in page["actions"] if row["ticket"] == ticket]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == [f"give:ticket:{one}" for one in range(5)]


# --- what is not taken -----------------------------------------------------------------------------------------------


def test_what_lies_before_its_switching_on_is_past_and_not_kept(api: Client, ticket: int) -> None:
    assert offer(api, ticket, warning(not_before=at(-72))) == [("refused", "past")]
    assert kept(api, ticket) == {}


def test_what_nobody_declared_is_refused_and_may_be_offered_again(api: Client, ticket: int) -> None:
    one = action("tell", {"text": {"ru": "…"}})
    declare(api, {"warn": "email"})
    assert offer(api, ticket, one) == [("refused", "not_declared")]
    declare(api)
    assert offer(api, ticket, one | {"not_before": at(0.001)})[0][0] in ("accepted", "done")


def test_declaring_again_keeps_since_when_and_leaving_out_forgets(api: Client) -> None:
    since = declare(api)["since"]
    assert set(since) == set(KINDS)
    assert declare(api)["since"] == since
    assert set(declare(api, {"warn": "email"})["since"]) == {"warn"}


def test_too_late_is_too_late(api: Client, ticket: int, folder: Path) -> None:
    now = at()
    assert offer(api, ticket, warning(not_before=now, not_after=now)) == [("refused", "too_late")]
    assert letters(folder) == []


def test_what_is_not_due_yet_waits(api: Client, ticket: int, folder: Path) -> None:
    assert offer(api, ticket, warning(not_before=at(1))) == [("accepted", "")]
    assert letters(folder) == []


def test_switched_off_nothing_is_taken_and_all_is_forgotten(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    embedded.sandbox.switch_actions(None)
    assert declare(api) == declare(api) | {"on": False, "since": {}}
    assert offer(api, ticket, warning()) == [("refused", "switched_off")]
    assert kept(api, ticket) == {}
    embedded.sandbox.switch_actions(folder)
    assert offer(api, ticket, warning()) == [("refused", "not_declared")]
    assert letters(folder) == []


@pytest.mark.parametrize("limits", [{"per_day": 0}, {"per_ticket_per_day": 0}])
def test_what_is_held_and_not_declared_any_more_is_given_up(
    api: Client, ticket: int, folder: Path, limits: dict[str, int]
) -> None:
    declare(api, **limits)
    assert offer(api, ticket, warning())[0][0] == "held"
    cursor = api.cursor()
    declare(api, {"tell": "note"})
    assert api.post("actions/run", {}).body["results"] == []
    assert kept(api, ticket) == {}
    assert [one["id"] for one in api.changed(cursor, ticket)] == [ticket]
    assert letters(folder) == []


def test_what_was_not_due_yet_and_is_not_declared_any_more_is_given_up(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    offer(api, ticket, warning(not_before=at(1)))
    embedded.sandbox.store.row("UPDATE actions SET not_before = ?", int(time.time()))
    declare(api, {"tell": "note"})
    assert api.post("actions/run", {}).body["results"] == []
    assert kept(api, ticket) == {}
    assert letters(folder) == []


def test_what_was_held_when_actions_were_switched_off_is_not_made_up_for_later(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    declare(api, per_day=0)
    one = warning()
    assert offer(api, ticket, one) == [("held", "per_day")]
    embedded.sandbox.switch_actions(None)
    assert api.post("actions/run", {}).body["left"] == 1
    embedded.sandbox.switch_actions(folder)
    time.sleep(1.1)
    declare(api)
    assert api.post("actions/run", {}).body["results"] == []
    assert kept(api, ticket) == {}
    assert offer(api, ticket, one) == [("refused", "past")]
    assert letters(folder) == []


def test_person_may_send_what_is_held_though_it_is_not_declared_any_more(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    declare(api, per_day=0)
    one = warning()
    offer(api, ticket, one)
    declare(api, {"tell": "note"})
    assert settle(api, ticket, one, "send") == ("done", "")
    assert len(letters(folder)) == 1


def test_key_that_may_not_act_writes_fields_and_no_letter(
    embedded: EmbeddedDesk, api: Client, client_of: Callable[..., Client], ticket: int, folder: Path
) -> None:
    client = client_of(embedded.sandbox.add_key(["read", "write"]))
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": {"sla_state": "met"}, "actions": [warning()]}
    result = client.write(item)[0]
    assert result["result"] == "ok"
    assert [(one["state"], one["reason"]) for one in result["actions"]] == [("refused", "scope")]
    assert letters(folder) == []
    for path in ("declare", "run", "settle", "test"):
        reply = client.post(f"actions/{path}", {})
        assert (reply.status, "act" in reply.hint) == (403, True)
    assert client.get("actions").status == 200


def test_key_of_one_department_neither_sees_runs_nor_settles_the_others(
    embedded: EmbeddedDesk, api: Client, client_of: Callable[..., Client], open_ticket: Callable[..., int], folder: Path
) -> None:
    mine, theirs = open_ticket(), open_ticket()
    embedded.people.transfer(theirs, "Sales")
    declare(api, per_day=0)
    one = warning()
    for ticket in (mine, theirs):
        assert offer(api, ticket, one) == [("held", "per_day")]
    client = client_of(embedded.sandbox.add_key(["read", "write", "act"], departments=[1]))
    assert [row["ticket"] for row in client.get("actions").body["actions"]] == [mine]
    declare(api)
    assert [row["ticket"] for row in client.post("actions/run", {}).body["results"]] == [mine]
    settle = {"ticket": theirs, "key": one["key"], "do": "send"}
    assert client.post("actions/settle", settle).status == 404
    write = {"id": theirs, "if_rev": api.ticket(theirs)["rev"], "actions": [warning(cycle=2)]}
    assert client.write(write)[0]["result"] == "gone"
    test = {"ticket": theirs, "to": "me@support.example", "letter": {"subject": "s", "text": "t", "html": "<p>t</p>"}}
    assert client.post("actions/test", test).status == 404
    assert len(letters(folder)) == 1


BAD_ACTIONS: list[Any] = [
    {}, "warn", [1], [{"kind": "note"}], [warning()] * 2, [warning(cycle=one) for one in range(21)], [warning(key="с пробелом ")],
    [warning(key="k" * 191)], [warning(key="")], [warning(kind="delete")], [warning(params={})], [warning(params=[])],
    [warning(not_before="yesterday")], [warning(not_before=None)], [warning(not_after="2026-02-30T00:00:00Z")],
    [warning(to=["customer", "head@support.example"])], [warning(to=[""])], [warning(cycle=1, strange=1)],
    [action("tell", {"text": "…"})], [action("tell", {"text": {"de": "…"}})], [action("tell", {"text": {}})],
    [action("give", {})], [action("give", {"agent": "a@b.example", "name": "A"})], [action("raise", {"name": " "})],
    [action("raise", {"name": 3})], [action("answer", letter() | {"bcc": ["thief@evil.example"]})],
    [action("tell", {"text": {"ru": "я" * 70_000}})], [action("answer", letter() | {"needs": "no key"})],
]  # fmt: skip


@pytest.mark.parametrize("actions", BAD_ACTIONS, ids=range(len(BAD_ACTIONS)))
def test_what_is_no_action_makes_the_item_invalid_and_writes_nothing(
    api: Client, ticket: int, folder: Path, actions: Any
) -> None:
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": {"sla_state": "met"}, "actions": actions}
    result = api.write(item)[0]
    assert (result["result"], result["error"]["code"]) == ("invalid", "bad_item")
    assert kept(api, ticket) == {}
    assert api.ticket(ticket)["bridge"]["fields"].get("sla_state") is None
    assert letters(folder) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [("declare", {}), ("declare", {"actions": [], "limits": {"per_day": -1, "per_ticket_per_day": 1}}),
     ("declare", {"actions": [{"id": "", "kind": "note"}], "limits": {"per_day": 1, "per_ticket_per_day": 1}}),
     ("settle", {}), ("settle", {"ticket": "1", "key": "a", "do": "send"}), ("settle", {"ticket": 1, "key": "a", "do": "burn"}),
     ("test", {}), ("test", {"ticket": 1, "to": "nobody", "letter": {"subject": "", "text": "", "html": ""}}),
     ("test", {"ticket": 1, "to": "a@b.example\r\nBcc: c@d.example", "letter": {"subject": "", "text": "", "html": ""}})],
)  # fmt: skip
def test_body_of_another_shape_is_refused(api: Client, path: str, body: dict[str, Any]) -> None:
    reply = api.post(f"actions/{path}", body)
    assert (reply.status, reply.code) == (422, "unprocessable")


@pytest.mark.parametrize("state", ["held,lost", "", "held,", "HELD", "held unknown"])
def test_state_that_there_is_none_of_is_refused(api: Client, state: str) -> None:
    reply = api.get("actions", state=state)
    assert (reply.status, reply.code) == (400, "bad_request")


# --- people decide ---------------------------------------------------------------------------------------------------


def settle(api: Client, ticket: int, one: dict[str, Any], do: str) -> tuple[str, str]:
    reply = api.post("actions/settle", {"ticket": ticket, "key": one["key"], "do": do})
    assert reply.status == 200, reply.text
    return reply.body["state"], reply.body["reason"]


def test_held_letter_is_sent_by_a_persons_decision_or_dropped_for_good(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    declare(api, per_day=0)
    first, second = warning(), warning(cycle=2)
    offer(api, ticket, first, second)
    assert settle(api, ticket, first, "send") == ("done", "")
    assert settle(api, ticket, second, "drop") == ("dropped", "")
    assert settle(api, ticket, first, "drop") == ("already", "done")
    assert settle(api, ticket, second, "send") == ("already", "dropped")
    declare(api)
    assert api.post("actions/run", {}).body["results"] == []
    assert offer(api, ticket, first, second) == [("already", "done"), ("already", "dropped")]
    assert len(letters(folder)) == 1


def test_letter_of_unknown_fate_is_listed_never_sent_by_itself_and_once_more_by_decision(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    one = warning()
    offer(api, ticket, one)
    name = letters(folder)[0]["Message-ID"]
    # As a kill between the letter and its mark leaves it.
    embedded.sandbox.store.row("UPDATE actions SET state = 'sending' WHERE key = ?", one["key"])
    assert api.post("actions/run", {}).body["results"] == []
    assert kept(api, ticket) == {one["key"]: "unknown"}
    assert [row["key"] for row in api.get("actions", state="unknown").body["actions"]] == [one["key"]]
    assert offer(api, ticket, one) == [("already", "unknown")]
    for path in folder.glob("*.eml"):
        path.unlink()
    events = len(api.ticket(ticket)["events"])
    assert settle(api, ticket, one, "send") == ("done", "")
    assert [found["Message-ID"] for found in letters(folder)] == [name], "every attempt bears the same name"
    assert len(api.ticket(ticket)["events"]) == events, "and stands in the log once"


def test_refused_letter_is_sent_when_its_cause_is_mended(desk: Desk, api: Client, ticket: int, folder: Path) -> None:
    one = warning(["assignee"])
    assert offer(api, ticket, one) == [("refused", "no_address")]
    desk.claim(ticket)
    assert settle(api, ticket, one, "send") == ("done", "")


def test_letter_that_the_folder_does_not_take_is_refused_and_said_to_fail(
    embedded: EmbeddedDesk, api: Client, ticket: int, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    embedded.sandbox.switch_actions(gone)
    declare(api)
    gone.rmdir()
    one = action("answer", letter())
    assert offer(api, ticket, one) == [("refused", "mail_refused")]
    assert api.ticket(ticket)["bridge"]["mail"] == "failed"
    gone.mkdir()
    assert settle(api, ticket, one, "send") == ("done", "")
    assert api.ticket(ticket)["bridge"]["mail"] == "ok"


def test_letter_that_comes_back_marks_the_ticket_once_until_one_gets_through(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    offer(api, ticket, action("answer", letter()))
    assert api.ticket(ticket)["bridge"]["mail"] == "ok"
    cursor = api.cursor()
    embedded.people.return_letter(ticket)
    assert [one["bridge"]["mail"] for one in api.changed(cursor, ticket)] == ["failed"]
    told = api.ticket(ticket)["events"]
    assert (told[-1]["kind"], told[-1]["actor"]) == ("note", "system")
    embedded.people.return_letter(ticket)
    assert api.ticket(ticket)["events"] == told, "told once"
    assert kept(api, ticket) == {"answer:ticket:1": "done"}, "nothing is sent again by itself"
    assert offer(api, ticket, action("answer", letter(), cycle=2)) == [("done", "")]
    assert api.ticket(ticket)["bridge"]["mail"] == "ok"


def test_action_that_there_is_none_of_cannot_be_settled(api: Client, ticket: int) -> None:
    reply = api.post("actions/settle", {"ticket": ticket, "key": "none:ticket:1", "do": "send"})
    assert (reply.status, reply.code) == (404, "not_found")


def test_letter_on_trial_goes_to_one_address_counts_and_is_nobodys_action(
    embedded: EmbeddedDesk, api: Client, ticket: int, folder: Path
) -> None:
    before = api.get("actions").body["today"]
    texts = {"subject": "Проба", "text": "Текст %{ticket}", "html": "<p>Текст</p>"}
    reply = api.post("actions/test", {"ticket": ticket, "to": "me@support.example", "letter": texts})
    (found,) = letters(folder)
    assert reply.body["message_id"] == found["Message-ID"]
    assert found["To"] == "me@support.example"
    assert "%{ticket}" in part(found, "plain")
    assert api.get("actions").body["today"] == before + 1
    assert kept(api, ticket) == {}
    declare(api, per_day=0)
    again = api.post("actions/test", {"ticket": ticket, "to": "me@support.example", "letter": texts})
    assert (again.status, again.code) == (409, "per_day")


def test_deleted_ticket_takes_its_actions_with_it(
    embedded: EmbeddedDesk, api: Client, open_ticket: Callable[..., int]
) -> None:
    ticket = open_ticket()
    offer(api, ticket, action("give", {"name": "Nobody"}))
    embedded.delete(ticket)
    assert [row for row in api.get("actions", state="refused").body["actions"] if row["ticket"] == ticket] == []
