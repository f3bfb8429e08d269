"""The same damage by the command: real processes, their exit codes, their processor time and their memory."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from threading import Timer

from campaign import doors
from campaign.limits import MEMORY, Finding, Tried
from campaign.mutations import damaged

SECONDS = 3.0
"""Processor time of a whole command: the two seconds of a door, and the start of the interpreter and the configuration."""

DOCUMENTED = frozenset({0, 2, 3, 4, 6, 8, 9})
_WALL = 60.0

_TICKET = (
    b'{"id":1,"number":"481516","rev":"r","created_at":"2026-11-23T04:00:00Z","subject":"It stopped","source":"web",'
    b'"status":{"id":1,"name":"Open","state":"open"},"department":{"id":1,"name":"Support"},"fields":{"product":"P"},'
    b'"requester":{"email":"a@b.example"},"events":[{"at":"2026-11-23T04:00:00Z","kind":"created","actor":"customer"},'
    b'{"at":"2026-11-23T05:00:00Z","kind":"response","actor":"agent"}]}\n'
)
_QUESTIONS = (
    b'{"op":"add","start":"2026-11-20T07:00:00Z","amount":"8h"}\n'
    b'{"op":"between","start":"2026-11-20T07:00:00Z","end":"2026-12-01T07:00:00Z"}\n'
)
_ENVIRONMENT = {**os.environ, "SLA_BRIDGE_KEY": "0" * 32, "NO_COLOR": "1"}
_SETTINGS = b"""version: 1
helpdesk: {url: http://127.0.0.1, key: {env: SLA_BRIDGE_KEY}}
state: state.sqlite3
"""
_BESIDE = {
    "bridge.yaml": _SETTINGS + b"registry: registry/registry.yaml\n",
    "policies/p.yaml": doors.TINY,
    "calendars/feast.yaml": doors.CALENDAR,
    "calendars/feasts.ics": doors.FEASTS,
    "calendars/days.csv": doors.DAYS,
}
_LANGUAGE, _CALENDAR, _CSV, _EXCEL, *_ = doors.DOORS

CALLS: Sequence[tuple[doors.Door, Sequence[str], Callable[[], bytes]]] = (
    (_LANGUAGE, ("policy", "check"), bytes),
    (_LANGUAGE, ("policy", "test", "--json"), bytes),
    (_LANGUAGE, ("decide", "--at", "2026-11-24T10:00:00Z"), lambda: _TICKET * 3),
    (_CALENDAR, ("calendar", "show", "2026", "--calendar", "feast"), bytes),
    (_CALENDAR, ("calendar", "batch", "--calendar", "feast"), lambda: _QUESTIONS * 3),
    (_CSV, ("registry", "check"), bytes),
    (_EXCEL, ("registry", "lookup", "--email", "a@b.example", "--json"), bytes),
    (_LANGUAGE, ("verify",), lambda: _TICKET * 3),
)


def run(seed: int, cases: Sequence[int]) -> Tried:
    """Return what became of a command for each case."""
    outcome = Tried()
    with tempfile.TemporaryDirectory(prefix="campaign-") as scratch:
        for case in cases:
            outcome.join(_command(seed, case, Path(scratch) / str(case)))
    return outcome


def _command(seed: int, case: int, folder: Path) -> Tried:
    """Run the case's command in a configuration of its own; return its figures, and how it broke a promise if it did."""
    random = doors.random_of(seed, case)
    door, arguments, typed = CALLS[case % len(CALLS)]
    _write(door, folder, random)
    entered = typed()
    if entered and random.random() < 0.5:
        entered = damaged(entered, random)
    where = () if arguments[0] == "verify" else ("-c", str(folder))
    (folder / "stdin").write_bytes(entered)
    with (
        (folder / "stdin").open("rb") as given,
        (folder / "stdout").open("wb") as out,
        (folder / "stderr").open("wb") as talk,
    ):
        command = [sys.executable, "-P", "-m", "bridge", *arguments, *where]
        process = subprocess.Popen(command, stdin=given, stdout=out, stderr=talk, env=_ENVIRONMENT, cwd=folder)
        timer = Timer(_WALL, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = code = os.waitstatus_to_exitcode(status)
    told = (folder / "stderr").read_text(encoding="utf-8", errors="replace")
    seconds, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
    findings = tuple(Finding(case, f"{' '.join(arguments)}: {what}") for what in _broken(code, told, seconds, memory))
    return Tried(1, seconds, memory, findings)


def _broken(code: int, told: str, seconds: float, memory: int) -> Iterator[str]:
    if code not in DOCUMENTED:
        yield f"exit code {code}"
    if "Traceback (most recent call last)" in told:
        yield "a traceback: " + told.strip().splitlines()[-1][:300]
    if seconds > SECONDS:
        yield f"{seconds:.1f} s of processor time"
    if memory > MEMORY:
        yield f"{memory / 2**20:.0f} MiB"


def _write(door: doors.Door, folder: Path, random: Random) -> None:
    """Write a configuration with one of the door's files damaged."""
    files = dict(door.files())
    name = random.choice([*list(files)[:2], *files])
    files[name] = damaged(files[name], random)
    if "registry.yaml" in files:
        files = {f"registry/{name}": content for name, content in files.items()}
    for name, content in {**_BESIDE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if "registry/registry.yaml" not in files:
        (folder / "bridge.yaml").write_bytes(_SETTINGS)
