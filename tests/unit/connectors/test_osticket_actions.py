"""Contract v1, the part on actions: what is sent, what is asked once only, and answers that do not keep to it."""

import json

import pytest
import requests
import responses
from pydantic import SecretStr

from bridge.connectors.helpdesks.batches import batches
from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.plugin_answers import write_outcomes
from bridge.connectors.helpdesks.plugin_api import ROUTES
from bridge.connectors.helpdesks.transport import HttpLimits, Transport
from bridge.errors import HelpdeskRefused, HelpdeskUnavailable
from bridge.protocols.leading import LeaseDeed, LeaseWish
from bridge.protocols.writing import ActionOutcome, Encoded, Write
from bridge.tickets import parse_instant

URL = "http://127.0.0.1:9"
HEADERS = {
    "X-Sla-Bridge-Contract": "1",
    "X-Sla-Bridge-Instance": "one",
    "X-Sla-Bridge-Server-Time": "2026-11-20T07:00:00Z",
}
ROW = {
    "row": 3, "ticket": 7, "number": "000007", "key": "remind:ticket:1", "id": "remind", "kind": "reply", "state": "held",
    "reason": "per_day", "at": "2026-11-20T06:00:00Z", "changed_at": "2026-11-20T06:30:00Z",
}  # fmt: skip

OFFERED = {"key": "a:visits:1", "state": "held", "reason": "per_day"}


@pytest.fixture
def script():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def helpdesk():
    bounds = HttpLimits(attempts=3, wait_seconds=0.01, request_seconds=5)
    return OsTicket(Transport(URL, SecretStr("K"), limits=bounds, sleep=lambda _: None), route=ROUTES[0])


def answers(script, route, *answers, method="POST"):
    for one in answers:
        if isinstance(one, Exception):
            script.add(method, URL + ROUTES[0] + route, body=one)
        else:
            status, data = one if isinstance(one, tuple) else (200, one)
            script.add(method, URL + ROUTES[0] + route, json=data, status=status, headers=HEADERS)


def sent(script, number=-1):
    return json.loads(script.calls[number].request.body)


# --- what is sent, and what is read of the answer ----------------------------------------------------------------------


def test_a_write_carries_its_actions_as_they_are():
    action = {"key": "a:ticket:1", "id": "a", "kind": "note", "params": {"text": {"ru": "Да", "en": "Yes"}}}
    for given in ([action], Encoded(json.dumps([action]).encode())):
        (batch,) = batches([Write(id=1, if_rev="r", fields={}, actions=given)])
        assert json.loads(batch.body())["items"] == [{"id": 1, "if_rev": "r", "fields": {}, "actions": [action]}]


def test_a_write_without_actions_says_nothing_of_them():
    (batch,) = batches([Write(id=1, if_rev="r", fields={})])
    assert "actions" not in json.loads(batch.body())["items"][0]


def test_a_result_tells_what_became_of_each_action():
    actions = [
        {"key": "a:ticket:1", "state": "done", "reason": ""},
        {"key": "b:ticket:1", "state": "held", "reason": "per_day"},
    ]
    (outcome,) = write_outcomes(
        {"results": [{"id": 1, "result": "ok", "rev": "r", "error": None, "actions": actions}]}, [1]
    )
    assert outcome.actions == (
        ActionOutcome(key="a:ticket:1", state="done"),
        ActionOutcome(key="b:ticket:1", state="held", reason="per_day"),
    )


def test_a_plugin_that_knows_no_actions_tells_of_none():
    (outcome,) = write_outcomes({"results": [{"id": 1, "result": "ok", "rev": "r", "error": None}]}, [1])
    assert outcome.actions == ()


def test_a_declaration_names_kinds_and_limits_and_tells_since_when(script, helpdesk):
    answers(script, "/actions/declare", {"on": True, "since": {"warn": "2026-11-20T06:00:00Z"}})
    found = helpdesk.declare_actions({"warn": "email"}, {"per_day": 200, "per_ticket_per_day": 5})
    assert (found.on, found.since) == (True, {"warn": parse_instant("2026-11-20T06:00:00Z")})
    assert sent(script) == {
        "actions": [{"id": "warn", "kind": "email"}],
        "limits": {"per_day": 200, "per_ticket_per_day": 5},
    }


def test_an_empty_list_of_instants_is_phps_way_to_say_none(script, helpdesk):
    answers(script, "/actions/declare", {"on": False, "since": []})
    found = helpdesk.declare_actions({}, {})
    assert (found.on, dict(found.since)) == (False, {})


