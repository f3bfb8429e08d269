"""What a condition answers while some of its facts are unknown holds whatever they turn out to be."""

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.policies.language.conditions.compiled import compiled
from bridge.policies.language.conditions.tree import Junction, Leaf, Tree, closure

NAMES = "abcd"


def leaf(name: str) -> Leaf:
    return Leaf(
        path=name,
        operator="is",
        wanted=("x",),
        at="p:1",
        test=lambda facts: bool(facts[name]),
        found=lambda facts: facts[name],
        undecided=lambda facts: facts[name] is None,
    )


def junction(parts: Any) -> Any:
    return st.builds(
        lambda join, inner: Junction(join, tuple(inner if join != "not" else inner[:1])),
        st.sampled_from(["all", "any", "not"]),
        st.lists(parts, min_size=1, max_size=3),
    )


trees = st.recursive(st.sampled_from(NAMES).map(leaf), junction, max_leaves=8)
worlds = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in NAMES})


def outcomes(tree: Tree, facts: dict[str, bool | None]) -> set[bool]:
    """Return what the tree may turn out to be, whatever is still unknown."""
    choices = [[value] if value is not None else [True, False] for value in facts.values()]
    test: Any = closure(tree)
    return {test(dict(zip(facts, values, strict=True))) for values in product(*choices)}


@given(trees, worlds)
def test_an_answer_is_given_only_where_every_world_agrees_and_always_where_all_is_known(tree: Any, facts: Any) -> None:
    found = compiled(tree).answer(facts)
    if found is not None:
        assert outcomes(tree, facts) == {found}
    if None not in facts.values():
        assert found is not None


@given(trees, worlds, st.sets(st.sampled_from(NAMES)))
def test_to_know_less_never_turns_an_answer_round(tree: Any, facts: Any, names: Any) -> None:
    less = compiled(tree).answer_by(names, facts)
    assert less in {None, compiled(tree).answer(facts)}
    hidden = {name: value if name in names else None for name, value in facts.items()}
    assert less == compiled(tree).answer(hidden)


@given(trees, worlds)
def test_a_trace_marks_what_is_unknown(tree: Any, facts: Any) -> None:
    condition = compiled(tree)
    assert all(trace.known == (facts[trace.path] is not None) for trace in condition.trace(facts))
    assert dict(condition.seen(facts)) == {path: facts[path] for path in condition.paths}
