"""From the bytes of a configuration folder to a compiled policy, or to every problem in it at once."""

import hashlib
import json
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.positions import Document, hint_for
from bridge.files.validate import validate
from bridge.files.yaml import read_yaml
from bridge.policies.agreement.policy import Policy, Revision
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE
from bridge.policies.language.calendars import Shelf, compile_calendars
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.language.checks import compile_checks
from bridge.policies.language.clocks import compile_clocks
from bridge.policies.language.conditions.compile import named_tree
from bridge.policies.language.conditions.names import Scope
from bridge.policies.language.conditions.tree import leaves
from bridge.policies.language.levels import compile_levels
from bridge.policies.language.lint import lint
from bridge.policies.language.models import PolicyDocument
from bridge.policies.language.overlay import overlay, united
from bridge.policies.language.revision import STANDARD_FIELDS, STANDARD_INPUTS, Workshop
from bridge.policies.language.rules import compile_rules
from bridge.policies.language.salvage import salvage
from bridge.policies.trials.models import CaseFile

FOLDER = "policies/"
TEST_SUFFIXES = ("_test.yaml", "_test.yml")
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileResult:
    """A compiled policy, what its author should look at, and the names it compares tickets with.

    `names` maps `status`, `department`, `topic` and `priority` to the names and ids that conditions use, so that they
    can be compared with what the helpdesk has. `documents` are the revisions as they were read, for tools that show
    their places.
    """

    policy: Policy
    warnings: tuple[Problem, ...]
    names: Mapping[str, frozenset[str]]
    documents: tuple[Document, ...] = ()


