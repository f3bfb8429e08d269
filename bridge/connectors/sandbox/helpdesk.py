"""The embedded helpdesk as one object: start it, use its address and keys, let people act."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bridge.connectors.sandbox import feed
from bridge.connectors.sandbox.actions import ActionRunner
from bridge.connectors.sandbox.letters import LetterBox
from bridge.connectors.sandbox.people import People
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import BASES, Api, ApiRequest
from bridge.connectors.sandbox.sample import SampleWriter
from bridge.connectors.sandbox.server import Server
from bridge.connectors.sandbox.store import Store, dump

SCOPES: dict[str, tuple[str, ...]] = {"full": ("read", "write", "setup", "act"), "readonly": ("read",), "noscope": ()}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keys:
    """The helpdesk's API keys: one that may do everything, one that only reads, one that may do nothing."""

    full: str
    readonly: str
    noscope: str


class Sandbox:
    """An embedded helpdesk on loopback.

    `path` is its SQLite file (None: memory); an existing one is taken up again, keys included. `clock` answers its own
    time in POSIX seconds. `port` 0 takes a free one. `rewrite` False serves only `/api/http.php/…`, as a web server
    without rewriting does. `letters` is the folder into which letters go; without one it carries out no actions.
    """

    def __init__(
        self,
        path: Path | str | None = None,
        clock: Callable[[], float] = time.time,
        *,
        port: int = 0,
        rewrite: bool = True,
        letters: Path | LetterBox | None = None,
    ) -> None:
        self.store = Store(path, clock)
        self.people = People(self.store)
        self._actions = ActionRunner(self.store, _box(letters))
        self._api = Api(self.store, self._actions)
        self._port = port
        self._rewrite = rewrite
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        known = {row["scopes"]: row["secret"] for row in self.store.rows("SELECT * FROM keys ORDER BY id DESC")}
        self.keys = Keys(**{name: known.get(dump(scopes)) or self.add_key(scopes) for name, scopes in SCOPES.items()})

    def add_key(
        self,
        scopes: Sequence[str],
        *,
        departments: Sequence[int] | None = None,
        address: str = "127.0.0.1",
        active: bool = True,
    ) -> str:
        """Return a new API key: `departments` limits what it sees, `address` where it may come from."""
        secret = secrets.token_hex(16).upper()
        limit = None if departments is None else dump(list(departments))
        self.store.insert(
            "keys", secret=secret, scopes=dump(list(scopes)), departments=limit, address=address, active=active
        )
        return secret

    @property
    def url(self) -> str:
        """Return the helpdesk's address, like an osTicket's. Raises RuntimeError while it is stopped."""
        if self._server is None:
            raise RuntimeError("the embedded helpdesk is not running: call start()")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def switch_actions(self, letters: Path | LetterBox | None) -> None:
        """Carry out actions from now on, letters into this folder; None switches actions off."""
        self._actions.switch(_box(letters))

    def forget_changes(self) -> None:
        """Drop the feed's past: every cursor handed out so far is answered with 410."""
        feed.forget(self.store)

    def seed_sample(self, now: int) -> list[int]:
        """Add the sample tickets, the youngest some minutes old at `now`; return their ids, oldest ticket first."""
        return SampleWriter(self.store, self.people).write(now)

    def respond(self, request: ApiRequest) -> Response:
        """Return the response to one request. The tests override this to let things go wrong on the way."""
        return self._api.respond(request)

    def start(self) -> Self:
        """Start to answer; return self. A stopped helpdesk starts again at the same port."""
        if self._server is None:
            self._server = Server(self.respond, port=self._port, bases=BASES if self._rewrite else BASES[1:])
            self._port = self._server.server_address[1]
            self._thread = threading.Thread(
                target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="embedded-helpdesk", daemon=True
            )
            self._thread.start()
        return self

    def stop(self) -> None:
        """Stop to answer, open connections included; the rows stay."""
        if self._server is not None and self._thread is not None:
            self._server.close()
            self._thread.join()
            self._server = None

    def close(self) -> None:
        """Stop and close the database."""
        self.stop()
        self.store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


def _box(letters: Path | LetterBox | None) -> LetterBox | None:
    return LetterBox(letters) if isinstance(letters, Path) else letters
