"""`make campaign`: throw damaged files at every door, and write docs/campaign.md. Exits with 1 when a promise was broken.

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

from campaign import commands, doors, limits
from campaign.limits import Outcome

PAGE = Path(__file__).resolve().parents[1] / "docs" / "campaign.md"
_CHUNK = 350
_SHOWN = 40


_HEAD = """<!-- Written by `make campaign`. -->
# Damaged files at every door

{day}, seed {seed}. Each case damages one file in one to four ways: bytes, lines, encodings, nesting, what spreadsheets and
calendars put into files, and the packed parts of workbooks. The promises: an answer or a refusal, never a traceback; at most
{seconds:g} s of processor time ({command_seconds:g} s for a command and its start) and {mebibytes} MiB; documented exit codes.

| door | cases | promises broken | longest case | largest process |
| --- | ---: | ---: | ---: | ---: |
"""


def _by_door(seed: int, cases: Sequence[int]) -> Outcome:
    return limits.run(cases, partial(doors.try_door, seed))


def _on_all_cores(work: Callable[[Sequence[int]], Outcome], cases: Sequence[int], chunk: int) -> Outcome:
    total = Outcome()
    pieces = [cases[at : at + chunk] for at in range(0, len(cases), chunk)]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for outcome in pool.map(work, pieces):
            total.join(outcome)
    return total


def _rows(seed: int, count: int, called: int, findings: list[str]) -> Iterator[str]:
    """Yield a row of the page for every door and for the commands; add to `findings` what broke a promise."""
    works: list[tuple[str, Callable[[Sequence[int]], Outcome], Sequence[int], int]] = [
        (door.name, partial(_by_door, seed), range(number, count, len(doors.DOORS)), _CHUNK)
        for number, door in enumerate(doors.DOORS)
    ]
    works.append(("by the command", partial(commands.run, seed), range(called), 20))
    for name, work, cases, chunk in works:
        found = _on_all_cores(work, cases, chunk)
        findings += [f"{name}: case {one.case}: {one.what}" for one in found.findings]
        memory = f"{found.memory / 2**20:,.0f} MiB"
        yield f"| {name} | {found.cases:,} | {len(found.findings)} | {found.seconds:.2f} s | {memory} |"


def main() -> int:
    """Run the campaign, write the page, list what was found."""
    parser = argparse.ArgumentParser(prog="python -m campaign", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="other numbers throw other dice")
    parser.add_argument("--count", type=int, default=100_000, help="cases at the doors, in process")
    parser.add_argument("--commands", type=int, default=2_000, help="cases by the command")
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
    for row in _rows(asked.seed, asked.count, asked.commands, findings):
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
