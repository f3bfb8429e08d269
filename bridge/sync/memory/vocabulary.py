"""The names of the helpdesk, and those of the policy that it does not have, or has no more.

A name is compared here as the policy compares it with a ticket: without case, a number as an id. A misspelt or renamed status
would else be seen by nobody: the clock never pauses, the rule never holds.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from bridge.errors import Problem, Severity
from bridge.files.positions import nearest
from bridge.tickets import Reference

if TYPE_CHECKING:
    from bridge.policies.language.conditions.names import HelpdeskName
    from bridge.protocols.reading import Meta

_LISTS = {
    "status": ("statuses",),
    "department": ("departments",),
    "topic": ("topics",),
    "priority": ("priorities",),
    "assignee": ("agents", "teams"),
}
"""Which lists of the helpdesk a fact is one of. Agents and teams have ids of their own, so they stay apart."""

_KINDS = {"assignee": ("agent or team", "agents or teams")}
_LISTED_AT_MOST = 12
_OTHERWISE = {"contains": "contains", "starts": "starts with", "ends": "ends with", "matches": "matches"}
"""How operators that compare parts of names are said."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The lists of the helpdesk by their names; None where the helpdesk does not tell one."""

    lists: Mapping[str, tuple[Reference, ...] | None]

    @classmethod
    def of(cls, meta: "Meta") -> "Vocabulary":
        """Return the helpdesk's vocabulary."""
        found = {name: getattr(meta, name) for names in _LISTS.values() for name in names}
        return cls(
            {
                name: None if one is None else _references([(it.id, it.name) for it in one])
                for name, one in found.items()
            }
        )

    @classmethod
    def remembered(cls, fact: str | None) -> "Vocabulary | None":
        """Return what the state remembers; None where it remembers nothing that can be understood."""
        try:
            rows = json.loads(fact or "")
            return cls({name: _references(rows[name]) for names in _LISTS.values() for name in names})
        except (ValueError, TypeError, KeyError):
            return None

    def stored(self) -> str:
        """Return what the state keeps."""
        rows = {
            name: None if found is None else [[one.id, one.name] for one in found] for name, found in self.lists.items()
        }
        return json.dumps(rows, ensure_ascii=False)

    def of_fact(self, fact: str) -> tuple[Reference, ...] | None:
        """Return everything that a fact can be; None where the helpdesk does not tell."""
        lists = [self.lists.get(name) for name in _LISTS.get(fact, ())]
        known = [found for found in lists if found is not None]
        return tuple(chain.from_iterable(known)) if known and len(known) == len(lists) else None


def _references(rows: Sequence[tuple[int, str]] | None) -> tuple[Reference, ...] | None:
    return None if rows is None else tuple(Reference(id=number, name=name) for number, name in rows)


def unknown_names(names: "Sequence[HelpdeskName]", vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield a warning for each test of the policy of whose names the helpdesk has none."""
    for name in names:
        known = vocabulary.of_fact(name.fact)
        if known is not None and not any(map(name.matches, known)):
            yield name.place.problem(
                "unknown_name", _said(name), path=name.path, hint=_hint(name, known), severity=Severity.WARNING
            )


def lost_names(names: "Sequence[HelpdeskName]", before: Vocabulary, now: Vocabulary) -> Iterator[Problem]:
    """Yield a problem for each test of the policy that meant something of the helpdesk and no longer does: a rename."""
    for name in names:
        for one in _LISTS.get(name.fact, ()):
            old, new = before.lists.get(one), now.lists.get(one)
            if old is not None and new is not None:
                yield from _lost(name, old, new)


def _lost(name: "HelpdeskName", before: Sequence[Reference], now: Sequence[Reference]) -> Iterator[Problem]:
    kept = {one.id: one for one in now}
    kind, _ = _kind(name.fact)
    for old in filter(name.matches, before):
        new = kept.get(old.id)
        if new is None:
            message, hint = f"the {kind} {old.name!r} (id {old.id}) is no more", _hint(name, now)
        elif not name.matches(new):
            message = f"the {kind} {old.name!r} (id {old.id}) is called {new.name!r} now"
            hint = f"write {new.name!r} here, or {old.id}, which no renaming changes"
        else:
            continue
        yield name.place.problem("lost_name", message, path=name.path, hint=hint)


def _kind(fact: str) -> tuple[str, str]:
    """Return what one of the fact's values is called, and what several are."""
    return _KINDS.get(fact) or (fact, _LISTS[fact][0])


def _said(name: "HelpdeskName") -> str:
    words, (kind, kinds) = ", ".join(map(repr, name.words)), _kind(name.fact)
    if name.operator in _OTHERWISE:
        return f"no {kind} of the helpdesk {_OTHERWISE[name.operator]} {words}"
    if len(name.words) > 1:
        return f"the helpdesk has none of the {kinds} {words}"
    by_id = " with the id" if name.words[0].isdecimal() else ""
    return f"the helpdesk has no {kind}{by_id} {words}"


def _hint(name: "HelpdeskName", known: Sequence[Reference]) -> str:
    names = [one.name for one in known]
    near = next((found for word in name.words if (found := nearest(word, names))), None)
    listed = ", ".join(names[:_LISTED_AT_MOST]) + (", …" if len(names) > _LISTED_AT_MOST else "")
    return (f"did you mean {near!r}? " if near else "") + f"it has: {listed or 'none'}"
