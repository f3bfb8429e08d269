"""Contract v1 in the core's words, and answers that do not keep to it."""

import json
import threading
from dataclasses import replace

import pytest
import responses
from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.plugin_answers import OLDEST
from bridge.connectors.helpdesks.plugin_api import ROUTES
from bridge.connectors.helpdesks.transport import HttpLimits, Transport
from bridge.connectors.sandbox import Sandbox
from bridge.connectors.sandbox.responses import Refusal
from bridge.connectors.shipped import shipped
from bridge.errors import CursorGone, HelpdeskError, HelpdeskRefused, HelpdeskUnavailable
from bridge.protocols.provisioning import SetupRequest
from bridge.protocols.reading import KeptPublication, TicketError
from bridge.protocols.writing import Encoded, Write, WriteResult
from bridge.tickets import Ticket, Tombstone, parse_instant
from tests.faults import Fault

URL = "http://127.0.0.1:9"
HEADERS = {
    "X-Sla-Bridge-Contract": "1",
    "X-Sla-Bridge-Instance": "one",
    "X-Sla-Bridge-Server-Time": "2026-11-20T07:00:00Z",
}


def client(url, key="K", **limits):
    bounds = HttpLimits(**{"attempts": 2, "wait_seconds": 0.01, "request_seconds": 5, **limits})
    return OsTicket(Transport(url, SecretStr(key), limits=bounds, sleep=lambda _: None))


@pytest.fixture
def helpdesk(sandbox):
    connected = client(sandbox.url, sandbox.keys.full)
    levels = (("standard", "Standard", True), ("urgent", "Urgent", True))
    connected.setup(SetupRequest(action="apply", language="en", levels=levels))
    return connected


@pytest.fixture
def script():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def answer(script, route, data, *, method="GET", status=200, base=ROUTES[0], headers=HEADERS, **options):
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    script.add(method, URL + base + route, body=body, status=status, headers=headers, **options)


# --- what the embedded helpdesk says -----------------------------------------------------------------------------------


def test_ping_tells_who_answers_and_what_the_key_may_do(helpdesk, sandbox):
    ping = helpdesk.ping()
    assert ping.instance_id == sandbox.store.instance_id
    assert ping.scopes == ("read", "write", "setup", "act")
    assert ping.departments is None
    assert ping.ip == "127.0.0.1"
    limited = client(sandbox.url, sandbox.add_key(("read",), departments=[1, 2]))
    assert limited.ping().departments == (1, 2)


@pytest.mark.parametrize(
    ("osticket", "php", "outdated"),
    [
        ("v1.18.1", "8.2.36", {}),
        ("1.18-git", "8.4.25", {}),
        ("v1.18", "8.3.33-1ubuntu2", {}),
        ("2.0", "9.0.0", {}),
        ("v1.17.5", "8.2.36", {"osTicket": "1.18"}),
        ("1.17-git", "8.2.36", {"osTicket": "1.18"}),
        ("v1.9.15", "8.10.0", {"osTicket": "1.18"}),
        ("v1.18.1", "8.1.2-1ubuntu2.18", {"PHP": "8.2"}),
        ("v1.17.5", "7.4.33", {"osTicket": "1.18", "PHP": "8.2"}),
        ("v1.18.1 (embedded)", "python 3.11.2", {}),
        ("", "?", {}),
        (None, 8, {}),
        ("unknown", "1" * 5000 + ".1", {}),
    ],
)
def test_ping_tells_which_programs_are_older_than_the_plugin_is_made_for(script, osticket, php, outdated):
    versions = {"osticket": osticket, "php": php, "plugin": "0.1.0", "contract": 1}
    times = {"contract": 1, "server_time": "2026-11-20T07:00:00Z", "instance_id": "one"}
    answer(script, "/ping", {"versions": versions, "ip": "127.0.0.1", "scopes": [], "departments": None, **times})
    assert client(URL).ping().outdated == outdated


def test_the_plugin_demands_the_oldest_osticket_of_osticket_itself():
    demanded = f"'ost_version' => '{OLDEST['osTicket']}'"
    assert demanded in (shipped("plugin/sla-bridge") / "plugin.php").read_text(encoding="utf-8")


def test_meta_names_the_output_fields(helpdesk):
    meta = helpdesk.meta()
    assert {"sla_level", "sla_due"} <= {one.name for one in meta.fields if one.owner == "bridge"}
    level = next(one for one in meta.fields if one.name == "sla_level")
    assert level.choices == {"standard": "Standard", "urgent": "Urgent"}
    assert {one.state for one in meta.statuses} >= {"open", "closed"}


