"""Whose value stands in a field, and what follows: every combination."""

import itertools

from bridge.protocols.writing import Ownership
from bridge.sync.planned.ownership import CORRECTIONS, FieldChange, settle
from bridge.tickets import BridgeRecord, Reference, Ticket


def ticket(fields=None, detail=None):
    return Ticket(
        id=1,
        number="1",
        rev="r",
        created_at=0,
        status=Reference(id=1, name="Open", state="open"),
        department=Reference(id=1, name="Support"),
        bridge=BridgeRecord(fields=fields or {}, detail=detail or {}),
    )


def settled(before, ours, wanted, how=Ownership.ENFORCE, corrected=0, **options):
    detail = {} if ours == "never written" else {"fields": {"f": ours} if ours is not None else {}}
    if corrected:
        detail["corrected"] = {"f": corrected}
    return settle(
        ticket({"f": before} if before is not None else {}, detail),
        {"f": wanted},
        ownership={"f": how},
        writable=options.get("writable", frozenset({"f"})),
    )


def test_every_combination_ends_as_the_owner_says():
    """`a` is the bridge's old value, `b` what it wants now, `x` somebody else's."""
    for before, ours, wanted, how in itertools.product(
        (None, "a", "b", "x"), ("never written", None, "a"), (None, "a", "b"), Ownership
    ):
        result = settled(before, ours, wanted, how)
        foreign = before != (None if ours == "never written" else ours)
        left = how is not Ownership.ENFORCE and foreign and before is not None
        expected = () if before == wanted or left else (FieldChange(name="f", before=before, after=wanted),)
        assert result.changes == expected, (before, ours, wanted, how)
        assert bool(result.told) == (
            before != wanted
            and foreign
            and ((left and how is Ownership.REPORT) or (not left and ours != "never written"))
        ), (before, ours, wanted, how)


def test_what_is_ours_after_the_write_is_kept():
    assert settled("a", "a", "b").kept == {"f": "b"}
    assert settled("a", "a", None).kept == {}
    assert settled("x", "a", "b", Ownership.YIELD).kept == {"f": "a"}
    assert settled("x", "never written", "b", Ownership.YIELD).kept == {}


def test_corrections_are_counted_up_to_the_bound():
    assert [settled("x", "a", "a", corrected=times).corrected for times in range(CORRECTIONS)] == [
        {"f": 1}, {"f": 2}, {"f": 3},
    ]  # fmt: skip
    lost = settled("x", "a", "a", corrected=CORRECTIONS)
    assert (lost.changes, lost.corrected, lost.kept) == ((), {"f": CORRECTIONS}, {"f": "a"})


def test_a_new_value_is_written_after_a_lost_fight_without_counting_on():
    result = settled("x", "a", "b", corrected=CORRECTIONS)
    assert [one.after for one in result.changes] == ["b"]
    assert result.corrected == {"f": CORRECTIONS}


def test_a_calm_look_forgets_the_corrections():
    assert settled("a", "a", "a", corrected=2).corrected == {}
    assert settled("a", "a", "b", corrected=2).corrected == {}


def test_missing_fields_are_named_and_not_written():
    result = settled(None, "never written", "a", writable=frozenset())
    assert (result.changes, result.missing, result.kept) == ((), {"f"}, {})


def test_fields_that_the_policy_does_not_speak_of_are_left_alone():
    result = settle(ticket({"other": "x"}), {}, ownership={}, writable=frozenset({"other"}))
    assert result.changes == ()


def test_a_record_of_another_shape_counts_as_none():
    for detail in ({"fields": "text", "corrected": 7}, {"fields": None}, {"corrected": {"f": "many"}, "fields": []}):
        assert settle(ticket({"f": "x"}, detail), {"f": "a"}, ownership={}, writable=frozenset({"f"})).corrected == {}
