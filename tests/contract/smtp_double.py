"""A mail server on the loopback that takes letters, or fails in one of the ways in which mail servers fail."""

import socket
import threading
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

WAYS = ("takes", "is silent", "drips", "closes at greeting", "refuses the sender", "refuses the recipient",
        "puts the recipient off", "closes at DATA", "dies within the letter", "dies after the letter",
        "is silent after the letter", "rejects the letter", "rejects it without a word", "talks without end")  # fmt: skip
"""How it may behave, from the greeting to the reply that a letter was taken."""


class SmtpDouble:
    """One server; `way` may be changed between letters. What osTicket itself sends meanwhile does not count."""

    def __init__(self, way: str = "takes") -> None:
        assert way in WAYS
        self.way = way
        self._arrived: list[tuple[EmailMessage, str, list[str]]] = []
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def letters(self) -> list[EmailMessage]:
        """Return the plugin's letters whose last line arrived, taken or not."""
        return [letter for letter, _, _ in self._ours()]

    @property
    def envelopes(self) -> list[tuple[str, list[str]]]:
        """Return who sent them, and to whom."""
        return [(sender, people) for _, sender, people in self._ours()]

    def _ours(self) -> list[tuple[EmailMessage, str, list[str]]]:
        return [one for one in self._arrived if str(one[0]["Message-ID"]).startswith("<sla-")]

    def close(self) -> None:
        """Stop listening, and hang up on whoever waits."""
        if self._server.fileno() >= 0:
            # Closed alone, it would go on listening until the next connection.
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
        for connection in self._open:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            self._converse(connection, self.way)
        except (OSError, ValueError):
            pass
        finally:
            if "silent" not in self.way:
                connection.close()

    def _converse(self, connection: socket.socket, way: str) -> None:
        say: Callable[[str], None] = lambda line: connection.sendall(f"{line}\r\n".encode())  # noqa: E731
        if way == "is silent" or way == "closes at greeting":
            return
        while way == "drips":
            connection.sendall(b"2")
            time.sleep(0.3)
        while way == "talks without end":
            say("220-still here")
            time.sleep(0.05)
        say("220 double ready")
        lines = connection.makefile("rb")
        sender, people = "", list[str]()
        for raw in lines:
            word, _, rest = raw.decode().strip().partition(" ")
            match word.upper():
                case "EHLO" | "HELO":
                    say("250-double")
                    say("250 8BITMIME")
                case "MAIL":
                    people = []
                    sender = rest.partition("<")[2].partition(">")[0]
                    say("550 5.1.8 not from here" if way == "refuses the sender" else "250 ok")
                case "RCPT":
                    people.append(rest.partition("<")[2].partition(">")[0])
                    say({"refuses the recipient": "550 5.1.1 nobody of that name",
                         "puts the recipient off": "451 4.7.1 come again later"}.get(way, "250 ok"))  # fmt: skip
                case "DATA":
                    if way == "closes at DATA" or not self._take(lines, say, way, sender, people):
                        return
                case "QUIT":
                    say("221 bye")
                    return
                case _:
                    say("250 ok")

    def _take(
        self, lines: "socket.SocketIO", say: Callable[[str], None], way: str, sender: str, people: list[str]
    ) -> bool:
        """Read a letter; return whether the conversation goes on."""
        say("354 go on")
        content = b""
        for raw in lines:
            if raw == b".\r\n":
                break
            content += raw.removeprefix(b".") if raw.startswith(b"..") else raw
            if way == "dies within the letter":
                return False
        self._arrived.append((cast("EmailMessage", message_from_bytes(content, policy=default)), sender, people))
        if way in ("dies after the letter", "is silent after the letter"):
            return False
        say({"rejects the letter": "550 5.7.1 no such letters here", "rejects it without a word": "550"}.get(
            way, "250 2.0.0 taken"))  # fmt: skip
        return True
