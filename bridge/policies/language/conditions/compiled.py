"""A condition from its model to what `decide` runs, and what would have to change for it to hold."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bridge.files.positions import Path, hint_for
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Condition, Trace
from bridge.policies.language.conditions.alternatives import Alternative, alternatives
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.names import KnownNames
from bridge.policies.language.conditions.tree import (
    Answer,
    Getter,
    Join,
    Junction,
    Leaf,
    Test,
    Tree,
    answer_of,
    closure,
    joined,
    leaves,
)


def compile_tree(condition: ConditionModel, path: Path, names: KnownNames) -> Tree:
    """Return the tree of a condition that stands at `path`.

    Unknown names go to the problems of `names`; the tree is usable then too, so that the rest of the document is checked.
    """
    parts = [*_joined(condition, path, names)]
    for fact in condition.facts:
        test: object = condition
        for key in fact.keys:
            test = getattr(test, key, None)
        if test is not None:
            parts.extend(fact.leaves(test, (*path, *fact.keys), names))
    return joined(*parts)


def _joined(condition: ConditionModel, path: Path, names: KnownNames) -> Iterator[Tree]:
    """Yield the trees of the conditions inside this one."""
    joins: tuple[tuple[Join, tuple[ConditionModel, ...] | None], ...] = (("all", condition.all), ("any", condition.any))
    for join, inner in joins:
        if inner is not None:
            trees = tuple(compile_tree(part, (*path, join, index), names) for index, part in enumerate(inner))
            yield trees[0] if len(trees) == 1 else Junction(join, trees)
    if condition.not_ is not None:
        yield Junction("not", (compile_tree(condition.not_, (*path, "not"), names),))
    for name in condition.condition or ():
        yield _named(name, (*path, "condition"), names)


def _named(name: str, path: Path, names: KnownNames) -> Tree:
    names.used_conditions.add(name)
    if name in names.open_names:
        chain = " → ".join((*names.open_names, name))
        names.report("endless_condition", f"the condition {name!r} needs itself: {chain}", path)
    elif name in names.conditions:
        return named_tree(name, names)
    else:
        names.report("unknown_condition", f"unknown condition {name!r}", path, hint_for(name, names.conditions))
    return _nothing(name, path, names)


def named_tree(name: str, names: KnownNames) -> Tree:
    """Return the tree of a named condition, compiled once however often it is used."""
    if name not in names.named_trees:
        outer = names.open_names
        names.open_names = (*outer, name)
        names.named_trees[name] = compile_tree(names.conditions[name], ("conditions", name), names)
        names.open_names = outer
    return names.named_trees[name]


def _nothing(name: str, path: Path, names: KnownNames) -> Leaf:
    """Return the stand-in for what could not be compiled; its problem is already reported."""
    return Leaf(path=name, operator="is", wanted=name, at=names.at(path), test=lambda _: False, found=lambda _: None)


@dataclass(frozen=True, eq=False)
class CompiledCondition:
    """A condition as `decide` runs it: `test` is the bare closure, `tree` what it was built from.

    `reads` names the attributes of `Facts` that the answer depends on, so that a replay may skip what cannot have
    changed.
    """

    test: Test
    tree: Tree
    reads: frozenset[str]

    def trace(self, facts: Facts) -> tuple[Trace, ...]:
        """Return every leaf with the value found, in the order of the file."""
        return tuple(_traces(self.tree, facts, negated=False))

    @cached_property
    def answer(self) -> Answer:
        """Return the function that says whether it holds; None when that rests on something that cannot be known."""
        return answer_of(self.tree) if any(leaf.undecided for leaf in leaves(self.tree)) else self.test

    def answer_by(self, paths: Collection[str], facts: Facts) -> bool | None:
        """Return whether it holds when nothing but the facts of these names is known."""
        return answer_of(self.tree, lambda leaf: leaf.answer if leaf.path in paths else lambda _: None)(facts)

    @cached_property
    def getters(self) -> tuple[tuple[str, Getter], ...]:
        """Return what reads each of the facts it looks at, by their names."""
        return tuple({leaf.path: leaf.found for leaf in leaves(self.tree)}.items())

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the names of the facts it looks at, in the order of the file."""
        return tuple(path for path, _ in self.getters)

    def seen(self, facts: Facts) -> tuple[tuple[str, object], ...]:
        """Return what each of its facts is, by their names."""
        return tuple([(path, get(facts)) for path, get in self.getters])

    @cached_property
    def alternatives(self) -> list[Alternative] | None:
        """Return the alternatives that make it hold; None when there are too many to look at."""
        return alternatives(self.tree, wanted=True)

    @cached_property
    def escapes(self) -> list[Alternative] | None:
        """Return the alternatives that keep it from holding; None when there are too many to look at."""
        return alternatives(self.tree, wanted=False)


