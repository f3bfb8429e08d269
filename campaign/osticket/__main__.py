"""`make campaign-osticket`: kill -9 of the bridge, of php-fpm's workers and of MariaDB in the middle of a first sync, and what
people do behind the bridge's back, on a running osTicket. Writes docs/campaign-osticket.md, exits with 1 where one was broken.

The promises. After each deed one pass, and the output fields of every open ticket are what follows from its inputs, by direct
comparison; no row of history is the bridge's, no `updated` has moved, no letter was sent.

Take an osTicket of your own with 1,000 open tickets at least that nobody works in: all fields of the bridge are written anew. Its
variables are those of the contract suite (URL, KEY, KEY_CREATE, STAFF_USER, STAFF_PASSWORD, MAIL, SQL, each after
SLA_BRIDGE_TEST_OSTICKET_) and three more: PHP_PID and DATABASE_PID, the files that hold the process ids of php-fpm's master and
of MariaDB, and START, the command that starts what is down and returns when it answers.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from campaign.osticket import kills
from campaign.osticket.footprint import Traces
from campaign.osticket.processes import Processes
from campaign.osticket.scenarios import SCENARIOS, Scene, staged
from campaign.osticket.world import Checked, PassFailed, World
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "campaign-osticket.md"
TICKETS_AT_LEAST = 1_000
NEEDED = (
    "URL", "KEY", "KEY_CREATE", "STAFF_USER", "STAFF_PASSWORD", "MAIL", "SQL", "PHP_PID", "DATABASE_PID", "START"
)  # fmt: skip
_SHOWN = 40

_HEAD = """<!-- Written by `make campaign-osticket`. -->
# Killed and cheated on a real osTicket

{day}, seed {seed}; {versions}; {tickets:,} open tickets.

After each deed one pass was made; then every open ticket was read, decided here and now, and compared with what stands in
its fields and in the copies of them that queues read. The last columns are what the bridge added to osTicket's history, moved and
sent meanwhile.

| what was done | times | wrong fields after one pass | passes needed | history rows added | `updated` moved | mails |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""
_FOOT = """
An undisturbed first sync took {whole:.1f} s here, {reading:.1f} s of them before its first write. The kills were spread over
all of that time; {courses} first syncs met them, most of them one of each kind, and the bridge was started again after each
end, with the state that it had left. {compared:,} tickets were compared after them.

| killed | times | processes | tickets written by then | the sync's last kill | and it went on to its end |
| --- | ---: | ---: | --- | ---: | ---: |
"""


def main() -> int:
    """Run the campaign, write the page, list what was found."""
    parser = argparse.ArgumentParser(
        prog="python -m campaign.osticket", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="other numbers kill at other moments")
    parser.add_argument("--kills", type=int, default=20, help="how often each kind is killed")
    asked = parser.parse_args()
    if missing := [PREFIX + one for one in NEEDED if not variable(one)]:
        print(f"set {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="campaign-osticket-") as folder:
        return _campaign(_world(Path(folder)), asked.seed, asked.kills)


def _world(folder: Path) -> World:
    named = {one: variable(one) or "" for one in NEEDED}
    processes = Processes.named(named["PHP_PID"], named["DATABASE_PID"], named["START"])
    world = World(OsticketDesk(), processes, Path(named["MAIL"]), folder)
    done = world.run("setup")
    if done.returncode:
        raise PassFailed(f"setup: {done.stderr}")
    if world.open_tickets() < TICKETS_AT_LEAST:
        raise SystemExit(f"this osTicket has fewer than {TICKETS_AT_LEAST} open tickets")
    return world


def _campaign(world: World, seed: int, count: int) -> int:
    ping, _ = world.ask()
    versions = ", ".join(f"{name} {version}" for name, version in ping.versions.items())
    head = _HEAD.format(day=f"{datetime.now(UTC):%Y-%m-%d}", seed=seed, versions=versions, tickets=world.open_tickets())
    killing, courses = kills.run(world, count, seed)
    killed = sum(len(one.shares) for one in killing.landed.values())
    findings = [f"killed too rarely: {whom}" for whom, one in killing.landed.items() if len(one.shares) < count]
    findings += [f"a traceback: {told}" for _, told in killing.gave_up if "Traceback" in told]
    for number, one in enumerate(courses):
        findings += broken(f"course {number}", one)
    lines = [*head.splitlines(), row("kill -9 in the middle of a first sync", killed, courses)]
    for one in scenes(world, findings):
        findings += [*broken(one.what, one.checked), *(f"{one.what}: {sentence}" for sentence in one.broken)]
        lines.append(row(one.what, 1, [one.checked]))
        print(lines[-1], file=sys.stderr, flush=True)
    foot = _FOOT.format(
        whole=killing.usual.whole,
        reading=killing.usual.reading,
        courses=len(courses),
        compared=sum(one.compared for one in courses),
    )
    lines += [*foot.splitlines(), *_killed(killing)]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for sentence in findings[:_SHOWN]:
        print(sentence)
    return 1 if findings else 0


def scenes(world: World, findings: list[str]) -> Iterator[Scene]:
    """Yield what was found in each scenario; one that ends in the middle is a finding, and the others go on."""
    for scenario in SCENARIOS:
        with staged(world) as stage:
            try:
                yield from scenario(stage)
            except PassFailed as error:
                findings.append(f"{scenario.__name__}: {error}")


def broken(what: str, checked: Checked) -> Iterator[str]:
    """Yield the promises that were broken."""
    yield from (f"{what}: {one}" for one in checked.wrong)
    if checked.traces:
        yield f"{what}: the bridge left {checked.traces}"


def row(what: str, times: int, found: Iterable[Checked]) -> str:
    """Return a row of the page."""
    found = list(found)
    left = [one.traces for one in found]
    total = Traces(sum(one.history for one in left), sum(one.moved for one in left), sum(one.letters for one in left))
    wrong, passes = sum(len(one.wrong) for one in found), max(one.passes for one in found)
    return f"| {what} | {times} | {wrong} | {passes} | {total.history} | {total.moved} | {total.letters} |"


def _killed(killing: kills.Killing) -> Iterator[str]:
    for whom, one in killing.landed.items():
        shares = sorted(one.shares)
        told = f"{shares[0]:.0%} to {shares[-1]:.0%}, median {shares[len(shares) // 2]:.0%}" if shares else ""
        yield f"| {whom} | {len(shares)} | {one.processes} | {told} | {one.last} | {one.survived} |"


if __name__ == "__main__":
    sys.exit(main())
