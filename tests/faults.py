"""An embedded helpdesk that misbehaves by script: the next responses of a route come late, broken, forged, old or not at all."""

import gzip
import json
import re
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from io import BufferedIOBase
from typing import Any, Self

from bridge.connectors.sandbox import Sandbox
from bridge.connectors.sandbox.responses import Refusal, Response
from bridge.connectors.sandbox.routes import Api, ApiRequest
from tests.desk_people import DeskPeople

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
    EMPTY = "empty"
    """Status 200 and nothing else."""
    NO_HTTP = "no_http"
    """Bytes that are no HTTP."""
    FORBIDDEN = "forbidden"
    """403 of a proxy, without a word of the contract."""
    NOT_FOUND = "not_found"
    """404 of a web server that has lost its plugin."""
    BAD_GATEWAY = "bad_gateway"
    """502 of a proxy that has lost the web server."""
    STRANGER = "stranger"
    """The request is carried out, the answer names another helpdesk: two stand behind one name."""


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


REFUSALS = {
    Fault.TOO_MANY: "too_many_requests",
    Fault.UNAVAILABLE: "unavailable",
    Fault.INTERNAL: "internal",
}


STRANGER = b"0123456789abcdef0123456789abcdef"
"""The instance of another helpdesk."""


@dataclass(slots=True, kw_only=True)
class SilentResponse(Response):
    """Sends nothing, waits, and hangs up."""

    status: int = 0
    closes: bool = True
    wait: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)

    def send(self, connection: BufferedIOBase, *, closes: bool) -> None:
        self.stopping.wait(self.wait)


@dataclass(slots=True, kw_only=True)
class RawResponse(Response):
    """Sends its body as it is, and hangs up."""

    closes: bool = True

    def send(self, connection: BufferedIOBase, *, closes: bool) -> None:
        connection.write(self.body)


@dataclass(slots=True, kw_only=True)
class BrokenResponse(Response):
    """Sends `share` of the body and hangs up; with `pause` byte by byte, until the client or the helpdesk goes away."""

    closes: bool = True
    share: float
    pause: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)

    def send(self, connection: BufferedIOBase, *, closes: bool) -> None:
        connection.write(self.head(closes=closes))
        kept = self.body[: int(len(self.body) * self.share)]
        if not self.pause:
            connection.write(kept)
            return
        for place in range(len(kept)):
            connection.write(kept[place : place + 1])
            if self.stopping.wait(self.pause):
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request as the helpdesk saw it; `status` 0 means that no answer of its own was sent."""

    method: str
    route: str
    query: Mapping[str, str]
    status: int
    sent_bytes: int


class FaultySandbox(Sandbox):
    """An embedded helpdesk with a script of faults and a `journal` of the requests since its start, oldest first."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people: DeskPeople = DeskPeople(self.store)
        self.faults = Faults(self._api)
        self.journal: list[Exchange] = []

    def respond(self, request: ApiRequest) -> Response:
        response = self.faults.respond(request)
        size = len(response.body)
        self.journal.append(
            Exchange(
                method=request.method,
                route=request.route,
                query=request.query,
                status=response.status,
                sent_bytes=size,
            )
        )
        return response

    def clear_journal(self) -> None:
        """Forget the requests so far."""
        self.journal.clear()

    def start(self) -> Self:
        self.faults.stopping.clear()
        return super().start()

    def stop(self) -> None:
        self.faults.stopping.set()
        super().stop()
        self.clear_journal()


_HTML = {"Content-Type": "text/html; charset=utf-8"}
PROXY_PAGES: Mapping[Fault, Response] = {
    Fault.NO_HTTP: RawResponse(body=b"SSH-2.0-OpenSSH_9.9\r\n\x00\xff\r\n"),
    Fault.FORBIDDEN: Response(status=403, body=b"<h1>Forbidden</h1>", headers=_HTML),
    Fault.NOT_FOUND: Response(status=404, body=b"<h1>Not Found</h1>", headers=_HTML),
    Fault.BAD_GATEWAY: Response(status=502, body=b"<h1>Bad Gateway</h1>", headers=_HTML),
}
"""Answers of what stands before the helpdesk, without the headers of the contract."""


