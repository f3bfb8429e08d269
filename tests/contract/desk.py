"""A helpdesk at which the suite works, and the people at it: one protocol, the embedded helpdesk, a real osTicket."""

from typing import Any, Protocol

from bridge.connectors.sandbox import NotAllowed, Sandbox
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from tests.contract.back_doors import BackDoor, EmbeddedBackDoor
from tests.desk_people import DeskPeople

API = "/api/sla-bridge/v1"
API_WITHOUT_REWRITING = "/api/http.php/sla-bridge/v1"
LEVELS = [
    {"id": "general", "label": "Общий", "choosable": True},
    {"id": "standard", "label": "Стандартный", "choosable": True},
    {"id": "urgent", "label": "Срочный", "choosable": False},
    {"id": "development", "label": "Разработка", "choosable": True},
]
INPUTS = ["product", "product_version", "platform_version", "registration_number", "steps_to_reproduce"]
SETUP = {"language": "ru", "levels": LEVELS, "inputs": INPUTS, "waiting_status": True, "development_department": True}


class Unsupported(Exception):
    """This helpdesk gives no way to do that here; the test is skipped with the reason."""


class Desk(Protocol):
    """What the suite needs of a helpdesk. `real`: an osTicket. Bases are those of the API, without a slash at the end."""

    real: bool
    base: str
    base_without_rewriting: str | None
    key: str
    key_noscope: str | None

    def open(self, subject: str, body: str, *, via: str, email: str, extra: dict[str, Any] | None = None) -> str:
        """Let a customer open a ticket `via` web, api or email, or an agent (`staff`); return its number, or its subject
        where the helpdesk does not tell the number. `extra` are form fields that are sent along."""

    def customer_message(self, number: str, email: str, text: str) -> None: ...
    def reply(self, ticket: int, text: str, *, status: int | None = None) -> None: ...
    def note(self, ticket: int, text: str) -> None: ...
    def transfer(self, ticket: int, department: int, *, comment: str | None = None) -> None: ...
    def set_status(self, ticket: int, status: int, *, comment: str | None = None) -> None: ...
    def claim(self, ticket: int) -> None: ...
    def release(self, ticket: int) -> None: ...
    def set_topic(self, ticket: int, topic: int) -> None: ...
    def set_priority(self, ticket: int, priority: int) -> None: ...
    def edit_field(self, ticket: int, name: str, *, value: str | bool) -> bool:
        """Edit one field in place; return whether the helpdesk let the agent do it."""

    def edit_form(self, ticket: int, fields: dict[str, str | bool]) -> None:
        """Save the edit form with these fields changed; with output fields among them they are smuggled in by name."""

    def merge(self, child: int, into: int) -> None: ...
    def delete(self, ticket: int) -> None: ...
    def look_at(self, ticket: int) -> None:
        """Open the ticket's page, as any agent does many times a day."""

    @property
    def back_door(self) -> BackDoor:
        """Return the way past the pages. Raises Unsupported where none is given."""

    def service_note(self, ticket: int, text: str) -> None:
        """Leave a note in the name of the bridge's service agent. Raises Unsupported where no way is given."""

    def close(self) -> None: ...


class EmbeddedDesk:
    """The embedded helpdesk and its Python people."""

    real = False

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self.sandbox = (sandbox or Sandbox()).start()
        self.people = DeskPeople(self.sandbox.store)
        self.base = self.sandbox.url + API
        self.base_without_rewriting = self.sandbox.url + API_WITHOUT_REWRITING
        self.back_door: BackDoor = EmbeddedBackDoor(self.sandbox.store, self.people)
        self.key = self.sandbox.keys.full
        self.key_noscope = self.sandbox.keys.noscope

    def open(self, subject: str, body: str, *, via: str, email: str, extra: dict[str, Any] | None = None) -> str:
        by = "agent" if via == "staff" else "customer"
        known = {row["name"] for row in self.sandbox.store.rows("SELECT name FROM fields WHERE form = 'ticket'")}
        fields = {name: value for name, value in (extra or {}).items() if name in known}
        self.people.create_ticket(
            subject,
            body,
            email=email,
            name="Иван Петров",
            source={"staff": "phone"}.get(via, via),
            by=by,
            topic=1,
            fields=fields,
        )
        return subject

    def customer_message(self, number: str, email: str, text: str) -> None:
        found = self.sandbox.store.rows(
            "SELECT t.id FROM tickets t JOIN users u ON u.id = t.user_id WHERE u.email = ?", (email,)
        )
        self.people.customer_message(found[-1]["id"], text, source="email")

    def reply(self, ticket: int, text: str, *, status: int | None = None) -> None:
        self.people.agent_reply(ticket, text, status=status)

    def note(self, ticket: int, text: str) -> None:
        self.people.note(ticket, text)

    def transfer(self, ticket: int, department: int, *, comment: str | None = None) -> None:
        self.people.transfer(ticket, department, comment=comment)

    def set_status(self, ticket: int, status: int, *, comment: str | None = None) -> None:
        self.people.set_status(ticket, status, comment=comment)

    def claim(self, ticket: int) -> None:
        self.people.assign(ticket, 2)

    def release(self, ticket: int) -> None:
        self.people.assign(ticket, None)

    def set_topic(self, ticket: int, topic: int) -> None:
        self.people.set_topic(ticket, topic)

    def set_priority(self, ticket: int, priority: int) -> None:
        self.people.set_priority(ticket, priority)

    def edit_field(self, ticket: int, name: str, *, value: str | bool) -> bool:
        try:
            self.people.edit_field(ticket, name, value)
        except NotAllowed:
            return False
        return True

    def edit_form(self, ticket: int, fields: dict[str, str | bool]) -> None:
        owners = {row["name"]: row["owner"] for row in self.sandbox.store.rows("SELECT name, owner FROM fields")}
        self.people.edit_form(ticket, {name: value for name, value in fields.items() if owners[name] != "bridge"})

    def merge(self, child: int, into: int) -> None:
        self.people.merge(child, into)

    def delete(self, ticket: int) -> None:
        self.people.delete(ticket)

    def look_at(self, ticket: int) -> None:
        self.people.mark_overdue(ticket)

    def service_note(self, ticket: int, text: str) -> None:
        self.people.note(ticket, text, agent=SERVICE_AGENT)

    def close(self) -> None:
        self.sandbox.close()
