"""What is left of a document with mistakes in its shape, so that its other mistakes are told in the same run."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bridge.errors import Problem
from bridge.files.positions import Document, Path
from bridge.files.validate import empty_paths

Model = TypeVar("Model", bound=BaseModel)

_QUOTED = re.compile(r"'([^']*)'")
"""The names in a message."""

_ROUNDS = 8
"""Taking out one entry can leave the one above it incomplete; deeper chains than this are not worth following."""

_SURE = frozenset(
    {
        "ambiguous_name",
        "bad_value",
        "bad_version",
        "check_inside_check",
        "endless_condition",
        "no_value",
        "not_allowed",
        "wrong_type",
    }
)
"""Findings beside unknown names that hold whatever was taken out. A key that is missing may have been taken out."""

_NAMES_OF = {
    "checks": "unknown_check",
    "clocks": "unknown_metric",
    "conditions": "unknown_condition",
    "fields": "unknown_field",
    "inputs": "unknown_field",
    "levels": "unknown_level",
}
"""Parts of a policy that give names: without such a part, nobody can tell which names are unknown."""

_SCHEME, _READ_BY_SCHEME = "scheme", "bad_version"
"""A product's versions are read by its scheme: without one that was written, nothing is said about them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvaged(Generic[Model]):
    """The rest of a document that fits its model. `names` and `parts` are what was taken out."""

    document: Document
    model: Model
    names: frozenset[str]
    parts: frozenset[Path]

    def sure(self, problems: Sequence[Problem]) -> list[Problem]:
        """Return those of the rest's problems that the whole document has as well."""
        unsure = {_NAMES_OF.get(str(part[0])) for part in self.parts if len(part) == 1}
        if any(_SCHEME in part for part in self.parts):
            unsure.add(_READ_BY_SCHEME)
        return [
            one
            for one in problems
            if one.code not in unsure
            and (one.code.startswith("unknown_") or one.code in _SURE)
            and self.names.isdisjoint(_QUOTED.findall(one.message))
        ]


def salvage(model: type[Model], document: Document) -> Salvaged[Model] | None:
    """Return the document without what does not fit `model`; None when nothing that fits is left.

    The smallest entries that the findings point at are taken out: a key of a mapping, or an item of a list. What stays
    keeps its place in the file and its path.
    """
    names: set[str] = set()
    parts: set[Path] = set()
    for _ in range(_ROUNDS):
        wrong = set(empty_paths(document.data, ()))
        try:
            found = model.model_validate(document.data)
        except ValidationError as error:
            wrong |= {document.narrow(one["loc"]) for one in error.errors(include_url=False)}
            found = None
        if found is not None and not wrong:
            return Salvaged(document=document, model=found, names=frozenset(names), parts=frozenset(parts))
        if () in wrong:
            return None
        for path in wrong:
            names.update(_given_names(path, document.data))
        parts |= {document.origin(path) for path in wrong}
        document = _without(document, wrong)
    return None


def _without(document: Document, gone: set[Path]) -> Document:
    """Return the document without the entries at `gone`."""
    values, keys, origins = {}, {}, {}

    def kept(value: object, path: Path, new: Path) -> object:
        values[new] = document.place(path)
        if path in document.keys:
            keys[new] = document.keys[path]
        origins[new] = document.origin(path)
        if isinstance(value, dict):
            return {key: kept(one, (*path, key), (*new, key)) for key, one in value.items() if (*path, key) not in gone}
        if isinstance(value, list):
            stay = [index for index in range(len(value)) if (*path, index) not in gone]
            return [kept(value[index], (*path, index), (*new, position)) for position, index in enumerate(stay)]
        return value

    data = kept(document.data, (), ())
    return replace(document, data=data, values=values, keys=keys, origins=origins)


def _given_names(path: Path, data: object) -> Iterator[str]:
    """Yield the names that the entry at `path` may give to other parts: keys, ids, and texts of lists."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int):
            data = data[part]
    if isinstance(path[-1], str):
        yield path[-1]
    elif isinstance(data, str):
        yield data
    yield from _names_inside(data)


def _names_inside(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            if key == "id" and isinstance(one, str):
                yield one
            yield from _names_inside(one)
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, str):
                yield one
            yield from _names_inside(one)
