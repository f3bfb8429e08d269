"""From a condition's model to its tree of leaves, with every name looked up."""

from collections.abc import Iterator

from bridge.files.positions import Path, hint_for
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.names import KnownNames
from bridge.policies.language.conditions.tree import Join, Leaf, Junction, Tree, joined


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
