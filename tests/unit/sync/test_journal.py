"""The undo journal as a file: what is put down, what is taken for refused, how long runs stay, and what is left of what went."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import StateUnusable
from bridge.protocols.accounting import TicketState
from bridge.protocols.writing import WriteOutcome, WriteResult
from bridge.sync.memory import journal as module
from bridge.sync.memory.journal import Journal, Retention
from bridge.sync.planned.native_date import DateChange
from bridge.sync.planned.ownership import FieldChange
from bridge.sync.planned.plan import Change, marks
from bridge.tickets import NativeDate

DAY = 86400
ANNA, BORIS = "anna@kolos.example", "boris@kolos.example"
NOISE = random.Random(14).randbytes(1000).hex()[:1960]
"""A text that takes half of its length when packed."""
LEVEL = FieldChange("sla_level", None, "general")


class Days:
    def __init__(self) -> None:
        self.now = 1_795_000_000

    def __call__(self) -> float:
        return float(self.now)


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def opened(tmp_path: Path, days: Days) -> Iterator[Callable[..., Journal]]:
    """Open the journal as a run of its own."""
    made: list[Journal] = []

    def run(**retention: int) -> Journal:
        made.append(
            Journal(tmp_path / "state.undo", retention=Retention(**retention), clock=days, policy=lambda: "digest")
        )
        return made[-1]

    yield run
    for one in made:
        one.close()


def change(ticket: int = 1, rev: str = "r1", *, fields: tuple[FieldChange, ...] = (LEVEL,), **more: Any) -> Change:
    told = {"level_before": None, "level_after": None, "packed_detail": b"{}", "packed_cycles": None, "who": ""}
    remember = TicketState(id=ticket, next_change_at=None)
    return Change(
        ticket_id=ticket, number=f"{ticket:06}", rev=rev, fields=fields, remember=remember, **{**told, **more}
    )


def outcome(ticket: int, result: WriteResult) -> WriteOutcome:
    return WriteOutcome(id=ticket, result=result)


def told(journal: Journal, *tickets: int, since: int = 0) -> list[tuple[int, int, str]]:
    entries = journal.entries(list(tickets), since=since)
    return [(one.run, one.ticket_id, one.rev) for ticket in tickets for one in entries[ticket]]


def bytes_of(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({"fields": ()}, False),
        ({}, True),
        ({"fields": (), "keys": ("remind:ticket:1",)}, True),
        ({"fields": (), "date": DateChange(before=None, after=NativeDate(due_at=5))}, True),
        ({"fields": (), "date": DateChange(before=NativeDate(due_at=None), after=None)}, True),
    ],
)
def test_whatever_can_be_put_back_or_has_to_be_named_is_put_down_and_nothing_else(opened, more, kept) -> None:
    journal = opened()
    journal.note([change(**more)])
    assert (journal.run is not None, journal.path.exists()) == (kept, kept)
    if kept:
        (entry,) = journal.entries([1], since=1)[1]
        assert entry.fields == more.get("fields", (LEVEL,))
        assert (entry.actions, entry.date) == (more.get("keys", ()), more.get("date"))


def test_notes_of_one_process_are_one_run_and_those_of_the_next_another(opened, days: Days) -> None:
    for number in (1, 2):
        journal = opened()
        journal.note([change(1), change(2)])
        journal.note([change(3, fields=(FieldChange("sla_state", "a", "b"),))])
        assert journal.run == number
        days.now += DAY
        journal.end()
    assert [(one.id, one.began_at, one.ended_at, one.tickets, one.policy) for one in opened().runs()] == [
        (2, days.now - DAY, days.now, 3, "digest"),
        (1, days.now - 2 * DAY, days.now - DAY, 3, "digest"),
    ]


def test_a_run_that_did_not_end_is_told_so(opened) -> None:
    opened().note([change()])
    (run,) = opened().runs()
    assert run.ended_at is None


@pytest.mark.parametrize("result", list(WriteResult))
def test_only_what_the_helpdesk_is_known_not_to_have_taken_does_not_count(opened, result: WriteResult) -> None:
    journal = opened()
    sent = [change(1), change(2)]
    journal.note(sent)
    journal.answered(sent, [outcome(1, result), outcome(2, WriteResult.OK)])
    taken = result in {WriteResult.OK, WriteResult.NOOP}
    assert journal.tickets(1) == ([2, 1] if taken else [2])
    assert [one.tickets for one in journal.runs()] == [2 if taken else 1]
    assert told(journal, 1, 2) == [(1, one, "r1") for one in ((1, 2) if taken else (2,))]


def test_a_refusal_is_of_the_revision_that_was_sent_and_of_this_run(opened) -> None:
    earlier, journal = opened(), opened()
    earlier.note([change()])
    for rev, result in (("r1", WriteResult.CONFLICT), ("r2", WriteResult.OK), ("r3", WriteResult.CONFLICT)):
        journal.note([change(rev=rev)])
        journal.answered([change(rev=rev)], [outcome(1, result)])
    assert told(journal, 1) == [(1, 1, "r1"), (2, 1, "r2")]


def test_an_answer_that_never_came_counts_as_taken(opened) -> None:
    journal = opened()
    journal.note([change()])
    assert told(opened(), 1) == [(1, 1, "r1")]


def test_entries_are_those_of_the_run_and_of_later_ones_in_the_order_of_writing(opened) -> None:
    for run in range(1, 4):
        opened().note([change(7, f"r{run}a"), change(8, f"r{run}b")])
    assert told(opened(), 7, since=2) == [(2, 7, "r2a"), (3, 7, "r3a")]


def test_what_is_too_old_goes_with_its_entries_when_the_next_run_begins(opened, days: Days, tmp_path: Path) -> None:
    for _ in range(4):
        journal = opened(seconds=3 * DAY)
        journal.note([change(who="a mark of somebody")])
        journal.end()
        days.now += DAY
    assert [one.id for one in opened().runs()] == [4, 3, 2, 1]
    opened(seconds=3 * DAY).note([change()])
    assert [one.id for one in opened().runs()] == [5, 4, 3, 2]
    with closing(sqlite3.connect(tmp_path / "state.undo")) as file:
        assert file.execute("SELECT DISTINCT run FROM batch ORDER BY run").fetchall() == [(2,), (3,), (4,), (5,)]


def test_the_oldest_go_where_all_take_too_much_room_and_never_the_one_under_way(opened) -> None:
    one = change(fields=(FieldChange("sla_reason", None, NOISE),))
    for _ in range(5):
        opened(bytes=2500).note([one])
    assert [run.id for run in opened().runs()] == [5, 4, 3], "what two runs take fits in"
    journal = opened(bytes=1)
    for _ in range(3):
        journal.note([one])
    (run,) = journal.runs()
    assert (run.id, len(journal.entries([1], since=0)[1])) == (6, 3)


def test_one_person_s_records_are_erased_from_the_file_and_its_log_and_no_others(opened, tmp_path: Path) -> None:
    journal = opened()
    for ticket, email in ((1, ANNA), (2, BORIS), (3, ANNA)):
        secret = FieldChange("sla_reason", None, f"the secret of {email}")
        journal.note([change(ticket, who=marks(email=email), fields=(secret,))])
    with closing(sqlite3.connect(tmp_path / "state.undo")) as file:
        annas = [content for (content,) in file.execute("SELECT content FROM batch WHERE id IN (1, 3)")]
    assert all(one in bytes_of(tmp_path / "state.undo") for one in annas)
    assert journal.forget(marks(email=ANNA.upper())) == 2
    assert not any(one in bytes_of(tmp_path / "state.undo") for one in annas)
    assert told(journal, 1, 2, 3) == [(1, 2, "r1")]
    assert journal.forget(marks(email=ANNA)) == 0
    assert journal.forget(marks(customer=BORIS)) == 0, "an address is no customer's id"


def test_nobody_is_looked_for_where_there_is_no_journal(opened, tmp_path: Path) -> None:
    assert opened().forget(marks(email=ANNA)) == 0
    assert opened().runs() == ()
    assert list(tmp_path.iterdir()) == []


def test_every_note_is_on_the_disk_before_it_is_sent(opened) -> None:
    """SQLite's own settings for it: 2 is FULL, and WAL keeps a note in one write."""
    journal = opened()
    journal.note([change()])
    assert journal._connection is not None
    asked = [journal._connection.execute(f"PRAGMA {one}").fetchone()[0] for one in ("synchronous", "journal_mode")]
    assert asked == [2, "wal"]


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_one_is_kept_aside_as_it_is(opened, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.undo"
    path.write_bytes(content)
    path.chmod(0o600)
    journal = opened()
    with pytest.raises(StateUnusable, match="was damaged; it has been moved"):
        journal.note([change()])
    assert journal.set_aside is not None
    assert journal.set_aside.read_bytes() == content
    opened().note([change()])
    assert [one.id for one in opened().runs()] == [1]


@pytest.mark.parametrize(("mark", "layout"), [(7, 1), (module._APPLICATION, 99), (0, 0)])
def test_what_another_program_or_a_newer_bridge_wrote_is_left_as_it_is(opened, tmp_path: Path, mark, layout) -> None:
    path = tmp_path / "state.undo"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE theirs (one)")
        other.execute(f"PRAGMA application_id = {mark}")
        other.execute(f"PRAGMA user_version = {layout}")
    path.chmod(0o600)
    with pytest.raises(StateUnusable, match="another program or a newer version"):
        opened().note([change()])
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


@pytest.mark.parametrize("name", ["refuse_network_file_system", "refuse_missing_mount"])
def test_where_it_may_not_lie_it_is_not_begun(opened, tmp_path: Path, monkeypatch, name: str) -> None:
    def refuses(path: Path) -> None:
        raise StateUnusable(f"{path.name} may not lie there")

    monkeypatch.setattr(module, name, refuses)
    with pytest.raises(StateUnusable, match=r"state\.undo may not lie there"):
        opened().note([change()])
    assert list(tmp_path.iterdir()) == []
