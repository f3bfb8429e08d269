"""From a condition's model to its tree of leaves, with every name looked up."""

from collections.abc import Iterator

from bridge.files.positions import Path, hint_for
from bridge.policies.language.conditions.facts import BUILDERS
from bridge.policies.language.conditions.leaf import Leaf
from bridge.policies.language.conditions.model import Condition
from bridge.policies.language.conditions.names import Scope
from bridge.policies.language.conditions.tree import Join, Node, Tree, joined


def compile_tree(condition: Condition, path: Path, scope: Scope) -> Tree:
    """Return the tree of a condition that stands at `path`.

    Unknown names go to the scope's problems; the tree is usable then too, so that the rest of the document is checked.
    """
    parts: list[Tree] = []
    for name, join in (("all", Join.ALL), ("any", Join.ANY)):
        inner: tuple[Condition, ...] | None = getattr(condition, name)
        if inner is not None:
            trees = tuple(compile_tree(part, (*path, name, index), scope) for index, part in enumerate(inner))
            parts.append(trees[0] if len(trees) == 1 else Node(join, trees))
    if condition.not_ is not None:
        parts.append(Node(Join.NOT, (compile_tree(condition.not_, (*path, "not"), scope),)))
    if condition.condition is not None:
        parts.extend(_named(condition.condition, (*path, "condition"), scope))
    for name, build in BUILDERS.items():
        test = getattr(condition, name)
        if test is not None:
            parts.extend(build(test, (*path, name), scope))
    return joined(*parts)


def _named(names: tuple[str, ...], path: Path, scope: Scope) -> Iterator[Tree]:
    for name in names:
        scope.used_conditions.add(name)
        if name not in scope.conditions:
            scope.report("unknown_condition", f"unknown condition {name!r}", path, hint_for(name, scope.conditions))
            yield _nothing(name, path, scope)
        elif name in scope.open_names:
            chain = " → ".join((*scope.open_names, name))
            scope.report("endless_condition", f"the condition {name!r} needs itself: {chain}", path)
            yield _nothing(name, path, scope)
        else:
            yield named_tree(name, scope)


def named_tree(name: str, scope: Scope) -> Tree:
    """Return the tree of a named condition, compiled once however often it is used."""
    if name not in scope.named_trees:
        outer = scope.open_names
        scope.open_names = (*outer, name)
        scope.named_trees[name] = compile_tree(scope.conditions[name], ("conditions", name), scope)
        scope.open_names = outer
    return scope.named_trees[name]


def _nothing(name: str, path: Path, scope: Scope) -> Leaf:
    """Return the stand-in for what could not be compiled; its problem is already reported."""
    return Leaf(path=name, operator="is", wanted=name, at=scope.at(path), test=lambda _: False, found=lambda _: None)
