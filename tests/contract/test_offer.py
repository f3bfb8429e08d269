"""Letters that belong to no ticket: offered as a whole list, sent once under their keys, withdrawn when they are due no more."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.acting import at, declare, letter, letters, part, warning
from tests.contract.acting import offer as offer_in_a_ticket
from tests.contract.client import Client
from tests.contract.desk import EmbeddedDesk
from tests.contract.offering import ask, listed, offered, settle, states

pytestmark = pytest.mark.usefixtures("acting", "left_clean")


# --- the letter ------------------------------------------------------------------------------------------------------


def test_letter_goes_out_once_under_its_key(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], folder: Path
) -> None:
    one, other = due(), due("training")
    assert offered(api, one) == [("done", "")]
    assert offered(api, one, other) == [("already", "done"), ("done", "")]
    first, second = letters(folder)
    assert first["To"] == "curator@support.example"
    assert first["Message-ID"].startswith("<sla-")
    assert first["Message-ID"] != second["Message-ID"]
    assert second["References"] is None


def test_letter_names_no_ticket_and_what_only_one_has_is_left_out(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], folder: Path
) -> None:
    text = "Выезд до конца недели\n\ue000ticket_link\ue001\n\ue000rating_link\ue001\n\ue000desk\ue001"
    html = '<p>Выезд</p><p><a href="\ue000ticket_link\ue001">open</a></p><p>\ue000desk\ue001</p>'
    params = {"to": ["curator@support.example"], **letter("\ue000desk\ue001: выезд", text, html)}
    assert offered(api, due(params=params)) == [("done", "")]
    (found,) = letters(folder)
    assert found["Subject"] == "SLA Bridge: выезд"
    assert part(found, "plain").split() == ["Выезд", "до", "конца", "недели", "SLA", "Bridge"]
    assert part(found, "html").strip() == "<p>Выезд</p><p>SLA Bridge</p>"


def test_it_is_listed_without_a_ticket_and_stands_in_no_snapshot(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], ticket: int, folder: Path
) -> None:
    one, cursor = due(), api.cursor()
    before = api.ticket(ticket)
    offered(api, one)
    (row,) = listed(api)
    assert (row["ticket"], row["number"], row["key"], row["id"], row["state"]) == (None, "", one["key"], "warn", "done")
    assert api.ticket(ticket) == before
    assert api.get("changes", after=cursor).body["items"] == []


def test_key_of_a_ticket_and_the_same_key_of_none_are_two(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], ticket: int, folder: Path
) -> None:
    one = due()
    assert offer_in_a_ticket(api, ticket, one) == [("done", "")]
    assert offered(api, one) == [("done", "")]
    names = [found["Message-ID"] for found in letters(folder)]
    assert len(set(names)) == 2


# --- what is not sent ------------------------------------------------------------------------------------------------


def test_what_is_due_no_more_is_withdrawn_unsent(api: Client, due: Callable[..., dict[str, Any]], folder: Path) -> None:
    declare(api, per_day=0)
    held, later = due(), due("training", not_before=at(1))
    assert offered(api, held, later) == [("held", "per_day"), ("accepted", "")]
    assert states(api, held, later) == ["held", "accepted"]
    assert offered(api, later) == [("already", "accepted")]
    assert states(api, held, later) == [None, "accepted"]
    assert offered(api) == []
    assert states(api, held, later) == [None, None]
    declare(api)
    assert [one for one in api.post("actions/run", {}).body["results"] if one["ticket"] is None] == []
    assert letters(folder) == []


def test_what_a_person_has_decided_or_has_to_decide_on_is_not_withdrawn(
    api: Client, due: Callable[..., dict[str, Any]]
) -> None:
    nobody, dropped = due(to=["nobody"]), due("training", to=["nobody"])
    assert offered(api, nobody, dropped) == [("refused", "no_address")] * 2
    assert settle(api, dropped, "drop") == ("dropped", "")
    assert offered(api) == []
    assert states(api, nobody, dropped) == ["refused", "dropped"]
    assert offered(api, nobody, dropped) == [("already", "refused"), ("already", "dropped")]


def test_what_waits_for_a_ticket_is_not_withdrawn(api: Client, ticket: int) -> None:
    declare(api, per_day=0)
    assert offer_in_a_ticket(api, ticket, warning()) == [("held", "per_day")]
    assert offered(api) == []
    assert [one["state"] for one in api.ticket(ticket)["bridge"]["actions"]] == ["held"]


def test_neither_the_past_nor_the_undeclared_is_kept(api: Client, due: Callable[..., dict[str, Any]]) -> None:
    past, strange = due(not_before=at(-72)), due("training", id="nobody-declared-it")
    assert offered(api, past, strange) == [("refused", "past"), ("refused", "not_declared")]
    assert states(api, past, strange) == [None, None]


def test_too_late_is_too_late(api: Client, due: Callable[..., dict[str, Any]]) -> None:
    now = at()
    assert offered(api, due(not_before=now, not_after=now)) == [("refused", "too_late")]


def test_switched_off_nothing_is_taken(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], folder: Path
) -> None:
    embedded.sandbox.switch_actions(None)
    assert offered(api, due()) == [("refused", "switched_off")]
    embedded.sandbox.switch_actions(folder)
    assert offered(api, due()) == [("refused", "not_declared")]
    assert letters(folder) == []


def test_letter_that_is_withdrawn_while_it_is_to_run_says_so(
    embedded: EmbeddedDesk,
    api: Client,
    due: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
) -> None:
    runner = embedded.sandbox._actions
    taken = runner.take

    def take(*given: Any, **more: Any) -> Any:
        found = taken(*given, **more)
        # As if somebody had declared others a moment later.
        embedded.sandbox.store.row("DELETE FROM acting")
        return found

    monkeypatch.setattr(runner, "take", take)
    assert offered(api, due()) == [("refused", "withdrawn")]
    assert letters(folder) == []
    assert [one for one in embedded.sandbox.store.rows("SELECT * FROM feed") if one["ticket_id"] == 0] == []


# --- limits and decisions --------------------------------------------------------------------------------------------


def test_limit_of_the_day_holds_it_and_that_of_a_ticket_does_not(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], folder: Path
) -> None:
    ran = api.get("actions").body["today"]
    declare(api, per_day=ran + 2, per_ticket_per_day=0)
    some = [due(str(number)) for number in range(3)]
    assert offered(api, *some) == [("done", ""), ("done", ""), ("held", "per_day")]
    assert api.get("actions").body["today"] == ran + 2
    assert api.post("actions/run", {}).body["left"] == 1
    declare(api, per_ticket_per_day=0)
    assert api.post("actions/run", {}).body["results"] == [
        {"ticket": None, "key": some[2]["key"], "state": "done", "reason": ""}
    ]
    assert len(letters(folder)) == 3


def test_what_was_not_due_yet_runs_when_it_is(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], folder: Path
) -> None:
    one = due(not_before=at(1))
    assert offered(api, one) == [("accepted", "")]
    embedded.sandbox.store.row("UPDATE actions SET not_before = ?", int(time.time()))
    assert [found["state"] for found in api.post("actions/run", {}).body["results"]] == ["done"]
    assert len(letters(folder)) == 1


def test_held_letter_that_is_not_declared_any_more_is_given_up(
    api: Client, due: Callable[..., dict[str, Any]], folder: Path
) -> None:
    declare(api, per_day=0)
    one = due()
    assert offered(api, one) == [("held", "per_day")]
    declare(api, {"tell": "note"})
    assert [found for found in api.post("actions/run", {}).body["results"] if found["ticket"] is None] == []
    assert states(api, one) == [None]
    assert letters(folder) == []


def test_person_sends_what_is_held_or_drops_it_for_good(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], folder: Path
) -> None:
    declare(api, per_day=0)
    first, second = due(), due("training")
    offered(api, first, second)
    assert settle(api, first, "send") == ("done", "")
    assert settle(api, second, "drop") == ("dropped", "")
    assert settle(api, second, "send") == ("already", "dropped")
    declare(api)
    assert offered(api, first, second) == [("already", "done"), ("already", "dropped")]
    assert len(letters(folder)) == 1


@pytest.mark.parametrize("stands", [{"ticket": 0}, {"ticket": 10**9}, {"ticket": None, "key": "warn:other:1"}])
def test_only_what_there_is_can_be_settled(
    api: Client, due: Callable[..., dict[str, Any]], stands: dict[str, Any]
) -> None:
    one = due(to=["nobody"])
    offered(api, one)
    reply = api.post("actions/settle", {"ticket": None, "key": one["key"], "do": "drop"} | stands)
    assert (reply.status, reply.code) == (404, "not_found")
    left_out = api.post("actions/settle", {"key": one["key"], "do": "drop"})
    assert (left_out.status, left_out.code) == (422, "unprocessable")


def test_letter_of_unknown_fate_is_never_sent_by_itself_and_once_more_by_decision(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], folder: Path
) -> None:
    one = due()
    offered(api, one)
    name = letters(folder)[0]["Message-ID"]
    # As a kill between the letter and its mark leaves it.
    embedded.sandbox.store.row("UPDATE actions SET state = 'sending'")
    assert offered(api, one) == [("already", "unknown")]
    assert settle(api, one, "send") == ("done", "")
    assert [found["Message-ID"] for found in letters(folder)] == [name], "every attempt bears the same name"


def test_letter_that_the_folder_does_not_take_is_refused_and_kept(
    embedded: EmbeddedDesk, api: Client, due: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    embedded.sandbox.switch_actions(gone)
    declare(api)
    gone.rmdir()
    one = due()
    assert offered(api, one) == [("refused", "mail_refused")]
    gone.mkdir()
    assert settle(api, one, "send") == ("done", "")


# --- who may, and what is no such list -------------------------------------------------------------------------------


def test_key_of_one_department_neither_offers_sees_runs_nor_settles_them(
    embedded: EmbeddedDesk,
    api: Client,
    client_of: Callable[..., Client],
    due: Callable[..., dict[str, Any]],
    folder: Path,
) -> None:
    declare(api, per_day=0)
    one = due()
    offered(api, one)
    client = client_of(embedded.sandbox.add_key(["read", "write", "act"], departments=[1]))
    reply = ask(client)
    assert (reply.status, reply.code, "departments" in reply.hint) == (403, "forbidden", True)
    assert listed(client) == []
    declare(api)
    assert client.post("actions/run", {}).body == client.post("actions/run", {}).body | {"results": [], "left": 0}
    assert client.post("actions/settle", {"ticket": None, "key": one["key"], "do": "send"}).status == 404
    assert states(api, one) == ["held"]
    assert letters(folder) == []


def test_key_that_may_not_act_offers_nothing(embedded: EmbeddedDesk, client_of: Callable[..., Client]) -> None:
    reply = ask(client_of(embedded.sandbox.add_key(["read", "write"])))
    assert (reply.status, "act" in reply.hint) == (403, True)


def test_offer_is_made_under_the_lease_in_force(api: Client, due: Callable[..., dict[str, Any]], token: str) -> None:
    policy = api.get("ping").body["policy"]
    taken = {"do": "take", "holder": f"leader-{token}", "ttl": 60, "policy": f"sha256:{'0' * 64}", "after": None}
    if policy is not None:
        taken |= {"policy": policy["digest"]}
    declare(api, per_day=0)
    one = due()
    offered(api, one)
    epoch = api.post("lease", taken).body["epoch"]
    lease = {"holder": taken["holder"], "epoch": epoch}
    try:
        assert (ask(api).status, ask(api).code) == (409, "lease_held")
        assert ask(api, lease=lease | {"epoch": epoch + 1}).code == "lease_lost"
        assert ask(api, lease={"holder": 1}).code == "unprocessable"
        assert states(api, one) == ["held"], "what was refused withdraws nothing"
        assert ask(api, lease=lease).body["results"] == []
    finally:
        api.post("lease", {"do": "release", "holder": taken["holder"], "epoch": epoch})
    assert ask(api, lease=lease).code == "lease_lost"


OF_A_TICKET: list[dict[str, Any]] = [
    warning(["customer"]), warning(["assignee"]), warning(["head@support.example", "assignee"]),
    warning(kind="reply", params=letter()), warning(kind="note", params={"text": {"ru": "…"}}),
    warning(params={"to": ["head@support.example"], **letter(), "needs": "warn:ticket:9"}),
]  # fmt: skip
MISSHAPEN: list[Any] = [
    {}, "warn", 1, warning(key=""), warning(key="k" * 191), warning(kind="delete"), warning(params={}), warning(to=[]),
    warning([""]), warning(not_before="yesterday"), warning(strange=1), warning(id="с пробелом "),
]  # fmt: skip


@pytest.mark.parametrize("bad", OF_A_TICKET + MISSHAPEN, ids=range(len(OF_A_TICKET) + len(MISSHAPEN)))
def test_what_cannot_do_without_a_ticket_refuses_the_whole_list_by_its_place(
    api: Client, due: Callable[..., dict[str, Any]], bad: Any
) -> None:
    declare(api, per_day=0)
    one, other = due(), due("training")
    offered(api, one)
    reply = ask(api, other, bad)
    assert (reply.status, reply.code) == (422, "unprocessable")
    assert "1" in reply.body["error"]["message"]
    assert states(api, one, other) == ["held", None], "nothing is taken and nothing withdrawn"


@pytest.mark.parametrize("body", [{}, {"actions": None}, {"actions": {}}, {"lease": None, "actions": "none"}])
def test_body_without_a_list_withdraws_nothing(
    api: Client, due: Callable[..., dict[str, Any]], body: dict[str, Any]
) -> None:
    declare(api, per_day=0)
    one = due()
    offered(api, one)
    reply = api.post("actions/offer", body)
    assert (reply.status, reply.code) == (422, "unprocessable")
    assert states(api, one) == ["held"]


def test_two_hundred_are_taken_and_neither_more_nor_one_key_twice(
    api: Client, due: Callable[..., dict[str, Any]]
) -> None:
    declare(api, per_day=0)
    some = [due(str(number)) for number in range(201)]
    assert ask(api, *some).code == "unprocessable"
    assert ask(api, some[0], some[0]).code == "unprocessable"
    assert states(api, some[0]) == [None]
    assert offered(api, *some[:200]) == [("held", "per_day")] * 200
