"""What a pass does for actions beside deciding them: it declares them, lets the helpdesk go on with what is left, and tells what
people have to know.

With actions off, or a policy that has none, nothing of this costs a request.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from bridge.errors import HelpdeskError, HelpdeskRefused, HelpdeskUnavailable
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.writing import ListedAction
from bridge.sync.action_notices import listing_notices, not_declared, not_run
from bridge.sync.memory.declared import ACTED, DECLARED, UNDER_WAY, YES, LastDeclaration, UnderWay
from bridge.sync.memory.state import SqliteState
from bridge.sync.notices import Notice, remembered, renewed
from bridge.sync.planned.offers import LISTED, Offers
from bridge.sync.planned.offers import UNDER_WAY as STATES_UNDER_WAY
from bridge.sync.watch import LISTED_ACTIONS
from bridge.sync.writer import Writer
from bridge.tickets import Instant

AGAIN_SECONDS = 600
"""How old a declaration may become: nothing else shows that somebody switched the helpdesk's own switch off and on again."""

_LIST_SECONDS = 3600
"""How often people's decisions on what is listed are looked for."""

_LISTED_AT_MOST = 1000
_ON_THEIR_WAY = ("accepted", "sending")
"""Asked for beside what people have to know: while one is, the next pass asks again."""
_WRONG_KEY, _CANNOT = 401, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLimits:
    """How much actions may do, by bridge.yaml; `first_run` is what a pass may begin with until one has ever run."""

    per_day: int
    per_ticket_per_day: int
    first_run: int

    @property
    def declared(self) -> dict[str, int]:
        """Return those that the helpdesk keeps to."""
        return {"per_day": self.per_day, "per_ticket_per_day": self.per_ticket_per_day}


