"""What a running service answers to a scraper, and how SIGHUP moves it to another address."""

import signal
import socket
from collections.abc import Callable

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.service import PATIENCE, until
from tests.faults import Fault


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def scraped(port: int) -> dict[str, float]:
    """All metrics by name and label."""
    answer = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5)
    answer.raise_for_status()
    return {
        " ".join((one.name.removeprefix("sla_bridge_"), *one.labels.values())): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


def answers(port: int) -> bool:
    try:
        return bool(scraped(port))
    except requests.ConnectionError:
        return False


@pytest.fixture
def listen(desk_cli) -> Callable[[int | None], None]:
    """Say in bridge.yaml where the service listens, None: nowhere."""
    desk_cli("setup")
    settings = desk_cli.folder / "bridge.yaml"

    def set_to(port: int | None) -> None:
        text = settings.read_text(encoding="utf-8").partition("\nmetrics:")[0]
        more = "" if port is None else f"\nmetrics: {{listen: '127.0.0.1:{port}'}}\n"
        settings.write_text(text + more, encoding="utf-8")

    return set_to


def test_a_running_service_answers_a_scraper_and_each_pass_counts(started, helpdesk, listen):
    port = free_port()
    listen(port)
    service = started()
    service.another_cycle()
    first = scraped(port)
    assert first["passes_total done"] >= 1
    helpdesk.people.create_ticket("a question", email="a@b.example")
    until(lambda: scraped(port)["tickets_written_total"] == 1, "the ticket")
    until(lambda: scraped(port)["tickets_open"] == 1, "the gauge")
    until(lambda: scraped(port)["passes_total done"] >= first["passes_total done"] + 2, "more passes")
    assert service.stop() == 0
    assert not answers(port)


def test_a_scraper_is_answered_while_a_pass_hangs_and_sees_how_it_ended(started, helpdesk, listen):
    port = free_port()
    listen(port)
    service = started()
    service.another_cycle()
    helpdesk.faults.next("changes", Fault.DELAY, seconds=3)
    until(lambda: helpdesk.faults.injected[Fault.DELAY], "the request that hangs")
    assert answers(port)
    helpdesk.faults.next("*", Fault.LOGIN_PAGE, times=10_000)
    until(lambda: scraped(port)["passes_total helpdesk"] >= 1, "a pass that failed")


def test_sighup_moves_it_to_another_address_and_the_counts_begin_anew(started, listen):
    before, after = free_port(), free_port()
    listen(before)
    service = started()
    service.another_cycle(2)
    assert answers(before)
    listen(after)
    service.another_cycle()
    assert not answers(after), "not before it is asked to look"
    service.signal(signal.SIGHUP)
    until(lambda: answers(after), "the new address")
    assert not answers(before)
    service.another_cycle()
    assert scraped(after)["passes_total done"] >= 1


def test_sighup_without_a_change_of_it_keeps_address_and_counts(started, desk_cli, listen):
    port = free_port()
    listen(port)
    service = started()
    service.another_cycle(3)
    counted = scraped(port)["passes_total done"]
    desk_cli.edit("bridge.yaml", "every_seconds: 1,", "every_seconds: 2,")
    service.signal(signal.SIGHUP)
    until(lambda: "on the disk is in force" in service.out, "the new configuration")
    assert scraped(port)["passes_total done"] >= counted


def test_sighup_can_begin_to_listen_and_cease(started, listen):
    port = free_port()
    service = started()
    service.another_cycle()
    assert not answers(port)
    listen(port)
    service.signal(signal.SIGHUP)
    until(lambda: answers(port), "the address")
    listen(None)
    service.signal(signal.SIGHUP)
    until(lambda: not answers(port), "silence")
    service.another_cycle()
    assert service.stop() == 0


def test_an_address_that_somebody_has_is_told_and_passes_go_on(started, listen):
    before = free_port()
    listen(before)
    service = started()
    service.another_cycle()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        listen(holder.getsockname()[1])
        service.signal(signal.SIGHUP)
        until(lambda: "metrics cannot be told at 127.0.0.1" in service.err, "the trouble")
        assert "the rest of the configuration is in force" in service.err
        service.another_cycle(2)
    after = free_port()
    listen(after)
    service.signal(signal.SIGHUP)
    until(lambda: answers(after), "an address that is free")
    assert service.stop() == 0


def test_at_its_start_an_address_that_somebody_has_stops_the_service_with_9(started, listen):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        listen(holder.getsockname()[1])
        service = started()
        assert service.process.wait(PATIENCE) == 9
    assert "metrics.listen" in service.err


def test_a_broken_configuration_leaves_the_address_as_it_was(started, desk_cli, listen):
    port = free_port()
    listen(port)
    service = started()
    service.another_cycle()
    desk_cli.edit("bridge.yaml", "metrics: {listen: '127.0.0.1:", "metrics: {listen: '0.0.0.0:")
    service.signal(signal.SIGHUP)
    until(lambda: "stays as it was" in service.err, "the refusal")
    service.another_cycle()
    assert answers(port)
