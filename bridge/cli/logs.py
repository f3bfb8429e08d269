"""Logging for a person at a terminal, and for the journal under systemd. Never a customer's text, never a secret."""

import logging
import os
import sys
from typing import Any

from bridge.cli.terminal import printable

_PRIORITY = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class _EventFormatter(logging.Formatter):
    """`event name=value …`, with the journal's priority in front where the journal reads it."""

    def __init__(self, *, journal: bool) -> None:
        super().__init__()
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        extra: dict[str, Any] = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        text = " ".join([record.getMessage(), *(f"{name}={_plain(value)}" for name, value in extra.items())])
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        # One record stays one entry: a newline in a value must not forge another.
        prefix = f"<{_PRIORITY.get(record.levelno, 6)}>" if self._journal else ""
        return "\n".join(prefix + printable(line) for line in text.splitlines()) or prefix


def configure(*, verbose: bool) -> None:
    """Send the bridge's log to stderr: warnings, or everything with `verbose`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_EventFormatter(journal="JOURNAL_STREAM" in os.environ))
    logger = logging.getLogger("sla_bridge")
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)
    logger.propagate = False


def _plain(value: object) -> str:
    text = str(value)
    return ascii(text) if any(ord(character) < 32 for character in text) or " " in text else text
