"""`sync` tells its figures as a textfile that a collector reads."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.cli.wiring.configuration import read_settings
from bridge.cli.wiring.measuring import Metering
from bridge.connectors.sandbox import Sandbox
from bridge.errors import HelpdeskUnavailable
from bridge.metrics.names import BUG, OUTCOMES
from bridge.sync.memory.lock import exclusive


@pytest.fixture
def measured(desk_cli, helpdesk: Sandbox):
    for index in range(3):
        helpdesk.people.create_ticket(f"Вопрос {index}", "Не открывается отчёт", email=f"user{index}@unknown.example")
    assert desk_cli("setup").code == 0
    desk_cli.edit("bridge.yaml", "version: 1", "version: 1\nmetrics: {textfile: ../bridge.prom}")
    return desk_cli


def figures(cli) -> dict[str, float]:
    text = (cli.folder.parent / "bridge.prom").read_text(encoding="utf-8")
    return {
        "|".join([one.name.removeprefix("sla_bridge_"), *one.labels.values()]): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_a_pass_tells_what_it_did_and_what_stands(measured) -> None:
    done = measured("sync", "--json").json
    found = figures(measured)
    assert found["passes_total|done"] == 1
    assert found["tickets_written_total"] == done["written"] == 3
    assert found["tickets_examined_total"] == 3
    assert found["requests_total"] == done["requests"]
    assert found["tickets_open"] == 3
    assert found["tickets_overdue"] == found["tickets_at_risk"] == found["tickets_skipped_total"] == 0
    assert abs(found["last_success_timestamp_seconds"] - done["at"]) < 60
    assert found["registry_as_of_timestamp_seconds"] > 0
    assert any(name.startswith("calendar_end_timestamp_seconds|") for name in found)


def test_an_idle_pass_adds_one_pass_and_one_request_and_keeps_what_it_did_not_read(measured) -> None:
    measured("sync")
    before = figures(measured)
    measured("sync")
    after = figures(measured)
    assert after["passes_total|done"] == 2
    assert after["requests_total"] == before["requests_total"] + 1
    assert after["tickets_written_total"] == before["tickets_written_total"]
    kept = "registry_as_of_timestamp_seconds"
    assert after[kept] == before[kept]


def test_a_pass_that_an_undo_holds_is_told_as_held_until_it_is_released(measured) -> None:
    run = measured("sync", "--json").json["run"]
    assert figures(measured)["held"] == 0
    assert measured("state", "undo", str(run)).code == 0
    assert measured("sync").code == 6
    held = figures(measured)
    assert (held["held"], held["passes_total|guard"], held["tickets_open"]) == (1, 1, 3)
    assert measured("sync", "--release").code == 0
    assert figures(measured)["held"] == 0


def test_a_file_that_went_away_is_told_whole_again_by_the_next_pass_that_ends_well(measured, monkeypatch) -> None:
    measured("sync")
    before = figures(measured)
    (measured.folder.parent / "bridge.prom").unlink()
    with monkeypatch.context() as without:
        without.delenv("SLA_BRIDGE_KEY")
        assert measured("sync").code == 3
    assert figures(measured)["passes_total|configuration"] == 1
    assert measured("sync").code == 0
    assert figures(measured).keys() >= before.keys()


def test_overdue_tickets_are_counted_until_they_are_closed(measured, helpdesk: Sandbox) -> None:
    long_ago = int(helpdesk.store.clock()) - 60 * 86_400
    old = [
        helpdesk.people.create_ticket("Старый", "Не работает", email=f"old{one}@unknown.example", at=long_ago)
        for one in range(2)
    ]
    measured("sync")
    found = figures(measured)
    assert (found["tickets_overdue"], found["tickets_open"]) == (2, 5)
    helpdesk.people.close(old[0])
    measured("sync")
    found = figures(measured)
    assert (found["tickets_overdue"], found["tickets_open"]) == (1, 4)


@pytest.mark.parametrize(
    ("breaks", "outcome", "code"),
    [
        (lambda cli, _: cli.edit("bridge.yaml", "{env: SLA_BRIDGE_KEY}", "{env: NOBODY_SET_THIS}"), "configuration", 3),
        (lambda cli, _: cli.edit("policies/agrosoft.yaml", "levels:", "levles:"), "configuration", 3),
        (lambda _, desk: desk.close(), "helpdesk", 5),
    ],
    ids=["no key", "a broken policy", "a helpdesk that is away"],
)
def test_a_pass_that_fails_is_counted_by_how_it_ended(measured, helpdesk: Sandbox, breaks, outcome, code) -> None:
    measured("sync")
    success = figures(measured)["last_success_timestamp_seconds"]
    breaks(measured, helpdesk)
    assert measured("sync").code == code
    found = figures(measured)
    assert found[f"passes_total|{outcome}"] == 1
    assert found["passes_total|done"] == 1
    assert found["last_success_timestamp_seconds"] == success
    assert found["tickets_open"] == 3


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        (KeyboardInterrupt(), OUTCOMES[130]),
        (SystemExit(143), OUTCOMES[130]),
        (KeyError("a fault of ours"), BUG),
        (HelpdeskUnavailable("it is away"), OUTCOMES[5]),
    ],
)
def test_whatever_ends_a_pass_is_counted_as_what_it_is_and_goes_on(measured, ends: BaseException, outcome: str) -> None:
    with pytest.raises(type(ends)), Metering(read_settings(measured.folder)).one_pass():
        raise ends
    assert {name: count for name, count in figures(measured).items() if name.startswith("passes_total") and count} == {
        f"passes_total|{outcome}": 1
    }


def test_a_pass_that_was_partly_done_is_counted_as_that(measured) -> None:
    with Metering(read_settings(measured.folder)).one_pass() as reading:
        reading.partly = True
    found = figures(measured)
    assert (found[f"passes_total|{OUTCOMES[4]}"], found[f"passes_total|{OUTCOMES[0]}"]) == (1, 0)


def test_one_that_finds_another_at_work_leaves_the_file_to_it(measured) -> None:
    measured("sync")
    before = figures(measured)
    with exclusive(measured.folder.parent / "state" / "state.sqlite3.lock"):
        assert measured("sync").code == 7
    assert figures(measured) == before


def test_a_file_that_cannot_be_written_is_a_warning_and_the_pass_stands(measured, helpdesk: Sandbox) -> None:
    measured.edit("bridge.yaml", "../bridge.prom", "nowhere/bridge.prom")
    result = measured("sync")
    assert result.code == 0
    assert "warning: the file of metrics" in result.err
    assert "No such file or directory" in result.err


def test_counts_go_on_in_memory_while_the_file_cannot_be_written(measured, tmp_path: Path) -> None:
    metering = Metering(read_settings(measured.folder))
    path = tmp_path / "bridge.prom"
    with metering.one_pass():
        pass
    told = path.read_text()
    path.unlink()
    path.mkdir()
    with metering.one_pass():
        pass
    path.rmdir()
    path.write_text(told)
    with metering.one_pass():
        pass
    assert figures(measured)["passes_total|done"] == 3


def test_nothing_is_written_and_nothing_imported_where_metrics_are_not_asked_for(desk_cli, helpdesk: Sandbox) -> None:
    assert desk_cli("setup").code == 0
    assert desk_cli("sync").code == 0
    assert not list(Path(desk_cli.folder.parent).glob("*.prom"))


def test_passes_of_several_processes_lose_no_count(measured) -> None:
    for _ in range(5):
        measured("sync")
    assert figures(measured)["passes_total|done"] == 5


@pytest.mark.parametrize(
    ("metrics", "says"),
    [
        ("{listen: 0.0.0.0:9108}", "other hosts reach 0.0.0.0:9108"),
        ("{listen: '[::]:9108'}", "other hosts reach [::]:9108"),
        ("{listen: 192.168.0.7:9108}", "other hosts reach 192.168.0.7:9108"),
        ("{listen: localhost:9108}", "no address to listen at"),
        ("{listen: 127.0.0.1}", "no address to listen at"),
        ("{listen: 127.0.0.1:99999}", "no address to listen at"),
        ("{listen: '::1:9108'}", "no address to listen at"),
        ("{file: x.prom}", "textfile"),
    ],
)
def test_an_address_that_would_not_do_is_refused_with_its_place(desk_cli, metrics: str, says: str) -> None:
    desk_cli.edit("bridge.yaml", "version: 1", f"version: 1\nmetrics: {metrics}")
    result = desk_cli("sync")
    assert result.code == 3
    assert says in result.err
    assert "bridge.yaml:" in result.err


def test_an_address_for_other_hosts_has_to_be_meant(desk_cli) -> None:
    desk_cli.edit("bridge.yaml", "version: 1", "version: 1\nmetrics: {listen: 0.0.0.0:9108, open_to_network: true}")
    assert desk_cli("state", "show").code == 0


def test_metrics_without_their_package_say_what_to_install(desk_cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.settings.load.find_spec", lambda name: None)
    desk_cli.edit("bridge.yaml", "version: 1", "version: 1\nmetrics: {textfile: x.prom}")
    result = desk_cli("sync")
    assert result.code == 3
    assert "osticket-sla-bridge[metrics]" in result.err
