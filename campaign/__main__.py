"""`make campaign`: play the scenarios in turn until each has reached its target, and record every portion in
campaign/ledger.jsonl. Exits with 1 when a promise was broken.

A run that was stopped goes on where it was. What is recorded names its commit, so that nothing may be changed but committed;
`--try SEED` plays one portion and records nothing.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from campaign.ledger import FILE, Ledger, Portion
from campaign.outcome import Outcome
from campaign.scenarios import SCENARIOS, Scenario

ROOT = FILE.parents[1]
_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing here loses its power, and a disk's syncing takes most of the time
_TOLD_AT_MOST = 20
_WRITTEN = (":!campaign/ledger.jsonl", ":!docs/reference/reliability.md")


def main() -> int:
    """Play, record, list what was found."""
    parser = argparse.ArgumentParser(
        prog="python -m campaign", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [one.name for one in SCENARIOS]
    parser.add_argument("--only", action="append", choices=names, help="this scenario; may stand several times")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no portion after so many minutes")
    parser.add_argument("--portions", type=int, default=sys.maxsize, help="so many of each scenario in this run")
    parser.add_argument("--try", dest="seed", type=int, help="play one portion by this seed, record nothing")
    parser.add_argument("--amount", type=int, help="injections of a portion, with --try")
    asked = parser.parse_args()
    chosen = [one for one in SCENARIOS if not asked.only or one.name in asked.only]
    if asked.seed is not None:
        played = [_played(one, asked.seed, asked.amount or one.portion)[0] for one in chosen]
        return _told([finding for one in played for finding in one.findings])
    if changed := _git("status", "--porcelain", "--", ".", *_WRITTEN):
        print(f"commit first, for what is recorded names its commit:\n{changed}", file=sys.stderr)
        return 2
    return _told(_played_in_turn(chosen, asked.portions, time.monotonic() + asked.minutes * 60))


def _played_in_turn(chosen: Sequence[Scenario], portions: int, until: float) -> list[str]:
    """Play a portion of each scenario that has not reached its target, again and again; return what was found."""
    ledger, commit, played = Ledger(), _git("rev-parse", "--short=12", "HEAD"), Counter[str]()
    findings: list[str] = []

    def is_due(one: Scenario) -> bool:
        seed = ledger.next_seed(one.name, commit)
        missing = ledger.total(one.name).counts.get(one.counted, 0) < one.target
        return played[one.name] < portions and (missing or seed <= len(ledger.of(one.name)))

    while due := [one for one in chosen if is_due(one)]:
        for one in due:
            if time.monotonic() >= until:
                return findings
            seed = ledger.next_seed(one.name, commit)
            outcome, seconds = _played(one, seed, one.portion)
            played[one.name] += 1
            findings += outcome.findings
            ledger.add(
                Portion(
                    scenario=one.name,
                    seed=seed,
                    amount=one.portion,
                    commit=commit,
                    date=f"{datetime.now(UTC):%Y-%m-%d}",
                    seconds=round(seconds, 1),
                    counts=outcome.counts,
                    most={name: round(figure, 4) for name, figure in outcome.most.items()},
                    findings=outcome.findings,
                )
            )
    return findings


def _played(one: Scenario, seed: int, amount: int) -> tuple[Outcome, float]:
    """Return what a portion came to, and its seconds; a scenario that breaks off has found something."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="campaign-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        try:
            outcome = one.play(seed, amount, Path(folder))
        except Exception as error:  # noqa: BLE001 - what comes out of a pass is what is looked for
            traceback.print_exc()
            outcome = Outcome(findings=[f"it broke off: {type(error).__name__}: {error}"])
    first, more = outcome.findings[:_TOLD_AT_MOST], len(outcome.findings) - _TOLD_AT_MOST
    outcome.findings = [f"{one.name}, seed {seed}, amount {amount}: {what}" for what in first]
    if more > 0:
        outcome.findings.append(f"and {more} more of this portion")
    seconds = time.monotonic() - begun
    figures = ", ".join(f"{name} {figure:,.5g}" for name, figure in {**outcome.counts, **outcome.most}.items())
    print(
        f"{one.name} {seed}: {seconds:.1f} s: {figures}, findings {len(outcome.findings)}", file=sys.stderr, flush=True
    )
    return outcome, seconds


def _told(findings: Sequence[str]) -> int:
    for one in findings:
        print(one)
    return 1 if findings else 0


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
