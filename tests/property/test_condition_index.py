"""The index of conditions answers what comparing each with each other one would."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.policies.language.conditions import index as indexes
from bridge.policies.language.conditions.compiled import CompiledCondition
from bridge.policies.language.conditions.index import ConditionIndex
from bridge.policies.language.conditions.logic import can_both_hold, can_hold, follows
from tests.property.test_condition_logic import CONDITIONS, condition


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=6), CONDITIONS)
def test_the_index_leaves_out_nothing_that_matters(written: list[object], asked: object) -> None:
    conditions: list[CompiledCondition | None] = [*map(condition, written), None]
    index = ConditionIndex()
    for one in conditions:
        index.add(one)
    for question in (condition(asked), None):
        overlapping = [number for number, one in enumerate(conditions) if can_both_hold(question, one)]
        assert list(index.overlapping(question)) == overlapping
        if can_hold(question):
            following = [number for number, one in enumerate(conditions) if follows(question, one)]
            assert list(index.following(question)) == following


def test_conditions_that_differ_in_one_fact_are_not_compared(monkeypatch) -> None:
    compared = []
    for name, answer in (("can_both_hold", can_both_hold), ("follows", follows)):
        monkeypatch.setattr(indexes, name, lambda *pair, answer=answer: compared.append(pair) or answer(*pair))
    index = ConditionIndex()
    for number in range(300):
        one = condition({"priority": ["High", "Low"], "status": f"S{number}", "channel": {"not": ["web"]}})
        assert not list(index.overlapping(one))
        assert not list(index.following(one))
        index.add(one)
    assert not compared
