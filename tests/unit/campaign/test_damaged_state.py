"""A state that is damaged in any way heals within two passes; `make campaign-files` does this many times more."""

import pytest

from bridge.sync.memory import state as engine_state
from campaign.state import WAYS, heal


@pytest.mark.parametrize("case", range(42))
def test_a_state_damaged_at_random_heals_within_two_passes(case: int) -> None:
    heal(1, case)


def test_a_bridge_that_trusts_its_state_would_be_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_state, "sum_of", lambda path: "")
    monkeypatch.setattr(engine_state, "unfit", lambda facts: None)
    found = 0
    for case in (one for one in range(42) if list(WAYS)[one % len(WAYS)] in {"a fact", "rows"}):
        try:
            heal(1, case)
        except Exception:  # noqa: BLE001 - whatever comes out is a finding
            found += 1
    assert found >= 3
