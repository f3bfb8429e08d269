"""Public holidays of any country or region that the `holidays` package knows."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches

import holidays

from bridge.policies.calendar.days import HORIZON_END_YEAR, HORIZON_FIRST_YEAR, DayKind, MarkedDay
from bridge.policies.calendar.sources.holidays_package import HOLIDAYS_VERSION, country_holidays, transfers


class CountryHolidays:
    """A country's or region's legally non-working days, with the weekends worked in exchange for them.

    Only the package's `public` category counts: observances, bank-only and school days do not. The package computes
    most countries from their law; `valid_from` and `valid_through` are its own first and last year for the others.
    Raises ValueError, naming the nearest code, for a country or region the package does not have.
    """

    def __init__(self, country: str, region: str | None = None) -> None:
        self._country = country
        self._region = region
        self.name = f"{country}-{region}" if region else country
        self.name += f" (holidays {HOLIDAYS_VERSION})"
        try:
            known = country_holidays(country, subdiv=region)
        except NotImplementedError:
            raise ValueError(_unknown(country, region)) from None
        self._first_year, self._last_year = known.start_year, known.end_year
        self.valid_from = date(known.start_year, 1, 1) if known.start_year > HORIZON_FIRST_YEAR else None
        self.valid_through = date(known.end_year, 12, 31) if known.end_year < HORIZON_END_YEAR - 1 else None

    def marked_days(self, first_year: int, last_year: int) -> Mapping[int, MarkedDay]:
        """Return the public holidays and the worked weekends of the years."""
        # A swap may reach into the neighbour year. Asking beyond the package's own years would only make it warn.
        years = range(max(first_year - 1, self._first_year), min(last_year + 1, self._last_year) + 1)
        data = country_holidays(self._country, subdiv=self._region, years=years, categories=("public",))
        swapped = {worked: rest for rest, worked in transfers(data)}
        marks = {day.toordinal(): MarkedDay(kind=DayKind.HOLIDAY) for day in data}
        for day in data.weekend_workdays:
            rest = swapped.get(day)
            marks[day.toordinal()] = MarkedDay(kind=DayKind.WORKING_WEEKEND, like=rest.toordinal() if rest else None)
        first, last = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()
        return {ordinal: mark for ordinal, mark in marks.items() if first <= ordinal <= last}

    def title(self, ordinal: int, mark: MarkedDay, language: str) -> str:
        """Return the holiday's name in the language, or in the country's own where the package has no translation."""
        day = date.fromordinal(ordinal)
        if mark.kind is DayKind.WORKING_WEEKEND:
            return "Рабочий день по переносу" if language == "ru" else "Worked in exchange for a day off"
        spoken = {"ru": "ru", "en": "en_US"}.get(language)
        data = country_holidays(
            self._country, subdiv=self._region, years=day.year, categories=("public",), language=spoken
        )
        return data.get(day, "")


def _unknown(country: str, region: str | None) -> str:
    supported = holidays.list_supported_countries(include_aliases=True)
    if country not in supported:
        near = get_close_matches(country.upper(), supported, n=1, cutoff=0.5)
        return f"there are no holidays for country {country!r}" + (f"; did you mean {near[0]}?" if near else "")
    regions = supported[country]
    near = get_close_matches(region or "", regions, n=1, cutoff=0.3)
    offer = f"did you mean {near[0]}?" if near else f"it has {', '.join(regions) or 'no regions'}"
    return f"country {country} has no region {region!r}; {offer}"
