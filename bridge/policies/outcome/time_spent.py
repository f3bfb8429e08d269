"""Where a cycle's time went: by the ticket's status and by the department in which it stood."""

from collections.abc import Iterator
from typing import Any

from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.history.timeline import Timeline
from bridge.tickets import Instant, Reference, TimeSpent

_PLACES = ("status", "department")


def time_spent(timeline: Timeline, calendar: WorkCalendar, start: Instant, stop: Instant) -> tuple[TimeSpent, ...]:
    """Return the working seconds from start to stop by status and department, pauses included; most first, then in their order.

    Together they are all of that working time. Whoever was there while nobody works is not told.
    """
    seconds: dict[tuple[object, object], int] = {}
    places: dict[tuple[object, object], tuple[Reference, Reference]] = {}
    worked = calendar.worked(start)
    for end, status, department in _stretches(timeline, start, stop):
        before, worked = worked, calendar.worked(end)
        if worked > before:
            key = (status.id or status.name, department.id or department.name)
            places[key] = (status, department)
            seconds[key] = seconds.get(key, 0) + worked - before
    found = [
        TimeSpent(status=_named(places[key][0]), department=_named(places[key][1]), seconds=spent)
        for key, spent in seconds.items()
    ]
    return tuple(sorted(found, key=lambda one: -one.seconds))


def _named(place: Reference) -> Reference:
    return Reference(id=place.id, name=place.name)


def _stretches(timeline: Timeline, start: Instant, stop: Instant) -> Iterator[tuple[Instant, Reference, Reference]]:
    """Yield the end of each stretch between two instants, with the status and the department that the ticket had in it."""
    standing: dict[str, Any] = {name: timeline.initial[name] for name in _PLACES}
    for step in timeline.steps:
        if step.at >= stop:
            break
        changed = {name: step.values[name] for name in _PLACES if name in step.values} if step.values else None
        if changed:
            if step.at > start:
                yield step.at, standing["status"], standing["department"]
            standing.update(changed)
    yield stop, standing["status"], standing["department"]
