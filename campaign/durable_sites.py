"""Where the code of the bridge does something that lasts, by reading it: what a campaign of deaths has to have been at."""

import ast
from collections.abc import Iterator
from pathlib import Path

import bridge

ROOT = Path(bridge.__file__).resolve().parent

_ALWAYS = frozenset(
    {
        "fsync", "fchmod", "chmod", "chown", "ftruncate", "truncate", "pwrite", "unlink", "remove", "mkdir", "makedirs", "rmdir",
        "rename", "utime", "symlink", "link", "touch", "write_text", "write_bytes", "rmtree", "copytree", "copyfile", "copy2",
        "mkstemp", "mkdtemp", "NamedTemporaryFile", "executescript", "open_private", "draft_of",
    }
)  # fmt: skip
_FLAGS = frozenset({"O_CREAT", "O_TRUNC", "O_WRONLY", "O_RDWR", "O_APPEND"})
_NOT_ASKED = ("connectors/sandbox/", "policies/", "reports/")
"""The helpdesk's own side; the core and the texts of reports, which reach no file."""


def durable_sites() -> set[str]:
    """Return the functions that do something durable themselves, as `file:name`."""
    found: set[str] = set()
    for path in sorted(ROOT.rglob("*.py")):
        file = str(path.relative_to(ROOT))
        if not file.startswith(_NOT_ASKED):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.update(f"{file}:{name}" for name, node in _functions(tree, "") if any(map(_lasts, _own(node))))
    return found


def _functions(node: ast.AST, place: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield functions with their qualified names."""
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            name = f"{place}{one.name}"
            if isinstance(one, ast.FunctionDef):
                yield name, one
            yield from _functions(one, f"{name}.")
        else:
            yield from _functions(one, place)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a function, functions in it apart."""
    for one in ast.iter_child_nodes(node):
        if not isinstance(one, ast.FunctionDef | ast.ClassDef):
            yield one
            yield from _own(one)


def _lasts(node: ast.AST) -> bool:
    if isinstance(node, ast.withitem):
        # A transaction: `with connection:`.
        return isinstance(node.context_expr, ast.Name | ast.Attribute) and "connection" in _last_name(node.context_expr)
    if not isinstance(node, ast.Call):
        return False
    name = _last_name(node.func)
    if name in _ALWAYS:
        return True
    if name == "replace":
        # A path has one argument; a text has two, and what is a record has names.
        return isinstance(node.func, ast.Attribute) and len(node.args) == 1 and not node.keywords
    if name == "open":
        modes = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        flags = {_last_name(one) for one in ast.walk(node) if isinstance(one, ast.Attribute)}
        return any(set(mode) & set("wax+") and len(mode) < 4 for mode in modes) or bool(flags & _FLAGS)
    # Requests that change something, and what changes a database outside of a transaction.
    return name == "post" or (name == "execute" and any(map(_changes, ast.walk(node))))


def _changes(node: ast.AST) -> bool:
    statement = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return "PRAGMA" in statement and any(one in statement for one in ("=", "vacuum", "checkpoint"))


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
