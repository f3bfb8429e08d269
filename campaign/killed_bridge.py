"""A bridge that is killed at random instants of its passes, while people work; then one pass has to set all right."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Self

from bridge.connectors.sandbox import NotAllowed
from bridge.connectors.sandbox.letters import message_id
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from bridge.decisions import Decision
from bridge.sync.planned.stored_values import canonical
from campaign.ledger import PAGES_REDONE
from campaign.outcome import Outcome
from campaign.watched_desk import WatchedDesk
from tests.faults import Fault
from tests.integration.sync.desk_policy import DeskPolicy
from tests.integration.sync.mortal import Mortals
from tests.integration.sync.world import HOUR, World

PAGE = 4
"""So many tickets stand on a page, so that a small desk has several."""

TICKETS = 14
_YIELDED = "sla_support"
_MOST_KILLS = 14
_PASSES = 3
_LETTERS = ("reply", "email")


@dataclass
class _Expected:
    """What has to stand at the end, whatever is killed: the values that people entered last, by ticket and field."""

    products: dict[int, str]
    priorities: dict[int, str]
    outputs: dict[int, str]


class KilledBridge:
    """Plays rounds: each kills some passes of a kind, one after the other, then lets one live. `mutant` is a known fault of the
    bridge that has to be found."""

    def __init__(self, folder: Path, random: Random, mutant: str = "") -> None:
        self.outcome = Outcome()
        self.outcome.count(kills=0, wrong=0, lost=0, doubled=0)
        self._random, self._mutant, self._letters = random, mutant, folder / "letters"
        self.world = World(folder, desk=partial(WatchedDesk, letters=self._letters))
        self.world.policy = DeskPolicy()
        self.desk: WatchedDesk = self.world.sandbox  # type: ignore[assignment]
        self._open = list(self.world.tickets(TICKETS))
        self._closed: list[int] = []
        self._must = _Expected({}, {}, {})
        self._policies = [self.world.policy]
        self._seconds: dict[str, float] = {}
        self._known_run = 0
        self._mortals = Mortals()
        self.rounds: Mapping[str, Callable[[], None]] = {
            "first": self._first,
            "changes": self._changes,
            "policy": self._policy,
            "sweep": self._sweep,
            "undo": self._undo,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._mortals.__exit__()
        self.world.close()

    def play(self, kills: int) -> Outcome:
        """Go round the kinds of passes until so many have been killed; return what came of it."""
        self._first()
        kinds = [*self.rounds, "changes", "changes", "first"]
        while self.outcome.counts["kills"] < kills and len(self.outcome.findings) < 20:
            kind = self._random.choice(kinds)
            self.rounds[kind]()
        return self.outcome

    # --- the kinds -----------------------------------------------------------------------------------------------------

    def _first(self) -> None:
        """A helpdesk that no bridge has written to: its pages are written one by one."""
        self.desk.empty_fields()
        self._must.outputs.clear()
        for path in self.world.path.parent.glob("state.sqlite3*"):
            path.unlink()
        self._known_run = 0
        self.desk.fed.clear()
        self._killed("first")

    def _changes(self) -> None:
        self._work(self._random.randint(3, 12))
        self.world.time.now += self._random.randint(1, 3 * HOUR)
        self._killed("changes")

    def _policy(self) -> None:
        """Another agreement: every open ticket is written."""
        self._another_policy()
        self._killed("policy")

    def _sweep(self) -> None:
        """A day later everything is read again; somebody's SQL has been at some fields meanwhile."""
        self.world.time.now += 25 * HOUR
        with self.desk.by_hand():
            for ticket in self._random.sample(self._open, 3):
                self.world.set_output(ticket, "sla_reason", "somebody's own words")
                self.world.set_output(ticket, _YIELDED, "none")
                self._must.outputs[ticket] = "none"
        self._killed("sweep")

    def _undo(self) -> None:
        """A run over all tickets is put back, and the passes that put it back are killed."""
        before = {one: self.world.outputs(one) for one in self._open}
        self._another_policy()
        self._converges("policy")
        with closing(self.world.journal()) as journal:
            run = max((one.id for one in journal.runs()), default=0)
        kills = self._kill("undo", undo=run)
        self._pass(undo=run)
        left = [one for one in self._open if self.world.outputs(one) != before[one]]
        self._count("wrong", len(left), f"{len(left)} tickets are not as before run {run}, undone after {kills} kills")
        self._look("undo", kills)
        self._converges("undo")

    def _another_policy(self) -> None:
        was = self.world.policy
        level = "general" if was.level == "standard" else "standard"
        self.world.policy = DeskPolicy(level=level, hours=self._random.choice([4, 8, 12]))
        self._policies.insert(0, self.world.policy)

    # --- killing -------------------------------------------------------------------------------------------------------

    def _killed(self, kind: str) -> None:
        kills = self._kill(kind)
        self._converges(kind, kills=kills)

    def _kill(self, kind: str, **order: Any) -> int:
        """Begin passes and kill each somewhere; return how many died. People go on working."""
        died = 0
        for _ in range(self._random.randint(1, _MOST_KILLS)):
            length = self._seconds.get(kind, 0.2)
            works = kind != "undo" and self._random.random() < 0.6
            if works and self._random.random() < 0.5:
                self.desk.faults.next("writes", Fault.RACE, edit=partial(self._work, 1))
            at = self._random.uniform(0, 1.05 * length)
            self._send(kill_after=at, **order)
            if works:
                time.sleep(self._random.uniform(0, at))
                self._work(1)
            told = self._mortals.told()
            if told == {"signal": 9}:
                died += 1
                self.outcome.count(kills=1, **{f"kills_{kind}": 1})
                continue
            self._must_not_fail(told, kind)
            # It was quicker: later kills come earlier.
            self._seconds[kind] = 0.8 * length + 0.2 * min(length, told.get("seconds", length))
            break
        self.desk.faults.clear()
        self.desk.settle()
        return died

    def _send(self, **order: Any) -> None:
        world = self.world
        order |= {"page": PAGE, "yielded": [_YIELDED], "holder": "a", "mutant": self._mutant}
        order |= {"deeds": {"level": world.policy.level, "hours": world.policy.hours}}
        order |= {"url": self.desk.url, "key": self.desk.keys.full, "path": str(world.path), "now": world.time.now}
        self._mortals.send(mass_change=True, **order)

    def _pass(self, **order: Any) -> dict[str, Any]:
        self._send(**order)
        told = self._mortals.told()
        self.desk.settle()
        return told

    def _converges(self, kind: str, kills: int = 0) -> None:
        """Let passes live until everything is right, and look whether the next one has nothing left to do."""
        done = {one for one in self._looked_at if "sla_level" in self.world.outputs(one)}
        self.desk.pages.clear()
        for passes in range(1, _PASSES + 1):
            told = self._pass()
            self._must_not_fail(told, kind)
            if passes == 1:
                self._restarted(kind, told, done, kills)
            if not (wrong := list(self._wrong())):
                break
        self.outcome.reach(passes_to_converge=passes)
        self._count("wrong", len(wrong), f"{kind} after {kills} kills: {wrong[:2]}")
        if passes > 1 and not wrong:
            self.outcome.findings.append(f"{kind} after {kills} kills: it took {passes} passes")
        if (idle := self._pass()).get("written") != 0:
            self.outcome.findings.append(f"{kind} after {kills} kills: a pass with nothing to do told {idle}")
        self._look(kind, kills)

    def _restarted(self, kind: str, told: Mapping[str, Any], done: set[int], kills: int) -> None:
        """Take in how a pass went that came behind killed ones."""
        if "seconds" in told:
            self._seconds[kind] = 0.7 * self._seconds.get(kind, told["seconds"]) + 0.3 * told["seconds"]
        if kills:
            self.outcome.reach(forked_seconds=told.get("first_request", 0.0))
        if kills and kind == "first":
            # What the feed brought was written before its page was ever read.
            listed = [set(page) - self.desk.fed for page in self.desk.pages]
            again = sum(bool(page) and page <= done for page in listed)
            self.outcome.reach(pages_redone=again)
            if again > PAGES_REDONE:
                self.outcome.findings.append(f"{kind} after {kills} kills: {again} pages were done again")

    def _must_not_fail(self, told: Mapping[str, Any], kind: str) -> None:
        if "exit" in told or "signal" in told:
            self.outcome.findings.append(f"{kind}: a pass ended with {dict(told)}")

    # --- people --------------------------------------------------------------------------------------------------------

    def _work(self, deeds: int) -> None:
        """Let people do so many things."""
        people, random, must = self.world.people, self._random, self._must
        for _ in range(deeds):
            ticket, what = random.choice(self._open), random.randrange(8)
            with suppress(NotAllowed):
                if what == 0:
                    people.agent_reply(ticket)
                elif what == 1:
                    people.customer_message(ticket)
                elif what == 2:
                    people.edit_field(ticket, "sla_set_critical", random.random() < 0.5)
                elif what == 3:
                    must.products[ticket] = f"version {random.random()}"
                    people.edit_field(ticket, "product", must.products[ticket])
                elif what == 4:
                    self._prioritize(ticket)
                elif what == 5:
                    people.note(ticket)
                else:
                    self._replace_one()

    def _prioritize(self, ticket: int) -> None:
        """An agent chooses a priority; once the bridge has had its turn, his stands for ever."""
        with self.desk.store.transaction():
            name = self._random.choice(["Low", "Normal"])
            self.world.people.set_priority(ticket, name)
            if self._state_of(ticket, "raise") == "done":
                self._must.priorities[ticket] = name

    def _replace_one(self) -> None:
        """A ticket is closed, another one comes."""
        if len(self._open) >= TICKETS:
            ticket = self._open.pop(self._random.randrange(len(self._open) // 2))
            self._closed = [*self._closed[-TICKETS:], ticket]
            self.world.people.close(ticket)
        (ticket,) = self.world.tickets(1)
        self._open.append(ticket)

    @property
    def _looked_at(self) -> list[int]:
        """All open tickets, and those that were closed last."""
        return [*self._closed, *self._open]

    # --- looking -------------------------------------------------------------------------------------------------------

    def _wrong(self) -> Iterator[str]:
        """Yield what does not stand as a fresh decision says."""
        since = {row["action"]: row["since"] for row in self.desk.store.rows("SELECT * FROM acting")}
        for ticket in self._looked_at:
            snapshot, now = self.world.snapshot(ticket), self.world.time.now
            found = dict(snapshot.bridge.fields)
            if ticket not in self._open and not found:
                # Closed before a bridge ever met it.
                continue
            decision = self.world.policy.decide(snapshot, now)
            # What is closed stays as the agreement of its time left it.
            by = [self.world.policy] if ticket in self._open else self._policies
            wanted = [self._fields(ticket, one.decide(snapshot, now)) for one in by]
            if found not in wanted:
                yield f"ticket {ticket} says {found}, not {wanted[0]}"
            finished = [one for one in decision.clocks if one.stopped_at is not None]
            if len(snapshot.bridge.cycles) != len(finished):
                yield f"ticket {ticket} has {len(snapshot.bridge.cycles)} cycles, not {len(finished)}"
            if due := [one.key for one in decision.actions if since.get(one.id, now + 1) <= one.not_before]:
                yield f"ticket {ticket} lacks {due}"

    def _fields(self, ticket: int, decision: Decision) -> dict[str, object]:
        fields: dict[str, object] = {name: value for name, value in decision.fields.items() if value is not None}
        return fields | ({_YIELDED: self._must.outputs[ticket]} if ticket in self._must.outputs else {})

    def _look(self, kind: str, kills: int) -> None:
        """Count what was overwritten, what was done twice, and what no journal tells of."""
        self._look_at_people(f"{kind} after {kills} kills")
        self._look_at_deeds(f"{kind} after {kills} kills")
        self._look_into_the_journal(f"{kind} after {kills} kills")

    def _look_at_people(self, when: str) -> None:
        for ticket, product in self._must.products.items():
            stands = self.world.snapshot(ticket).fields.get("product")
            self._count("lost", stands != product, f"{when}: ticket {ticket} lost the product {product}")
        for ticket, name in self._must.priorities.items():
            found = self.world.snapshot(ticket).priority
            stands = None if found is None else found.name
            self._count("lost", stands != name, f"{when}: ticket {ticket} has priority {stands}, an agent set {name}")

    def _look_at_deeds(self, when: str) -> None:
        """Compare what the helpdesk says was done with the letters and with the tickets' logs."""
        letters = Counter(path.name.partition(".")[0] for path in self._letters.glob("sla-*.eml"))
        wanted = Counter[str]()
        for row in self.desk.store.rows("SELECT * FROM actions"):
            letter = message_id(self.desk.store.instance_id, row["ticket_id"], row["key"]).partition("@")[0]
            if row["kind"] in _LETTERS:
                wanted[letter] = 1
                self._count("lost", not letters[letter] and row["state"] == "done", f"{when}: {row['key']} never left")
        twice = [one for one, times in letters.items() if times > 1]
        self._count("doubled", len(twice), f"{when}: {len(twice)} letters left twice")
        self._count("doubled", len(letters - wanted), f"{when}: letters left that nobody offered: {letters - wanted}")
        logged = "SELECT ticket_id, count(*) AS n FROM events WHERE kind = ? AND agent_id = ? AND text = 'a note'"
        again = [row for row in self.desk.store.rows(f"{logged} GROUP BY 1", ("note", SERVICE_AGENT)) if row["n"] > 1]
        self._count("doubled", len(again), f"{when}: {len(again)} notes were made twice")

    def _look_into_the_journal(self, when: str) -> None:
        """What was stored has a record of its own, or the journal lies by leaving out."""
        written = {(ticket, name, canonical(value)) for ticket, name, value in self.desk.written()}  # type: ignore[arg-type]
        tickets = sorted({ticket for ticket, *_ in written})
        with closing(self.world.journal()) as journal:
            runs = journal.runs()
            known = {
                (one.ticket_id, change.name, canonical(change.after))
                for entries in journal.entries(tickets, since=self._known_run + 1).values()
                for one in entries
                for change in one.fields
            }
        missing = sorted(written - known, key=str)
        self._count("lost", len(missing), f"{when}: {len(missing)} writes without a record, such as {missing[:2]}")
        self._known_run = runs[0].id if runs else 0

    def _state_of(self, ticket: int, action: str) -> str | None:
        rows = self.desk.store.rows("SELECT state FROM actions WHERE ticket_id = ? AND action = ?", (ticket, action))
        return rows[0]["state"] if rows else None

    def _count(self, what: str, times: int, sentence: str) -> None:
        if times:
            self.outcome.count(**{what: int(times)})
            self.outcome.findings.append(sentence)
