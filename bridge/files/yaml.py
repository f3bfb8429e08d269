"""The strict YAML reader: plain data with places, and none of YAML 1.1's surprises.

Plain scalars stay text. PyYAML's own reading turns `17:00` into 1020, `6.10` into 6.1, `NO` into false and `010` into
8; an agreement must mean what it says. Only `null`, `~`, nothing at all, `true` and `false` are special. The document
is built from parser events, so that size, depth and the expansion of aliases are bounded before anything is allocated.
"""

import re
from collections.abc import Mapping

from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.nodes import MAX_DEPTH, Composer, Node, Refused, problem
from bridge.files.positions import Document, Path, Place, describe, dotted

MAX_BYTES = 1_000_000
MAX_COPIES = 10_000

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_yaml(content: bytes, *, file: str) -> Document:
    """Return the one document in `content` with the places of all its parts.

    Raises ConfigurationInvalid with every problem found: bytes that are not UTF-8, broken syntax, duplicate or non-text
    keys, merge keys, tags, several documents, and documents that are too large, too deep or expand without end.
    """
    problems: list[Problem] = []
    try:
        root = Composer(_decode(content, file), file, problems).compose()
        document = _Expander(file, problems).expand(root)
    except Refused as refusal:
        problems.append(refusal.problem)
    if problems:
        raise ConfigurationInvalid(sorted(problems, key=lambda one: (one.line, one.column)))
    return document


def _decode(content: bytes, file: str) -> str:
    """Return the text of a UTF-8 file; a byte order mark is dropped."""
    if len(content) > MAX_BYTES:
        message = f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read"
        raise Refused(problem("too_large", message, Place(file), "split it into several files"))
    if content.startswith(_BOMS):
        raise Refused(problem("not_utf8", "the file is UTF-16; only UTF-8 is read", Place(file), "save it as UTF-8"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        hint = "save the file as UTF-8 (it looks like cp1251 or another one-byte encoding)"
        raise Refused(problem("not_utf8", message, Place(file, line, column), hint)) from None
    found = _UNPRINTABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"character U+{ord(found.group()):04X} cannot stand in a YAML file"
        raise Refused(problem("control_character", message, Place(file, line, column)))
    return text


class _Expander:
    """Turns nodes into plain data and places; aliases are copied out, and the copies are counted."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file = file
        self._problems = problems
        self._met: set[int] = set()
        self._copies = 0
        self._values: dict[Path, Place] = {}
        self._keys: dict[Path, Place] = {}

    def expand(self, root: Node) -> Document:
        """Return the document of `root`."""
        data = self._value(root, ())
        return Document(file=self._file, data=data, values=self._values, keys=self._keys)

    def _value(self, node: Node, path: Path) -> object:
        self._copies += id(node) in self._met
        self._met.add(id(node))
        if self._copies > MAX_COPIES:
            message = f"aliases expand to more than {MAX_COPIES:,} values"
            raise Refused(self._problem("alias_explosion", message, node, path, "write out what the aliases repeat"))
        if len(path) > MAX_DEPTH:
            raise Refused(self._problem("too_deep", f"nested more than {MAX_DEPTH} levels deep", node, path, ""))
        self._values[path] = node.place
        if node.kind == "list":
            return [self._value(item, (*path, index)) for index, item in enumerate(node.items)]
        if node.kind == "mapping":
            return self._mapping(node, path)
        return node.value

    def _mapping(self, node: Node, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key, value in node.pairs:
            wrong = self._key_problem(key, path, data)
            if wrong is not None:
                self._problems.append(wrong)
                continue
            name = str(key.value)
            self._keys[(*path, name)] = key.place
            data[name] = self._value(value, (*path, name))
        return data

    def _key_problem(self, key: Node, path: Path, known: Mapping[str, object]) -> Problem | None:
        """Return what keeps the node from being a key beside the known ones."""
        name = key.value
        if key.kind != "scalar" or not isinstance(name, str):
            found = describe(name) if key.kind == "scalar" else f"a {key.kind}"
            return self._problem(
                "key_not_text", f"{found} is no key: a key is text", key, path, "put the key in quotes"
            )
        if name == "<<":
            hint = "use 'extends:', 'defaults:' or a named condition instead"
            return self._problem("merge_key", "the merge key '<<' is not supported", key, path, hint)
        if name in known:
            hint = f"it stands first in line {self._keys[*path, name].line}; remove one of them"
            return self._problem("duplicate_key", f"the key {name!r} stands twice", key, (*path, name), hint)
        return None

    def _problem(self, code: str, message: str, node: Node, path: Path, hint: str) -> Problem:
        return problem(code, message, node.place, hint, dotted(path))
