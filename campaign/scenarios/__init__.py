"""What is played: one module a scenario, with a `TITLE`, the `PORTION` that it makes of its injections in a minute at most, and
`play(seed, amount, folder)`, which returns an Outcome and finds the same by the same seed."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from campaign.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Scenario:
    """A module by its name, which of its counts has a target, and the target."""

    name: str
    counted: str
    target: int

    @property
    def _module(self) -> Any:
        return import_module(f"{__name__}.{self.name}")

    @property
    def title(self) -> str:
        """What the scenario does, as the page tells it."""
        return str(self._module.TITLE)

    @property
    def portion(self) -> int:
        """How many injections one portion makes."""
        return int(self._module.PORTION)

    @property
    def play(self) -> Callable[[int, int, Path], Outcome]:
        """Play a portion by seed, amount and an empty folder."""
        return self._module.play  # type: ignore[no-any-return]


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("network", "faults", 75_000),
    Scenario("race", "faults", 25_000),
    Scenario("state_loss", "faults", 8_000),
    Scenario("clock", "faults", 8_000),
    Scenario("stopped_leaders", "pauses", 1000),
    Scenario("failover", "failovers", 12),
    Scenario("exposure", "units", 4),
    Scenario("kills", "kills", 20_000),
    Scenario("canary", "outputs", 10_000),
    Scenario("crash_points", "commands", 15),
    Scenario("machine", "faults", 10_000),
    Scenario("bedesk", "kills", 50),
)
