"""Servers that misbehave below HTTP, or show what they were sent."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CERTIFICATES = Path(__file__).parent / "certificates"


class Heard:
    """What came in, and where."""

    def __init__(self, port: int, scheme: str) -> None:
        self.url = f"{scheme}://127.0.0.1:{port}"
        self.requests: list[bytes] = []
        self.stop = threading.Event()

    @property
    def bytes(self) -> bytes:
        return b"\n".join(self.requests)


@contextmanager
def server(talk: Callable[[socket.socket, Heard], None], *, certificate: str | None = None) -> Iterator[Heard]:
    """Serve `talk(connection, heard)` for every connection, under TLS where a certificate is named."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    heard = Heard(listener.getsockname()[1], "https" if certificate else "http")

    def serve_one(connection: socket.socket) -> None:
        try:
            with connection, context.wrap_socket(connection, server_side=True) if context else connection as wire:
                wire.settimeout(5)
                talk(wire, heard)
        except OSError:
            return

    def serve() -> None:
        while not heard.stop.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        heard.stop.set()
        thread.join(5)
        listener.close()


def request_of(connection: socket.socket, heard: Heard) -> bytes:
    """Read one request's head, remember it."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        if not piece:
            break
        head += piece
    heard.requests.append(head)
    return head


def answering(*lines: str, body: bytes = b"{}") -> Callable[[socket.socket, Heard], None]:
    """Return a talk that gives this answer to every request; without lines it is a good one."""
    head = "\r\n".join([*(lines or ("HTTP/1.1 200 OK",)), f"Content-Length: {len(body)}", "Connection: close", "", ""])

    def talk(connection: socket.socket, heard: Heard) -> None:
        request_of(connection, heard)
        connection.sendall(head.encode() + body)

    return talk
