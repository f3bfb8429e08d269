"""HTTP on loopback: reads requests, lets the script of faults have its say, sends answers."""

import socket
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from bridge.connectors.sandbox.answers import Answer, Refusal
from bridge.connectors.sandbox.faults import Faults, Sender
from bridge.connectors.sandbox.routes import BASES, Api, Request

BODY_BYTES_AT_MOST = 8 * 1024 * 1024
JOURNAL_LENGTH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request as the helpdesk saw it; `status` 0 means that no answer of its own was sent."""

    method: str
    route: str
    target: str
    status: int
    sent_bytes: int


class Server(ThreadingHTTPServer):
    """The embedded helpdesk's web server; `rewrite` False serves the `http.php` form of the addresses alone."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, api: Api, faults: Faults, *, port: int, rewrite: bool) -> None:
        self.api = api
        self.faults = faults
        self.bases = BASES if rewrite else BASES[1:]
        self.journal: deque[Exchange] = deque(maxlen=JOURNAL_LENGTH)
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Remember the connection, so that stopping ends kept-alive ones too."""
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Forget the connection and close it."""
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that went away is the daily bread of a server full of faults."""

    def close(self) -> None:
        """Stop answering and drop every connection."""
        self.stopping.set()
        self.shutdown()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive over many requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def handle_one_request(self) -> None:
        """Read one request, answer it whatever its method, and keep the connection unless a fault says otherwise."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or len(self.raw_requestline) > 65_536 or not self.parse_request():
            self.close_connection = True
            return
        answer, fault_sender = self._answer()
        sender = fault_sender or Sender()
        self.close_connection |= sender.closes
        sender.send(self, answer)

    def _answer(self) -> tuple[Answer, Sender | None]:
        parts = urlsplit(self.path)
        base = next((base for base in self.server.bases if parts.path.startswith(base + "/")), None)
        body = self._body()
        if base is None:
            # What a web server without the plugin says, and one that does not rewrite.
            return Answer(status=404, body=b"<h1>404 Not Found</h1>", headers={"Content-Type": "text/html"}), None
        if body is None:
            self.close_connection = True
            answer = Refusal("too_large", "the body is larger than 8 MiB", "send fewer items at once").answer
            answer.headers.update(self.server.api.headers())
            return answer, None
        request = Request(
            method=self.command,
            path=parts.path[len(base) :],
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            address=self.client_address[0],
        )
        answer, sender = self.server.faults.meddle(request, self.server.api)
        status = answer.status if sender is None or sender.answers else 0
        exchange = Exchange(
            method=request.method, route=request.route, target=self.path, status=status, sent_bytes=len(answer.body)
        )
        self.server.journal.append(exchange)
        return answer, sender

    def _body(self) -> bytes | None:
        """Return the request's body, None for one that is too large to be read."""
        length = self.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True  # where the next request would begin is anybody's guess
            return b""
        if int(length) > BODY_BYTES_AT_MOST:
            self._skip(int(length))
            return None
        return self.rfile.read(int(length))

    def _skip(self, length: int) -> None:
        # A client that is still sending would see a reset instead of the 413; up to a bound we hear it out.
        left = min(length, 4 * BODY_BYTES_AT_MOST)
        while left > 0 and (piece := self.rfile.read(min(left, 65_536))):
            left -= len(piece)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Log nothing: the journal has it, and a key must not reach any log."""
