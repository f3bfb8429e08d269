"""A helpdesk in a storm: passes over loopback HTTP whose answers are spoilt at random, people who work meanwhile, and a judge
inside the helpdesk who looks at every write before and after it is carried out.

The judge knows nothing of the bridge's memory: what a write should say follows from the ticket as it stands in the helpdesk, by
the same pure function.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from bridge.connectors.helpdesks import batches, osticket
from bridge.connectors.helpdesks.plugin_api import STALE_SECONDS
from bridge.connectors.helpdesks.transport import HttpLimits
from bridge.connectors.sandbox import NotAllowed, snapshots
from bridge.connectors.sandbox.letters import EmailLetter, LetterBox, message_id
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from bridge.decisions import Action, ActionKind, Decision
from bridge.errors import BridgeError
from bridge.sync.actions import ActionLimits
from bridge.sync.engine import Engine, PassOptions, RunReport
from bridge.sync.first_sync import under_way
from bridge.sync.memory.state import SqliteState
from bridge.tickets import Actor, Instant, Ticket, parse_instant, ticket_adapter
from campaign.outcome import Outcome
from tests.faults import Fault, Faults, Scripted
from tests.integration.sync.world import HOUR, Policy, World

SMALL_PAGE, SMALL_BATCH = 8, 5
"""Of so few tickets, that a pass over thirty has pages and batches on two lanes."""

LIMITS = HttpLimits(
    connect_seconds=5,
    request_seconds=2,
    total_seconds=60,
    attempts=30,
    wait_seconds=0.01,
    retries=10_000,
    answer_bytes=256 * 1024,
)
_KINDS = {"ack": "reply", "tell": "note"}
_ACTIONS = ActionLimits(per_day=10**6, per_ticket_per_day=10**3, first_run=10**6)
_RETRY_AFTER = (None, None, "0", "1", "-5", "99999999999", "soon", "Wed, 18 Nov 2026 11:07:00 GMT", "Thu, 01 Jan 1970")
_HUGE = 300 * 1024
_DRIPS = 1 / 2500
"""One costs whole seconds, as each waits for a deadline."""

_TICKETS = 24
_PASSES_AT_MOST = 4
"""So many are made before it is given up that everything becomes right."""

_AN_EPISODE = 24
"""So many passes at most before the storm is over for once."""

_A_WORLD = 1500
"""So many faults before all begins anew with a first sync."""

QUICK_KINDS: Sequence[Fault] = tuple(
    one for one in Fault if one not in (Fault.DELAY, Fault.DRIP, Fault.RACE, Fault.STALE)
)
ROUTES = ("changes", "tickets", "ticket", "writes", "meta", "actions", "actions/run", "actions/declare")
PASSING: Sequence[Fault] = (
    Fault.TOO_MANY,
    Fault.UNAVAILABLE,
    Fault.INTERNAL,
    Fault.DROP,
    Fault.LOST,
    Fault.CUT,
    Fault.NO_HTTP,
    Fault.BAD_GATEWAY,
)
"""Trouble after which a request is repeated; of the other kinds each ends the pass."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How many of the answers of which routes are spoilt in a pass, and how many of those in ways that pass."""

    share: float
    routes: Sequence[str] = ROUTES
    passing: float = 0.0


WEATHER: Sequence[Weather] = (
    Weather(0.2),
    Weather(0.4, passing=0.8),
    Weather(0.7, passing=0.9),
    Weather(0.8, passing=0.95),
    Weather(0.9, passing=0.97),
    Weather(0.93, passing=0.99),
    Weather(0.96, passing=0.995),
    Weather(0.97, passing=1.0),
    Weather(0.95, ("writes",), passing=0.9),
    Weather(0.8, ("writes", "changes"), passing=0.8),
    Weather(0.9, ("tickets", "ticket"), passing=0.9),
    Weather(0.9, ("actions", "actions/run", "actions/declare", "meta"), passing=0.9),
    Weather(1.0),
)
"""One of these for each pass."""


