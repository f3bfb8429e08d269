r"""The edge to a terminal: what commands print passes here, so that no customer's text steers one.

A name such as `\x1b]0;…` would rename the window, a line break in a subject would forge a line of ours, and an override of
the direction of writing would show one thing where another stands. They are shown as what they are: `\x1b`, `\u202e`.
"""

import json
import re
import shutil
import sys
from collections.abc import Callable
from textwrap import wrap
from typing import Any, TextIO

_STEERING = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters, one-byte escape sequences among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing
    "\u2028\u2029"  # line breaks
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotations and tags, which nobody sees
    "\ud800-\udfff"  # halves of characters, which no stream takes
    "]"
)

_ELSEWHERE: list[Callable[[str], None]] = []
"""Who takes the talk on stderr; empty: it is printed."""

_NAMED = {"\t": " ", "\n": r"\n", "\r": r"\r"}


def printable(text: str) -> str:
    """Return the text as one line in which everything that steers a terminal is spelled out."""
    return _STEERING.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    code, named = ord(found[0]), _NAMED.get(found[0])
    if named is not None:
        return named
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def say(*lines: str) -> None:
    """Print each text as one line on stdout."""
    _print(lines, sys.stdout)


def tell(*lines: str) -> None:
    """Print each text as one line on stderr, or hand it to what `talk_through` has named."""
    if _ELSEWHERE:
        for line in lines:
            _ELSEWHERE[0](line)
        return
    _print(lines, sys.stderr)


def talk_through(sink: Callable[[str], None] | None) -> None:
    """Hand every line of talk to `sink` from now on; None: print it."""
    _ELSEWHERE[:] = [] if sink is None else [sink]


def talks_elsewhere() -> bool:
    """Return whether talk goes where `talk_through` has said."""
    return bool(_ELSEWHERE)


def _print(lines: tuple[str, ...], stream: TextIO) -> None:
    for line in lines:
        print(printable(line), file=stream)


def say_wrapped(*lines: str) -> None:
    """Print each text on stdout; on a terminal it is broken between words, below where its own indentation ends."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for line in lines:
        say(*(_broken(printable(line), width) if width else [line]))


def _broken(line: str, width: int) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    broken = wrap(line, width, subsequent_indent=indent, break_on_hyphens=False, replace_whitespace=False)
    return broken or [line]


def say_json(value: Any, *, indent: int | None = None) -> None:
    """Print the value as JSON on stdout; what steers a terminal is escaped as JSON does it."""
    print(json_text(value, indent=indent))


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return the value as JSON that a terminal may show: the same data, with nothing in it that steers one."""
    return _STEERING.sub(_escaped, json.dumps(value, ensure_ascii=False, indent=indent))


def json_shown(encoded: bytes) -> bytes:
    """Return JSON lines in UTF-8 as stdout may get them: as they are, and for a terminal as `json_text` has them."""
    return json_escaped(encoded) if sys.stdout.isatty() else encoded


def json_escaped(encoded: bytes) -> bytes:
    """Return JSON lines in UTF-8 as `json_text` has them."""
    return _STEERING.sub(_escaped, encoded.decode()).encode()


def _escaped(found: re.Match[str]) -> str:
    """Return the character as it stands in a JSON string. A line break can only stand between values: inside it is escaped."""
    return found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1]
