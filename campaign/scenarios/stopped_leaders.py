"""Two bridges with different policies, one stopped by SIGSTOP anywhere in its pass and going on when the other has led."""

from pathlib import Path
from random import Random

from campaign.outcome import Outcome
from tests.integration.sync.stopped_leaders import TTL, StoppedLeaders

TITLE = "a bridge is stopped anywhere in its pass, another one leads by a later policy, and the first one goes on"
PORTION = 100
_LED_WITHIN = TTL + 5
"""Seconds: the lease, and a pass on a machine that has other work."""


def play(seed: int, amount: int, folder: Path, *, leased: bool = True) -> Outcome:
    """Stop a leader so many times; without `leased` they know of no lease."""
    with StoppedLeaders(folder, Random(seed), leased=leased) as leaders:
        figures = leaders.run(amount)
    outcome = Outcome(findings=list(figures.findings))
    outcome.count(pauses=figures.pauses, writes=figures.writes, stale=figures.stale, refused=figures.ended[7])
    if figures.stale:
        outcome.findings.append(f"{figures.stale} value(s) of an older policy were written over those of a later one")
    if figures.failover_seconds > _LED_WITHIN:
        outcome.findings.append(f"the other bridge led only after {figures.failover_seconds:.1f} s")
    for code in sorted(set(figures.ended) - {0, 7}):
        outcome.findings.append(f"{figures.ended[code]} stopped passes ended with {code}")
    return outcome
