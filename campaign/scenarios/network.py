"""Every kind of spoilt answer, anywhere in a pass, while people work; the state is kept."""

from pathlib import Path
from random import Random

from campaign.outcome import Outcome
from campaign.storm import Storm, small_pages

TITLE = "spoilt answers of every kind, people at work between the passes, the state kept"
PORTION = 3000
_AN_EPISODE = 12
"""So many passes at most before the storm is over for once."""

_A_WORLD = 750
"""So many faults before all begins anew with a first sync."""


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Spoil so many answers."""
    random, total, number = Random(f"network/{seed}"), Outcome(), 0
    with small_pages():
        while total.counts.get("faults", 0) < amount:
            number += 1
            place = folder / str(number)
            place.mkdir()
            storm = Storm(place, random)
            try:
                _episodes(storm, min(_A_WORLD, amount - total.counts.get("faults", 0)))
            finally:
                storm.close()
            total.join(storm.outcome.counts, storm.outcome.most)
            total.findings += [f"world {number}: {one}" for one in storm.outcome.findings]
    return total


def _episodes(storm: Storm, amount: int) -> None:
    while storm.outcome.counts["faults"] < amount:
        for _ in range(storm.random.randint(1, _AN_EPISODE)):
            storm.people_work(storm.random.randint(0, 4))
            storm.time_passes()
            storm.stormy_pass()
        storm.settle()