Kinds = Callable[[], Mapping[str, str]]
"""Gives the policy's actions, kinds by ids; this loads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassActions:
    """What a pass knows of actions: what is declared, what is offered of each decision (None: nothing), and whether tickets that
    were passed over have to be looked at again."""

    declared: LastDeclaration | None = None
    offers: Offers | None = None
    resumed: bool = False

    def join(self, offers: Offers | None) -> None:
        """Take over what others have noted of tickets."""
        if self.offers is not None and offers is not None:
            self.offers.join(offers)

    def notices(self) -> tuple[Notice, ...]:
        """Return what stands in the way of actions."""
        trouble = "" if self.declared is None else self.declared.trouble
        return (not_declared(trouble),) if trouble else ()

    def facts(self) -> dict[str, str]:
        """Return what is remembered of it."""
        return {} if self.declared is None else {DECLARED: self.declared.stored()}


@dataclass(frozen=True, slots=True)
class Actions:
    """Looks after actions; without `limits` they are off, without `kinds` there are none."""

    state: SqliteState
    limits: ActionLimits | None
    kinds: Kinds | None
    basis: str

    @property
    def have_acted(self) -> bool:
        """Return whether an action has ever run, as far as is remembered."""
        return self.state.fact(ACTED) == YES

    def acting(self, helpdesk: Helpdesk, now: Instant, *, waits: bool = False) -> PassActions:
        """Return what is declared, told to the helpdesk where that is new; who only looks tells nothing. With `waits` nothing is
        offered yet.

        Raises HelpdeskError where it does not answer at all.
        """
        last = LastDeclaration.remembered(self.state.fact(DECLARED))
        declared = self._declared(helpdesk, last, now)
        if declared is None or self.limits is None or not declared.actions or declared.trouble:
            return PassActions(declared=declared)
        # What came due while nothing could be declared has been passed over.
        resumed = last is not None and bool(last.trouble) and any(one < last.at for one in declared.since.values())
        offers = Offers(since=declared.since, waits=waits)
        return PassActions(declared=declared, offers=offers, resumed=resumed)

    def _declared(self, helpdesk: Helpdesk, last: LastDeclaration | None, now: Instant) -> LastDeclaration | None:
        if self.limits is None or self.kinds is None:
            return self._taken_back(helpdesk, last, now)
        known = last is not None and last.basis == self.basis and last.limits == self.limits.declared
        if last is not None and known:
            fresh = not last.trouble and 0 <= now - last.at < AGAIN_SECONDS
            if self.state.read_only or not last.actions or fresh:
                return last
            wanted = last.actions
        else:
            wanted = self.kinds()
        following = LastDeclaration(at=now, basis=self.basis, actions=wanted, limits=self.limits.declared)
        if self.state.read_only:
            before = {} if last is None else last.since
            return replace(following, since={one: before[one] for one in wanted if one in before})
        if not wanted and (last is None or not last.actions):
            return following
        return _told(helpdesk, following)

    def _taken_back(self, helpdesk: Helpdesk, last: LastDeclaration | None, now: Instant) -> LastDeclaration | None:
        """Declare nothing, once, where something had been declared."""
        if last is None or not last.actions or self.state.read_only:
            return None
        told = _told(helpdesk, LastDeclaration(at=now, basis=self.basis, limits=last.limits))
        # Where the key may not even do that, nothing can be carried out either.
        return replace(told, trouble="")

    def told_before(self) -> Iterator[Notice]:
        """Yield what was listed last, as it is remembered."""
        if self.limits is not None:
            known = remembered(self.state.fact("notices"))
            yield from (one.notice for one in known if one.notice.key in LISTED_ACTIONS)

    def carried_out(self, helpdesk: Helpdesk, acting: PassActions, writer: Writer, told_before: str) -> dict[str, str]:
        """Let the helpdesk go on with what is under way, decide those tickets anew for which something was done, and list what
        people have to know; return what to remember, with the notices that take the place of those `told_before`.
        """
        offers, happened, now = acting.offers, writer.happened, writer.selector.now
        if offers is None:
            return {}
        last = UnderWay.remembered(self.state.fact(UNDER_WAY)) or UnderWay()
        ran = happened.under_way or offers.under_way or last.left
        trouble = _ran(helpdesk, writer) if ran else None
        looks = ran or happened.listed or offers.listed or _is_over(last.listed_at, now)
        found = _listed(helpdesk) if looks and trouble is None else None
        if isinstance(found, Notice):
            trouble, found = found, None
        notices = () if found is None else listing_notices(found)
        left = happened.under_way or trouble is not None or any(one.state in STATES_UNDER_WAY for one in found or ())
        listed_at = last.listed_at if found is None else now if notices else None
        facts = {UNDER_WAY: UnderWay(left=left, listed_at=listed_at).stored()}
        if happened.acted or offers.acted:
            facts[ACTED] = YES
        if happened.stale and acting.declared is not None:
            # Known no longer: the next pass declares it again.
            facts[DECLARED] = replace(acting.declared, at=0).stored()
        if trouble is not None or found is not None:
            standing = notices if trouble is None else (trouble,)
            told, facts["notices"] = renewed(told_before, LISTED_ACTIONS, standing, now)
            writer.report.renew(LISTED_ACTIONS, standing, told)
        return facts


def _told(helpdesk: Helpdesk, wanted: LastDeclaration) -> LastDeclaration:
    """Declare; return since when each action is switched on, or why none is carried out."""
    try:
        found = helpdesk.declare_actions(wanted.actions, wanted.limits)
    except HelpdeskUnavailable as error:
        if error.status != _CANNOT:
            raise
        return replace(wanted, trouble=error.message)
    except HelpdeskRefused as error:
        if error.status == _WRONG_KEY:
            raise
        return replace(wanted, trouble=_REMEDIES.get(error.status, error.message))
    return replace(wanted, since=dict(found.since), trouble="" if found.on or not wanted.actions else _SWITCHED_OFF)


_SWITCHED_OFF = "the companion plugin's own switch is off; tick `Carry out actions` in the plugin's instance"
_REMEDIES = {
    403: "the key lacks the scope act; add act to this key's line in the plugin's instance",
    404: "the helpdesk lacks the feature actions; update the companion plugin: sla-bridge plugin install",
}


def _ran(helpdesk: Helpdesk, writer: Writer) -> Notice | None:
    """Let the helpdesk go on, and write anew what follows; return what was in the way of going on."""
    happened = writer.happened
    try:
        run = helpdesk.run_actions()
    except HelpdeskError as error:
        # Deadlines are worth more: the pass is remembered, and the next one asks again.
        return not_run(error.message)
    happened.under_way = run.left > 0
    moved = [one.ticket for one in run.outcomes if happened.take(one.ticket, [one]) and one.ticket is not None]
    # What was accepted and is not there any more went because somebody had been quicker.
    writer.anew(moved if run.left else [*moved, *sorted(happened.accepted)])
    return None


def _listed(helpdesk: Helpdesk) -> tuple[ListedAction, ...] | Notice:
    try:
        return tuple(islice(helpdesk.actions((*LISTED, *_ON_THEIR_WAY)), _LISTED_AT_MOST))
    except HelpdeskError as error:
        return not_run(error.message)


def _is_over(listed_at: Instant | None, now: Instant) -> bool:
    return listed_at is not None and now - listed_at >= _LIST_SECONDS
