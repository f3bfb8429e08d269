"""A document against its model: pydantic's findings in words an admin understands, each at its place in the file."""

import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Tag, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from bridge.errors import Problem
from bridge.files.positions import Document, Path, describe, nearest

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """The base of every model of the language: unknown keys are errors, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, defer_build=True)


def validate(model: type[Model], document: Document, problems: list[Problem]) -> Model | None:
    """Return the document as `model`; None when it does not fit, with every reason added to `problems`."""
    return validate_part(model, document.data, document, (), problems)


def validate_part(
    model: type[Model], data: object, document: Document, base: Path, problems: list[Problem]
) -> Model | None:
    """Return the part of a document that stands at `base` as `model`; None when it does not fit.

    A key without a value is a problem of its own: nothing in the configuration means nothing, so it was forgotten.
    """
    empty = list(empty_paths(data, base))
    for path in empty:
        message = f"{str(path[-1])!r} has no value"
        problems.append(document.problem("no_value", message, path=path, hint="write a value, or remove the key"))
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        translated = _translate(model, error.errors(include_url=False), document, base)
        problems.extend(problem for path, problem in translated if path not in empty)
        return None
    return None if empty else found


def empty_paths(data: object, path: Path) -> Iterable[Path]:
    """Yield the paths of all keys and items below `path` that have no value."""
    if data is None and path:
        yield path
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from empty_paths(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from empty_paths(value, (*path, index))


def _translate(
    model: type[BaseModel], errors: Iterable[ErrorDetails], document: Document, base: Path
) -> Iterable[tuple[Path, Problem]]:
    for error in errors:
        loc = tuple(error["loc"])
        path = document.narrow((*base, *loc))
        code, message, hint = _words(model, error, path if error["type"] in _ABOUT_VALUES else loc)
        yield path, document.problem(code, message, path=path, hint=hint, key=error["type"] == "extra_forbidden")


def _words(model: type[BaseModel], error: ErrorDetails, loc: Path) -> tuple[str, str, str]:  # noqa: PLR0911
    """Return code, message and hint for one finding."""
    kind, found, context = error["type"], error["input"], error.get("ctx", {})
    name = next((part for part in reversed(loc) if isinstance(part, str)), "the document")
    if kind == "extra_forbidden":
        allowed = allowed_keys(model, loc[:-1])
        return "unknown_key", f"unknown key {name!r}", _unknown_key_hint(name, allowed, _homes(model, loc))
    if kind == "missing":
        have = f"have: {', '.join(map(str, found))}" if isinstance(found, Mapping) and found else "nothing stands there"
        return "missing_key", f"{name!r} is missing", have
    if kind in {"enum", "literal_error"}:
        choices = [choice.strip("'") for choice in str(context["expected"]).replace(" or ", ", ").split(", ")]
        match = nearest(found, choices) if isinstance(found, str) else None
        hint = (f"did you mean {match!r}? " if match else "") + f"allowed: {', '.join(choices)}"
        return "not_allowed", f"{describe(found)} is not allowed for {name!r}", hint
    if kind in _EXPECTED:
        hint = _shape_hint(model, kind, found, loc)
        return "wrong_type", f"{name!r}: {_EXPECTED[kind]} expected, found {describe(found)}", hint
    if kind in {"value_error", "assertion_error"}:
        said = str(context.get("error", error["msg"]))
        message, _, hint = said.partition(" | ")
        return "bad_value", message, hint
    if kind in _BOUNDS:
        return "bad_value", f"{name!r}: {_BOUNDS[kind].format(**context)} expected, found {describe(found)}", ""
    if kind not in _PYDANTICS_OWN:
        return "bad_value", error["msg"], ""
    return "bad_value", f"{name!r}: {error['msg']}, found {describe(found)}", ""


_PYDANTICS_OWN = frozenset(get_args(ErrorType))
"""Findings in pydantic's words; any other comes from a model of ours, in ours."""

_ABOUT_VALUES = {"enum", "literal_error"}
"""Findings that are told with the name that stands in the file, not with that of an opened short form."""

_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_parsing": "a number",
    "decimal_type": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping (key: value)",
    "mapping_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
}


