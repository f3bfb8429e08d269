"""What a person at the terminal sees. Tables go to stdout, talk and progress to stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bridge.cli.console.terminal import printable
from bridge.tickets import FieldValue, instant_text

if TYPE_CHECKING:
    from bridge.protocols.provisioning import SetupReport
    from bridge.sync.planned.native_date import DateChange
    from bridge.sync.planned.plan import Plan

_STYLE = {
    **dict.fromkeys(("overdue", "conflict", "fail"), "bold red"),
    **dict.fromkeys(("running", "met", "done", "ok"), "green"),
    **dict.fromkeys(("at_risk", "todo", "warn"), "yellow"),
    "missed": "red",
    "paused": "blue",
}
_SHOWN_CHANGES = 200


def out() -> Console:
    """Return the console of stdout; without a terminal it is wide, so that nothing is cut in a pipe."""
    # A key such as warn:ticket:1 is no picture of a ticket.
    console = Console(highlight=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=200)


def talk() -> Console:
    """Return the console of stderr."""
    return Console(stderr=True, highlight=False, emoji=False)


def cell(text: str) -> str:
    """Return a text as a table takes it: what a customer wrote is neither markup nor a command to the terminal."""
    return escape(printable(text))


def styled(word: str) -> str:
    """Return a state word with its colour."""
    style = _STYLE.get(word)
    return f"[{style}]{cell(word)}[/]" if style else cell(word)


@contextmanager
def progress(title: str, total: int | None, *, hidden: bool = False) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr while the block runs, on a terminal only and not if `hidden`; yield what advances it."""
    console = talk()
    bar = Progress(
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=hidden or not console.is_terminal,
    )
    with bar:
        task = bar.add_task(title, total=total)
        yield lambda count: bar.advance(task, count)


def steps_table(report: "SetupReport", *, action: str) -> None:
    """Print the steps of `setup`."""
    table = Table(box=None, pad_edge=False)
    for heading in ("state", "step", "what", "detail"):
        table.add_column(heading, no_wrap=heading == "state")
    for step in report.steps:
        table.add_row(styled(step.state), cell(step.id), cell(step.title), cell(step.detail))
    out().print(table)
    todo = sum(step.state == "todo" for step in report.steps)
    out().print(f"{todo} step(s) to do" if action.startswith("plan") else f"{report.changed} change(s) made")


def removal_tables(planned: "SetupReport") -> None:
    """Print what a removal would take away, and what the helpdesk's own people made with it."""
    steps_table(planned, action="plan_remove")
    if not planned.uses:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("used by", "title", "of ours"):
        table.add_column(heading)
    for use in planned.uses:
        table.add_row(cell(use.kind), cell(use.title), cell(use.field))
    out().print("These stay, and find nothing any more:")
    out().print(table)


def value_text(value: FieldValue) -> str:
    """Return a field's value as a table shows it."""
    return "–" if value is None else str(value)


def _date_texts(date: "DateChange") -> tuple[str, str]:
    return value_text(instant_text(date.stands)), value_text(date.becomes)


def plan_table(plan: "Plan") -> None:
    """Print the changes of a plan, field by field."""
    table = Table(box=None, pad_edge=False)
    for heading in ("ticket", "field", "stands", "becomes"):
        table.add_column(heading, overflow="fold")
    for change in plan.changes[:_SHOWN_CHANGES]:
        rows = [(one.name, value_text(one.before), value_text(one.after)) for one in change.fields]
        if change.date is not None:
            rows.append(("(osTicket's due date)", *_date_texts(change.date)))
        if change.keys:
            rows.append(("(actions)", "", ", ".join(change.keys)))
        for index, (name, before, after) in enumerate(rows or [("(detail)", "", "")]):
            number = cell(change.number) if index == 0 else ""
            table.add_row(number, name, cell(before), styled(after))
    if plan.changes:
        out().print(table)
    if len(plan.changes) > _SHOWN_CHANGES:
        out().print(f"… and {len(plan.changes) - _SHOWN_CHANGES} more tickets; --json shows all")


def plan_actions(plan: "Plan", language: str) -> None:
    """Print the actions of a plan, each with its texts in `language`."""
    from bridge.cli.console.terminal import say
    from bridge.policies.outcome.decision_json import action_json
    from bridge.policies.telling.actions import action_lines

    for change in plan.changes[:_SHOWN_CHANGES]:
        for action in change.actions:
            number, *rest = action_lines(action, words="en", language=language)
            say(f"ticket {change.number}, {number}", *rest)
    for letter in plan.letters[:_SHOWN_CHANGES]:
        first, *rest = action_lines(action_json(letter), words="en", language=language)
        say(f"no ticket, {first}", *rest)
