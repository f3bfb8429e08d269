"""What a service manager is told: one datagram to the socket that it names, in systemd's protocol.

Without that socket there is nobody to tell. One that does not listen is no reason to stop: the passes matter more.
"""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells the service manager at `address`, None for nobody; `watchdog_seconds` is how long it waits for a sign of life,
    0 where it does not."""

    address: str | None = None
    watchdog_seconds: float = 0

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Notifier":
        """Return the notifier that the environment of a service describes."""
        address = environment.get("NOTIFY_SOCKET") or None
        wanted = environment.get("WATCHDOG_USEC", "")
        # A watchdog may be meant for the process that started this one.
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        return cls(address, int(wanted) / 1e6 if ours and wanted.isdecimal() else 0)

    def ready(self) -> None:
        """Tell that the service has begun, or goes by its new configuration."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """Tell that a new configuration is being looked at."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Tell that the service ends."""
        self._tell("STOPPING=1")

    def status(self, text: str) -> None:
        """Tell in a line what `systemctl status` shows."""
        self._tell(f"STATUS={' '.join(text.split())}")

    def alive(self) -> None:
        """Give a sign of life. Called where something went on, and nowhere else: a pass that hangs must not live by it."""
        if self.watchdog_seconds:
            self._tell("WATCHDOG=1")

    def _tell(self, message: str) -> None:
        if self.address is None:
            return
        # An address that begins with @ lies in no folder.
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            # A manager that is itself stuck must not hold the bridge.
            sender.setblocking(False)
            sender.sendto(message.encode(errors="replace"), address)
