"""The policy documents of a configuration: its files read, their inheritance resolved, those of one revision united."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bridge.errors import Problem, Stage, collected
from bridge.files.positions import Document, hint_for
from bridge.files.validate import validate
from bridge.files.yaml import read_yaml
from bridge.policies.language.models import PolicyDocument
from bridge.policies.language.overlay import overlay, united

FOLDER = "policies/"
TEST_SUFFIXES = ("_test.yaml", "_test.yml")
_YAML = (".yaml", ".yml")

_OF_A_FILE_ALONE = ("extends", "valid_from", "valid_until")
"""Keys that a file does not take over from the one that it extends."""


def policy_files(files: Mapping[str, bytes]) -> list[str]:
    """Return the names of the files that make up the policy, without its tests."""
    return [
        name
        for name in sorted(files)
        if name.startswith(FOLDER) and name.endswith(_YAML) and not name.endswith(TEST_SUFFIXES)
    ]


def policy_documents(files: Mapping[str, bytes], problems: list[Problem]) -> list[Document]:
    """Return every policy document with its inheritance resolved, without those that are only there to be extended."""
    read: dict[str, Document] = {}
    for name in policy_files(files):
        with collected(problems):
            document = read_yaml(files[name], file=name)
            if isinstance(document.data, dict):
                read[name] = document
            else:
                validate(PolicyDocument, document, problems)
    known = _Files(frozenset(policy_files(files)), read)
    resolved = [(name, _resolved(one, known, (name,), problems)) for name, one in read.items()]
    return [one for name, one in resolved if one is not None and not posixpath.basename(name).startswith("_")]


def by_revision(documents: Iterable[Document], problems: list[Problem]) -> list[Document]:
    """Return one document per revision: files of the same policy that are valid from the same day belong together."""
    groups: dict[tuple[str, str], list[Document]] = {}
    for document in documents:
        key = (str(_written(document, "policy")), str(_written(document, "valid_from")))
        groups.setdefault(key, []).append(document)
    return [group[0] if len(group) == 1 else united(group, problems) for group in groups.values()]


def second_policies(documents: Iterable[Document]) -> list[Problem]:
    """Return a problem for each file that defines another policy than the first one does."""
    named = [document for document in documents if isinstance(_written(document, "policy"), str)]
    problems = []
    for document in named[1:]:
        one, name = _written(named[0], "policy"), _written(document, "policy")
        if name != one:
            hint = f"{named[0].file} defines {one!r}; a configuration holds one policy"
            problems.append(document.problem("two_policies", f"a second policy {name!r}", path=("policy",), hint=hint))
    return problems


def no_policy(files: Mapping[str, bytes]) -> Problem:
    """Return the problem of a configuration without a policy file, or with nothing but files to be extended."""
    for name in policy_files(files):
        message = "no policy: the name of every file in policies/ begins with '_'"
        hint = "such a file is only there to be extended; write one that says 'extends: NAME.yaml', or rename it"
        return Problem(code="no_policy", message=message, file=name, hint=hint, stage=Stage.SHAPE)
    message = "no policy: there is no file such as policies/agreement.yaml"
    hint = "write one, or start from the shipped one"
    return Problem(code="no_policy", message=message, hint=hint, stage=Stage.SHAPE)


@dataclass(frozen=True, slots=True)
class _Files:
    """The names of all policy files, and the documents of those that could be read."""

    names: frozenset[str]
    read: Mapping[str, Document]


def _written(document: Document, key: str) -> object:
    return document.data.get(key) if isinstance(document.data, dict) else None


def _resolved(document: Document, files: _Files, chain: tuple[str, ...], problems: list[Problem]) -> Document | None:
    """Return the document laid upon all that it extends; None when that leads nowhere."""
    base_name = _written(document, "extends")
    if not isinstance(base_name, str):
        return document
    target = posixpath.normpath(posixpath.join(posixpath.dirname(document.file), base_name))
    if target not in files.names:
        if chain == (document.file,):
            hint = hint_for(base_name, (name.removeprefix(FOLDER) for name in files.names - {document.file}))
            message = f"no file {base_name!r} to extend"
            problems.append(document.problem("unknown_file", message, path=("extends",), hint=hint))
        return None
    if target in chain:
        # Every file of a circle comes round to itself: it is told once, for the first of them.
        if chain[0] == target == min(chain):
            message = f"the file extends itself: {' → '.join((*chain, target))}"
            problems.append(document.problem("endless_extends", message, path=("extends",)))
        return None
    # What could not be read was told where it stands.
    base = _resolved(files.read[target], files, (*chain, target), problems) if target in files.read else None
    return None if base is None else overlay(_inherited(base), document)


def _inherited(base: Document) -> Document:
    """Return what a file takes over from the one that it extends."""
    if not isinstance(base.data, dict):
        return base
    return replace(base, data={key: value for key, value in base.data.items() if key not in _OF_A_FILE_ALONE})