class Agreement(Policy):
    """The small policy of the tests, which also answers every ticket once and notes what has become overdue."""

    def decide(self, ticket: Ticket, now: Instant) -> Decision:
        """What the service agent does is nothing that a person has to be told."""
        people = tuple(one for one in ticket.events if one.actor is not Actor.SYSTEM)
        decision = super().decide(replace(ticket, events=people), now)
        stands = {one.key for one in ticket.bridge.actions}
        open_actions = [one for one in self.actions(ticket) if one.key not in stands]
        decision.actions = tuple(one for one in open_actions if one.not_before <= now)
        turns = [decision.next_change_at, *(one.not_before for one in open_actions if one.not_before > now)]
        decision.next_change_at = min((one for one in turns if one is not None), default=None)
        return decision

    def actions(self, ticket: Ticket) -> list[Action]:
        """Return what is done for the ticket in its life, once each."""
        texts = {part: {"en": f"{part} of a letter"} for part in ("subject", "text", "html")}
        due = ticket.created_at + self.hours * HOUR
        return [
            Action(key="ack:ticket:1", id="ack", kind=ActionKind.REPLY, params=texts, not_before=ticket.created_at),
            Action(
                key="tell:ticket:1",
                id="tell",
                kind=ActionKind.NOTE,
                params={"text": {"en": "It is late"}},
                not_before=due,
            ),
        ]


class Postbox(LetterBox):
    """Takes every attempt for itself, as a mail server does; a letter that is sent twice lies there twice."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()

    def put(self, letter: EmailLetter) -> None:
        """Count it."""
        self.sent[letter.message_id] += 1


class RandomFaults(Faults):
    """Spoils answers by dice in the place of a script. `spoilt` counts those that really were, by kind.

    Two lanes ask at once, in no certain order: each request has dice of its own, thrown by what it asks and how often it was
    asked in this pass.
    """

    def __init__(self, faults: Faults, storm: "Storm") -> None:
        super().__init__(faults._api)
        self.storm = storm
        self.weather = Weather(0.0)
        self.spoilt: Counter[Fault] = Counter()
        self._pass, self._asked = 0, Counter[str]()

    def storm_begins(self, weather: Weather) -> None:
        """Spoil answers by this weather from now on."""
        self.weather = weather
        self._pass += 1
        self._asked.clear()

    def calm(self) -> None:
        """Spoil nothing from now on."""
        self.weather = Weather(0.0)
        self.clear()

    def respond(self, request: ApiRequest) -> Response:
        """Answer, spoilt where the dice say so. STALE is thrown where there is something stale to answer with."""
        with self._lock:
            target = f"{self._target(request)} {[one['id'] for one in items_of(request)]}"
            self._asked[target] += 1
            random = Random(f"{self.storm.seed}/{self._pass}/{target}/{self._asked[target]}")
        self.before(request, random)
        if (scripted := self._thrown(request, random)) is not None:
            options = {"retry_after": scripted.retry_after, "size": scripted.size}
            self.next(request.route, scripted.fault, **options)
        return super().respond(request)

    def before(self, request: ApiRequest, random: Random) -> None:
        """Do what comes between the request and its answer."""

    def _thrown(self, request: ApiRequest, random: Random) -> Scripted | None:
        if request.route not in self.weather.routes or random.random() >= self.weather.share:
            return None
        with self._lock:
            older, newer = self._past.get(self._target(request), (None, None))
            kind = random.random()
            if kind < 0.1 and older is not newer and self._tells(request, older):
                fault = Fault.STALE
            else:
                kinds = PASSING if random.random() < self.weather.passing else QUICK_KINDS
                fault = Fault.DRIP if 1 - kind < _DRIPS else random.choice(kinds)
            self.spoilt[fault] += 1
        return Scripted(fault=fault, retry_after=random.choice(_RETRY_AFTER), size=_HUGE)

    def _tells(self, request: ApiRequest, old: Response) -> bool:
        """Return whether an old answer can be told from a new one. A page of the feed need not be: its cursor is as old."""
        told = parse_instant(old.headers["X-Sla-Bridge-Server-Time"])
        return request.route == "changes" or self.storm.world.time.now - told > STALE_SECONDS

    def _honest(self, request: ApiRequest) -> Response:
        if request.route != "writes":
            return super()._honest(request)
        with self.storm.judge.watching(request) as answered:
            response = super()._honest(request)
            answered(response)
        return response


def items_of(request: ApiRequest) -> Sequence[Mapping[str, Any]]:
    """Return the items that a request writes; none for another one."""
    return json.loads(request.body or b"{}").get("items", ()) if request.route == "writes" else ()


class Judge:
    """Sees every batch that the helpdesk carries out, before and after, and every instant that the helpdesk ever told."""

    def __init__(self, storm: "Storm") -> None:
        self._storm = storm
        self.outcome = Outcome(counts={"faults": 0, "wrong": 0, "lost": 0, "doubled": 0, "writes": 0})

    def wrong(self, kind: str, what: str) -> None:
        """Put down a broken promise of that kind: `wrong`, `lost` or `doubled`."""
        self.outcome.count(**{kind: 1})
        self.outcome.findings.append(f"{kind}: {what}")

    @contextmanager
    def watching(self, request: ApiRequest) -> Iterator[Any]:
        """Look at the batch's tickets before, and behind the answer."""
        world, items = self._storm.world, items_of(request)
        with world.sandbox.store.transaction():
            before = {one["id"]: self._seen(one["id"]) for one in items}

            def answered(response: Response) -> None:
                if response.status == 200:
                    for item, result in zip(items, json.loads(response.body)["results"], strict=True):
                        self._judged(item, result["result"], before[item["id"]], self._seen(item["id"]))

            yield answered

    def _seen(self, ticket: int) -> Ticket | None:
        with suppress(KeyError):
            return self._storm.world.snapshot(ticket)
        return None

    def _judged(self, item: Mapping[str, Any], result: str, before: Ticket | None, after: Ticket | None) -> None:
        if before is None or after is None or result != "ok":
            return
        self.outcome.count(writes=1)
        if before.fields != after.fields:
            self.wrong("lost", f"ticket {before.id}: a write changed what people had entered")
        wanted, written = self._storm.wanted, item.get("fields") or {}
        at = next((t for t in self._storm.instants() if written.items() <= wanted(before, t).items()), None)
        if at is None:
            self.wrong("wrong", f"ticket {before.id} was given {written}, which follows from nothing that it has been")
        stood = before.bridge.fields
        newer = (t for t in self._storm.instants() if at is not None and t > at and _is(stood, wanted(before, t)))
        if written and (later := next(newer, None)) is not None and not _is(after.bridge.fields, stood):
            self.wrong("wrong", f"ticket {before.id} was put back from what held at {later} to what held at {at}")


