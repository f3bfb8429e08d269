"""Two bridges with policies of their own, as `tests/property/test_bridges_machine.py` plays them, by many more turns."""

from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from campaign.outcome import Outcome
from tests.property.test_bridges_machine import BridgesMachine

TITLE = "two bridges with different policies, in any order: people, spoilt answers, deaths, pauses, undo, lost states"
PORTION = 1500
_EXAMPLES = 20
_STEPS = 40


def play(number: int, amount: int, folder: Path) -> Outcome:
    """Play turns until so many faults, deaths and pauses have come about."""
    outcome, turns = Outcome(), 0
    while sum(outcome.counts.get(one, 0) for one in ("faults", "kills", "pauses")) < amount:
        turns += 1
        machine = type("Machine", (BridgesMachine,), {"played": {}, "within": folder})
        try:
            # Each turn by a seed of its own, so that one can be played again alone.
            run_state_machine_as_test(seed(number * 10_000 + turns)(machine), settings=_settings())
        except Exception as error:  # noqa: BLE001 - whatever comes out of a machine has been found
            steps = "\n".join(getattr(error, "__notes__", ()))
            outcome.findings.append(f"turn {turns}: {type(error).__name__}: {error}\n{steps}")
            outcome.count(wrong=1)
            if len(outcome.findings) >= 3:
                break
        outcome.count(**machine.played)
    return outcome


def _settings() -> settings:
    # Told as it is found: making it smaller takes minutes, and is for who mends it.
    return settings(
        max_examples=_EXAMPLES,
        stateful_step_count=_STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
