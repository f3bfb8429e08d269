"""The short form of a thousand pauses: whoever was stopped in the middle of a pass writes nothing once another has led."""

from pathlib import Path
from random import Random

import pytest

from tests.integration.sync.stopped_leaders import POINTS, TTL, StoppedLeaders

PAUSES = 48


@pytest.mark.timeout(400)
def test_bridge_that_was_stopped_writes_nothing_stale_wherever_it_was(tmp_path: Path) -> None:
    with StoppedLeaders(tmp_path, Random(14)) as leaders:
        figures = leaders.run(PAUSES)
    assert (figures.findings, figures.stale) == ([], 0)
    assert (figures.pauses, set(figures.stopped_at)) == (PAUSES, set(POINTS))
    assert figures.ended[7] > PAUSES / 2, "refused in its pass, not after it"
    assert set(figures.ended) == {0, 7}
    assert figures.failover_seconds < TTL + 5


def test_without_a_lease_the_same_pauses_let_stale_writes_through(tmp_path: Path) -> None:
    with StoppedLeaders(tmp_path, Random(14), leased=False) as leaders:
        figures = leaders.run(12)
    assert figures.stale > 0, "so the pauses are where they hurt"
