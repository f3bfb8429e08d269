"""`make campaign-files`: throw damaged files at every door, damage the state, and write docs/campaign.md. Exits with 1 when
a promise was broken.

The promises: an answer or a refusal with file and place, never a traceback; no case takes more than 2 s of processor time or
512 MiB; a command ends with a documented code. `--case N` repeats one case of a door in this process, unguarded.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from campaign import commands, doors, limits, state
from campaign.limits import Tried

PAGE = Path(__file__).resolve().parents[1] / "docs" / "campaign.md"
_CHUNK = 350
_SHOWN = 40
_STATE_SECONDS = 20.0
_STATE_MEMORY = 4 * 2**30


_HEAD = """<!-- Written by `make campaign-files`. -->
# Damaged files at every door

{day}, seed {seed}. Each case damages one file in one to four ways: bytes, lines, encodings, nesting, what spreadsheets and
calendars put into files, and the packed parts of workbooks. The promises: an answer or a refusal, never a traceback; at most
{seconds:g} s of processor time ({command_seconds:g} s for a command and its start) and {mebibytes} MiB; documented exit codes.
In the last row it is what the bridge remembers that is damaged: bytes of the file and of its log, the token beside it, facts,
rows and tables. The promise there: two passes later every field is right and the third pass goes on as usual.

| door | cases | promises broken | longest case | largest process |
| --- | ---: | ---: | ---: | ---: |
"""


def _by_door(seed: int, cases: Sequence[int]) -> Tried:
    return limits.run(cases, partial(doors.try_door, seed))


def _state(seed: int, cases: Sequence[int]) -> Tried:
    # The embedded helpdesk runs in the same process and takes the larger part of both.
    return limits.run(cases, partial(state.heal, seed), seconds=_STATE_SECONDS, memory=_STATE_MEMORY)


def _on_all_cores(work: Callable[[Sequence[int]], Tried], cases: Sequence[int], chunk: int) -> Tried:
    total = Tried()
    pieces = [cases[at : at + chunk] for at in range(0, len(cases), chunk)]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for outcome in pool.map(work, pieces):
            total.join(outcome)
    return total


def _rows(seed: int, count: int, called: int, damaged: int, findings: list[str]) -> Iterator[str]:
    """Yield a row of the page for every door and for the commands; add to `findings` what broke a promise."""
    works: list[tuple[str, Callable[[Sequence[int]], Tried], Sequence[int], int]] = [
        (door.name, partial(_by_door, seed), range(number, count, len(doors.DOORS)), _CHUNK)
        for number, door in enumerate(doors.DOORS)
    ]
    works.append(("by the command", partial(commands.run, seed), range(called), 20))
    works.append(("the state", partial(_state, seed), range(damaged), 20))
    for name, work, cases, chunk in works:
        found = _on_all_cores(work, cases, chunk)
        findings += [f"{name}: case {one.case}: {one.what}" for one in found.findings]
        memory = f"{found.memory / 2**20:,.0f} MiB"
        yield f"| {name} | {found.cases:,} | {len(found.findings)} | {found.seconds:.2f} s | {memory} |"


def main() -> int:
    """Run the campaign, write the page, list what was found."""
    parser = argparse.ArgumentParser(prog="python -m campaign.files", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="other numbers throw other dice")
    parser.add_argument("--count", type=int, default=100_000, help="cases at the doors, in process")
    parser.add_argument("--commands", type=int, default=2_000, help="cases by the command")
    parser.add_argument("--states", type=int, default=700, help="cases of a damaged state")
    parser.add_argument("--case", type=int, help="repeat one case of a door here, without limits")
    asked = parser.parse_args()
    if asked.case is not None:
        doors.try_door(asked.seed, asked.case)
        return 0
    findings: list[str] = []
    lines = _HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        seed=asked.seed,
        seconds=limits.SECONDS,
        command_seconds=commands.SECONDS,
        mebibytes=limits.MEMORY // 2**20,
    ).splitlines()
    for row in _rows(asked.seed, asked.count, asked.commands, asked.states, findings):
        print(row, file=sys.stderr, flush=True)
        lines.append(row)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for one in findings[:_SHOWN]:
        print(one)
    if len(findings) > _SHOWN:
        print(f"… and {len(findings) - _SHOWN} more")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
