"""Holidays that somebody wrote down: dates in YAML, and a CSV file of days."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from bridge.errors import one_line
from bridge.files.delimited import DelimitedText, RowFault
from bridge.policies.calendar.days import DayKind, MarkedDay
from bridge.policies.calendar.sources.listed_lines import ListedLine, contradictions
from bridge.policies.calendar.windows import DateSpan, Window, lost_minute

_KINDS = {
    "": DayKind.HOLIDAY,
    "holiday": DayKind.HOLIDAY,
    "off": DayKind.DAY_OFF,
    "day_off": DayKind.DAY_OFF,
    "transferred_off": DayKind.DAY_OFF,
    "working_weekend": DayKind.WORKING_WEEKEND,
    "work": DayKind.WORKING_WEEKEND,
    "short": DayKind.WORKING,
}
_MOST_SHOWN = 20
_COLUMNS = ("date", "kind", "title", "windows")


class Doubt(NamedTuple):
    """What a file says that is probably not meant so: a code, a sentence that names the file and the line, what to do."""

    code: str
    sentence: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDay:
    """One line of a list: the days of `span`, what they are, and what they are called in each language."""

    span: DateSpan
    mark: MarkedDay
    titles: Mapping[str, str]


class ListedDays:
    """Days out of a list. `valid_through` is None where every line recurs yearly, or where its author says nothing."""

    def __init__(self, name: str, days: Iterable[ListedDay], *, valid_through: date | None = None) -> None:
        self.name = name
        self.valid_from: date | None = None
        self.valid_through = valid_through
        self._days = tuple(days)

    def marked_days(self, first_year: int, last_year: int) -> Mapping[int, MarkedDay]:
        """Return the listed days of the years. A `short` line joins a `working_weekend` line of the same day."""
        marks: dict[int, MarkedDay] = {}
        for listed in self._days:
            for year in range(first_year, last_year + 1):
                for ordinal in listed.span.ordinals(year):
                    marks[ordinal] = _joined(marks.get(ordinal), listed.mark)
        return marks

    def title(self, ordinal: int, mark: MarkedDay, language: str) -> str:
        """Return the title of the line that lists the day; empty where it has none."""
        year = date.fromordinal(ordinal).year
        lines = [day for day in self._days if day.mark.kind is mark.kind and ordinal in day.span.ordinals(year)]
        return lines[-1].titles.get(language, "")


def _joined(old: MarkedDay | None, new: MarkedDay) -> MarkedDay:
    if old is None:
        return new
    stays = old if new.kind is DayKind.WORKING else new
    return MarkedDay(kind=stays.kind, short=old.short or new.short, like=stays.like, windows=stays.windows)


def read_csv(name: str, content: bytes) -> tuple[ListedDays, tuple[Doubt, ...]]:
    """Return the days of a CSV file with the columns `date` and, if wanted, `kind`, `title`, `windows`, and
    a doubt for each line that is probably not meant so.

    Separator comma or semicolon, UTF-8. `date` is a date or a span as in YAML; `kind` is holiday (the default), off,
    transferred_off, working_weekend (with its `windows`, or by the pattern of the weekday before it) or short. The
    data reaches to the end of the last year it names. Raises ValueError with every bad line, and with lines that
    contradict each other.
    """
    lines: list[ListedLine] = []
    faults: list[str] = []
    found: list[RowFault] = []
    for line, row in _rows(name, content, found.append):
        try:
            lines.append(_line(row, line))
        except ValueError as error:
            faults.append(f"{name} line {line}: {one_line(error)}")
    faults += [f"{name} line {one.line}: {one.message} ({one.hint})" for one in found if not one.used]
    clashes = [f"{name} {sentence}" for sentence in contradictions(lines)]
    if faults or clashes:
        hint = " | keep one line for each date; a dated rule of the calendar outranks them all" if clashes else ""
        raise ValueError(_some([*faults, *clashes]) + hint)
    return _listed(name, lines), (*_mended(name, found), *_doubtful(name, lines))


def _listed(name: str, lines: Iterable[ListedLine]) -> ListedDays:
    days = [ListedDay(span=line.span, mark=line.mark, titles={"ru": line.title, "en": line.title}) for line in lines]
    last = max((day.span.last_year for day in days if day.span.last_year is not None), default=None)
    return ListedDays(name, days, valid_through=None if last is None else date(last, 12, 31))


_READ = "; it is read as if it were not there"


def _mended(name: str, found: Iterable[RowFault]) -> Iterator[Doubt]:
    for one in found:
        if one.used:
            yield Doubt("open_quotation", f"{name} line {one.line}: {one.message}{_READ}", one.hint)


def _some(sentences: Sequence[str]) -> str:
    """Return the sentences as one; of very many only the first ones, and how many are left out."""
    shown = sentences[:_MOST_SHOWN]
    left = len(sentences) - len(shown)
    return "; ".join(shown) + (f"; and {left} more" if left else "")


def _doubtful(name: str, lines: Iterable[ListedLine]) -> Iterator[Doubt]:
    for line in lines:
        for window in line.mark.windows:
            if hint := lost_minute(window):
                yield Doubt("lost_minute", f"{name} line {line.number}: {window} leaves out a minute at midnight", hint)


def _rows(name: str, content: bytes, tell: Callable[[RowFault], None]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the file's rows, with their lines, by the names of its columns, which must be known ones."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{name} line {line} is not UTF-8 text (byte {error.start}); save it as CSV UTF-8") from None
    head = content.partition(b"\n")[0]
    text = DelimitedText(content, "utf-8", ";" if b";" in head else ",", tell)
    rows = iter(text)
    columns = [column.strip().lower() for column in next(rows, (0, []))[1]]
    _check_columns(name, columns)
    text.width = len(columns)
    for line, row in rows:
        more = {"…": "…"} if len(row) > len(columns) else {}
        yield line, dict(zip_longest(columns, row[: len(columns)], fillvalue="")) | more


def _check_columns(name: str, columns: Sequence[str]) -> None:
    if "date" not in columns:
        raise ValueError(f"{name} has no column `date`; its first line must name the columns {', '.join(_COLUMNS)}")
    if unknown := [column for column in columns if column not in _COLUMNS]:
        raise ValueError(f"{name} has unknown columns {', '.join(unknown)}; allowed are {', '.join(_COLUMNS)}")
    if twice := [column for column in _COLUMNS if columns.count(column) > 1]:
        raise ValueError(f"{name} has the column {twice[0]} {columns.count(twice[0])} times; leave one of them")


def _line(row: Mapping[str, str], number: int) -> ListedLine:
    if "…" in row:
        raise ValueError("it has more fields than the first line has columns")
    word = row.get("kind", "").strip().lower()
    if word not in _KINDS:
        raise ValueError(f"{word!r} is no kind of day; allowed are {', '.join(kind for kind in _KINDS if kind)}")
    kind = _KINDS[word]
    windows = tuple(Window.parse(part) for part in row.get("windows", "").split())
    if windows and kind is not DayKind.WORKING_WEEKEND:
        raise ValueError(f"windows belong to working_weekend, not to {word or 'holiday'}")
    return ListedLine(
        number=number,
        span=DateSpan.parse(row["date"].strip()),
        mark=MarkedDay(kind=kind, short=kind is DayKind.WORKING, windows=windows),
        word=word or "holiday",
        title=row.get("title", "").strip(),
    )
