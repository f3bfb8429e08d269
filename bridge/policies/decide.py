"""The decision: one ticket, one policy, one instant in; level, verdict, clocks, state, reason and fields out.

Pure: no clock, no network, no files; the same inputs give the same bytes.
"""

from functools import partial

from bridge.customers import NO_REGISTRY, Category, RegistryAnswer
from bridge.decisions import ClockState, CustomerView, Decision, Support, SupportVerdict
from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE, Catalogue
from bridge.policies.checks.eligibility import Judgement, assessor, registry_turns
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.in_force import Regime, Rulebook, RuleInForce
from bridge.policies.clocks.receipt import ledger_of
from bridge.policies.clocks.replay import Replay
from bridge.policies.clocks.verdicts import Verdicts, conclude
from bridge.policies.history.reading import read_history
from bridge.policies.history.timeline import AGENT_RESPONSE, Timeline
from bridge.policies.outcome.fields import project, standing_category
from bridge.policies.outcome.reason import NOT_YET, hole, reason
from bridge.tickets import Instant, Ticket

_LANGUAGES = frozenset({"ru", "en"})


class Engine:
    """A policy made ready to decide many tickets. Holds nothing of any ticket."""

    __slots__ = ("_metrics", "_titles", "policy", "rulebook")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.rulebook = Rulebook(policy)
        self._metrics = frozenset(plan.metric for plan in self.rulebook.metrics)
        self._titles: dict[str, Title] = {
            clock.metric: clock.title for revision in policy.revisions for clock in revision.clocks
        }

    def decide(
        self, ticket: Ticket, now: Instant, registry: RegistryAnswer, catalogue: Catalogue, *, receipts: bool
    ) -> Decision:
        """Return the decision on the ticket at `now`; see `decide` below."""
        policy = self.policy
        category = standing_category(registry, ticket.bridge.fields)
        if now < ticket.created_at:
            return self._not_yet(ticket, now, category, registry)
        timeline = read_history(ticket, now, policy.agent_inputs)
        facts = Facts(
            ticket=ticket,
            at=ticket.created_at,
            registry=registry,
            category=category.value if category is not None else "",
            **timeline.initial,
        )
        opened = self.rulebook.regimes[self.rulebook.at(timeline.last_opened_at())]
        judged = None
        if self.rulebook.looks_at_checks:
            timeline.play(facts, now)
            judged = self._judge(ticket, registry, catalogue, opened, timeline, facts, now)
            facts.checks = judged[0].checks
            timeline.rewind(facts)
        replay = Replay(self.rulebook, timeline, facts)
        replay.run(now, imported=ticket.imported)
        if judged is None:
            judged = self._judge(ticket, registry, catalogue, opened, timeline, facts, now)
        (support, _, checks_change), shown = judged
        ledger = partial(ledger_of, created_at=ticket.created_at, language=policy.language) if receipts else None
        verdicts = conclude(replay.lanes, ticket.bridge.cycles, now, ledger=ledger)
        for instant in (checks_change, *registry_turns(registry, support, ticket.created_at)):
            if instant is not None and instant > now:
                verdicts.expect(instant)
        choice = _governing(replay, verdicts, opened)
        holes = self._holes(choice, verdicts, facts)
        state = verdicts.state
        sentence = reason(
            level=choice.tier.level.title if choice else None,
            state=state,
            clocks=verdicts.clocks,
            titles=self._titles,
            holes=holes,
            support=shown,
            language=policy.language,
        )
        level = choice.tier.id if choice else None
        return Decision(
            ticket_id=ticket.id,
            number=ticket.number,
            at=now,
            level=level,
            rule=choice.rule.id if choice else None,
            rule_at=choice.rule.at if choice else None,
            support=support,
            customer=_customer(category, registry),
            clocks=tuple(verdicts.clocks),
            state=state,
            reason=sentence,
            due_at=verdicts.due_at(),
            next_change_at=verdicts.next_change_at,
            fields=project(
                level=level,
                state=state,
                verdicts=verdicts,
                metrics=self._metrics,
                support=support,
                certificate_check=opened.certificate_check,
                reason=sentence,
                category=category,
                registry=registry,
            ),
            actions=tuple(verdicts.actions),
            policy_digest=policy.digest,
            warnings=(*timeline.warnings, *holes),
        )

    def _judge(
        self,
        ticket: Ticket,
        registry: RegistryAnswer,
        catalogue: Catalogue,
        regime: Regime,
        timeline: Timeline,
        facts: Facts,
        now: Instant,
    ) -> tuple[Judgement, Support]:
        """Return the judgement in the ticket's language, and its verdict in the policy's. The facts are those at `now`."""
        replies: tuple[Instant, ...] = ()
        if regime.wants_replies:
            replies = tuple(step.at for step in timeline.steps if step.mask & AGENT_RESPONSE)
        assess = assessor(catalogue, regime.checks).assess
        own = self.policy.language
        language = ticket.language if ticket.language in _LANGUAGES else own
        judged = assess(ticket, registry, now=now, language=language, replies=replies, facts=facts)
        shown = judged.support
        if language != own:
            shown = assess(ticket, registry, now=now, language=own, replies=replies, facts=facts).support
        return judged, shown

    def _holes(self, choice: RuleInForce | None, verdicts: Verdicts, facts: Facts) -> tuple[str, ...]:
        """Return a sentence for each metric that the level measures but not for these facts."""
        if choice is None or not choice.tier.gaps or facts.closed:
            return ()
        running = {cycle.plan.metric for cycle in verdicts.active}
        return tuple(
            hole(
                choice.tier.level.title,
                self._titles[metric],
                facts.priority.name if facts.priority else "",
                self.policy.language,
            )
            for metric in choice.tier.holes(facts)
            if metric not in running and metric in self._titles
        )

    def _not_yet(self, ticket: Ticket, now: Instant, category: Category | None, registry: RegistryAnswer) -> Decision:
        return Decision(
            ticket_id=ticket.id,
            number=ticket.number,
            at=now,
            level=None,
            rule=None,
            rule_at=None,
            support=Support(verdict=SupportVerdict.UNKNOWN),
            customer=_customer(category, registry),
            clocks=(),
            state=ClockState.NONE,
            reason=NOT_YET.text(self.policy.language),
            due_at=None,
            next_change_at=ticket.created_at,
            fields={},
            policy_digest=self.policy.digest,
        )


