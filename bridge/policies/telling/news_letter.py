"""A letter to a curator: what came out, and which of his customers are to be told (CU-5)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from bridge.files.types import Title
from bridge.policies.actions.letters import LONGEST_SUBJECT, Letter, cleaned
from bridge.policies.actions.markup import Block, Line, Markup, Paragraph, Piece, Table, TableRow
from bridge.policies.actions.release_text import parse_release
from bridge.policies.actions.variables import TITLE
from bridge.policies.checks.catalogue import Product, Release
from bridge.policies.outcome.readable import written_day
from bridge.policies.telling.news import Addressee

_SUBJECT = Title(ru="Новые версии: кому сообщить — {what}", en="New versions, and whom to tell: {what}")
_GREETING = Title(ru="{name}, здравствуйте!", en="Dear {name},")
_GREETING_OF_NOBODY = Title(ru="Здравствуйте!", en="Hello,")
_INSTEAD = Title(
    ru="Вы замещаете сегодня куратора: {name}.", en="You stand in today for the curator {name}."
)  # He is absent.
_NOBODY = Title(ru="У этих клиентов в реестре нет куратора.", en="The registry names no curator for these customers.")
_OUT = Title(ru="{product}: вышла версия {version} ({date})", en="{product}: version {version} came out ({date})")
_TELL = Title(
    ru="Пожалуйста, сообщите о ней клиентам, у которых версия старше ({count}):",
    en="Please tell the customers who run an older one ({count}):",
)


class NewsSection(NamedTuple):
    """A release with the customers of one curator who are to be told of it."""

    product: Product
    release: Release
    tell: tuple[Addressee, ...]


class Known(NamedTuple):
    """What a letter says of a customer beside his id."""

    name: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLetter:
    """A letter in one language: its subject in one line, its text, and the same as a page of HTML."""

    language: str
    subject: str
    text: str
    html: str


def news_letter(
    sections: Iterable[NewsSection],
    customer: Callable[[str], Known],
    *,
    to: str,
    instead_of: str,
    language: str,
) -> NewsLetter:
    """Return the letter to whom `to` names, who stands in for a curator where `instead_of` names one; neither is nobody.

    What the registry and the catalogue say are values: they make no line, no mark-up and no variable of it.
    """
    sections = tuple(sections)
    what = ", ".join(f"{one.product.title.text(language)} {one.release.version}" for one in sections)
    subject = cleaned(_SUBJECT.text(language).format(what=what))
    subject = subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1].rstrip()}…"
    values = {TITLE: subject, "to": to, "instead": instead_of}
    blocks: list[Block] = [Paragraph((_line(_GREETING if to else _GREETING_OF_NOBODY, language, name="to"),))]
    if instead_of:
        blocks.append(Paragraph((_line(_INSTEAD, language, name="instead"),)))
    elif not to:
        blocks.append(Paragraph((_line(_NOBODY, language),)))
    for number, one in enumerate(sections):
        blocks += _section(one, f"{number}.", customer, values, language)
    letter = Letter(Markup(tuple(blocks), ()))
    return NewsLetter(language=language, subject=subject, text=letter.plain(values), html=letter.html(values, language))


def _section(
    one: NewsSection, prefix: str, customer: Callable[[str], Known], values: dict[str, str], language: str
) -> Iterator[Block]:
    """Yield the blocks of a release and put what they name into the values, each name behind the prefix."""
    values |= {
        f"{prefix}product": one.product.title.text(language),
        f"{prefix}version": one.release.version.text,
        f"{prefix}date": written_day(one.release.day, language),
        f"{prefix}count": f"{len(one.tell)}",
    }
    names = {name: prefix + name for name in ("product", "version", "date", "count")}
    yield Paragraph((tuple(piece._replace(bold=True) for piece in _line(_OUT, language, **names)),))
    if one.release.text is not None:
        said = _parsed(one.release.text.text(language))
        yield from (_renamed(block, prefix) for block in (*said.blocks, *said.small))
    yield Paragraph((_line(_TELL, language, **names),))
    yield Table(tuple(_row(told, f"{prefix}{number}.", customer, values) for number, told in enumerate(one.tell)))


def _row(told: Addressee, prefix: str, customer: Callable[[str], Known], values: dict[str, str]) -> TableRow:
    """Return the row of a customer: the versions he runs, his name and id, his addresses below."""
    known = customer(told.customer)
    values[f"{prefix}runs"] = ", ".join(told.versions)
    values[f"{prefix}who"] = f"{known.name} ({told.customer})" if known.name else told.customer
    values[f"{prefix}mail"] = ", ".join(known.emails)
    cells = {name: (Piece("", prefix + name),) for name in ("runs", "who", "mail")}
    return TableRow(cells["runs"], cells["who"], (cells["mail"],) if known.emails else ())


def _line(words: Title, language: str, **names: str) -> Line:
    """Return a line of ours, whose places are variables of these names."""
    pieces: list[Piece] = []
    for number, part in enumerate(_split(words.text(language))):
        if part:
            pieces.append(Piece("", names[part]) if number % 2 else Piece(part))
    return tuple(pieces)


def _split(words: str) -> list[str]:
    return words.replace("}", "{").split("{")


@lru_cache(maxsize=256)
def _parsed(template: str) -> Markup:
    return parse_release(template)


def _renamed(block: Block, prefix: str) -> Block:
    """Return a block of a release's text with its variables' names behind the prefix."""
    if isinstance(block, Paragraph):
        return Paragraph(tuple(_prefixed(line, prefix) for line in block.lines))
    if isinstance(block, Table):
        rows = (
            replace(
                row, label=_prefixed(row.label, prefix), value=_prefixed(row.value, prefix), notes=_notes(row, prefix)
            )
            for row in block.rows
        )
        return Table(tuple(rows))
    return block


def _notes(row: TableRow, prefix: str) -> tuple[Line, ...]:
    return tuple(_prefixed(note, prefix) for note in row.notes)


def _prefixed(line: Line, prefix: str) -> Line:
    return tuple(piece._replace(name=prefix + piece.name) if piece.name else piece for piece in line)
