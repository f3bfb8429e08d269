"""Inheritance and joining of documents, with every value keeping the place it came from."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bridge.errors import Problem, Stage
from bridge.files.positions import Document, Path, Place, dotted

_FRONT = {"rules", "exceptions"}
"""Lists in which what is new goes before what is inherited, because the first match counts."""

_ALONE = {*_FRONT, "thresholds", "events", "steps"}
"""Lists of things with an `id` of which one alone may be written without a list."""


@dataclass(slots=True)
class _Node:
    """A value with its place; `key` is where the key that leads to it stands."""

    value: object
    place: Place
    key: Place | None = None
    members: dict[str, "_Node"] = field(default_factory=dict)
    items: list["_Node"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return "mapping" if isinstance(self.value, dict) else "list" if isinstance(self.value, list) else "scalar"

    def said(self, key: str) -> object:
        """Return the value of a key, None where it is left out."""
        return self.members[key].value if key in self.members else None


def overlay(base: Document, over: Document) -> Document:
    """Return `over` laid upon `base`.

    Mappings are laid key by key (a key without a value removes the inherited one), lists of things with an `id` item by
    item (`remove: true` drops one); everything else is replaced.
    """
    return _document(_laid(_nodes(base, base.data, ()), _nodes(over, over.data, ()), ""), over.file)


def united(documents: list[Document], problems: list[Problem]) -> Document:
    """Return several files of one revision as one document: lists one after the other, mappings joined.

    What two files both define is a problem: neither may silently win.
    """
    first, *others = documents
    root = _nodes(first, first.data, ())
    for document in others:
        other = _nodes(document, document.data, ())
        _unite(root, other, (), problems)
    return _document(root, first.file)


def _nodes(document: Document, data: object, path: Path) -> _Node:
    node = _Node(data, document.place(path), document.keys.get(path))
    if isinstance(data, dict):
        node.members = {key: _nodes(document, value, (*path, key)) for key, value in data.items()}
    elif isinstance(data, list):
        node.items = [_nodes(document, value, (*path, index)) for index, value in enumerate(data)]
    if path and path[-1] in _ALONE and "id" in node.members:
        # One alone stands for a list of one: it is laid and joined like any other.
        return _Node([], node.place, node.key, items=[node])
    return node


def _laid(base: _Node, over: _Node, name: str) -> _Node:
    if base.kind == over.kind == "mapping":
        members = dict(base.members)
        for key, node in over.members.items():
            if node.value is None:
                members.pop(key, None)
            elif key in members:
                members[key] = _laid(members[key], node, key)
            else:
                members[key] = node
        return _Node({}, over.place, over.key, members=members)
    if base.kind == over.kind == "list" and _has_ids(base.items) and _has_ids(over.items):
        return _Node([], over.place, over.key, items=_laid_items(base.items, over.items, front=name in _FRONT))
    return over


def _has_ids(items: Iterable[_Node]) -> bool:
    return all(item.said("id") is not None for item in items)


def _laid_items(base: list[_Node], over: list[_Node], *, front: bool) -> list[_Node]:
    changes = {item.said("id"): item for item in over}
    kept = [_laid(item, changes[id_], "") if (id_ := item.said("id")) in changes else item for item in base]
    known = {item.said("id") for item in base}
    new = [item for item in over if item.said("id") not in known]
    # What is new stands first where the first match counts.
    joined = [*new, *kept] if front else [*kept, *new]
    return [item for item in joined if item.said("remove") is not True]


_OF_THE_REVISION = {"policy", "valid_from", "valid_until"}


def _unite(root: _Node, other: _Node, path: Path, problems: list[Problem]) -> None:
    for key, node in other.members.items():
        mine = root.members.get(key)
        if mine is None:
            root.members[key] = node
        elif mine.kind == node.kind == "list":
            mine.items.extend(node.items)
        elif mine.kind == node.kind == "mapping" and not path:
            _unite(mine, node, (key,), problems)
        elif path or key not in _OF_THE_REVISION:
            problems.append(_defined_twice(mine, node, (*path, key)))


def _defined_twice(first: _Node, second: _Node, path: Path) -> Problem:
    place = second.key or second.place
    return Problem(
        code="defined_twice",
        message=f"{path[-1]!r} is defined in two files of one revision",
        file=place.file,
        line=place.line,
        column=place.column,
        path=dotted(path),
        hint=f"it stands first at {first.key or first.place}; keep one of them",
        stage=Stage.SHAPE,
    )


def _document(root: _Node, file: str) -> Document:
    values: dict[Path, Place] = {}
    keys: dict[Path, Place] = {}

    def build(node: _Node, path: Path) -> object:
        values[path] = node.place
        if node.key is not None and path:
            keys[path] = node.key
        if node.kind == "mapping":
            return {key: build(member, (*path, key)) for key, member in node.members.items()}
        if node.kind == "list":
            return [build(item, (*path, index)) for index, item in enumerate(node.items)]
        return node.value

    return Document(file=file, data=build(root, ()), values=values, keys=keys)
