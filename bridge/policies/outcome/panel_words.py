"""Lengths of time and instants in the words of the panel, as letters need them: two units at most, dates with year and zone."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bridge.files.types import Title
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.outcome.reason import amount_text
from bridge.tickets import Instant

NO_BREAK = "\N{NO-BREAK SPACE}"

_LESS = Title(ru="меньше минуты", en="less than a minute")
_HOURS = Title(ru="{h} ч {mm} мин", en="{h} h {mm} min")
_MINUTES = Title(ru="{m} мин", en="{m} min")
_DAY_AND_HOURS = Title(ru="{days} {h} ч", en="{days} {h} h")
_AT = Title(ru="{wd} {d:02}.{m:02}.{y:04}, {time}", en="{wd} {d} {month} {y}, {time}")
_TWO_DAYS = 2 * 86_400

_WEEKDAYS = {
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_ZONES = {
    "Europe/Moscow": Title(ru="время московское", en="Moscow time"),
    "Europe/Kaliningrad": Title(ru="время калининградское", en="Kaliningrad time"),
    "Europe/Samara": Title(ru="время самарское", en="Samara time"),
    "Asia/Yekaterinburg": Title(ru="время екатеринбургское", en="Yekaterinburg time"),
    "Asia/Omsk": Title(ru="время омское", en="Omsk time"),
    "Asia/Novosibirsk": Title(ru="время новосибирское", en="Novosibirsk time"),
    "Asia/Krasnoyarsk": Title(ru="время красноярское", en="Krasnoyarsk time"),
    "Asia/Irkutsk": Title(ru="время иркутское", en="Irkutsk time"),
    "Asia/Yakutsk": Title(ru="время якутское", en="Yakutsk time"),
    "Asia/Vladivostok": Title(ru="время владивостокское", en="Vladivostok time"),
    "Asia/Magadan": Title(ru="время магаданское", en="Magadan time"),
    "Asia/Kamchatka": Title(ru="время камчатское", en="Kamchatka time"),
    "Europe/Minsk": Title(ru="время минское", en="Minsk time"),
    "UTC": Title(ru="время UTC", en="UTC"),
}
"""What people call a zone; equal by test to what the panel says."""


def amount_in_words(seconds: int, language: str) -> str:
    """Return a length of time in hours and minutes, rounded down; hours never become days."""
    minutes = max(0, seconds) // 60
    if not minutes:
        return _LESS.text(language)
    hours, minute = divmod(minutes, 60)
    text = _HOURS if hours else _MINUTES
    return text.text(language).format(h=hours, mm=f"{minute:02}", m=minute).replace(" ", NO_BREAK)


def working_days_in_words(calendar: WorkCalendar, start: Instant, end: Instant, language: str) -> str:
    """Return the working time between two instants in days, as a target in working days is told: whole days from two on, one day
    with its hours, less than that in hours and minutes. A day counts as whole while it lies wholly between them."""
    days, rest = _days_and_rest(calendar, start, end)
    if days < 1:
        return amount_in_words(calendar.worked(end) - calendar.worked(start), language)
    whole = amount_text(f"{days}wd", language)
    hours = max(0, rest) // 3600
    told = _DAY_AND_HOURS.text(language).format(days=whole, h=hours) if days == 1 and hours else whole
    return told.replace(" ", NO_BREAK)


def _days_and_rest(calendar: WorkCalendar, start: Instant, end: Instant) -> tuple[int, int]:
    """Return whole days and the seconds besides. Days that begin and end between the instants are whole; what is left of
    the others makes whole ones as long as the last."""
    spans: dict[object, tuple[Instant, Instant]] = {}
    for opens, closes in calendar.windows(start - _TWO_DAYS, end + _TWO_DAYS):
        day = datetime.fromtimestamp(opens, calendar.zone).date()
        spans[day] = (spans.get(day, (opens, closes))[0], closes)
    days = [span for span in spans.values() if span[0] < end]
    rest = calendar.worked(end) - calendar.worked(start)
    if not days or not rest:
        return 0, rest
    begun, usual = 0, 0
    for opens, closes in days:
        usual = calendar.worked(closes) - calendar.worked(opens)
        if opens >= start:
            begun += 1
            rest -= usual
    whole = rest // usual
    return begun + whole, rest - whole * usual


def instant_in_words(at: Instant, zone: ZoneInfo, language: str) -> str:
    """Return an instant with its day of the week, its year, and what people call the zone."""
    return f"{moment_in_words(at, zone, language)}, {zone_in_words(zone, at, language).replace(' ', NO_BREAK)}"


def moment_in_words(at: Instant, zone: tzinfo, language: str) -> str:
    """Return an instant with its day of the week and its year."""
    moment = datetime.fromtimestamp(at, zone)
    return (
        _AT.text(language)
        .format(
            wd=_WEEKDAYS["ru" if language == "ru" else "en"][moment.weekday()],
            d=moment.day,
            m=moment.month,
            month=_MONTHS[moment.month - 1],
            y=moment.year,
            time=f"{moment:%H:%M}",
        )
        .replace(" ", NO_BREAK)
        .replace(f",{NO_BREAK}", ", ")
    )


def zone_in_words(zone: ZoneInfo, at: Instant, language: str) -> str:
    """Return what people call the zone; its difference to UTC at that instant where it has no such name."""
    if zone.key in _ZONES:
        return _ZONES[zone.key].text(language)
    offset = datetime.fromtimestamp(at, zone).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"
