"""HTTP on loopback: reads requests, hands them on, sends what comes back."""

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest

BODY_BYTES_AT_MOST = 8 * 1024 * 1024


class Server(ThreadingHTTPServer):
    """The web server: `respond` gets the requests whose path begins with one of `bases`; others find nothing."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, respond: Callable[[ApiRequest], Response], *, port: int, bases: Sequence[str]) -> None:
        self.respond = respond
        self.bases = bases
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
        """Report nothing: clients of a test helpdesk hang up in the middle all the time."""

    def close(self) -> None:
        """Stop answering and drop every connection."""
        self.shutdown()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive over many requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def handle_one_request(self) -> None:
        """Read one request, respond whatever its method, and keep the connection unless the response ends it."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or len(self.raw_requestline) > 65_536 or not self.parse_request():
            self.close_connection = True
            return
        response = self._respond()
        self.close_connection = self.close_connection or response.closes
        response.send(self.wfile, closes=self.close_connection)

    def _respond(self) -> Response:
        address = urlsplit(self.path)
        base = next((base for base in self.server.bases if address.path.startswith(base + "/")), None)
        body = self._body()
        if base is None:
            # What a web server without the plugin says, and one that does not rewrite.
            return Response(status=404, body=b"<h1>404 Not Found</h1>", headers={"Content-Type": "text/html"})
        request = ApiRequest(
            method=self.command,
            path=address.path[len(base) :],
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            address=self.client_address[0],
        )
        return self.server.respond(request)

    def _body(self) -> bytes | None:
        """Return the request's body, None for one that is too large to be read."""
        length = self.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True  # where the next request would begin is anybody's guess
            return b""
        if int(length) > BODY_BYTES_AT_MOST:
            self._skip(int(length))
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _skip(self, length: int) -> None:
        # A client that is still sending would see a reset instead of the 413; up to a bound its body is read.
        left = min(length, 4 * BODY_BYTES_AT_MOST)
        while left > 0 and (piece := self.rfile.read(min(left, 65_536))):
            left -= len(piece)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Log nothing: a key must not reach any log."""
