"""The endpoint answers a scraper on the loopback, stops at once, and says who has its port."""

import socket
from collections.abc import Iterator

import pytest
import requests

from bridge.errors import StateUnusable
from bridge.metrics.endpoint import ScrapeEndpoint
from bridge.metrics.measures import Measures, PassFigures


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def measures() -> Measures:
    return Measures()


@pytest.fixture
def endpoint(measures: Measures) -> Iterator[ScrapeEndpoint]:
    endpoint = ScrapeEndpoint(f"127.0.0.1:{free_port()}", measures.registry)
    endpoint.start()
    yield endpoint
    endpoint.stop()


def scraped(endpoint: ScrapeEndpoint, method: str = "GET") -> str:
    answer = requests.request(method, f"http://127.0.0.1:{endpoint.port}/metrics", timeout=5)
    answer.raise_for_status()
    return answer.text


def test_a_scraper_sees_each_pass_as_it_ends(endpoint: ScrapeEndpoint, measures: Measures) -> None:
    assert 'sla_bridge_passes_total{outcome="done"} 0.0' in scraped(endpoint)
    for _ in range(2):
        measures.take(PassFigures(outcome="done", ended_at=1, seconds=1))
    assert 'sla_bridge_passes_total{outcome="done"} 2.0' in scraped(endpoint)
    assert scraped(endpoint) == measures.text().decode()


def test_it_only_tells(endpoint: ScrapeEndpoint) -> None:
    with pytest.raises(requests.HTTPError, match="405"):
        scraped(endpoint, "POST")


def test_once_stopped_its_port_is_free_and_stopping_again_is_harmless(endpoint: ScrapeEndpoint) -> None:
    port = endpoint.port
    endpoint.stop()
    endpoint.stop()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    endpoint.start()
    assert "sla_bridge_build_info" in scraped(endpoint)


def test_its_socket_is_closed_when_it_stops_and_not_when_nobody_knows_it_any_more(endpoint: ScrapeEndpoint) -> None:
    assert endpoint._running is not None
    server, thread = endpoint._running
    endpoint.stop()
    assert (server.socket.fileno(), thread.is_alive()) == (-1, False)


def test_a_scraper_that_never_asks_keeps_neither_others_nor_the_end_waiting(endpoint: ScrapeEndpoint) -> None:
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=5):
        assert "sla_bridge_build_info" in scraped(endpoint)
        endpoint.stop()


def test_a_port_that_somebody_has_is_told_with_the_setting_to_change() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        endpoint = ScrapeEndpoint(f"127.0.0.1:{holder.getsockname()[1]}", Measures().registry)
        with pytest.raises(StateUnusable, match=r"metrics cannot be told at 127\.0\.0\.1") as refused:
            endpoint.start()
        assert "metrics.listen" in refused.value.hint
        endpoint.stop()
