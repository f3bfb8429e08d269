"""The sample in the README: ten lines of an agreement, what they say of a ticket, and the picture of its clock."""

from pathlib import Path

from bridge.api import load_policy
from bridge.customers import NO_REGISTRY
from bridge.decisions import Decision
from bridge.policies.decide import decide
from bridge.policies.telling.explain import explain
from bridge.policies.telling.story import story_of
from bridge.tickets import Actor, Event, EventKind, Reference, Requester, Source, Ticket, parse_instant
from docs.picture import drawn

FOLDER = Path(__file__).resolve().parent / "samples" / "readme"
PICTURE = Path(__file__).resolve().parent / "clock.svg"

CREATED, ANSWERED = parse_instant("2026-11-20T11:00:00Z"), parse_instant("2026-11-20T12:00:00Z")
WRITTEN, NOW = parse_instant("2026-11-23T07:30:00Z"), parse_instant("2026-11-23T09:00:00Z")
_OPEN = Reference(id=1, name="Open", state="open")
_WAITING = Reference(id=6, name="Waiting for the customer", state="open")


def _json(status: Reference) -> dict[str, object]:
    return {"id": status.id, "name": status.name, "state": status.state}


def ticket() -> Ticket:
    """Return an urgent ticket of a Friday: answered after an hour, and then waiting for its customer until Monday."""
    events = (
        Event(at=CREATED, kind=EventKind.CREATED, actor=Actor.CUSTOMER, source=Source.EMAIL),
        Event(at=CREATED, kind=EventKind.MESSAGE, actor=Actor.CUSTOMER, source=Source.EMAIL),
        Event(at=ANSWERED, kind=EventKind.RESPONSE, actor=Actor.AGENT),
        Event(at=ANSWERED, kind=EventKind.STATUS, actor=Actor.AGENT, before=_json(_OPEN), after=_json(_WAITING)),
        Event(at=WRITTEN, kind=EventKind.MESSAGE, actor=Actor.CUSTOMER, source=Source.EMAIL),
    )
    return Ticket(
        id=4711,
        number="481516",
        rev="1",
        created_at=CREATED,
        source=Source.EMAIL,
        subject="The feeding robots stand still",
        status=_WAITING,
        department=Reference(id=1, name="Support"),
        priority=Reference(id=4, name="Emergency"),
        requester=Requester(email="olga@farm.example"),
        events=events,
    )


def decision() -> Decision:
    """Return what the sample's policy says of the ticket on Monday at noon."""
    return decide(ticket(), load_policy(FOLDER), now=NOW, receipts=True)


def explained() -> str:
    """Return what `sla-bridge explain` says of the ticket."""
    story = story_of(ticket(), load_policy(FOLDER), now=NOW, registry_at=lambda _: NO_REGISTRY)
    return "\n".join(explain(story, full=True)) + "\n"


def picture() -> str:
    """Return the picture of the ticket's clock for the resolution."""
    clock = next(one for one in decision().clocks if one.metric == "resolution")
    marks = [(CREATED, "created"), (ANSWERED, "asked the customer"), (WRITTEN, "customer wrote")]
    title = "8 working hours to resolve, and a weekend of waiting for the customer"
    return drawn(clock, at=NOW, title=title, marks=marks)
