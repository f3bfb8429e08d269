"""Guard rails by proportion: a typo in a policy or an empty source must not rewrite a whole helpdesk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.errors import GuardRefused, Problem
from bridge.sync.planned.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """Shares in percent of the open tickets; both hold only from `minimum` tickets on."""

    level_change_percent: int = 30
    shrink_percent: int = 30
    minimum: int = 10


def check_levels(plan: Plan, guards: Guards, *, known: Callable[[], int], permitted: int = 0) -> None:
    """Raise GuardRefused when the plan moves too many tickets that have a level to another one, beyond those that are `permitted`
    since a roll-out began.

    The share is that of the open tickets, `known` or seen now: thousands of closed ones must not make it look small. They are
    counted only where something moves, for an idle pass must not take the longer the more of them there are.
    """
    moved = sum(change.changes_level for change in plan.changes) - permitted
    if moved <= 0:
        return
    seen = sum(change.remember.open for change in plan.changes) + sum(one.open for one in plan.unchanged)
    base = max(known(), seen, moved)
    if base >= guards.minimum and moved * 100 > guards.level_change_percent * base:
        raise GuardRefused(
            f"{moved} of {base} tickets would change their level, more than {guards.level_change_percent} %",
            hint="Look at `sla-bridge plan`; if this is what you want, run `sla-bridge sync --allow-mass-change`",
        )


def check_source(*, known: int, seen: int, guards: Guards) -> None:
    """Raise GuardRefused when a full scan finds far fewer of the known open tickets than there were."""
    missing = known - seen
    if known >= guards.minimum and missing * 100 > guards.shrink_percent * known:
        raise GuardRefused(
            f"the helpdesk shows only {seen} of the {known} open tickets known here, more than"
            f" {guards.shrink_percent} % are missing",
            hint="Is this the right helpdesk, and does the key see all departments? If they are really gone, run"
            " `sla-bridge sync --allow-shrink`",
        )


def check_names(lost: Sequence[Problem]) -> None:
    """Raise GuardRefused when names that the policy compares with have vanished from the helpdesk: `lost` says which."""
    if lost:
        raise GuardRefused(
            f"names of the policy have vanished from the helpdesk: {'; '.join(map(str, lost))}",
            hint="Correct the policy; if it is right as it is, run `sla-bridge sync --allow-lost-names`",
        )


def check_first_run(plan: Plan, first_run: int, *, acted: bool) -> None:
    """Raise GuardRefused when no action has ever run, and the plan has more than `first_run` of them."""
    count = 0 if acted else plan.acts
    if count > first_run:
        raise GuardRefused(
            f"{count} actions would be carried out, more than {first_run}, and none ever was before",
            hint="Read them with `sla-bridge plan`; if this is what you want, run `sla-bridge sync --allow-first-run`",
        )


def check_expected(plan: Plan, expected: str | None) -> None:
    """Raise GuardRefused when somebody expects another plan than this one; None expects nothing."""
    # The digest of a large plan is not for nothing.
    if expected is not None and plan.digest != expected:
        raise GuardRefused(
            f"the plan is not the expected one: {len(plan.changes)} ticket(s) would change, plan {plan.digest}",
            hint="Tickets or files have changed since; read `sla-bridge plan` again, and give its digest",
        )
