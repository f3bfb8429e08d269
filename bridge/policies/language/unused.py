"""What a policy declares and nothing looks at: fields, agents' fields, calendars. Most of it is a name written in two ways."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bridge.errors import Problem, Severity
from bridge.files.positions import Place, dotted, walk
from bridge.policies.checks.check_kind import options_of
from bridge.policies.language.calendars import FOLDER, CompiledCalendars
from bridge.policies.language.draft import STANDARD_FIELDS, STANDARD_INPUTS, Draft

_LISTS = ("fields", "inputs")
"""The keys of a policy that declare fields."""

_NAMED_BY = ("field", "promise")
"""Keys of clocks whose value is the name of a field."""

_OF_STAFF = "sla_set_"


def unused_fields(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Yield a warning for each declared field that no revision looks at, and for one of staff's that customers may fill in."""
    declared: dict[tuple[str, Place], tuple[Draft, str, int]] = {}
    used: set[tuple[str, Place]] = set()
    for draft in drafts:
        looked_at = _looked_at(draft)
        for key in _LISTS:
            for index, name in enumerate(getattr(draft.model, key)):
                # What a file takes over from another one stands there, and is used when one of the two uses it.
                entry = (name, draft.document.place((key, index)))
                declared.setdefault(entry, (draft, key, index))
                if name in looked_at:
                    used.add(entry)
    for (name, _), (draft, key, index) in declared.items():
        if (name, draft.document.place((key, index))) not in used and name not in STANDARD_FIELDS:
            hint = "remove it, or see whether a condition or an option spells it in another way"
            message = f"nothing looks at the field {name!r}"
            yield _warning(draft, "unused_field", message, (key, index), hint)
        if key == "fields" and _sounds_like_staff(name, draft):
            message = f"{name!r} is called like a field of staff, and counts whoever fills it in"
            yield _warning(draft, "field_of_staff", message, (key, index), "list it under 'inputs:' instead")


def _sounds_like_staff(name: str, draft: Draft) -> bool:
    return name.startswith(_OF_STAFF) and name not in STANDARD_INPUTS.union(draft.model.inputs)


def _warning(draft: Draft, code: str, message: str, path: tuple[str | int, ...], hint: str) -> Problem:
    document = draft.document
    return document.problem(code, message, path=document.narrow(path), hint=hint, severity=Severity.WARNING)


def _looked_at(draft: Draft) -> Collection[str]:
    """Return the fields that conditions, tables, clocks and options of checks name."""
    found = set(draft.used_fields)
    for path, value in walk(draft.document.data, ()):
        if isinstance(value, str) and path and path[-1] in _NAMED_BY:
            found.add(value)
        elif isinstance(value, str) and value.startswith("fields."):
            found.add(value.removeprefix("fields."))
    for check in draft.model.checks.values():
        # Which options hold names of fields only their kinds know: a text in any of them counts, be it a default.
        found.update(_texts(options_of(check.kind, check.options).model_dump(mode="json")))
    return found


def _texts(data: object) -> Iterator[str]:
    for path, value in walk(data, ()):
        yield from (one for one in (*path, value) if isinstance(one, str))


_CALENDAR = re.compile(rb"""\bcalendar\b['"]?\s*:\s*['"]?([^\s'",}\]#]+)""")


def unused_calendars(
    drafts: Sequence[Draft], calendars: CompiledCalendars, files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Yield a warning for each calendar that neither a policy nor another file of the configuration names."""
    used: set[str] = set()
    for draft in drafts:
        used |= draft.used_calendars | draft.named_calendars
    # The registry's description is not read here; a curator may have a calendar of the configuration.
    for name, content in files.items():
        if name.endswith((".yaml", ".yml")) and not name.startswith((FOLDER, "policies/")):
            used.update(found.decode(errors="replace") for found in _CALENDAR.findall(content))
    for name, document in calendars.documents.items():
        if name not in used:
            message, hint = f"nothing uses the calendar {name!r}", "remove the file, or name it where time is counted"
            place = document.place(("id",))
            yield place.problem("unused_calendar", message, path=dotted(("id",)), hint=hint, severity=Severity.WARNING)
