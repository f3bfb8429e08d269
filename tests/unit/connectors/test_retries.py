"""One retry layer: how often, how long, how far apart, and for what."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
import responses

from bridge.errors import HelpdeskRefused, HelpdeskUnavailable

URL = "http://127.0.0.1:9"
FAR = "http://127.0.0.1:9/ping"


@pytest.fixture
def script():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def answers(script, *statuses, method="GET", **options):
    for status in statuses:
        script.add(method, FAR, json={}, status=status, **options)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507, 520])
def test_passing_trouble_is_tried_again(transport, script, status):
    answers(script, status, 200)
    client = transport(URL)
    assert client.request("GET", "/ping").status == 200
    assert client.requests_sent == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 415, 422])
def test_a_clear_no_is_an_answer_and_not_asked_for_again(transport, script, watch, status):
    answers(script, status)
    assert transport(URL).request("GET", "/ping").status == status
    assert watch.waits == []


@pytest.mark.parametrize(
    "trouble",
    [ConnectionResetError("reset by peer"), TimeoutError("timed out"), requests.exceptions.ConnectionError("gone")],
)
def test_a_lost_connection_is_tried_again(transport, script, trouble):
    script.add("GET", FAR, body=trouble)
    answers(script, 200)
    assert transport(URL).request("GET", "/ping").status == 200


def test_attempts_are_counted_and_the_last_trouble_is_told(transport, script):
    answers(script, 500, 500, 503)
    client = transport(URL, attempts=3)
    with pytest.raises(HelpdeskUnavailable, match="answered 503") as caught:
        client.request("GET", "/ping")
    assert client.requests_sent == 3
    assert caught.value.status == 503


def test_a_write_is_sent_again_as_it_was_because_it_is_idempotent_by_its_revision(transport, script):
    answers(script, 503, 200, method="POST")
    transport(URL).request("POST", "/ping", payload={"items": [{"id": 1, "if_rev": "a"}]})
    bodies = [call.request.body for call in script.calls]
    assert bodies[0] == bodies[1] == b'{"items":[{"id":1,"if_rev":"a"}]}'
    assert script.calls[1].request.headers["Content-Type"] == "application/json"


def test_there_is_no_second_retry_layer_below(transport, script):
    client = transport(URL)
    adapters = {
        client._client.session.get_adapter(f"{scheme}://127.0.0.1").max_retries.total for scheme in ("http", "https")
    }
    assert adapters == {0}
    answers(script, 503)
    with pytest.raises(HelpdeskUnavailable):
        transport(URL, attempts=1).request("GET", "/ping")
    assert len(script.calls) == 1


def test_waits_are_drawn_from_a_range_that_doubles_up_to_the_cap(transport, script, watch, monkeypatch):
    drawn = []
    monkeypatch.setattr("random.uniform", lambda low, high: drawn.append((low, high)) or high)
    answers(script, *[503] * 7)
    with pytest.raises(HelpdeskUnavailable):
        transport(URL, attempts=7, wait_seconds=3).request("GET", "/ping")
    assert drawn[:6] == [(0, 0.5), (0, 1.0), (0, 2.0), (0, 3), (0, 3), (0, 3)]
    assert watch.waits == [0.5, 1.0, 2.0, 3, 3, 3]


def test_two_bridges_do_not_wait_in_step(transport, script, watch):
    answers(script, *[503] * 10)
    for _ in range(2):
        with pytest.raises(HelpdeskUnavailable):
            transport(URL, attempts=5).request("GET", "/ping")
    assert len(set(watch.waits)) == 8


def test_total_time_is_bounded_waits_included(transport, script, watch):
    answers(script, *[503] * 3, headers={"Retry-After": "25"})
    with pytest.raises(HelpdeskUnavailable):
        transport(URL, attempts=50, total_seconds=60, wait_seconds=30).request("GET", "/ping")
    assert 50 <= sum(watch.waits) < 60
    assert len(watch.waits) == 2


def test_an_attempt_late_in_the_total_time_gets_only_what_is_left(transport, script, watch):
    given = []

    def answer(request):
        given.append(request.req_kwargs["timeout"])
        watch.now += 40
        return (503, {}, "{}")

    script.add_callback("GET", FAR, answer)
    with pytest.raises(HelpdeskUnavailable):
        transport(URL, request_seconds=60, total_seconds=100, wait_seconds=0.1, attempts=9).request("GET", "/ping")
    assert [round(read) for _, read in given] == [60, 60, 20]
    assert all(connect <= 2 for connect, _ in given)


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("3", 3, 4),
        ("0", 0, 0.1),
        ("29", 29, 30),
        ("31", 30, 31),
        ("86400", 30, 31),
        ("9" * 400, 30, 31),
        ("9" * 5000, 30, 31),
        ("-5", 0, 0.5),
        ("1e9", 0, 0.5),
        ("soon", 0, 0.5),
        ("", 0, 0.5),
        ("٣", 0, 0.5),
        ("Fri, 20 Nov 2026 07:00:09 GMT", 9, 10),
        ("Fri, 20 Nov 2026 06:00:00 GMT", 0, 0.1),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 30, 31),
        ("Fri, 32 Foo 2026 99:99:99 GMT", 0, 0.5),
        ("Mon, 01 Jan 0001 00:00:00 -2359", 0, 0.5),
        ("Fri, 20 Nov 2026 07:00:09 -0000", 0, 0.5),
    ],
)
def test_what_the_helpdesk_asks_for_is_obeyed_and_capped(transport, script, watch, value, least, most):
    """Seconds or a date; a date is measured on the helpdesk's own clock, whatever ours says."""
    answers(
        script,
        503,
        headers={"Retry-After": value.encode("utf-8").decode("latin-1"), "Date": "Fri, 20 Nov 2026 07:00:00 GMT"},
    )
    answers(script, 200)
    transport(URL, wait_seconds=30).request("GET", "/ping")
    assert least <= watch.waits[0] <= most


