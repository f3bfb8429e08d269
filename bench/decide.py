"""How many tickets `decide` judges a second: the shipped policy, histories of ten events, one core, ledger off.

Run `python -m bench.decide`. Tickets are judged in small chunks and each chunk's best round counts, so that other work on the
machine counts little.
`checks` is the whole decision; `clocks` the same policy without its eligibility checks.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bridge.customers import Category, Certificate, Customer, Licence, Presence, RegistryAnswer
from bridge.files.types import Title
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.catalogue import Catalogue, Product
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.tickets import Actor, Event, EventKind, Instant, Reference, Requester, Source, Ticket

CONFIG = Path(__file__).resolve().parent.parent / "config"
TICKETS = 2_000
EVENTS = 10
ROUNDS = 40
CHUNK = 50
NOW = 1_795_600_000
DAY = 86_400

OPEN = {"id": 1, "name": "Open", "state": "open"}
WAITING = {"id": 6, "name": "Waiting for the customer", "state": "open"}
CLOSED = {"id": 3, "name": "Closed", "state": "closed"}
SUPPORT = {"id": 1, "name": "Support"}
DEVELOPMENT = {"id": 2, "name": "Development"}
PRODUCT = Product(id="agro", title=Title(ru="Агро", en="Agro"))
CATALOGUE = Catalogue(products={"agro": PRODUCT})


def shipped_policy() -> Policy:
    """The default configuration, compiled."""
    files = {
        str(path.relative_to(CONFIG)): path.read_bytes() for path in sorted(CONFIG.rglob("*.yaml")) if path.is_file()
    }
    return compile_policy(files).policy


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


def sample(count: int = TICKETS) -> list[tuple[Ticket, RegistryAnswer]]:
    """Tickets with the registry's answers, the same ones on every run."""
    dice = random.Random(7)
    answers = [_answer(number) for number in range(50)]
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


def _answer(number: int) -> RegistryAnswer:
    customer = Customer(
        id=f"C{number}",
        name=f"Customer {number}",
        category=Category.COMMERCIAL if number % 3 else Category.NONCOMMERCIAL,
        licences=(Licence(product="agro", number=f"R{number}", valid_until=date(2030, 1, 1)),),
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


Work = Callable[[Ticket, RegistryAnswer], object]


def best(works: Sequence[Work], pairs: Sequence[tuple[Ticket, RegistryAnswer]]) -> list[float]:
    """The least processor time of each work for all pairs, in seconds: each chunk's best round, added up.

    The works take turns on every chunk, so that a slow moment of the machine is no work's own.
    """
    chunks = [pairs[start : start + CHUNK] for start in range(0, len(pairs), CHUNK)]
    times = [[float("inf")] * len(chunks) for _ in works]
    for _ in range(ROUNDS):
        for number, chunk in enumerate(chunks):
            for work, of_work in zip(works, times, strict=True):
                begun = time.process_time()
                for ticket, answer in chunk:
                    work(ticket, answer)
                of_work[number] = min(of_work[number], time.process_time() - begun)
    return [sum(of_work) for of_work in times]


def measure() -> Iterator[tuple[str, float]]:
    """Yield what was decided and the seconds that one ticket took."""
    policy = shipped_policy()
    bare = replace(policy, revisions=tuple(replace(one, checks=()) for one in policy.revisions))
    pairs = sample()

    def whole(ticket: Ticket, answer: RegistryAnswer) -> None:
        decide(ticket, policy, now=NOW, registry=answer, catalogue=CATALOGUE)

    def clocks_alone(ticket: Ticket, answer: RegistryAnswer) -> None:
        decide(ticket, bare, now=NOW, registry=answer, catalogue=CATALOGUE)

    def with_receipts(ticket: Ticket, answer: RegistryAnswer) -> None:
        decide(ticket, policy, now=NOW, registry=answer, catalogue=CATALOGUE, receipts=True)

    names = ("decide, checks and clocks", "decide, clocks alone", "decide with receipts")
    for name, seconds in zip(names, best((whole, clocks_alone, with_receipts), pairs), strict=True):
        yield name, seconds / len(pairs)


def main() -> None:
    """Measure and print."""
    for name, seconds in measure():
        print(f"{name:28} {1 / seconds:>9,.0f} tickets/s  {seconds * 1e6:6.1f} µs each")


if __name__ == "__main__":
    main()
