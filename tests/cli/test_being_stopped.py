"""`sync` in a process of its own is asked to stop: it ends between two requests, and lets go of the lock."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.faults import Fault


def requested(helpdesk, route):
    """Wait until that route has been asked for; its answer may still be on its way."""
    until = time.monotonic() + 60
    while not helpdesk.faults.injected[Fault.DELAY]:
        assert time.monotonic() < until, f"{route} was never asked for"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("route", "written"), [("changes", 0), ("writes", 1), ("tickets", 40)])
def test_a_pass_that_is_asked_to_stop_ends_with_130_between_two_requests(
    desk_cli, helpdesk, number, route, written
) -> None:
    desk_cli("setup")
    # More than a cautious first step, so that a second write request would follow the first. The feed tells of all of them,
    # so they are written before the list is asked for.
    tickets = [helpdesk.people.create_ticket(f"question {one}", email="a@b.example") for one in range(40)]
    helpdesk.faults.next(route, Fault.DELAY, seconds=1.5)
    helpdesk.clear_journal()
    command = [sys.executable, "-m", "bridge", "sync"]
    with subprocess.Popen(command, env=os.environ.copy(), stderr=subprocess.PIPE, text=True) as process:
        requested(helpdesk, route)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "was asked to stop" in told
    assert "Traceback" not in told
    asked = [one.route for one in helpdesk.journal]
    assert asked[-1] == route, "the request under way ended, and none began"
    rest = desk_cli("sync", "--json")
    assert rest.code in {0, 4}
    assert rest.json["written"] == len(tickets) - written
    assert desk_cli("sync", "--json").json["written"] == 0
