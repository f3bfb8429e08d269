r"""Text patterns that cannot explode: RE2 (extra `re2`), where time grows with the text and with nothing else.

Python's `re` backtracks, so `(a+)+$` on thirty letters can take hours; a policy is no place for that. RE2's own `\w \d \s`
know ASCII only, which would make no word of «ошибка»: they are rewritten to what Unicode calls letters, digits and blanks.
"""

import re
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

MAX_MEMORY = 8 << 20
r"""Bytes that one pattern and what RE2 remembers of its texts may take (`\w{100}` needs two million)."""

_MOST_COMPILED = 1024
"""Patterns kept compiled: a reading of the policy asks for each of them twice, once to refuse it and once to use it."""


class PatternRefused(ValueError):
    """The pattern cannot be used; says why in words for the person who wrote it."""


@lru_cache(maxsize=_MOST_COMPILED)
def pattern(source: str) -> Callable[[str], bool]:
    """Return what tells whether the pattern occurs anywhere in a text; upper and lower case are the same.

    Raises PatternRefused for what RE2 or this dialect of it does not have.
    """
    if not source:
        raise PatternRefused("an empty pattern matches everything")
    search = _compiled(_translated(source)).search
    # A lone surrogate, which JSON can carry, has no UTF-8.
    return lambda text: search(text.encode(errors="replace")) is not None


def _compiled(source: str) -> Any:
    try:
        import re2  # noqa: PLC0415 - an extra
    except ImportError:
        message = "patterns need the package google-re2 | pip install 'osticket-sla-bridge[re2]', or use 'contains'"
        raise PatternRefused(message) from None
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = MAX_MEMORY
    options.never_capture = True
    options.log_errors = False
    try:
        return re2.compile(source.encode(), options)
    except UnicodeEncodeError:
        raise PatternRefused("it holds half a character") from None
    except re2.error as error:
        raise PatternRefused(_in_words(error.args[0].decode(errors="replace"))) from None


_REFUSALS = {
    "missing )": "'(' without ')'",
    "unexpected )": "')' without '('",
    "missing ]": "the pattern ends too early",
    "trailing \\": "the pattern ends too early",
    "no argument for repetition operator": "{!r} repeats nothing",
    "bad repetition operator": "{!r} makes two repetitions in a row",
    "invalid repetition size": "{!r}: a repetition counts from 0 to at most 1000, low to high, those inside it included",
    "invalid character class range": "{!r} is no class of characters, or a range that runs backwards",
    "pattern too large": "the pattern is too large; use smaller repetitions",
}
"""RE2's findings in our words."""


def _in_words(said: str) -> str:
    finding, _, where = said.partition(": ")
    words = next((words for start, words in _REFUSALS.items() if finding.startswith(start)), said)
    return words.format(where)


_BLANK = r"\t-\r\x1c-\x1f\x{85}\p{Z}"
_CLASSES = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"[\p{L}\p{N}_]",
    "W": r"[^\p{L}\p{N}_]",
    "s": f"[{_BLANK}]",
    "S": f"[^{_BLANK}]",
}
_CONTROLS = frozenset("ntr")
_BY_PROPERTY = frozenset("pP")
_BOUNDARY = r"\{} is not supported | write (?:^|\W)word(?:\W|$) for a whole word"

_OUTSIDE = re.compile(r"\\.?|\[\^?\]?|\(\?(?!:)|.", re.DOTALL)
_INSIDE = re.compile(r"\\.?|\[:\^?\w+:\]|.", re.DOTALL)
"""The pieces of a pattern outside and inside of a class. A `]` that stands first in a class is a member of it."""


def _translated(source: str) -> str:
    """Return the pattern as RE2 takes it."""
    pieces: list[str] = []
    at, inside = 0, False
    while found := (_INSIDE if inside else _OUTSIDE).match(source, at):
        piece, at = found[0], found.end()
        if piece[0] == "\\":
            piece = _escape(piece[1:], inside=inside)
        elif piece == "(?":
            raise PatternRefused("look-around, named groups and flags are not supported; case never matters")
        else:
            inside = piece != "]" if inside else piece[0] == "["
        pieces.append(piece)
    return "".join(pieces)


def _escape(character: str, *, inside: bool) -> str:
    if character in ("b", "B"):
        raise PatternRefused(_BOUNDARY.format(character))
    if character in _CLASSES:
        return _member(character) if inside else _CLASSES[character]
    if character.isalnum() and character not in _CONTROLS | _BY_PROPERTY:
        raise PatternRefused(f"\\{character} is not supported (back-references never are)")
    # RE2 takes no backslash before a dash or a quotation mark beyond ASCII.
    return f"\\{character}" if character.isascii() else character


def _member(character: str) -> str:
    r"""Return `\w` and the like as members of a class."""
    written = _CLASSES[character]
    return _opposite(character) if written.startswith("[^") else written.strip("[]")


_SURROGATES = range(0xD800, 0xE000)
_POSITIVE: dict[str, Callable[[str], bool]] = {
    "W": lambda found: found.isalnum() or found == "_",
    "S": str.isspace,
}


@lru_cache(maxsize=len(_POSITIVE))
def _opposite(character: str) -> str:
    r"""Return the ranges of `\W` or `\S`, since RE2 has no class inside a class."""
    inside = _POSITIVE[character]
    wanted = [code for code in range(sys.maxunicode + 1) if not inside(chr(code)) and code not in _SURROGATES]
    starts = [code for before, code in zip([-2, *wanted], wanted, strict=False) if code != before + 1]
    ends = [code for code, after in zip(wanted, [*wanted[1:], -2], strict=True) if after != code + 1]
    return "".join(f"\\x{{{start:x}}}-\\x{{{end:x}}}" for start, end in zip(starts, ends, strict=True))
