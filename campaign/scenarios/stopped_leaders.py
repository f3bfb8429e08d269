"""Two bridges with different policies, one stopped by SIGSTOP anywhere in its pass and going on when the other has led."""

from pathlib import Path
from random import Random

from campaign.outcome import Outcome
from tests.integration.sync.stopped_leaders import StoppedLeaders

TITLE = "a bridge is stopped anywhere in its pass, another one leads by a later policy, and the first one goes on"
PORTION = 100


def play(seed: int, amount: int, folder: Path, *, leased: bool = True) -> Outcome:
    """Stop a leader so many times; without `leased` they know of no lease. How long the other one takes is measured by
    `failover`: a lease of a tenth of a second is shorter than a pass on a machine that has other work."""
    with StoppedLeaders(folder, Random(seed), leased=leased) as leaders:
        figures = leaders.run(amount)
    outcome = Outcome(findings=list(figures.findings))
    outcome.count(pauses=figures.pauses, writes=figures.writes, stale=figures.stale, refused=figures.ended[7])
    if figures.stale:
        outcome.findings.append(f"{figures.stale} value(s) of an older policy were written over those of a later one")
    for code in sorted(set(figures.ended) - {0, 7}):
        outcome.findings.append(f"{figures.ended[code]} stopped passes ended with {code}")
    return outcome
