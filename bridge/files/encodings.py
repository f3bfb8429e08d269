"""Which encoding a text file has that says nothing about it, as exports do; and its lines, decoded one by one.

What does not fit the encoding stays in the text as a lone surrogate, so that the one damaged row of a file can be named
and the others are read.
"""

import codecs
import io
import re
from collections.abc import Iterator
from itertools import islice

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_LOOKED_AT = 4096
_VOTING_LINES = 2_000
"""So many lines with letters beyond ASCII decide between UTF-8 and cp1251, where a file has lines of both."""

UNDECODED = re.compile("[\ud800-\udfff\ufffd]")
"""What stands in a text for bytes that are not of its encoding, and for letters that an earlier program has lost."""


class EncodingUnknown(ValueError):
    """A stated encoding is none, or not the file's."""


def encoding_of(content: bytes) -> str:
    """Return the encoding: by its byte order mark, by the zeros of UTF-16, else UTF-8 or cp1251, whichever fits more lines."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    beginning = content[: _LOOKED_AT * 2]
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if max(even, odd) * 8 > len(beginning) and min(even, odd) * 50 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8-sig" if _is_utf8(content) or _mostly_utf8(content) else "cp1251"


def lines_of(content: bytes, encoding: str) -> Iterator[str]:
    """Yield the lines with their ends, decoded one by one. Raises EncodingUnknown, also while they are read."""
    if encoding.lower() in {"utf-8", "utf8"}:
        encoding = "utf-8-sig"
    errors = "replace" if encoding.lower().startswith(("utf-16", "utf-32")) else "surrogateescape"
    try:
        yield from io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors=errors, newline="")
    except LookupError:
        raise EncodingUnknown(f"Python knows no encoding {encoding!r}") from None
    except UnicodeError:
        raise EncodingUnknown(f"is not {encoding}") from None


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(content: bytes) -> bool:
    lines = (line for line in io.BytesIO(content) if not line.isascii())
    voted = [_is_utf8(line) for line in islice(lines, _VOTING_LINES)]
    return voted.count(True) * 2 >= len(voted) and any(voted)