def test_actions_are_listed_page_by_page(script, helpdesk):
    first, second = {**ROW}, {**ROW, "row": 5, "state": "refused", "reason": "no_agent"}
    answers(
        script,
        "/actions",
        {"on": True, "actions": [first], "next": 3, "today": 2},
        {"on": True, "actions": [second], "next": None, "today": 2},
        method="GET",
    )
    found = list(helpdesk.actions(("held", "refused")))
    assert [(one.ticket, one.number, one.state, one.reason) for one in found] == [
        (7, "000007", "held", "per_day"),
        (7, "000007", "refused", "no_agent"),
    ]
    assert found[0].at == parse_instant("2026-11-20T06:00:00Z")
    assert [one.request.params["after"] for one in script.calls] == ["0", "3"]
    assert script.calls[0].request.params["state"] == "held,refused"


def test_todays_figures_cost_one_request(script, helpdesk):
    answers(script, "/actions", {"on": True, "actions": [ROW], "next": 3, "today": 17}, method="GET")
    assert helpdesk.actions_today() == (True, 17)
    assert len(script.calls) == 1


def test_a_run_tells_of_which_ticket_each_result_is_and_how_many_are_left(script, helpdesk):
    results = [{"ticket": 7, "key": "a:ticket:1", "state": "done", "reason": None}]
    answers(script, "/actions/run", {"results": results, "left": 3})
    found = helpdesk.run_actions()
    assert (found.outcomes, found.left) == ((ActionOutcome(key="a:ticket:1", state="done", ticket=7),), 3)


def test_an_action_of_no_ticket_is_listed_and_run_without_one(script, helpdesk):
    row = {**ROW, "ticket": None, "number": ""}
    answers(script, "/actions", {"on": True, "actions": [row], "next": None, "today": 0}, method="GET")
    answers(script, "/actions/run", {"results": [{**OFFERED, "ticket": None}], "left": 0})
    assert [(one.ticket, one.number) for one in helpdesk.actions(["held"])] == [(None, "")]
    assert helpdesk.run_actions().outcomes == (ActionOutcome(key="a:visits:1", state="held", reason="per_day"),)


def test_letters_of_no_ticket_are_offered_under_the_lease_and_told_in_their_order(script, helpdesk):
    letter = {"key": "a:visits:1", "id": "a", "kind": "email", "params": {}}
    answers(script, "/actions/offer", {"results": [OFFERED]})
    assert helpdesk.offer_actions([letter]) == (ActionOutcome(key="a:visits:1", state="held", reason="per_day"),)
    assert sent(script) == {"lease": None, "actions": [letter]}
    answers(script, "/lease", {"epoch": 4, "seq": 1})
    wish = LeaseWish(do=LeaseDeed.TAKE, holder="a", ttl=30, policy="sha256:" + "0" * 64)
    helpdesk.lease(wish)
    helpdesk.offer_actions([letter])
    assert sent(script)["lease"] == {"holder": "a", "epoch": 4}


def test_an_empty_list_is_offered_too_since_it_withdraws(script, helpdesk):
    answers(script, "/actions/offer", {"results": []})
    assert helpdesk.offer_actions([]) == ()
    assert sent(script) == {"lease": None, "actions": []}


def test_a_plugin_without_the_route_is_named_as_too_old(script, helpdesk):
    missing = {"error": {"code": "not_found", "message": "there is no such route", "hint": ""}}
    answers(script, "/actions/offer", (404, missing))
    with pytest.raises(HelpdeskRefused, match="lacks the feature offer") as raised:
        helpdesk.offer_actions([])
    assert raised.value.status == 404
    assert "plugin install" in raised.value.hint


def test_any_other_refusal_of_an_offer_is_told_in_the_plugins_words(script, helpdesk):
    refused = {"error": {"code": "forbidden", "message": "this key sees some departments", "hint": "use another"}}
    answers(script, "/actions/offer", (403, refused))
    with pytest.raises(HelpdeskRefused, match="this key sees some departments") as raised:
        helpdesk.offer_actions([])
    assert raised.value.status == 403


@pytest.mark.parametrize(("send", "word"), [(True, "send"), (False, "drop")])
def test_a_person_settles_one(script, helpdesk, send, word):
    answers(script, "/actions/settle", {"key": "a:ticket:1", "state": "done", "reason": ""})
    assert helpdesk.settle_action(7, "a:ticket:1", send=send).state == "done"
    assert sent(script) == {"ticket": 7, "key": "a:ticket:1", "do": word}
    helpdesk.settle_action(None, "a:ticket:1", send=send)
    assert sent(script)["ticket"] is None


