"""What has been measured so far: counters that only grow, and what stood at the last pass."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from bridge.metrics.names import COUNTER, DONE, PARTLY, PREFIX, SERIES

_Place = tuple[str, str]
"""A metric's name and the value of its label."""


_ZEROS: dict[_Place, float] = {
    (name, label): 0.0
    for name, one in SERIES.items()
    if one.kind == COUNTER
    for label in (one.values if one.label else ("",))
}
"""Counters stand at 0 before they first grow: a scraper that has never seen one sees no growth when it appears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassFigures:
    """One pass: `outcome` is a word of OUTCOMES, `ended_at` POSIX seconds. `counted` is what it adds to counters and `stands`
    what gauges show from now on, both by the metric's name; what it could not find out is left out and stays as it was.
    `actions` count by state; `calendars` are the ends of published holidays, None where the configuration was not read.
    """

    outcome: str
    ended_at: float
    seconds: float
    counted: Mapping[str, float] = field(default_factory=dict)
    stands: Mapping[str, float] = field(default_factory=dict)
    actions: Mapping[str, float] = field(default_factory=dict)
    calendars: Mapping[str, float] | None = None


class Measures(Collector):
    """Takes in passes and tells all metrics as text. Safe to be asked by other threads."""

    def __init__(self) -> None:
        self._values: dict[_Place, float] = {}
        self._lock = threading.Lock()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    @property
    def registry(self) -> CollectorRegistry:
        """Return what an endpoint asks."""
        return self._registry

    @property
    def empty(self) -> bool:
        """Return whether no pass that ended well has been taken in yet."""
        return ("last_success_timestamp_seconds", "") not in self._values

    def restore(self, text: str) -> None:
        """Go on from what an earlier process told; what is no text of metrics is passed over, and counters begin anew."""
        known: dict[_Place, float] = {}
        try:
            for family in text_string_to_metric_families(text):
                for sample in family.samples:
                    name = sample.name.removeprefix(PREFIX)
                    if name in SERIES:
                        label = SERIES[name].label
                        known[name, sample.labels.get(label, "") if label else ""] = float(sample.value)
        except (ValueError, KeyError, IndexError):
            return
        if not known:
            return
        with self._lock:
            self._values = {place: value for place, value in known.items() if place[0] != "build_info"}

    def take(self, figures: PassFigures) -> None:
        """Take in a pass that has ended."""
        grown: dict[_Place, float] = {(name, ""): value for name, value in figures.counted.items()}
        grown |= {("actions_total", state): count for state, count in figures.actions.items()}
        grown |= {("passes_total", figures.outcome): 1, ("pass_seconds_total", ""): figures.seconds}
        stands: dict[_Place, float] = {(name, ""): value for name, value in figures.stands.items()}
        stands["last_pass_seconds", ""] = figures.seconds
        stands["last_pass_timestamp_seconds", ""] = figures.ended_at
        if figures.outcome in {DONE, PARTLY}:
            stands["last_success_timestamp_seconds", ""] = figures.ended_at
        with self._lock:
            for place, value in grown.items():
                self._values[place] = self._values.get(place, 0) + value
            if figures.calendars is not None:
                # A calendar that was renamed or removed must not be warned of for ever.
                self._values = {
                    place: value
                    for place, value in self._values.items()
                    if place[0] != "calendar_end_timestamp_seconds"
                }
                stands |= {("calendar_end_timestamp_seconds", one): end for one, end in figures.calendars.items()}
            self._values |= stands

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Yield every counter, and every gauge of which something is known."""
        with self._lock:
            values = {**_ZEROS, **self._values, ("build_info", version("osticket-sla-bridge")): 1.0}
        for name, metric in SERIES.items():
            found = sorted((label, value) for (one, label), value in values.items() if one == name)
            if not found:
                continue
            family = (CounterMetricFamily if metric.kind == COUNTER else GaugeMetricFamily)(
                PREFIX + name, metric.meaning, labels=[metric.label] if metric.label else []
            )
            for label, value in found:
                family.add_metric([label] if metric.label else [], value)
            yield family

    def text(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)
