"""Policy tests read: the cases of one file, of a whole configuration, and what is wrong in their shape.

Nothing here decides: `policy check` reads the cases without the engine.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from bridge.customers import Category
from bridge.errors import ConfigurationInvalid, Problem, collected
from bridge.files.positions import Document, Path, hint_for
from bridge.files.validate import validate
from bridge.files.yaml import read_yaml
from bridge.policies.agreement.policy import Policy
from bridge.policies.language.documents import FOLDER, TEST_SUFFIXES
from bridge.policies.trials.models import NO_CUSTOMER, CaseFile
from bridge.policies.trials.notation import moment, parts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSet:
    """The cases of one file as they are `written`, read and checked; `zone` is that of its local times."""

    document: Document
    zone: tzinfo
    written: CaseFile

    def at(self, path: Path) -> str:
        """Return `file:line` of a path."""
        return str(self.document.place(self.document.narrow(path)))


def is_case_file(name: str) -> bool:
    """Return whether a file of the configuration holds policy tests."""
    return name.startswith(FOLDER) and name.endswith(TEST_SUFFIXES)


def read_cases(content: bytes, policy: Policy, *, file: str) -> CaseSet:
    """Return the cases of a test file. Raises ConfigurationInvalid with all its problems."""
    problems: list[Problem] = []
    document = read_yaml(content, file=file)
    model = _read(document, problems)
    if model is None or problems:
        raise ConfigurationInvalid(problems)
    zone = policy_zone(policy) if model.zone is None else ZoneInfo(model.zone)
    return CaseSet(document=document, zone=zone, written=model)


def read_all_cases(files: Mapping[str, bytes], policy: Policy) -> list[CaseSet]:
    """Return the cases of a whole configuration. Raises ConfigurationInvalid with the problems of all files."""
    sets: list[CaseSet] = []
    problems: list[Problem] = []
    for name in filter(is_case_file, sorted(files)):
        with collected(problems):
            sets.append(read_cases(files[name], policy, file=name))
    if problems:
        raise ConfigurationInvalid(problems)
    return sets


def case_problems(files: Mapping[str, bytes]) -> list[Problem]:
    """Return what is wrong in the shape of the test files of a configuration; no case is run."""
    problems: list[Problem] = []
    for name in filter(is_case_file, sorted(files)):
        with collected(problems):
            _read(read_yaml(files[name], file=name), problems)
    return problems


def _read(document: Document, problems: list[Problem]) -> CaseFile | None:
    """Return the cases of a document. What is wrong in the ticket that all share is told once, not by every case."""
    model = validate(CaseFile, document, problems)
    if model is not None:
        problems += _wrong_in_all(document, model)
    return model


def _wrong_in_all(document: Document, model: CaseFile) -> Iterator[Problem]:
    shared, names = model.ticket, {*model.customers, *NO_CUSTOMER, *Category}
    if shared.customer is not None and shared.customer not in names:
        message, hint = f"no customer {shared.customer!r}", hint_for(shared.customer, names)
        yield document.problem("unknown_customer", message, path=("ticket", "customer"), hint=hint)
    readings: list[tuple[Path, Callable[[], object]]] = [
        (("ticket", "then", index), partial(parts_of, line)) for index, line in enumerate(shared.then or ())
    ]
    if shared.created is not None:
        readings.append((("ticket", "created"), partial(moment, shared.created, UTC)))
    for path, read in readings:
        try:
            read()
        except ValueError as error:
            message, _, hint = str(error).partition(" | ")
            yield document.problem("bad_value", message, path=document.narrow(path), hint=hint)


def policy_zone(policy: Policy) -> tzinfo:
    """Return the zone of the policy's first level, in which cases tell the time where their file names no other."""
    return next((level.calendar.zone for level in policy.revisions[-1].levels.values()), UTC)
