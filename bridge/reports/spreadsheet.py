"""Tables that spreadsheets open as such, and in which no text becomes a formula."""

import csv
import unicodedata
from typing import IO, Any

from bridge.policies.outcome.readable import on_one_line

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it spreadsheets take the file for one in the code page of their country."""

_COMPUTED = ("=", "+", "-", "\N{MINUS SIGN}", "@", "\t", "\r")


def table_writer(out: IO[str], language: str) -> Any:
    """Return a CSV writer to a stream. In Russian cells are parted by semicolons, in English by commas: so do the spreadsheets of
    these languages, and they open a file that is made otherwise in one column."""
    return csv.writer(out, delimiter=";" if language == "ru" else ",", lineterminator="\r\n")


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows and does not compute: what begins like a formula gets an apostrophe before it.

    The wide and small forms of the signs count too: some programs take them for the plain ones.
    """
    line = on_one_line(text)
    if text[:1].isalnum():
        # No letter or digit has such a sign for its plain form.
        return line
    first = unicodedata.normalize("NFKC", line[:1])
    return f"'{line}" if text.startswith(_COMPUTED) or first.startswith(_COMPUTED) else line