def _customer(category: Category | None, registry: RegistryAnswer) -> CustomerView:
    customer = registry.customer
    return CustomerView(
        id=customer.id if customer is not None else None, category=category, curator=registry.curator or None
    )


def _governing(replay: Replay, verdicts: Verdicts, opened: Regime) -> RuleInForce | None:
    """Return the rule that gives the ticket its level: the one behind the newest open cycle, else the one by the rules that
    were in force when the ticket was last opened."""
    active = verdicts.active
    if active:
        newest = active[0] if len(active) == 1 else max(active, key=_start)
        return newest.regime.choice
    return replay.choice_under(opened)


def _start(cycle: Cycle) -> Instant:
    return cycle.start


_ENGINES: list[Engine] = []
_ENGINES_KEPT = 8


def engine_of(policy: Policy) -> Engine:
    """Return the policy's engine, the same one for the same object."""
    for engine in _ENGINES:
        if engine.policy is policy:
            return engine
    engine = Engine(policy)
    _ENGINES.insert(0, engine)
    del _ENGINES[_ENGINES_KEPT:]
    return engine


def decide(
    ticket: Ticket,
    policy: Policy,
    *,
    now: Instant,
    registry: RegistryAnswer = NO_REGISTRY,
    catalogue: Catalogue | None = None,
    receipts: bool = False,
) -> Decision:
    """Return what the policy says about the ticket at `now`.

    Events after `now` are not seen, so a past instant shows what would have been decided then. With `receipts` each clock
    carries its ledger. Raises CalendarError where a deadline lies beyond the horizon of its calendar.
    """
    return engine_of(policy).decide(
        ticket, now, registry, EMPTY_CATALOGUE if catalogue is None else catalogue, receipts=receipts
    )


def facts_at(
    ticket: Ticket, policy: Policy, *, now: Instant, registry: RegistryAnswer = NO_REGISTRY
) -> tuple[Timeline, Facts]:
    """Return the ticket's timeline, and the ticket as conditions see it at `now`, its checks left out."""
    timeline = read_history(ticket, now, policy.agent_inputs)
    category = standing_category(registry, ticket.bridge.fields)
    facts = Facts(
        ticket=ticket,
        at=ticket.created_at,
        registry=registry,
        category=category.value if category is not None else "",
        **timeline.initial,
    )
    timeline.play(facts, now)
    return timeline, facts


def facts_of(
    ticket: Ticket,
    policy: Policy,
    *,
    now: Instant,
    registry: RegistryAnswer = NO_REGISTRY,
    catalogue: Catalogue = EMPTY_CATALOGUE,
) -> tuple[Regime, Facts]:
    """Return the rules in force for the ticket, and the ticket as they see it at `now`, checks included."""
    rulebook = engine_of(policy).rulebook
    timeline, facts = facts_at(ticket, policy, now=now, registry=registry)
    regime = rulebook.regimes[rulebook.at(timeline.last_opened_at())]
    replies = tuple(step.at for step in timeline.steps if step.mask & AGENT_RESPONSE)
    judged = assessor(catalogue, regime.checks).assess(
        ticket, registry, now=now, language=policy.language, replies=replies, facts=facts
    )
    facts.checks = judged.checks
    return regime, facts
