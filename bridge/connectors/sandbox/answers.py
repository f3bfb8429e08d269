"""What every answer has: status, JSON body, and refusals that say what to do next."""

import json
import re
from dataclasses import dataclass, field

from bridge.errors import BridgeError
from bridge.tickets import format_instant, parse_instant

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

STATUS_OF_CODE = {
    "bad_request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "lease_lost": 409,
    "cursor_gone": 410,
    "too_large": 413,
    "unsupported_media_type": 415,
    "unprocessable": 422,
    "too_many_requests": 429,
    "unavailable": 503,
    "internal": 500,
}


class Refusal(BridgeError):
    """A request that is answered with an error; `code` stands in the contract's table and decides the status."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code

    @property
    def answer(self) -> "Answer":
        """Return the error as an answer."""
        error = {"code": self.code, "message": self.message, "hint": self.hint}
        return Answer(status=STATUS_OF_CODE[self.code], body=encode({"error": error}))


@dataclass(slots=True, kw_only=True)
class Answer:
    """One HTTP answer before it is sent."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def encode(value: object) -> bytes:
    """Return the value as UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def wire_instant(value: object) -> int | None:
    """Return the POSIX second of `2026-11-20T07:00:00Z` written exactly so, or None for anything else."""
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        return None
    try:
        return parse_instant(value)
    except ValueError:
        return None


def shown(instant: int | None) -> str | None:
    """Return an instant as the wire shows it; None stays None."""
    return None if instant is None else format_instant(instant)
