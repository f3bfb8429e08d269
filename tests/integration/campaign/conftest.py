"""How a mutant of the bridge is found out: by one storm or another."""

from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.outcome import Outcome

_STORMS = 8


@pytest.fixture
def found(tmp_path: Path) -> Callable[[Callable[[int, int, Path], Outcome], int], Outcome]:
    """Play storms of so many injections until one finds something: what a storm meets depends on threads, not on its seed alone."""

    def play(scenario: Callable[[int, int, Path], Outcome], amount: int) -> Outcome:
        for seed in range(1, _STORMS + 1):
            folder = tmp_path / str(seed)
            folder.mkdir()
            outcome = scenario(seed, amount, folder)
            if outcome.findings:
                return outcome
        pytest.fail(f"{_STORMS} storms of {amount} injections found nothing")

    return play
