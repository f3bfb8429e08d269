"""Passes of every kind are killed with SIGKILL at random instants, and restarted on the state they left."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

from campaign import restarts
from campaign.killed_bridge import KilledBridge
from campaign.outcome import Outcome

TITLE = "kill -9 at random instants: first sync, changes, another policy, daily sweep, undo; people work meanwhile"
PORTION = 400
_A_LANE = 200
"""So many kills are worth a helpdesk and a process of their own; they wait for the disk and for each other anyway."""

_RESTARTS = 5
"""Of so many portions one starts really new processes as well, which takes a second each."""


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Kill so many passes, and some processes as they are really started; return what came of it."""
    lanes = max(1, amount // _A_LANE)
    with ProcessPoolExecutor(lanes, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(partial(_lane, seed, -(-amount // lanes), folder), range(lanes)))
    outcome = restarts.play(folder / "restarts", Random(seed)) if seed % _RESTARTS == 1 else Outcome()
    for one in found:
        outcome.join(one.counts, one.most)
        outcome.findings += one.findings
    return outcome


def _lane(seed: int, amount: int, folder: Path, lane: int) -> Outcome:
    place = folder / str(lane)
    place.mkdir()
    with KilledBridge(place, Random(f"{seed}/{lane}")) as bridge:
        return bridge.play(amount)
