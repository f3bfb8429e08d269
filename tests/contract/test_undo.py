"""A run that is undone at both helpdesks: what it wrote goes back, what people made of it stands, and nothing else moves."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bridge.connectors.helpdesks import open_helpdesk
from bridge.protocols.accounting import TicketState
from bridge.protocols.helpdesk import Connection, Helpdesk
from bridge.protocols.writing import WriteResult
from bridge.sync.memory.journal import Journal, Retention
from bridge.sync.memory.state import SqliteState
from bridge.sync.planned.native_date import DateChange
from bridge.sync.planned.plan import Change
from bridge.sync.undo import Undo, UndoReport
from bridge.sync.writer import Outgoing
from bridge.tickets import Native, NativeDate, Ticket, parse_instant
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.desk import API, Desk
from tests.contract.staff_pages import OsticketDesk, variable
from tests.contract.test_main_job import Bridge

HELD = 6
PARTLY = 4
FAR, FARTHER, PAST = map(parse_instant, ("2031-03-04T09:30:00Z", "2032-03-04T09:30:00Z", "2020-02-03T08:00:00Z"))
_RULES = "\nrules:\n"


class Agreement:
    """The policy of a bridge, which goes wrong for tickets with a word in their subject."""

    def __init__(self, bridge: Bridge, word: str) -> None:
        self.bridge, self.word = bridge, word
        self._file = bridge.config / "policies" / "agrosoft.yaml"
        self._right = self._file.read_text(encoding="utf-8")

    def go_wrong(self) -> int:
        """Let a wrong policy write; return the run's number."""
        rule = f"  - id: wrong\n    level: urgent\n    when: {{subject: {{contains: {self.word}}}}}\n"
        assert _RULES in self._right
        self._file.write_text(self._right.replace(_RULES, _RULES + rule), encoding="utf-8")
        return int(self.bridge.sync()["run"])

    def mend(self) -> None:
        self._file.write_text(self._right, encoding="utf-8")