_BOUNDS = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "too_short": "at least {min_length} value",
    "string_too_short": "a text that is not empty",
}


_SHOWN = 40
"""Characters of a found value that a hint repeats."""


def _shape_hint(model: type[BaseModel], kind: str, found: object, loc: Path) -> str:
    """Return how to write what was expected."""
    expected = _EXPECTED[kind]
    if expected == "a list" and isinstance(found, Mapping):
        return "start each item of the list with '- '"
    if expected.startswith("a mapping"):
        return _mapping_hint(allowed_keys(model, loc), found)
    if kind == "string_type" and (found is None or isinstance(found, bool)):
        return f'put it in quotes if the word itself is meant: "{describe(found)}"'
    if kind in {"bool_type", "bool_parsing"}:
        return "write true or false, without quotes"
    return ""


def _mapping_hint(keys: list[str], found: object) -> str:
    if keys:
        return f"its keys: {', '.join(keys)}"
    if isinstance(found, list | tuple):
        return "write the names as keys, without '- '"
    return f"name what it is for: {{NAME: {found}}}" if isinstance(found, str) and len(found) <= _SHOWN else ""


def _homes(model: type[BaseModel], loc: Path) -> list[str]:
    """Return the keys beside the unknown one under which its name is a key."""
    owner = _model_at(model, loc[:-1])
    homes = []
    for name, info in owner.model_fields.items() if owner is not None else ():
        below = _model_of(info.annotation)
        if below not in {None, owner} and loc[-1] in allowed_keys(below, ()):
            homes.append(info.alias or name)
    return homes


def _unknown_key_hint(name: str, allowed: list[str], homes: list[str]) -> str:
    if homes:
        places = " or ".join(f"'{home}: {{{name}: …}}'" for home in homes)
        return f"did you mean {places}?"
    listed = f"allowed: {', '.join(allowed)}" if allowed else ""
    match = nearest(name, allowed)
    if match is None and "fields" in allowed and "topic" in allowed:
        return f"a field of the ticket is written 'fields: {{{name}: …}}'; {listed}"
    return f"did you mean {match!r}? {listed}" if match else listed


def allowed_keys(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """Return the keys that the model allows at `loc`."""
    target = _model_at(model, loc)
    if target is None:
        return []
    return [info.alias or name for name, info in _fields_of(target).items()]


def _fields_of(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    # Models are built when they are first used; until then, names of later models in their annotations lead nowhere.
    model.model_rebuild()
    return model.model_fields


def _model_at(model: type[BaseModel], loc: Iterable[str | int]) -> type[BaseModel] | None:
    current: Any = model
    for part in loc:
        current = _step(current, part)
    return _model_of(current)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    for candidate in _flatten(annotation):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _flatten(annotation: Any) -> list[Any]:
    """Return the plain annotations inside an optional, annotated or aliased one."""
    annotation = getattr(annotation, "__value__", annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _flatten(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [flat for argument in get_args(annotation) for flat in _flatten(argument)]
    return [annotation]


def _tagged(annotation: Any) -> dict[str | int, Any]:
    """Return the members of a tagged union by the tag that stands in locations."""
    annotation = getattr(annotation, "__value__", annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        tags: dict[str | int, Any] = {meta.tag: arguments[0] for meta in arguments[1:] if isinstance(meta, Tag)}
        return tags or _tagged(arguments[0])
    if origin in {Union, types.UnionType}:
        return {tag: member for argument in arguments for tag, member in _tagged(argument).items()}
    return {}


def _step(annotation: Any, part: str | int) -> Any:
    """Return the annotation one step further along a location; names that lead nowhere are validators' own."""
    tagged = _tagged(annotation)
    if part in tagged:
        return tagged[part]
    for candidate in _flatten(annotation):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            for name, info in _fields_of(candidate).items():
                if part in {name, info.alias}:
                    return info.annotation
        origin, arguments = get_origin(candidate), get_args(candidate)
        if isinstance(origin, type) and arguments:
            if isinstance(part, int) and not issubclass(origin, Mapping):
                return arguments[0]
            if issubclass(origin, Mapping):
                return arguments[-1]
    return annotation
