"""The strict YAML reader: plain data with places, and none of YAML 1.1's surprises.

Plain scalars stay text. PyYAML's own reading turns `17:00` into 1020, `6.10` into 6.1, `NO` into false and `010` into
8; an agreement must mean what it says. Only `null`, `~`, nothing at all, `true` and `false` are special. The document
is built from parser events, so that size, depth and the expansion of aliases are bounded before anything is allocated.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.positions import Document, Path, Place, describe, dotted

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
MAX_COPIES = 10_000
MAX_DEPTH = 60

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SPECIAL = {"": None, "~": None, "null": None, "true": True, "false": False}
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOMS = (b"\xff\xfe", b"\xfe\xff")


class _Refused(Exception):
    """The document cannot be read on; carries the last problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class _Node:
    """One parsed node. An alias is the anchored node itself, met once more."""

    value: object
    place: Place
    items: list["_Node"] = field(default_factory=list)
    pairs: list[tuple["_Node", "_Node"]] = field(default_factory=list)
    kind: str = "scalar"


def read_yaml(content: bytes, *, file: str) -> Document:
    """Return the one document in `content` with the places of all its parts.

    Raises ConfigurationInvalid with every problem found: bytes that are not UTF-8, broken syntax, duplicate or non-text
    keys, merge keys, tags, several documents, and documents that are too large, too deep or expand without end.
    """
    text = _decode(content, file)
    problems: list[Problem] = []
    try:
        root = _Composer(text, file, problems).compose()
        document = _Expander(file, problems).expand(root)
    except _Refused as refusal:
        problems.append(refusal.problem)
    if problems:
        raise ConfigurationInvalid(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return document


def _decode(content: bytes, file: str) -> str:
    """Return the text of a UTF-8 file; a byte order mark is dropped."""
    if len(content) > MAX_BYTES:
        message = f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read"
        raise ConfigurationInvalid(
            [Problem(code="too_large", message=message, file=file, hint="split it into several files")]
        )
    if content.startswith(_BOMS):
        message = "the file is UTF-16; only UTF-8 is read"
        raise ConfigurationInvalid([Problem(code="not_utf8", message=message, file=file, hint="save it as UTF-8")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        hint = "save the file as UTF-8 (it looks like cp1251 or another one-byte encoding)"
        problem = Problem(code="not_utf8", message=message, file=file, line=line, column=column, hint=hint)
        raise ConfigurationInvalid([problem]) from None
    found = _UNPRINTABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"character U+{ord(found.group()):04X} cannot stand in a YAML file"
        raise ConfigurationInvalid(
            [Problem(code="control_character", message=message, file=file, line=line, column=column)]
        )
    return text


class _Composer:
    """Builds nodes from parser events, bounded in depth and count."""

    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        self._text = text
        self._file = file
        self._problems = problems
        self._anchors: dict[str, _Node] = {}
        self._open: set[int] = set()
        self._nodes = 0

    def compose(self) -> _Node:
        """Return the root node of the only document."""
        events = self._events()
        root: _Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    hint = "keep one document in a file; put the second into a file of its own"
                    raise _Refused(self._problem("several_documents", "a second document starts here", event, hint))
                root = self._node(next(events), events, depth=0)
        if root is None or (root.kind == "scalar" and root.value is None):
            raise _Refused(Problem(code="empty", message="the file is empty", file=self._file))
        return root

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self._text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            raise _Refused(self._syntax(error)) from None

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], *, depth: int) -> _Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _Refused(self._problem("too_large", f"more than {MAX_NODES:,} values in one file", event))
        if depth > MAX_DEPTH:
            raise _Refused(self._problem("too_deep", f"nested more than {MAX_DEPTH} levels deep", event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        place = self._place(event)
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            message = f"the tag {tag!r} is not allowed"
            self._problems.append(self._problem("tag", message, event, "write the value without a tag"))
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style and not tag
            value = _SPECIAL.get(event.value, event.value) if plain else event.value
            node = _Node(value, place)
            self._remember(event, node)
            return node
        node = _Node(None, place, kind="list" if isinstance(event, yaml.SequenceStartEvent) else "mapping")
        self._remember(event, node)
        self._open.add(id(node))
        if node.kind == "list":
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                node.items.append(self._node(item, events, depth=depth + 1))
        else:
            while not isinstance(item := next(events), yaml.MappingEndEvent):
                key = self._node(item, events, depth=depth + 1)
                node.pairs.append((key, self._node(next(events), events, depth=depth + 1)))
        self._open.discard(id(node))
        return node

    def _alias(self, event: yaml.AliasEvent) -> _Node:
        node = self._anchors.get(event.anchor or "")
        if node is None:
            raise _Refused(
                self._problem(
                    "unknown_alias", f"*{event.anchor} stands for nothing: no &{event.anchor} before it", event
                )
            )
        if id(node) in self._open:
            raise _Refused(self._problem("endless_alias", f"*{event.anchor} contains itself", event))
        return node

    def _remember(self, event: yaml.Event, node: _Node) -> None:
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = node

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file)

    def _problem(self, code: str, message: str, event: yaml.Event, hint: str = "") -> Problem:
        place = self._place(event)
        return Problem(code=code, message=message, file=place.file, line=place.line, column=place.column, hint=hint)

    def _syntax(self, error: yaml.MarkedYAMLError) -> Problem:
        """Return the parser's complaint in words an admin can act on."""
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        said = str(error.problem or error.context or "not YAML")
        lines = self._text.split("\n")
        found = lines[line - 1] if 0 < line <= len(lines) else ""
        message, hint = _SYNTAX.get(said, (f"not valid YAML: {said}", ""))
        if "\t" in found[: len(found) - len(found.lstrip())]:
            message, hint = "a tab indents this line", "indent with spaces only"
        if said == "found character that cannot start any token" and column <= len(found):
            character = found[column - 1]
            message, hint = f"a value cannot start with {character!r} here", "put the value in quotes"
            if character == "\t":
                message, hint = "a tab stands where only spaces may", "indent with spaces only"
        return Problem(code="syntax", message=message, file=self._file, line=line, column=column, hint=hint)


_SYNTAX = {
    "mapping values are not allowed in this context": (
        "a second ': ' in one line",
        "put a value that contains ': ' in quotes, or start a new line",
    ),
    "did not find expected key": ("this line does not fit the indentation above it", "indent it like its neighbours"),
    "did not find expected '-' indicator": (
        "a '-' was expected here",
        "indent list items alike and start each with '- '",
    ),
    "did not find expected ',' or ']'": ("a list in [ ] is not closed", "add the missing ',' or ']'"),
    "did not find expected ',' or '}'": ("a mapping in { } is not closed", "add the missing ',' or '}'"),
    "found unexpected end of stream": ("a quoted text is not closed", "add the missing quote"),
    "could not find expected ':'": ("a key without ':'", "write 'key: value'"),
    "did not find expected node content": ("a value is missing here", "complete it, or close the bracket"),
    "block sequence entries are not allowed in this context": (
        "a list item cannot start here",
        "start each '- ' on a line of its own",
    ),
    "found unknown escape character": (r"an unknown '\' sequence in double quotes", "use single quotes instead"),
}


class _Expander:
    """Turns nodes into plain data and places; aliases are copied out, and the copies are counted."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file = file
        self._problems = problems
        self._met: set[int] = set()
        self._copies = 0
        self._values: dict[Path, Place] = {}
        self._keys: dict[Path, Place] = {}

    def expand(self, root: _Node) -> Document:
        """Return the document of `root`."""
        data = self._value(root, ())
        return Document(file=self._file, data=data, values=self._values, keys=self._keys)

    def _value(self, node: _Node, path: Path) -> object:
        self._copies += id(node) in self._met
        self._met.add(id(node))
        if self._copies > MAX_COPIES:
            message = f"aliases expand to more than {MAX_COPIES:,} values"
            raise _Refused(
                self._problem("alias_explosion", message, node.place, path, "write out what the aliases repeat")
            )
        if len(path) > MAX_DEPTH:
            raise _Refused(self._problem("too_deep", f"nested more than {MAX_DEPTH} levels deep", node.place, path))
        self._values[path] = node.place
        if node.kind == "list":
            return [self._value(item, (*path, index)) for index, item in enumerate(node.items)]
        if node.kind == "mapping":
            return self._mapping(node, path)
        return node.value

    def _mapping(self, node: _Node, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key, value in node.pairs:
            name = key.value
            if key.kind != "scalar" or not isinstance(name, str):
                found = describe(name) if key.kind == "scalar" else f"a {key.kind}"
                message = f"{found} is no key: a key is text"
                self._problems.append(self._problem("key_not_text", message, key.place, path, "put the key in quotes"))
                continue
            if name == "<<":
                hint = "use 'extends:', 'defaults:' or a named condition instead"
                self._problems.append(
                    self._problem("merge_key", "the merge key '<<' is not supported", key.place, path, hint)
                )
                continue
            if name in data:
                first = self._keys[(*path, name)]
                message = f"the key {name!r} stands twice"
                hint = f"it stands first in line {first.line}; remove one of them"
                self._problems.append(self._problem("duplicate_key", message, key.place, (*path, name), hint))
                continue
            self._keys[(*path, name)] = key.place
            data[name] = self._value(value, (*path, name))
        return data

    def _problem(self, code: str, message: str, place: Place, path: Path, hint: str = "") -> Problem:
        return Problem(
            code=code,
            message=message,
            file=place.file,
            line=place.line,
            column=place.column,
            path=dotted(path),
            hint=hint,
        )
