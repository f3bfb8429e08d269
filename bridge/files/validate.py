"""A document against its model: pydantic's findings in words an admin understands, each at its place in the file."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from bridge.errors import Problem
from bridge.files.misspelt import truth
from bridge.files.model_keys import allowed_keys, keys_around, model_at, takes_number
from bridge.files.positions import Document, Path, describe, did_you_mean, nearest, walk

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """The base of every model of a file: unknown keys are errors, values do not change afterwards.

    `retired` are keys (or `key: value`) that older files may still have, each with what to write now.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, defer_build=True)
    retired: ClassVar[Mapping[str, str]] = {}


def validate(model: type[Model], document: Document, problems: list[Problem]) -> Model | None:
    """Return the document as `model`; None when it does not fit, with every reason added to `problems`."""
    return validate_part(model, document.data, document, (), problems)


def validate_part(
    model: type[Model], data: object, document: Document, base: Path, problems: list[Problem]
) -> Model | None:
    """Return the part of a document that stands at `base` as `model`; None when it does not fit.

    A key without a value is a problem of its own: nothing in the configuration means nothing, so it was forgotten.
    """
    told, numbers = _overlooked(model, data, document, base)
    problems.extend(told.values())
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        translated = list(_translate(model, error.errors(include_url=False), document, base))
        problems.extend(problem for path, problem in translated if path not in told)
        told = {**told, **dict(translated)}
        problems.extend(problem for path, problem in numbers.items() if path not in told)
        return None
    problems.extend(numbers.values())
    return None if told or numbers else found


def _overlooked(
    model: type[BaseModel], data: object, document: Document, base: Path
) -> tuple[dict[Path, Problem], dict[Path, Problem]]:
    """Return what pydantic lets pass: keys without a value, and truths in the place of numbers."""
    empty: dict[Path, Problem] = {}
    truths: dict[Path, Problem] = {}
    for path, value in walk(data, base):
        name = str(path[-1]) if path else ""
        if value is None and path:
            hint = "write a value, or remove the key"
            empty[path] = document.problem("no_value", f"{name!r} has no value", path=path, hint=hint)
        elif isinstance(value, bool) and takes_number(model, path[len(base) :]):
            # To pydantic, true is the number 1; to whoever wrote it, it never was.
            message = f"{name!r}: a number expected, found {describe(value)}"
            truths[path] = document.problem("wrong_type", message, path=path, hint="write the number")
    return empty, truths


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """One of pydantic's findings; `loc` is where it says that it is, `written` where that stands in the file."""

    model: type[BaseModel]
    kind: str
    found: Any
    context: Mapping[str, Any]
    said: str
    loc: Path
    written: Path

    @property
    def name(self) -> str:
        """Return the name of the key that the finding is about."""
        # An unknown choice is told with the name that stands in the file, not with that of an opened short form.
        loc = self.written if self.kind in _CHOICES else self.loc
        return next((part for part in reversed(loc) if isinstance(part, str)), "the document")

    def retired(self, key: str) -> str | None:
        """Return what to write now in place of a key (or `key: value`) that went."""
        owner = model_at(self.model, self.loc[:-1])
        return owner.retired.get(key) if owner is not None and issubclass(owner, Strict) else None


_Words = tuple[str, str, str]
"""Code, message and hint."""


def _translate(
    model: type[BaseModel], errors: Iterable[ErrorDetails], document: Document, base: Path
) -> Iterable[tuple[Path, Problem]]:
    found = list(errors)
    misspelt = set(_meant_instead(model, found))
    for error in found:
        if error["type"] == "missing" and tuple(error["loc"]) in misspelt:
            continue
        # What is missing stands nowhere; a key of that name elsewhere on the way is another one.
        loc = error["loc"][:-1] if error["type"] == "missing" else error["loc"]
        path = document.narrow((*base, *loc))
        finding = _Finding(
            model=model,
            kind=error["type"],
            found=error["input"],
            context=error.get("ctx", {}),
            said=error["msg"],
            loc=tuple(error["loc"]),
            written=path,
        )
        code, message, hint = _WORDS.get(finding.kind, _other)(finding)
        yield path, document.problem(code, message, path=path, hint=hint, key=finding.kind == "extra_forbidden")


def _meant_instead(model: type[BaseModel], errors: Iterable[ErrorDetails]) -> Iterable[Path]:
    """Yield where a missing key stands under a misspelt name: that it is unknown is the one mistake."""
    for error in errors:
        if error["type"] == "extra_forbidden":
            *owner, name = error["loc"]
            meant = nearest(str(name), allowed_keys(model, owner))
            if meant is not None:
                yield (*owner, meant)


def _unknown_key(finding: _Finding) -> _Words:
    name = finding.name
    instead = finding.retired(name)
    if instead is not None:
        return "retired", f"the key {name!r} is no longer read", instead
    allowed = allowed_keys(finding.model, finding.loc[:-1])
    hint = _unknown_key_hint(name, allowed, keys_around(finding.model, finding.loc))
    return "unknown_key", f"unknown key {name!r}", hint