def test_a_ticket_a_missing_one_and_an_unreadable_one_are_told_apart(helpdesk, sandbox):
    ticket, poisoned = sandbox.people.create_ticket("a"), sandbox.people.create_ticket("b")
    sandbox.faults.distort(poisoned, status="broken")
    assert isinstance(helpdesk.ticket(ticket), Ticket)
    assert isinstance(helpdesk.ticket(poisoned), TicketError)
    assert helpdesk.ticket(999) is None


def test_changes_carry_tickets_and_tombstones_and_a_cursor(helpdesk, sandbox):
    first, second = sandbox.people.create_ticket("a"), sandbox.people.create_ticket("b")
    sandbox.people.delete(first)
    page = helpdesk.changes(None)
    assert {type(one): one.id for one in page.items} == {Tombstone: first, Ticket: second}
    assert helpdesk.changes(page.cursor).items == ()
    assert page.head >= 2


def test_the_helpdesks_own_time_is_read_from_every_answer(helpdesk, sandbox):
    sandbox.store.clock = lambda: 1_795_000_000
    helpdesk.ticket(999)
    assert helpdesk.server_time == 1_795_000_000


def test_an_unknown_cursor_is_gone(helpdesk):
    with pytest.raises(CursorGone):
        helpdesk.changes("what is this")


@pytest.mark.parametrize(
    ("key", "says"),
    [("none", r"no valid key.*127\.0\.0\.1"), ("noscope", r"may not.*scope read"), ("readonly", "scope write")],
)
def test_a_key_that_may_not_is_told_what_it_lacks(sandbox, key, says):
    asking = client(sandbox.url, "WRONG" if key == "none" else getattr(sandbox.keys, key))

    def work():
        asking.changes(None)
        asking.write([Write(id=1, if_rev="x", fields={})])

    with pytest.raises(HelpdeskRefused, match=says) as caught:
        work()
    assert caught.value.status in {401, 403}


def test_setup_plans_and_applies_once(sandbox):
    helpdesk = client(sandbox.url, sandbox.keys.full)
    request = SetupRequest(action="plan", language="ru", levels=(("standard", "Обычный", True),))
    assert helpdesk.setup(request).changed == 0
    done = helpdesk.setup(SetupRequest(action="apply", language="ru", levels=request.levels))
    assert done.changed == len(done.steps) > 0
    assert helpdesk.setup(SetupRequest(action="apply", language="ru", levels=request.levels)).changed == 0


# --- the way there -----------------------------------------------------------------------------------------------------


def test_without_rewriting_the_other_way_is_found_and_remembered():
    with Sandbox(rewrite=False) as sandbox:
        helpdesk = client(sandbox.url, sandbox.keys.full)
        helpdesk.ping()
        assert helpdesk.route == ROUTES[1]
        assert helpdesk.requests_sent == 2
        helpdesk.ping()
        assert helpdesk.requests_sent == 3
        remembered = OsTicket(Transport(sandbox.url, SecretStr(sandbox.keys.full)), route=helpdesk.route)
        remembered.ping()
        assert remembered.requests_sent == 1


def test_a_remembered_way_that_has_been_closed_is_left_for_the_other_one():
    with Sandbox(rewrite=False) as sandbox:
        helpdesk = OsTicket(Transport(sandbox.url, SecretStr(sandbox.keys.full)), route=ROUTES[0])
        helpdesk.ping()
        assert helpdesk.route == ROUTES[1]


def test_a_remembered_way_that_is_none_is_ignored(sandbox):
    helpdesk = OsTicket(Transport(sandbox.url, SecretStr(sandbox.keys.full)), route="/evil")
    assert helpdesk.route is None
    helpdesk.ping()
    assert helpdesk.route == ROUTES[0]


def test_a_start_page_that_swallows_unknown_paths_does_not_hide_the_other_way(script):
    script.add("GET", URL + ROUTES[0] + "/ping", status=302, headers={"Location": "/index.php"})
    ping = {
        "instance_id": "one",
        "contract": 1,
        "versions": {},
        "server_time": "2026-11-20T07:00:00Z",
        "ip": "x",
        "scopes": [],
    }
    answer(script, "/ping", ping, base=ROUTES[1])
    helpdesk = client(URL)
    assert helpdesk.ping().instance_id == "one"
    assert helpdesk.route == ROUTES[1]


