"""The closed lists of how a clock ends and why it stands where it stands. Nothing else may appear in a decision."""

from enum import StrEnum

from bridge.decisions import ClockState

END_STATES = frozenset({ClockState.MET, ClockState.MISSED, ClockState.CANCELLED})
"""A clock in one of these never changes again."""

STATE_ORDER = (
    ClockState.OVERDUE,
    ClockState.AT_RISK,
    ClockState.RUNNING,
    ClockState.PAUSED,
    ClockState.MISSED,
    ClockState.MET,
)
"""The ticket's state is the first of these that one of its clocks is in, and `none` without any."""

STATE_RANK = {state: rank for rank, state in enumerate((ClockState.NONE, ClockState.CANCELLED, *reversed(STATE_ORDER)))}
"""How bad each state is."""


class Cause(StrEnum):
    """Why a clock was cancelled, missed or breached, where its own deadline does not say it all."""

    CLOSED_UNANSWERED = "closed_unanswered"
    """The ticket was closed while somebody still waited for an answer."""
    CLOSED = "closed"
    """The ticket was closed and what the clock measured ended with it."""
    TARGET_CHANGED = "target_changed"
    """A new level, priority or promised date put the deadline into the past; time alone had not."""
    PAUSE_ENDED = "pause_ended"
    """The deadline came in the pause, as a promised date can, or in the second in which it began; then the clock went on."""
    LEVEL_CHANGED = "level_changed"
    """The ticket entered a level that demands a fresh reaction, so a new cycle took over."""
    NO_TARGET = "no_target"
    """The ticket moved to where the agreement sets no target for this metric."""
    NOT_APPLICABLE = "not_applicable"
    """The clock's own condition ceased to hold."""
    RESET = "reset"
    """A declared event started the measurement anew."""
    CONDITION = "condition"
    """A declared event cancelled the clock."""
    MERGED = "merged"
    """The ticket was merged into another one."""
    DELETED = "deleted"
    """The ticket was deleted."""
    IMPORTED = "imported"
    """The ticket came in already closed, out of another system."""
    HISTORY_UNSEEN = "history_unseen"
    """The clock began before the ticket's history is known: nobody saw whether it was paused, moved or closed since."""
