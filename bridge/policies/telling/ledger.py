"""A clock's ledger line by line: `+` what counted, `-` what did not, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bridge.decisions import Clock, Interval
from bridge.files.types import Title
from bridge.policies.clocks.receipt import DAY_COUNTED
from bridge.policies.outcome.readable import duration, written, written_day
from bridge.tickets import Instant

_STOPPED_HERE = Title(ru="= отсчёт окончен", en="= stopped")
_DUE_HERE = Title(ru="= срок", en="= due")
_NOW = Title(ru="= сейчас", en="= now")

REASONS = {
    "working": Title(ru="рабочее время", en="working time"),
    "short_day": Title(ru="сокращённый день", en="short day"),
    "working_weekend": Title(ru="рабочий выходной", en="working day off"),
    "calendar_time": Title(ru="календарное время", en="calendar time"),
    "closed": Title(ru="нерабочее время", en="closed"),
    "weekend": Title(ru="выходной", en="weekend"),
    "holiday": Title(ru="праздник", en="public holiday"),
    "day_off": Title(ru="нерабочий день", en="day off"),
    "pause": Title(ru="пауза", en="pause"),
    "before_start": Title(ru="до начала отсчёта", en="before the start"),
    DAY_COUNTED: Title(ru="засчитан рабочий день", en="working day counted"),
}
"""What each reason of a ledger means. Complete by test."""


def ledger(clock: Clock, at: Instant, language: str, zone: ZoneInfo) -> Iterator[str]:
    """Yield the ledger's lines, cut where the clock was due and where it stopped or stands at `at`."""
    if not clock.receipt:
        return
    cuts = sorted(_cuts(clock, at, language))

    def cut() -> str:
        instant, text = cuts.pop(0)
        return f"{written(instant, zone, language)}  {text}"

    for interval in clock.receipt:
        start = interval.start
        while cuts and cuts[0][0] <= start:
            yield cut()
        while cuts and cuts[0][0] < interval.end:
            instant = cuts[0][0]
            yield _line(replace(interval, start=start, end=instant), language, zone)
            yield cut()
            start = instant
        yield _line(replace(interval, start=start), language, zone)
    while cuts:
        yield cut()


def _cuts(clock: Clock, at: Instant, language: str) -> Iterator[tuple[Instant, str]]:
    if clock.stopped_at is not None:
        yield clock.stopped_at, _STOPPED_HERE.text(language)
    else:
        yield at, _NOW.text(language)
    if clock.due_at is not None:
        yield clock.due_at, _DUE_HERE.text(language)


def _line(interval: Interval, language: str, zone: ZoneInfo) -> str:
    """Return one line of a ledger: from, to, how much counted, and why."""
    reason = REASONS[interval.reason].text(language) if interval.reason in REASONS else interval.reason
    counted_day = interval.reason == DAY_COUNTED and interval.detail
    detail = written_day(date.fromisoformat(interval.detail), language) if counted_day else interval.detail
    text = f"{reason}: {detail}" if detail else reason
    start = written(interval.start, zone, language)
    if interval.reason == DAY_COUNTED or interval.start == interval.end:
        return f"{start}  {text}"
    sign, length = ("+", duration(interval.end - interval.start)) if interval.counted else ("-", "")
    return f"{start} .. {written(interval.end, zone, language)}  {sign} {length:>9}  {text}"
