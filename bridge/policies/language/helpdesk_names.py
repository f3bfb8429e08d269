"""The helpdesk's names that a policy compares tickets with, or moves them to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from bridge.files.positions import walk
from bridge.policies.language.conditions.tree import Leaf, leaves
from bridge.policies.language.draft import Draft
from bridge.tickets import Reference

KINDS = ("status", "department", "topic", "priority")
"""Whose names these are."""


@dataclass(frozen=True, slots=True)
class NamesOfOneKind:
    """The names of one kind: the `tests` that conditions make of them, and those that actions set."""

    tests: tuple[Leaf, ...]
    set_by_actions: frozenset[str]

    @property
    def compared(self) -> frozenset[str]:
        """The names and ids that conditions compare with as a whole."""
        whole = (
            leaf.wanted for leaf in self.tests if leaf.operator in {"is", "not"} and isinstance(leaf.wanted, tuple)
        )
        return frozenset(str(name) for names in whole for name in names)

    @property
    def listed(self) -> tuple[str, ...]:
        """The names as a message lists them."""
        return tuple(sorted(self.compared | self.set_by_actions))

    def knows(self, kind: str, name: str) -> bool:
        """Return whether the policy names it: as a whole, by a part of it, or in an action."""
        if name.casefold() in {one.casefold() for one in self.set_by_actions}:
            return True
        facts: Any = SimpleNamespace(**{kind: Reference(name=name)})
        # A test of `not` holds for whatever it does not name.
        return any(leaf.test(facts) != leaf.opposite for leaf in self.tests if leaf.operator != "set")


def helpdesk_names(drafts: Sequence[Draft]) -> Mapping[str, NamesOfOneKind]:
    """Return the names of all revisions, by kind."""
    tests: dict[str, list[Leaf]] = {kind: [] for kind in KINDS}
    moved: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for draft in drafts:
        for tree in draft.trees.values():
            for leaf in leaves(tree):
                if leaf.path in tests:
                    tests[leaf.path].append(leaf)
        for kind, name in _set_by_actions(draft):
            moved[kind].add(name)
    return {kind: NamesOfOneKind(tuple(tests[kind]), frozenset(moved[kind])) for kind in KINDS}


def _set_by_actions(draft: Draft) -> Iterator[tuple[str, str]]:
    for path, value in walk(draft.document.data, ()):
        if "actions" in path and path[-1] in KINDS and isinstance(value, str):
            yield str(path[-1]), value
