"""Eligibility checks compiled: kinds and their options validated where they stand."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from bridge.files.positions import Path, hint_for
from bridge.files.validate import validate_part
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks import condition
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.check_kind import CheckKind, Options, check_kind
from bridge.policies.checks.units import UnitsOptions
from bridge.policies.language.conditions.compiled import CompiledCondition
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.draft import STANDARD_INPUTS, Draft
from bridge.policies.language.models import CheckModel
from bridge.tickets import Reference

_CONDITIONS = (condition.FAILS, condition.WARNS, condition.UNKNOWN)
_OF_ONES_OWN = (*_CONDITIONS, "message")
"""Keys that only a check of one's own may have; those that it must have are `title` and `message`."""


def compile_checks(draft: Draft) -> tuple[CheckDefinition, ...]:
    """Return the checks in the order of the file."""
    known = draft.checks
    found: list[CheckDefinition] = []
    for id_, model in draft.model.checks.items():
        path = ("checks", id_)
        draft.checks = None
        options = dict(model.options)
        kind = check_kind(model.kind)
        read = validate_part(kind.options, options, draft.document, (*path, "options"), draft.problems)
        counts = isinstance(read, UnitsOptions) and read.taken is not None
        if model.given_back is not None and read is not None and not counts:
            hint = "only a check of kind units with the option 'taken' counts what tickets take"
            draft.report("nothing_counted", "nothing can be given back here", (*path, "given_back"), hint, key=True)
        if read is not None:
            _check_staff_fields(kind, read, (*path, "options"), draft)
            for name in kind.topics:
                _note_topics(options.get(name), (*path, "options", name), draft)
        _check_own_keys(id_, model, path, draft)
        conditions = _conditions(model, path, [one.id for one in found], draft)
        _check_placeholders(model, conditions.values(), path, draft)
        found.append(
            CheckDefinition(
                id=id_,
                kind=model.kind,
                effect=model.effect,
                required=model.required,
                deciding=model.deciding,
                when=_without_answers(model.when, (*path, "when"), draft),
                options=options,
                conditions=conditions,
                title=model.title,
                message=model.message,
                remedy=model.remedy,
                given_back=_without_answers(model.given_back, (*path, "given_back"), draft),
            )
        )
    draft.checks = known
    return tuple(found)


def _without_answers(model: ConditionModel | None, path: Path, draft: Draft) -> CompiledCondition | None:
    """Return a condition that is asked before any check is answered, compiled."""
    told = len(draft.problems)
    found = draft.optional(model, path)
    # One that names a check itself was told where it does so; one that uses a named condition is told here.
    if found is not None and _answers_asked(found) and len(draft.problems) == told:
        message = "a check cannot depend on the answer of another check"
        draft.report("check_inside_check", message, path, "ask about the ticket and the customer")
    return found


def _note_topics(by_topic: object, path: Path, draft: Draft) -> None:
    """Note the help topics of a table; those that bear the same are one topic in several languages."""
    alike: dict[str, list[str]] = {}
    for topic, value in by_topic.items() if isinstance(by_topic, Mapping) else ():
        alike.setdefault(repr(value), []).append(topic)
    for topics in alike.values():
        draft.note_names("topic", "is", tuple(topics), (*path, topics[0]), _one_of(topics))


def _one_of(names: list[str]) -> Callable[[Reference], bool]:
    words = frozenset(map(folded, names))
    return lambda topic: folded(topic.name) in words


def _conditions(model: CheckModel, path: Path, above: Collection[str], draft: Draft) -> dict[str, CompiledCondition]:
    """Return the conditions of a check of one's own, compiled. They may ask for the answers of the checks `above` it."""
    stated = {name: one for name in _CONDITIONS if (one := getattr(model, name)) is not None}
    draft.checks = frozenset(draft.model.checks)
    found = {name: draft.condition(one, (*path, name)) for name, one in stated.items()}
    draft.checks = None
    for key, condition_ in found.items():
        for name in _answers_asked(condition_):
            if name in draft.model.checks and name not in above:
                message = f"the answer of the check {name!r} is not known yet here"
                moved = "" if name == path[-1] else f"; move {name!r} up"
                draft.report("check_below", message, (*path, key), f"a check may ask for those above it{moved}")
    return found


def _answers_asked(found: CompiledCondition) -> list[str]:
    return [path.removeprefix("check.") for path in found.paths if path.startswith("check.")]


def _check_own_keys(id_: str, model: CheckModel, path: Path, draft: Draft) -> None:
    """Report what a check of one's own lacks, and what others cannot have."""
    if model.kind != condition.KIND:
        for name in _OF_ONES_OWN:
            if getattr(model, name) is not None:
                message = f"{name!r} goes with a check of the kind {condition.KIND}, not {model.kind}"
                hint = "remove it, or state this as a check of its own"
                draft.report("not_of_this_kind", message, (*path, name), hint, key=True)
        return
    if model.fails_when is None and model.warns_when is None:
        message = f"the check {id_!r} neither fails nor warns"
        draft.report("missing_key", message, path, "add 'fails_when: …' or 'warns_when: …', any condition", key=True)
    for name in ("title", "message"):
        if getattr(model, name) is None:
            message = f"the check {id_!r} has no {name}"
            draft.report("missing_key", message, path, f"add '{name}: {{ru: …, en: …}}'", key=True)


def _check_staff_fields(kind: CheckKind, options: Options, path: Path, draft: Draft) -> None:
    """Report a field that a customer could fill in: he would say himself how much he takes, or what staff found."""
    inputs = STANDARD_INPUTS.union(draft.model.inputs)
    for option in kind.staff_fields:
        name = getattr(options, option)
        if name and name not in inputs:
            message = f"{name!r} is no field that only agents set"
            hint = f"list it under 'inputs:' of the policy; there are {', '.join(sorted(inputs))}"
            draft.report("not_an_input", message, (*path, option), hint)


_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def _check_placeholders(model: CheckModel, conditions: Iterable[CompiledCondition], path: Path, draft: Draft) -> None:
    """Report a name in braces that no condition of the check looks at: it would stand in the text as it is."""
    paths = {path for one in conditions for path in one.paths}
    for key, text in (("message", model.message), ("remedy", model.remedy)):
        if text is None or not paths:
            continue
        unknown = {*_PLACEHOLDER.findall(text.ru), *_PLACEHOLDER.findall(text.en)} - paths
        for name in sorted(unknown):
            message = f"{{{name}}} names nothing that this check looks at"
            draft.report("unknown_placeholder", message, (*path, key), hint_for(name, paths))
