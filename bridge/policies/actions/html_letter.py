"""A letter as HTML: tables and styles on the elements, as mail programs understand them, and nothing from outside."""

from collections.abc import Iterable, Mapping
from html import escape

from bridge.decisions import ClockState
from bridge.policies.actions.markup import (
    STATE,
    Badge,
    Block,
    Button,
    Line,
    Markup,
    Paragraph,
    Piece,
    Table,
    TableRow,
    says_nothing,
)
from bridge.policies.actions.variables import DESKS_OWN, STATE_KEY, TITLE, by_people

Values = Mapping[str, str]

_FONT = "font-family:Arial,Helvetica,sans-serif"
_TEXT = f"{_FONT};font-size:14px;line-height:20px;color:#1d2730"
_LEAD = f"{_FONT};font-size:15px;line-height:23px;color:#1d2730"
_SMALL = f"{_FONT};font-size:12px;line-height:18px;color:#4a5762"
_LABEL = f"{_FONT};font-size:14px;line-height:20px;color:#4a5762"
_LINK = "color:#184e81"
_LONG_WORDS = "word-break:break-word;overflow-wrap:anywhere"
_EDGE = "1px solid #dde3e8"
_TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'

_BADGES: Mapping[str, tuple[str, str, str, str]] = {
    ClockState.RUNNING: ("#123f6b", "#e1edf8", "#4f83b6", "\N{BLACK RIGHT-POINTING POINTER}"),
    ClockState.AT_RISK: ("#3d2a00", "#ffd27a", "#a87400", "\N{BLACK CIRCLE}"),
    ClockState.OVERDUE: ("#ffffff", "#b3261e", "#b3261e", "\N{BLACK UP-POINTING TRIANGLE}"),
    ClockState.PAUSED: ("#22303c", "#dfe5ea", "#75828e", "\N{BOX DRAWINGS DOUBLE VERTICAL}"),
    ClockState.MET: ("#0b3d17", "#d7f0dc", "#4f8a5d", "\N{SQUARE ROOT}"),
    ClockState.MISSED: ("#8e1b14", "#ffffff", "#b3261e", "\N{MULTIPLICATION SIGN}"),
}
"""Text, ground, edge and sign of each state, in the colours of the panel. Its drawn icons do not come through mail, so the
signs are those that any font has."""
_NO_STATE = ("#3c4852", "#ffffff", "#6b7a87", "\N{WHITE CIRCLE}")

_PAGE = """<!DOCTYPE html>
<html lang="{language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{title}</title>
</head>
<body style="margin:0;padding:0;background-color:#f1f4f7;color-scheme:light">
<table {table} width="100%" lang="{language}" dir="ltr" style="background-color:#f1f4f7">
<tr><td align="center" style="padding:16px 8px">
<table {table} width="560" style="width:100%;max-width:560px;background-color:#ffffff;border:1px solid #b9c6d2;border-radius:4px">
<tr><td align="left" style="padding:20px 18px 12px 18px;{words}">
{content}
</td></tr></table>
</td></tr></table>
</body>
</html>
"""


def page(markup: Markup, values: Values, language: str) -> str:
    """Return the letter as a whole page. All that values say is escaped."""
    parts = list(_blocks(markup.blocks, values))
    small = "\n".join(_small(block, values) for block in markup.small)
    if small:
        parts.append(f'<div style="border-top:{_EDGE};padding:8px 0;{_SMALL}">{small}</div>')
    return _PAGE.format(
        language="ru" if language == "ru" else "en",
        title=escape(values[TITLE]),
        table=_TABLE,
        words=_LONG_WORDS,
        content="\n".join(part for part in parts if part),
    )


def _blocks(blocks: Iterable[Block], values: Values) -> Iterable[str]:
    """Yield each block; the paragraph below a badge is larger."""
    style, bold = _TEXT, ""
    for block in blocks:
        if isinstance(block, Badge):
            yield _badge(values)
            style, bold = _LEAD, ";font-size:17px"
            continue
        yield _block(block, values, style, bold)
        style, bold = _TEXT, ""


