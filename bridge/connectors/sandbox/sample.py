"""The sample tickets of `sample.yaml`, written into a helpdesk as of before the bridge was installed."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from pydantic import Field

from bridge.connectors.sandbox.people import People
from bridge.connectors.sandbox.store import Store
from bridge.connectors.sandbox.ticket_log import REFERENCES
from bridge.errors import ConfigurationInvalid, Problem
from bridge.fields import CUSTOMER_INPUTS, DEVELOPMENT_DEPARTMENT, WAITING_STATUS
from bridge.files.types import Title
from bridge.files.validate import Strict, validate
from bridge.files.yaml import read_yaml

FILE = Path(__file__).with_name("sample.yaml")
HOUR = 3600


class SampleCustomer(Strict):
    """A customer of the sample desk."""

    name: str
    email: str
    registration_number: str | None = None


class SampleTicket(Strict):
    """A ticket; `then` are lines of what happened so many hours after it was opened, attachments as snapshots show them."""

    hours_ago: float
    customer: str
    subject: str
    body: str
    language: str = "ru"
    channel: str = "web"
    topic: str = "Report a Problem"
    priority: str = "Normal"
    fields: Mapping[str, str] = Field(default_factory=dict)
    attachments: tuple[Mapping[str, str | int], ...] = ()
    then: tuple[str, ...] = ()


class SampleFile(Strict):
    """The whole sample; `organizations` are domains by name."""

    organizations: Mapping[str, str]
    customers: Mapping[str, SampleCustomer]
    tickets: tuple[SampleTicket, ...]


@cache
def sample_file() -> SampleFile:
    """Return the sample that the package ships, read once. Raises ConfigurationInvalid for a spoiled one."""
    problems: list[Problem] = []
    found = validate(SampleFile, read_yaml(FILE.read_bytes(), file=FILE.name), problems)
    if found is None:
        raise ConfigurationInvalid(problems)
    return found


class SampleWriter:
    """Writes the sample into one helpdesk; nothing of it stands in the change feed."""

    def __init__(self, store: Store, people: People) -> None:
        self._store = store
        self._people = people
        self._sample = sample_file()
        self._created: dict[str, int] = {}
        """Ids by subject."""
        self._own: dict[str, int] = {}
        """Ids of the waiting status and the development department, which this desk may call by a Russian name."""
        self._acts: dict[str, Callable[[int, str, int], object]] = {
            "message": lambda ticket, _, at: people.customer_message(ticket, at=at),
            "answer": lambda ticket, _, at: people.agent_reply(ticket, at=at),
            "system answer": lambda ticket, _, at: people.automatic_reply(ticket, at=at),
            "note": lambda ticket, text, at: people.note(ticket, text or "…", at=at),
            "note by email": lambda ticket, _, at: people.note(ticket, source="email", at=at),
            "status": lambda ticket, name, at: people.set_status(ticket, self._own.get(name, name), at=at),
            "close": lambda ticket, name, at: people.close(ticket, status=name or "Resolved", at=at),
            "department": lambda ticket, name, at: people.transfer(ticket, self._own.get(name, name), at=at),
            "assign": lambda ticket, name, at: people.assign(ticket, self._agent(name), at=at),
            "merge": lambda ticket, subject, at: people.merge(ticket, self._created[subject], at=at),
            "set": self._set,
        }
        longest_first = "|".join(sorted(self._acts, key=len, reverse=True))
        self._line = re.compile(rf"([\d.]+)h ({longest_first})(?: (.+))?")

    def write(self, now: int) -> list[int]:
        """Return the ids of the sample tickets, oldest first; the youngest is a few minutes old at `now`.

        The customers' fields, a waiting status and a development department are created where they are missing, as a desk
        of this kind would have them.
        """
        with self._store.transaction(), self._people.without_signals():
            self._prepare()
            oldest_first = sorted(self._sample.tickets, key=lambda told: -told.hours_ago)
            return [self._ticket(told, now) for told in oldest_first]

    def _prepare(self) -> None:
        here = {row["name"] for row in self._store.rows("SELECT name FROM fields WHERE form = 'ticket'")}
        for field in CUSTOMER_INPUTS:
            if field.name not in here:
                self._people.add_field(field.name, field.type, label=field.title.ru)
        self._own[WAITING_STATUS.en] = self._id_of("status", WAITING_STATUS, state="open")
        self._own[DEVELOPMENT_DEPARTMENT.en] = self._id_of("department", DEVELOPMENT_DEPARTMENT)
        for name, domain in self._sample.organizations.items():
            self._people.organization(name, domain=domain)

    def _id_of(self, kind: str, title: Title, **columns: str) -> int:
        found = self._store.row(f"SELECT id FROM {REFERENCES[kind]} WHERE name IN (?, ?)", title.en, title.ru)
        return int(found["id"]) if found else self._people.add(kind, title.ru, **columns)

    def _ticket(self, told: SampleTicket, now: int) -> int:
        customer = self._sample.customers[told.customer]
        opened = now - int(told.hours_ago * HOUR)
        ticket = self._people.create_ticket(
            told.subject,
            told.body,
            email=customer.email,
            name=customer.name,
            source=told.channel,
            by="agent" if told.channel == "phone" else "customer",
            topic=told.topic,
            priority=told.priority,
            language=told.language,
            attachments=told.attachments,
            fields={**told.fields, "registration_number": customer.registration_number},
            at=opened,
        )
        self._created[told.subject] = ticket
        for line in told.then:
            self._act(ticket, line, opened, now)
        return ticket

    def _act(self, ticket: int, line: str, opened: int, now: int) -> None:
        """Do what a line tells, unless it lies in the future. Raises ValueError for a line that nobody can read."""
        found = self._line.fullmatch(line)
        if found is None:
            raise ValueError(f"{line!r} cannot be read; what may happen: {', '.join(self._acts)}")
        hours, verb, argument = found.groups()
        at = opened + int(float(hours) * HOUR)
        if at < now:
            self._acts[verb](ticket, argument or "", at)

    def _agent(self, name: str) -> int:
        return int(self._store.rows("SELECT id FROM agents WHERE name = ?", (name,))[0]["id"])

    def _set(self, ticket: int, argument: str, at: int) -> None:
        """Set an agents' input, which only a helpdesk has where `setup` ran before."""
        name, _, value = argument.partition(" ")
        if self._store.rows("SELECT 1 FROM fields WHERE name = ?", (name,)):
            self._people.edit_field(ticket, name, True if value == "true" else value, at=at)
