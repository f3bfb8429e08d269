"""The double as one object: start it, use its address and token, let people act."""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Self

from bridge.connectors.bedesk_double.assumptions import Assumptions
from bridge.connectors.bedesk_double.desk import DoubleDesk
from bridge.connectors.bedesk_double.routes import DoubleApi
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from bridge.connectors.sandbox.server import Server


class BedeskDouble:
    """A double of BeDesk on loopback, in memory. `clock` answers its own time in POSIX seconds; `port` 0 takes a free one."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        *,
        assumptions: Assumptions | None = None,
        port: int = 0,
        token: str | None = None,
    ) -> None:
        self.desk = DoubleDesk(clock, assumptions or Assumptions())
        self.token = token or secrets.token_hex(20)
        self._api = DoubleApi(self.desk, self.token)
        self._port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Return the address of its start page. Raises RuntimeError while it is stopped."""
        if self._server is None:
            raise RuntimeError("the double is not running: call start()")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def respond(self, request: ApiRequest) -> Response:
        """Return the response to one request. The tests override this to let things happen on the way."""
        return self._api.respond(request)

    def start(self) -> Self:
        """Start to answer; return self."""
        if self._server is None:
            self._server = Server(self.respond, port=self._port, bases=("",))
            self._port = self._server.server_address[1]
            self._thread = threading.Thread(
                target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="bedesk-double", daemon=True
            )
            self._thread.start()
        return self

    def close(self) -> None:
        """Stop to answer, open connections included; again is harmless."""
        if self._server is not None and self._thread is not None:
            self._server.close()
            self._thread.join()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()
