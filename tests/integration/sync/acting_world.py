"""The shipped agreement and an embedded helpdesk that acts: a clock to turn, a folder of letters, passes as processes make them."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bridge.cli.wiring.deciding import Deferred
from bridge.cli.wiring.helpdesk import setup_request
from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.connectors.sandbox import Sandbox, snapshots
from bridge.connectors.shipped import shipped
from bridge.settings.load import load_settings
from bridge.settings.model import ActionAddresses, ActionSettings
from bridge.sync.actions import ActionLimits
from bridge.sync.engine import Engine, PassOptions, RunReport
from bridge.sync.memory.state import SqliteState
from bridge.tickets import Ticket, parse_instant, ticket_adapter
from tests.integration.sync.world import QUICK

MONDAY = parse_instant("2026-11-16T07:00:00Z")
DAY = 86_400


class ActingWorld:
    """A helpdesk with the shipped agreement; `act` is whether bridge.yaml switches actions on."""

    def __init__(self, folder: Path, *, act: bool = True, **limits: int) -> None:
        self.now = MONDAY
        self.folder = folder
        self.letters_folder = folder / "letters"
        self.sandbox = Sandbox(clock=lambda: self.now, letters=self.letters_folder).start()
        self.url = self.sandbox.url
        self.people = self.sandbox.people
        self.act = act
        self.limits = limits
        shutil.copytree(shipped("config"), folder / "config")
        self.deferred = self._deferred()
        helpdesk = self.helpdesk()
        helpdesk.setup(setup_request(self.deferred.configuration, helpdesk.meta(), action="apply"))

    def _deferred(self) -> Deferred:
        settings = load_settings(self.folder / "config")
        addresses = ActionAddresses(manager="head@desk.example")
        actions = ActionSettings(addresses=addresses, **self.limits) if self.act else None
        return Deferred(replace(settings, file=settings.file.model_copy(update={"actions": actions})))

    def switch(self, *, act: bool, **limits: int) -> None:
        """Let bridge.yaml say something else of actions from the next pass on."""
        self.act, self.limits = act, limits
        self.deferred = self._deferred()

    def helpdesk(self) -> OsTicket:
        return OsTicket(Transport(self.url, SecretStr(self.sandbox.keys.full), limits=QUICK, sleep=lambda _: None))

    def run(self, **options: Any) -> RunReport:
        """One pass."""
        wanted = self.deferred.settings.file.actions
        limits = None if wanted is None else ActionLimits(**wanted.model_dump(exclude={"addresses"}))
        options = {"actions": limits, "allow_clock_leap": True} | options
        state = SqliteState(self.folder / "state.sqlite3")
        helpdesk = self.helpdesk()
        try:
            engine = Engine(
                helpdesk,
                state,
                self.deferred.decide,
                basis=f"{self.act}/{self.limits}",
                local_clock=lambda: float(self.now),
                options=PassOptions(**options),
                accountant=self.deferred,
                kinds=self.deferred.action_kinds,
            )
            return engine.sync()
        finally:
            helpdesk.close()
            state.close()

    def pass_days(self, days: float, *, every: float = 1 / 24) -> None:
        """Let time go by, with passes all the while."""
        until = self.now + round(days * DAY)
        while self.now < until:
            self.now = min(until, self.now + round(every * DAY))
            self.run()

    def open(self, subject: str = "Не печатается накладная", **details: Any) -> int:
        return self.people.create_ticket(subject, "Добрый день!", **{"email": "ivan@kolos.example"} | details)

    def wait_for_customer(self, ticket: int) -> None:
        """Ask the customer something, and say in the ticket's status that it is his turn."""
        waiting = next(
            row["name"] for row in self.sandbox.store.rows("SELECT name FROM statuses WHERE state = 'open' AND id != 1")
        )
        self.people.agent_reply(ticket, "Пришлите, пожалуйста, файл.", status=waiting)

    def letters(self) -> list[EmailMessage]:
        files = sorted(self.letters_folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
        return [message_from_bytes(one.read_bytes(), policy=default) for one in files]  # type: ignore[misc]

    def subjects(self) -> Counter[str]:
        """How many letters begin so."""
        return Counter(one["Subject"].partition(":")[0] for one in self.letters())

    def kept(self, ticket: int | None = None) -> dict[str, str]:
        """States by ids of actions, of one ticket or of all."""
        rows = self.sandbox.store.rows("SELECT * FROM actions ORDER BY id")
        return {row["action"]: row["state"] for row in rows if ticket in (None, row["ticket_id"])}

    def midnight(self) -> int:
        """Return a midnight of the helpdesk's database, from which days can be counted."""
        zone = ZoneInfo(self.sandbox.store.setting("database_zone"))
        today = datetime.fromtimestamp(self.now, zone)
        return int(today.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())

    def snapshot(self, ticket: int) -> Ticket:
        return ticket_adapter().validate_python(snapshots.read(self.sandbox.store, [ticket])[ticket])

    def close(self) -> None:
        self.sandbox.close()
