"""Scripted misbehaviour: the next answers of a route come late, broken, forged, twice old or not at all."""

import gzip
import re
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from bridge.connectors.sandbox.answers import Answer, Refusal
from bridge.connectors.sandbox.routes import Api, Request
from bridge.connectors.sandbox.snapshots import Rendered

REMEMBERED_TARGETS = 32
REMEMBERED_BYTES = 1024 * 1024
SERVER_TIME = re.compile(rb'"server_time":"[^"]*"')
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form>Please log in</form></body></html>"


class Fault(StrEnum):
    """What may go wrong with one answer."""

    DELAY = "delay"
    """Answered rightly after `seconds`."""
    TOO_MANY = "too_many"
    """429, with `retry_after` as it is given: seconds, a date, or nonsense."""
    UNAVAILABLE = "unavailable"
    """503, likewise."""
    INTERNAL = "internal"
    """500."""
    DROP = "drop"
    """The connection is closed without a word; nothing was done."""
    LOST = "lost"
    """The request is carried out, its answer never comes: the connection is closed after `seconds`."""
    CUT = "cut"
    """The request is carried out, half of the answer's body comes, then the connection is closed."""
    LOGIN_PAGE = "login_page"
    """An HTML page with status 200, as a proxy with a login of its own would send."""
    BROKEN_JSON = "broken_json"
    """A body that is no JSON."""
    WRONG_JSON = "wrong_json"
    """JSON of another shape."""
    HUGE = "huge"
    """JSON of `size` bytes (default 64 MiB) without end in sight."""
    GZIP_BOMB = "gzip_bomb"
    """A small compressed body that unpacks to `size` bytes."""
    DRIP = "drip"
    """One byte per `seconds` (default 1)."""
    RACE = "race"
    """`edit` runs after the request came in and before it is carried out: an agent was quicker."""
    REDIRECT = "redirect"
    """302 to `location`."""
    STALE = "stale"
    """The last different answer to the very same request, headers included, as a forgetful cache would send."""


@dataclass(slots=True, kw_only=True)
class Scripted:
    """One fault with its options; `times` counts down, `after` lets that many requests pass first."""

    fault: Fault
    times: int = 1
    after: int = 0
    seconds: float = 0.0
    retry_after: str | None = None
    location: str = "http://127.0.0.2:9/elsewhere"
    size: int = 64 * 1024 * 1024
    edit: Callable[[], object] | None = None


class Sender:
    """Sends an answer whole, in one piece."""

    closes = False
    answers = True

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        """Write the answer to the handler's connection."""
        handler.wfile.write(head(answer, closes=handler.close_connection) + answer.body)


def head(answer: Answer, *, closes: bool) -> bytes:
    """Return status line and headers; the length is the body's own unless the answer says another."""
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    if closes:
        headers["Connection"] = "close"
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "",
        "",
    ]
    return "\r\n".join(lines).encode("latin-1")


@dataclass(kw_only=True)
class BrokenSender(Sender):
    """Sends `share` of the body, waits, and hangs up; with `pause` byte by byte."""

    share: float = 0.0
    silent: bool = False
    wait: float = 0.0
    pause: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)
    closes = True

    @property
    def answers(self) -> bool:  # type: ignore[override]
        """Return whether anything is sent at all."""
        return not self.silent

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        """Write what is to be written, as slowly as asked, until the client or the helpdesk goes away."""
        if not self.silent:
            handler.wfile.write(head(answer, closes=True))
            kept = answer.body[: int(len(answer.body) * self.share)]
            if not self.pause:
                handler.wfile.write(kept)
            for place in range(len(kept) if self.pause else 0):
                handler.wfile.write(kept[place : place + 1])
                if self.stopping.wait(self.pause):
                    return
        self.stopping.wait(self.wait)


