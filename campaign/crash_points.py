"""A command dies behind each of its durable effects in turn; the next one has to set all right.

A death between two effects is that behind the first and before the second: so many deaths as effects, and one before them
all, are both sides of each.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self

from bridge.cli.wiring.deciding import Deferred
from bridge.connectors.sandbox import snapshots
from bridge.settings.load import load_settings
from bridge.sync.memory.archive import Archive, archive_folder
from bridge.sync.memory.hold import Hold
from bridge.sync.memory.journal import Journal, Retention, beside
from bridge.sync.planned.stored_values import canonical
from bridge.tickets import Ticket, ticket_adapter
from campaign.outcome import Outcome
from campaign.small_bridge import FILES, SmallBridge
from campaign.watched_desk import WatchedDesk
from tests.faults import Fault
from tests.integration.sync.mortal import Mortals
from tests.integration.sync.world import HOUR, START

TICKETS = 5
_LEFT = re.compile(
    r"state/state\.sqlite3(-wal|-shm|\.token|\.lock|\.hold|\.undo(-wal|-shm)?|(\.undo)?\.damaged-[0-9TZ.]+)?"
    r"|state/state\.sqlite3\.told(\.lock)?|told/[a-z0-9-]+\.(txt|html)|catalogue\.yaml"
    r"|state/state\.sqlite3\.archive/[0-9a-f]{64}(\.erased)?|state/registry/main\.(copy|json)|metrics/sla\.prom|tickets\.csv"
)
_FORGOTTEN = b"user0@kolos.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A command that is let die: what has happened `before` it, its `words`, what comes `behind` it to set all right, and what
    has to hold then beside what always has to. `arms` comes before each try, `meanwhile` behind each death."""

    before: "Callable[[Case], None]"
    words: tuple[str, ...] = ("sync",)
    behind: tuple[tuple[str, ...], ...] = (("sync",),)
    meanwhile: "Callable[[Case], None]" = lambda _: None
    holds: "Callable[[Case], Iterator[str]]" = lambda _: iter(())
    arms: "Callable[[Case], None]" = lambda _: None


@dataclass(slots=True)
class Case:
    """A helpdesk and a bridge in the middle of their work."""

    folder: Path
    desk: WatchedDesk
    bridge: SmallBridge
    mortals: Mortals
    mutant: str = ""
    now: int = START
    tickets: list[int] = field(default_factory=list)
    stood: dict[int, dict[str, Any]] = field(default_factory=dict)
    products: dict[int, str] = field(default_factory=dict)

    @classmethod
    def begun(cls, folder: Path, mortals: Mortals, mutant: str = "", tickets: int = TICKETS) -> Self:
        """Return a helpdesk with some tickets, and a bridge that has never run."""
        clock: list[Self] = []
        desk = WatchedDesk(lambda: clock[0].now if clock else START, folder / "letters").start()
        bridge = SmallBridge(folder / "bridge", desk.url, desk.keys.full)
        clock.append(cls(folder, desk, bridge, mortals, mutant))
        clock[0].open(tickets)
        return clock[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.close()

    def open(self, count: int) -> None:
        """Let tickets come."""
        for _ in range(count):
            number = len(self.tickets)
            self.tickets.append(self.desk.people.create_ticket("A question", email=f"user{number}@kolos.example"))

    def run(self, *words: str, behind: int | None = None) -> dict[str, Any]:
        """Run a command in a process of its own; return its code and effects, or by which signal it died."""
        self.desk.clear_journal()
        environment = {"SLA_BRIDGE_KEY": self.bridge.key, "SLA_BRIDGE_CONFIG": str(self.bridge.folder), "NO_COLOR": "1"}
        self.mortals.send(
            words=list(words),
            environment=environment,
            folder=str(self.bridge.folder),
            now=self.now,
            behind=behind,
            mutant=self.mutant,
        )
        told = self.mortals.told()
        self.desk.settle()
        return told

    def ok(self, *words: str) -> dict[str, Any]:
        """Run a command that has to go well."""
        told = self.run(*words)
        if told.get("code") != 0:
            talk = (self.folder / "talk").read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"{' '.join(words)} told {told.get('code', told)}: {talk[-600:]}")
        return told

    def snapshot(self, ticket: int) -> Ticket:
        """Return the ticket as it stands."""
        return ticket_adapter().validate_python(snapshots.read(self.desk.store, [ticket])[ticket])

    def outputs(self) -> dict[int, dict[str, Any]]:
        """Return the bridge's fields of all tickets."""
        return {one: dict(self.snapshot(one).bridge.fields) for one in self.tickets}

    def journal(self) -> Journal:
        """Return the undo journal to be read."""
        return Journal(beside(self.bridge.state_path), retention=Retention(), clock=lambda: float(self.now))

    def last_run(self) -> int:
        """Return the number of the latest run."""
        with closing(self.journal()) as journal:
            return max(one.id for one in journal.runs())


