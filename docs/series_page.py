"""The reference page of what is told to Prometheus, made of the bridge's own table."""

from bridge.metrics.names import PREFIX, SERIES
from docs.reference_pages import GENERATED

_HEAD = f"""\
# Metrics

{GENERATED}

Every pass tells what it did and what stands: `metrics.textfile` in bridge.yaml names a file that it replaces, for a collector of
textfiles such as node_exporter's, and `metrics.listen` an address at which `sla-bridge run` answers a scraper
([how to watch it](../how-to/watch-it.md)). Nothing in there is about a person: it holds numbers and names of calendars.

Counters go on over processes as long as the textfile stands. A pass that fails leaves gauges as they were, and one that finds
another at work is not counted. What the bridge has not found out yet is not told at all.

| name | kind | label | meaning |
| --- | --- | --- | --- |
"""


def metrics_page() -> str:
    """Return the page."""
    rows = [f"| `{PREFIX}{name}` | {one.kind} | {one.label} | {one.meaning} |" for name, one in SERIES.items()]
    return _HEAD + "\n".join(rows) + "\n"
