"""One pass: select what may have changed, decide it, compare, guard, write, remember.

The engine is level-triggered: it makes the output fields equal to what follows from the inputs, however it got behind.
A write is bound to the revision that was decided on, so a person's edit in between is never overwritten, and repeating
a pass changes nothing.
"""

import json
import logging
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from itertools import chain

from bridge.errors import CursorGone, Problem
from bridge.policies.telling.reach import EVER, OpenClocks
from bridge.protocols.accounting import Accountant, Booked
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import ChangePage
from bridge.protocols.writing import Ownership
from bridge.sync.actions import ActionLimits, Actions, Kinds, PassActions
from bridge.sync.clock import pass_time
from bridge.sync.feed import Feed
from bridge.sync.first_sync import BELOW, FirstSync, under_way
from bridge.sync.guards import Guards, check_first_run, check_levels, check_names
from bridge.sync.memory.archive import Archive
from bridge.sync.memory.facts import NEVER, SCANNED_AT
from bridge.sync.memory.journal import Journal
from bridge.sync.memory.published import clocks_fact
from bridge.sync.memory.rolling import ROLLING, rollout_progress
from bridge.sync.memory.state import SqliteState
from bridge.sync.memory.sweep_round import SWEEP
from bridge.sync.notices import Notice, with_told
from bridge.sync.owed import OwedSource, OwedWarnings
from bridge.sync.rollout import Rollout
from bridge.sync.screens import PUBLISHED, Screens, troubles_in
from bridge.sync.select import Decide, Selector
from bridge.sync.shown import ShownSource, nobody_counts
from bridge.sync.survey import Survey, field_notices, planned
from bridge.sync.sweep import Sweep
from bridge.sync.units import UnitAccounts
from bridge.sync.watch import FIELDS, Watch, Watched
from bridge.sync.writer import ROUNDS, RunReport, Writer
from bridge.tickets import Instant

__all__ = ["COUNTED", "Decide", "Engine", "PassOptions", "RunReport", "Survey"]

log = logging.getLogger("sla_bridge.sync")

COUNTED = "counted"
"""What the fact `units` says once a full scan has counted what tickets take."""

Progress = Callable[[int], None]
"""Is told how many tickets have been written since it was told last."""


def _silent(_: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOptions:
    """How a pass behaves. `everything` also reads tickets closed before the installation; with `due_dates` osTicket's own due
    date is set; `actions` are carried out within limits, None: not at all. Of the tickets that get something new although nobody
    touched them, `rollout` are written in a pass, None: all of them."""

    ownership: Mapping[str, Ownership] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)
    due_dates: bool = False
    actions: ActionLimits | None = None
    rollout: int | None = None
    everything: bool = False
    allow_mass_change: bool = False
    allow_shrink: bool = False
    allow_lost_names: bool = False
    allow_clock_leap: bool = False
    allow_first_run: bool = False