# --- what has happened before ------------------------------------------------------------------------------------------


def _never_ran(case: Case) -> None:
    """Nothing: the tickets are older than the plugin."""
    case.desk.forget_changes()


def _ran(case: Case) -> None:
    case.ok("sync")
    case.now += HOUR


def _worked(case: Case) -> None:
    """People have worked since the last pass: an answer ends a cycle, a ticket comes."""
    _ran(case)
    people = case.desk.people
    people.agent_reply(case.tickets[0])
    people.customer_message(case.tickets[1])
    case.products[case.tickets[2]] = "version 7"
    people.edit_field(case.tickets[2], "product", "version 7")
    case.open(1)


def _late(case: Case) -> None:
    """A day later everything is read again, and everything is overdue."""
    _worked(case)
    case.now += 25 * HOUR
    # What was archived long ago goes with the next cycle that is over.
    folder = archive_folder(case.bridge.state_path)
    folder.mkdir()
    old = folder / hashlib.sha256(b"old").hexdigest()
    old.write_bytes(b"old")
    os.utime(old, (0, 0))


def _held(case: Case) -> None:
    """A limit has held actions back, and the day is over."""
    path = case.bridge.folder / "bridge.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("per_day: 100000", "per_day: 3"), encoding="utf-8")
    case.ok("sync")
    path.write_text(text, encoding="utf-8")
    case.now += 25 * HOUR


def _other_policy(case: Case) -> None:
    _ran(case)
    case.bridge.change_policy(4)


def _written_by_another_policy(case: Case) -> None:
    """A run over all tickets that is to be put back; how they stood is noted."""
    _worked(case)
    case.ok("sync")
    case.stood = case.outputs()
    case.bridge.change_policy(2)
    case.now += 60
    case.ok("sync")


def _undone(case: Case) -> None:
    _written_by_another_policy(case)
    case.ok("state", "undo", str(case.last_run()))


def _damaged(case: Case, name: str) -> None:
    _worked(case)
    path = case.bridge.state_path.with_name(name)
    path.write_bytes(b"no database at all" * 400)


def _export_died(case: Case) -> None:
    """An earlier export was killed while it wrote."""
    _worked(case)
    (case.bridge.folder / ".tickets.csv.7").write_bytes(b"half a tic")


def _draft_left(case: Case) -> None:
    """What a customer's cycle was decided by is kept, and a pass that died has left a draft of it."""
    _worked(case)
    case.ok("sync")
    folder = archive_folder(case.bridge.state_path)
    for path in list(folder.iterdir()):
        if _FORGOTTEN in path.read_bytes():
            shutil.copy(path, folder / f"{'0' * 64}.new")


# --- what happens meanwhile, and what has to hold -------------------------------------------------------------------


def _agent_is_quicker(case: Case) -> None:
    """While the write is under way an agent edits, so that it meets a conflict."""

    def edit() -> None:
        case.products[case.tickets[3]] = "version 9"
        case.desk.people.edit_field(case.tickets[3], "product", "version 9")

    case.desk.people.agent_reply(case.tickets[3])
    case.desk.faults.next("writes", Fault.RACE, edit=edit)


def _third_policy(case: Case) -> None:
    case.bridge.change_policy(12)


def _put_back(case: Case) -> Iterator[str]:
    """Everything is as before the run, and passes are held."""
    if case.outputs() != case.stood:
        yield "not every field is as before the run"
    if Hold(case.bridge.state_path).read() is None:
        yield "nothing holds the passes"
    if (told := case.run("sync"))["code"] != 6 or "writes" in _changes(case):
        yield f"a pass that is to be held told {told['code']}"
    case.ok("sync", "--release")


def _erased(case: Case) -> Iterator[str]:
    """Nothing that is kept tells of the person any more; the registry's own copies are not ours to erase."""
    for path in case.bridge.state_path.parent.rglob("*"):
        if path.is_file() and path.parent.name != "registry" and _FORGOTTEN in path.read_bytes():
            yield f"{path.name} still tells of the person"


def _changes(case: Case) -> list[str]:
    return [one.route for one in case.desk.journal if one.method != "GET" and one.route != "lease"]


_EXPORT = ("export", "--output", "FOLDER/tickets.csv")

