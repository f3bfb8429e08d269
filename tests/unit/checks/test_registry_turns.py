"""The registry alone may change a decision: then the decision says when."""

from dataclasses import replace

import pytest

from bridge.customers import NO_REGISTRY, Presence
from bridge.decisions import Check, Outcome, Support, SupportVerdict
from bridge.policies.checks.eligibility import registry_turns


def support(as_of):
    return Support(verdict=SupportVerdict.FULL, checks=(Check(id="licence", outcome=Outcome.PASS, as_of=as_of),))


def test_a_copy_that_grows_stale_changes_checks_that_rest_on_it(desk):
    answer = desk.answer(stale_from=desk.now + 100, curator_until=desk.now + 50)
    assert registry_turns(answer, support(desk.now), desk.now) == (desk.now + 50, desk.now + 100)
    assert registry_turns(answer, support(None), desk.now) == (desk.now + 50, None)
    assert registry_turns(NO_REGISTRY, support(None), desk.now) == (None, None)


@pytest.mark.parametrize(("age", "turns"), [(-600, True), (600, False)])
def test_a_stranger_younger_than_the_copy_is_no_longer_known_to_be_one(desk, age, turns):
    answer = replace(
        desk.answer(stale_from=desk.now + 100), presence=Presence.NOT_FOUND, customer=None, as_of=desk.now + age
    )
    assert (registry_turns(answer, support(None), desk.now) != (None, None)) is turns


def test_the_answer_at_that_instant_tells_the_age_of_the_copy(desk):
    fresh = desk.check("licence", desk.answer())
    stale = desk.check("licence", desk.answer(stale=True))
    assert fresh.message != stale.message
    assert stale.evidence["stale"] is True