@pytest.mark.parametrize("status", [200, 400, 403, 404])
def test_a_server_without_the_plugin_is_told_what_to_install(script, status):
    for base in ROUTES:
        answer(script, "/ping", b"<h1>Welcome</h1>", status=status, headers={}, base=base)
    with pytest.raises(HelpdeskRefused, match=r"without the companion plugin.*Welcome.*plugin install") as caught:
        client(URL).ping()
    assert caught.value.status == status


def test_a_plugin_of_another_contract_is_refused(script):
    answer(script, "/ping", {}, headers={**HEADERS, "X-Sla-Bridge-Contract": "2"})
    with pytest.raises(HelpdeskRefused, match=r"contract 2.*same version"):
        client(URL).ping()


def test_a_plugin_that_is_of_another_contract_than_its_headers_say_is_refused(script):
    answer(script, "/ping", {"contract": 2})
    with pytest.raises(HelpdeskRefused, match=r"speaks contract 2, this bridge 1.*plugin install"):
        client(URL).ping()


def test_versions_are_told_by_the_names_that_people_use(helpdesk):
    assert helpdesk.ping().versions.keys() == {"osTicket", "plugin", "PHP"}


def test_another_instance_within_one_connection_is_refused(script):
    answer(script, "/tickets/1", {}, status=404)
    answer(script, "/tickets/2", {}, status=404, headers={**HEADERS, "X-Sla-Bridge-Instance": "two"})
    helpdesk = client(URL)
    helpdesk.ticket(1)
    with pytest.raises(HelpdeskRefused, match="another helpdesk: two, before one"):
        helpdesk.ticket(2)


def test_a_server_time_that_is_none_is_no_time(script):
    answer(script, "/tickets/1", {}, status=404, headers={**HEADERS, "X-Sla-Bridge-Server-Time": "noon"})
    helpdesk = client(URL)
    helpdesk.ticket(1)
    assert helpdesk.server_time is None


# --- answers outside of the contract -----------------------------------------------------------------------------------

PAGE = {
    "items": [],
    "next": "c",
    "head": 1,
    "has_more": False,
    "meta_rev": "m",
    "lease": None,
    "instance_id": "one",
    "contract": 1,
    "server_time": "2026-11-20T07:00:00Z",
}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {**PAGE, "items": {"1": 2}},
        {**PAGE, "items": [1]},
        {**PAGE, "items": [{"deleted": True}]},
        {**PAGE, "items": [{"id": "7"}]},
        {**PAGE, "items": [{"id": True, "deleted": True}]},
        {**PAGE, "items": [{"id": 0, "deleted": True}]},
        {**PAGE, "items": [{"id": -5, "deleted": True}]},
        {**PAGE, "items": [{"id": 2**63, "deleted": True}]},
        {**PAGE, "head": "many"},
        {**PAGE, "server_time": "now"},
        {name: value for name, value in PAGE.items() if name != "meta_rev"},
    ],
)
def test_a_page_outside_of_the_contract_is_refused_whole(script, data):
    answer(script, "/changes", data)
    with pytest.raises(HelpdeskRefused, match=r"outside of the contract.*same version"):
        client(URL).changes(None)


ASKING = {
    "/changes": lambda helpdesk: helpdesk.changes(None),
    "/tickets": lambda helpdesk: list(helpdesk.tickets(open_only=True)),
    "/tickets/1": lambda helpdesk: helpdesk.ticket(1),
    "/ping": lambda helpdesk: helpdesk.ping(),
    "/meta": lambda helpdesk: helpdesk.meta(),
}


@pytest.mark.parametrize("route", ASKING)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"<html>", b"{} {}", b"\xff\xfe{}"])
def test_a_body_that_is_no_json_object_is_passing_trouble(script, body, route):
    answer(script, route, body)
    with pytest.raises(HelpdeskUnavailable, match="unreadable JSON"):
        ASKING[route](client(URL))


@pytest.mark.parametrize(
    ("route", "call"),
    [
        ("/ping", lambda helpdesk: helpdesk.ping()),
        ("/meta", lambda helpdesk: helpdesk.meta()),
    ],
)
@pytest.mark.parametrize(
    "data", [{}, {"instance_id": 1, "contract": "x"}, {"meta_rev": 1, "fields": 3, "versions": []}]
)
def test_other_answers_of_the_wrong_shape_are_refused(script, route, call, data):
    answer(script, route, data)
    with pytest.raises(HelpdeskRefused, match="outside of the contract"):
        call(client(URL))


