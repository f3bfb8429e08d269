"""Putting a run back, at a helpdesk in memory: which value goes back, which stands, and what is told of every ticket."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bridge.protocols.accounting import TicketState
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import BEYOND_ALL, TicketError, TicketItem
from bridge.protocols.writing import Write, WriteOutcome, WriteResult
from bridge.sync import undo as module
from bridge.sync.memory.journal import Journal, Retention
from bridge.sync.memory.state import SqliteState
from bridge.sync.planned.native_date import DateChange
from bridge.sync.planned.ownership import FieldChange
from bridge.sync.planned.plan import Change
from bridge.sync.undo import Left, Undo, UndoReport
from bridge.tickets import BridgeRecord, FieldValue, Native, NativeDate, Reference, Ticket, Tombstone

NOW = 1_795_000_000
OPEN = Reference(id=1, name="Open", state="open")
FIELDS = frozenset({"sla_level", "sla_state", "sla_reason"})


@dataclass
class Desk(Helpdesk):
    """Tickets in memory; `races` happen before writes, `shown` tells what a page leaves out, `results` what is answered anyway."""

    items: dict[int, Any] = field(default_factory=dict)
    races: list[Callable[[], None]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    results: dict[int, WriteResult] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    singly: list[int] = field(default_factory=list)
    route = None

    def put(
        self, one: int, *, native: Native | None = None, detail: Mapping[str, Any] | None = None, **fields: FieldValue
    ) -> None:
        self.items[one] = Ticket(
            id=one,
            number=f"{one:06}",
            rev="r1",
            created_at=NOW,
            status=OPEN,
            department=Reference(id=1, name="Support"),
            native=native or Native(manual=False),
            bridge=BridgeRecord(fields=fields, detail=detail or {}),
        )

    def edited(self, one: int, **fields: FieldValue) -> None:
        was = self.items[one]
        record = replace(was.bridge, fields={**was.bridge.fields, **fields})
        self.items[one] = replace(was, rev=was.rev + "+", bridge=record)

    def fields(self, one: int) -> dict[str, FieldValue]:
        return {name: value for name, value in self.items[one].bridge.fields.items() if value is not None}

    def ticket(self, ticket_id: int) -> Ticket | TicketError | None:
        self.singly.append(ticket_id)
        found = self.items.get(ticket_id)
        return None if isinstance(found, Tombstone) else found

    def newest(self, *, open_only: bool, below: int = BEYOND_ALL) -> Iterator[tuple[TicketItem, ...]]:
        assert not open_only
        ids = sorted((one for one in self.items if one < below and one not in self.hidden), reverse=True)
        for start in range(0, len(ids), 100):
            yield tuple(self.items[one] for one in ids[start : start + 100])

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        if self.races:
            self.races.pop(0)()
        return [self._write_one(one) for one in writes]

    def _write_one(self, write: Write) -> WriteOutcome:
        self.writes.append(write)
        was = self.items.get(write.id)
        result = self.results.get(write.id, WriteResult.OK)
        if was is None:
            result = WriteResult.GONE
        elif was.rev != write.if_rev:
            result = WriteResult.CONFLICT
        if result is WriteResult.OK:
            self.items[write.id] = replace(
                was, bridge=replace(was.bridge, fields={**was.bridge.fields, **write.fields})
            )
        return WriteOutcome(id=write.id, result=result)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite3"


def journal(path: Path, undoes: int | None = None) -> Journal:
    at = path.with_name("state.sqlite3.undo")
    return Journal(at, retention=Retention(), clock=lambda: float(NOW), undoes=undoes)


def run_of(path: Path, *changes: tuple[int, Mapping[str, tuple[FieldValue, FieldValue]]], **more: Any) -> None:
    """Put down a run that wrote these fields, before and after, by ticket."""
    told = {"level_before": None, "level_after": None, "packed_detail": None, "packed_cycles": None, **more}
    with closing(journal(path)) as book:
        for ticket, fields in changes:
            book.note(
                [
                    Change(
                        ticket_id=ticket,
                        number=f"{ticket:06}",
                        rev="r0",
                        fields=tuple(FieldChange(name, *values) for name, values in fields.items()),
                        remember=TicketState(id=ticket, next_change_at=None),
                        **told,
                    )
                ]
            )


def undone(
    desk: Desk, path: Path, run: int = 1, *, plan: bool = False, writable: frozenset[str] = FIELDS
) -> UndoReport:
    with (
        closing(journal(path)) as kept,
        closing(journal(path, undoes=run)) as book,
        closing(SqliteState(path)) as state,
    ):
        return Undo(
            helpdesk=desk,
            journal=kept,
            run=run,
            writable=writable,
            now=NOW,
            state=None if plan else state,
            book=None if plan else book,
        ).carry_out()


@pytest.mark.parametrize(
    ("steps", "stands", "after"),
    [
        pytest.param([("a", "b")], "b", "a", id="what it wrote goes back"),
        pytest.param([(None, "b")], "b", None, id="to an empty field"),
        pytest.param([("a", None)], None, "a", id="an emptied one gets its value again"),
        pytest.param([("a", "b"), ("b", "c")], "c", "a", id="over several steps"),
        pytest.param([("a", "b"), ("b", "c")], "b", "a", id="of which the last was lost"),
        pytest.param([("a", "b"), ("a", "c")], "c", "a", id="of which the first was lost"),
        pytest.param([("a", "b")], "a", "a", id="what was never written stands"),
        pytest.param([("a", "b"), ("b", "a")], "a", "a", id="what it turned back itself stands"),
        pytest.param([("a", "b")], "x", "x", id="what somebody made of it stands"),
        pytest.param([("a", "b")], None, None, id="what somebody emptied stays empty"),
        pytest.param([("a", "b"), ("b", "c")], "x", "x", id="whatever the steps were"),
    ],
)
def test_a_field_says_again_what_it_said_before_where_it_still_says_what_the_run_wrote(
    desk, path, steps, stands, after
) -> None:
    desk.put(1, sla_level=stands)
    run_of(path, *((1, {"sla_level": one}) for one in steps))
    report = undone(desk, path)
    assert desk.fields(1) == ({} if after is None else {"sla_level": after})
    ours = stands in {value for one in steps for value in one}
    expected = [] if ours else [Left(1, "000001", "sla_level", steps[-1][1], stands)]
    assert report.left == expected
    assert report.whole == ours


def test_what_a_later_run_wrote_stands_and_that_run_is_named(desk, path) -> None:
    desk.put(1, sla_level="c")
    run_of(path, (1, {"sla_level": ("a", "b")}))
    run_of(path, (1, {"sla_level": ("b", "c")}))
    assert undone(desk, path).left == [Left(1, "000001", "sla_level", "b", "c", 2)]
    assert desk.writes == []
    assert undone(desk, path, 2).put_back == 1
    assert undone(desk, path, 1).put_back == 1
    assert desk.fields(1) == {"sla_level": "a"}


def test_each_ticket_is_counted_once_by_what_became_of_it(desk, path) -> None:
    wrote = {"sla_level": ("a", "b"), "sla_state": ("c", "d")}
    run_of(path, *((one, wrote) for one in range(1, 8)))
    desk.put(1, sla_level="b", sla_state="d")
    desk.put(2, sla_level="b", sla_state="x")
    desk.put(3, sla_level="x", sla_state="x")
    desk.put(4, sla_level="a", sla_state="c")
    desk.items[6] = TicketError(id=6, reason="no date")
    desk.put(7, sla_level="b", sla_state="d")
    desk.results[7] = WriteResult.INVALID
    for plan in (True, False):
        report = undone(desk, path, plan=plan)
        assert (report.put_back, report.partly, report.as_before) == (2 if plan else 1, 1, 1)
        assert sorted(one.ticket_id for one in report.left) == [2, 3, 3]
        assert report.gone == [5]
        assert {one.id for one in report.failed} == ({6} if plan else {6, 7})
        assert not report.whole


def test_who_only_looks_writes_nothing_anywhere(desk, path) -> None:
    desk.put(1, sla_level="b")
    run_of(path, (1, {"sla_level": ("a", "b")}))
    assert undone(desk, path, plan=True).put_back == 1
    assert desk.writes == []
    with closing(journal(path)) as kept, closing(SqliteState(path)) as state:
        assert [one.undoes for one in kept.runs()] == [None]
        assert list(state.due(NOW)) == []


def test_before_anything_is_sent_it_is_due_and_put_down_as_a_run_that_can_be_undone(desk, path) -> None:
    desk.put(1, sla_level="b")
    run_of(path, (1, {"sla_level": ("a", "b")}))
    seen = []

    def looks() -> None:
        with closing(journal(path)) as kept, closing(SqliteState(path, read_only=True)) as state:
            seen.append((list(state.due(NOW)), [(one.undoes, one.tickets) for one in kept.runs()]))

    desk.races = [looks]
    undone(desk, path)
    assert seen == [([1], [(1, 1), (None, 1)])]
    with closing(journal(path)) as kept:
        assert kept.runs()[0].ended_at == NOW
    assert undone(desk, path, 2).put_back == 1
    assert desk.fields(1) == {"sla_level": "b"}


def test_a_field_that_the_helpdesk_lacks_by_now_is_named(desk, path) -> None:
    desk.put(1, sla_level="b", sla_state="d")
    run_of(path, (1, {"sla_level": ("a", "b"), "sla_state": ("c", "d")}))
    report = undone(desk, path, writable=frozenset({"sla_level"}))
    assert [(one.name, one.stands) for one in report.left] == [("sla_state", "d")]
    assert (desk.fields(1)["sla_level"], report.partly) == ("a", 1)


def test_what_is_put_back_is_what_the_bridge_left_there_and_nobody_s(desk, path) -> None:
    detail = {"v": 1, "fields": {"sla_level": "b", "sla_state": "d"}, "corrected": {"sla_level": 2, "sla_state": 1}}
    desk.put(1, detail=detail, sla_level="b", sla_state="d")
    run_of(path, (1, {"sla_level": ("a", "b")}))
    undone(desk, path)
    import json

    (write,) = desk.writes
    assert json.loads(bytes(write.detail)) == {
        "v": 1,
        "fields": {"sla_level": "a", "sla_state": "d"},
        "corrected": {"sla_state": 1},
    }


def test_who_edits_meanwhile_is_read_again_and_who_never_stops_is_told(desk, path) -> None:
    desk.put(1, sla_level="b", sla_reason="x")
    run_of(path, (1, {"sla_level": ("a", "b"), "sla_reason": ("w", "x")}))
    desk.races = [lambda: desk.edited(1, sla_reason="a person's")]
    report = undone(desk, path)
    assert desk.fields(1) == {"sla_level": "a", "sla_reason": "a person's"}
    assert (report.partly, [one.name for one in report.left]) == (1, ["sla_reason"])
    desk.put(2, sla_level="b")
    run_of(path, (2, {"sla_level": ("a", "b")}))
    with closing(journal(path)) as kept:
        run = next(one.id for one in kept.runs() if one.undoes is None)
    desk.races = [lambda: desk.edited(2)] * 50
    report = undone(desk, path, run)
    assert [(one.id, one.reason) for one in report.failed] == [(2, "people kept changing it; undo the run again")]
    assert (report.put_back, len(desk.races)) == (0, 50 - module.ROUNDS)
    desk.races.clear()
    assert undone(desk, path, run).put_back == 1


def test_one_that_goes_while_it_is_put_back_is_told_as_gone(desk, path) -> None:
    for one in (1, 2):
        desk.put(one, sla_level="b")
    run_of(path, *((one, {"sla_level": ("a", "b")}) for one in (1, 2)))
    desk.races = [lambda: desk.items.pop(1)]
    report = undone(desk, path)
    assert (report.gone, report.put_back, report.failed) == ([1], 1, [])


def test_a_dense_run_is_read_by_pages_and_what_they_leave_out_one_by_one(desk, path, monkeypatch) -> None:
    monkeypatch.setattr(module, "BATCH", 50)
    for one in range(1, 301):
        desk.put(one, sla_level="b")
    run_of(path, *((one, {"sla_level": ("a", "b")}) for one in range(1, 301, 2)))
    desk.hidden = {1, 151}
    del desk.items[101]
    report = undone(desk, path)
    assert (report.put_back, report.gone, sorted(desk.singly)) == (149, [101], [1, 101, 151])
    assert all((desk.fields(one)["sla_level"] == "a") == bool(one % 2) for one in desk.items)


def test_a_sparse_run_is_read_ticket_by_ticket(desk, path, monkeypatch) -> None:
    monkeypatch.setattr(module, "BATCH", 5)
    ids = range(1, 2000, 100)
    for one in ids:
        desk.put(one, sla_level="b")
    run_of(path, *((one, {"sla_level": ("a", "b")}) for one in ids))
    assert undone(desk, path).put_back == len(ids)
    assert desk.singly == sorted(ids, reverse=True)


def test_actions_of_this_run_alone_are_named(desk, path) -> None:
    desk.put(1, sla_level="c")
    run_of(path, (1, {"sla_level": ("a", "b")}), keys=("remind:ticket:1",))
    run_of(path, (1, {"sla_level": ("b", "c")}), keys=("late:ticket:1",))
    assert undone(desk, path, plan=True).actions == [("000001", "remind:ticket:1")]
    assert undone(desk, path, 2, plan=True).actions == [("000001", "late:ticket:1")]


@pytest.mark.parametrize(
    ("ours", "manual", "expected"),
    [
        (NativeDate(due_at=9), False, (True, None)),
        (NativeDate(due_at=9), True, (True, None)),
        (NativeDate(due_at=5), False, (False, None)),
        (NativeDate(due_at=7), False, (False, module.DUE_DATE)),
        (None, False, (False, module.DUE_DATE)),
        (NativeDate(due_at=9), None, (False, module.DUE_DATE)),
    ],
)
def test_a_due_date_of_osticket_s_goes_back_where_it_is_still_the_run_s(desk, path, ours, manual, expected) -> None:
    desk.put(1, native=Native(manual=manual, ours=ours, due_at=9))
    run_of(path, (1, {}), date=DateChange(before=NativeDate(due_at=5), after=NativeDate(due_at=9)))
    report = undone(desk, path)
    written = [one.native for one in desk.writes]
    assert (bool(written), next((one.name for one in report.left), None)) == expected
    assert all(one is not None for one in written)