@dataclass(slots=True)
class Engine:
    """Joins a helpdesk, a memory and a decision.

    `basis` stands for policy, calendars, catalogue and registry: when it moves, every open ticket is decided anew.
    `local_clock` gives this host's POSIX time, only to notice skew. `accountant` decides in the place of `decide` where the
    policy counts units of entitlement; full scans then read every ticket, closed ones too. `watched` is the configuration whose
    standing troubles are told, `shown` gives what the helpdesk's screens show, `kinds` the actions that it declares; `journal` is
    put down before anything is written, and so is in `archive` what cycles that are over were decided by. `policy` gives the
    digest of the policy in force, None where `basis` stands for it alone; `owed` gives what the agreement owes again and again.
    """

    helpdesk: Helpdesk
    state: SqliteState
    decide: Decide
    _: KW_ONLY
    basis: str
    local_clock: Callable[[], float]
    options: PassOptions = field(default_factory=PassOptions)
    accountant: Accountant | None = None
    watched: Watched | None = None
    shown: ShownSource | None = None
    kinds: Kinds | None = None
    journal: Journal | None = None
    archive: Archive | None = None
    policy: Callable[[], str] | None = None
    owed: OwedSource | None = None

    @property
    def feed(self) -> Feed:
        """Return what walks the feed of changes."""
        return Feed(self.helpdesk, self.state)

    @property
    def actions(self) -> Actions:
        """Return what looks after actions."""
        return Actions(self.state, self.options.actions, self.kinds, self.basis)

    @property
    def screens(self) -> Screens:
        """Return what looks after the helpdesk's screens."""
        return Screens(self.state, self.shown)

    @property
    def rollout(self) -> Rollout:
        """Return what divides large plans into passes."""
        most = None if self.options.everything else self.options.rollout
        return Rollout(self.state, most, self.policy or (lambda: self.basis))

    @property
    def sweep(self) -> Sweep:
        """Return what looks at tickets again that no feed tells of."""
        guards = None if self.options.allow_shrink else self.options.guards
        # What every ticket takes is counted together, so nothing can be spread.
        whole = self._counts_units(full=True)
        return Sweep(helpdesk=self.helpdesk, state=self.state, guards=guards, whole=whole)

    @property
    def watch(self) -> Watch:
        """Return what looks after standing troubles."""
        return Watch(self.state, self.watched)

    def sync(self, progress: Progress = _silent) -> RunReport:
        """Make a whole pass; return what was done. Raises what `begin`, `survey` and `apply` raise."""
        return self.apply(self.survey(self.begin(progress)), progress)

    def begin(self, progress: Progress = _silent) -> FirstSync | None:
        """Write the open tickets of a helpdesk that has not been read whole yet, page by page; return what was done, None
        where there is nothing to do before the ordinary pass. What is done is remembered: a pass that ends before its time is
        taken up by the next one, where the configuration is still the same.

        Raises what `survey` raises, and GuardRefused when names of the policy have vanished meanwhile.
        """
        if self.options.everything or self._counts_units(full=True) or not under_way(self.state):
            return None
        page, gone_cursor = self.feed.first_page()
        now, _ = self._time(page.server_time)
        writable, vocabulary = self.watch.known_to(self.helpdesk, page.meta_rev)
        self._guard_names(self.watch.lost(vocabulary))
        # Told by the pass that completes the first sync; remembered so that one whose sources went or came begins anew.
        *_, notices = self.watch.notices(vocabulary, (), (), 0)
        acting = self.actions.acting(self.helpdesk, now, waits=True)
        facts = self._facts(page, now, writable) | acting.facts()
        facts |= {"vocabulary": vocabulary.stored(), "notices": notices}
        # What an earlier part has written may be of another policy by now: one that led in between.
        anew = gone_cursor or self._moved(page) or self.state.fact(SCANNED_AT) == NEVER
        clocks = self.screens.open_clocks(page, anew=anew or self.state.fact(BELOW) is None)
        # The first page names what is published, and nobody knows yet what the tickets behind it need.
        facts |= self.screens.published(self.helpdesk, page.published, clocks and OpenClocks(oldest=EVER), now)
        first = FirstSync(
            self.state,
            self._selector(now, writable, clocks, acting),
            mass_change=self.options.allow_mass_change,
            journal=self.journal,
            progress=progress,
        )
        first.run(
            self.feed.pages(page), lambda below: self.helpdesk.newest(open_only=True, below=below), facts, anew=anew
        )
        return first

    def survey(self, first: FirstSync | None = None, *, whole: bool = False) -> Survey:
        """Return the plan of a pass without writing anything anywhere; `first` is what the first sync did before. With `whole`
        the plan of a roll-out that is under way has all tickets that wait, not only those that are next.

        Raises HelpdeskError when the helpdesk cannot be read, GuardRefused when it is another one or shows too little,
        and StateUnusable when its clock went back.
        """
        page, gone_cursor = self.feed.first_page()
        try:
            return self._surveyed(page, first, gone_cursor=gone_cursor, whole=whole)
        except CursorGone as error:
            # In the middle of the feed: what was read of it so far is no longer known to be all.
            log.warning("cursor_gone", extra={"reason": str(error)})
            return self._surveyed(self.feed.pinned(self.helpdesk.changes(None)), first, gone_cursor=True, whole=whole)

    def _surveyed(self, page: ChangePage, first: FirstSync | None, *, gone_cursor: bool, whole: bool) -> Survey:
        now, clocks = self._time(page.server_time)
        writable, vocabulary = self.watch.known_to(self.helpdesk, page.meta_rev)
        lost = self.watch.lost(vocabulary)
        acting = self.actions.acting(self.helpdesk, now)
        rollout, sweep = self.rollout, self.sweep
        anew = gone_cursor or self.options.everything or self._moved(page) or sweep.outdated(now) or acting.resumed
        full = anew or (whole and rollout.under_way)
        selector = self._selector(now, writable, self.screens.open_clocks(page, anew=full), acting)
        if first is not None:
            selector.selection, selector.open_clocks = first.met, first.selector.open_clocks
            acting.join(first.selector.offers)
        selector.accounts = accounts = self._unit_accounts(selector, full=full)
        last = page
        for last in self.feed.pages(page):
            selector.take(last.items)
        # Where the cursor is gone, nothing tells what somebody touched.
        touched = array("q", () if gone_cursor else selector.selection.changes)
        next_ones: Sequence[int] = ()
        if full:
            sweep.scan(selector, open_only=not self.options.everything)
        elif first is None:
            swept = sweep.slices(selector, now)
            selector.fetch_listed(next_ones := rollout.next())
        due = [one for one in self.state.due(now) if not selector.selection.has_met(one)]
        # What a full scan did not show is closed; pages of open tickets would not show it either.
        selector.fetch_all(due, pages=not full)
        if accounts is not None:
            self._catch_up(selector, accounts)
        selection = selector.selection
        if first is not None:
            first.report.failed = [one for one in first.report.failed if not selection.has_met(one.id)]
        # What single tickets showed is shown by none where none was looked at.
        unseen = selection.empty and writable and first is None
        of_fields = self.watch.before(FIELDS) if unseen else field_notices(selection, writable)
        of_pass = (*clocks, *of_fields, *self.screens.troubles())
        facts = self._facts(page, now, writable) | {"cursor": last.cursor} | acting.facts()
        owed = OwedWarnings(self.state, self.owed).around(self.basis, accounts, acting.offers, now)
        of_actions = (*acting.notices(), *self.actions.told_before(), *owed.notices)
        standing, told, kept = self.watch.notices(vocabulary, lost, (*of_pass, *of_actions), now)
        facts |= {"vocabulary": vocabulary.stored(), "notices": kept, **owed.facts}
        plan = planned(selection, now, of_pass, owed)
        part = rollout.part(plan, touched) if full and not under_way(self.state) else None
        if full:
            facts |= self._facts_of_scan(now, counted=accounts is not None) | {ROLLING: rollout.begun(part)}
        elif first is None:
            facts |= {SWEEP: sweep.end(swept, selector), ROLLING: rollout.went_on(plan, next_ones)}
        return Survey(
            plan=plan,
            part=part,
            facts=facts,
            full_scan=full,
            writable=writable,
            accounts=accounts,
            standing=standing,
            told=told,
            lost=lost,
            first=first,
            keeps=page.published,
            open_clocks=selector.open_clocks,
            acting=acting,
            owed=owed,
        )

    def _facts(self, page: ChangePage, now: Instant, writable: frozenset[str]) -> dict[str, str]:
        """Return what is remembered of the helpdesk as a pass has met it."""
        route = {} if self.helpdesk.route is None else {"route": self.helpdesk.route}
        return route | {
            "basis": self.basis,
            "cursor": page.cursor,
            "instance_id": page.instance_id,
            "meta_rev": page.meta_rev,
            "server_time": str(now),
            "writable": json.dumps(sorted(writable)),
            **self.screens.facts(page),
        }

    def _facts_of_scan(self, now: Instant, *, counted: bool) -> dict[str, str]:
        units = {"units": COUNTED if counted else ""} if counted or self.state.fact("units") else {}
        return {SCANNED_AT: str(now), SWEEP: "", **units}

    def apply(self, survey: Survey, progress: Progress = _silent) -> RunReport:
        """Write the plan and remember it; return what was done. Raises GuardRefused before anything is written.

        Nothing is remembered unless everything was answered: after a failure in the middle the next pass selects the same
        tickets again, and finds those already written as they should be.
        """
        plan = survey.plan
        self._guard_names(survey.lost)
        if not self.options.allow_mass_change:
            permitted = self.rollout.permitted()
            check_levels(plan, self.options.guards, known=lambda: self.state.pressing()["open"], permitted=permitted)
        self._guard_first_run(survey)
        report = survey.report()
        selector = self._selector(plan.at, survey.writable, survey.open_clocks, survey.acting)
        selector.accounts = survey.accounts
        writer = Writer(
            selector=selector,
            report=report,
            gone=set(plan.gone),
            progress=progress,
            journal=self.journal,
        )
        if survey.full_scan and plan.changes:
            # From here on the helpdesk may hold a part of this plan. If the pass ends before its time, the next one reads
            # everything again, also when the configuration has been turned back to what is remembered.
            self.state.commit(facts={SCANNED_AT: NEVER})
        counts = survey.accounts
        counted = (nobody_counts, nobody_counts) if counts is None else (counts.spent, counts.kept)
        published = self.screens.published(self.helpdesk, survey.keeps, survey.open_clocks, plan.at, *counted)
        facts = {**survey.facts, **published, **clocks_fact(survey.open_clocks)}
        writer.write(survey.writes)
        facts |= survey.owed.offer(self.helpdesk, writer, facts["notices"])
        facts |= self.actions.carried_out(self.helpdesk, survey.acting, writer, facts["notices"])
        report.gone = len(writer.gone)
        report.actions = writer.happened.counts
        booked = self._booked(survey.accounts, writer, survey) if survey.accounts is not None else None
        remember = chain(survey.settled(), writer.remember.walk())
        for notice in troubles_in(published.get(PUBLISHED)):
            if notice not in report.standing:
                report.standing.append(notice)
                report.told.append(notice)
                facts["notices"] = with_told(facts["notices"], notice, plan.at)
        facts |= {"passed": str(selector.now)}
        self.state.commit(facts=facts, tickets=remember, gone=sorted(writer.gone), booked=booked)
        report.rollout = rollout_progress(self.state)
        if self.journal is not None:
            self.journal.end()
            report.run = self.journal.run
        return report

    def _booked(self, accounts: UnitAccounts, writer: Writer, survey: Survey) -> Booked:
        """Return the accounts as they are after writing, when people may have edited tickets meanwhile."""
        for ticket_id in writer.gone:
            accounts.forget(ticket_id)

        def still_open() -> frozenset[int]:
            now = {one.id: one.open for one in chain(survey.settled(), writer.remember.walk())}
            now |= dict.fromkeys(writer.gone, False)
            return frozenset(one for one in chain(self.state.open_ids(), now) if now.get(one, True))

        return accounts.booked(accounts.outdated(still_open), survey.plan.at)

    def _guard_names(self, lost: Sequence[Problem]) -> None:
        if not self.options.allow_lost_names:
            check_names(lost)

    def _guard_first_run(self, survey: Survey) -> None:
        limits, offers = self.options.actions, survey.acting.offers
        if limits is not None and offers is not None and not self.options.allow_first_run:
            check_first_run(survey.plan, limits.first_run, acted=offers.acted or self.actions.have_acted)

    def _counts_units(self, *, full: bool) -> bool:
        """Return whether this pass counts units: one that reads everything where the policy does, another where that was done."""
        return self.accountant is not None and (self.accountant.counts if full else self.state.fact("units") == COUNTED)

    def _unit_accounts(self, selector: Selector, *, full: bool) -> UnitAccounts | None:
        """Return the accounts of this pass, None when the policy counts nothing."""
        if self.accountant is None or not self._counts_units(full=full):
            return None
        accounts = UnitAccounts(self.accountant, self.state, anew=full)
        if full:
            accounts.count(self.helpdesk.tickets(open_only=False), lambda: selector.now)
        return accounts

    def _catch_up(self, selector: Selector, accounts: UnitAccounts) -> None:
        """Decide the tickets anew whose counts this pass has changed; what people edit meanwhile changes more."""
        for _ in range(ROUNDS):
            selector.decide_again(accounts.outdated(lambda: selector.selection.open_among(self.state.open_ids())))

    def _selector(
        self, now: Instant, writable: frozenset[str], clocks: OpenClocks | None, acting: PassActions
    ) -> Selector:
        return Selector(
            helpdesk=self.helpdesk,
            decide=self.decide,
            since=now,
            due_dates=self.options.due_dates,
            ownership=self.options.ownership,
            writable=writable,
            open_clocks=clocks,
            offers=acting.offers,
            archive=self.archive,
        )

    def _moved(self, page: ChangePage) -> bool:
        """Return whether what every decision rests on is another than is remembered."""
        return (
            self.state.fact("basis") != self.basis
            # A renamed status, or a field that was added or taken away: no ticket's revision moves by it.
            or self.state.fact("meta_rev") != page.meta_rev
            # A source went or came back, and nothing else has moved.
            or self.watch.sources_moved()
            or self.screens.moved(page)
        )

    def _time(self, server_time: Instant) -> tuple[Instant, tuple[Notice, ...]]:
        """Return the pass's instant, and what is odd about the clocks."""
        last = int(self.state.fact("server_time") or server_time)
        leaps = self.options.allow_clock_leap
        return pass_time(server_time, last=last, host=self.local_clock(), allow_leap=leaps)
