"""Connections that another thread can cut.

A socket's timeout starts anew with every byte, so a server that sends a byte a second is never too slow for it. Only
hanging up from outside ends such a read.
"""

import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool


class CuttableAdapter(HTTPAdapter):
    """An adapter of requests, without retries of its own, that knows its open sockets."""

    def __init__(self) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()
        super().__init__(pool_connections=1, pool_maxsize=4, max_retries=0)

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: bool | str | None,  # noqa: FBT001 - the signature is requests' own
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> ConnectionPool:
        """Return the pool for a request; the sockets of its connections are remembered."""
        pool: Any = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if not getattr(pool.ConnectionCls, "remembered", False):
            pool.ConnectionCls = _remembered(pool.ConnectionCls, self._sockets)
        return pool  # type: ignore[no-any-return]

    def cut(self) -> None:
        """Hang up on every open socket, also in the middle of a read by another thread."""
        for one in list(self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _remembered(base: type[Any], sockets: "WeakSet[socket.socket]") -> type[Any]:
    """Return `base` with a `connect` that enters the new socket into `sockets`.

    The connection itself would not do: it lets its socket go as soon as the answer's head says `Connection: close`.
    """

    def connect(self: Any) -> None:
        base.connect(self)
        sockets.add(self.sock)

    return type(base.__name__, (base,), {"connect": connect, "remembered": True})
