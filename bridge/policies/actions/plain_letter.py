"""A letter as plain text, as mail programs of all ages show it."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from bridge.policies.actions.markup import STATE, Badge, Block, Button, Line, Markup, Table, says_nothing

WIDTH = 76
"""Characters of a line; only a word or a link that is longer by itself goes beyond."""

_WIDEST_LABEL = 24
_RULE = "---"

Values = Mapping[str, str]


def sheet(markup: Markup, values: Values) -> str:
    """Return the letter's blocks with a blank line between them; small print stands below a rule."""
    told = [_block(block, values) for block in markup.blocks]
    small = [text for text in (_block(block, values) for block in markup.small) if text]
    if small:
        told.append("\n".join([_RULE, *small]))
    return "\n\n".join(text for text in told if text)


def _block(block: Block, values: Values) -> str:
    if isinstance(block, Badge):
        state = values[STATE]
        return f"[{state}]" if state else ""
    if isinstance(block, Button):
        return f"{_told(block.words, values)}: {values[block.link]}"
    if isinstance(block, Table):
        return "\n".join(_rows(block, values))
    return "\n".join(_paragraph(block.lines, values))


def _paragraph(lines: Sequence[Line], values: Values) -> Iterator[str]:
    for line in lines:
        # A list is a line for each of its items.
        for text in _told(line, values, between="\n").split("\n"):
            yield from _folded(text)


def _rows(table: Table, values: Values) -> Iterator[str]:
    rows = [
        (_told(row.label, values), [_told(row.value, values), *(_told(note, values) for note in row.notes)])
        for row in table.rows
    ]
    rows = [row for row in rows if row[1][0]]
    width = min(max((len(label) for label, _ in rows), default=0), _WIDEST_LABEL) + 2
    for label, texts in rows:
        head = f"{label}:"
        if len(head) >= width:
            yield from _folded(head)
            head = ""
        for text in texts:
            yield from _folded(text, first=head.ljust(width), others=" " * width)
            head = ""


def _told(line: Line, values: Values, between: str = ", ") -> str:
    if says_nothing(line, values):
        return ""
    return "".join(values[piece.name] if piece.name else piece.text for piece in line).replace("\n", between).strip()


def _folded(text: str, first: str = "", others: str = "") -> list[str]:
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.rstrip() for line in lines]
