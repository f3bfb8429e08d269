"""The campaign against a running osTicket would notice: what it looks for is found where it is put."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bridge.errors import BridgeError
from bridge.protocols.reading import TicketError
from bridge.tickets import Ticket
from campaign.osticket import __main__ as command
from campaign.osticket import footprint, kills
from campaign.osticket.comparing import Wrong, compared, wrong_fields
from campaign.osticket.footprint import Footprint, Traces, traces
from campaign.osticket.processes import Processes, children
from campaign.osticket.world import Checked
from tests.contract.back_doors import EmbeddedBackDoor
from tests.contract.staff_pages import PREFIX
from tests.desk_people import DeskPeople
from tests.integration.sync.world import HOUR, START, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def force(world: World, ticket: int, name: str, value: str | None) -> None:
    store = world.sandbox.store
    EmbeddedBackDoor(store, DeskPeople(store)).force(ticket, name, value)


def wrong(world: World, since: int = START) -> list[tuple[int, str]]:
    _, found = compared(world.helpdesk(), world.policy.decide, since=since)
    return [(one.ticket, one.field) for one in found]


def read(world: World, ticket: int) -> Ticket:
    item = world.helpdesk().ticket(ticket)
    assert isinstance(item, Ticket)
    return item


def test_after_a_pass_every_open_ticket_is_compared_and_nothing_is_wrong(world: World) -> None:
    world.tickets(7)
    world.run()
    assert compared(world.helpdesk(), world.policy.decide, since=START) == (7, ())


def test_before_a_pass_every_field_is_wrong(world: World) -> None:
    (ticket,) = world.tickets(1)
    assert {field for _, field in wrong(world)} >= {"sla_level", "sla_state", "sla_due", "sla_support", "sla_reason"}
    assert {one for one, _ in wrong(world)} == {ticket}


@pytest.mark.parametrize(
    ("name", "value"),
    [("sla_level", "urgent"), ("sla_state", None), ("sla_due", "2030-01-01T00:00:00Z"), ("sla_reason", "Nearly right")],
)
def test_a_planted_value_is_found_and_no_other(world: World, name: str, value: str | None) -> None:
    tickets = world.tickets(3)
    world.run()
    force(world, tickets[1], name, value)
    assert wrong(world) == [(tickets[1], name)]


def test_an_input_that_moved_behind_the_bridges_back_is_found(world: World) -> None:
    tickets = world.tickets(2)
    world.run()
    world.people.edit_field(tickets[0], "sla_set_critical", value=True)
    assert (tickets[0], "sla_level") in wrong(world)


def test_a_record_that_claims_another_value_is_found(world: World) -> None:
    (ticket,) = world.tickets(1)
    world.run()
    right = read(world, ticket)
    record = {**right.bridge.detail, "fields": {**right.bridge.detail["fields"], "sla_level": "urgent"}}
    planted = replace(right, bridge=replace(right.bridge, detail=record))
    (found,) = wrong_fields(planted, world.policy.decide, since=START, until=START)
    assert (found.field, found.stands) == ("the record of sla_level", "urgent")
    assert wrong_fields(right, world.policy.decide, since=START, until=START) == ()


def test_a_deadline_that_passed_while_the_pass_went_on_may_be_told_either_way_and_no_later(world: World) -> None:
    (ticket,) = world.tickets(1)
    world.run()
    item, due = read(world, ticket), START + world.policy.hours * HOUR
    assert wrong_fields(item, world.policy.decide, since=due - 5, until=due + 5) == ()
    late = wrong_fields(item, world.policy.decide, since=due + 1, until=due + 5)
    assert [one.field for one in late] == ["sla_state"]
    world.time.now = due + 3
    world.run()
    assert wrong_fields(read(world, ticket), world.policy.decide, since=due - 5, until=due + 5) == ()
    assert wrong_fields(read(world, ticket), world.policy.decide, since=due - 5, until=due - 1)


def test_a_ticket_that_cannot_be_read_or_decided_is_wrong(world: World) -> None:
    (ticket,) = world.tickets(1)
    world.run()

    def undecidable(_: Ticket, __: int) -> None:
        raise BridgeError("no such calendar")

    unread = TicketError(id=9, reason="no date")
    assert [one.ticket for one in wrong_fields(unread, world.policy.decide, since=START, until=START)] == [9]
    assert wrong_fields(read(world, ticket), undecidable, since=START, until=START)  # type: ignore[arg-type]


def test_closed_tickets_are_compared_when_they_are_named(world: World) -> None:
    open_one, closed = world.tickets(2)
    world.people.close(closed)
    world.run()
    force(world, closed, "sla_level", "urgent")
    _, found = compared(world.helpdesk(), world.policy.decide, since=START, also=[closed, 999])
    assert [one.ticket for one in found] == [closed]
    assert compared(world.helpdesk(), world.policy.decide, since=START) == (1, ())
    assert open_one != closed


# --- what the bridge leaves behind ------------------------------------------------------------------------------------


def stand(**changed: footprint.Ticket | None) -> dict[int, footprint.Ticket]:
    tickets = {"t1": footprint.Ticket(("10:00", "10:00"), 2, 3), "t2": footprint.Ticket(("11:00", "11:00"), 1, 1)}
    return {int(name[1:]): one for name, one in (tickets | changed).items() if one is not None}


@pytest.mark.parametrize(
    ("after", "left"),
    [
        (stand(), Traces()),
        (stand(t1=footprint.Ticket(("10:00", "10:00"), 3, 3)), Traces(history=1)),
        (stand(t1=footprint.Ticket(("10:00", "10:00"), 2, 1)), Traces(history=2)),
        (stand(t1=footprint.Ticket(("10:00", "10:01"), 2, 3)), Traces(moved=1)),
        (stand(t2=None), Traces(history=2, moved=1)),
        (stand(t3=footprint.Ticket(("12:00", "12:00"), 1, 1)), Traces(history=2, moved=1)),
    ],
)
def test_traces_in_history_and_times_are_counted(
    tmp_path: Path, after: dict[int, footprint.Ticket], left: Traces
) -> None:
    found = traces(Footprint(stand(), frozenset()), Footprint(after, frozenset()), tmp_path)
    assert found == left
    assert bool(found) == (left != Traces())


def test_letters_are_counted_but_not_osTickets_own_alarm_of_a_database_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "old.eml").write_text("Subject: Old\n")
    (tmp_path / "new.eml").write_text("Subject: Your ticket is overdue\n")
    (tmp_path / "alarm.eml").write_text("Subject: osTicket Fatal Error\n")
    names = frozenset(one.name for one in tmp_path.iterdir())
    found = traces(Footprint({}, frozenset({"old.eml"})), Footprint({}, names), tmp_path)
    assert found == Traces(letters=1)


# --- kills ------------------------------------------------------------------------------------------------------------


def test_each_kind_is_killed_so_many_times_and_at_moments_spread_over_all_of_a_first_sync() -> None:
    courses = list(kills.strikes(20, Random(1)))
    for whom in kills.WHOM:
        moments = sorted(one.at for course in courses for one in course if one.whom == whom)
        assert [int(moment * 20) for moment in moments] == list(range(20))
    assert all(list(course) == sorted(course, key=lambda one: one.at) for course in courses)


def test_the_same_seed_kills_at_the_same_moments_and_another_at_others() -> None:
    assert list(kills.strikes(5, Random(7))) == list(kills.strikes(5, Random(7)))
    assert list(kills.strikes(5, Random(7))) != list(kills.strikes(5, Random(8)))


def test_a_moment_before_the_first_write_is_one_of_time_and_later_ones_are_shares_of_what_is_written() -> None:
    usual = kills.Undisturbed(reading=2.0, whole=10.0)
    assert usual.place(0.1) == (1.0, 0.0)
    assert usual.place(0.6) == (2.0, 0.5)
    assert usual.place(1.0) == (2.0, 1.0)
    assert usual.page(2 * kills.PAGE) == 4.0
    assert usual.page(10) == 8.0


PARENT = "import subprocess, sys, time; [subprocess.Popen(['sleep', '60']) for _ in range(3)]; print(1, flush=True); time.sleep(60)"


def running(process: int) -> bool:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_all_workers_are_killed_and_their_master_is_not(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as master:
        assert master.stdout is not None
        master.stdout.readline()
        (tmp_path / "fpm.pid").write_text(f"{master.pid}\n")
        workers = children(master.pid)
        assert Processes(tmp_path / "fpm.pid", tmp_path / "db.pid", ()).kill_workers() == len(workers) == 3
        assert master.poll() is None
        end = time.monotonic() + 10
        while any(running(one) for one in workers):
            assert time.monotonic() < end
            time.sleep(0.01)
        master.kill()


def test_the_database_is_gone_when_its_kill_returns_and_the_command_brings_it_back(tmp_path: Path) -> None:
    # Its parent ends at once, as that of a daemon does.
    daemon = ["sh", "-c", f"sleep 60 >/dev/null 2>&1 & echo $! > {tmp_path}/db.pid"]
    processes = Processes.named("none", str(tmp_path / "db.pid"), f"sh -c 'touch {tmp_path}/started'")
    subprocess.run(daemon, check=True)
    number = int((tmp_path / "db.pid").read_text())
    assert processes.kill_database() == 1
    assert not Path(f"/proc/{number}").exists()
    processes.bring_back()
    assert (tmp_path / "started").exists()


def test_a_start_that_fails_is_no_silent_matter() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        Processes.named("none", "none", "false").bring_back()


# --- the page ---------------------------------------------------------------------------------------------------------

RIGHT = Checked(2000, (), 1, Traces(), {})
WRONG = Checked(2000, (Wrong(7, "sla_level", "general", "urgent"),), 2, Traces(history=3, moved=1, letters=2), {})


def test_a_row_adds_up_and_shows_the_most_passes() -> None:
    assert command.row("killed", 3, [RIGHT, WRONG, RIGHT]) == "| killed | 3 | 1 | 2 | 3 | 1 | 2 |"


def test_each_broken_promise_is_a_finding() -> None:
    assert list(command.broken("killed", RIGHT)) == []
    field, left = command.broken("killed", WRONG)
    assert field == "killed: ticket 7: sla_level is 'general', not 'urgent'"
    assert "history=3" in left


def test_without_an_osticket_the_command_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["campaign"])
    monkeypatch.setenv(PREFIX + "URL", "http://127.0.0.1:1")
    monkeypatch.delenv(PREFIX + "DATABASE_PID", raising=False)
    assert command.main() == 2
    told = capsys.readouterr().err
    assert PREFIX + "DATABASE_PID" in told
    assert f"{PREFIX}URL," not in told
