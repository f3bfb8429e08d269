"""Several hosts at one helpdesk, and a plan that somebody has read: what `sync` then writes, and what it refuses."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
import requests

from bridge.connectors.sandbox import Sandbox
from tests.faults import Fault, FaultySandbox

OTHER = f"sha256:{sha256(b'of another host').hexdigest()}"


@pytest.fixture
def ready(desk_cli, helpdesk: Sandbox):
    for index in range(5):
        helpdesk.people.create_ticket(f"Вопрос {index}", "Не открывается отчёт", email=f"user{index}@unknown.example")
    assert desk_cli("setup").code == 0
    return desk_cli


@pytest.fixture
def leading(ready):
    """The same, where another host may write too."""
    ready.edit("bridge.yaml", "helpdesk:", "lease: {holder: host-a}\nhelpdesk:")
    return ready


@pytest.fixture
def host_b(helpdesk: Sandbox) -> Callable[..., dict[str, Any]]:
    """The other host: it asks for the lease."""

    def ask(do: str, **more: object) -> dict[str, Any]:
        wish = {"do": do, "holder": "host-b", "ttl": 600, **more}
        key = {"X-API-Key": helpdesk.keys.full}
        answer = requests.post(f"{helpdesk.url}/api/sla-bridge/v1/lease", json=wish, headers=key, timeout=10)
        found: dict[str, Any] = answer.json()
        return found

    return ask


def routes(helpdesk: FaultySandbox) -> list[str]:
    return [one.route for one in helpdesk.journal]


def written(helpdesk: Sandbox) -> int:
    return len(helpdesk.store.rows("SELECT DISTINCT ticket_id FROM answers WHERE name = 'sla_level'"))


def test_one_host_asks_for_no_lease(ready, helpdesk: FaultySandbox) -> None:
    assert ready("sync").code == 0
    assert "lease" not in routes(helpdesk)


def test_pass_takes_the_lease_before_its_first_write_and_gives_it_back_in_the_end(
    leading, helpdesk: FaultySandbox
) -> None:
    helpdesk.clear_journal()
    assert leading("sync", "--json").json["written"] == 5
    asked = routes(helpdesk)
    assert asked.index("lease") < asked.index("writes")
    assert (asked[-1], asked.count("lease")) == ("lease", 2)
    assert helpdesk.store.rows("SELECT holder, epoch, seq FROM lease")[0][:] == (None, 1, 1)


def test_pass_without_a_write_asks_for_no_lease(leading, helpdesk: FaultySandbox) -> None:
    leading("sync")
    helpdesk.clear_journal()
    assert leading("sync", "--json").json["requests"] == 1
    assert routes(helpdesk) == ["changes"]


def test_plan_takes_no_lease(leading, helpdesk: FaultySandbox) -> None:
    helpdesk.clear_journal()
    assert leading("plan", "--exit-code").code == 10
    assert "lease" not in routes(helpdesk)


def test_while_another_leads_nothing_is_written_and_the_next_run_catches_up(
    leading, helpdesk: Sandbox, host_b: Callable[..., dict[str, Any]]
) -> None:
    leading("sync")
    digest = helpdesk.store.rows("SELECT policy FROM lease")[0]["policy"]
    late = helpdesk.people.create_ticket("Поздний", "Не открывается отчёт", email="late@unknown.example")
    epoch = host_b("take", policy=digest)["epoch"]
    refused = leading("sync")
    assert refused.code == 7
    assert "host-b holds the lease until" in refused.err
    assert written(helpdesk) == late - 1
    host_b("release", epoch=epoch)
    assert leading("sync", "--json").json["written"] == 1


def test_older_policy_does_not_come_back_by_itself(
    leading, helpdesk: Sandbox, host_b: Callable[..., dict[str, Any]]
) -> None:
    leading("sync")
    epoch = host_b("take", policy=OTHER, after=1)["epoch"]
    host_b("release", epoch=epoch)
    helpdesk.people.create_ticket("Поздний", "Не открывается отчёт", email="late@unknown.example")
    for _ in range(2):
        refused = leading("sync", "--json")
        assert (refused.code, written(helpdesk)) == (7, 5)
        assert "--supersede-policy" in refused.err
    assert leading("sync", "--supersede-policy", "--json").json["written"] == 1
    assert helpdesk.store.rows("SELECT seq FROM lease")[0]["seq"] == 3
    helpdesk.people.create_ticket("Последний", "Не открывается отчёт", email="last@unknown.example")
    assert leading("sync").code == 0, "it has seen what it replaced"


def test_superseding_writes_what_the_other_policy_wrote_although_nothing_has_changed_here(
    leading, helpdesk: Sandbox, host_b: Callable[..., dict[str, Any]]
) -> None:
    leading("sync")
    epoch = host_b("take", policy=OTHER, after=1)["epoch"]
    ticket = helpdesk.store.rows("SELECT max(id) AS last FROM tickets")[0]["last"]
    key, base = {"X-API-Key": helpdesk.keys.full}, f"{helpdesk.url}/api/sla-bridge/v1"
    rev = requests.get(f"{base}/tickets/{ticket}", headers=key, timeout=10).json()["rev"]
    item = {"id": ticket, "if_rev": rev, "fields": {"sla_reason": "of another host"}}
    body = {"lease": {"holder": "host-b", "epoch": epoch}, "items": [item]}
    assert requests.post(f"{base}/writes", json=body, headers=key, timeout=10).json()["results"][0]["result"] == "ok"
    assert leading("sync", "--supersede-policy").code == 7, "as long as the other one leads"
    host_b("release", epoch=epoch)
    done = leading("sync", "--supersede-policy", "--json").json
    assert (done["written"], done["full_scan"]) == (1, True)
    assert helpdesk.store.rows("SELECT seq FROM lease")[0]["seq"] == 3
    again = leading("sync", "--json").json
    assert (again["written"], again["full_scan"], again["requests"]) == (0, False, 1)


def test_changed_policy_of_the_host_that_led_last_is_the_next_one(leading, helpdesk: Sandbox) -> None:
    leading("sync")
    before = helpdesk.store.rows("SELECT policy FROM lease")[0]["policy"]
    leading.edit("policies/agrosoft.yaml", "first_response: 8h", "first_response: 7h")
    helpdesk.people.create_ticket("Поздний", "Не открывается отчёт", email="late@unknown.example")
    assert leading("sync", "--allow-mass-change").code == 0
    seq, policy = helpdesk.store.rows("SELECT seq, policy FROM lease")[0][:]
    assert (seq, policy != before) == (2, True)


def test_older_plugin_without_leases_is_told_with_the_next_step(
    leading, helpdesk: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes_of_old = {key: one for key, one in helpdesk._api._routes.items() if key != ("POST", "lease")}
    monkeypatch.setattr(helpdesk._api, "_routes", routes_of_old)
    refused = leading("sync")
    assert (refused.code, written(helpdesk)) == (5, 0)
    assert "lacks the feature lease" in refused.err
    assert "lease: off" in refused.err


def test_older_plugin_is_told_also_where_nothing_but_the_screens_has_to_be_written(
    leading, helpdesk: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the screens count with is done without where the helpdesk refuses it; that no lease is granted is no such thing."""
    leading("sync")
    leading.edit("policies/agrosoft.yaml", "first_response: 24wd", "first_response: 23wd")
    with monkeypatch.context() as older:
        routes_of_old = {key: one for key, one in helpdesk._api._routes.items() if key != ("POST", "lease")}
        older.setattr(helpdesk._api, "_routes", routes_of_old)
        refused = leading("sync")
        assert refused.code == 5
        assert "lacks the feature lease" in refused.err
        assert "screens count with" not in refused.err
    seq = helpdesk.store.rows("SELECT seq FROM lease")[0]["seq"]
    assert (leading("sync").code, leading("plan").err) == (0, "")
    assert helpdesk.store.rows("SELECT seq FROM lease")[0]["seq"] == seq + 1, (
        "tried again at once, and not an hour later"
    )


