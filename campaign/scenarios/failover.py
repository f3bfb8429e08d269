"""The host that leads is stopped or killed in the middle of its write, and the other one goes on."""

import signal
import time
from pathlib import Path
from random import Random

from campaign.outcome import Outcome
from campaign.two_hosts import HOSTS, TwoHosts

TITLE = "of two running services the one that leads is stopped or killed while its write is under way"
PORTION = 1
LEASE_SECONDS, SPARE_SECONDS = 30, 5
"""The other one has to go on within both together."""

_LOST = 409


def play(seed: int, amount: int, folder: Path, *, lease_seconds: int = LEASE_SECONDS) -> Outcome:
    """Let so many leaders fall, and measure how long it takes until the other one has written."""
    random, outcome = Random(seed), Outcome()
    with TwoHosts(folder, ttl=lease_seconds) as hosts:
        for _ in range(amount):
            _fall(hosts, random, outcome, lease_seconds)
    return outcome


def _fall(hosts: TwoHosts, random: Random, outcome: Outcome, lease_seconds: int) -> None:
    # Where the other one is in its own interval when it happens is left to chance.
    time.sleep(random.uniform(0, lease_seconds))
    kills = random.random() < 0.5
    leader = hosts.catch_a_leader(random.choice(HOSTS))
    other = next(one for one in HOSTS if one != leader)
    hosts.signal(leader, signal.SIGKILL if kills else signal.SIGSTOP)
    since = time.monotonic()
    seconds = hosts.led(other, since=since, within=4 * (lease_seconds + SPARE_SECONDS))
    how = f"{leader} was {'killed' if kills else 'stopped'}"
    outcome.count(failovers=1, kills=int(kills), pauses=int(not kills))
    if seconds is None or seconds > lease_seconds + SPARE_SECONDS:
        took = "never" if seconds is None else f"only after {seconds:.1f} s"
        outcome.findings.append(f"{how}, and {other} led {took}, the lease lasting {lease_seconds} s")
    if seconds is not None:
        outcome.reach(failover_seconds=seconds)
    led_at = time.monotonic()
    hosts.desk.trap.go_on.set()
    if kills:
        hosts.start(leader)
    else:
        hosts.signal(leader, signal.SIGCONT)
    # What was on its way when its sender fell is carried out now, after another one has led.
    late, *_ = hosts.answers_to(leader, since=led_at, count=1)
    outcome.count(stale=int(late != _LOST))
    if late != _LOST:
        outcome.findings.append(f"{how}, and its write was answered with {late} after {other} had led")
    hosts.another_pass(leader)
