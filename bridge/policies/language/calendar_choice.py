"""Where a policy names a calendar: by its id, or by a table that goes by a property of the ticket or of its customer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.files.positions import Path
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import CalendarCell, CalendarTable
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.language.conditions.compiled import compiled
from bridge.policies.language.conditions.tree import Tree, leaves
from bridge.policies.language.draft import Draft
from bridge.policies.language.models import OTHERWISE, CalendarTableModel
from bridge.policies.language.tables import table_cells


@dataclass(frozen=True, slots=True)
class CalendarChoice:
    """A named calendar, or a table of several; `usual` is the one for all values that the table does not name."""

    usual: WorkCalendar
    table: CalendarTable | None = None


def usual_name(written: str | CalendarTableModel | None) -> str | None:
    """Return the id of the calendar that counts where no ticket is looked at, such as for the zone of a rule's dates."""
    if not isinstance(written, CalendarTableModel):
        return written
    names = {key.casefold(): name for key, name in written.of.items()}
    return written.otherwise or names.get(OTHERWISE) or next(iter(written.of.values()))


def calendar_choice(written: str | CalendarTableModel, path: Path, draft: Draft) -> CalendarChoice | None:
    """Return the calendars that stand at `path`, None where none of them is usable; unknown ones are problems there."""
    choice = draft.calendar_choices[path] = _compiled(written, path, draft)
    return choice


def _compiled(written: str | CalendarTableModel, path: Path, draft: Draft) -> CalendarChoice | None:
    if not isinstance(written, CalendarTableModel):
        calendar = draft.own_calendar(written, path)
        return None if calendar is None else CalendarChoice(calendar)
    named = _named(written, path, draft)
    cells = tuple(
        CalendarCell(when=None if tree is None else compiled(tree), calendar=one)
        for tree, one in named
        if one is not None
    )
    if not cells or len(cells) < len(named):
        return None
    table = CalendarTable(by=written.by, cells=cells, found=_reader([tree for tree, _ in named if tree is not None]))
    return CalendarChoice(table.usual, table)


def _named(written: CalendarTableModel, path: Path, draft: Draft) -> list[tuple[Tree | None, WorkCalendar | None]]:
    """Return the condition of each cell with its calendar; no condition for all other values, no calendar for an unknown one."""
    named = [
        (tree, draft.own_calendar(written.of[key], (*path, "of", key)))
        for tree, key in table_cells(written.by, written.of, path, draft)
    ]
    if written.otherwise is not None:
        if any(tree is None for tree, _ in named):
            draft.report("defined_twice", "'otherwise' stands twice in the table", (*path, OTHERWISE), key=True)
        named.append((None, draft.own_calendar(written.otherwise, (*path, OTHERWISE))))
    return named


def _reader(trees: Sequence[Tree]) -> Callable[[Facts], object]:
    """Return what reads the property that all cells ask for."""
    leaf = next((leaf for tree in trees for leaf in leaves(tree)), None)
    return leaf.found if leaf is not None else lambda _: None
