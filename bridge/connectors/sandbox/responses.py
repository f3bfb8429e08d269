"""HTTP responses: status, headers and JSON body, and refusals that say what to do next."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BufferedIOBase

from bridge.errors import BridgeError
from bridge.tickets import format_instant

STATUS_OF_CODE = {
    "bad_request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "lease_lost": 409,
    "lease_held": 409,
    "policy_older": 409,
    "not_published": 409,
    "switched_off": 409,
    "per_day": 409,
    "mail_refused": 409,
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
    def error(self) -> dict[str, str]:
        """Return the contract's form of an error."""
        return {"code": self.code, "message": self.message, "hint": self.hint}

    @property
    def response(self) -> "Response":
        """Return the error as a response."""
        return Response(status=STATUS_OF_CODE[self.code], body=encode({"error": self.error}))


@dataclass(slots=True, kw_only=True)
class Response:
    """One HTTP response before it is sent; with `closes` it ends the connection."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    closes: bool = False

    def head(self, *, closes: bool) -> bytes:
        """Return status line and headers; the length is the body's own unless a header says another."""
        headers = {"Content-Length": str(len(self.body)), **self.headers}
        if closes:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def send(self, connection: BufferedIOBase, *, closes: bool) -> None:
        """Write the response to the client's connection, in one piece; `closes` tells the client that it ends after that."""
        connection.write(self.head(closes=closes) + self.body)


def encode(value: object) -> bytes:
    """Return the value as UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def instant_text(instant: int | None) -> str | None:
    """Return an instant as `2026-11-20T07:00:00Z`; None stays None."""
    return None if instant is None else format_instant(instant)