@pytest.mark.parametrize(
    "data", [{}, {"steps": [{}], "changed": 1}, {"steps": 5, "changed": 1}, {"steps": [], "changed": "?"}]
)
def test_a_setup_answer_of_the_wrong_shape_is_refused(script, data):
    answer(script, "/setup", data, method="POST")
    with pytest.raises(HelpdeskRefused, match="outside of the contract"):
        client(URL).setup(SetupRequest(action="plan", language="en"))


@pytest.mark.parametrize("following", [3, 0, -1, "4", 3.5])
def test_a_list_that_does_not_go_on_is_not_walked_for_ever(script, following):
    answer(script, "/tickets", {"items": [{"id": 3, "deleted": True}], "next": 3})
    answer(script, "/tickets", {"items": [{"id": 4, "deleted": True}], "next": following})
    pages = client(URL).tickets(open_only=True)
    next(pages)
    with pytest.raises(HelpdeskRefused, match="`next`"):
        list(pages)
    assert len(script.calls) == 2


@pytest.mark.parametrize("following", [1, 3, 500, 2**62])
def test_an_empty_page_that_says_it_goes_on_is_refused(script, following):
    answer(script, "/tickets", {"items": [], "next": following})
    with pytest.raises(HelpdeskRefused, match="empty page"):
        list(client(URL).tickets(open_only=True))
    assert len(script.calls) == 1


def test_a_feed_whose_cursor_stands_still_is_refused(script):
    answer(script, "/changes", {**PAGE, "items": [{"id": 3, "deleted": True}], "next": "here", "has_more": True})
    with pytest.raises(HelpdeskRefused, match="does not go on"):
        client(URL).changes("here")


@pytest.mark.parametrize("shown", [6, 8, 70])
@pytest.mark.parametrize("deleted", [False, True])
def test_another_ticket_than_the_one_asked_for_is_refused(script, shown, deleted):
    answer(script, "/tickets/7", {"id": shown, "deleted": True} if deleted else {"id": shown})
    with pytest.raises(HelpdeskRefused, match=f"it shows ticket {shown}"):
        client(URL).ticket(7)


FATAL_PAGES = (
    b"<br />\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception: Connection refused in /srv/include/mysqli.php",
    b"<b>Fatal Error:</b> Contact system administrator.",
    b"PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)",
    b"\n<b>Parse error</b>: syntax error, unexpected token in /srv/include/ost-config.php on line 3",
)


@pytest.mark.parametrize("body", FATAL_PAGES)
@pytest.mark.parametrize("headers", [HEADERS, {}])
def test_an_error_page_under_the_status_of_a_good_answer_is_passing_trouble(script, body, headers):
    answer(script, "/meta", body, headers=headers)
    answer(script, "/meta", body, headers=headers)
    with pytest.raises(HelpdeskUnavailable, match="error page"):
        client(URL).meta()
    assert len(script.calls) == 2


def test_a_ticket_that_speaks_of_a_fatal_error_is_no_error_page(sandbox, helpdesk):
    told = sandbox.people.create_ticket("PHP Fatal error: Allowed memory size of 1 bytes", email="a@b.example")
    item = helpdesk.ticket(told)
    assert isinstance(item, Ticket)
    assert item.subject.startswith("PHP Fatal error")


# --- pages that the helpdesk cannot make --------------------------------------------------------------------------------


class Choking:
    """The embedded helpdesk, except that every answer with one of these tickets in it is a 500, or PHP's own words under 200.

    Their ids alone can always be made.
    """

    def __init__(self, sandbox, monkeypatch, poison, *, words=False):
        self.asked = []
        original = sandbox._api.respond

        def respond(request):
            response = original(request)
            if request.method == "GET" and response.status == 200 and request.route in {"tickets", "ticket", "changes"}:
                self.asked.append((request.route, request.query.get("limit")))
                document = json.loads(response.body)
                items = document.get("items", [document])
                if poison & {one.get("id") for one in items if len(one) > 1}:
                    return replace(response, body=FATAL_PAGES[2]) if words else Refusal("internal", "memory").response
            return response

        monkeypatch.setattr(sandbox._api, "respond", respond)


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("places", [(0,), (7,), (19,), (3, 4), (5, 18)])
def test_a_page_that_cannot_be_made_is_halved_until_one_ticket_stands_alone(
    sandbox, helpdesk, monkeypatch, places, words
):
    made = [sandbox.people.create_ticket(f"question {one}", email="a@b.example") for one in range(20)]
    poison = {made[one] for one in places}
    Choking(sandbox, monkeypatch, poison, words=words)
    found = [item for page in helpdesk.tickets(open_only=True) for item in page]
    assert [one.id for one in found] == made
    assert {one.id for one in found if isinstance(one, TicketError)} == poison
    assert all("cannot make it" in one.reason for one in found if isinstance(one, TicketError))