@pytest.mark.parametrize("fault", [Fault.INTERNAL, Fault.DROP, Fault.LOGIN_PAGE], ids=str)
def test_lease_that_is_not_answered_ends_the_pass_and_not_only_the_countdown(
    leading, helpdesk: FaultySandbox, fault: Fault
) -> None:
    leading("sync")
    leading.edit("policies/agrosoft.yaml", "first_response: 24wd", "first_response: 23wd")
    leading.edit("bridge.yaml", "  key:", "  total_seconds: 1\n  key:")
    helpdesk.faults.next("lease", fault, times=50)
    helpdesk.clear_journal()
    refused = leading("sync")
    assert (refused.code, "screens count with" in refused.err) == (5, False)
    assert not {"publish", "writes"} & set(routes(helpdesk))


def test_pass_that_is_asked_to_stop_gives_the_lease_back(leading, helpdesk: FaultySandbox) -> None:
    helpdesk.faults.next("writes", Fault.DELAY, seconds=1.5)
    helpdesk.clear_journal()
    command = [sys.executable, "-m", "bridge", "sync"]
    with subprocess.Popen(command, env=os.environ.copy(), stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 60
        while not helpdesk.faults.injected[Fault.DELAY]:
            assert time.monotonic() < until, "nothing was ever written"
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert routes(helpdesk)[-2:] == ["writes", "lease"]
    assert helpdesk.store.rows("SELECT holder FROM lease")[0]["holder"] is None


def test_expected_plan_is_written(ready, helpdesk: Sandbox) -> None:
    digest = ready("plan", "--json").json["digest"]
    assert ready("sync", "--expect", digest, "--json").json["written"] == 5
    assert written(helpdesk) == 5


def test_another_plan_than_the_expected_one_writes_nothing_not_even_page_by_page(
    ready, helpdesk: FaultySandbox
) -> None:
    digest = ready("plan", "--json").json["digest"]
    helpdesk.people.create_ticket("Поздний", "Не открывается отчёт", email="late@unknown.example")
    helpdesk.clear_journal()
    refused = ready("sync", "--expect", digest)
    assert refused.code == 6
    assert "not the expected one: 6 ticket(s) would change" in refused.err
    assert not {"writes", "publish"} & set(routes(helpdesk))
    assert ready("sync", "--expect", ready("plan", "--json").json["digest"]).code == 0


@pytest.mark.parametrize("digest", ["", "sha256:", "abc", f"sha256:{'0' * 64}"])
def test_what_is_no_digest_of_this_plan_is_refused(ready, helpdesk: Sandbox, digest: str) -> None:
    assert ready("sync", "--expect", digest).code == 6
    assert written(helpdesk) == 0
