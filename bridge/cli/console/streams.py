"""The three standard streams, whatever the shell, cron or a service manager made of them."""

import codecs
import errno
import os
import sys
from collections.abc import Iterator
from typing import IO

from bridge.errors import BridgeError

LINE_BYTES = 16 * 2**20
"""The longest line that is read whole. A snapshot is far shorter; a stream that never ends its line must not fill memory."""

_ESCAPED = "sla-bridge-escaped"


class StreamUnreadable(BridgeError):
    """Standard input gives nothing."""

    exit_code = 2


def prepare() -> None:
    """Open what was handed over closed, and let no character that the terminal lacks end a command."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, _reopened(number, mode))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors=_ESCAPED)  # type: ignore[union-attr]


def _reopened(number: int, mode: str) -> IO[str]:
    """Return a stream on the closed descriptor, which any file opened later would take.

    It is opened the wrong way round, so that a command that needs it hears of it, and all others go on.
    """
    wrong = os.O_WRONLY if mode == "r" else os.O_RDONLY
    if number == 2:
        wrong = os.O_WRONLY
    opened = os.open(os.devnull, wrong)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    return open(number, mode, encoding="utf-8", closefd=False)


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Write what the stream's encoding lacks as JSON does: then a line of JSON is still one."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    escaped = "".join(f"\\u{int.from_bytes(units[at : at + 2], 'big'):04x}" for at in range(0, len(units), 2))
    return escaped, error.end


codecs.register_error(_ESCAPED, _escape)


def input_lines() -> Iterator[bytes]:
    """Yield the lines of standard input. A longer one than `LINE_BYTES` comes cut, and so is none of what it claims to be.

    Raises StreamUnreadable where standard input is closed, or is no file to read from.
    """
    return lines_of(sys.stdin.buffer)


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream as `input_lines` does."""
    try:
        while line := stream.readline(LINE_BYTES):
            yield line
            while len(line) == LINE_BYTES and not line.endswith(b"\n"):
                line = stream.readline(LINE_BYTES)
    except OSError as error:
        raise StreamUnreadable(
            f"the input cannot be read: {_why(error)}", hint="Give one JSON object a line: … < snapshots.jsonl"
        ) from None


def _why(error: OSError) -> str:
    return "it is closed" if error.errno == errno.EBADF else error.strerror or str(error)


def abandon_output() -> None:
    """Give up on standard output, so that the interpreter does not try to write what is left when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
