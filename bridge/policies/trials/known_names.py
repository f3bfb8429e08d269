"""Names in policy tests that the policy does not know: a test of a misspelt priority proves something about nobody's tickets."""

from collections.abc import Iterable, Iterator, Mapping

from bridge.errors import Problem, Severity
from bridge.files.positions import Path, nearest
from bridge.policies.language.helpdesk_names import NamesOfOneKind
from bridge.policies.trials.cases import CaseSet
from bridge.policies.trials.models import TicketModel
from bridge.policies.trials.notation import moved_to

OF_EVERY_HELPDESK: Mapping[str, tuple[str, ...]] = {
    "status": ("Open", "Resolved", "Closed", "Archived", "Deleted"),
    "priority": ("Low", "Normal", "High", "Emergency"),
}
"""What osTicket has from the start; a policy need not name it."""


def names_of_tests_alone(sets: Iterable[CaseSet], names: Mapping[str, NamesOfOneKind]) -> Iterator[Problem]:
    """Yield a warning for each status and priority that only policy tests know, where it stands first in its file."""
    for one in sets:
        told: set[tuple[str, str]] = set()
        for path, kind, name in _mentioned(one):
            plain = name.casefold()
            usual = plain in map(str.casefold, OF_EVERY_HELPDESK[kind])
            if (kind, plain) not in told and not usual and not names[kind].knows(kind, name):
                told.add((kind, plain))
                yield _warning(one, path, kind, name, names[kind])


def _warning(one: CaseSet, path: Path, kind: str, name: str, known: NamesOfOneKind) -> Problem:
    match = nearest(name, known.listed) or nearest(name, OF_EVERY_HELPDESK[kind])
    meant = f"did you mean {match!r}? " if match else ""
    listed = ", ".join(known.listed) or "none"
    message = f"only policy tests know the {kind} {name!r}"
    hint = f"{meant}the policy itself names: {listed}"
    path = one.document.narrow(path)
    return one.document.problem("only_in_tests", message, path=path, hint=hint, severity=Severity.WARNING)


def _mentioned(one: CaseSet) -> Iterator[tuple[Path, str, str]]:
    """Yield each status and priority of the file with where it stands."""
    yield from _of_ticket(one.written.ticket, ("ticket",))
    for index, case in enumerate(one.written.cases):
        yield from _of_ticket(case.ticket, ("cases", index, "ticket"))


def _of_ticket(model: TicketModel, path: Path) -> Iterator[tuple[Path, str, str]]:
    for kind in OF_EVERY_HELPDESK:
        name = getattr(model, kind)
        if name:
            yield (*path, kind), kind, name
    for index, line in enumerate(model.then or ()):
        kind, name = moved_to(line)
        if name and kind in OF_EVERY_HELPDESK:
            yield (*path, "then", index), kind, name