KINDS: Mapping[str, Kind] = {
    "changes": Kind(before=_worked),
    "conflict": Kind(before=_ran, arms=_agent_is_quicker),
    "sweep": Kind(before=_late),
    "another policy, and a third one before the next pass": Kind(before=_other_policy, meanwhile=_third_policy),
    "undo": Kind(
        before=_written_by_another_policy,
        words=("state", "undo", "RUN"),
        behind=(("state", "undo", "RUN"),),
        holds=_put_back,
    ),
    "first sync": Kind(before=_never_ran),
    "release": Kind(before=_undone, words=("sync", "--release"), behind=(("sync", "--release"),)),
    "forget": Kind(
        before=_draft_left,
        words=("state", "forget", "--customer", "K-1", "--email", _FORGOTTEN.decode()),
        behind=(("state", "forget", "--customer", "K-1", "--email", _FORGOTTEN.decode()), ("sync",)),
        holds=_erased,
    ),
    "another policy": Kind(before=_other_policy),
    "setup": Kind(before=_worked, words=("setup",), behind=(("setup",), ("sync",))),
    "export": Kind(before=_export_died, words=_EXPORT, behind=(_EXPORT, ("sync",))),
    "reset": Kind(before=_worked, words=("state", "reset")),
    "damaged state": Kind(before=partial(_damaged, name="state.sqlite3")),
    "damaged journal": Kind(before=partial(_damaged, name="state.sqlite3.undo"), behind=(("sync",), ("sync",))),
    "held actions": Kind(before=_held),
}


