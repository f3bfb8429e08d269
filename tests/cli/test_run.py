"""`run` in a process of its own, with real signals, before a helpdesk and a service manager of the test's."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from tests.cli.service import PATIENCE, until
from tests.faults import Fault


def beside(desk_cli, *command):
    """Run a command as soon as no pass of the service holds the lock."""
    results = []
    until(lambda: results.append(desk_cli(*command)) or results[-1].code != 7, "the lock")
    return results[-1]


class Manager:
    """Listens as a service manager does: what came, and when."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.settimeout(0.1)
        self.heard: list[tuple[float, str]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                message = self._socket.recv(4096).decode()
            except TimeoutError:
                continue
            self.heard += [(time.monotonic(), one) for one in message.split("\n")]

    def times(self, message: str) -> list[float]:
        return [at for at, one in list(self.heard) if one == message]

    def words(self) -> list[str]:
        return [one for _, one in list(self.heard)]

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()


@contextmanager
def managed() -> Iterator[tuple[Manager, str]]:
    """Give a manager and its address, which lies in no folder: paths of tests may be too long for a socket."""
    address = f"@sla-bridge-test-{os.getpid()}-{time.monotonic_ns()}"
    manager = Manager(address)
    try:
        yield manager, address
    finally:
        manager.close()


def test_what_changes_is_written_by_the_next_pass_and_each_pass_is_one_line(started, desk_cli, helpdesk):
    desk_cli("setup")
    service = started()
    service.another_cycle()
    helpdesk.people.create_ticket("a question", email="a@b.example")
    until(lambda: "examined 1, written 1" in service.out, "the ticket")
    service.another_cycle(2)
    assert service.stop() == 0
    *cycles, last = service.out.splitlines()
    assert last == "stopped"
    assert all(one.startswith("examined ") for one in cycles)
    assert desk_cli("sync", "--json").json["written"] == 0
    assert service.err.count("warning") <= 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_of_writing_ends_it_between_two_requests_with_0(started, desk_cli, helpdesk, number):
    desk_cli("setup")
    for one in range(40):
        helpdesk.people.create_ticket(f"question {one}", email="a@b.example")
    helpdesk.faults.next("writes", Fault.DELAY, seconds=1.5)
    helpdesk.clear_journal()
    service = started()
    until(lambda: helpdesk.faults.injected[Fault.DELAY], "the first write")
    service.signal(number)
    assert service.process.wait(PATIENCE) == 0
    assert [one.route for one in helpdesk.journal][-1] == "writes", "the request under way ended, and none began"
    assert "Traceback" not in service.err
    assert "error:" not in service.err, "that a pass was asked to stop is no trouble of it"
    assert desk_cli("sync", "--json").json["written"] == 39


def test_a_request_that_hangs_is_abandoned_after_the_patience_and_the_first_sync_does_not_wait_for_its_lane(
    started, desk_cli, helpdesk
):
    desk_cli("setup")
    for one in range(130):
        helpdesk.people.create_ticket(f"question {one}", email="a@b.example")
    helpdesk.faults.next("writes", Fault.DELAY, seconds=50, after=1)
    service = started()
    until(lambda: helpdesk.faults.injected[Fault.DELAY], "the write that hangs")
    begun = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - begun < 14
    assert "Traceback" not in service.err


def test_a_stop_while_it_waits_ends_it_at_once(started, desk_cli):
    desk_cli("setup")
    desk_cli.edit("bridge.yaml", "every_seconds: 1,", "every_seconds: 3600,")
    service = started()
    service.another_cycle()
    begun = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - begun < 5


BROKEN = [
    ("policies/agrosoft.yaml", "\nlevels:", "\nlevles:", "policies/agrosoft.yaml:"),
    ("bridge.yaml", "version: 1", "version: 1\nregistrie: x", "bridge.yaml:3:1"),
    ("registry/registry.yaml", "sources:", "sources: [", "registry/registry.yaml:"),
    ("bridge.yaml", "{env: SLA_BRIDGE_KEY}", "{file: /nowhere/key}", "bridge.yaml:"),
]


@pytest.mark.parametrize(("file", "old", "new", "place"), BROKEN)
def test_a_broken_file_leaves_the_last_good_configuration_in_force(started, desk_cli, helpdesk, file, old, new, place):
    desk_cli("setup")
    service = started()
    service.another_cycle()
    desk_cli.edit(file, old, new)
    service.another_cycle(2)
    assert service.err.count("is not the one in force") == 1, "told once, though nobody asked for it yet"
    service.signal(signal.SIGHUP)
    until(lambda: "stays as it was" in service.err, "the refusal")
    assert f"error: {place}" in service.err
    helpdesk.people.create_ticket("a question", email="a@b.example")
    until(lambda: "examined 1, written 1" in service.out, "the ticket")
    service.another_cycle(2)
    assert service.err.count("stays as it was") == 1
    assert service.err.count("is not the one in force") == 1
    assert beside(desk_cli, "sync").code == 3, "a new process refuses"
    refused = started()
    assert refused.process.wait(PATIENCE) == 3
    assert place in refused.err
    desk_cli.edit(file, new, old)
    service.signal(signal.SIGHUP)
    until(lambda: "on the disk is in force" in service.out, "the mended file")
    service.another_cycle()
    assert "full scan" not in service.out.split("on the disk is in force")[1], "the same as before decides nothing anew"
    assert service.stop() == 0


def test_a_good_change_decides_by_sighup_and_not_before(started, desk_cli, helpdesk):
    desk_cli("setup")
    helpdesk.people.create_ticket("a question", email="a@b.example")
    service = started()
    until(lambda: "written 1" in service.out, "the ticket")
    service.another_cycle()
    before = service.out.count("full scan")
    desk_cli.edit("bridge.yaml", "every_seconds: 1,", "every_seconds: 2,")
    service.another_cycle(2)
    assert service.out.count("full scan") == before
    service.signal(signal.SIGHUP)
    until(lambda: service.out.count("full scan") == before + 1, "everything decided anew")
    assert "note: the configuration on the disk is the one in force" in service.err
    begun, count = time.monotonic(), service.cycles
    service.another_cycle(2)
    assert time.monotonic() - begun > 2, f"the new pace holds after {count} passes"


def test_new_rows_of_the_registry_are_data_and_need_no_signal(started, desk_cli, helpdesk):
    desk_cli("setup")
    helpdesk.people.create_ticket("a question", email="a@b.example")
    service = started()
    until(lambda: "written 1" in service.out, "the ticket")
    service.another_cycle()
    before = service.out.count("full scan")
    rows = desk_cli.folder / "registry/customers.csv"
    rows.write_text(rows.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    until(lambda: service.out.count("full scan") > before, "everything decided anew")
    assert "not the one in force" not in service.err
    assert beside(desk_cli, "sync", "--json").json["full_scan"] is False, "both go by the same basis"


def test_other_commands_work_beside_it(started, desk_cli, helpdesk):
    desk_cli("setup")
    service = started()
    service.another_cycle()
    helpdesk.people.create_ticket("a question", email="a@b.example")
    codes = set()
    for command in (["sync"], ["plan"], ["sync", "--all"], ["state", "show"]) * 3:
        codes.add(desk_cli(*command).code)
    assert codes <= {0, 7}, "7: just then the pass of the service held the lock"
    until(lambda: service.cycles > 3, "passes")
    assert "error" not in service.err
    assert service.stop() == 0


def test_a_pass_of_another_command_makes_it_wait_and_is_no_trouble(started, desk_cli, helpdesk):
    desk_cli("setup")
    helpdesk.people.create_ticket("a question", email="a@b.example")
    helpdesk.faults.next("writes", Fault.DELAY, seconds=6)
    command = [sys.executable, "-m", "bridge", "sync"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as other:
        until(lambda: helpdesk.faults.injected[Fault.DELAY], "the other's write")
        service = started()
        until(lambda: "no pass: another command was at work" in service.out, "a pass that gives way")
        assert other.wait(PATIENCE) in {0, 4}
    until(lambda: "examined" in service.out, "its own pass")
    assert "error" not in service.err
    assert "recovered" not in service.err


def test_a_guard_is_told_once_and_the_command_that_means_it_ends_the_trouble(started, desk_cli, helpdesk):
    desk_cli("setup")
    helpdesk.people.create_ticket("a question", email="a@b.example")
    service = started()
    until(lambda: "written 1" in service.out, "the ticket")
    service.another_cycle()
    helpdesk.people.rename("status", "Ожидает ответа клиента", "Parked")
    until(lambda: service.out.count("no pass: GuardRefused") >= 3, "three refusals")
    assert service.err.count("error:") == 1
    assert "--allow-lost-names" in service.err
    codes = [desk_cli("sync", "--allow-lost-names").code for _ in range(3)]
    assert set(codes) <= {0, 7}
    assert 0 in codes
    until(lambda: "recovered: passes failed for" in service.err, "the end of it")
    assert service.stop() == 0


def test_an_outage_is_told_once_with_its_end_and_each_pass_says_that_it_was_none(started, desk_cli, helpdesk):
    desk_cli("setup")
    service = started()
    service.another_cycle()
    helpdesk.faults.next("*", Fault.LOGIN_PAGE, times=10_000)
    until(lambda: service.out.count("no pass: Helpdesk") >= 3, "three failures")
    helpdesk.faults.clear()
    until(lambda: "recovered: passes failed for" in service.err, "the end of it")
    assert service.err.count("error:") == 1
    assert service.stop() == 0


def test_the_service_manager_hears_of_start_pass_reload_and_end(started, desk_cli):
    desk_cli("setup")
    with managed() as (manager, address):
        service = started(NOTIFY_SOCKET=address)
        service.another_cycle(2)
        service.signal(signal.SIGHUP)
        until(lambda: manager.words().count("READY=1") == 2, "the second READY")
        assert service.stop() == 0
        until(lambda: "STOPPING=1" in manager.words(), "the end")
        words = [one for one in manager.words() if not one.startswith("MONOTONIC_USEC=")]
    assert words[0] == "READY=1"
    assert words[-1] == "STOPPING=1"
    assert any(one.startswith("STATUS=examined 0, written 0") for one in words)
    reload = words.index("RELOADING=1")
    assert words[reload + 1] == "READY=1"
    assert "WATCHDOG=1" not in words, "nobody waits for it"


def test_a_pass_that_hangs_lets_the_watchdog_starve_and_one_that_goes_on_feeds_it(started, desk_cli, helpdesk):
    desk_cli("setup")
    desk_cli.edit("bridge.yaml", "every_seconds: 1,", "every_seconds: 3,")
    with managed() as (manager, address):
        service = started(NOTIFY_SOCKET=address, WATCHDOG_USEC="1500000")
        service.another_cycle()
        until(lambda: len(manager.times("WATCHDOG=1")) > 3, "signs of life while it waits")
        helpdesk.faults.next("changes", Fault.DELAY, seconds=5)
        until(lambda: helpdesk.faults.injected[Fault.DELAY], "the request that hangs")
        begun = time.monotonic()
        service.another_cycle()
        ended = time.monotonic()
        assert ended - begun > 4.5
        assert [one for one in manager.times("WATCHDOG=1") if begun + 0.3 < one < begun + 4.5] == []
        # Slow, yet it goes on: seven requests, each of which takes most of a second.
        helpdesk.faults.next("*", Fault.DELAY, seconds=0.7, times=7)
        service.another_cycle(3)
        fed = [one for one in manager.times("WATCHDOG=1") if one > ended]
        assert max(after - before for before, after in pairwise(fed)) < 1.5
