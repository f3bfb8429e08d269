"""A double of BeDesk, a clock to turn, and passes over it by the small policy, each by a process's worth of new objects."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bridge.connectors.bedesk_double import Assumptions, BedeskDouble
from bridge.connectors.helpdesks.bedesk.attributes import FIELDS, RECORD
from bridge.connectors.helpdesks.bedesk.helpdesk import Bedesk
from bridge.connectors.helpdesks.transport import HttpLimits, Transport
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from bridge.protocols.provisioning import SetupReport, SetupRequest
from bridge.sync.engine import Engine, PassOptions, RunReport
from bridge.sync.memory.journal import Journal, Retention, beside
from bridge.sync.memory.state import SqliteState
from bridge.sync.undo import Undo, UndoReport
from bridge.tickets import Ticket
from tests.integration.sync.world import START, Policy

LIMITS = HttpLimits(connect_seconds=2, request_seconds=20, total_seconds=40, attempts=2, wait_seconds=0.01)


class ScriptedDouble(BedeskDouble):
    """A double that lets something happen before a request, or answers otherwise."""

    def __init__(self, clock: Callable[[], float], assumptions: Assumptions) -> None:
        super().__init__(clock, assumptions=assumptions)
        self.before: Callable[[ApiRequest], None] = lambda _: None
        self.instead: Callable[[ApiRequest], Response | None] = lambda _: None
        self.asked: list[str] = []

    def respond(self, request: ApiRequest) -> Response:
        self.asked.append(f"{request.method} {request.path}")
        self.before(request)
        return self.instead(request) or super().respond(request)


class BedeskWorld:
    """A site that is set up, and a bridge beside it."""

    def __init__(self, folder: Path, assumptions: Assumptions | None = None, *, language: str = "en") -> None:
        self.now = START
        self.path = folder / "state.sqlite3"
        self.double = ScriptedDouble(lambda: self.now, assumptions or Assumptions()).start()
        self.desk = self.double.desk
        self.policy = Policy()
        self.levels: list[tuple[str, dict[str, str]]] = []
        self.language = language
        self.setup()

    def setup(self, action: str = "apply") -> SetupReport:
        with closing(self.helpdesk()) as helpdesk:
            return helpdesk.setup(SetupRequest(action=action, language=self.language, inputs=("product",)))

    def helpdesk(self, route: str | None = None, token: str | None = None) -> Bedesk:
        transport = Transport(
            self.double.url,
            SecretStr(token or self.double.token),
            key_header="Authorization: Bearer {}",
            limits=LIMITS,
            sleep=lambda _: None,
        )
        return Bedesk(transport, route=route, levels=lambda: self.levels)

    def run(self) -> RunReport:
        self.double.asked.clear()
        with closing(SqliteState(self.path)) as state, closing(self.helpdesk(state.fact("route"))) as helpdesk:
            options = PassOptions(allow_mass_change=True)
            with closing(self.journal()) as journal:
                engine = Engine(
                    helpdesk,
                    state,
                    self.policy.decide,
                    basis=self.policy.basis,
                    local_clock=lambda: float(self.now),
                    options=options,
                    journal=journal,
                )
                return engine.sync()

    def journal(self, *, undoes: int | None = None) -> Journal:
        """The undo journal, as a process of its own opens it."""
        return Journal(beside(self.path), retention=Retention(), clock=lambda: float(self.now), undoes=undoes)

    def undo(self, run: int) -> UndoReport:
        with (
            closing(self.journal()) as journal,
            closing(self.journal(undoes=run)) as book,
            closing(SqliteState(self.path)) as state,
            closing(self.helpdesk(state.fact("route"))) as helpdesk,
        ):
            writable = frozenset(one.name for one in helpdesk.meta().fields if one.owner == "bridge")
            return Undo(
                helpdesk=helpdesk, journal=journal, run=run, writable=writable, now=self.now, state=state, book=book
            ).carry_out()

    def open(self, *, ago: int = 0) -> int:
        return self.desk.open("question", "<b>How?</b>", email="ivan@kolos.example", ago=ago)

    def read(self, number: int) -> Ticket:
        with closing(SqliteState(self.path, read_only=True)) as state:
            route = state.fact("route")
        with closing(self.helpdesk(route)) as helpdesk:
            found = helpdesk.ticket(number)
        assert isinstance(found, Ticket)
        return found

    def key(self, name: str) -> str:
        title = FIELDS[name].title
        return self.desk.key_of(title.text("en"), title.text("ru"))

    def shown(self, number: int) -> dict[str, Any]:
        """What agents read in the bridge's own attributes, by its names."""
        names = {self.key(name): name for name in FIELDS if name in _SHOWN}
        return {names[key]: value for key, value in self.desk.conversations[number].attributes.items() if key in names}

    def forget_the_state(self) -> None:
        for path in self.path.parent.glob("state.sqlite3*"):
            path.unlink()

    def record(self, number: int) -> str:
        return str(self.desk.conversations[number].attributes[self.key(RECORD.name)])

    def close(self) -> None:
        self.double.close()


_SHOWN = ("sla_level", "sla_state", "sla_due", "sla_support", "sla_reason")
