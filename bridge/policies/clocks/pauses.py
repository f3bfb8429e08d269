"""When clocks stand still: the pauses of one plan, followed through a ticket's history."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.policies.agreement.facts import Facts
from bridge.policies.clocks.deadlines import FOREVER, PausedSpan
from bridge.policies.clocks.plans import PausePlan
from bridge.policies.history.timeline import AGENT_RESPONSE, CREATION, CUSTOMER_MESSAGE, STATUS_EVENT, Step
from bridge.tickets import Event, Instant


@dataclass(slots=True, eq=False)
class PauseTrack:
    """The union of a plan's pauses so far. A pause lasts while its condition holds.

    One that waits for the customer ends with his message all the same, and begins again only with a new status event, with
    a later answer of an agent, or when the condition comes to hold anew. A declared `resume` event ends every pause so.
    """

    plan: PausePlan
    spans: list[PausedSpan] = field(default_factory=list)
    open_since: Instant | None = None
    label: str = ""
    holding: int = 0
    """The pauses whose condition holds, each as its bit in the plan."""
    _released: int = 0

    def follow(self, step: Step, changed: int, events: Sequence[Event], facts: Facts) -> None:
        """Take in one step. At one step a pause comes before a resumption, so a message of the customer wins.

        While nothing holds (`holding`), only changes that the conditions read need to be followed.
        """
        plan = self.plan
        if changed & plan.reads:
            before, holding = self.holding, 0
            for bit, test in plan.tests:
                if test(facts):
                    holding |= bit
            self.holding = holding
            self._released &= ~(before ^ holding)
        if self.holding and step.happened & plan.wakes:
            self._release(step, events, facts)
        if self.holding & ~self._released:
            if self.open_since is None:
                self.open_since = step.at
                self.label = facts.status.name
        elif self.open_since is not None:
            self.spans.append(PausedSpan(self.open_since, step.at, self.label))
            self.open_since = None

    def _release(self, step: Step, events: Sequence[Event], facts: Facts) -> None:
        plan = self.plan
        mask = step.happened
        released = 0
        # The message that opens the ticket is no answer to anything that was asked.
        if mask & CUSTOMER_MESSAGE and not mask & CREATION:
            released = plan.until_customer_message
        if mask & plan.resume.events and plan.resume.matches(step, events, facts):
            released = plan.every
        if not mask & (STATUS_EVENT | AGENT_RESPONSE):
            released |= self._released
        self._released = released

    def since(self, start: Instant, first: int) -> list[PausedSpan]:
        """Return the pauses from number `first` on as far as they lie after `start`; one still open ends never."""
        spans = self.spans[first:]
        if spans and spans[0].start < start:
            spans[0] = PausedSpan(start, spans[0].end, spans[0].label)
        if self.open_since is not None:
            spans.append(PausedSpan(max(self.open_since, start), FOREVER, self.label))
        return spans


def union(spans: Sequence[PausedSpan]) -> list[PausedSpan]:
    """Return the spans ordered and joined where they overlap or touch; the earlier label stands."""
    joined: list[PausedSpan] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            before = joined[-1]
            joined[-1] = PausedSpan(before.start, max(before.end, span.end), before.label)
        else:
            joined.append(span)
    return joined


def ended(spans: Sequence[PausedSpan], at: Instant) -> list[PausedSpan]:
    """Return the spans as they look to a clock that stopped at `at`: none reaches beyond it."""
    return [PausedSpan(start, min(end, at), label) for start, end, label in spans if start < at]
