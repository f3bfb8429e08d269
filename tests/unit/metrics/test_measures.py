"""Counters grow over processes, gauges show the last pass, and what was never found out is not told."""

import os
import stat
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.metrics.measures import Measures, PassFigures
from bridge.metrics.names import PREFIX, SERIES
from bridge.metrics.textfile import read_textfile, write_textfile


def told(measures: Measures) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (one.name.removeprefix(PREFIX), tuple(one.labels.values())): one.value
        for family in text_string_to_metric_families(measures.text().decode())
        for one in family.samples
    }


def a_pass(outcome: str = "done", **others) -> PassFigures:
    return PassFigures(outcome=outcome, ended_at=1_000.5, seconds=2.0, **others)


def test_counters_of_two_processes_add_up() -> None:
    first, second = Measures(), Measures()
    first.take(a_pass(counted={"requests_total": 3}, actions={"done": 2, "held": 1}))
    second.restore(first.text().decode())
    second.take(a_pass("helpdesk"))
    second.take(a_pass(counted={"requests_total": 4}, actions={"done": 5}))
    found = told(second)
    assert found["passes_total", ("done",)] == 2
    assert found["passes_total", ("helpdesk",)] == 1
    assert found["requests_total", ()] == 7
    assert found["actions_total", ("done",)] == 7
    assert found["actions_total", ("held",)] == 1
    assert found["pass_seconds_total", ()] == 6


def test_a_pass_that_failed_leaves_gauges_and_the_last_success_as_they_were() -> None:
    measures = Measures()
    measures.take(a_pass(stands={"tickets_overdue": 4}))
    measures.take(PassFigures(outcome="guard", ended_at=2_000, seconds=1))
    found = told(measures)
    assert found["tickets_overdue", ()] == 4
    assert found["last_success_timestamp_seconds", ()] == 1_000.5
    assert found["last_pass_timestamp_seconds", ()] == 2_000


def test_a_pass_that_was_partly_done_is_a_success() -> None:
    measures = Measures()
    measures.take(a_pass("partly"))
    assert told(measures)["last_success_timestamp_seconds", ()] == 1_000.5


def test_a_calendar_that_is_no_more_is_told_no_more_and_an_unread_configuration_changes_none() -> None:
    measures = Measures()
    measures.take(a_pass(calendars={"old": 1.0, "kept": 2.0}))
    measures.take(a_pass())
    assert told(measures)["calendar_end_timestamp_seconds", ("old",)] == 1
    measures.take(a_pass(calendars={"kept": 3.0}))
    found = told(measures)
    assert ("calendar_end_timestamp_seconds", ("old",)) not in found
    assert found["calendar_end_timestamp_seconds", ("kept",)] == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>no metrics</html>",
        'sla_bridge_passes_total{outcome="done" 1\n',
        "sla_bridge_requests_total many\n",
        "node_load1 0.5\n",
        "\x00\x01",
    ],
)
def test_what_is_no_text_of_ours_is_passed_over(text: str) -> None:
    measures = Measures()
    measures.take(a_pass(counted={"requests_total": 3}))
    measures.restore(text)
    assert told(measures)["requests_total", ()] == 3


def test_a_version_that_was_told_by_an_older_bridge_is_not_told_again() -> None:
    measures = Measures()
    measures.restore('sla_bridge_requests_total 1\nsla_bridge_build_info{version="0.0.1"} 1\n')
    assert [labels for (name, labels) in told(measures) if name == "build_info"] != [("0.0.1",)]
    assert sum(name == "build_info" for name, _ in told(measures)) == 1


def test_names_of_calendars_cannot_break_the_format() -> None:
    measures, again = Measures(), Measures()
    measures.take(a_pass(calendars={'a"b\\c\nd': 5.0}))
    again.restore(measures.text().decode())
    assert told(again)["calendar_end_timestamp_seconds", ('a"b\\c\nd',)] == 5


def test_every_counter_stands_at_0_before_it_grows_and_no_gauge_does() -> None:
    found = told(Measures())
    assert set(found.values()) == {0, 1}
    assert {name for name, _ in found} == {name for name, one in SERIES.items() if one.kind == "counter"} | {
        "build_info"
    }
    assert found["passes_total", ("guard",)] == found["actions_total", ("unknown",)] == 0


def test_counters_end_in_total_and_gauges_do_not() -> None:
    for name, metric in SERIES.items():
        assert name.endswith("_total") == (metric.kind == "counter"), name


def test_the_file_is_readable_by_all_whatever_the_umask_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "bridge.prom"
    before = os.umask(0o077)
    try:
        write_textfile(path, b"one\n")
        write_textfile(path, b"two\n")
    finally:
        os.umask(before)
    assert read_textfile(path) == "two\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ["bridge.prom"]


def test_what_a_killed_pass_has_left_half_written_goes_with_the_next_pass(tmp_path: Path) -> None:
    path = tmp_path / "bridge.prom"
    (tmp_path / ".bridge.prom.new").write_bytes(b"half of i")
    write_textfile(path, b"two\n")
    assert [one.name for one in tmp_path.iterdir()] == ["bridge.prom"]


def test_what_cannot_be_replaced_stands_and_leaves_no_draft(tmp_path: Path) -> None:
    target = tmp_path / "bridge.prom"
    target.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_textfile(target, b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["bridge.prom"]


def test_a_link_in_the_place_of_the_file_is_replaced_and_never_followed(tmp_path: Path) -> None:
    precious, path = tmp_path / "precious", tmp_path / "bridge.prom"
    precious.write_text("sla_bridge_requests_total 9\n")
    path.symlink_to(precious)
    assert read_textfile(path) == ""
    write_textfile(path, b"two\n")
    assert precious.read_text() == "sla_bridge_requests_total 9\n"
    assert not path.is_symlink()
