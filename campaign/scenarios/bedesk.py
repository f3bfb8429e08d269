"""Passes beside a double of BeDesk are killed while people edit, also in the window that a write without a condition leaves."""

from pathlib import Path
from random import Random

from campaign.killed_bedesk import KilledBedesk
from campaign.outcome import Outcome

TITLE = (
    "kill -9 of passes on a double of BeDesk with 300 conversations; people edit, also between the read and the write"
)
PORTION = 25
CONVERSATIONS = 300


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Kill so many passes; at every second seed a PUT of the site replaces attributes instead of merging them."""
    with KilledBedesk(folder, Random(seed), conversations=CONVERSATIONS, replaces=seed % 2 == 0) as bridge:
        return bridge.play(amount)
