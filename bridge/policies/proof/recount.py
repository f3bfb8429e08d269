"""Deadlines of whole decisions counted a second time (BX-8)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bridge.decisions import Clock, Decision
from bridge.policies.agreement.policy import Policy
from bridge.policies.calendar.amounts import Amount
from bridge.policies.proof.second_counter import Pause, SecondCounter
from bridge.tickets import Instant, format_instant

_PROMISE = "promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A deadline that the two counters do not agree on; instants are POSIX seconds."""

    ticket: str
    metric: str
    cycle: int
    decided: Instant
    counted: Instant

    def __str__(self) -> str:
        return (
            f"ticket {self.ticket}: {self.metric} cycle {self.cycle} is due {format_instant(self.decided)} by the engine"
            f" and {format_instant(self.counted)} by the second counter; please report it with the ticket's receipt"
        )


class Auditor:
    """Counts the deadlines of decisions anew; one counter a calendar is kept."""

    def __init__(self, policy: Policy) -> None:
        self._counters: Mapping[str, SecondCounter] = {
            name: SecondCounter(calendar.definition, calendar.files) for name, calendar in policy.calendars.items()
        }
        self.clocks = 0

    def audit(self, decision: Decision) -> Iterator[Disagreement]:
        """Yield the deadlines of a decision with receipts that come out differently.

        Dates promised by hand, clocks without a deadline and cycles of earlier policies have nothing to count.
        """
        for clock in decision.clocks:
            counter = self._counters.get(clock.calendar)
            if counter is None or clock.due_at is None or not clock.receipt or clock.target == _PROMISE:
                continue
            self.clocks += 1
            counted = counter.due(clock.started_at, Amount.parse(clock.target), pauses=pauses_before_deadline(clock))
            if counted != clock.due_at:
                yield Disagreement(
                    ticket=decision.number,
                    metric=clock.metric,
                    cycle=clock.cycle,
                    decided=clock.due_at,
                    counted=counted,
                )


def pauses_before_deadline(clock: Clock) -> list[Pause]:
    """Return the pauses of a clock that began before its deadline, joined where one line follows another."""
    joined: list[Pause] = []
    for line in clock.receipt:
        if line.reason != "pause" or line.start >= (clock.due_at or line.start):
            continue
        if joined and joined[-1][1] == line.start:
            joined[-1] = (joined[-1][0], line.end)
        else:
            joined.append((line.start, line.end))
    return joined
