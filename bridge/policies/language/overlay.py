"""Inheritance and joining of documents, with every value keeping the place it came from."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bridge.errors import Problem, Stage
from bridge.files.positions import Document, Path, Place, dotted

_FRONT = {"rules", "exceptions"}
"""Lists in which what is new goes before what is inherited, because the first match counts."""


@dataclass(slots=True)
class _Part:
    """A value with its place; `key` is where the key that leads to it stands."""

    value: object
    place: Place
    key: Place | None = None
    members: dict[str, "_Part"] = field(default_factory=dict)
    items: list["_Part"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return "mapping" if isinstance(self.value, dict) else "list" if isinstance(self.value, list) else "scalar"

    @property
    def id(self) -> object:
        part = self.members.get("id")
        return part.value if part else None


def overlay(base: Document, over: Document) -> Document:
    """Return `over` laid upon `base`.

    Mappings are laid key by key (a key without a value removes the inherited one), lists of things with an `id` item by
    item (`remove: true` drops one); everything else is replaced.
    """
    return _document(_laid(_parts(base, base.data, ()), _parts(over, over.data, ()), ""), over.file)


def united(documents: list[Document], problems: list[Problem]) -> Document:
    """Return several files of one revision as one document: lists one after the other, mappings joined.

    What two files both define is a problem: neither may silently win.
    """
    first, *others = documents
    root = _parts(first, first.data, ())
    for document in others:
        other = _parts(document, document.data, ())
        _unite(root, other, (), problems)
    return _document(root, first.file)


def _parts(document: Document, data: object, path: Path) -> _Part:
    part = _Part(data, document.place(path), document.keys.get(path))
    if isinstance(data, dict):
        part.members = {key: _parts(document, value, (*path, key)) for key, value in data.items()}
    elif isinstance(data, list):
        part.items = [_parts(document, value, (*path, index)) for index, value in enumerate(data)]
    return part


def _laid(base: _Part, over: _Part, name: str) -> _Part:
    if base.kind == over.kind == "mapping":
        members = dict(base.members)
        for key, part in over.members.items():
            if part.value is None:
                members.pop(key, None)
            elif key in members:
                members[key] = _laid(members[key], part, key)
            else:
                members[key] = part
        return _Part({}, over.place, over.key, members=members)
    if base.kind == over.kind == "list" and _has_ids(base.items) and _has_ids(over.items):
        return _Part([], over.place, over.key, items=_laid_items(base.items, over.items, front=name in _FRONT))
    return over


def _has_ids(items: Iterable[_Part]) -> bool:
    return all(item.id is not None for item in items)


def _laid_items(base: list[_Part], over: list[_Part], *, front: bool) -> list[_Part]:
    changes = {part.id: part for part in over}
    kept = [_laid(part, changes[part.id], "") if part.id in changes else part for part in base]
    known = {part.id for part in base}
    new = [part for part in over if part.id not in known]
    joined = [*new, *kept] if front else [*kept, *new]
    return [part for part in joined if not _removed(part)]


def _removed(part: _Part) -> bool:
    mark = part.members.get("remove")
    return mark is not None and mark.value is True


_OF_THE_REVISION = {"policy", "valid_from", "valid_until"}


def _unite(root: _Part, other: _Part, path: Path, problems: list[Problem]) -> None:
    for key, part in other.members.items():
        mine = root.members.get(key)
        if mine is None:
            root.members[key] = part
        elif mine.kind == part.kind == "list":
            mine.items.extend(part.items)
        elif mine.kind == part.kind == "mapping" and not path:
            _unite(mine, part, (key,), problems)
        elif not (not path and key in _OF_THE_REVISION):
            place = part.key or part.place
            message = f"{key!r} is defined in two files of one revision"
            hint = f"it stands first at {mine.key or mine.place}; keep one of them"
            problems.append(
                Problem(
                    code="defined_twice",
                    message=message,
                    file=place.file,
                    line=place.line,
                    column=place.column,
                    path=dotted((*path, key)),
                    hint=hint,
                    stage=Stage.SHAPE,
                )
            )


def _document(root: _Part, file: str) -> Document:
    values: dict[Path, Place] = {}
    keys: dict[Path, Place] = {}

    def build(part: _Part, path: Path) -> object:
        values[path] = part.place
        if part.key is not None and path:
            keys[path] = part.key
        if part.kind == "mapping":
            return {key: build(member, (*path, key)) for key, member in part.members.items()}
        if part.kind == "list":
            return [build(item, (*path, index)) for index, item in enumerate(part.items)]
        return part.value

    return Document(file=file, data=build(root, ()), values=values, keys=keys)