@pytest.mark.parametrize("places", [(0,), (8,), (3, 4), tuple(range(9))])
def test_the_feed_goes_on_behind_a_ticket_that_cannot_be_made(sandbox, helpdesk, monkeypatch, places):
    made = [sandbox.people.create_ticket(f"question {one}", email="a@b.example") for one in range(9)]
    poison = {made[one] for one in places}
    Choking(sandbox, monkeypatch, poison)
    found, cursor, more = [], None, True
    while more:
        page = helpdesk.changes(cursor)
        found += page.items
        cursor, more = page.cursor, page.has_more
    assert [one.id for one in found] == made
    assert {one.id for one in found if isinstance(one, TicketError)} == poison
    assert helpdesk.changes(cursor).items == ()


def test_from_the_newest_down_the_ticket_that_spoils_a_page_is_found_as_well(sandbox, helpdesk, monkeypatch):
    made = [sandbox.people.create_ticket(f"question {one}", email="a@b.example") for one in range(20)]
    Choking(sandbox, monkeypatch, {made[7]})
    found = [one for page in helpdesk.newest(open_only=True) for one in page]
    assert [one.id for one in found] == made[::-1]
    assert [one.id for one in found if isinstance(one, TicketError)] == [made[7]]


@pytest.mark.parametrize("following", [9, 7, 0, -1, "3", True])
def test_a_list_that_does_not_go_down_is_not_walked_for_ever(script, following):
    answer(script, "/tickets", {"items": [{"id": 9, "deleted": True}], "next": following})
    answer(script, "/tickets", {"items": [{"id": 9, "deleted": True}], "next": following})
    with pytest.raises(HelpdeskRefused, match="`next` went from 7"):
        list(client(URL).newest(open_only=True, below=7))


def test_the_list_from_the_newest_down_goes_on_where_the_page_before_says(script):
    for ids, following in (([9, 8], 8), ([5], None)):
        answer(script, "/tickets", {"items": [{"id": one, "deleted": True} for one in ids], "next": following})
    found = [[one.id for one in page] for page in client(URL).newest(open_only=False)]
    assert found == [[9, 8], [5]]
    assert [call.request.params["before"] for call in script.calls] == ["4294967295", "8"]


def test_a_helpdesk_that_makes_nothing_at_all_is_unavailable_and_sets_no_ticket_aside(sandbox, helpdesk):
    ticket = sandbox.people.create_ticket("question", email="a@b.example")
    sandbox.faults.next("*", Fault.INTERNAL, times=100)
    with pytest.raises(HelpdeskUnavailable):
        helpdesk.ticket(ticket)
    with pytest.raises(HelpdeskUnavailable):
        list(helpdesk.tickets(open_only=True))


def test_the_list_goes_on_where_the_page_before_says(script):
    pages = [([4, 9], 9), ([10], 10), ([12], 300), ([301], None)]
    for ids, following in pages:
        answer(script, "/tickets", {"items": [{"id": one, "deleted": True} for one in ids], "next": following})
    found = [[one.id for one in page] for page in client(URL).tickets(open_only=False)]
    assert found == [ids for ids, _ in pages]
    assert [call.request.params["after"] for call in script.calls] == ["0", "9", "10", "300"]


@pytest.mark.parametrize("status", [400, 401, 403, 405, 409, 410, 413, 422])
def test_only_a_ticket_that_is_not_there_is_gone(script, status):
    """A lost key, a narrower scope or a proxy's rule says nothing about the ticket."""
    answer(script, "/tickets/7", {"error": {"message": "no"}}, status=status)
    answer(script, "/tickets/8", {"error": {"message": "no"}}, status=404)
    helpdesk = client(URL)
    with pytest.raises(HelpdeskError, match="no"):
        helpdesk.ticket(7)
    assert helpdesk.ticket(8) is None


def test_only_open_tickets_are_asked_for_when_wanted(script):
    answer(script, "/tickets", {"items": [], "next": None})
    list(client(URL).tickets(open_only=True))
    list(client(URL).tickets(open_only=False))
    assert ["open=1" in call.request.url for call in script.calls] == [True, False]


