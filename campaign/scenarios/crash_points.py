"""A command dies at both sides of each of its durable effects, one after the other, and the next one sets all right."""

from pathlib import Path

from campaign.crash_points import KINDS, TICKETS, Case, CrashPoints
from campaign.outcome import Outcome
from tests.integration.sync.mortal import Mortals

TITLE = "kill -9 at both sides of each durable effect of a command: files, databases, requests that change something"
PORTION = 300
"""More than any command has: a portion is all of one command."""


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Try the command of that seed; each round over the commands has a ticket more."""
    name = list(KINDS)[(seed - 1) % len(KINDS)]
    tickets = TICKETS + (seed - 1) // len(KINDS)
    with Mortals("campaign.effects:command") as mortals, Case.begun(folder, mortals, tickets=tickets) as case:
        return CrashPoints(case, name).play(amount)
