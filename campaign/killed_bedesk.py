"""A bridge beside a double of BeDesk: its passes are killed while people edit, also between the last read before a write and the
write, which nothing there can make conditional. Then one pass has to set all right."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any, Self

from pydantic import SecretStr

from bridge.connectors.bedesk_double import Assumptions, BedeskDouble, DoubleDesk
from bridge.connectors.bedesk_double.desk import AGENTS, FIRST_AGENT, GROUPS
from bridge.connectors.helpdesks.bedesk import polling, writing
from bridge.connectors.helpdesks.bedesk.helpdesk import Bedesk
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from bridge.protocols.helpdesk import Connection
from bridge.protocols.provisioning import SetupRequest
from bridge.sync.engine import Engine, PassOptions
from bridge.sync.memory.state import SqliteState
from campaign.outcome import Outcome
from tests.integration.sync.mortal import Mortals
from tests.integration.sync.world import HOUR, START, Policy

_CONVERSATIONS = "/helpdesk/agent/conversations/"
_QUICKER = 0.3
"""How often somebody edits a conversation between the bridge's read and its write."""

_MOST_KILLS = 8


class WatchedDouble(BedeskDouble):
    """A double that measures how long lies between the last read before a write and the write, and lets somebody be quicker."""

    def __init__(self, clock: Callable[[], float], assumptions: Assumptions) -> None:
        super().__init__(clock, assumptions=assumptions)
        self.windows: list[float] = []
        self.quicker: Callable[[int], None] | None = None
        self.timed: list[tuple[float, int, str]] = []
        self.in_window: list[tuple[int, str]] = []
        self._read_at: dict[int, float] = {}

    def respond(self, request: ApiRequest) -> Response:
        """Note reads; before a write let somebody be quicker."""
        _, found, rest = request.path.partition(_CONVERSATIONS)
        number = int(rest) if found and rest.isdigit() else None
        with self.desk.lock:
            return self._watched(request, number)

    def _watched(self, request: ApiRequest, number: int | None) -> Response:
        if number is not None and request.method == "PUT":
            if (read_at := self._read_at.pop(number, None)) is not None:
                self.windows.append(time.monotonic() - read_at)
                self.in_window += [(one, key) for at, one, key in self.timed if one == number and at > read_at]
                self.timed = [one for one in self.timed if one[1] != number]
            if self.quicker is not None:
                self.quicker(number)
        if number is not None and request.method == "GET":
            self._read_at[number] = time.monotonic()
        return super().respond(request)


