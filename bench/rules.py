"""How long a policy of many rules takes to load: the shipped agreement with 100, 300 and 1,000 rules of customers before its own.

Run `python -m bench.rules [--against COMMIT]`.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.figures import Figure, shown
from bench.sides import Side, Worker, asked, least, sides, workers

ROUNDS = {100: 5, 300: 3, 1_000: 2}
"""By how many rules there are more than the shipped ones."""
MOST = {1_000: 2.0}
"""Seconds."""

_LEVELS = ("general", "standard", "urgent")
_RULE = """\
  - id: own-{number}
    level: {level}
    when:
      topic: [Topic {number}, Тема {number}]
      fields: {{product: Product {product}}}
      customer: {{tier: [gold, silver]}}
      priority: [High, Emergency]
      condition: commercial-customer
"""


def measure(measured: Sequence[Worker]) -> Iterator[Figure]:
    """Yield the figures."""
    for size, rounds in ROUNDS.items():
        with tempfile.TemporaryDirectory() as scratch:
            contest = {}
            for number, worker in enumerate(measured):
                folder = Path(scratch) / str(number)
                rules = written(worker.side, folder, size)
                contest[worker.side.name] = partial(worker.seconds, "load", folder=str(folder))
            own, earlier = least(contest, rounds)
        yield Figure(
            what=f"load a policy of {rules:,} rules",
            seconds=own,
            earlier=earlier,
            at_most=MOST.get(size),
        )


def written(side: Side, folder: Path, size: int) -> int:
    """Write the side's shipped configuration with so many more rules; return how many rules there are then."""
    shutil.copytree(side.tree / "config", folder, ignore=shutil.ignore_patterns("examples", "*_test.yaml"))
    file = folder / "policies" / "agrosoft.yaml"
    head, rules, tail = file.read_text(encoding="utf-8").partition("\nrules:\n")
    own = "".join(_RULE.format(number=one, level=_LEVELS[one % len(_LEVELS)], product=one % 17) for one in range(size))
    file.write_text(head + rules + own + tail, encoding="utf-8")
    return size + tail.partition("\nchecks:\n")[0].count("- id: ")


def main() -> None:
    """Measure and print."""
    with sides(asked(__doc__).against) as measured, workers(measured) as started:
        shown(measure(started), [one.name for one in measured])


if __name__ == "__main__":
    main()