def _missing_key(finding: _Finding) -> _Words:
    have = finding.found
    listed = f"have: {', '.join(map(str, have))}" if isinstance(have, Mapping) and have else "nothing stands there"
    return "missing_key", f"{finding.name!r} is missing", listed


def _unknown_choice(finding: _Finding) -> _Words:
    found = finding.found
    instead = finding.retired(f"{finding.loc[-1]}: {found}") if finding.loc else None
    if instead is not None:
        return "retired", f"{describe(found)} is no longer read for {finding.name!r}", instead
    choices = [choice.strip("'") for choice in str(finding.context["expected"]).replace(" or ", ", ").split(", ")]
    hint = (did_you_mean(found, choices) if isinstance(found, str) else "") + f"allowed: {', '.join(choices)}"
    return "not_allowed", f"{describe(found)} is not allowed for {finding.name!r}", hint


def _wrong_type(finding: _Finding) -> _Words:
    message = f"{finding.name!r}: {_EXPECTED[finding.kind]} expected, found {describe(finding.found)}"
    return "wrong_type", message, _type_hint(finding)


def _refused(finding: _Finding) -> _Words:
    """Return the words of a validator of ours: message and hint with a bar between them."""
    message, _, hint = str(finding.context.get("error", finding.said)).partition(" | ")
    return "bad_value", message, hint


def _out_of_bounds(finding: _Finding) -> _Words:
    bound = _BOUNDS[finding.kind].format(**finding.context)
    return "bad_value", f"{finding.name!r}: {bound} expected, found {describe(finding.found)}", ""


def _other(finding: _Finding) -> _Words:
    if finding.kind not in _PYDANTICS_OWN:
        return "bad_value", finding.said, ""
    return "bad_value", f"{finding.name!r}: {finding.said}, found {describe(finding.found)}", ""


_PYDANTICS_OWN = frozenset(get_args(ErrorType))
"""Findings in pydantic's words; any other comes from a model of ours, in ours."""

_CHOICES = ("enum", "literal_error")

_EXPECTED = {
    "string_type": "text",
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("int_type", "int_parsing"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type", "decimal_parsing"), "a number"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "a list"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "a mapping (key: value)"),
}

_BOUNDS = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "too_short": "at least {min_length} value",
    "string_too_short": "a text that is not empty",
}

_WORDS: Mapping[str, Callable[[_Finding], _Words]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    **dict.fromkeys(_CHOICES, _unknown_choice),
    **dict.fromkeys(_EXPECTED, _wrong_type),
    **dict.fromkeys(("value_error", "assertion_error"), _refused),
    **dict.fromkeys(_BOUNDS, _out_of_bounds),
}
"""Who puts a finding into words, by pydantic's name for it."""

_WITH_UNIT = re.compile(r"\s*([0-9]{1,9})\s*[^\s0-9.,][^0-9]*")

_SHOWN = 40
"""Characters of a found value that a hint repeats."""


def _type_hint(finding: _Finding) -> str:
    """Return how to write what was expected."""
    kind, found, expected = finding.kind, finding.found, _EXPECTED[finding.kind]
    if expected == "a list" and isinstance(found, Mapping):
        return "start each item of the list with '- '"
    if expected.startswith("a mapping"):
        return _mapping_hint(allowed_keys(finding.model, finding.loc), found)
    if kind == "string_type" and (found is None or isinstance(found, bool)):
        return f'put it in quotes if the word itself is meant: "{describe(found)}"'
    if kind in {"int_parsing", "float_parsing"}:
        return _number_hint(found)
    if kind in {"bool_type", "bool_parsing"}:
        return _truth_hint(found)
    return ""


def _number_hint(found: object) -> str:
    number = _WITH_UNIT.fullmatch(found) if isinstance(found, str) else None
    return f"write {number[1]} alone" if number else ""


def _truth_hint(found: object) -> str:
    meant = truth(found) if isinstance(found, str) else None
    return f"write {'true or false' if meant is None else describe(meant)}, without quotes"


def _mapping_hint(keys: list[str], found: object) -> str:
    if keys:
        return f"its keys: {', '.join(keys)}"
    if isinstance(found, list | tuple):
        return "write the names as keys, without '- '"
    return f"name what it is for: {{NAME: {found}}}" if isinstance(found, str) and len(found) <= _SHOWN else ""


def _unknown_key_hint(name: str, allowed: list[str], around: list[str]) -> str:
    if around:
        written = " or ".join(f"'{key}: {{{name}: …}}'" for key in around)
        return f"did you mean {written}?"
    listed = f"allowed: {', '.join(allowed)}" if allowed else ""
    meant = did_you_mean(name, allowed)
    if not meant and "fields" in allowed and "topic" in allowed:
        return f"a field of the ticket is written 'fields: {{{name}: …}}'; {listed}"
    return f"{meant}{listed}"
