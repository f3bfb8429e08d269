"""When time counts: working calendars, their definitions, and where their holidays come from."""