def compile_policy(files: Mapping[str, bytes], *, today: date | None = None) -> CompileResult:
    """Return the policy written in `files` (path relative to the configuration folder, to content).

    `policies/*.yaml` without `*_test.yaml` are the policy, `calendars/*.yaml` its calendars; other files serve
    calendars and the digest. `today` lets the checker warn about what has expired or soon ends. Raises
    ConfigurationInvalid with all problems of all files.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    shelf = compile_calendars(files, problems, warnings)
    calendars = shelf.calendars
    documents = _documents(files, problems)
    shops = _workshops(documents, calendars, problems)
    revisions = [_revision(shop) for shop in shops]
    findings = lint(shops, revisions, shelf, today) if not problems else []
    problems.extend(problem for problem in findings if problem.severity == "error")
    warnings.extend(problem for problem in findings if problem.severity != "error")
    if not shops and not problems:
        problems.append(_no_policy(files))
    if problems:
        raise ConfigurationInvalid(sorted(problems, key=_order))
    policy = _policy(files, shops, revisions, shelf)
    _prove(policy, shops, files, problems)
    if problems:
        raise ConfigurationInvalid(sorted(problems, key=_order))
    return CompileResult(
        policy=policy,
        warnings=tuple(sorted(warnings, key=_order)),
        names=_names(shops),
        documents=tuple(shop.document for shop in shops),
    )


def _no_policy(files: Mapping[str, bytes]) -> Problem:
    """Return the problem of a configuration whose policy files are templates all, or which has none."""
    for name in policy_files(files):
        message = "no policy: every file in policies/ is a template"
        hint = "drop 'template: true' here, or write a file that extends it"
        return read_yaml(files[name], file=name).problem("no_policy", message, path=("template",), hint=hint, key=True)
    message = "no policy: there is no file such as policies/agreement.yaml"
    return Problem(code="no_policy", message=message, hint="write one, or start from the shipped one")


def _policy(
    files: Mapping[str, bytes],
    shops: Sequence[Workshop],
    revisions: Sequence[Revision],
    shelf: Shelf,
) -> Policy:
    latest = shops[-1].model
    calendars = shelf.calendars
    return Policy(
        id=latest.policy,
        title=latest.title,
        language=latest.language,
        revisions=tuple(revisions),
        calendars={name: calendar for name, calendar in calendars.items() if calendar is not None},
        agent_inputs=STANDARD_INPUTS.union(*(shop.model.inputs for shop in shops)),
        digest=_digest(files, calendars),
    )


CATALOGUE = "catalogue.yaml"


def _prove(policy: Policy, shops: Sequence[Workshop], files: Mapping[str, bytes], problems: list[Problem]) -> None:
    """Run the cases inside the policy files; a policy that fails its own cases is not loaded."""
    if not any(shop.model.tests for shop in shops):
        return
    # Most policies keep their cases in files of their own; to check one, the whole engine need not be imported.
    from bridge.policies.trials.run import CaseSet, policy_zone, run_cases  # noqa: PLC0415

    sets = [
        CaseSet(document=shop.document, base=("tests",), zone=policy_zone(policy), cases=shop.model.tests)
        for shop in shops
        if shop.model.tests
    ]
    catalogue = EMPTY_CATALOGUE
    if CATALOGUE in files:
        try:
            catalogue = read_catalogue(files[CATALOGUE], file=CATALOGUE)
        except ConfigurationInvalid as error:
            problems.extend(error.problems)
            return
    for result in run_cases(policy, sets, catalogue=catalogue).failed:
        said = result.error or "; ".join(
            f"{one.what}: expected {one.expected}, found {one.found}" for one in result.mismatches
        )
        message = f"the case {result.name!r} does not hold: {said}"
        hint = "change the rules, or what the case expects"
        problems.append(
            Problem(
                code="case_failed", message=message, file=result.file, line=result.line, column=result.column, hint=hint
            )
        )


def _order(problem: Problem) -> tuple[str, int, int]:
    return problem.file, problem.line, problem.column


def policy_files(files: Mapping[str, bytes]) -> list[str]:
    """Return the files that make up the policy, without its tests."""
    return [
        name
        for name in sorted(files)
        if name.startswith(FOLDER) and name.endswith(_YAML) and not name.endswith(TEST_SUFFIXES)
    ]


def case_problems(files: Mapping[str, bytes]) -> list[Problem]:
    """Return what is wrong in the shape of the test files of a configuration; no case is run."""
    problems: list[Problem] = []
    for name in sorted(files):
        if name.startswith(FOLDER) and name.endswith(TEST_SUFFIXES):
            try:
                validate(CaseFile, read_yaml(files[name], file=name), problems)
            except ConfigurationInvalid as error:
                problems.extend(error.problems)
    return problems


def _documents(files: Mapping[str, bytes], problems: list[Problem]) -> list[Document]:
    """Return every policy document with its inheritance resolved, templates left out."""
    read: dict[str, Document] = {}
    for name in policy_files(files):
        try:
            read[name] = read_yaml(files[name], file=name)
        except ConfigurationInvalid as error:
            problems.extend(error.problems)
    found = []
    for name, document in read.items():
        resolved = _resolved(document, read, (name,), problems)
        if resolved is not None and not (isinstance(document.data, dict) and document.data.get("template") is True):
            found.append(resolved)
    return found


def _resolved(
    document: Document, read: Mapping[str, Document], chain: tuple[str, ...], problems: list[Problem]
) -> Document | None:
    base_name = document.data.get("extends") if isinstance(document.data, dict) else None
    if not isinstance(base_name, str):
        return document
    target = posixpath.normpath(posixpath.join(posixpath.dirname(document.file), base_name))
    if target not in read:
        hint = hint_for(base_name, (name.removeprefix(FOLDER) for name in read if name != document.file))
        problems.append(
            document.problem("unknown_file", f"no file {base_name!r} to extend", path=("extends",), hint=hint)
        )
        return None
    if target in chain:
        message = f"the file extends itself: {' → '.join((*chain, target))}"
        problems.append(document.problem("endless_extends", message, path=("extends",)))
        return None
    base = _resolved(read[target], read, (*chain, target), problems)
    if base is None:
        return None
    kept = overlay(base, document)
    data = dict(kept.data) if isinstance(kept.data, dict) else {}
    for own in ("extends", "template", "valid_from", "valid_until", "tests"):
        if isinstance(document.data, dict) and own not in document.data:
            data.pop(own, None)
    return Document(file=document.file, data=data, values=kept.values, keys=kept.keys)


def _workshops(
    documents: list[Document],
    calendars: Mapping[str, WorkCalendar | None],
    problems: list[Problem],
) -> list[Workshop]:
    """Return one workshop per revision, in the order of their dates."""
    groups: dict[object, list[Document]] = {}
    for document in documents:
        data = document.data if isinstance(document.data, dict) else {}
        groups.setdefault((str(data.get("policy")), str(data.get("valid_from"))), []).append(document)
    shops: list[Workshop] = []
    ids: dict[str, str] = {}
    for group in groups.values():
        document = group[0] if len(group) == 1 else united(group, problems)
        model = validate(PolicyDocument, document, problems)
        if model is None:
            _look_further(document, calendars, problems)
            continue
        for one in group:
            name = one.data.get("policy") if isinstance(one.data, dict) else None
            ids.setdefault(str(name), one.file)
            if len(ids) > 1 and name not in (None, next(iter(ids))):
                first = next(iter(ids))
                hint = f"{ids[first]} defines {first!r}; a configuration holds one policy"
                problems.append(one.problem("two_policies", f"a second policy {name!r}", path=("policy",), hint=hint))
        shops.append(_workshop(document, model, calendars, problems))
    return sorted(shops, key=lambda shop: shop.model.valid_from or date.min)


def _workshop(
    document: Document, model: PolicyDocument, calendars: Mapping[str, WorkCalendar | None], problems: list[Problem]
) -> Workshop:
    scope = Scope(
        document=document,
        problems=problems,
        calendars=calendars,
        fields=STANDARD_FIELDS.union(model.fields, model.inputs),
        checks=frozenset(model.checks),
        conditions=model.conditions,
        zone_calendar=model.defaults.calendar,
    )
    return Workshop(document=document, model=model, calendars=calendars, problems=problems, scope=scope)


def _look_further(document: Document, calendars: Mapping[str, WorkCalendar | None], problems: list[Problem]) -> None:
    """Add what is wrong in the rest of a document whose shape is wrong somewhere."""
    rest = salvage(PolicyDocument, document)
    if rest is not None:
        found: list[Problem] = []
        _revision(_workshop(rest.document, rest.model, calendars, found))
        problems.extend(rest.sure(found))


def _revision(shop: Workshop) -> Revision:
    for name in shop.model.conditions:
        shop.trees["conditions", name] = named_tree(name, shop.scope)
    checks = compile_checks(shop)
    levels = compile_levels(shop)
    return Revision(
        valid_from=shop.model.valid_from,
        valid_until=shop.model.valid_until,
        levels=levels,
        rules=compile_rules(shop),
        clocks=compile_clocks(shop, levels.values()),
        checks=checks,
    )


def _names(shops: list[Workshop]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {name: set() for name in ("status", "department", "topic", "priority")}
    for shop in shops:
        for tree in shop.trees.values():
            for leaf in leaves(tree):
                if leaf.path in found and leaf.operator in {"is", "not"} and isinstance(leaf.wanted, tuple):
                    found[leaf.path].update(leaf.wanted)
    return {name: frozenset(names) for name, names in found.items()}


def _digest(files: Mapping[str, bytes], calendars: Mapping[str, WorkCalendar | None]) -> str:
    """Return the fingerprint of all that decides: policies, calendars with holiday data, catalogue."""
    parts = {
        "policies": {name: hashlib.sha256(files[name]).hexdigest() for name in policy_files(files)},
        "calendars": {name: calendar.digest for name, calendar in sorted(calendars.items()) if calendar is not None},
        "catalogue": {
            name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files) if name.startswith("catalogue")
        },
    }
    text = json.dumps(parts, sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
