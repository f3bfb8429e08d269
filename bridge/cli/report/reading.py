"""What a report is counted from: the helpdesk's tickets or exported files, and the keys that its filters can name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from bridge.cli.console.terminal import tell
from bridge.files.positions import hint_for
from bridge.policies.figures.attribution import key_of
from bridge.policies.figures.model import NOBODY, Filters
from bridge.policies.figures.reported import ReportedTicket, reported_adapter
from bridge.tickets import Reference, faults_told

if TYPE_CHECKING:
    from bridge.cli.wiring.configuration import Configuration
    from bridge.policies.agreement.policy import Policy

_TOLD_AT_MOST = 20
_OF_TICKETS = ("department", "customer", "agent")
"""Filters whose keys only the tickets know."""


class Reading:
    """Tickets out of lines. `skipped` grows with the lines that are none, each told on stderr; `known` with the keys that tickets
    and cycles are put down to, and what they are called. `look` is shown each line that counts; it returns what is wrong with
    it."""

    def __init__(self, look: Callable[[bytes], str] = lambda _: "") -> None:
        self._look = look
        self.skipped = 0
        self.known: dict[str, dict[str, str]] = {name: {NOBODY: ""} for name in _OF_TICKETS}
        self._seen: set[int] = set()

    def tickets(self, lines: Iterable[bytes], *, source: str = "") -> Iterator[ReportedTicket]:
        """Yield the tickets of JSON lines as `export` writes them. One that stands twice is taken once: its figures would
        count double."""
        read, place = reported_adapter().validate_json, f"{source}: " if source else ""
        for number, line in enumerate(lines, start=1):
            if line.isspace():
                continue
            try:
                ticket = read(line)
            except ValidationError as error:
                self.skip(f"{place}line {number}: {faults_told(error)}")
                continue
            if ticket.id in self._seen:
                self.skip(f"{place}line {number}: ticket id {ticket.id} stands in an earlier line, which is counted")
                continue
            self._seen.add(ticket.id)
            self._know(ticket)
            if trouble := self._look(line):
                self.skip(f"{place}line {number}: {trouble}")
            yield ticket

    def skip(self, reason: str) -> None:
        """Count something that is missing in the report, and tell why."""
        self.skipped += 1
        if self.skipped <= _TOLD_AT_MOST:
            tell(f"skipped: {reason}")

    def end(self) -> None:
        """Tell how many of what was skipped were not told one by one."""
        if self.skipped > _TOLD_AT_MOST:
            tell(f"skipped: {self.skipped - _TOLD_AT_MOST} more")

    def _know(self, ticket: ReportedTicket) -> None:
        customer = ticket.bridge.detail.customer
        if customer is not None and customer.id:
            self.known["customer"][customer.id] = customer.name or ""
        self._know_reference("department", ticket.department)
        self._know_reference("agent", ticket.assignee)
        for cycle in ticket.bridge.cycles:
            self._know_reference("department", cycle.department)
            self._know_reference("agent", cycle.agent)
            if cycle.customer:
                self.known["customer"].setdefault(cycle.customer, "")

    def _know_reference(self, dimension: str, reference: Reference | None) -> None:
        if reference is not None:
            self.known[dimension].setdefault(key_of(reference), reference.name)


def tickets_of(
    configuration: "Configuration", inputs: Sequence[Path] | None, reading: Reading
) -> Iterator[ReportedTicket]:
    """Yield the tickets of exported files, of the helpdesk where none is named, open and closed ones."""
    from bridge.cli.tickets.snapshots import Snapshots, file_lines

    for path in inputs or ():
        source = "" if str(path) == "-" else path.name
        yield from reading.tickets(file_lines(path), source=source)
    if not inputs:
        snapshots = Snapshots(configuration.settings, everything=True)
        yield from reading.tickets(snapshots.lines())
        for trouble in snapshots.unreadable:
            reading.skip(f"ticket id {trouble.id}: {trouble.reason}")


def refuse_unknown(name: str, wanted: str | None, known: Mapping[str, str]) -> None:
    """Raise a usage error (exit 2) for a key that nothing has; it names those that there are, with what they are called."""
    if wanted is None or wanted in known:
        return
    told = ", ".join(
        f"{key} ({called})" if called else key or "'' (none)" for key, called in sorted(known.items())[:12]
    )
    more = ", …" if len(known) > 12 else ""
    hint = hint_for(wanted, known).partition("allowed: ")[0]
    raise typer.BadParameter(f"there is no {name} {wanted!r}; {hint}allowed: {told}{more}", param_hint=f"--{name}")


def refuse_unknown_words(filters: Filters, policy: "Policy") -> None:
    """Raise a usage error for a level or metric that no edition of the agreement has."""
    levels = {key: one.title.en for revision in policy.revisions for key, one in revision.levels.items()}
    metrics = {one.metric: one.title.en for revision in policy.revisions for one in revision.clocks}
    refuse_unknown("level", filters.level, {NOBODY: "", **levels})
    refuse_unknown("metric", filters.metric, metrics)


def refuse_unknown_keys(filters: Filters, reading: Reading) -> None:
    """Raise a usage error for a department, customer or agent that no ticket has."""
    for name in _OF_TICKETS:
        refuse_unknown(name, getattr(filters, name), reading.known[name])
