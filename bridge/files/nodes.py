"""From YAML text to a tree of nodes, bounded in depth and count before anything is allocated."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from bridge.errors import Problem, Stage
from bridge.files.positions import Place

MAX_NODES = 100_000
MAX_DEPTH = 60

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SPECIAL = {"": None, "~": None, "null": None, "true": True, "false": False}


class Refused(Exception):
    """The document cannot be read on; carries the last problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class Node:
    """One parsed node. An alias is the anchored node itself, met once more."""

    value: object
    place: Place
    items: list["Node"] = field(default_factory=list)
    pairs: list[tuple["Node", "Node"]] = field(default_factory=list)
    kind: str = "scalar"


def problem(code: str, message: str, place: Place, hint: str = "", path: str = "") -> Problem:
    """Return a problem of the first stage: what stands at this place is no good YAML."""
    return place.problem(code, message, path=path, hint=hint, stage=Stage.READING)


class Composer:
    """Builds nodes from parser events."""

    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        self._text = text
        self._file = file
        self._problems = problems
        self._anchors: dict[str, Node] = {}
        self._open: set[int] = set()
        self._nodes = 0
        self._events = self._parsed()

    def compose(self) -> Node:
        """Return the root node of the only document. Raises Refused where the text cannot be read on."""
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    hint = "keep one document in a file; put the second into a file of its own"
                    raise Refused(self._problem("several_documents", "a second document starts here", event, hint))
                root = self._node(next(self._events), depth=0)
        if root is None or (root.kind == "scalar" and root.value is None):
            raise Refused(problem("empty", "the file is empty", Place(self._file)))
        return root

    def _parsed(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self._text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            raise Refused(self._syntax(error)) from None

    def _node(self, event: yaml.Event, *, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Refused(self._problem("too_large", f"more than {MAX_NODES:,} values in one file", event))
        if depth > MAX_DEPTH:
            raise Refused(self._problem("too_deep", f"nested more than {MAX_DEPTH} levels deep", event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            message = f"the tag {tag!r} is not allowed"
            self._problems.append(self._problem("tag", message, event, "write the value without a tag"))
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style and not tag
            value = _SPECIAL.get(event.value, event.value) if plain else event.value
            return self._anchored(event, Node(value, self._place(event)))
        return self._collection(event, depth=depth)

    def _collection(self, event: yaml.Event, *, depth: int) -> Node:
        """Return the list or mapping that starts here, with all that stands in it."""
        is_list = isinstance(event, yaml.SequenceStartEvent)
        node = self._anchored(event, Node(None, self._place(event), kind="list" if is_list else "mapping"))
        self._open.add(id(node))
        while not isinstance(item := next(self._events), yaml.CollectionEndEvent):
            first = self._node(item, depth=depth + 1)
            if is_list:
                node.items.append(first)
            else:
                node.pairs.append((first, self._node(next(self._events), depth=depth + 1)))
        self._open.discard(id(node))
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        node = self._anchors.get(event.anchor or "")
        if node is None:
            message = f"*{event.anchor} stands for nothing: no &{event.anchor} before it"
            raise Refused(self._problem("unknown_alias", message, event))
        if id(node) in self._open:
            raise Refused(self._problem("endless_alias", f"*{event.anchor} contains itself", event))
        return node

    def _anchored(self, event: yaml.Event, node: Node) -> Node:
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = node
        return node

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file)

    def _problem(self, code: str, message: str, event: yaml.Event, hint: str = "") -> Problem:
        return problem(code, message, self._place(event), hint)

    def _syntax(self, error: yaml.MarkedYAMLError) -> Problem:
        """Return the parser's complaint in words an admin can act on."""
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        said = str(error.problem or error.context or "not YAML")
        lines = self._text.split("\n")
        found = lines[line - 1] if 0 < line <= len(lines) else ""
        if said == "exceeded maximum nesting depth":
            # Newer releases of libyaml stop at a depth of their own, before ours is counted.
            return problem("too_deep", f"nested more than {MAX_DEPTH} levels deep", Place(self._file, line, column))
        message, hint = _SYNTAX.get(said, (f"not valid YAML: {said}", ""))
        if "\t" in found[: len(found) - len(found.lstrip())]:
            message, hint = "a tab indents this line", "indent with spaces only"
        if said == "found character that cannot start any token" and column <= len(found):
            character = found[column - 1]
            message, hint = f"a value cannot start with {character!r} here", "put the value in quotes"
            if character == "\t":
                message, hint = "a tab stands where only spaces may", "indent with spaces only"
        return problem("syntax", message, Place(self._file, line, column), hint)


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
"""What libyaml complains of, and how a person mends it."""
