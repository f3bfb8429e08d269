"""What spreadsheets, exports and hands do to a cell: what is lost for good, and what can be undone.

Lost is never the same as nothing: where something stood once, what depended on it is unknown.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

from bridge.files.encodings import UNDECODED

NOT_CALCULATED = "#NOT-CALCULATED"
"""Stands for a formula that no spreadsheet has calculated yet: programs that write workbooks often leave that open."""

SPREADSHEET_ERRORS = frozenset(
    (
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
        *("#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", NOT_CALCULATED),
        *("#Н/Д", "#ССЫЛКА!", "#ЗНАЧ!", "#ИМЯ?", "#ДЕЛ/0!", "#ЧИСЛО!", "#ПУСТО!", "#ПЕРЕНОС!", "#ВЫЧИСЛ!"),
        *("#NV", "#N/D", "Loading...", "Загрузка..."),
    )
)
"""What a spreadsheet writes where it found no value. Something stood there once, so it never counts as nothing."""

_ERRORS = frozenset(error.upper() for error in SPREADSHEET_ERRORS)
_ERROR = re.compile(r"#[¡¿]?[^\W\d_][\w/]{0,20}[!?]|(?:Err|Fehler|Ошибка|Erreur):\s?\d{3}", re.IGNORECASE)
"""Errors in other languages than those above, and those of LibreOffice."""

_NO_VALUE = frozenset({"NULL", "(null)", "<null>", "<NULL>", "\\N", "NaN", "nan", "NaT", "<NA>"})
"""What databases and programs write for nothing; people never do."""

NAMING = frozenset({"customer", "registration_number", "certificate", "contract"})
"""Columns whose numbers name something."""

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
"""How a spreadsheet shows a number that is longer than its column is wide; saved as CSV, the last digits are gone."""

_KEPT_DIGITS = 15
_TOO_LONG = re.compile(r"[1-9]\d{14}0+")
_NARROW = re.compile(r"#{3,}")
_AROUND = frozenset("? \"'«».,-")
_FORMULA = re.compile(r"=[\w(+\-@$].*", re.DOTALL)
_SHORT = 16
_PROTECTED = re.compile(r'="([^"]*)"|\'([^\']+)')
"""How people keep a spreadsheet from taking a text for a number: ="000125", and an apostrophe before it."""

_BLANKS = "\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CONTROLS = "\x01-\x08\x0b\x0c\x0e-\x1e\x7f-\x9f"
_INVISIBLE = f"{_CONTROLS}\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_BLANK = re.compile(f"[{_BLANKS}]")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_TWICE_CODED = "ѕЅµ°"
"""In what every longer Russian text has that is UTF-8 and was read as cp1251: its о, н, е and а end with one of them."""

_ODD = re.compile(f"[#+=?'\\\\\x00\ud800-\udfff\ufffd{_TWICE_CODED}{_BLANKS}{_INVISIBLE}]")


def odd(text: str) -> bool:
    """Return whether a cell, or a row as one text, may be damaged or mended: hardly any is, and the others stay as they are."""
    # Every row is asked, and to look for a letter costs a third of what it costs to look for a word with it.
    words = (
        ("N" in text and ("NULL" in text or "NaN" in text or "NaT" in text or "<NA>" in text))
        or ("n" in text and ("null" in text or "nan" in text))
        or (":" in text and ":5" in text)
        or "..." in text
    )
    return words or _ODD.search(text) is not None


def mended(text: str) -> tuple[str, str]:
    """Return the text as it was meant, and what had been done to it; empty where nobody needs to know.

    Blanks that do not break a line are blanks. Signs that nobody sees are no part of a text.
    """
    if (right := _decoded(text)) != text:
        return right, f"it is of another encoding than the file: {shown(right)} is read"
    plain = _BLANK.sub(" ", text).strip()
    bare = without_hidden(plain).strip()
    why = ""
    if bare != plain and not _HIDDEN.fullmatch(plain):
        sign = next(iter(_HIDDEN.findall(plain)))
        why = f"an invisible sign ({_named(sign)}) is left out: {shown(bare)} is read"
    protected = _PROTECTED.fullmatch(bare)
    if protected:
        bare = (protected[1] or protected[2] or "").strip()
        why = f"a spreadsheet's protection is left out: {shown(bare)} is read"
    return bare, why


_DAMAGES: tuple[tuple[Callable[[str], object], str], ...] = (
    (lambda text: text.upper() in _ERRORS or _ERROR.fullmatch(text), "{} is an error of the spreadsheet, not a value"),
    (_NO_VALUE.__contains__, "{} is a program's word for nothing, and nobody knows whether it means that here"),
    (lambda text: "\0" in text, "zeros stand here in the place of letters; the file is damaged"),
    (UNDECODED.search, "some letters of {} are lost: their encoding is not that of the file"),
    (_NARROW.fullmatch, "the column was too narrow to show the value"),
    (
        lambda text: "???" in text and _AROUND.issuperset(text),
        "{} was written in letters that an earlier program did not know",
    ),
    (_FORMULA.fullmatch, "{} is a formula, not its value"),
)
"""How damage shows in a text, and what it is."""


def without_hidden(text: str) -> str:
    """Return a text without the signs that nobody sees."""
    return _HIDDEN.sub("", text)


def damage(column: str, text: str) -> str:
    """Return why the text is not what once stood in the cell; empty where nothing speaks against it."""
    if column in NAMING and _ROUNDED.fullmatch(text):
        return f"{text} is a number that a spreadsheet has rounded, so it can belong to nobody"
    for shows, what in _DAMAGES:
        if shows(text):
            return what.format(text if len(text) <= _SHORT and text.isprintable() else shown(text))
    return ""


def fifteen_digits(texts: Iterable[str]) -> list[int]:
    """Return where the numbers of a column stand that may have lost their last digits: a spreadsheet keeps fifteen.

    Where some number of the column has more of them, none has been through a spreadsheet.
    """
    found = [(index, text) for index, text in enumerate(texts) if len(text) > _KEPT_DIGITS and text.isdigit()]
    return [index for index, _ in found] if all(_TOO_LONG.fullmatch(text) for _, text in found) else []


def hint_of(column: str, text: str) -> str:
    """Return what to do about a damaged cell."""
    if text in _NO_VALUE:
        return f"if it means nothing, say so: values: {{{column}: {{{text!r}: ''}}}}"
    return "correct the cell where the export comes from; until then it counts as unreadable, not as empty"


def shown(text: str, most: int = 60) -> str:
    """Return a text as a message shows it: in quotation marks, without signs that nobody sees, and cut where it is long."""
    return repr(UNDECODED.sub("\ufffd", text if len(text) <= most else text[: most - 1] + "…"))


def _decoded(text: str) -> str:
    """Return a text that is UTF-8 and was read as cp1251 as it was meant, any other as it is."""
    if not any(sign in text for sign in _TWICE_CODED):
        return text
    try:
        return text.encode("cp1251").decode("utf-8").strip()
    except UnicodeError:
        return text


def _named(sign: str) -> str:
    name = unicodedata.name(sign, "").lower()
    return f"U+{ord(sign):04X} {name}".strip()
