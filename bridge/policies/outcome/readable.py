"""Instants and durations as people write them, in Russian or English."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bridge.tickets import Instant


def written(at: Instant, zone: ZoneInfo, language: str) -> str:
    """Return the instant as people of the language write it, with seconds only where there are any."""
    moment = datetime.fromtimestamp(at, zone)
    day = moment.strftime("%d.%m.%Y" if language == "ru" else "%Y-%m-%d")
    return f"{day} {moment.strftime('%H:%M:%S' if moment.second else '%H:%M')}"


def duration(seconds: int) -> str:
    """Return seconds as `12:30:00`, hours without an upper bound."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"
