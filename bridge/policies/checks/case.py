"""What a check looks at: one ticket with the registry's answer, the catalogue and the deciding instant."""

from collections.abc import Iterable, Mapping
from datetime import date

from bridge.customers import Category, Certificate, Customer, Licence, Presence, RegistryAnswer
from bridge.fields import AGENT_INPUTS
from bridge.policies.agreement.facts import Facts
from bridge.policies.checks.catalogue import Catalogue, Product, folded
from bridge.policies.checks.validity import day_of, in_force
from bridge.tickets import FieldValue, Instant, Ticket

NOBODY = Customer(id="")
"""Stands in a case for the customer whom the registry does not name: he holds nothing."""

_NOTHING: Mapping[str, FieldValue] = {}
_STAFFS = frozenset(one.name for one in AGENT_INPUTS)


class Case:
    """One ticket with all that the checks may look at. One case serves all checks of a ticket: `judge_at` moves it.

    `at` is the deciding instant. `fields` are the customer's inputs by name, `inputs` what agents set, empty where no
    history vouches that it was an agent (AG-3). `options` are those of the policy's checks by kind. `gives_back`: while the
    check that is asked is to count no units of the ticket.
    """

    __slots__ = (
        "_day",
        "_facts",
        "_licences",
        "_product",
        "at",
        "catalogue",
        "customer",
        "fields",
        "gives_back",
        "inputs",
        "now",
        "options",
        "registry",
        "ticket",
    )

    def __init__(
        self,
        ticket: Ticket,
        registry: RegistryAnswer,
        catalogue: Catalogue,
        *,
        now: Instant,
        fields: Mapping[str, FieldValue] | None = None,
        facts: Facts | None = None,
        options: Mapping[str, object] | None = None,
    ) -> None:
        """Take the ticket's inputs from `fields`; without them from `facts`, without both from the ticket itself."""
        self.ticket = ticket
        self.registry = registry
        self.customer = registry.customer or NOBODY
        self.catalogue = catalogue
        if fields is None and facts is not None:
            fields = facts.fields
        self.inputs = _NOTHING if fields is None else fields
        self.fields = ticket.fields if fields is None else fields
        self.options: Mapping[str, object] = {} if options is None else options
        self.now = now
        self.gives_back = False
        self._facts = facts
        self._licences: tuple[Licence, ...] | None = None
        self.at = ticket.created_at
        self._day: date | None = None
        self._product: tuple[str | None, Product | None] | None = None

    def judge_at(self, instant: Instant) -> None:
        """Make `instant` the deciding one."""
        if instant != self.at:
            self.at = instant
            self._day = None

    def stated(self, name: str) -> str:
        """Return the text of a ticket's field, empty when it says nothing."""
        value = self.fields.get(name)
        if value is None or value is False:
            return ""
        return value.strip() if isinstance(value, str) else str(value)

    @property
    def day(self) -> date:
        """The deciding instant's day in the registry's zone."""
        if self._day is None:
            self._day = day_of(self.at, self.registry.zone)
        return self._day

    @property
    def catalogue_day(self) -> date:
        """The deciding day in the catalogue's zone."""
        zone = self.catalogue.zone
        return self.day if zone == self.registry.zone else day_of(self.at, zone)

    @property
    def product_id(self) -> str | None:
        """The product that the ticket is about; None when nothing tells."""
        return (self._product or self._find_product())[0]

    @property
    def product(self) -> Product | None:
        """The same product in the catalogue; None also when it is not listed there."""
        return (self._product or self._find_product())[1]

    def _find_product(self) -> tuple[str | None, Product | None]:
        # Found when a check asks for it: most tickets of a customer who comes again have no check that does.
        text = self.stated("product") or self._only_product()
        known = self._product_id(text) if text else None
        self._product = (known, self.catalogue.products.get(known) if known is not None else None)
        return self._product

    @property
    def silent_since(self) -> date | None:
        """The day of the last copy of a registry that does not answer now, in its zone; None while it answers."""
        registry = self.registry
        return day_of(registry.as_of, registry.zone) if registry.stale and registry.as_of is not None else None

    def held_at_silence(self, one: Licence | Certificate) -> bool:
        """Return whether it was in force at the last copy of a registry that is silent: it may be renewed by now (EL-11)."""
        copied = self.silent_since
        return copied is not None and in_force(one, copied)

    @property
    def product_name(self) -> str:
        """The product's name for people: the catalogue's id where it is listed, else the customer's own words."""
        if self.product is not None:
            return self.product.id
        return self.stated("product") or (self.product_id or "").removeprefix("?")

    @property
    def licences(self) -> tuple[Licence, ...]:
        """His licences of the ticket's product, and unreadable ones: damage in the registry never counts against him."""
        if self._licences is None:
            self._licences = tuple(
                one
                for one in self.customer.licences
                if self.covers(one.product) or (one.unreadable and not one.product)
            )
        return self._licences

    def covers(self, product: str) -> bool:
        """Return whether a registry's word for a product means the ticket's product."""
        return self._product_id(product) == self.product_id

    @property
    def facts(self) -> Facts:
        """What conditions may look at: the facts of the replay at `now`, or without one the ticket as it stands."""
        if self._facts is None:
            ticket, customer = self.ticket, self.registry.customer
            silent = "" if self.registry.presence is not Presence.NOT_FOUND else Category.UNREGISTERED.value
            self._facts = Facts(
                ticket=ticket,
                at=self.now,
                status=ticket.status,
                department=ticket.department,
                topic=ticket.topic,
                priority=ticket.priority,
                assignee=ticket.assignee,
                # Nothing vouches here that an agent set what only agents set (AG-3).
                fields=self.inputs or {name: value for name, value in self.fields.items() if name not in _STAFFS},
                closed=ticket.closed_at is not None,
                registry=self.registry,
                category=silent if customer is None else customer.category.value,
            )
        return self._facts

    def _product_id(self, text: str) -> str:
        return self.catalogue.id_of(text) or "?" + folded(text)

    def _only_product(self) -> str:
        """Return the product of the licence whose number the customer gave, else his only one; of several none is guessed."""
        number = folded(self.stated("registration_number"))
        held = self.customer.licences
        named = _products(one for one in held if folded(one.number) == number) if number else set()
        chosen = named or _products(held)
        return chosen.pop() if len(chosen) == 1 else ""


def _products(licences: Iterable[Licence]) -> set[str]:
    return {one.product for one in licences}
