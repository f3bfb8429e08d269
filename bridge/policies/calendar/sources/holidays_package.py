"""The `holidays` package, of which only the countries asked for are loaded.

By itself it imports all of its 250 countries for the first one, which takes longer than many a command.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import holidays
from holidays.registry import COUNTRIES

HOLIDAYS_VERSION: str = holidays.__version__  # type: ignore[attr-defined]
"""The release of the package that public holidays are taken from: it stands in receipts and digests."""

_PACKAGE = "holidays.countries"


def country_holidays(country: str, **options: Any) -> holidays.HolidayBase:
    """Return the package's own answer, `holidays.country_holidays`. Raises NotImplementedError for what it does not have."""
    for module, names in COUNTRIES.items():
        if country in names:
            _load_alone(f"{_PACKAGE}.{module}")
    return holidays.country_holidays(country, **options)


def transfers(data: holidays.HolidayBase) -> Iterator[tuple[date, date]]:
    """Yield the swaps of the years populated in `data`: (day that became free, day of rest that is worked for it)."""
    for year, entry in getattr(data, "special_public_holidays", {}).items():
        if year not in data.years:
            continue
        for item in entry if isinstance(entry[0], tuple) else (entry,):
            # Two dates make a transfer; a date and a name make an extra holiday.
            if len(item) > 3:
                to_month, to_day, from_month, from_day, *from_year = item
                yield date(year, to_month, to_day), date(from_year[0] if from_year else year, from_month, from_day)


def _load_alone(module: str) -> None:
    """Import one country's module without the package around it, where the package's own loader will find it."""
    if module in sys.modules or _PACKAGE in sys.modules:
        return
    found = importlib.util.find_spec(_PACKAGE)
    if found is None:
        return
    sys.modules[_PACKAGE] = importlib.util.module_from_spec(found)
    try:
        importlib.import_module(module)
    except ImportError:
        # A release that is laid out otherwise: its own loader knows.
        sys.modules.pop(module, None)
    finally:
        del sys.modules[_PACKAGE]
