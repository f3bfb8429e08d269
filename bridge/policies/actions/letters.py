"""Letters: a template is parsed once, before any value is put in, and told as plain text and as HTML.

A value is text and nothing else. It is cleaned of what steers (line breaks, directions of writing, private signs), so it makes no
line, no header and no mark-up in either form, and what looks like a variable of the helpdesk stays the letters that it is.
"""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bridge.policies.actions.html_letter import page
from bridge.policies.actions.markup import Line, Markup, Paragraph, read_line, read_markup
from bridge.policies.actions.plain_letter import sheet
from bridge.policies.actions.variables import DESKS_OWN, VARIABLES

LONGEST_SUBJECT = 200
"""Characters of a subject."""

LONGEST_VALUE = 300
"""Characters of one line of a value; so even a word that never ends fits into a line of mail."""

_BEGIN, _END = "\ue000", "\ue001"
_GONE = frozenset({"Cf"})
_SPACES = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""They draw nothing, and yet Persian words and many emoji are written with them."""


class _Clean(Mapping[str, str]):
    """Values as they may stand in a letter: cleaned, and marks for what the helpdesk alone knows."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        if name in DESKS_OWN:
            return f"{_BEGIN}{name}{_END}"
        value = self._values[name]
        if name in VARIABLES and VARIABLES[name].is_list:
            return "\n".join(filter(None, map(cleaned, value.split("\n"))))
        return cleaned(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Letter:
    """A parsed template, to be told with the values of its variables."""

    markup: Markup

    def plain(self, values: Mapping[str, str]) -> str:
        """Return the letter as plain text: folded lines without trailing blanks."""
        return sheet(self.markup, _Clean(values))

    def html(self, values: Mapping[str, str], language: str) -> str:
        """Return the letter as a page of HTML that needs nothing from outside."""
        return page(self.markup, _Clean(values), language)

    def subject(self, values: Mapping[str, str]) -> str:
        """Return the letter as one line of at most 200 characters without control characters."""
        lines = (line for block in self.markup.blocks if isinstance(block, Paragraph) for line in block.lines)
        text = " ".join(" ".join(_told(line, _Clean(values)) for line in lines).replace("\n", ", ").split())
        if len(text) <= LONGEST_SUBJECT:
            return text
        cut = text[: LONGEST_SUBJECT - 1]
        # What the helpdesk fills in is left out whole rather than cut.
        if cut.rfind(_BEGIN) > cut.rfind(_END):
            cut = cut[: cut.rfind(_BEGIN)]
        return f"{cut.rstrip()}…"


def parse_letter(template: str, names: Collection[str] = VARIABLES) -> Letter:
    """Return the letter of a template with variables of these names. Raises ValueError for others and for bad mark-up: what is
    wrong, and behind a bar what is allowed."""
    return Letter(read_markup(template, names))


def parse_subject(template: str, names: Collection[str] = VARIABLES) -> Letter:
    """Return the letter of a template that is one line without mark-up. Raises ValueError as `parse_letter`."""
    return Letter(Markup((Paragraph((read_line(template, names),)),), ()))


def cleaned(value: str) -> str:
    """Return a value as one line without what steers or draws nothing, cut where it is long."""
    if not value.isprintable():
        value = "".join(map(_kept, value))
    line = " ".join(part for part in value.split(" ") if part)
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1].rstrip()}…"


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    return "" if category in _GONE and character not in _JOINERS else character


def _told(line: Line, values: Mapping[str, str]) -> str:
    return "".join(values[piece.name] if piece.name else piece.text for piece in line)
