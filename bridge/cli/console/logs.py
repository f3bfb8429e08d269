"""Logging for a person at a terminal, for the journal under systemd, and for programs that read lines of JSON.

Never a customer's text, never a secret.
"""

import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

from bridge.cli.console.terminal import json_text, printable, talk_through, talks_elsewhere

PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
"""The journal's numbers for the levels."""

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "shown"}
_LEVELS = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "skipped": logging.WARNING,
    "audit": logging.WARNING,
    "note": logging.INFO,
}
"""The words with which talk on stderr begins, as levels; talk that begins otherwise is news."""

TEXT, JSON = "text", "json"
_NAME = "sla_bridge"


class _EventFormatter(logging.Formatter):
    """`event name=value …`, with the journal's priority in front where the journal reads it."""

    def __init__(self, *, journal: bool) -> None:
        super().__init__()
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        text = " ".join([record.getMessage(), *(f"{name}={_plain(value)}" for name, value in _fields(record).items())])
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        # One record stays one entry: a newline in a value must not forge another.
        prefix = f"<{PRIORITIES.get(record.levelno, 6)}>" if self._journal else ""
        return "\n".join(prefix + printable(line) for line in text.splitlines()) or prefix


class _JsonFormatter(logging.Formatter):
    """One line of JSON: time, level, message, and what belongs to it under names of its own."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line: dict[str, Any] = {"time": when, "level": record.levelname.lower(), "message": record.getMessage()}
        line |= {name: value for name, value in _fields(record).items() if name not in line}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json_text(_encodable(line))


def configure(*, verbose: bool) -> None:
    """Send the bridge's log to stderr: warnings, or everything with `verbose`."""
    talk_through(None)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_EventFormatter(journal="JOURNAL_STREAM" in os.environ))
    logger = logging.getLogger(_NAME)
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)
    logger.propagate = False


def restyle(style: str) -> None:
    """Log as bridge.yaml says from now on, and talk on stderr with it: `text` leaves all as it is."""
    if style == TEXT:
        return
    logger, handler = logging.getLogger(_NAME), _json() if style == JSON else _journal()
    logger.handlers = [handler]
    logger.setLevel(min(logger.level, logging.INFO))
    talk_through(_talk)


def _json() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter())
    return handler


def _journal() -> logging.Handler:
    from bridge.cli.passes.journal import JournalHandler

    handler = JournalHandler(_EventFormatter(journal=False))
    handler.addFilter(_show)
    return handler


def event(name: str, **fields: object) -> bool:
    """Log what happened with its figures; return whether that was done: in the style `text` it is said in a sentence instead."""
    if not talks_elsewhere():
        return False
    logging.getLogger(_NAME).info(name, extra=fields)
    return True


def _talk(line: str) -> None:
    """Log a line of talk by the word that it begins with."""
    word, colon, rest = line.partition(": ")
    level = _LEVELS.get(word) if colon else None
    logging.getLogger(_NAME).log(logging.INFO if level is None else level, "%s", line if level is None else rest)


def _show(record: logging.LogRecord) -> bool:
    record.shown = {name: str(value) for name, value in _fields(record).items()}
    return True


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _STANDARD}


def _encodable(value: Any) -> Any:
    """Return what JSON can say: what it has no word for is told as text."""
    if isinstance(value, dict):
        return {str(name): _encodable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _plain(value: object) -> str:
    text = str(value)
    return ascii(text) if any(ord(character) < 32 for character in text) or " " in text else text
