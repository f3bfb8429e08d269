"""Tickets with ten-event histories and what the registry says about them, in two kinds.

*Repeating*: fifty customers with one product and one version, over and over; memories of the code help as much as they can.
*Differing*: a customer, a product, a registration number and a version of its own for each ticket; no memory helps.
Only names that every commit has are used here: the tickets' and the customers'.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bridge.customers import Category, Certificate, Customer, Licence, Presence, RegistryAnswer
from bridge.tickets import Actor, Event, EventKind, Instant, Reference, Requester, Source, Ticket

TICKETS = 2_000
CHUNK = 50
"""Tickets that one side decides before it is the other's turn."""
EVENTS = 10
NOW = 1_795_600_000
DAY = 86_400
PRODUCTS = 500
"""In the catalogue for differing customers."""

Pair = tuple[Ticket, RegistryAnswer]

OPEN = {"id": 1, "name": "Open", "state": "open"}
WAITING = {"id": 6, "name": "Waiting for the customer", "state": "open"}
CLOSED = {"id": 3, "name": "Closed", "state": "closed"}
SUPPORT = {"id": 1, "name": "Support"}
DEVELOPMENT = {"id": 2, "name": "Development"}

SMALL_CATALOGUE = "products:\n  agro: {title: {ru: Агро, en: Agro}, latest: 3.0.52.35}\n"


def large_catalogue() -> str:
    """Return the YAML of a catalogue whose products have version families."""
    products = (
        f"  product-{one}:\n"
        f"    title: {{ru: Программа {one}, en: Program {one}}}\n"
        f"    latest: 3.0.99.0\n"
        f'    families: [{{id: "3.0", from: 3.0, below: 3.1, minimum: 3.0.60}}]\n'
        for one in range(PRODUCTS)
    )
    return "zone: Europe/Moscow\nproducts:\n" + "".join(products)


def version_of(number: int) -> str:
    """Return the version that only this ticket states; four in ten are outdated."""
    return f"3.0.{50 + number % 25}.{number}"


def _events(dice: random.Random, created: Instant) -> Iterator[Event]:
    """Ten events as a desk makes them: talk, a status or two, a note, sometimes a transfer or a closing."""
    start = {"status": OPEN, "department": SUPPORT, "topic": None, "priority": {"id": 2, "name": "Normal"}}
    yield Event(at=created, kind=EventKind.CREATED, actor=Actor.CUSTOMER, source=Source.WEB, after=start)
    yield Event(at=created, kind=EventKind.MESSAGE, actor=Actor.CUSTOMER, source=Source.WEB)
    at, status = created, OPEN
    for number in range(EVENTS - 2):
        at += dice.randrange(600, DAY)
        kind = dice.choice(("note", "response", "message", "status", "assigned", "response"))
        if number == EVENTS - 3 and dice.random() < 0.4:
            yield Event(at=at, kind=EventKind.CLOSED, actor=Actor.AGENT, before=status, after=CLOSED)
        elif kind == "status":
            before, status = status, WAITING if status is OPEN else OPEN
            yield Event(at=at, kind=EventKind.STATUS, actor=Actor.AGENT, before=before, after=status)
        elif number == 4 and dice.random() < 0.1:
            yield Event(at=at, kind=EventKind.DEPARTMENT, actor=Actor.AGENT, before=SUPPORT, after=DEVELOPMENT)
        else:
            actor = Actor.CUSTOMER if kind == "message" else Actor.AGENT
            yield Event(at=at, kind=EventKind(kind), actor=actor, source=Source.WEB)


def repeating(count: int = TICKETS) -> list[Pair]:
    """Return tickets of fifty customers, the same ones on every run."""
    dice = random.Random(7)
    answers = [
        _answer(number, product="agro", category=Category.COMMERCIAL if number % 3 else Category.NONCOMMERCIAL)
        for number in range(50)
    ]
    made = []
    for number in range(count):
        created = NOW - dice.randrange(2 * DAY, 12 * DAY)
        events = tuple(_events(dice, created))
        last = next((one.after for one in reversed(events) if one.kind in ("status", "closed")), OPEN)
        moved = any(one.kind is EventKind.DEPARTMENT for one in events)
        ticket = Ticket(
            id=number,
            number=str(100_000 + number),
            rev=f"r{number}",
            created_at=created,
            closed_at=events[-1].at if last is CLOSED else None,
            source=Source.WEB,
            subject="The VAT report shows a wrong sum",
            body="Since the last update the report shows a wrong sum. Open it, choose a quarter, press Build.",
            status=Reference(**last),
            department=Reference(**(DEVELOPMENT if moved else SUPPORT)),
            priority=Reference(id=2, name="Normal"),
            requester=Requester(id=number, name="A. Customer", email=f"a{number}@customer.example"),
            fields={
                "product": "agro",
                "product_version": "3.0.52.35",
                "platform_version": "8.3.24",
                "registration_number": f"R{number % 50}",
                "sla_set_critical": None,
                "sla_set_level": None,
            },
            events=events,
        )
        made.append((ticket, answers[number % 50]))
    return made


def differing(pairs: list[Pair], first: int) -> list[Pair]:
    """Return the tickets of `pairs` with the customers, products and versions number `first` and following."""
    return [(_own(ticket, number), _answer(number)) for number, (ticket, _) in enumerate(pairs, first)]


def _own(ticket: Ticket, number: int) -> Ticket:
    fields = {
        "product": f"Program {number % PRODUCTS}",
        "product_version": version_of(number),
        "registration_number": f"R{number}",
    }
    requester = replace(ticket.requester, email=f"buh@farm{number}.example")
    return replace(ticket, id=number, requester=requester, fields=dict(ticket.fields) | fields)


def _answer(number: int, *, product: str | None = None, category: Category = Category.COMMERCIAL) -> RegistryAnswer:
    product = product or f"product-{number % PRODUCTS}"
    customer = Customer(
        id=f"C{number}",
        name=f"Customer {number}",
        category=category,
        licences=(Licence(product=product, number=f"R{number}", valid_until=date(2030, 1, 1)),),
        certificates=(
            Certificate(number=f"S{number}", valid_from=date(2025, 1, 1), valid_until=date(2027, number % 12 + 1, 1)),
        ),
    )
    return RegistryAnswer(
        presence=Presence.FOUND,
        customer=customer,
        matched_by="registration_number",
        as_of=NOW - 600,
        zone="Europe/Moscow",
    )