class KilledBedesk:
    """Plays rounds: in each some passes are killed while people work, then one lives. `mutant` is a known fault of the connector
    that has to be found."""

    def __init__(
        self, folder: Path, random: Random, *, conversations: int, replaces: bool = False, mutant: str = ""
    ) -> None:
        self.outcome = Outcome()
        self.outcome.count(
            kills=0, wrong=0, edits=0, edits_in_window=0, forced=0, overwritten=0, windows=0, window_ms=0
        )
        self._random, self._mutant, self._path, self._replaces = random, mutant, folder / "state.sqlite3", replaces
        self.now = START
        self.double = WatchedDouble(lambda: self.now, Assumptions(put_replaces=replaces)).start()
        self.desk: DoubleDesk = self.double.desk
        self._must: dict[tuple[int, str], str] = {}
        self._raced: set[tuple[int, str]] = set()
        self._seconds = 1.0
        with closing(self._connected()) as helpdesk:
            helpdesk.setup(SetupRequest(action="apply", language="en", inputs=("product",)))
        self._product, self._critical = self.desk.key_of("Product"), self.desk.key_of("Critical error confirmed")
        for one in range(conversations):
            self.desk.open(f"question {one}", email=f"user{one}@kolos.example", ago=self._random.randint(0, 9 * HOUR))
        self._mortals = Mortals("campaign.killed_bedesk:one_pass")

    def _connected(self) -> Bedesk:
        return Bedesk.open(Connection(url=self.double.url, key=SecretStr(self.double.token)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._mortals.__exit__()
        self.double.close()

    def play(self, kills: int) -> Outcome:
        """Kill until so many have died; return what came of it."""
        self._settles("first sync")
        while self.outcome.counts["kills"] < kills and len(self.outcome.findings) < 10:
            self.round()
        self._measure()
        return self.outcome

    def round(self) -> None:
        """People work, passes die, one lives."""
        self.now += self._random.randint(30, 600)
        self._work(self._random.randint(5, 15))
        self.double.quicker = self._race
        for _ in range(self._random.randint(1, _MOST_KILLS)):
            at = self._random.uniform(0, self._seconds)
            self._send(kill_after=at)
            time.sleep(self._random.uniform(0, at))
            self._work(self._random.randint(1, 3), timed=True)
            told = self._mortals.told()
            if told != {"signal": 9}:
                self._take(told)
                break
            self.outcome.count(kills=1)
        self.double.quicker = None
        self._settles("kills")

    def _settles(self, after: str) -> None:
        """Let one pass live, look whether all is right, and whether the next one has nothing left to do."""
        self._take(self._pass())
        wrong = list(self._wrong())
        self.outcome.count(wrong=len(wrong))
        self.outcome.findings += [f"after {after}: {one}" for one in wrong[:2]]
        self._look_at_people()
        if (idle := self._pass()).get("written") != 0:
            self.outcome.findings.append(f"after {after}: a pass with nothing to do told {idle}")

    def _send(self, **order: Any) -> None:
        where = {"url": self.double.url, "key": self.double.token, "path": str(self._path), "now": self.now}
        self._mortals.send(mutant=self._mutant, **where, **order)

    def _pass(self) -> dict[str, Any]:
        self._send()
        return self._mortals.told()

    def _take(self, told: Mapping[str, Any]) -> None:
        if "seconds" in told:
            self._seconds = 0.7 * self._seconds + 0.3 * told["seconds"]
        else:
            self.outcome.findings.append(f"a pass ended with {dict(told)}")

    def _measure(self) -> None:
        windows = self.double.windows
        self.outcome.count(windows=len(windows), window_ms=round(1000 * sum(windows)))
        self.outcome.reach(window_seconds=max(windows, default=0.0))

    # --- people --------------------------------------------------------------------------------------------------------

    def _work(self, deeds: int, *, timed: bool = False) -> None:
        for _ in range(deeds):
            number = self._random.choice(list(self.desk.conversations))
            if timed:
                self.outcome.count(edits=1)
            with self.desk.lock:
                self._deed(number, timed=timed)

    def _race(self, number: int) -> None:
        if self._random.random() < _QUICKER:
            self.outcome.count(forced=1)
            self._deed(number, raced=True)

    def _deed(self, number: int, *, raced: bool = False, timed: bool = False) -> None:
        desk, random, what = self.desk, self._random, self._random.randrange(8)
        if what < 3:
            self._edit(number, self._product, f"version {random.random()}", raced=raced)
        elif what == 3:
            self._edit(number, self._critical, random.choice(["1", "0"]), raced=raced)
        elif what == 4:
            desk.agent_reply(number, "Answered", agent=FIRST_AGENT)
        elif what == 5:
            desk.customer_message(number, "Hello?")
        elif what == 6:
            desk.transfer(number, random.choice(list(GROUPS)))
        else:
            desk.assign(number, random.choice([None, *AGENTS]))
        if timed:
            key = self._product if what < 3 else self._critical if what == 3 else ""
            self.double.timed.append((time.monotonic(), number, key))

    def _edit(self, number: int, key: str, value: str, *, raced: bool) -> None:
        with self.desk.lock:
            self._must[number, key] = value
            if raced:
                self._raced.add((number, key))
            self.desk.edit_attribute(number, key, value)

    # --- looking -------------------------------------------------------------------------------------------------------

    def _wrong(self) -> Iterator[str]:
        """Yield what does not stand as the site's own rows demand, reckoned without the connector."""
        names = {"SLA level": "level", "SLA state": "state", "SLA due": "due"}
        keys = {self.desk.key_of(name): short for name, short in names.items()}
        for number, one in self.desk.conversations.items():
            stands = {keys[key]: value for key, value in one.attributes.items() if key in keys}
            due = one.created_at + 8 * HOUR
            answers = [row["created_at"] for row in one.messages if row["user_id"] in AGENTS]
            state = "Overdue" if self.now >= due else "Running"
            if answers:
                state = "Missed" if min(answers) >= due else "Met"
            wanted = {"level": "Urgent" if one.attributes.get(self._critical) == "1" else "Standard", "state": state}
            if not answers:
                wanted["due"] = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(due))
            if stands != wanted:
                yield f"conversation {number} says {stands}, not {wanted}"

    def _look_at_people(self) -> None:
        """Count what people entered and no longer stands. Where a PUT replaces, an edit between read and write may go so."""
        self.outcome.count(edits_in_window=len(self.double.in_window))
        self._raced.update(self.double.in_window)
        self.double.in_window.clear()
        self.double.timed.clear()
        for (number, key), value in list(self._must.items()):
            stands = self.desk.conversations[number].attributes.get(key)
            if stands != value:
                self.outcome.count(overwritten=1)
                if not self._replaces or (number, key) not in self._raced:
                    self.outcome.findings.append(
                        f"conversation {number} has {key} {stands!r}, somebody entered {value!r}"
                    )
                self._must.pop((number, key))
        self._raced.clear()


def one_pass(*, url: str, key: str, path: str, now: int, mutant: str = "") -> dict[str, Any]:
    """Make a pass by the small policy; return what was written and how many seconds it took."""
    if mutant:
        MUTANTS[mutant]()
    begun, policy = time.monotonic(), Policy()
    with closing(SqliteState(Path(path))) as state:
        connection = Connection(url=url, key=SecretStr(key), route=state.fact("route"))
        with closing(Bedesk.open(connection)) as helpdesk:
            engine = Engine(
                helpdesk,
                state,
                policy.decide,
                basis=policy.basis,
                local_clock=lambda: float(now),
                options=PassOptions(allow_mass_change=True),
            )
            report = engine.sync()
    return {"written": report.written, "conflicts": report.conflicts, "seconds": time.monotonic() - begun}


def _settled_at_once() -> None:
    """Take a row for told for good, although it may change once more within its second."""
    polling.SETTLED = -(10**9)


def _others_travel_along() -> None:
    """Send what others have entered along with each write, as it was read before."""
    sent = writing.ConversationWriter._put

    def whole(self: Any, write: Any, found: Any, wanted: dict[str, str]) -> Any:
        others = {key: value for key, value in found.values.items() if value not in (None, "")}
        with suppress(KeyError):
            return sent(self, write, found, {**others, **wanted})
        return None

    writing.ConversationWriter._put = whole  # type: ignore[method-assign]


MUTANTS: Mapping[str, Callable[[], None]] = {
    "settled at once": _settled_at_once,
    "others travel along": _others_travel_along,
}
