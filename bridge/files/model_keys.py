"""Which keys a model allows at a place of a document: for hints, and for finding the model that a mistake belongs to."""

import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from bridge.files.positions import Path


def allowed_keys(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """Return the keys that the model allows at `loc`, none where it takes no mapping of its own."""
    target = model_at(model, loc)
    return [] if target is None else [info.alias or name for name, info in _fields_of(target).items()]


def model_at(model: type[BaseModel], loc: Iterable[str | int]) -> type[BaseModel] | None:
    """Return the model of the mapping at `loc`, None where there is none. Parts of a location that lead nowhere are left out."""
    current: Any = model
    for part in loc:
        current = _step(current, part)
    return _model_of(current)


def takes_number(model: type[BaseModel], loc: Iterable[str | int]) -> bool:
    """Return whether a number, and no yes or no, is expected at `loc`."""
    current: Any = model
    for part in loc:
        current = _step(current, part)
    kinds = set(_flatten(current))
    return bool(kinds & {int, float}) and bool not in kinds


def keys_around(model: type[BaseModel], loc: Path) -> list[str]:
    """Return the keys beside the unknown one at `loc` under which its name would be a key."""
    owner = model_at(model, loc[:-1])
    found = []
    for name, info in owner.model_fields.items() if owner is not None else ():
        below = _model_of(info.annotation)
        if below not in {None, owner} and loc[-1] in allowed_keys(below, ()):
            found.append(info.alias or name)
    return found


def _fields_of(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    # Models are built when they are first used; until then, names of later models in their annotations lead nowhere.
    model.model_rebuild()
    return model.model_fields


def _model_of(annotation: Any) -> type[BaseModel] | None:
    return next((one for one in _flatten(annotation) if _is_model(one)), None)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


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
    members = (_member(one, part) for one in _flatten(annotation))
    return next((member for member in members if member is not None), annotation)


def _member(annotation: Any, part: str | int) -> Any | None:
    """Return what stands at `part` in a model, a mapping or a list; None for anything else."""
    if _is_model(annotation):
        fields = _fields_of(annotation).items()
        return next((info.annotation for name, info in fields if part in {name, info.alias}), None)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if not isinstance(origin, type) or not arguments:
        return None
    if issubclass(origin, Mapping):
        return arguments[-1]
    return arguments[0] if isinstance(part, int) else None
