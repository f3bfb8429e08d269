"""The journal's own protocol: one datagram an entry, each field by its name."""

import logging
import re
import socket
import struct
import sys
from collections.abc import Mapping

from bridge.cli.console.logs import PRIORITIES

SOCKET = "/run/systemd/journal/socket"
IDENTIFIER = "sla-bridge"
_AT_MOST = 64 * 1024
"""Bytes of one value: a datagram takes little more than 200 KiB in all."""

_NO_NAME = re.compile(r"[^A-Z0-9_]")


def entry(message: str, priority: int, fields: Mapping[str, str]) -> bytes:
    """Return an entry as the journal takes it; names of fields become SLA_BRIDGE_NAME."""
    named = {f"SLA_BRIDGE_{_NO_NAME.sub('_', name.upper())}"[:64]: value for name, value in fields.items()}
    whole = {"MESSAGE": message, "PRIORITY": str(priority), "SYSLOG_IDENTIFIER": IDENTIFIER, **named}
    return b"".join(_field(name, value.encode("utf-8", "replace")[:_AT_MOST]) for name, value in whole.items())


def _field(name: str, value: bytes) -> bytes:
    # What holds a line break goes with its length before it, so that no value forges a field.
    if b"\n" in value:
        return name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
    return name.encode() + b"=" + value + b"\n"


def send(content: bytes) -> bool:
    """Return whether the journal took the entry; it is never waited for."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(content, SOCKET)
    except OSError:
        return False
    return True


class JournalHandler(logging.Handler):
    """Sends records to the journal, and to stderr where there is none; `style` makes message and fields of a record."""

    def __init__(self, style: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(style)

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        fields = getattr(record, "shown", {})
        priority = PRIORITIES.get(record.levelno, 6)
        line = self.format(record)
        if not send(entry(line, priority, fields)):
            sys.stderr.write(line + "\n")
