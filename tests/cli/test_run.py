"""`run` in a process of its own, with real signals, before a helpdesk and a service manager of the test's."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults import Fault

PATIENCE = 60
FAST = "\nrun: {every_seconds: 1, jitter_seconds: 0}\n"


def until(said: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, f"{what}: waited for in vain"
        time.sleep(0.02)


class Manager:
    """Listens as a service manager does: what came, and when."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
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


class Service:
    """The running process; `out` and `err` grow as it speaks."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._files = folder / "out", folder / "err"
        with self._files[0].open("w") as out, self._files[1].open("w") as err:
            command = [sys.executable, "-m", "bridge", "run"]
            self.process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=out, stderr=err)

    @property
    def out(self) -> str:
        return self._files[0].read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return self._files[1].read_text(encoding="utf-8")

    @property
    def cycles(self) -> int:
        return len(re.findall("^(examined|no pass)", self.out, re.MULTILINE))

    def another_cycle(self, count: int = 1) -> None:
        wanted = self.cycles + count
        until(lambda: self.cycles >= wanted or self.process.poll() is not None, f"cycle {wanted}")
        assert self.process.poll() is None, self.err

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self, within: float = PATIENCE) -> int:
        self.signal(signal.SIGTERM)
        return self.process.wait(within)


@pytest.fixture
def started(desk_cli, tmp_path) -> Iterator[Callable[..., Service]]:
    """Start `run`, with passes a second apart; none survives the test."""
    running: list[Service] = []
    settings = desk_cli.folder / "bridge.yaml"
    settings.write_text(settings.read_text() + FAST)

    def start(**environment: str) -> Service:
        folder = tmp_path / f"run{len(running)}"
        folder.mkdir()
        running.append(Service(folder, environment))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.wait()


@contextmanager
def managed(address: str) -> Iterator[Manager]:
    manager = Manager(address)
    try:
        yield manager
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
    assert desk_cli("sync", "--json").json["written"] == 39
