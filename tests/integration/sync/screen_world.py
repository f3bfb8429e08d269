"""A world whose agreement is a real one, and whose screens are looked after."""

from bridge.connectors.sandbox import publications
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.telling.digests import digest_of
from bridge.policies.telling.standing import rests_on, standing_of
from tests.integration.sync.world import HOUR, World

DAY = 24 * HOUR
AGREEMENT = """\
policy: sample
title: {ru: Пример, en: Sample}
defaults: {calendar: week, at_risk: 75%}
levels: {standard: {title: Standard, targets: {first_response: 8h, resolution: 90wd}}}
rules: [{id: all, level: standard}]
"""
WEEK = b"{id: week, zone: Europe/Moscow, week: {mon-fri: 09:00-18:00}, holidays: {ru-production: true}}"


def agreement(*changes):
    text = AGREEMENT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return compile_policy({"policies/p.yaml": text.encode(), "calendars/week.yaml": WEEK}).policy


PLAIN = agreement()


class Source:
    """Gives the policy and what customers hold, and knows whether it has. `roll` gives the customers, None: there are none."""

    def __init__(self, policy, *, loaded, phrases=(), roll=None):
        self.loaded, self._policy, self.phrases, self._roll = loaded, policy, phrases, roll
        self.looked = 0

    @property
    def policy(self):
        self.loaded = True
        return self._policy

    def standing_rests_on(self, now, spent):
        zone, digest = (None, "") if self._roll is None else (self._roll.zone, repr(self._roll))
        return rests_on(self.policy, EMPTY_CATALOGUE, now=now, roll=digest, zone=zone, spent=spent)

    def standing(self, now, spent, kept):
        self.looked += 1
        return standing_of(self.policy, EMPTY_CATALOGUE, now=now, roll=self._roll, spent=spent)


class ScreenWorld(World):
    """A world with a real agreement, whose screens are looked after."""

    agreement = PLAIN
    source = None
    roll = None
    phrases = ()

    def _engine(self, state, **changed):
        def decided(ticket, now):
            return decide(ticket, self.source.policy, now=now)

        self.decide = decided
        engine = super()._engine(state, **changed)
        basis = digest_of([self.agreement.digest, repr(self.roll), self.phrases])
        # As `sync` does it: a configuration that has moved is loaded at once.
        loaded = state.fact("basis") != basis
        self.source = Source(self.agreement, loaded=loaded, phrases=self.phrases, roll=self.roll)
        engine.basis, engine.shown = basis, self.source
        return engine

    @property
    def kept(self):
        return publications.latest(self.sandbox.store)

    def detail(self, ticket):
        return self.snapshot(ticket).bridge.detail

    def forget(self):
        self.sandbox.store.row("DELETE FROM published")