class CrashPoints:
    """Plays the deaths of one kind."""

    def __init__(self, case: Case, name: str) -> None:
        self.case, self.name, self.kind = case, name, KINDS[name]
        self.outcome = Outcome()
        self.outcome.count(kills=0, wrong=0, lost=0, doubled=0, crash_points=0)

    def recorded(self) -> dict[str, Any]:
        """Let the command live; return its `effects` in their order, the `places` in the code that they come from, and what was
        `missed`: effects at which it cannot be let die."""
        self._prepare()
        told = self._command()
        if "effects" not in told:
            raise RuntimeError(f"{self.name} told {told}")
        return told

    def play(self, most: int = 1_000_000) -> Outcome:
        """Let the command live once, then die behind each of its effects, or behind so many of them at most; return what came of
        it."""
        told = self.recorded()
        self.outcome.findings += [f"{self.name}: an effect that no death is tried at: {one}" for one in told["missed"]]
        points = len(told["effects"]) + 1
        chosen = sorted({round(one * (points - 1) / max(1, most - 1)) for one in range(min(most, points))})
        for behind in range(points) if most >= points else chosen:
            self.try_one(behind, "before all" if not behind else f"behind {behind}: {told['effects'][behind - 1]}")
            if len(self.outcome.findings) > 20:
                break
        self.outcome.count(
            commands=most >= points, crash_points=2 * len(told["effects"]) if most >= points else len(chosen)
        )
        return self.outcome

    def try_one(self, behind: int, point: str = "there") -> None:
        """Let it die behind so many effects, once it has lived to be recorded; take in what comes of it."""
        self._put_back()
        self._die(behind, point)

    def _prepare(self) -> None:
        case = self.case
        self.kind.before(case)
        list(case.desk.written())
        self._rows = case.desk.keep()
        self._letters = sorted(path.name for path in (case.folder / "letters").iterdir())
        self._kept = case.folder / "kept"
        shutil.copytree(case.bridge.folder, self._kept)
        self._now, self._tickets, self._products = case.now, list(case.tickets), dict(case.products)

    def _put_back(self) -> None:
        case = self.case
        case.desk.faults.clear()
        case.desk.put_back(self._rows)
        for name in self._letters:
            (case.folder / "letters" / name).write_bytes(b"")
        shutil.rmtree(case.bridge.folder)
        shutil.copytree(self._kept, case.bridge.folder)
        case.now, case.tickets, case.products = self._now, list(self._tickets), dict(self._products)

    def _command(self, behind: int | None = None) -> dict[str, Any]:
        self.kind.arms(self.case)
        return self.case.run(*self._words(self.kind.words), behind=behind)

    def _words(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words with the number of the run that was noted before anything died, and with the folder."""
        if "RUN" not in words:
            return tuple(one.replace("FOLDER", str(self.case.bridge.folder)) for one in words)
        with closing(sqlite3.connect(self._kept / "state" / "state.sqlite3.undo")) as file:
            ((run,),) = file.execute("SELECT max(id) FROM run").fetchall()
        return tuple(str(run) if one == "RUN" else one for one in words)

    def _die(self, behind: int, point: str) -> None:
        told = self._command(behind)
        if "signal" not in told:
            self._find("wrong", f"{point}: it lives on and tells {told['code']}")
            return
        self.outcome.count(kills=1)
        for what, sentence in self._at_once():
            self._find(what, f"{point}: {sentence}")
        self.kind.meanwhile(self.case)
        self.case.now += 60
        for words in self.kind.behind:
            self.case.run(*self._words(words))
        for what, sentence in self._then():
            self._find(what, f"{point}: {sentence}")

    def _find(self, what: str, sentence: str) -> None:
        self.outcome.count(**{what: 1})
        self.outcome.findings.append(f"{self.name}: {sentence}")

    # --- what has to hold ----------------------------------------------------------------------------------------------

    def _at_once(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong where the dead command has left it: what is at the helpdesk has been put down here before."""
        case = self.case
        written = {(ticket, name, canonical(value)) for ticket, name, value in case.desk.written()}  # type: ignore[arg-type]
        path = beside(case.bridge.state_path)
        known: set[tuple[int, str, Any]] = set()
        if path.exists() and written:
            with closing(case.journal()) as journal:
                known = {
                    (one.ticket_id, change.name, canonical(change.after))
                    for entries in journal.entries(case.tickets, since=1).values()
                    for one in entries
                    for change in one.fields
                }
        if missing := sorted(written - known, key=str):
            yield "lost", f"{len(missing)} writes without a record, such as {missing[0]}"
        archive = Archive(archive_folder(case.bridge.state_path), seconds=0, clock=lambda: 0.0)
        for ticket in case.tickets:
            for cycle in self.case.snapshot(ticket).bridge.cycles:
                erased = (archive.folder / f"{(cycle.inputs or '').removeprefix('sha256:')}.erased").exists()
                if cycle.inputs and archive.read(cycle.inputs) is None and not erased:
                    yield "lost", f"ticket {ticket} names inputs that are not archived"
        if self.kind.words[:2] == ("state", "undo") and written and Hold(case.bridge.state_path).read() is None:
            yield "wrong", "something was put back, and nothing holds the passes"

    def _then(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong behind the command that was to set all right."""
        case = self.case
        for sentence in self.kind.holds(case):
            yield "wrong", sentence
        yield from self._fields()
        yield from self._people()
        yield from self._deeds()
        told = case.run("sync")
        if told.get("code") != 0 or _changes(case):
            yield "wrong", f"a pass with nothing to do told {told.get('code', told)} and sent {_changes(case)}"
        for path in case.bridge.folder.rglob("*"):
            name = str(path.relative_to(case.bridge.folder))
            if path.is_file() and name not in FILES and not _LEFT.fullmatch(name):
                yield "wrong", f"{re.sub('[0-9a-f]{64}', 'DIGEST', name)} is left behind"

    def _fields(self) -> Iterator[tuple[str, str]]:
        deferred = Deferred(load_settings(self.case.bridge.folder))
        for ticket in self.case.tickets:
            snapshot = self.case.snapshot(ticket)
            wanted = deferred.decide(snapshot, self.case.now).fields
            found = dict(snapshot.bridge.fields)
            different = {
                name: (canonical(found.get(name)), canonical(value))
                for name, value in wanted.items()
                if canonical(found.get(name)) != canonical(value)
            }
            if different:
                yield "wrong", f"ticket {ticket} differs: {json.dumps(different, default=str)}"
            names = [(one.metric, one.cycle) for one in snapshot.bridge.cycles]
            if len(names) != len(set(names)):
                yield "doubled", f"ticket {ticket} has a cycle twice"

    def _people(self) -> Iterator[tuple[str, str]]:
        for ticket, product in self.case.products.items():
            if self.case.snapshot(ticket).fields.get("product") != product:
                yield "lost", f"ticket {ticket} has no product {product}"

    def _deeds(self) -> Iterator[tuple[str, str]]:
        letters = Counter(path.name.partition(".")[0] for path in (self.case.folder / "letters").glob("sla-*.eml"))
        for one, times in letters.items():
            if times > 1:
                yield "doubled", f"{one} left {times} times"
        rows = self.case.desk.store.rows("SELECT * FROM actions")
        done = sum(row["kind"] == "reply" and row["state"] == "done" for row in rows)
        if done != len(letters):
            yield "lost", f"{done} letters are done, and {len(letters)} left"
        for row in rows:
            if row["state"] != "done":
                yield "lost", f"{row['key']} of ticket {row['ticket_id']} is {row['state']}"
