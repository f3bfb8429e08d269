"""What pages in HTML are made of: texts of others made safe, tags, a page that needs nothing from elsewhere, shares."""

from collections.abc import Iterable
from html import escape

from bridge.policies.outcome.panel_words import NO_BREAK
from bridge.policies.outcome.readable import on_one_line


def safe(text: str) -> str:
    """Return a text as HTML shows it, with nothing in it that turns the direction of writing. No-break spaces stay."""
    return escape(NO_BREAK.join(map(on_one_line, text.split(NO_BREAK))))


def attributes(**values: object) -> str:
    """Return attributes with a space before each; `class_` is `class`, `data_title` is `data-title`, None is left out and True
    stands alone."""
    told = ((name.rstrip("_").replace("_", "-"), value) for name, value in values.items() if value is not None)
    return "".join(f" {name}" if value is True else f' {name}="{safe(str(value))}"' for name, value in told)


def tag(name: str, *content: str, **values: object) -> str:
    """Return an element around content that is HTML already; values of attributes are made safe here."""
    return f"<{name}{attributes(**values)}>{''.join(content)}</{name}>"


def link(address: str | None, text: str) -> str:
    """Return a text as a link where there is an address."""
    return safe(text) if address is None else tag("a", safe(text), href=address)


def page(*, language: str, title: str, style: str, body: Iterable[str]) -> str:
    """Return a whole page with no script, and no style or picture from elsewhere; `title` is made safe here."""
    return "\n".join(
        [
            f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{safe(title)}</title><style>{style}</style></head><body>",
            *body,
            "</body></html>\n",
        ]
    )


def tenths_of(part: int, whole: int) -> int:
    """Return a share of a whole that is not 0 in tenths of a percent, half a tenth rounded up.

    Only all of it is 1000, and only nothing of it is 0: a deadline that was missed is never rounded away.
    """
    tenths = (2000 * part + whole) // (2 * whole)
    return min(max(tenths, 1), 999) if 0 < part < whole else tenths


def percent(part: int, whole: int, language: str) -> str:
    """Return a share of a whole that is not 0 as `94.6 %`, rounded as `tenths_of` does."""
    return f"{decimal(tenths_of(part, whole), language)}{NO_BREAK}%"


def decimal(tenths: int, language: str) -> str:
    """Return tenths as a decimal number."""
    whole, tenth = divmod(tenths, 10)
    return f"{whole}{',' if language == 'ru' else '.'}{tenth}"