def compiled(tree: Tree) -> CompiledCondition:
    """Return the condition of a tree."""
    return CompiledCondition(closure(tree), tree, frozenset().union(*(leaf.reads for leaf in leaves(tree))))


def looked_at(conditions: Iterable[Condition | None]) -> Callable[[Facts], tuple[object, ...]] | None:
    """Return the function that tells all that the conditions look at, each value with its type: for facts of which it says the
    same, they say the same. None where it is unknown what one of them looks at."""
    getters: dict[str, Getter] = {}
    for one in conditions:
        if one is None:
            continue
        if not isinstance(one, CompiledCondition):
            return None
        getters.update(one.getters)
    wanted = tuple(getters.values())

    def look(facts: Facts) -> tuple[object, ...]:
        seen = [get(facts) for get in wanted]
        return (*seen, *map(type, seen))

    return look


def as_compiled(condition: Condition | None) -> CompiledCondition | None:
    """Return the condition where it was built from a tree; None, as for no condition, where nothing is known of it."""
    return condition if isinstance(condition, CompiledCondition) else None


def _traces(tree: Tree, facts: Facts, *, negated: bool) -> list[Trace]:
    if isinstance(tree, Leaf):
        return [tree.trace(facts, negated=negated)]
    flipped = negated != (tree.join == "not")
    return [trace for part in tree.parts for trace in _traces(part, facts, negated=flipped)]


def smallest_change(condition: Condition, facts: Facts) -> tuple[Trace, ...]:
    """Return the fewest leaves that would have to change for the condition to hold; empty when it holds already.

    This answers "why not a better level": the first of them is the first condition that failed.
    """
    if condition.test(facts):
        return ()
    if isinstance(condition, CompiledCondition):
        missing = _missing(condition.tree, facts, negated=False)
        return tuple([leaf.trace(facts, negated=negated) for leaf, negated in missing])
    return tuple(trace for trace in condition.trace(facts) if not trace.held)


def smallest_refusal(condition: Condition, facts: Facts) -> tuple[Trace, ...]:
    """Return the fewest leaves whose change ends that the condition holds; empty when it does not hold anyway.

    They are told the way they stand in the file.
    """
    if not condition.test(facts):
        return ()
    if not isinstance(condition, CompiledCondition):
        return tuple(trace for trace in condition.trace(facts) if trace.held)
    missing = _missing(condition.tree, facts, negated=True)
    return tuple([leaf.trace(facts, negated=not negated) for leaf, negated in missing])


def _missing(tree: Tree, facts: Facts, *, negated: bool) -> list[tuple[Leaf, bool]]:
    """Return the leaves to change so that the tree holds (or, negated, so that it does not), each with whether it is to be turned
    round. Few of those looked at are told of in the end, so nothing is traced here."""
    if isinstance(tree, Leaf):
        return [] if tree.test(facts) is not negated else [(tree, negated)]
    if tree.join == "not":
        return _missing(tree.parts[0], facts, negated=not negated)
    parts = [_missing(part, facts, negated=negated) for part in tree.parts]
    every = (tree.join == "all") != negated
    if every:
        return [leaf for part in parts for leaf in part]
    return min(parts, key=len)