def test_faults_of_a_snapshot_are_named_with_their_place(sandbox, helpdesk):
    ticket = sandbox.people.create_ticket("a")
    sandbox.faults.distort(ticket, created_at="noon", status={"id": "x"}, source="pigeon", number=5, rev=None)
    found = helpdesk.ticket(ticket)
    assert isinstance(found, TicketError)
    assert "created_at" in found.reason
    assert "and 2 more" in found.reason
    assert "'noon'" in found.reason


# --- writes ------------------------------------------------------------------------------------------------------------


def tickets(sandbox, count):
    return [sandbox.people.create_ticket(f"t{one}") for one in range(count)]


def write(helpdesk, ticket, level="standard", **more):
    found = helpdesk.ticket(ticket)
    return Write(id=ticket, if_rev=found.rev, fields={"sla_level": level}, **more)


def test_each_write_gets_its_outcome_in_order(helpdesk, sandbox):
    good, stale, wrong, deleted = tickets(sandbox, 4)
    writes = [write(helpdesk, one) for one in (good, stale, wrong, deleted)]
    writes[2] = write(helpdesk, wrong, level="gold")
    sandbox.people.note(stale)
    sandbox.people.delete(deleted)
    outcomes = helpdesk.write(writes)
    assert [one.id for one in outcomes] == [good, stale, wrong, deleted]
    assert [one.result for one in outcomes] == [
        WriteResult.OK,
        WriteResult.CONFLICT,
        WriteResult.INVALID,
        WriteResult.GONE,
    ]
    assert outcomes[1].rev == helpdesk.ticket(stale).rev
    assert "gold" in outcomes[2].reason
    assert helpdesk.write(writes[:1])[0].result is WriteResult.NOOP


def test_nothing_to_write_sends_nothing(helpdesk, sandbox):
    sandbox.clear_journal()
    assert helpdesk.write([]) == []
    assert sandbox.journal == []


def test_half_a_page_of_items_travels_together(helpdesk, sandbox):
    writes = [write(helpdesk, one) for one in tickets(sandbox, 251)]
    sandbox.clear_journal()
    assert [one.id for one in helpdesk.write(writes)] == [one.id for one in writes]
    assert [one.route for one in sandbox.journal] == ["writes"] * 3


def test_heavy_items_travel_in_requests_that_are_small_enough(helpdesk, sandbox):
    heavy = {"text": "я" * 30_000}
    writes = [write(helpdesk, one, detail=heavy) for one in tickets(sandbox, 150)]
    sandbox.clear_journal()
    outcomes = helpdesk.write(writes)
    assert {one.result for one in outcomes} == {WriteResult.OK}
    assert len(sandbox.journal) == 3


def test_an_item_too_heavy_for_any_request_is_invalid_alone(helpdesk, sandbox):
    first, heavy, last = tickets(sandbox, 3)
    writes = [write(helpdesk, one) for one in (first, heavy, last)]
    writes[1] = write(helpdesk, heavy, detail={"text": "x" * 9_000_000})
    outcomes = helpdesk.write(writes)
    assert [one.result for one in outcomes] == [WriteResult.OK, WriteResult.INVALID, WriteResult.OK]
    assert "8 MiB" in outcomes[1].reason


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_a_value_that_no_json_can_carry_is_invalid_without_being_sent(helpdesk, sandbox, value):
    first, odd, last = tickets(sandbox, 3)
    writes = [write(helpdesk, one) for one in (first, odd, last)]
    writes[1] = write(helpdesk, odd, detail={"value": value})
    outcomes = helpdesk.write(writes)
    assert [one.result for one in outcomes] == [WriteResult.OK, WriteResult.INVALID, WriteResult.OK]


def test_only_unsendable_values_send_nothing_at_all(helpdesk, sandbox):
    (odd,) = tickets(sandbox, 1)
    writes = [write(helpdesk, odd, detail={"value": float("nan")})]
    sandbox.clear_journal()
    assert helpdesk.write(writes)[0].result is WriteResult.INVALID
    assert sandbox.journal == []


def refusing(poison, *, status):
    def respond(request):
        items = json.loads(request.body)["items"]
        if any(item["id"] in poison for item in items):
            return (status, HEADERS, json.dumps({"error": {"code": "x", "message": "I choke on it", "hint": ""}}))
        return (200, HEADERS, json.dumps({"results": [{"id": one["id"], "result": "ok", "rev": "r"} for one in items]}))

    return respond


