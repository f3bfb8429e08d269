"""The endpoint that a scraper asks, on the loopback unless bridge.yaml opens it to the network."""

from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server

from bridge.errors import StateUnusable


class ScrapeEndpoint:
    """Answers GET with all metrics from a thread of its own, between `start` and `stop`."""

    def __init__(self, listen: str, registry: CollectorRegistry) -> None:
        host, _, port = listen.rpartition(":")
        self._host, self._port, self._registry = host.strip("[]"), int(port), registry
        self._running: tuple[WSGIServer, Thread] | None = None

    @property
    def port(self) -> int:
        """Return where it listens while it runs."""
        return self._port if self._running is None else int(self._running[0].server_address[1])

    def start(self) -> None:
        """Begin to answer. Raises StateUnusable where nothing can listen there."""
        try:
            self._running = start_http_server(self._port, self._host, self._registry)
        except OSError as error:
            raise StateUnusable(
                f"metrics cannot be told at {self._host}:{self._port}: {error.strerror or error}",
                hint="Give `metrics.listen` in bridge.yaml a port that is free; `ss -ltnp` shows who has this one",
            ) from None

    def stop(self) -> None:
        """Answer no more, and let go of the port; again is harmless."""
        running, self._running = self._running, None
        if running is not None:
            server, thread = running
            server.shutdown()
            server.server_close()
            thread.join()
