"""Golden files: cases of a title, files and what was said; and the sentences of a module, to find those that no case shows."""

import ast
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl

BLOCK = "=== "
_FILE = re.compile(r"^--- (\S+)\n", re.MULTILINE)
_GAP = r"[^\n]*?"
_SAYING = {"report", "_report", "warn", "refuse", "problem", "_problem", "Problem", "ValueError", "SourceUnusable"}
_TABLES = {"_SYNTAX", "_EXPECTED", "_BOUNDS"}


def blocks(path: Path) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Yield (number, title, contents by file name) of every case in a golden file."""
    for number, block in enumerate(path.read_text().split(BLOCK)[1:]):
        title, _, rest = block.partition("\n")
        parts = _FILE.split(rest)[1:]
        contents = dict(zip(parts[::2], parts[1::2], strict=True))
        contents.setdefault("said", "")
        yield number, title, contents


def content(text: str) -> bytes:
    """Return the bytes of a file of a case; marks stand for what a text file cannot hold."""
    text = text.replace("<TAB>", "\t").replace("<BELL>", "\x07").replace("<NUL>", "\0")
    if text.startswith("<XLSX>"):
        return _workbook(text.removeprefix("<XLSX>"))
    for mark, encoding in (("<UTF16>", "utf-16"), ("<CP1251>", "cp1251")):
        if mark in text:
            return text.replace(mark, "").encode(encoding)
    return text.encode()


def _workbook(text: str) -> bytes:
    """Return an Excel workbook of one sheet whose cells are written with commas; numbers and days are typed."""
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append([_cell(part) for part in line.split(",")])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(text: str) -> object:
    if re.fullmatch(r"\d+", text):
        return int(text)
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


def replaced(path: Path, number: int, said: str) -> None:
    """Write what is said now into a case."""
    parts = path.read_text().split(BLOCK)
    head, _, _ = parts[number + 1].partition("--- said\n")
    parts[number + 1] = f"{head}--- said\n{said}\n"
    path.write_text(BLOCK.join(parts))


def sentences(path: Path) -> set[str]:
    """Return regular expressions for the messages and hints in a module: whatever reaches a problem or an error."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        for text in _texts(node):
            parts = _template(text).split(r"\ \|\ ")
            found.update(part for part in parts if r"\ " in part)
    return found


def _texts(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        names = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        if isinstance(node.value, ast.Dict) and names & _TABLES:
            return [one for value in node.value.values for one in ast.walk(value) if _is_plain(one)]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        return values if names & {"message", "hint"} else []
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return [*node.args, *(one.value for one in node.keywords)] if name in _SAYING else []
    return []


def _is_plain(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "{" not in node.value


def _template(node: ast.expr) -> str:
    """Return a regular expression for the text that a literal or an f-string can give; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(str(one.value)) if isinstance(one, ast.Constant) else _GAP for one in node.values)
    return re.escape(node.value) if _is_plain(node) else ""


def unseen(sentences: set[str], folder: Path) -> list[str]:
    """Return the sentences that no golden file of the folder shows, as people would read them."""
    whole = "".join(file.read_text() for file in sorted(folder.glob("*.txt")))
    return sorted(one.replace(_GAP, "…").replace("\\", "") for one in sentences if not re.search(one, whole))
