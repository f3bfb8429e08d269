"""The mark-up of letters, read into blocks before any value is put in, so that no value can ever be taken for mark-up."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bridge.files.positions import describe, hint_for


class Piece(NamedTuple):
    """A part of a line: text as it stands in the template, or the variable `name`."""

    text: str
    name: str = ""
    bold: bool = False


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines below each other."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A label with what belongs to it, and smaller lines below that."""

    label: Line
    value: Line
    notes: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below each other."""

    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """Words that lead to the link of this name."""

    words: Line
    link: str


@dataclass(frozen=True, slots=True)
class Badge:
    """The state of a deadline as the panel shows it."""


Block = Paragraph | Table | Button | Badge


class Markup(NamedTuple):
    """A letter's blocks, and those of its small print."""

    blocks: tuple[Block, ...]
    small: tuple[Block, ...]


LINKS = ("ticket_link", "rating_link")
"""The variables that a button may lead to."""

STATE = "state"
"""The variable that a badge may show."""

_SMALL_PRINT = "---"
_ROW = re.compile(r"-\s+(?P<label>\S.*?)\s*:(?:\s+(?P<value>.*))?")
_ROW_ALLOWED = "write '- Label: value', or begin the line otherwise"
_BUTTON = re.compile(r"\[(?P<words>[^\[\]]+)\]\(\s*(?P<link>[^()]*?)\s*\)")
_BUTTON_ALLOWED = "write '[words]({ticket_link})' or '[words]({rating_link})' on a line of its own"
_NO_TICKET = "there is no ticket for a button or a badge to show | write text and tables"
_BADGE = re.compile(r"\(\s*(?P<name>\{\w*\})\s*\)")
_TOKENS = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|\*\*|[{}*]|[^{}*]+")
_REFUSED = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
"""Categories of characters that no template may hold: what steers, and what stands for the helpdesk's own values."""


def says_nothing(line: Line, values: Mapping[str, str]) -> bool:
    """Return whether the line has variables and none of them has a value: it would only say the words around them."""
    names = [piece.name for piece in line if piece.name]
    return bool(names) and not any(values[name] for name in names)


def read_markup(template: str, names: Collection[str]) -> Markup:
    """Return the blocks of a template whose variables may have these names. Raises ValueError with what is wrong and, behind a
    bar, what is allowed."""
    lines = [line.rstrip() for line in _lines(template)]
    if _SMALL_PRINT not in lines:
        return Markup(_blocks(lines, names), ())
    at = lines.index(_SMALL_PRINT)
    small = lines[at + 1 :]
    if _SMALL_PRINT in small:
        raise ValueError("the line '---' stands twice | what follows it is small print, up to the end: write it once")
    return Markup(_blocks(lines[:at], names), _blocks(small, names))


def read_line(template: str, names: Collection[str]) -> Line:
    """Return the one line of a subject, which has variables and no other mark-up. Raises ValueError as `read_markup`."""
    lines = [line.strip() for line in _lines(template.strip())]
    if len(lines) > 1:
        raise ValueError("a subject is one line | put the rest into the text")
    line = _line(lines[0], names)
    if any(piece.bold for piece in line):
        raise ValueError("a subject cannot be bold | remove the '**'")
    return line


def _lines(template: str) -> list[str]:
    lines = template.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    for number, line in enumerate(lines, 1):
        odd = next((one for one in line if unicodedata.category(one) in _REFUSED), None)
        if odd is not None:
            raise ValueError(f"line {number} has the character U+{ord(odd):04X}, which nobody sees | remove it")
    return lines


def _blocks(lines: Sequence[str], names: Collection[str]) -> tuple[Block, ...]:
    found: list[Block] = []
    rows: list[TableRow] = []
    text: list[Line] = []
    for line in (*lines, ""):
        bare = line.strip()
        row = _row(line, names, rows) if bare else None
        if row is not None:
            _end_text(text, found)
            rows.append(row)
            continue
        _end_rows(rows, found)
        block = _alone(bare, names)
        if block is None and bare:
            text.append(_line(bare, names))
            continue
        _end_text(text, found)
        if block is not None:
            found.append(block)
    return tuple(found)


def _end_rows(rows: list[TableRow], found: list[Block]) -> None:
    if rows:
        found.append(Table(tuple(rows)))
        rows.clear()


def _end_text(text: list[Line], found: list[Block]) -> None:
    if text:
        found.append(Paragraph(tuple(text)))
        text.clear()


def _row(line: str, names: Collection[str], rows: list[TableRow]) -> TableRow | None:
    """Return the row that a line is; an indented line below a row is joined to it, and the row returned anew."""
    if line.startswith("- "):
        match = _ROW.fullmatch(line)
        if match is None:
            raise ValueError(f"{describe(line)} is no row of a table | {_ROW_ALLOWED}")
        return TableRow(_line(match["label"], names), _line(match["value"] or "", names))
    if rows and line.startswith("  "):
        last = rows.pop()
        return TableRow(last.label, last.value, (*last.notes, _line(line.strip(), names)))
    return None


def _alone(line: str, names: Collection[str]) -> Block | None:
    """Return the block that a line is by itself, None for a line of text."""
    badge = _BADGE.fullmatch(line)
    if badge is not None:
        if STATE not in names:
            raise ValueError(f"{describe(line)}: {_NO_TICKET}")
        if badge["name"] != f"{{{STATE}}}":
            raise ValueError(f"{describe(line)} is no badge | a line of its own in brackets may be '({{{STATE}}})'")
        return Badge()
    button = _BUTTON.search(line)
    if button is None:
        return None
    if not set(LINKS).intersection(names):
        raise ValueError(f"{describe(line)}: {_NO_TICKET}")
    link = button["link"].removeprefix("{").removesuffix("}")
    if button.group() != line or link not in LINKS or button["link"] != f"{{{link}}}":
        raise ValueError(f"{describe(line)} is no button | {_BUTTON_ALLOWED}")
    return Button(_line(button["words"], names), link)


def _line(text: str, names: Collection[str]) -> Line:
    return tuple(_pieces(text, names))


def _pieces(text: str, names: Collection[str]) -> Iterator[Piece]:
    bold = False
    for match in _TOKENS.finditer(text):
        sign, name = match.group(), match["name"]
        if sign == "**":
            bold = not bold
        elif name is not None:
            yield Piece("", _known(name.strip(), names), bold)
        elif sign in "{}":
            raise ValueError(f"{describe(text)} has a single {sign!r} | write '{sign * 2}' for the sign itself")
        else:
            yield Piece({"{{": "{", "}}": "}"}.get(sign, sign), bold=bold)
    if bold:
        raise ValueError(f"{describe(text)} begins bold text and does not end it | write '**' before and behind it")


def _known(name: str, names: Collection[str]) -> str:
    if name not in names:
        raise ValueError(f"the letter has no variable {describe(name)} | {hint_for(name, names)}")
    return name