class Faults:
    """The script. Routes: `ping meta tickets ticket changes writes setup`, or `*` for any of them."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._script: dict[str, deque[Scripted]] = defaultdict(deque)
        self._past: OrderedDict[str, tuple[Response, Response]] = OrderedDict()
        self._lock = threading.Lock()
        self._distortions: dict[int, Mapping[str, Any]] = {}
        self.stopping = threading.Event()
        self.injected: dict[Fault, int] = defaultdict(int)

    def next(self, route: str, fault: Fault, **options: Any) -> None:
        """Let the next request of that route go wrong; options are those of `Scripted`. Several queue up."""
        with self._lock:
            self._script[route].append(Scripted(fault=fault, **options))

    def distort(self, ticket: int, **members: Any) -> None:
        """Show a ticket with these members instead of its own (a poison ticket); without members it heals."""
        if members:
            self._distortions[ticket] = members
        else:
            self._distortions.pop(ticket, None)

    def clear(self) -> None:
        """Forget the rest of the script and all distortions; what was injected stays counted."""
        with self._lock:
            self._script.clear()
        self._distortions.clear()

    def respond(self, request: ApiRequest) -> Response:
        """Return the response to a request, spoiled where the script says so."""
        scripted = self._take(request.route)
        if scripted is None:
            response = self._honest(request)
            self._remember(request, response)
            return response
        if page := PROXY_PAGES.get(scripted.fault):
            return replace(page, headers=dict(page.headers))
        forged = self._forged(scripted, request)
        if forged is not None:
            forged.headers = self._api.headers() | forged.headers
            return forged
        if scripted.fault is Fault.DROP:
            return SilentResponse()
        if scripted.fault is Fault.DELAY:
            self.stopping.wait(scripted.seconds)
        if scripted.fault is Fault.RACE and scripted.edit is not None:
            scripted.edit()
        return self._spoiled(self._honest(request), scripted)

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

    def _honest(self, request: ApiRequest) -> Response:
        """Return the helpdesk's own response, with distorted tickets in the place of the real ones."""
        response = self._api.respond(request)
        if not self._distortions or request.method != "GET" or response.status != 200:
            return response
        document = json.loads(response.body)
        if request.route == "ticket":
            document = self._distorted(document)
        elif "items" in document:
            document["items"] = [self._distorted(item) for item in document["items"]]
        # Plain ASCII, so that a lone surrogate travels as an escape and spoils this ticket alone, not the page.
        return replace(response, body=json.dumps(document).encode())

    def _distorted(self, ticket: dict[str, Any]) -> dict[str, Any]:
        gone = ticket.get("deleted", False)
        return ticket if gone else ticket | dict(self._distortions.get(ticket["id"], {}))

    def _spoiled(self, response: Response, scripted: Scripted) -> Response:
        """Return the response as it is sent, or kept back, after the request was carried out."""
        body, headers = response.body, response.headers
        if scripted.fault is Fault.LOST:
            return SilentResponse(body=body, headers=headers, wait=scripted.seconds, stopping=self.stopping)
        if scripted.fault is Fault.CUT:
            return BrokenResponse(status=response.status, body=body, headers=headers, share=0.5)
        if scripted.fault is Fault.DRIP:
            pause = scripted.seconds or 1.0
            return BrokenResponse(
                status=response.status, body=body, headers=headers, share=1.0, pause=pause, stopping=self.stopping
            )
        if scripted.fault is Fault.STRANGER:
            known = headers["X-Sla-Bridge-Instance"].encode()
            strange = headers | {"X-Sla-Bridge-Instance": STRANGER.decode()}
            return Response(status=response.status, body=body.replace(known, STRANGER), headers=strange)
        return response

    def _forged(self, scripted: Scripted, request: ApiRequest) -> Response | None:
        """Return a response that is made up without asking the helpdesk, or None where the fault is of another kind."""
        if code := REFUSALS.get(scripted.fault):
            response = Refusal(code, "scripted").response
            if scripted.retry_after is not None:
                response.headers["Retry-After"] = scripted.retry_after
            return response
        if scripted.fault is Fault.STALE:
            past = self._past.get(self._target(request))
            return None if past is None else replace(past[0], headers=dict(past[0].headers))
        if scripted.fault is Fault.HUGE:
            return Response(body=b'{"items":[' + b" " * scripted.size + b"]}")
        if scripted.fault is Fault.GZIP_BOMB:
            return Response(body=_bomb(scripted.size), headers={"Content-Encoding": "gzip"})
        forged: Mapping[Fault, Response] = {
            Fault.LOGIN_PAGE: Response(body=LOGIN_PAGE, headers={"Content-Type": "text/html; charset=utf-8"}),
            Fault.BROKEN_JSON: Response(body=b'{"items": [{"id": 1, "rev'),
            Fault.EMPTY: Response(),
            Fault.WRONG_JSON: Response(body=b'["something", "else", {"entirely": 7}]'),
            Fault.REDIRECT: Response(status=302, headers={"Location": scripted.location}),
        }
        return forged.get(scripted.fault)

    def _target(self, request: ApiRequest) -> str:
        return f"{request.method} {request.path}?{sorted(request.query.items())}"

    def _remember(self, request: ApiRequest, response: Response) -> None:
        """Keep the last two different responses to a GET: the older is what a stale cache would send."""
        if request.method != "GET" or response.status != 200 or len(response.body) > REMEMBERED_BYTES:
            return
        target = self._target(request)
        with self._lock:
            older, newer = self._past.pop(target, (response, response))
            if SERVER_TIME.sub(b"", newer.body) != SERVER_TIME.sub(b"", response.body):
                older, newer = newer, response
            self._past[target] = (older, newer)
            if len(self._past) > REMEMBERED_TARGETS:
                self._past.popitem(last=False)


def _bomb(size: int) -> bytes:
    return gzip.compress(b" " * size, compresslevel=1, mtime=0)