@pytest.mark.parametrize("status", [400, 413, 422, 500])
@pytest.mark.parametrize("poison", [{1}, {100}, {37}, {1, 50, 100}])
def test_a_batch_refused_as_a_whole_is_halved_down_to_the_item(script, status, poison):
    script.add_callback("POST", URL + ROUTES[0] + "/writes", refusing(poison, status=status))
    outcomes = client(URL, attempts=1).write([Write(id=one, if_rev="r", fields={}) for one in range(1, 101)])
    assert {one.id for one in outcomes if one.result is WriteResult.INVALID} == poison
    assert sum(one.result is WriteResult.OK for one in outcomes) == 100 - len(poison)
    assert [one.id for one in outcomes] == list(range(1, 101))
    assert len(script.calls) <= 16 * len(poison)


def test_the_first_batch_leaves_while_the_others_are_still_made(script):
    arrived = threading.Event()
    respond = refusing(set(), status=400)

    def hear(request):
        arrived.set()
        return respond(request)

    class Slow(list):
        def __iter__(self):
            for place, one in enumerate(super().__iter__()):
                assert place < 300 or arrived.wait(10)
                yield one

    script.add_callback("POST", URL + ROUTES[0] + "/writes", hear)
    writes = Slow(Write(id=one, if_rev="r", fields={}) for one in range(1, 376))
    assert [one.id for one in client(URL).write(writes)] == list(range(1, 376))
    assert len(script.calls) == 3


def test_each_part_of_a_write_is_sent_and_none_that_is_not_there(script):
    script.add_callback("POST", URL + ROUTES[0] + "/writes", refusing(set(), status=400))
    cycles, detail = [{"metric": "first_response", "cycle": 1, "state": "met"}], {"rule": "r"}
    parts = [{"cycles": cycles}, {"detail": detail}, {"cycles": cycles, "detail": detail}, {"cycles": []}, {}]
    client(URL).write([Write(id=at, if_rev=f"r{at}", fields={"f": at}, **one) for at, one in enumerate(parts, 1)])
    sent = json.loads(script.calls[0].request.body)["items"]
    assert sent == [{"id": at, "if_rev": f"r{at}", "fields": {"f": at}, **one} for at, one in enumerate(parts, 1)]


def test_what_has_been_encoded_is_sent_as_it_is(helpdesk, sandbox):
    ticket = tickets(sandbox, 1)[0]
    detail, cycles = Encoded('{"rule": "я"}'.encode()), Encoded(b"[]")
    assert helpdesk.write([write(helpdesk, ticket, detail=detail, cycles=cycles)])[0].result is WriteResult.OK
    assert helpdesk.ticket(ticket).bridge.detail == {"rule": "я"}
    plain = write(helpdesk, ticket, detail={"rule": "я"}, cycles=[])
    assert helpdesk.write([plain])[0].result is WriteResult.NOOP


def test_a_helpdesk_that_stumbles_for_a_moment_makes_no_ticket_invalid(script):
    """Long enough to look like one poisonous item, and over when that item is tried once more."""
    calls = []

    def respond(request):
        items = json.loads(request.body)["items"]
        calls.append(len(items))
        if len(calls) <= 3:
            return (500, HEADERS, "{}")
        return (200, HEADERS, json.dumps({"results": [{"id": one["id"], "result": "ok", "rev": "r"} for one in items]}))

    script.add_callback("POST", URL + ROUTES[0] + "/writes", respond)
    outcomes = client(URL, attempts=1).write([Write(id=one, if_rev="r", fields={}) for one in range(1, 5)])
    assert {one.result for one in outcomes} == {WriteResult.OK}
    assert calls == [4, 2, 1, 1, 2, 1]


@pytest.mark.parametrize("status", [400, 500])
def test_a_helpdesk_that_refuses_every_batch_is_not_asked_item_by_item(script, status):
    script.add_callback("POST", URL + ROUTES[0] + "/writes", refusing(set(range(2000)), status=status))
    with pytest.raises(HelpdeskError, match="choke"):
        client(URL, attempts=1).write([Write(id=one, if_rev="r", fields={}) for one in range(1, 501)])
    assert len(script.calls) <= 30


@pytest.mark.parametrize("status", [401, 403, 409, 503])
def test_other_refusals_are_nobodys_fault_and_end_the_pass(script, status):
    script.add_callback("POST", URL + ROUTES[0] + "/writes", refusing({1}, status=status))
    with pytest.raises(HelpdeskError):
        client(URL, attempts=1).write([Write(id=one, if_rev="r", fields={}) for one in range(1, 11)])
    assert len(script.calls) == 1


