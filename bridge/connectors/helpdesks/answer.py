"""Answers: unpacked within bounds, shown without harm, and asked when to come back."""

import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic_core import from_json

from bridge.errors import HelpdeskRefused


class TooMuch(Exception):
    """An answer beyond the limit, or packed in a way that could hide one."""


class Broken(Exception):
    """An answer that is not what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer: status, headers in lower case, the raw body, and the JSON in it (None when it is no JSON)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    data: Any


def unpacked(chunks: Iterable[bytes], encoding: str, *, most: int) -> bytes:
    """Return a body, unpacked where its `Content-Encoding` is gzip.

    Never more than `most` bytes are unfolded, so that a gzip bomb does not go off. Raises TooMuch and Broken.
    """
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise TooMuch(f"a body packed as {encoding!r:.40}, where only gzip was asked for")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in encoding else None
    content = bytearray()
    for chunk in chunks:
        try:
            content += chunk if unpacker is None else unpacker.decompress(chunk, most - len(content) + 1)
        except zlib.error:
            raise Broken("it is no gzip although it says so") from None
        if len(content) > most:
            raise TooMuch(f"more than {most} bytes")
    if unpacker is not None and content and not unpacker.eof:
        raise Broken("its gzip stream is cut")
    return bytes(content)


def decode(content: bytes) -> Any:
    """Return the JSON in a body. Raises ValueError or RecursionError where there is none.

    The library that checks it afterwards reads it in a third of the time, but not everything that JSON is: halves of surrogate
    pairs, a byte order mark and deep nesting are left to the standard library.
    """
    try:
        return from_json(content)
    except ValueError:
        return json.loads(content)


def encode(payload: object) -> bytes:
    """Return a value as compact JSON in UTF-8. A lone surrogate becomes `?`: no JSON reader takes it.

    Raises ValueError or TypeError for what is no JSON at all (NaN, foreign objects).
    """
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def first_characters(content: bytes, count: int = 120) -> str:
    """Return the beginning of an unusable answer, escaped so that it cannot forge a log line."""
    return ascii(content[:count].decode("utf-8", "replace"))


@contextmanager
def held_to_a_shape(outside: Callable[[str, Exception], HelpdeskRefused], route: str) -> Iterator[None]:
    """Turn what reading JSON of another shape raises into a refusal, which `outside` words."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise outside(route, error) from None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header, which RFC 9110 allows as seconds or as a date.

    A date is compared with the server's own `Date`, so that a wrong clock on either side does not turn into a wait.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    until, now = _date(value), _date(headers.get("date", ""))
    if until is None:
        return None
    return until - (time.time() if now is None else now)


def _date(value: str) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.timestamp() if moment.tzinfo else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
