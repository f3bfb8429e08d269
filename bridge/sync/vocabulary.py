"""The names of the helpdesk, and those of the policy that it does not have, or has no more.

A name is compared here as the policy compares it with a ticket: without case, a number as an id. A misspelt or renamed status
would else be seen by nobody: the clock never pauses, the rule never holds.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.errors import Problem, Severity
from bridge.files.positions import nearest
from bridge.tickets import Reference

if TYPE_CHECKING:
    from bridge.policies.language.conditions.names import HelpdeskName
    from bridge.protocols import Meta

_PLURALS = {"status": "statuses", "department": "departments", "topic": "topics", "priority": "priorities"}
_LISTED_AT_MOST = 12
_OTHERWISE = {"contains": "contains", "starts": "starts with", "ends": "ends with", "matches": "matches"}
"""How operators that compare parts of names are said."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The statuses, departments, topics and priorities of the helpdesk, by the fact that conditions ask for."""

    lists: Mapping[str, tuple[Reference, ...]]

    @classmethod
    def of(cls, meta: "Meta") -> "Vocabulary":
        """Return the helpdesk's vocabulary."""
        return cls({fact: getattr(meta, plural) for fact, plural in _PLURALS.items()})

    @classmethod
    def remembered(cls, fact: str | None) -> "Vocabulary | None":
        """Return what the state remembers; None where it remembers nothing that can be understood."""
        try:
            rows = json.loads(fact or "")
            return cls({name: tuple(Reference(id=id_, name=one) for id_, one in rows[name]) for name in _PLURALS})
        except (ValueError, TypeError, KeyError):
            return None

    def stored(self) -> str:
        """Return what the state keeps."""
        rows = {name: [[one.id, one.name] for one in references] for name, references in self.lists.items()}
        return json.dumps(rows, ensure_ascii=False)


def unknown_names(names: "Sequence[HelpdeskName]", vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield a warning for each test of the policy of whose names the helpdesk has none."""
    for name in names:
        known = vocabulary.lists.get(name.fact)
        if known is not None and not any(map(name.matches, known)):
            yield name.place.problem(
                "unknown_name", _said(name), path=name.path, hint=_hint(name, known), severity=Severity.WARNING
            )


def lost_names(names: "Sequence[HelpdeskName]", before: Vocabulary, now: Vocabulary) -> Iterator[Problem]:
    """Yield a problem for each test of the policy that meant something of the helpdesk and no longer does: a rename."""
    for name in names:
        kept = {one.id: one for one in now.lists.get(name.fact, ())}
        for old in before.lists.get(name.fact, ()):
            new = kept.get(old.id)
            if not name.matches(old) or (new is not None and name.matches(new)):
                continue
            if new is None:
                message = f"the {name.fact} {old.name!r} (id {old.id}) is no more"
                hint = _hint(name, now.lists[name.fact])
            else:
                message = f"the {name.fact} {old.name!r} (id {old.id}) is called {new.name!r} now"
                hint = f"write {new.name!r} here, or {old.id}, which no renaming changes"
            yield name.place.problem("lost_name", message, path=name.path, hint=hint)


def _said(name: "HelpdeskName") -> str:
    words = ", ".join(map(repr, name.words))
    if name.operator in _OTHERWISE:
        return f"no {name.fact} of the helpdesk {_OTHERWISE[name.operator]} {words}"
    if len(name.words) > 1:
        return f"the helpdesk has none of the {_PLURALS[name.fact]} {words}"
    by_id = " with the id" if name.words[0].isdecimal() else ""
    return f"the helpdesk has no {name.fact}{by_id} {words}"


def _hint(name: "HelpdeskName", known: Sequence[Reference]) -> str:
    names = [one.name for one in known]
    near = next((found for word in name.words if (found := nearest(word, names))), None)
    listed = ", ".join(names[:_LISTED_AT_MOST]) + (", …" if len(names) > _LISTED_AT_MOST else "")
    return (f"did you mean {near!r}? " if near else "") + f"it has: {listed or 'none'}"