def _is(fields: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return dict(fields) == {name: value for name, value in wanted.items() if value is not None}


class Storm:
    """A world whose weather changes with every pass."""

    allowed = 1
    """So many passes after the storm must make everything right."""

    faults_by: type[RandomFaults] = RandomFaults

    def __init__(self, folder: Path, seed: str) -> None:
        self.seed, self.random = seed, Random(seed)
        self.world = World(folder, limits=LIMITS)
        self.world.policy = Agreement()
        self.post = Postbox()
        self.world.sandbox.switch_actions(self.post)
        self.judge = Judge(self)
        self.outcome = self.judge.outcome
        self.faults = self.world.sandbox.faults = self.faults_by(self.world.sandbox.faults, self)
        self.world.options = PassOptions(actions=_ACTIONS, allow_mass_change=True)
        self.entered: dict[tuple[int, str], object] = {}
        self.decided_by: dict[int, Policy] = {}
        self.alive = self.world.tickets(_TICKETS)
        self._past_times = [self.world.time.now]

    # --- people and time ---

    def instants(self) -> Sequence[Instant]:
        """Return the times that a decision may go by: now, and those that a stale answer may still show."""
        return self._past_times[::-1]

    def time_passes(self) -> None:
        """Let some time pass, seldom so much that the daily sweep is due."""
        self.world.time.now += self.random.choice((0, 1, 1, 59, 600, HOUR, HOUR, 4 * HOUR, 25 * HOUR))
        self._now_is()

    def _now_is(self) -> None:
        if self.world.time.now != self._past_times[-1]:
            self._past_times = [*self._past_times[-40:], self.world.time.now]

    def people_work(self, times: int) -> None:
        """Let people do so many things to tickets of chance."""
        for _ in range(times):
            self.somebody_acts(self.random.choice(self.alive), self.random)
        if len(self.alive) < 40 and self.random.random() < 0.5:
            self.alive.append(self.world.people.create_ticket("one more", email=f"user{len(self.alive)}@kolos.example"))
        if len(self.alive) > 12 and self.random.random() < 0.2:
            gone = self.alive.pop(self.random.randrange(len(self.alive)))
            self.world.people.delete(gone)

    def somebody_acts(self, ticket: int, random: Random) -> None:
        """Let somebody change a ticket; nobody is surprised that some things are not allowed."""
        people = self.world.people
        entered: Mapping[str, object] = {
            "sla_set_critical": random.random() < 0.5,
            "product": f"version {random.randrange(10**6)}",
        }
        deeds = (
            lambda: people.agent_reply(ticket),
            lambda: people.note(ticket),
            lambda: people.customer_message(ticket),
            lambda: people.close(ticket),
            lambda: people.reopen(ticket),
            lambda: people.transfer(ticket, random.choice(("Sales", "Support"))),
            lambda: people.set_priority(ticket, random.choice((1, 2, 3, 4))),
            lambda: people.assign(ticket, random.choice((2, 3))),
        )
        with suppress(NotAllowed):
            if random.random() < 0.5:
                name = random.choice(tuple(entered))
                people.edit_field(ticket, name, entered[name])
                self.entered[ticket, name] = entered[name]
            else:
                random.choice(deeds)()

    # --- passes ---

    def one_pass(self) -> RunReport:
        """Make a pass as a process of its own does."""
        world = self.world
        world.sandbox.clear_journal()
        with closing(SqliteState(world.path)) as state, closing(world.journal()) as journal:
            engine = self.engine(state)
            engine.journal = journal
            with closing(engine.helpdesk):
                return engine.sync()

    def engine(self, state: SqliteState) -> Engine:
        """Return the engine of a pass."""
        world = self.world

        def decide(ticket: Ticket, now: Instant) -> Decision:
            self.decided_by[ticket.id] = world.policy
            return world.policy.decide(ticket, now)

        return Engine(
            world.helpdesk(state.fact("route")),
            state,
            decide,
            basis=world.policy.basis,
            local_clock=world.time.host,
            options=world.options,
            kinds=lambda: _KINDS,
        )

    def before_a_pass(self) -> None:
        """Do to the host, between two passes, what a scenario is about."""

    def before_settling(self) -> None:
        """Do what is still under way when the storm is over."""

    def stormy_pass(self) -> None:
        """Make a pass in weather of chance; that it fails is no surprise, what it leaves is looked at later."""
        self.faults.storm_begins(self.random.choice(WEATHER))
        self.outcome.count(passes=1)
        try:
            self.one_pass()
        except BridgeError:
            self.outcome.count(failed_passes=1)
        finally:
            self.faults.calm()
            self.outcome.counts["faults"] = sum(self.faults.spoilt.values())

    # --- what must hold ---

    def wanted(self, ticket: Ticket, at: Instant) -> Mapping[str, Any]:
        """Return what the fields of a ticket should say by the policy in force."""
        return self.world.policy.decide(ticket, at).fields

    def settle(self) -> None:
        """End the storm: so many passes as are `allowed` must make everything right, and one more finds nothing to do."""
        self.faults.calm()
        self.before_settling()
        amiss, number, first = "nothing was tried", 0, self._is_first()
        while amiss and number < _PASSES_AT_MOST:
            number += 1
            before, amiss = amiss, self._calm_pass()
        self.outcome.reach(passes_to_converge=number)
        if amiss:
            self.judge.wrong("wrong", f"still after {number} passes: {amiss}")
            return
        if number > self.allowed:
            self.judge.wrong("wrong", f"{number} passes were needed; after the one before {before}")
        if first:
            # What is to be done waits until all tickets have been read: it is the next pass that does it.
            self.one_pass()
        self._look_at_people_and_letters()
        report = self.one_pass()
        examined = report.examined and not report.full_scan and self.allowed == 1
        if report.written or report.conflicts or report.gone or examined:
            self.judge.wrong("wrong", f"a pass after the last one still did something: {report}")

    def _is_first(self) -> bool:
        """Return whether the next pass has all tickets to read, as the bridge knows none or forgot them."""
        try:
            with closing(SqliteState(self.world.path, read_only=True)) as state:
                return under_way(state)
        except BridgeError:
            return True

    def _calm_pass(self) -> str:
        """Make a pass that nothing disturbs; return what is amiss after it, empty where all is right."""
        try:
            report = self.one_pass()
        except BridgeError as error:
            return f"a pass in calm weather failed: {error}"
        if not (amiss := self._amiss()):
            return ""
        return f"{amiss}; failed {report.failed}, notes {report.notes}, set aside {self._set_aside()}"

    def _seen(self) -> dict[int, Ticket]:
        """Return the tickets as they stand in the helpdesk."""
        found = snapshots.read(self.world.sandbox.store, self.alive)
        return {one: ticket_adapter().validate_python(found[one]) for one in self.alive}

    def _set_aside(self) -> Sequence[object]:
        with closing(SqliteState(self.world.path, read_only=True)) as state:
            return state.troubles()

    def _amiss(self) -> str:
        """Return what is not as the policy says, empty where all is."""
        world = self.world
        for ticket, seen in self._seen().items():
            judged = seen.status.state == "open" or self.decided_by.get(ticket) == world.policy
            if judged and not _is(seen.bridge.fields, self.wanted(seen, world.time.now)):
                wanted, stands = self.wanted(seen, world.time.now), seen.bridge.fields
                off = {one: (stands.get(one), value) for one, value in wanted.items() if stands.get(one) != value}
                return f"ticket {ticket}, {seen.status.state}, says and should say {off}"
        return ""

    def _look_at_people_and_letters(self) -> None:
        world, instance, tickets = self.world, self.world.sandbox.store.instance_id, self._seen()
        for (ticket, name), value in self.entered.items():
            if ticket in tickets and (tickets[ticket].fields.get(name) or None) != (value or None):
                self.judge.wrong("lost", f"ticket {ticket}: {name} is no longer the agent's {value!r}")
        for letter, times in self.post.sent.items():
            if times > 1:
                self.judge.wrong("doubled", f"the letter {letter} left {times} times")
        since = {row["action"]: row["since"] for row in world.sandbox.store.rows("SELECT * FROM acting")}
        rows = {
            (row["ticket_id"], row["key"]): row["state"] for row in world.sandbox.store.rows("SELECT * FROM actions")
        }
        for ticket, seen in tickets.items():
            notes = sum(one.kind == "note" and one.actor is Actor.SYSTEM for one in seen.events)
            if notes > 1:
                self.judge.wrong("doubled", f"ticket {ticket} has {notes} notes of one action")
            for action in world.policy.actions(seen):
                due = seen.status.state == "open" and since[action.id] <= action.not_before <= world.time.now
                state = rows.get((ticket, action.key))
                if due and state != "done":
                    self.judge.wrong("lost", f"ticket {ticket}: {action.key} is {state}, not done")
                sent = self.post.sent[message_id(instance, ticket, action.key)]
                if action.kind is ActionKind.REPLY and state == "done" and not sent:
                    self.judge.wrong("lost", f"ticket {ticket}: {action.key} is done and nothing left")

    def close(self) -> None:
        """End it."""
        self.world.close()


def play_storms(storm: type[Storm], seed: int, amount: int, folder: Path) -> Outcome:
    """Spoil so many answers, in one world after another, each beginning with a first sync."""
    total, number = Outcome(), 0
    with small_pages():
        while (left := amount - total.counts.get("faults", 0)) > 0:
            number += 1
            place = folder / str(number)
            place.mkdir()
            made = storm(place, f"{storm.__name__}/{seed}/{number}")
            try:
                _episodes(made, min(_A_WORLD, left))
            finally:
                made.close()
            total.join(made.outcome.counts, made.outcome.most)
            total.findings += [f"world {number}: {one}" for one in made.outcome.findings]
    return total


def _episodes(storm: Storm, amount: int) -> None:
    while storm.outcome.counts["faults"] < amount:
        for _ in range(storm.random.randint(1, _AN_EPISODE)):
            storm.people_work(storm.random.randint(0, 4))
            storm.time_passes()
            storm.before_a_pass()
            storm.stormy_pass()
        storm.settle()


@contextmanager
def small_pages() -> Iterator[None]:
    """Let pages and batches be small, so that few tickets make many requests."""
    with patch.object(osticket, "PAGE", SMALL_PAGE), patch.object(batches, "ITEMS", SMALL_BATCH):
        yield
