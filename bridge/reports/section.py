"""A part of the report with a heading of its own, to which links go."""

from collections.abc import Iterable, Sequence

from bridge.reports import report_words as words
from bridge.reports.markup import safe, tag
from bridge.reports.tables import Column, Line, folded, table
from bridge.reports.teller import Teller


def section(teller: Teller, name: str, content: Iterable[str], *, remark: str = "") -> str:
    """Return the part called `name`; its remark is told beside the heading and made safe here, its content is HTML."""
    heading = safe(teller.word(words.SECTIONS[name]))
    beside = tag("small", safe(remark)) if remark else ""
    return tag("section", f"<h2>{heading}{beside}</h2>", *content, id=name)


def long_table(
    teller: Teller,
    caption: str,
    columns: Sequence[Column],
    lines: Sequence[Line],
    *,
    seen: int,
    last: Sequence[Line] = (),
    kind: str = "cards",
) -> str:
    """Return a table of which the first lines are seen, and the `last` ones; the others open by a word that says how many they
    are."""
    first = table(caption, columns, [*lines[:seen], *last], kind=kind)
    if len(lines) <= seen:
        return first
    rest = teller.word(words.OTHERS, count=len(lines) - seen)
    return first + folded(rest, table(f"{caption}: {rest}", columns, lines[seen:], kind=kind), kind="rest")


def nothing(teller: Teller, name: str) -> str:
    """Return the one line of a part in which there is nothing."""
    return f"<p>{safe(teller.word(words.EMPTY[name]))}</p>"


def left_out(teller: Teller, shown: int, count: int) -> str:
    """Return the line that says how many rows are not shown, if some are not."""
    return tag("p", safe(teller.word(words.LEFT_OUT, shown=shown, count=count)), class_="soft") if count > shown else ""
