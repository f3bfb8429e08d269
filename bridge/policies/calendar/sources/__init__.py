"""Where a calendar learns what a day is: the production calendar, countries, lists, iCalendar files."""