def test_a_letter_on_trial_goes_to_one_address(script, helpdesk):
    answers(script, "/actions/test", {"message_id": "<sla-1@desk>"})
    letter = {"subject": "S", "text": "T", "html": "<p>T</p>"}
    assert helpdesk.send_test(7, "me@support.example", letter) == "<sla-1@desk>"
    assert sent(script) == {"ticket": 7, "to": "me@support.example", "letter": letter}


# --- what is asked again, and what is not ------------------------------------------------------------------------------

TROUBLES = [requests.exceptions.ConnectionError("reset"), (503, {}), (500, {}), (429, {})]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize(
    ("route", "good", "ask"),
    [
        ("/actions/declare", {"on": True, "since": {}}, lambda one: one.declare_actions({"a": "note"}, {})),
        ("/actions/run", {"results": [], "left": 0}, lambda one: one.run_actions()),
        ("/actions/offer", {"results": []}, lambda one: one.offer_actions([])),
    ],
)
def test_what_keys_make_safe_is_asked_again(script, helpdesk, route, good, ask, trouble):
    answers(script, route, trouble, good)
    ask(helpdesk)
    assert len(script.calls) == 2


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize(
    ("route", "ask"),
    [
        ("/actions/settle", lambda one: one.settle_action(7, "a:ticket:1", send=True)),
        ("/actions/test", lambda one: one.send_test(7, "me@support.example", {"subject": "", "text": "", "html": ""})),
    ],
)
def test_what_a_person_sends_is_asked_once_and_the_doubt_is_told(script, helpdesk, route, ask, trouble):
    answers(script, route, trouble, {"key": "a:ticket:1", "state": "done", "message_id": "<1@desk>"})
    with pytest.raises(HelpdeskUnavailable, match="It may have been carried out all the same"):
        ask(helpdesk)
    assert len(script.calls) == 1


# --- answers outside of the contract -----------------------------------------------------------------------------------

DECLARE, LIST, OFFER = ("POST", "/actions/declare"), ("GET", "/actions"), ("POST", "/actions/offer")
UNPLACED = {name: value for name, value in ROW.items() if name != "ticket"}


@pytest.mark.parametrize(
    ("route", "data", "ask"),
    [
        (DECLARE, {"since": {}}, lambda one: one.declare_actions({}, {})),
        (DECLARE, {"on": "yes", "since": {}}, lambda one: one.declare_actions({}, {})),
        (DECLARE, {"on": True, "since": {"a": "yesterday"}}, lambda one: one.declare_actions({}, {})),
        (DECLARE, {"on": True, "since": ["a"]}, lambda one: one.declare_actions({}, {})),
        (LIST, {"on": True, "next": None, "today": 1}, lambda one: list(one.actions(["held"]))),
        (LIST, {"on": True, "actions": [ROW], "next": 0, "today": 1}, lambda one: list(one.actions(["held"]))),
        (LIST, {"on": True, "actions": [], "next": 9, "today": 1}, lambda one: list(one.actions(["held"]))),
        (LIST, {"on": True, "actions": [{**ROW, "at": None}], "next": None}, lambda one: list(one.actions(["held"]))),
        (LIST, {"on": True, "actions": [], "next": None}, lambda one: one.actions_today()),
        (
            ("POST", "/actions/run"),
            {"results": [{"key": "a", "state": "done"}], "left": 0},
            lambda one: one.run_actions(),
        ),
        (("POST", "/actions/run"), {"results": []}, lambda one: one.run_actions()),
        (LIST, {"on": True, "actions": [UNPLACED], "next": None}, lambda one: list(one.actions(["held"]))),
        (OFFER, {}, lambda one: one.offer_actions([])),
        (OFFER, {"results": [OFFERED]}, lambda one: one.offer_actions([])),
        (OFFER, {"results": [OFFERED]}, lambda one: one.offer_actions([{"key": "b"}])),
        (
            ("POST", "/actions/settle"),
            {"key": "b", "state": "done", "reason": ""},
            lambda one: one.settle_action(7, "a", send=True),
        ),
        (("POST", "/actions/test"), {}, lambda one: one.send_test(7, "me@support.example", {})),
    ],
)
def test_an_answer_outside_of_the_contract_is_refused(script, helpdesk, route, data, ask):
    answers(script, route[1], data, method=route[0])
    with pytest.raises(HelpdeskRefused, match="outside of the contract"):
        ask(helpdesk)


def test_a_list_that_goes_in_circles_is_not_walked(script, helpdesk):
    page = {"on": True, "actions": [ROW], "next": 3, "today": 1}
    answers(script, "/actions", page, page, page, method="GET")
    with pytest.raises(HelpdeskRefused, match="`next` went from 3 to 3"):
        list(helpdesk.actions(["held"]))
