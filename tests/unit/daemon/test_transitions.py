"""A trouble of the passes is told when it begins, when it changes, once a day, and when it ends."""

from bridge.daemon.pass_end import PassEnd
from bridge.daemon.transitions import Transitions
from bridge.errors import Busy, ConfigurationInvalid, GuardRefused, HelpdeskUnavailable, Problem
from bridge.sync.engine import RunReport

NOON = 1_800_000_000


def ended(minute, trouble=None):
    return PassEnd(at=NOON + minute * 60, seconds=1, report=None if trouble else RunReport(), trouble=trouble)


def guard(moved):
    return GuardRefused(f"{moved} of 90 tickets would change their level", hint="Look at `sla-bridge plan`")


def test_the_same_trouble_is_told_once_whatever_it_counts_and_again_after_a_day():
    transitions = Transitions()
    told = [transitions.of(ended(minute, guard(40 + minute))) for minute in range(5)]
    assert told[0] == ("error: 40 of 90 tickets would change their level. Look at `sla-bridge plan`",)
    assert told[1:] == [()] * 4
    assert transitions.of(ended(24 * 60 - 1, guard(70))) == ()
    assert transitions.of(ended(24 * 60, guard(71))) == (f"error: {guard(71)}",)


def test_another_trouble_is_told_at_once_and_the_end_tells_how_long_both_took():
    transitions = Transitions()
    assert transitions.of(ended(0)) == ()
    assert len(transitions.of(ended(1, HelpdeskUnavailable("no answer from https://help.example")))) == 1
    assert len(transitions.of(ended(2, guard(50)))) == 1
    assert len(transitions.of(ended(3, HelpdeskUnavailable("no answer from https://help.example")))) == 1
    assert transitions.of(ended(4)) == ("recovered: passes failed for 180 s, and go on",)
    assert transitions.of(ended(5)) == ()
    assert len(transitions.of(ended(6, guard(50)))) == 1, "one that comes back is news"


def test_a_pass_that_gave_way_neither_begins_a_trouble_nor_ends_one():
    transitions = Transitions()
    busy = Busy("another run holds the lock")
    assert transitions.of(ended(0, busy)) == ()
    assert len(transitions.of(ended(1, guard(50)))) == 1
    assert transitions.of(ended(2, busy)) == ()
    assert transitions.of(ended(3, guard(50))) == ()
    assert transitions.of(ended(4)) == ("recovered: passes failed for 180 s, and go on",)


def test_a_trouble_of_several_problems_is_one_line():
    problems = [Problem(code="a", message=f"problem {word}", file="p.yaml") for word in ("one", "two")]
    assert Transitions().of(ended(0, ConfigurationInvalid(problems))) == (
        "error: p.yaml: problem one; p.yaml: problem two",
    )


def test_troubles_of_a_configuration_stand_beside_those_of_passes_and_may_hold_braces():
    transitions = Transitions()
    assert transitions.begun("configuration", "note: {it}", "", NOON) == ("note: {it}",)
    assert transitions.begun("configuration", "note: {it}", "", NOON + 60) == ()
    assert len(transitions.of(ended(1, guard(1)))) == 1
    assert transitions.ended("configuration", "over", NOON + 120) == ("over",)
    assert transitions.ended("configuration", "over", NOON + 180) == ()
