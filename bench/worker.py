"""Does pieces of work with the `bridge` of one tree, for a bench that lets two trees take turns.

Run `python -m bench.worker TREE` with that tree first on PYTHONPATH. Each line on standard input orders a piece of work as
JSON, each answer is the seconds of processor time that it took. What the work needs is made beforehand and not counted.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from bench import calendars, sample
from bench.homes import named
from bench.sample import CHUNK
from bridge import decide, load_policy
from bridge.tickets import Reference, Requester, Ticket

MOMENT = datetime.fromtimestamp(sample.NOW, UTC)


class Works:
    """The kinds of work. Each method takes the details of an order and returns the seconds."""

    def __init__(self, tree: Path) -> None:
        self._config = tree / "config"
        self._registry: Any = None
        self._rates: dict[tuple[str, str], Callable[[], float]] = {}

    @cached_property
    def policy(self) -> Any:
        """The tree's shipped policy."""
        return load_policy(self._config)

    @cached_property
    def clocks(self) -> Any:
        """The same policy without its eligibility checks."""
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            for path in self._config.rglob("*.yaml"):
                if "examples" not in path.parts and not path.stem.endswith("_test"):
                    text, _, _ = path.read_text(encoding="utf-8").partition("\nchecks:\n")
                    copy = folder / path.relative_to(self._config)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.write_text(text + "\n", encoding="utf-8")
            return load_policy(folder)

    @cached_property
    def small(self) -> Any:
        """The catalogue of one product."""
        return named("read_catalogue")(sample.SMALL_CATALOGUE.encode(), file="catalogue.yaml")

    @cached_property
    def large(self) -> Any:
        """The catalogue of many products."""
        return named("read_catalogue")(sample.large_catalogue().encode(), file="catalogue.yaml")

    @cached_property
    def pairs(self) -> list[sample.Pair]:
        """The tickets of repeating customers."""
        return sample.repeating()

    def decide(self, *, chunk: int, checks: bool = True, receipts: bool = False) -> float:
        """Decide a chunk of tickets of repeating customers."""
        policy = self.policy if checks else self.clocks
        return _decided(self.pairs[chunk * CHUNK :][:CHUNK], policy, self.small, receipts=receipts)

    def differing(self, *, chunk: int, lap: int) -> float:
        """Decide a chunk of tickets of customers that were never seen before: in each lap others."""
        fresh = sample.differing(self.pairs[chunk * CHUNK :][:CHUNK], lap * len(self.pairs) + chunk * CHUNK)
        return _decided(fresh, self.policy, self.large)

    def load(self, *, folder: str) -> float:
        """Load the policy of a configuration folder."""
        return timed(lambda: load_policy(folder))

    def registry(self, *, folder: str) -> float:
        """Load the customers of a configuration folder."""
        load = named("load_registry")

        def work() -> None:
            # By default the description is `registry.yaml`, in every commit; the parameter that names another changed.
            self._registry = load(Path(folder) / "registry", now=int(time.time()))

        return timed(work)

    def lookups(self, *, count: int, asked: int) -> float:
        """Look up customers by their addresses among the `count` that were loaded last, each time another one."""
        registry, now = self._registry.registry, int(time.time())
        tickets = [_from(f"buh@farm{one * 7919 % count}.example", now) for one in range(asked)]

        def work() -> None:
            for ticket in tickets:
                registry.lookup(ticket, now=now)

        return timed(work)

    def calendar(self, *, what: str, zone: str) -> float:
        """Answer one round of the calendar's questions; return the seconds of one answer."""
        if (what, zone) not in self._rates:
            asked = calendars.questions(calendars.ZONES[zone])
            self._rates[what, zone] = calendars.rate(getattr(calendars.ours(), what), asked)
        return 1 / self._rates[what, zone]()


def _from(email: str, now: int) -> Ticket:
    nothing = {"id": 1, "number": "", "rev": "", "department": Reference(), "status": Reference(state="open")}
    return Ticket(created_at=now, requester=Requester(email=email), **nothing)


def _decided(pairs: list[sample.Pair], policy: Any, catalogue: Any, *, receipts: bool = False) -> float:
    begun = time.process_time()
    for ticket, answer in pairs:
        decide(ticket, policy, now=MOMENT, registry=answer, catalogue=catalogue, receipts=receipts)
    return time.process_time() - begun


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that the work took."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Answer orders until there are no more."""
    works = Works(Path(sys.argv[1]))
    for line in sys.stdin:
        order = json.loads(line)
        print(getattr(works, order.pop("work"))(**order), flush=True)


if __name__ == "__main__":
    main()