def _block(block: Block, values: Values, style: str, bold: str = "") -> str:
    if isinstance(block, Table):
        rows = "".join(_row(row, values) for row in block.rows)
        return (
            f'<table {_TABLE} width="100%" style="margin:0 0 10px 0;border-bottom:{_EDGE}">{rows}</table>'
            if rows
            else ""
        )
    if isinstance(block, Button):
        return _button(block, values)
    if isinstance(block, Badge):
        return _badge(values)
    text = _lines(block, values, bold)
    return f'<p style="margin:0 0 10px 0;{style}">{text}</p>' if text else ""


def _small(block: Block, values: Values) -> str:
    if isinstance(block, Paragraph):
        return f'<p style="margin:0 0 4px 0;{_SMALL}">{_lines(block, values)}</p>'
    if isinstance(block, Button):
        link = f'<a href="{values[block.link]}" style="{_LINK}">{_told(block.words, values)}</a>'
        return f'<p style="margin:0 0 4px 0;{_SMALL}">{link}</p>'
    return _block(block, values, _SMALL)


def _lines(block: Paragraph, values: Values, bold: str = "") -> str:
    lines = (_told(line, values, between="<br>", bold=bold) for line in block.lines)
    return "<br>".join(line for line in lines if line)


def _row(row: TableRow, values: Values) -> str:
    value = _told(row.value, values)
    if not value:
        return ""
    notes = (_told(note, values) for note in row.notes)
    below = "".join(f'<br><span style="{_SMALL}">{note}</span>' for note in notes if note)
    edge = f"border-top:{_EDGE};padding:6px 0"
    label = f'<td width="112" valign="top" style="width:112px;{edge};padding-right:10px;{_LABEL}">{_told(row.label, values)}</td>'
    return f'<tr>{label}<td valign="top" style="{edge};{_TEXT};{_LONG_WORDS}">{value}{below}</td></tr>'


def _button(button: Button, values: Values) -> str:
    link = (
        "display:inline-block;padding:8px 16px;font-weight:bold;font-size:13px;line-height:18px;color:#ffffff;"
        f"text-decoration:none;{_FONT}"
    )
    return (
        f'<table {_TABLE} style="margin:0 0 12px 0"><tr><td style="background-color:#184e81;border-radius:4px">'
        f'<a href="{values[button.link]}" style="{link}">{_told(button.words, values)}</a></td></tr></table>'
    )


def _badge(values: Values) -> str:
    word = escape(values[STATE])
    if not word:
        return ""
    text, ground, edge, sign = _BADGES.get(values[STATE_KEY], _NO_STATE)
    style = f"border:1px solid {edge};background-color:{ground};border-radius:4px;padding:3px 9px;font-weight:bold;color:{text}"
    return (
        f'<table {_TABLE} style="margin:0 0 10px 0"><tr><td style="{style};{_FONT};font-size:13px;line-height:18px">'
        f'<span aria-hidden="true">{sign}</span>&nbsp; {word}</td></tr></table>'
    )


def _told(line: Line, values: Values, *, between: str = ", ", bold: str = "") -> str:
    return "" if says_nothing(line, values) else "".join(_piece(piece, values, between, bold) for piece in line)


def _piece(piece: Piece, values: Values, between: str, bold: str) -> str:
    text = _value(piece.name, values, between) if piece.name else escape(piece.text)
    if not text or not piece.bold:
        return text
    return f'<b style="{bold.removeprefix(";")}">{text}</b>' if bold else f"<b>{text}</b>"


def _value(name: str, values: Values, between: str) -> str:
    """Return a value escaped. What people wrote stands by itself, so that its direction of writing turns nothing around it."""
    text = between.join(escape(item) for item in values[name].split("\n"))
    if name in DESKS_OWN:
        return f'<a href="{text}" style="{_LINK}">{text}</a>' if name.endswith("_link") else text
    return f"<bdi>{text}</bdi>" if text and by_people(name) else text
