"""The shipped alert rules and the dashboard ask for what the bridge tells, and each alert says what to do."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from bridge.connectors.shipped import shipped
from bridge.metrics.names import PREFIX, SERIES

FOLDER = shipped("deploy") / "metrics"
RULES = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
EXPRESSIONS = [one["expr"] for one in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]
_NAME = re.compile(rf"{PREFIX}(\w+)(?:\{{([^}}]*)\}})?(\[)?")


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_asks_for_series_that_are_told_with_labels_and_values_that_they_have(expression: str) -> None:
    asked = _NAME.findall(expression)
    assert asked
    assert expression.count("(") == expression.count(")")
    for name, selector, over_time in asked:
        series = SERIES[name]
        assert bool(over_time) == (series.kind == "counter"), (
            "counters are asked for their growth, gauges as they stand"
        )
        for label, values in re.findall(r'(\w+)=~?"([^"]*)"', selector):
            assert label == series.label
            assert set(values.split("|")) <= set(series.values)


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one["alert"])
def test_an_alert_says_how_bad_it_is_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert set(rule["annotations"]) == {"summary", "remedy"}
    assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))


def test_every_label_that_a_text_names_is_one_of_its_series() -> None:
    for rule in RULES:
        ((name, _, _), *_) = _NAME.findall(rule["expr"])
        told = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        assert told <= {SERIES[name].label}, rule["alert"]


def test_no_two_alerts_and_no_two_panels_have_one_name_and_panels_do_not_overlap() -> None:
    panels = DASHBOARD["panels"]
    for names in ([one["alert"] for one in RULES], [one["title"] for one in panels], [one["id"] for one in panels]):
        assert len(set(names)) == len(names)
    cells: set[tuple[int, int]] = set()
    for place in (one["gridPos"] for one in panels):
        mine = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not mine & cells
        assert place["x"] + place["w"] <= 24
        cells |= mine


def test_every_outcome_that_wants_a_person_has_an_alert() -> None:
    text = " ".join(one["expr"] for one in RULES)
    for outcome in ("guard", "helpdesk", "configuration", "state", "bug"):
        assert outcome in text


NEEDS_NO_ALERT = {
    "pass_seconds_total": "the seconds of the last pass are what an alert watches",
    "requests_total": "drawn: how much is asked is right as it is",
    "tickets_examined_total": "what is decided is no trouble",
    "tickets_written_total": "drawn: what is written is no trouble",
    "tickets_open": "drawn: how many there are is no trouble",
    "tickets_at_risk": "drawn: people who work on them know",
    "rollout_waiting_tickets": "falls with each pass, and passes have alerts of their own",
    "standing_troubles": "drawn: a pass tells each when it begins; the grave ones have alerts of their own",
    "build_info": "names the version",
}


def test_what_is_told_has_an_alert_or_a_reason_to_have_none() -> None:
    """A metric that is added later is one that somebody has thought of."""
    watched = {name for rule in RULES for name, _, _ in _NAME.findall(rule["expr"])}
    assert watched | set(NEEDS_NO_ALERT) == set(SERIES)
    assert not watched & set(NEEDS_NO_ALERT)


def test_what_has_no_alert_but_is_called_drawn_is_on_the_dashboard() -> None:
    drawn = {
        name
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
        for name, _, _ in _NAME.findall(target["expr"])
    }
    assert {name for name, why in NEEDS_NO_ALERT.items() if why.startswith("drawn")} <= drawn


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (the Debian package prometheus)"
)
def test_prometheus_itself_takes_the_rules() -> None:
    done = subprocess.run(
        ["promtool", "check", "rules", FOLDER / "alerts.yaml"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(RULES)} rules found" in done.stdout
