"""What a service manager hears, over real datagram sockets of both kinds of address."""

import os
import socket
from contextlib import closing

import pytest

from bridge.daemon.notify import Notifier


@pytest.fixture(params=["file", "abstract"])
def manager(request, tmp_path, monkeypatch):
    """A listening socket and the address that a service gets for it."""
    monkeypatch.chdir(tmp_path)
    address = "notify" if request.param == "file" else f"@sla-bridge-notifier-{os.getpid()}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(address.replace("@", "\0", 1))
        listening.setblocking(False)
        yield listening, address


def test_each_message_is_one_datagram_of_the_protocol(manager):
    listening, address = manager
    notifier = Notifier.of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())})
    assert notifier.watchdog_seconds == 30
    for tell in (notifier.ready, notifier.reloading, notifier.alive, notifier.stopping):
        tell()
    notifier.status("examined 1,\nREADY=1  written 2")
    heard = [listening.recv(4096).decode() for _ in range(5)]
    assert heard[0] == "READY=1"
    assert heard[1].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert heard[2:] == ["WATCHDOG=1", "STOPPING=1", "STATUS=examined 1, READY=1 written 2"]


@pytest.mark.parametrize(
    "watchdog",
    [{}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "-5"}, {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}],
)
def test_a_watchdog_that_is_not_ours_gets_no_sign_of_life(manager, watchdog):
    listening, address = manager
    Notifier.of({"NOTIFY_SOCKET": address, **watchdog}).alive()
    with pytest.raises(BlockingIOError):
        listening.recv(4096)


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@nobody-listens-here", "x" * 300])
def test_a_manager_that_is_not_there_stops_nothing(address):
    Notifier.of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000000"}).alive()


def test_a_manager_that_does_not_read_holds_nobody(manager):
    _, address = manager
    notifier = Notifier.of({"NOTIFY_SOCKET": address})
    for _ in range(2000):
        notifier.ready()
