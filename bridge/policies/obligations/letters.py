"""The letters that are due because an obligation is not kept yet: of each period the one of the latest point that has some."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from bridge.decisions import Action
from bridge.files.addresses import is_address
from bridge.policies.actions.owed_variables import OwedFacts, owed_values
from bridge.policies.actions.params import LANGUAGES, WhenRead, letter_params, recipients_of
from bridge.policies.agreement.actions import CURATOR, MANAGER, ActionDefinition
from bridge.policies.obligations.model import Owed
from bridge.policies.obligations.overview import Obligations
from bridge.policies.obligations.periods import name_of
from bridge.tickets import Instant


class CuratorNow(NamedTuple):
    """Who is in charge of a customer today; empty where nobody is known."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class OwedLetters:
    """Letters that are due, those whose time ends first first, and what was left out."""

    actions: tuple[Action, ...] = ()
    warnings: tuple[str, ...] = field(default=())


def owed_letters(
    found: Obligations, in_charge: Callable[[str], CuratorNow], addresses: Mapping[str, str]
) -> OwedLetters:
    """Return the letters that are due at the span's instant, each under a key of its own for ever.

    `in_charge` tells whose customer one is by his key, `addresses` are those of people inside by the words for them.
    """
    desk = _Desk(in_charge, addresses)
    due = sorted((one for one in found.rows if one.reached), key=lambda one: one.due_at)
    actions = tuple(action for one in due for action in desk.letters(one))
    return OwedLetters(actions, tuple(dict.fromkeys(desk.warnings)))


@dataclass(slots=True)
class _Desk:
    """For whom letters are made."""

    in_charge: Callable[[str], CuratorNow]
    addresses: Mapping[str, str]
    warnings: list[str] = field(default_factory=list)

    def letters(self, owed: Owed) -> Iterator[Action]:
        """Yield the letters of the latest point that has some."""
        reached = next((one for one in reversed(owed.reached) if one.point.actions), None)
        if reached is not None:
            made = (self._letter(one, owed, reached.at) for one in reached.point.actions)
            yield from (one for one in made if one is not None)

    def _letter(self, action: ActionDefinition, owed: Owed, at: Instant) -> Action | None:
        charged = self.in_charge(owed.customer)
        to = self._recipients(action, owed, charged)
        if not to:
            return None
        facts = OwedFacts(
            title=owed.definition.title,
            customer=owed.name or owed.customer,
            paper=owed.paper,
            period=name_of(owed.first, owed.last, owed.definition.every),
            at_least=owed.at_least,
            count=owed.count or 0,
            left_seconds=owed.left_seconds or 0,
            last_day=owed.last_day,
            curator=charged.name,
        )
        return Action(
            key=f"{action.id}:{_mark(owed)}",
            id=action.id,
            kind=action.kind,
            params=WhenRead(lambda: {"to": to, **letter_params(action, partial(owed_values, facts), LANGUAGES)}),
            not_before=at,
            not_after=owed.due_at,
        )

    def _recipients(self, action: ActionDefinition, owed: Owed, charged: CuratorNow) -> list[str]:
        known = {CURATOR: charged.email, MANAGER: self.addresses.get(MANAGER, "")}

        def address_of(recipient: str) -> str:
            address = known.get(recipient, recipient)
            return address if is_address(address) else ""

        to, missing = recipients_of(action, address_of)
        self.warnings += [f"the action {action.id} is left out: {self._lacking(one, owed)}" for one in missing]
        return to

    @staticmethod
    def _lacking(recipient: str, owed: Owed) -> str:
        if recipient == MANAGER:
            return "bridge.yaml has no address for manager"
        return f"nobody knows the address of the curator of the customer {owed.customer}"


def _mark(owed: Owed) -> str:
    """Return what tells this period of this obligation from all others, without a name standing in a key."""
    told = [owed.obligation, owed.customer, owed.paper, owed.term.value, owed.first.isoformat()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:20]