def test_a_date_without_the_helpdesks_own_is_measured_on_ours(transport, script, watch):
    answers(
        script, 429, headers={"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)}
    )
    answers(script, 200)
    transport(URL).request("GET", "/ping")
    assert 18 <= watch.waits[0] <= 21


def test_a_pass_has_a_budget_of_retries(transport, script):
    client = transport(URL, attempts=3, retries=5)
    answers(script, *[503, 503, 200] * 2, 503, 503, 503)
    client.request("GET", "/ping")
    client.request("GET", "/ping")
    with pytest.raises(HelpdeskUnavailable):
        client.request("GET", "/ping")
    assert client.requests_sent == 8, "two retries, two retries, one retry: the budget is spent"


def test_good_answers_refill_the_budget(transport, script):
    client = transport(URL, attempts=2, retries=1)
    answers(script, 503, 200, *[200] * 9, 503, 200)
    for _ in range(11):
        client.request("GET", "/ping")
    assert client.requests_sent == 13


def test_retries_are_logged_with_route_and_reason(transport, script, caplog):
    caplog.set_level("INFO")
    answers(script, 503, 200)
    transport(URL).request("GET", "/ping")
    record = next(one for one in caplog.records if one.getMessage() == "helpdesk_retry")
    assert (record.route, record.attempt) == ("/ping", 1)
    assert "503" in record.reason


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_at_once(transport, script, status):
    answers(script, status, headers={"Location": "http://127.0.0.1:9/login"})
    with pytest.raises(HelpdeskRefused, match=r"redirects to '.*login'.*final address") as caught:
        transport(URL).request("GET", "/ping")
    assert caught.value.status == status
    assert len(script.calls) == 1


def test_json_is_parsed_and_what_is_none_stays_bytes(transport, script):
    script.add("GET", FAR, body=json.dumps({"имя": "Пётр"}, ensure_ascii=False).encode())
    script.add("GET", FAR, body=b"<html>")
    script.add("GET", FAR, body=b"[" * 100_000)
    client = transport(URL)
    assert client.request("GET", "/ping").data == {"имя": "Пётр"}
    assert client.request("GET", "/ping").data is None
    assert client.request("GET", "/ping").data is None
