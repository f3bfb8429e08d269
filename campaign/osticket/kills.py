"""Kill -9 in the middle of a first sync, at moments spread over all of it; afterwards one pass, and everything is right."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from bridge.connectors.helpdesks.osticket import PAGE
from campaign.osticket.world import Checked, PassFailed, World

_SYNC_SECONDS = 300
_MISSES_AT_MOST = 60
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Strike:
    """One kill: whom, and after which share of the time that an undisturbed first sync takes."""

    whom: str
    at: float


@dataclass(slots=True)
class Landed:
    """The kills that struck a running first sync: shares of the tickets that were written then, processes that died, how often
    it was the sync's last kill, and how often the sync survived that."""

    shares: list[float] = field(default_factory=list)
    processes: int = 0
    last: int = 0
    survived: int = 0


def strikes(count: int, random: Random) -> Iterator[tuple[Strike, ...]]:
    """Yield courses with a kill of each kind; those of a kind are spread evenly over all of a first sync."""
    places = {whom: random.sample(range(count), count) for whom in WHOM}
    for course in range(count):
        kills = [Strike(whom, (places[whom][course] + random.random()) / count) for whom in WHOM]
        yield tuple(sorted(kills, key=lambda one: one.at))


def _bridge(_: World, sync: subprocess.Popen[bytes]) -> int:
    sync.kill()
    sync.wait()
    return 1


def _workers(world: World, _: subprocess.Popen[bytes]) -> int:
    return world.processes.kill_workers()


def _database(world: World, _: subprocess.Popen[bytes]) -> int:
    return world.processes.kill_database()


WHOM: Mapping[str, Callable[[World, subprocess.Popen[bytes]], int]] = {
    "the bridge": _bridge,
    "php-fpm's workers": _workers,
    "MariaDB": _database,
}


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A first sync that nobody disturbs: seconds until its first write, and all of them."""

    reading: float
    whole: float

    def place(self, at: float) -> tuple[float, float]:
        """Return after how many seconds, or else at which share of written tickets, a part of its time has gone."""
        seconds = at * self.whole
        return min(seconds, self.reading), max(0.0, (seconds - self.reading) / (self.whole - self.reading))

    def page(self, tickets: int) -> float:
        """Return the seconds that a page takes where there are so many tickets."""
        return (self.whole - self.reading) * min(1.0, PAGE / tickets)


@dataclass(slots=True)
class Killing:
    """Courses of kills; `gave_up` are the exit codes and complaints of syncs that ended before their time by themselves."""

    world: World
    usual: Undisturbed
    random: Random
    landed: dict[str, Landed] = field(default_factory=lambda: {whom: Landed() for whom in WHOM})
    gave_up: list[tuple[int, str]] = field(default_factory=list)

    def course(self, kills: Sequence[Strike]) -> tuple[Checked, list[Strike]]:
        """Let one first sync meet these kills, the bridge starting again after each end; return what one pass made of it,
        and the kills that came after its end."""
        world = self.world
        world.forget_everything()
        before, total = world.footprint(), world.open_tickets()
        sync, missed = world.begin(), list[Strike]()
        for kill in kills:
            if sync.poll():
                self._note_end(sync)
                sync = world.begin()
            if self._wait(kill, sync, total):
                self._strike(kill, sync, total)
            else:
                missed.append(kill)
        ended = sync.wait(_SYNC_SECONDS)
        self._note_end(sync)
        if kills[-1] not in missed:
            last = self.landed[kills[-1].whom]
            last.last += 1
            last.survived += ended == 0
        world.wait_until_it_answers()
        return world.check(before=before), missed

    def _wait(self, kill: Strike, sync: subprocess.Popen[bytes], total: int) -> bool:
        """Wait for the moment of the kill; return whether the sync still runs then. A sync that gave up is no longer running,
        and has the kill in its next process."""
        seconds, share = self.usual.place(kill.at)
        if share:
            # What is written shows page by page: the moment lies within the one that begins then.
            while sync.poll() is None and self.world.written() <= max(0.0, share * total - PAGE):
                time.sleep(_LOOK_SECONDS)
            seconds = self.random.random() * self.usual.page(total)
        time.sleep(seconds)
        return sync.poll() is None

    def _note_end(self, sync: subprocess.Popen[bytes]) -> None:
        """Keep how a sync ended by itself, if not as usual."""
        if sync.returncode > 0:
            self.gave_up.append((sync.returncode, self.world.complaint))
            print(f"gave up with {sync.returncode}: {self.world.complaint[-300:]}", file=sys.stderr, flush=True)

    def _strike(self, kill: Strike, sync: subprocess.Popen[bytes], total: int) -> None:
        found = self.landed[kill.whom]
        found.processes += WHOM[kill.whom](self.world, sync)
        if kill.whom == "MariaDB":
            # Nothing else needs help: php-fpm's master starts workers, and the next process is begun above.
            self.world.processes.bring_back()
        found.shares.append(min(1.0, self.world.written() / total))


def run(world: World, count: int, seed: int) -> tuple[Killing, list[Checked]]:
    """Kill each kind so many times in the middle of a first sync; return the kills, and what was found after each course."""
    random = Random(seed)
    killing = Killing(world, _undisturbed(world), random)
    found, left = list[Checked](), list[Strike]()
    for number, kills in enumerate(strikes(count, random)):
        checked, missed = killing.course(kills)
        found.append(checked)
        left += missed
        _tell(number, kills, checked, missed)
    for number in range(_MISSES_AT_MOST):
        if not left:
            break
        kill = left.pop(0)
        # It ended sooner than the first one had: a little earlier this time.
        checked, missed = killing.course([Strike(kill.whom, kill.at * 0.9)])
        found.append(checked)
        left += missed
        _tell(count + number, [kill], checked, missed)
    return killing, found


def _undisturbed(world: World) -> Undisturbed:
    """Return how long a first sync takes that nobody disturbs."""
    world.forget_everything()
    begun = time.monotonic()
    sync, reading = world.begin(), None
    while sync.poll() is None:
        if reading is None and world.written():
            reading = time.monotonic() - begun
        time.sleep(_LOOK_SECONDS)
    if sync.returncode or reading is None:
        raise PassFailed(f"the undisturbed first sync ended with {sync.returncode}")
    return Undisturbed(reading, time.monotonic() - begun)


def _tell(number: int, kills: Sequence[Strike], checked: Checked, missed: Sequence[Strike]) -> None:
    told = ", ".join(f"{one.whom} at {one.at:.0%}" for one in kills)
    print(
        f"course {number}: {told}: {len(checked.wrong)} wrong of {checked.compared}, {checked.report['written']} left to write,"
        f" {len(missed)} missed",
        file=sys.stderr,
        flush=True,
    )
