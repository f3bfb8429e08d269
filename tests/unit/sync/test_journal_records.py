"""The undo journal's file: what it answers is what was put down, in little room and with one commit for each request."""

import sqlite3
import zlib
from collections import defaultdict
from contextlib import closing
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import StateUnusable
from bridge.protocols.accounting import TicketState
from bridge.protocols.writing import WriteOutcome, WriteResult
from bridge.sync.memory.journal import Journal, Retention
from bridge.sync.memory.journal_records import Tickets
from bridge.sync.planned.ownership import FieldChange
from bridge.sync.planned.plan import Change, marks

REASONS = ("Standard support: first response: running (8 working hours)", "Стандартная поддержка: срок идёт", "")


def change(ticket, *, before=None, after="standard", email=None, keys=(), reason=None):
    fields = (
        FieldChange("sla_level", before, after),
        FieldChange("sla_due", None, f"2026-12-{ticket % 28 + 1:02}T{ticket % 24:02}:{ticket % 60:02}:00Z"),
        FieldChange("sla_reason", None, REASONS[ticket % 3] if reason is None else reason),
        FieldChange("sla_state", None, "running"),
        FieldChange("sla_customer", None, "commercial"),
    )
    return Change(
        ticket_id=ticket,
        number=f"{700000 + ticket}",
        rev=sha256(str(ticket).encode()).hexdigest()[:16],
        fields=fields,
        level_before=before,
        level_after=after,
        remember=TicketState(id=ticket, next_change_at=None),
        packed_detail=None,
        packed_cycles=None,
        keys=keys,
        who=marks(email=email or f"user{ticket}@kolos.example", customer=f"K-{ticket % 400}"),
    )


@pytest.fixture
def opened(tmp_path):
    return lambda: closing(Journal(tmp_path / "state.undo", retention=Retention(), clock=lambda: 1_795_000_000.0))


OK, CONFLICT, GONE = WriteResult.OK, WriteResult.CONFLICT, WriteResult.GONE
ANSWERS = st.one_of(st.none(), st.dictionaries(st.integers(1, 12), st.sampled_from([OK, CONFLICT, GONE])))
"""The outcomes of one request by ticket; None: the answer was lost."""
REQUESTS = st.tuples(st.lists(st.integers(1, 12), unique=True, min_size=1, max_size=12), ANSWERS)


@settings(max_examples=40)
@given(runs=st.lists(st.lists(REQUESTS, max_size=5), max_size=4), since=st.integers(1, 4))
def test_what_is_answered_is_what_was_put_down(tmp_path_factory, runs, since):
    path = tmp_path_factory.mktemp("journal") / "state.undo"
    wrote, kept = defaultdict(set), defaultdict(list)
    for run, requests in enumerate((one for one in runs if one), 1):
        with closing(Journal(path, retention=Retention(), clock=lambda: 0.0)) as journal:
            for number, (tickets, answers) in enumerate(requests):
                changes = [change(one, after=f"{run}.{number}") for one in tickets]
                outcomes = [WriteOutcome(id=one, result=(answers or {}).get(one, OK)) for one in tickets]
                journal.note(changes)
                if answers is not None:
                    journal.answered(changes, outcomes)
                taken = [one.ticket_id for one, told in zip(changes, outcomes, strict=True) if told.result is OK]
                wrote[run].update(taken)
                for one in taken:
                    kept[one].append((run, f"{run}.{number}"))
            assert journal.run == run
    with closing(Journal(path, retention=Retention(), clock=lambda: 0.0)) as journal:
        assert {one.id: one.tickets for one in journal.runs()} == {run: len(some) for run, some in wrote.items()}
        assert {one.id: journal.tickets(one.id) for one in journal.runs()} == {
            run: sorted(some, reverse=True) for run, some in wrote.items()
        }
        if journal.runs():
            found = journal.entries(range(1, 13), since=since)
            said = {one: [(entry.run, entry.fields[0].after) for entry in some] for one, some in found.items()}
            assert said == {one: [some for some in kept[one] if some[0] >= since] for one in range(1, 13)}


def test_what_was_put_down_comes_back_word_for_word(opened):
    strange = change(
        7, before="был «важный»", after="\ud800 half a pair", email="a@b.example", keys=("note:1", "mail:2")
    )
    with opened() as journal:
        journal.note([change(8), strange])
    with opened() as journal:
        ((entry,),) = journal.entries([7], since=1).values()
    assert (entry.run, entry.ticket_id, entry.number, entry.rev, entry.who) == (
        1,
        7,
        strange.number,
        strange.rev,
        strange.who,
    )
    assert entry.actions == strange.keys
    assert entry.fields[0] == FieldChange("sla_level", "был «важный»", "? half a pair")
    assert entry.fields[1:] == strange.fields[1:]


def test_a_first_sync_takes_less_than_a_hundred_bytes_a_ticket(opened, tmp_path):
    count = 20_000
    with opened() as journal:
        for start in range(count, 0, -250):
            journal.note([change(one) for one in range(start, start - 250, -1)])
        journal.end()
        (run,) = journal.runs()
        assert run.tickets == count
    assert (tmp_path / "state.undo").stat().st_size < 100 * count


def test_a_request_costs_one_commit_however_many_tickets_it_carries(opened):
    with opened() as journal:
        journal.note([change(1)])
        said = []
        journal._connection.set_trace_callback(said.append)
        journal.note([change(one) for one in range(2, 1002)])
        assert said.count("COMMIT") == 1
        assert len(said) < 10
        said.clear()
        journal.answered([change(2)], [WriteOutcome(id=2, result=OK)])
        assert not said, "what was taken needs no word more"


def test_whoever_is_forgotten_is_missing_from_the_run_s_number_too(opened):
    with opened() as journal:
        both = [change(1, email="a@b.example"), change(2)]
        journal.note(both)
        journal.note(both)
        journal.answered(both, [WriteOutcome(id=one, result=GONE) for one in (1, 2)])
    with opened() as journal:
        assert journal.forget(marks(email="A@B.example")) == 2
        assert journal.forget(marks(email="a@b.example")) == 0
        assert [one.tickets for one in journal.runs()] == [1]
        assert journal.tickets(1) == [2]
        assert journal.entries([1], since=1) == {1: []}


@pytest.mark.parametrize(
    ("content", "ask"),
    [
        (b"", lambda one: one.tickets(1)),
        (b"no record", lambda one: one.forget("a" * 24)),
        (zlib.compress(b""), lambda one: one.entries([1], since=1)),
        (zlib.compress(b'[[1, "7"]]'), lambda one: one.tickets(1)),
        (zlib.compress(b"a" * 24), lambda one: one.forget("a" * 24)),
    ],
)
def test_a_record_that_cannot_be_read_is_damage_of_the_file(opened, tmp_path, content, ask):
    with opened() as journal:
        journal.note([change(1)])
    with closing(sqlite3.connect(tmp_path / "state.undo")) as file, file:
        file.execute("UPDATE batch SET content = ?", (content,))
    with opened() as journal, pytest.raises(StateUnusable, match="was damaged; it has been moved"):
        ask(journal)
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


@given(steps=st.lists(st.tuples(st.booleans(), st.integers(1, 2**40) | st.integers(1, 50))))
def test_tickets_are_the_set_of_their_ids(steps):
    tickets, model = Tickets(), set()
    for adds, one in steps:
        if adds or one not in model:
            assert tickets.add(one) == (one not in model)
            model.add(one)
        else:
            tickets.drop(one)
            model.discard(one)
        assert len(tickets) == len(model)
