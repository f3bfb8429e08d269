"""`python -m campaign.osticket.acting`: kill -9 of the bridge and of php-fpm's workers while a running osTicket sends letters.

Writes docs/campaign-actions-osticket.md, exits with 1 where a promise was broken. In each round customers open tickets, each owed
letters; a pass is killed somewhere in the middle, and another one goes on. The promises: every letter that was owed left or is
listed, none left twice, none is marked as sent that did not leave, and at most as many fates are unknown as there were kills.

Its variables are those of `campaign.osticket`. The key needs the scope `act`, and the plugin's configuration actions switched on.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from random import Random

from campaign.osticket.__main__ import NEEDED
from campaign.osticket.processes import Processes
from campaign.osticket.world import World
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "campaign-actions-osticket.md"
TICKETS = 5
"""So many are opened in a round."""

ABANDONED_SECONDS = 65
"""After so long the plugin gives up a letter that nobody sends any more."""

_ACTIONS = (
    "actions: {per_day: 100000, per_ticket_per_day: 100, first_run: 100000, addresses: {manager: head@support.example}}"
)
_WHOM = ("the bridge", "php-fpm's workers")
_PASSES = 6

_PAGE = """<!-- Written by `python -m campaign.osticket.acting`. -->
# Killed while letters go out, on a real osTicket

{day}, seed {seed}; {versions}. {tickets} tickets were opened, a pass was killed {kills} times in the middle ({whom}), and
passes went on.

| letters owed | left | unknown | held or refused | left twice | marked as sent only | owed and nowhere |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| {owed} | {left} | {unknown} | {refused} | {twice} | {untrue} | {lost} |
"""


@dataclass(slots=True)
class Tally:
    """What became of the letters: message ids by mark, and how often each left."""

    owed: int = 0
    left: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    untrue: int = 0
    lost: int = 0


def main() -> int:
    """Run the campaign, write the page; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m campaign.osticket.acting",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1, help="other numbers kill at other moments")
    parser.add_argument("--kills", type=int, default=50)
    asked = parser.parse_args()
    if missing := [PREFIX + one for one in NEEDED if not variable(one)]:
        print(f"set {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="campaign-acting-") as folder:
        return _campaign(Path(folder), asked.kills, Random(asked.seed), asked.seed)


def _campaign(folder: Path, kills: int, random: Random, seed: int) -> int:
    named = {one: variable(one) or "" for one in NEEDED}
    processes = Processes.named(named["PHP_PID"], named["DATABASE_PID"], named["START"])
    world = World(OsticketDesk(), processes, Path(named["MAIL"]), folder, replaced={"actions: off": _ACTIONS})
    ping, _ = world.ask()
    if "act" not in ping.scopes:
        raise SystemExit("the key lacks the scope `act`")
    world.run("setup")
    world.one_pass()
    known = set(world.mail.glob("*.eml"))
    usual = _usual(world)
    landed, numbers = Counter[str](), list[str]()
    while sum(landed.values()) < kills:
        numbers += _open(world, len(numbers))
        whom = _WHOM[sum(landed.values()) % len(_WHOM)]
        landed[whom] += _killed(world, whom, random.uniform(0.3, 1.0) * usual)
        print(f"{sum(landed.values())} kills, {len(numbers)} tickets", file=sys.stderr, flush=True)
    _settle(world)
    tally = _count(world, numbers, known)
    told = _PAGE.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        seed=seed,
        versions=", ".join(f"{name} {version}" for name, version in ping.versions.items()),
        tickets=len(numbers),
        kills=sum(landed.values()),
        whom=", ".join(f"{who}: {times}" for who, times in landed.items()),
        owed=tally.owed,
        left=len(tally.left),
        unknown=tally.states["unknown"],
        refused=tally.states["held"] + tally.states["refused"],
        twice=sum(1 for times in tally.left.values() if times > 1),
        untrue=tally.untrue,
        lost=tally.lost,
    )
    PAGE.write_text(told, encoding="utf-8")
    print(told)
    broken = list(_broken(tally, sum(landed.values())))
    for sentence in broken:
        print(sentence)
    return 1 if broken else 0


def _broken(tally: Tally, kills: int) -> Iterator[str]:
    if tally.lost:
        yield f"{tally.lost} letters are owed and nowhere"
    if tally.untrue:
        yield f"{tally.untrue} letters are marked as sent and did not leave"
    if any(times > 1 for times in tally.left.values()):
        yield "a letter left twice"
    if tally.states["unknown"] > kills:
        yield f"{tally.states['unknown']} fates are unknown after {kills} kills"
    if not tally.left:
        yield "no letter left at all"


def _usual(world: World) -> float:
    """Return the seconds of a pass over a round's tickets that nobody disturbs."""
    _open(world, 0, word="usual")
    begun = time.monotonic()
    world.one_pass()
    return time.monotonic() - begun


def _open(world: World, first: int, word: str = "acting") -> list[str]:
    stamp = f"{time.time_ns():x}"
    return [
        world.desk.open(
            f"Не открывается {word} {first + one}", "Помогите", via="api", email=f"{stamp}-{one}@kolos.example"
        )
        for one in range(TICKETS)
    ]


def _killed(world: World, whom: str, after: float) -> int:
    """Kill in the middle of a pass; return 1 where it still ran. Passes go on until one ends well."""
    sync = world.begin()
    time.sleep(after)
    running = sync.poll() is None
    if running and whom == "the bridge":
        sync.kill()
    elif running:
        world.processes.kill_workers()
    sync.wait()
    world.wait_until_it_answers()
    return int(running)


def _settle(world: World) -> None:
    """Make passes until nothing is on its way any more."""
    for _ in range(2):
        world.one_pass()
    time.sleep(ABANDONED_SECONDS)
    for _ in range(_PASSES):
        world.one_pass()
        if not world.back.sql("SELECT id FROM %sla_bridge_action WHERE state IN ('accepted', 'sending') LIMIT 1"):
            return


def _count(world: World, numbers: list[str], known: set[Path]) -> Tally:
    tally = Tally()
    for letter in set(world.mail.glob("*.eml")) - known:
        found = str(message_from_bytes(letter.read_bytes())["Message-ID"]).strip("<> \r\n")
        if found.startswith("sla-"):
            tally.left[found] += 1
    listed = ", ".join(f"'{one}'" for one in numbers)
    rows = world.back.sql(
        f"""SELECT t.number, a.action, a.state, COALESCE(a.message_id, '') FROM %ticket t
        LEFT JOIN %sla_bridge_action a ON a.ticket_id = t.ticket_id AND a.kind IN ('reply', 'email')
        WHERE t.number IN ({listed})"""  # noqa: S608 - ours
    )
    letters = [line.split("\t") for line in rows.splitlines()]
    of_ours = {mid.strip("<>") for _, _, _, mid in letters}
    tally.left = Counter({mid: times for mid, times in tally.left.items() if mid in of_ours})
    owed = {(number, action) for number in numbers for action in ("acknowledge", "ask-facts")}
    tally.owed = len(owed | {(number, action) for number, action, _, _ in letters if action != "NULL"})
    tally.lost = len(owed - {(number, action) for number, action, _, _ in letters})
    for _, action, state, mid in letters:
        if action == "NULL":
            continue
        tally.states[state] += 1
        tally.untrue += state == "done" and not tally.left[mid.strip("<>")]
    return tally


if __name__ == "__main__":
    sys.exit(main())
