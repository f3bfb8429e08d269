"""What a configuration owes its customers again and again, with what kept it: closed tickets, lists of events, counters."""

from collections.abc import Iterable

from pydantic import ValidationError

from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.deciding import addresses_of, takings_of
from bridge.customers import Taking
from bridge.policies.agreement.obligations import FromEvents
from bridge.policies.obligations.editions import obligations_in
from bridge.policies.obligations.from_tickets import counts_tickets, evidence_from
from bridge.policies.obligations.letters import CuratorNow, OwedLetters, owed_letters
from bridge.policies.obligations.model import NO_EVIDENCE
from bridge.policies.obligations.overview import Obligations, obligations_of
from bridge.policies.obligations.owed import Span
from bridge.policies.obligations.periods import day_at
from bridge.policies.units.usage import Usage
from bridge.tickets import Instant, faults_told, ticket_adapter


class KeptTickets:
    """Snapshots looked at for what they keep, one by one; `takings` are their bookings."""

    def __init__(self, configuration: Configuration, now: Instant) -> None:
        self._configuration, self._now = configuration, now
        self._usage = Usage(configuration.policy, configuration.catalogue)
        self.needed = counts_tickets(obligations_in(configuration.policy))
        self.takings: list[Taking] = []

    def take(self, line: bytes) -> str:
        """Take in a snapshot; return why that cannot be done, empty where it can."""
        if not self.needed:
            return ""
        try:
            ticket = ticket_adapter().validate_json(line)
        except ValidationError as error:
            return f"what it keeps of the obligations is not counted: {faults_told(error)}"
        self.takings += takings_of(self._configuration, self._usage, ticket, self._now)
        return ""


def obligations_at(
    configuration: Configuration, span: Span, takings: Iterable[Taking] | None, *, customer: str | None = None
) -> Obligations | None:
    """Return the obligations of a span, or those towards the customer of that key alone; None where the agreement has none.

    `takings` are what tickets keep, None where nobody has counted that.
    """
    obligations = obligations_in(configuration.policy)
    if not obligations:
        return None
    load = configuration.registry_load
    if load is None:
        return Obligations(obligations=obligations, span=span, complete=False)
    definitions = [one.counted_at(span.now) for one in obligations]
    evidence = {
        one.id: load.events.get(one.counted_from.events, NO_EVIDENCE)
        for one in definitions
        if isinstance(one.counted_from, FromEvents)
    }
    if takings is not None:
        evidence |= evidence_from(definitions, takings)
    complete = load.registry.health.complete
    return obligations_of(obligations, load.registry.customers, evidence, span, customer=customer, complete=complete)


def obligations_around(
    configuration: Configuration, now: Instant, takings: Iterable[Taking] | None
) -> Obligations | None:
    """Return the obligations whose periods the day of an instant lies in, by the days of each one's own calendar."""
    editions = (each.definition for one in obligations_in(configuration.policy) for each in one.editions)
    days = [day_at(one.calendar, now) for one in editions]
    return obligations_at(configuration, Span(min(days), max(days), now), takings) if days else None


def letters_about(configuration: Configuration, found: Obligations) -> OwedLetters:
    """Return the letters that are due by the obligations, to whoever is in charge of each customer on that day."""
    load = configuration.registry_load
    if load is None:
        return OwedLetters()
    registry, now = load.registry, found.span.now

    def in_charge(key: str) -> CuratorNow:
        customer = registry.customer(key)
        charged = registry.curators.answer(customer.curator if customer else "", now, registry.description.zone)
        return CuratorNow(charged.name, charged.email)

    return owed_letters(found, in_charge, addresses_of(configuration.settings) or {})
