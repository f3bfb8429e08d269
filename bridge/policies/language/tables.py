"""Tables by a property, as targets and calendars have them: each cell becomes a condition, all other values come last."""

import re
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from bridge.files.positions import Path, describe, hint_for
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.tree import Tree
from bridge.policies.language.draft import Draft
from bridge.policies.language.models import OTHERWISE

_BY: dict[str, Path] = {
    **{name: (name,) for name in ("priority", "status", "department", "topic", "channel", "language")},
    **{name: ("customer", name) for name in ("category", "tier", "presence")},
    "organization": ("organization", "name"),
}
"""What a table may go by, and where that stands in a condition."""

_BY_NAME: dict[str, Path] = {"fields": ("fields",), "attributes": ("customer", "attributes")}
"""The same for `fields.NAME` and `attributes.NAME`, where the name follows."""

BY = "|".join((*_BY, *(rf"{head}\..+" for head in _BY_NAME)))
"""The pattern of what a table may go by, for editors."""


def table_cells(by: str, keys: Iterable[str], path: Path, draft: Draft) -> Iterator[tuple[Tree | None, str]]:
    """Yield the condition of each key of the table `of` at `path`, in the order they are tried; None for all other values.

    A property that no table can go by, a value that stands twice and one that is not allowed are problems.
    """
    where = _property(by, path, draft)
    if where is None:
        return
    cells = [(_words(key), key) for key in keys]
    _refuse_doubles(cells, path, draft)
    for words, key in cells:
        if not _otherwise(words):
            tree = _cell_condition(where, words, (*path, "of", key), draft)
            if tree is not None:
                yield tree, key
    # Last, wherever it stands, and the last of several; values named beside it are among all the others.
    for key in [key for words, key in cells if _otherwise(words)][-1:]:
        yield None, key


def _words(key: str) -> list[str]:
    return [word.strip() for word in key.split(",") if word.strip()]


def _otherwise(words: list[str]) -> bool:
    return OTHERWISE in map(str.casefold, words)


def _refuse_doubles(cells: list[tuple[list[str], str]], path: Path, draft: Draft) -> None:
    seen: set[str] = set()
    for words, key in cells:
        for word in words:
            if word.casefold() in seen:
                message = f"{word!r} stands twice in the table"
                draft.report("defined_twice", message, (*path, "of", key), key=True)
            seen.add(word.casefold())


def _property(by: str, path: Path, draft: Draft) -> Path | None:
    """Return where the property that a table goes by stands in a condition."""
    head, _, name = by.partition(".")
    if by in _BY:
        return _BY[by]
    if name and head in _BY_NAME:
        if head == "fields" and name not in draft.fields:
            draft.unknown_field(name, (*path, "by"))
            return None
        return (*_BY_NAME[head], name)
    hint = hint_for(by, {*_BY, "fields.NAME", "attributes.NAME"})
    if by in draft.fields:
        hint = f"did you mean 'fields.{by}'?"
    draft.report("unknown_property", f"{by!r} is nothing a table can go by", (*path, "by"), hint)
    return None


def _cell_condition(where: Path, words: list[str], path: Path, draft: Draft) -> Tree | None:
    wanted: object = words
    for name in reversed(where):
        wanted = {name: wanted}
    try:
        model = ConditionModel.model_validate(wanted)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            choices = re.findall(r"'([^']*)'", str(one.get("ctx", {}).get("expected", "")))
            message = f"{describe(one['input'])} is not allowed here"
            draft.report("not_allowed", message, path, hint_for(str(one["input"]), choices), key=True)
        return None
    return draft.tree(model, path)