class Faults:
    """The script. Routes: `ping meta tickets ticket changes writes setup`, or `*` for any of them."""

    def __init__(self, rendered: Rendered) -> None:
        self._script: dict[str, deque[Scripted]] = defaultdict(deque)
        self._past: OrderedDict[str, tuple[Answer, Answer]] = OrderedDict()
        self._lock = threading.Lock()
        self._rendered = rendered
        self.stopping = threading.Event()
        self.injected: dict[Fault, int] = defaultdict(int)

    def next(self, route: str, fault: Fault, **options: Any) -> None:
        """Let the next request of that route go wrong; options are those of `Scripted`. Several queue up."""
        with self._lock:
            self._script[route].append(Scripted(fault=fault, **options))

    def distort(self, ticket: int, **members: Any) -> None:
        """Show a ticket with these members instead of its own (a poison ticket); without members it heals."""
        if members:
            self._rendered.distortions[ticket] = members
        else:
            self._rendered.distortions.pop(ticket, None)

    def clear(self) -> None:
        """Forget the rest of the script and all distortions; what was injected stays counted."""
        with self._lock:
            self._script.clear()
        self._rendered.distortions.clear()

    def _take(self, route: str) -> Scripted | None:
        with self._lock:
            for name in (route, "*"):
                if not (queue := self._script.get(name)):
                    continue
                if queue[0].after > 0:
                    queue[0].after -= 1
                    continue
                scripted = queue[0]
                scripted.times -= 1
                if scripted.times <= 0:
                    queue.popleft()
                self.injected[scripted.fault] += 1
                return scripted
        return None

    def meddle(self, request: Request, api: Api) -> tuple[Answer, Sender | None]:
        """Return the answer to a request and how it is sent: None is the honest way."""
        scripted = self._take(request.route)
        if scripted is None:
            answer = api.answer(request)
            self._remember(request, answer)
            return answer, None
        forged = self._forged(scripted, request)
        if forged is not None:
            for name, value in api.headers().items():
                forged.headers.setdefault(name, value)
            return forged, None
        if scripted.fault is Fault.DROP:
            return Answer(), BrokenSender(silent=True)
        if scripted.fault is Fault.DELAY:
            self.stopping.wait(scripted.seconds)
        if scripted.fault is Fault.RACE and scripted.edit is not None:
            scripted.edit()
        return api.answer(request), self._sender(scripted)

    def _sender(self, scripted: Scripted) -> Sender | None:
        if scripted.fault is Fault.LOST:
            return BrokenSender(silent=True, wait=scripted.seconds, stopping=self.stopping)
        if scripted.fault is Fault.CUT:
            return BrokenSender(share=0.5)
        if scripted.fault is Fault.DRIP:
            return BrokenSender(share=1.0, pause=scripted.seconds or 1.0, stopping=self.stopping)
        return None

    def _forged(self, scripted: Scripted, request: Request) -> Answer | None:
        """Return an answer that is made up without asking the helpdesk, or None where the fault is of another kind."""
        refusals = {
            Fault.TOO_MANY: "too_many_requests",
            Fault.UNAVAILABLE: "unavailable",
            Fault.INTERNAL: "internal",
        }
        if code := refusals.get(scripted.fault):
            answer = Refusal(code, "scripted").answer
            if scripted.retry_after is not None:
                answer.headers["Retry-After"] = scripted.retry_after
            return answer
        if scripted.fault is Fault.STALE:
            past = self._past.get(self._target(request))
            return (
                None
                if past is None
                else Answer(status=past[0].status, body=past[0].body, headers=dict(past[0].headers))
            )
        if scripted.fault is Fault.HUGE:
            return Answer(body=b'{"items":[' + b" " * scripted.size + b"]}")
        if scripted.fault is Fault.GZIP_BOMB:
            return Answer(body=_bomb(scripted.size), headers={"Content-Encoding": "gzip"})
        forged: Mapping[Fault, Answer] = {
            Fault.LOGIN_PAGE: Answer(body=LOGIN_PAGE, headers={"Content-Type": "text/html; charset=utf-8"}),
            Fault.BROKEN_JSON: Answer(body=b'{"items": [{"id": 1, "rev'),
            Fault.WRONG_JSON: Answer(body=b'["something", "else", {"entirely": 7}]'),
            Fault.REDIRECT: Answer(status=302, headers={"Location": scripted.location}),
        }
        return forged.get(scripted.fault)

    def _target(self, request: Request) -> str:
        return f"{request.method} {request.path}?{sorted(request.query.items())}"

    def _remember(self, request: Request, answer: Answer) -> None:
        """Keep the last two different answers to a GET: the older is what a stale cache would send."""
        if request.method != "GET" or answer.status != 200 or len(answer.body) > REMEMBERED_BYTES:
            return
        target = self._target(request)
        with self._lock:
            older, newer = self._past.pop(target, (answer, answer))
            if SERVER_TIME.sub(b"", newer.body) != SERVER_TIME.sub(b"", answer.body):
                older, newer = newer, answer
            self._past[target] = (older, newer)
            if len(self._past) > REMEMBERED_TARGETS:
                self._past.popitem(last=False)


def _bomb(size: int) -> bytes:
    return gzip.compress(b" " * size, compresslevel=1, mtime=0)