@pytest.mark.parametrize(
    "results",
    [
        None,
        [],
        "ok",
        [7],
        [{"id": 2, "result": "ok"}],
        [{"id": 1, "result": "perhaps"}],
        [{"id": 1}],
        [{"id": 1, "result": "invalid", "error": "a text"}],
        [{"id": 1, "result": "ok"}, {"id": 1, "result": "ok"}],
    ],
)
def test_results_that_do_not_answer_the_items_are_refused(script, results):
    answer(script, "/writes", {"results": results}, method="POST")
    with pytest.raises(HelpdeskRefused, match="outside of the contract"):
        client(URL).write([Write(id=1, if_rev="r", fields={})])


def test_a_lone_surrogate_does_not_spoil_a_batch(helpdesk, sandbox):
    first, odd = tickets(sandbox, 2)
    writes = [write(helpdesk, first), write(helpdesk, odd, detail={"text": "half \ud83d a pair"})]
    assert [one.result for one in helpdesk.write(writes)] == [WriteResult.OK, WriteResult.OK]
    assert helpdesk.ticket(odd).bridge.detail == {"text": "half ? a pair"}


def test_a_cut_answer_to_a_write_is_sent_again_and_finds_it_done(helpdesk, sandbox):
    (ticket,) = tickets(sandbox, 1)
    writes = [write(helpdesk, ticket)]
    sandbox.faults.next("writes", Fault.CUT)
    assert helpdesk.write(writes)[0].result is WriteResult.NOOP


# --- publications ------------------------------------------------------------------------------------------------------

CALENDAR = {"zone": "UTC", "from": "2026-11-01T00:00:00Z", "until": "2028-03-01T00:00:00Z", "windows": []}
DIGEST = "sha256:" + "a" * 64
CHANGES = {
    "items": [], "next": "c", "head": 0, "has_more": False, "meta_rev": "5f0c", "lease": None, "instance_id": "one", "contract": 1,
    "server_time": "2026-11-20T07:00:00Z",
}  # fmt: skip


def test_what_is_published_is_kept_and_told_by_every_page_of_changes(helpdesk):
    assert (helpdesk.changes(None).keeps_publications, helpdesk.changes(None).published) == (True, None)
    kept = helpdesk.publish({"digest": DIGEST, "at": "2026-11-20T07:00:00Z", "calendars": {"week": CALENDAR}})
    assert kept == KeptPublication(digest=DIGEST, until=parse_instant(CALENDAR["until"]))
    assert helpdesk.changes(None).published == kept


def test_a_publication_that_is_too_large_is_refused_with_its_status(helpdesk):
    with pytest.raises(HelpdeskRefused) as caught:
        helpdesk.publish({"digest": DIGEST, "phrases": ["x" * 3_000_000]})
    assert (caught.value.status, caught.value.code) == (413, "too_large")


def test_the_last_pass_is_told_as_an_instant_and_pinged_back(helpdesk, sandbox):
    sandbox.store.clock = lambda: 1_795_000_000
    helpdesk.changes(None, passed=1_794_999_940)
    assert sandbox.journal[-1].query["passed"] == "2026-11-18T11:05:40Z"
    helpdesk.changes(None)
    assert "passed" not in sandbox.journal[-1].query


def test_an_older_plugin_says_nothing_of_features_and_publications(script):
    answer(script, "/changes", CHANGES)
    page = client(URL).changes(None)
    assert (page.keeps_publications, page.published) == (False, None)
    versions = {"osticket": "v1.18.1", "php": "8.2", "plugin": "0.1.0", "contract": 1}
    answer(script, "/ping", {**CHANGES, "versions": versions, "ip": "127.0.0.1", "scopes": [], "departments": None})
    assert client(URL).ping().features == ()


@pytest.mark.parametrize("published", [7, "x", {}, {"digest": DIGEST}, {"digest": DIGEST, "until": "soon"}, []])
def test_a_publication_outside_of_the_contract_is_refused(script, published):
    answer(script, "/changes", CHANGES | {"published": published})
    answer(script, "/publish", {"published": published}, method="POST")
    for ask in (lambda: client(URL).changes(None), lambda: client(URL).publish({})):
        with pytest.raises(HelpdeskRefused, match="outside of the contract"):
            ask()
