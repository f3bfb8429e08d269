"""What a pass has found out before it writes anything: a plan, and what is to be remembered once that is carried out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.errors import Problem
from bridge.policies.telling.reach import OpenClocks
from bridge.protocols.accounting import TicketState
from bridge.protocols.reading import KeptPublication
from bridge.sync.actions import PassActions
from bridge.sync.first_sync import FirstSync
from bridge.sync.notices import Notice
from bridge.sync.owed import OwedLook
from bridge.sync.planned.plan import Change, Plan
from bridge.sync.rollout import PlanPart
from bridge.sync.select import Selection
from bridge.sync.units import UnitAccounts
from bridge.sync.watch import FIELDS
from bridge.sync.writer import RunReport, set_aside
from bridge.tickets import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A plan with what has to be remembered once it has been applied.

    `standing` are the troubles that stand, `told` those of them that are due to be told; `lost` are names of the policy that the
    helpdesk had at the last pass and has no more. `first` is what was written before, where this is the first sync. `keeps` is
    the publication that the helpdesk keeps, `open_clocks` what its screens need one for; None where it keeps none. `acting` is
    what is known of actions, `owed` of obligations; `part` is what is written of a plan that takes several passes, None where
    all of it is.
    """

    plan: Plan
    facts: Mapping[str, str]
    full_scan: bool
    writable: frozenset[str]
    accounts: UnitAccounts | None = None
    standing: tuple[Notice, ...] = ()
    told: tuple[Notice, ...] = ()
    lost: tuple[Problem, ...] = ()
    first: FirstSync | None = None
    keeps: KeptPublication | None = None
    open_clocks: OpenClocks | None = None
    acting: PassActions = field(default_factory=PassActions)
    owed: OwedLook = field(default_factory=OwedLook)
    part: PlanPart | None = None

    @property
    def writes(self) -> Sequence[Change]:
        """Return what this pass writes of the plan."""
        return self.plan.changes if self.part is None else self.part.now.in_order()

    def settled(self) -> Iterator[TicketState]:
        """Yield what is to be remembered of the tickets that this pass does not write."""
        yield from self.plan.unchanged
        yield from (set_aside(one, self.plan.at) for one in self.plan.unreadable)
        if self.part is not None:
            yield from self.part.left(self.plan)

    def report(self) -> RunReport:
        """Return the report of a pass before its first write, with what the first sync has done."""
        plan, report = self.plan, RunReport() if self.first is None else self.first.report
        report.examined += plan.examined + len(plan.unreadable)
        report.unchanged += len(plan.unchanged)
        report.full_scan |= self.full_scan
        report.failed += plan.unreadable
        report.notes += plan.notes
        report.standing += self.standing
        report.told += self.told
        return report


def planned(selection: Selection, now: Instant, of_pass: Sequence[Notice], owed: OwedLook) -> Plan:
    """Return what the pass would do, with what it has to tell of itself."""
    return Plan(
        at=now,
        changes=selection.changes.in_order(),
        unchanged=selection.unchanged.in_order(),
        gone=tuple(sorted(selection.gone)),
        unreadable=tuple(selection.unreadable[key] for key in sorted(selection.unreadable)),
        notes=(*(one.text for one in of_pass), *selection.notes()),
        letters=owed.letters,
    )


def field_notices(selection: Selection, writable: frozenset[str]) -> Iterator[Notice]:
    """Yield what a pass has to tell of output fields that the helpdesk lacks."""
    if not writable:
        yield Notice(key=FIELDS, text="the helpdesk has none of the output fields yet: run `sla-bridge setup`")
    elif selection.missing:
        names = ", ".join(sorted(selection.missing))
        text = f"the helpdesk has no field {names}: run `sla-bridge setup`; the others are written"
        yield Notice(key=FIELDS, text=text)
