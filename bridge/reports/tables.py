"""Tables of a page: real ones, with a caption, headings and row headings; in a narrow window each row becomes a card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.reports.markup import safe, tag

NUMBER, SHARE, CUT, WIDE = "number", "share", "cut", "wide"
"""Kinds of columns: right-aligned, as wide as a bar, broken anywhere, as wide as a card."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and of which kind it is."""

    title: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: cells that are HTML already, the first its heading, and a class of its own."""

    cells: Sequence[str]
    kind: str = ""


def table(caption: str, columns: Sequence[Column], lines: Iterable[Line], *, kind: str = "cards") -> str:
    """Return a table. Headings and caption are made safe here, cells are HTML."""
    heads = "".join(tag("th", safe(one.title), scope="col", class_=one.kind or None) for one in columns)
    rows = "".join(_row(columns, line) for line in lines)
    return tag(
        "table", tag("caption", safe(caption)), f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>", class_=kind
    )


def _row(columns: Sequence[Column], line: Line) -> str:
    first, *others = line.cells
    cells = "".join(
        tag(
            "td",
            cell,
            class_=" ".join(filter(None, (column.kind, "" if cell else "empty"))) or None,
            data_title=column.title,
        )
        for column, cell in zip(columns[1:], others, strict=True)
    )
    return tag("tr", tag("th", first, scope="row"), cells, class_=line.kind or None)


def folded(summary: str, content: str, *, kind: str = "") -> str:
    """Return what opens when somebody asks for it."""
    return tag("details", tag("summary", safe(summary)), content, class_=kind or None)


def scrolling(label: str, content: str, *, kind: str) -> str:
    """Return what may be wider than the window and is moved by hand or keyboard in it."""
    return tag("div", content, class_=f"chart {kind}", role="region", tabindex="0", aria_label=label)
