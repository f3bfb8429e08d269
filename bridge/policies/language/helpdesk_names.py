"""The helpdesk's names that a policy compares tickets with, or moves them to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

from bridge.files.positions import Path, dotted, walk
from bridge.policies.agreement.actions import CURATOR
from bridge.policies.language.conditions.names import HelpdeskName
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
        for _, kind, name in _set_by_actions(draft):
            if kind in moved:
                moved[kind].add(name)
    return {kind: NamesOfOneKind(tuple(tests[kind]), frozenset(moved[kind])) for kind in KINDS}


ACTION_KEYS = {
    "status": "status",
    "close": "status",
    "department": "department",
    "priority": "priority",
    "assign": "assignee",
}
"""The keys of actions that name something of the helpdesk, with what it is."""

_ACTIONS = frozenset({"actions", "steps"})
"""Below which keys of a policy actions stand."""


def _set_by_actions(draft: Draft) -> Iterator[tuple[Path, str, str]]:
    """Yield what actions set: where it stands, what it is, and its name."""
    for path, value in walk(draft.document.data, ()):
        if isinstance(value, str) and path[-1:] and path[-1] in ACTION_KEYS and not _ACTIONS.isdisjoint(path):
            yield path, ACTION_KEYS[str(path[-1])], value


def names_in_actions(draft: Draft) -> Iterator[HelpdeskName]:
    """Yield what actions set, to be compared with what the helpdesk has. The curator is nobody of it, and an address is not the
    name of an agent."""
    for path, kind, name in _set_by_actions(draft):
        if name != CURATOR and "@" not in name:
            yield HelpdeskName(
                fact=kind,
                operator="is",
                words=(name,),
                place=draft.document.place(path),
                path=dotted(path),
                matches=partial(_is_called, name),
            )


def _is_called(name: str, one: Reference) -> bool:
    return one.name.casefold() == name.casefold()
