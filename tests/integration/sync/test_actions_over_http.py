"""Actions end to end: a policy's events, the engine, the contract over HTTP, and the embedded helpdesk's letters in a folder."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.errors import HelpdeskError
from bridge.policies.actions.due import declared_actions
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.settings.load import read_folder
from bridge.sync.actions import ActionLimits
from bridge.sync.engine import Engine, PassOptions
from bridge.sync.memory.state import SqliteState
from tests.faults import Fault, FaultySandbox
from tests.integration.sync.world import QUICK, Time

ROOT = Path(__file__).resolve().parents[3]
DAY = 24 * 3600
ACTIONS = """
events:
  - id: acknowledge
    on: accepted
    actions:
      - reply: {ru: "Заявка {number} принята.", en: "Ticket {number} is accepted."}
      - priority: High
reminders:
  waiting:
    while: {condition: waiting-for-customer}
    calendar: support-msk
    steps:
      - {id: remind, after: 3wd, reply: {ru: "Ждём ответа.", en: "We are waiting."}}
      - {id: close, after: 10wd, needs: remind, needs_gap: 5wd, reply: {ru: "Закрываем.", en: "We close it."}, close: Closed}
"""


class Desk:
    def __init__(self, folder: Path) -> None:
        shutil.copytree(ROOT / "config", folder / "config")
        policy = folder / "config" / "policies" / "agrosoft.yaml"
        shipped = policy.read_text("utf-8")
        policy.write_text(shipped[: shipped.index("\nevents:\n") + 1] + ACTIONS, "utf-8")
        self.policy = compile_policy(read_folder(folder / "config")).policy
        self.time, self.letters = Time(), folder / "letters"
        self.sandbox = FaultySandbox(clock=self.time.read, letters=self.letters).start()
        self.path = folder / "state.sqlite3"
        self.key = self.sandbox.add_key(("read", "write", "setup", "act"))

    def run(self, **options):
        self.sandbox.clear_journal()
        state = SqliteState(self.path)
        transport = Transport(self.sandbox.url, SecretStr(self.key), limits=QUICK, sleep=lambda _: None)
        try:
            return Engine(
                OsTicket(transport, route=state.fact("route")),
                state,
                lambda ticket, now: decide(ticket, self.policy, now=now),
                basis="one",
                local_clock=self.time.host,
                options=PassOptions(actions=ActionLimits(per_day=200, per_ticket_per_day=5, first_run=50), **options),
                kinds=lambda: declared_actions(self.policy),
            ).sync()
        finally:
            state.close()

    def sent(self) -> list[str]:
        return sorted(one.name for one in self.letters.iterdir()) if self.letters.exists() else []

    def sent_to_the_customer(self, ticket: int) -> list[str]:
        states = self.states(ticket)
        return [
            key
            for key in states
            if key.split(":")[0] in {"acknowledge.reply", "remind", "close.reply"} and states[key] == "done"
        ]

    def states(self, ticket: int) -> dict[str, str]:
        rows = self.sandbox.store.rows("SELECT key, state FROM actions WHERE ticket_id = ?", (ticket,))
        return {row["key"]: row["state"] for row in rows}


@pytest.fixture
def desk(tmp_path: Path):
    from bridge.protocols.provisioning import SetupRequest
    from tests.integration.sync.world import LEVELS

    made = Desk(tmp_path)
    transport = Transport(made.sandbox.url, SecretStr(made.key), limits=QUICK)
    OsTicket(transport).setup(SetupRequest(action="apply", language="ru", levels=LEVELS, waiting_status=True))
    made.run()
    made.time.now += 60
    yield made
    made.sandbox.close()


def test_a_ticket_is_acknowledged_once_and_its_priority_raised(desk) -> None:
    ticket = desk.sandbox.people.create_ticket("Отчёт", "Не открывается", email="a@kolos.example")
    report = desk.run()
    assert report.actions == {"done": 2}
    assert len(desk.sent()) == 1
    for _ in range(3):
        desk.time.now += 60
        assert desk.run().actions == {}
    assert [one.route for one in desk.sandbox.journal] == ["changes"]
    assert set(desk.states(ticket).values()) == {"done"}


@pytest.mark.parametrize(
    "fault", [Fault.LOST, Fault.CUT, Fault.UNAVAILABLE, Fault.INTERNAL, Fault.DROP, Fault.BROKEN_JSON]
)
def test_a_lost_answer_sends_no_second_letter(desk, fault) -> None:
    desk.sandbox.people.create_ticket("Отчёт", "Не открывается", email="a@kolos.example")
    desk.sandbox.faults.next("writes", fault, times=2)
    with suppress(HelpdeskError):
        desk.run()
    desk.sandbox.faults.clear()
    desk.run()
    assert len(desk.sent()) == 1


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("step", range(12))
def test_a_pass_that_is_killed_before_or_after_any_request_costs_no_letter_and_sends_none_twice(
    desk, step: int, monkeypatch
) -> None:
    for number in range(3):
        desk.sandbox.people.create_ticket(f"Отчёт {number}", "Не открывается", email=f"user{number}@kolos.example")
    request, left = Transport.request, [step]

    def mortal(self, *arguments, **options):
        for answer in (None, request):
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            found = answer and answer(self, *arguments, **options)
        return found

    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(Transport, "request", mortal)
        desk.run()
    desk.run()
    assert len(desk.sent()) == 3
    desk.time.now += 60
    desk.run()
    assert [one.route for one in desk.sandbox.journal] == ["changes"]
    assert {state for one in (1, 2, 3) for state in desk.states(one).values()} == {"done"}


def test_a_waiting_ticket_is_reminded_and_closed(desk) -> None:
    people = desk.sandbox.people
    ticket = people.create_ticket("Отчёт", "Не открывается", email="a@kolos.example")
    desk.run()
    people.agent_reply(ticket)
    status = desk.sandbox.store.row("SELECT id FROM statuses WHERE name LIKE 'Ожидает%' OR name LIKE 'Waiting%'")["id"]
    people.set_status(ticket, status)
    for _ in range(20):
        desk.time.now += DAY
        desk.run()
    states = {key.split(":")[0]: state for key, state in desk.states(ticket).items()}
    assert {name: states.get(name) for name in ("remind", "close.reply", "close.close")} == dict.fromkeys(
        ("remind", "close.reply", "close.close"), "done"
    )
    assert len(desk.sent_to_the_customer(ticket)) == 3
