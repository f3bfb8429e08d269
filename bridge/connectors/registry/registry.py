"""The registry in memory: one look-up for a ticket, whatever the number of customers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bridge.connectors.registry import keys
from bridge.connectors.registry.all_rows import AllRows
from bridge.connectors.registry.curators import Curators
from bridge.connectors.registry.customers import join_held, join_rows
from bridge.connectors.registry.description import MatchKey, RegistryFile
from bridge.connectors.registry.doubts import Doubts
from bridge.connectors.registry.key_indexes import KeyIndex, candidates
from bridge.connectors.registry.rows import CustomerRow
from bridge.connectors.registry.ticket_customers import TicketCustomers
from bridge.customers import NO_REGISTRY, Customer, HeldPapers, Presence, RegistryAnswer, Tracked
from bridge.tickets import Instant, Ticket

_REMEMBERED = 50_000
"""Customers kept ready; the others are read again when somebody asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How far the registry's files can be trusted.

    `complete` when every source gave data, `stale` when one did not or served from its last good copy; `stale_from` is
    the instant from which the data is too old by the description.
    """

    complete: bool
    stale: bool
    as_of: Instant | None
    stale_from: Instant | None
    tracks: frozenset[Tracked]
    source: str = ""


@dataclass(slots=True)
class CustomerRegistry:
    """Answers who a ticket's customer is. Never raises: what cannot be known is in the answer.

    `loaded_at` is the instant whose day decides the curator in charge, where the caller of `lookup` names none.
    """

    description: RegistryFile
    health: Health
    rows: AllRows
    indexes: Mapping[MatchKey, KeyIndex]
    curators: Curators
    loaded_at: Instant
    ticket_customers: Sequence[TicketCustomers] = ()
    doubts: Doubts = field(default_factory=Doubts)
    _customers: dict[str, Customer] = field(default_factory=dict)
    _answers: dict[tuple[str, MatchKey], RegistryAnswer] = field(default_factory=dict)
    _blank: RegistryAnswer = NO_REGISTRY
    _known: RegistryAnswer = NO_REGISTRY
    _missing: RegistryAnswer = NO_REGISTRY
    _day: date = date.min
    _at: Instant | None = None

    def lookup(self, ticket: Ticket, *, now: Instant | None = None) -> RegistryAnswer:
        """Return what the registry knows about the ticket's requester.

        Keys are tried in the declared order; the first that matches anything decides, and several matches are
        ambiguous. Not found is only said by a complete registry that is up to date, or was when the ticket already
        existed, and in which no damaged row could be the requester's.
        """
        self._turn_to(self.loaded_at if now is None else now)
        return self._by_key(ticket) or self._by_its_own_fields(ticket) or self._nobody(ticket)

    def customer(self, customer_id: str) -> Customer | None:
        """Return a customer by his id."""
        known = self._customers.get(customer_id)
        if known is None:
            rows = self._rows(customer_id)
            if not rows:
                return None
            if len(self._customers) >= _REMEMBERED:
                self._customers.clear()
                self._answers.clear()
            known = self._customers[customer_id] = join_rows(customer_id, rows, self.description.default_category)
        return known

    def customers(self) -> Iterator[Customer]:
        """Yield every customer of the files, in their order."""
        for customer_id in self.rows.owners():
            yield join_rows(customer_id, self._rows(customer_id), self.description.default_category)

    def held(self, customer_id: str) -> HeldPapers:
        """Return the certificates and contracts of a customer alone, for whoever asks for those of very many."""
        return join_held(self._rows(customer_id))

    def __len__(self) -> int:
        return len(self.rows)

    def _rows(self, customer_id: str) -> list[CustomerRow]:
        return [source.row(index) for source, index in self.rows.of(customer_id)]

    def _turn_to(self, at: Instant) -> None:
        """Set the day whose curators and the age that answers have; both seldom change between look-ups."""
        if at == self._at:
            return
        today = datetime.fromtimestamp(at, ZoneInfo(self.description.zone)).date()
        old = self.health.stale_from is not None and at >= self.health.stale_from
        stale = self.health.stale or old
        if today != self._day or stale != self._blank.stale:
            self._answers.clear()
        self._at, self._day = at, today
        self._blank = RegistryAnswer(
            presence=Presence.UNKNOWN,
            as_of=self.health.as_of,
            stale=stale,
            source=self.health.source,
            zone=self.description.zone,
            tracks=self.health.tracks,
        )
        self._known = replace(self._blank, stale_from=None if stale else self.health.stale_from)
        self._missing = replace(self._known, presence=Presence.NOT_FOUND)

    def _by_key(self, ticket: Ticket) -> RegistryAnswer | None:
        for key in self.description.match:
            text = self._text(ticket, key)
            found = self.indexes[key].get(text) if text else None
            if isinstance(found, str):
                return self._found(found, key)
            if found is not None:
                named = candidates(found)
                return replace(self._known, presence=Presence.AMBIGUOUS, candidates=named, matched_by=key.value)
        return None

    def _by_its_own_fields(self, ticket: Ticket) -> RegistryAnswer | None:
        for source in self.ticket_customers:
            customer = source.customer(ticket, self.description.default_category)
            if customer is not None:
                # As fresh as the ticket, and knowing what its fields hold.
                tracks = source.source.columns.tracks()
                blank = replace(self._blank, as_of=None, stale=False, source=source.name, tracks=tracks)
                return self._answer(blank, customer, source.source.kind)
        return None

    def _nobody(self, ticket: Ticket) -> RegistryAnswer:
        if not len(self.rows) and not (self.ticket_customers and self.health.complete):
            return NO_REGISTRY
        # Data that stopped at some instant cannot know who came later.
        too_old = self._blank.stale and ticket.created_at > (self.health.as_of or 0)
        if too_old or not self.health.complete:
            return self._blank
        # A damaged row may be his: what cannot match because it cannot be read says nothing about anybody.
        if self.doubts and self.doubts.could_be({key: self._text(ticket, key) for key in MatchKey}):
            return self._known
        return self._missing

    def _found(self, customer_id: str, key: MatchKey) -> RegistryAnswer:
        customer = self.customer(customer_id)
        known = self._answers.get((customer_id, key))
        if known is None or known.customer is not customer:
            known = self._answers[(customer_id, key)] = self._answer(self._known, customer, key.value)
        return known

    def _answer(self, blank: RegistryAnswer, customer: Customer | None, matched_by: str) -> RegistryAnswer:
        named = customer.curator if customer is not None else ""
        charged = self.curators.answer(named, self._at or self.loaded_at, self.description.zone)
        usual = self.curators.find(named)
        return replace(
            blank,
            presence=Presence.FOUND,
            customer=customer,
            matched_by=matched_by,
            curator=charged.name,
            curator_email=charged.email,
            curator_until=charged.until,
            absent_curator=usual.person.name if usual is not None and usual.person.name != charged.name else "",
        )

    def _text(self, ticket: Ticket, key: MatchKey) -> str:
        """Return what the ticket offers for a key, normalised as the index is; empty for nothing."""
        requester = ticket.requester
        if key is MatchKey.REGISTRATION_NUMBER:
            value = ticket.fields.get(self.description.registration_field)
            return keys.number_key(str(value)) if value else ""
        if key is MatchKey.ORGANIZATION:
            return keys.name_key(requester.organization.name) if requester.organization is not None else ""
        if key is MatchKey.EMAIL:
            return keys.email_key(requester.email)
        return keys.domain_key(requester.email.rpartition("@")[2])
