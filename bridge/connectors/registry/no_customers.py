"""Rows of an export that are about nobody: totals, footers, lines drawn with signs, and the header once more."""

import re
from collections.abc import Mapping, Sequence

from bridge.policies.checks.catalogue import folded

_TOTAL = re.compile(
    r"(?:(?:общий |промежуточный )?итого?|всего|сумма|количество|записей|строк|"
    r"(?:grand |sub-?)?totals?|sum|count|rows|records)"
    r"(?: (?:записей|строк|клиентов|rows|records|customers))?[\s:=–—-]*[\d\s.,]*",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"\(?\d+ (?:rows?|records?|строк[аи]?|запис(?:ь|и|ей))\b.{0,30}|"
    r"(?:page|стр\.?|страница|лист) \d+(?: (?:of|из) \d+)?|"
    r"(?:выгружено|сформировано|отч[её]т сформирован|exported|generated|created)(?: (?:on|at|by))?[\s:]*\d.{0,40}|"
    r"конец (?:отч[её]та|файла|выгрузки)|end of (?:report|file)",
    re.IGNORECASE,
)
_FIRST_LETTERS = frozenset(
    (
        *(
            "обще",
            "пром",
            "итог",
            "всег",
            "сумм",
            "коли",
            "запи",
            "стро",
            "лист",
            "стр.",
            "стр ",
            "стра",
            "выгр",
            "сфор",
        ),
        *(
            "отчё",
            "отче",
            "коне",
            "gran",
            "sub-",
            "subt",
            "tota",
            "sum",
            "sum ",
            "sum:",
            "coun",
            "rows",
            "row ",
            "reco",
        ),
        *("page", "expo", "gene", "crea", "end "),
    )
)
"""With these such a row begins, or with its number; nothing more is looked at in all others."""

_LONGEST = 80


def no_customer(owner: str, row: Sequence[str]) -> str:
    """Return why a row whose first words are `owner` is about nobody, empty where it is a customer's."""
    if (owner[:4].casefold() not in _FIRST_LETTERS and _begins_as_usual(owner)) or len(owner) > _LONGEST:
        return ""
    if not any(sign.isalnum() for sign in owner):
        return "signs alone are no customer; the row is not used"
    if _FOOTER.fullmatch(owner) and sum(map(bool, row)) == 1:
        return "this is a footer of the export, not a customer; the row is not used"
    if _is_total(owner, row):
        return "this is a total, not a customer; the row is not used"
    return ""


def _begins_as_usual(owner: str) -> bool:
    return owner[0].isalpha() or (owner[0].isdigit() and " " not in owner)


def _is_total(owner: str, row: Sequence[str]) -> bool:
    if not _TOTAL.fullmatch(owner) or owner[0].isdigit():
        return False
    # A firm may be called Total; then more than sums stands beside its name.
    others = (cell for cell in row if cell.strip() != owner)
    return not any(sign.isalpha() for cell in others for sign in cell)


def is_header(row: Sequence[str], columns: Mapping[str, int], titles: Mapping[str, str]) -> bool:
    """Return whether a row repeats the titles, as reports do on each page."""
    return all(folded(row[place]) == folded(titles[column]) for column, place in columns.items())