@pytest.fixture(scope="module")
def bridge(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Bridge:
    made = Bridge(desk, tmp_path_factory.mktemp("undo"))
    made("setup")
    made.sync()
    return made


@pytest.fixture
def agreement(bridge: Bridge, token: str) -> Iterator[Agreement]:
    made = Agreement(bridge, token)
    yield made
    made.mend()


def fields(api: Client, tickets: list[int]) -> dict[int, dict[str, Any]]:
    """Return the output fields that say something."""
    found = {one: api.ticket(one)["bridge"]["fields"] for one in tickets}
    return {one: {name: value for name, value in said.items() if value is not None} for one, said in found.items()}


def traces(desk: Desk, api: Client, tickets: list[int]) -> object:
    """Return what a write of ours must leave as it is: history, times of change, mail."""
    seen = [(one["rev"], one["events"]) for one in map(api.ticket, tickets)]
    if not isinstance(desk, OsticketDesk):
        return seen
    listed = ", ".join(map(str, tickets))
    stamps = desk.back_door.sql(
        f"""SELECT t.updated, t.lastupdate, t.isoverdue, h.lastresponse, h.lastmessage,
        (SELECT COUNT(*) FROM %thread_entry e WHERE e.thread_id = h.id),
        (SELECT COUNT(*) FROM %thread_event v WHERE v.thread_id = h.id)
        FROM %ticket t JOIN %thread h ON h.object_type = 'T' AND h.object_id = t.ticket_id
        WHERE t.ticket_id IN ({listed}) ORDER BY t.ticket_id"""  # noqa: S608 - ours
    )
    return seen, stamps, letters_about([api.ticket(one)["number"] for one in tickets])


def letters_about(numbers: list[str]) -> list[str]:
    """Return the letters of the last ten minutes that name one of the tickets: others go out meanwhile at a desk in use."""
    found = []
    for path in sorted(Path(variable("MAIL") or "/nowhere").glob("*.eml")):
        if path.stat().st_mtime > time.time() - 600:
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = letter.get_body(("html", "plain"))
            text = f"{letter['Subject']} {body.get_content() if body is not None else ''}"
            found += [path.name] if any(one in text for one in numbers) else []
    return found


def test_of_six_tickets_of_which_two_were_changed_since_four_go_back_and_sync_holds_until_the_policy_changes(
    desk: Desk, api: Client, bridge: Bridge, agreement: Agreement, open_ticket: Callable[..., int]
) -> None:
    tickets = [open_ticket() for _ in range(6)]
    bridge.sync()
    before = fields(api, tickets)
    run = agreement.go_wrong()
    assert {one["sla_level"] for one in fields(api, tickets).values()} == {"urgent"}
    changed = tickets[1::3]
    for one in changed:
        desk.back_door.force(one, "sla_level", "development")
    desk.note(tickets[0], "Люди работают дальше")
    looked, stood = bridge("state", "undo", str(run), "--plan", code=PARTLY), traces(desk, api, tickets)
    time.sleep(1.1)
    report = bridge("state", "undo", str(run), code=PARTLY)
    assert traces(desk, api, tickets) == stood
    assert looked | {"planned": False} == report
    assert (report["put_back"], report["partly"], report["gone"], report["failed"]) == (4, 2, [], [])
    left = [(one["ticket_id"], one["field"], one["wrote"], one["stands"]) for one in report["left"]]
    assert left == [(one, "sla_level", "urgent", "development") for one in sorted(changed, reverse=True)]
    theirs = {"sla_level": "development"}
    undone = {one: was | (theirs if one in changed else {}) for one, was in before.items()}
    assert fields(api, tickets) == undone
    held = bridge.run("sync")
    assert (held.returncode, f"run {run} was undone" in held.stderr, "sync --release" in held.stderr) == (
        HELD,
        True,
        True,
    )
    assert "hold" in [one["what"] for one in bridge("doctor", code=HELD) if one["state"] == "fail"]
    assert fields(api, tickets) == undone
    agreement.mend()
    bridge.sync()
    assert fields(api, tickets) == before


def test_an_undo_is_no_event_and_no_input_and_released_the_same_is_written_again(
    api: Client, bridge: Bridge, agreement: Agreement, ticket: int
) -> None:
    run = agreement.go_wrong()
    before, cursor = api.ticket(ticket), api.cursor()
    bridge("state", "undo", str(run))
    after = api.ticket(ticket)
    assert (after["rev"], after["events"]) == (before["rev"], before["events"])
    assert api.changed(cursor, ticket) == []
    assert fields(api, [ticket]) == {ticket: {}}
    bridge("sync", "--release", "--allow-mass-change", "--allow-shrink")
    assert api.ticket(ticket)["bridge"]["fields"] == before["bridge"]["fields"]


# --- osTicket's own due date -----------------------------------------------------------------------------------------


class Dated:
    """Runs that set osTicket's own due date of single tickets, and their undo."""

    def __init__(self, helpdesk: Helpdesk, folder: Path) -> None:
        self.helpdesk, self._folder = helpdesk, folder

    def _journal(self) -> Journal:
        return Journal(self._folder / "undo", retention=Retention(), clock=time.time)

    def native(self, ticket: int) -> Native:
        found = self.helpdesk.ticket(ticket)
        assert isinstance(found, Ticket)
        return found.native

    def run(self, after: Mapping[int, NativeDate | None]) -> int:
        """Set dates (None: give osTicket its own back); return the run's number."""
        changes = [self._change(ticket, date) for ticket, date in after.items()]
        with closing(self._journal()) as journal:
            journal.note(changes)
            assert {one.result for one in self.helpdesk.write(Outgoing(changes))} == {WriteResult.OK}
            journal.end()
            assert journal.run is not None
            return journal.run

    def _change(self, ticket: int, after: NativeDate | None) -> Change:
        found = self.helpdesk.ticket(ticket)
        assert isinstance(found, Ticket)
        return Change(
            ticket_id=ticket,
            number=found.number,
            rev=found.rev,
            fields=(),
            level_before=None,
            level_after=None,
            remember=TicketState(id=ticket, next_change_at=None),
            packed_detail=None,
            packed_cycles=None,
            date=DateChange(before=found.native.ours, after=after, stands=found.native.due_at),
        )

    def undo(self, run: int) -> UndoReport:
        """Put a run back."""
        with closing(self._journal()) as journal, closing(SqliteState(self._folder / "state")) as state:
            return Undo(
                helpdesk=self.helpdesk,
                journal=journal,
                run=run,
                writable=frozenset(),
                now=int(time.time()),
                state=state,
            ).carry_out()


@pytest.fixture
def dated(desk: Desk, tmp_path: Path) -> Iterator[Dated]:
    connection = Connection(url=desk.base.removesuffix(API), key=SecretStr(desk.key))
    with closing(open_helpdesk("osticket", connection)) as helpdesk:
        yield Dated(helpdesk, tmp_path)


def test_a_date_that_a_run_took_over_is_that_of_the_sla_plan_again(
    dated: Dated, open_ticket: Callable[..., int]
) -> None:
    tickets = [open_ticket() for _ in range(3)]
    before = [dated.native(one) for one in tickets]
    run = dated.run({one: NativeDate(due_at=due) for one, due in zip(tickets, (FAR, None, PAST), strict=True)})
    assert [dated.native(one).due_at for one in tickets] == [FAR, None, PAST]
    report = dated.undo(run)
    assert (report.put_back, report.left) == (3, [])
    assert [dated.native(one) for one in tickets] == before


def test_the_date_of_the_run_before_is_back_and_so_is_whether_the_ticket_is_overdue(
    dated: Dated, open_ticket: Callable[..., int]
) -> None:
    tickets = [open_ticket() for _ in range(3)]
    dates = {one: NativeDate(due_at=due) for one, due in zip(tickets, (FAR, None, PAST), strict=True)}
    dated.run(dates)
    before = [dated.native(one) for one in tickets]
    run = dated.run(dict.fromkeys(tickets, NativeDate(due_at=FARTHER)))
    assert dated.undo(run).put_back == 3
    assert [dated.native(one) for one in tickets] == before
    assert [one.overdue for one in before] == [False, False, True]


def test_a_date_that_a_run_gave_back_is_the_bridges_again(dated: Dated, ticket: int) -> None:
    dated.run({ticket: NativeDate(due_at=FAR)})
    before = dated.native(ticket)
    run = dated.run({ticket: None})
    assert dated.native(ticket).ours is None
    assert dated.undo(run).put_back == 1
    assert dated.native(ticket) == before


def test_a_date_of_a_later_run_stands_and_the_run_is_named(dated: Dated, ticket: int) -> None:
    run = dated.run({ticket: NativeDate(due_at=FAR)})
    later = dated.run({ticket: NativeDate(due_at=FARTHER)})
    (left,) = dated.undo(run).left
    assert (left.name, left.wrote, left.stands, left.run) == (
        "native.due_at",
        "2031-03-04T09:30:00Z",
        "2032-03-04T09:30:00Z",
        later,
    )
    assert dated.native(ticket).due_at == FARTHER


def test_a_date_that_somebodys_sql_changed_is_left_and_named(dated: Dated, back: OsticketBackDoor, ticket: int) -> None:
    run = dated.run({ticket: NativeDate(due_at=FAR)})
    back.sql(f"UPDATE %ticket SET est_duedate = '2030-05-06 07:08:09' WHERE ticket_id = {ticket}")  # noqa: S608
    theirs = dated.native(ticket)
    (left,) = dated.undo(run).left
    assert (left.name, left.run, dated.native(ticket)) == ("native.due_at", None, theirs)


def test_a_persons_date_stands_and_the_one_below_it_goes_back(
    dated: Dated, back: OsticketBackDoor, ticket: int
) -> None:
    before = dated.native(ticket)
    run = dated.run({ticket: NativeDate(due_at=FAR)})
    back.sql(f"UPDATE %ticket SET duedate = '2030-12-01 15:00:00' WHERE ticket_id = {ticket}")  # noqa: S608
    theirs = dated.native(ticket)
    report = dated.undo(run)
    native = dated.native(ticket)
    assert (report.put_back, report.left) == (1, [])
    assert (native.manual, native.due_at, native.overdue, native.ours) == (True, theirs.due_at, False, None)
    back.sql(f"UPDATE %ticket SET duedate = NULL WHERE ticket_id = {ticket}")  # noqa: S608
    assert dated.native(ticket) == before


def test_a_date_put_back_moves_no_time_of_change(dated: Dated, back: OsticketBackDoor, ticket: int) -> None:
    run = dated.run({ticket: NativeDate(due_at=PAST)})
    stamp = f"SELECT updated, lastupdate FROM %ticket WHERE ticket_id = {ticket}"  # noqa: S608
    before = back.sql(stamp)
    time.sleep(1.1)
    assert dated.undo(run).put_back == 1
    assert back.sql(stamp) == before
