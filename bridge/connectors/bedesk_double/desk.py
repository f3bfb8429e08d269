"""The rows of the double, and what people do there: customers write, agents answer, close, move and edit attributes."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.connectors.bedesk_double.assumptions import Assumptions

LOCKED, CLOSED, PENDING, OPEN = 3, 4, 5, 6
"""Categories of statuses; up to CLOSED a conversation is closed."""

STATUSES: Mapping[int, tuple[str, int]] = {
    1: ("Open", OPEN),
    2: ("Waiting for the customer", PENDING),
    3: ("Closed", CLOSED),
    4: ("Locked", LOCKED),
}
GROUPS: Mapping[int, str] = {1: "Support", 2: "Development"}
AGENTS: Mapping[int, str] = {1: "Bridge", 2: "Olga Petrova", 3: "Max Weber"}
BRIDGE, FIRST_AGENT, FIRST_CUSTOMER = 1, 2, 1001
PERMISSIONS = ("userCanEdit", "userCanView", "agentCanEdit")


@dataclass(slots=True, kw_only=True)
class Attribute:
    """A custom attribute; `permissions` are by PERMISSIONS."""

    id: int
    key: str
    name: str
    type: str
    format: str
    permissions: dict[str, bool]


@dataclass(slots=True, kw_only=True)
class Conversation:
    """A conversation with its messages, oldest first; instants are POSIX seconds."""

    id: int
    type: str
    subject: str
    user: int
    created_at: int
    updated_at: int
    status: int = 1
    group: int | None = 1
    assignee: int | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    codes: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)


class DoubleDesk:
    """Everything the double keeps, in memory, and its people. Each deed is one step under one lock."""

    def __init__(self, clock: Callable[[], float], assumptions: Assumptions) -> None:
        self.assumptions = assumptions
        self.lock = threading.RLock()
        self.attributes: dict[int, Attribute] = {}
        self.conversations: dict[int, Conversation] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self.agents: dict[int, str] = dict(AGENTS)
        self._clock = clock
        self._numbered = 0

    @property
    def now(self) -> int:
        """Return the double's own time."""
        return int(self._clock())

    def define(self, name: str, *, type_: str, format_: str, permissions: Mapping[str, bool]) -> Attribute:
        """Add an attribute; its key is made from the name, as the site would, and is no other attribute's."""
        with self.lock:
            stem = re.sub(r"\W+", "_", name.casefold()).strip("_") or "attribute"
            taken = {one.key for one in self.attributes.values()}
            key = next(one for one in (stem, *(f"{stem}_{n}" for n in range(2, 1000))) if one not in taken)
            made = Attribute(
                id=len(self.attributes) + 1,
                key=key,
                name=name,
                type=type_,
                format=format_,
                permissions={one: bool(permissions.get(one, True)) for one in PERMISSIONS},
            )
            self.attributes[made.id] = made
            return made

    def put(self, conversation: Conversation, values: Mapping[str, Any]) -> None:
        """Store attributes as a PUT of the API does."""
        known = {one.key: one for one in self.attributes.values() if one.type == "conversation"}
        assumed, kept = self.assumptions, dict(conversation.attributes)
        bound = {
            key for key, one in known.items() if assumed.agent_can_edit_binds and not one.permissions["agentCanEdit"]
        }
        after = {key: value for key, value in kept.items() if key in bound} if assumed.put_replaces else dict(kept)
        after |= {key: self._cut(value) for key, value in values.items() if key in known and key not in bound}
        conversation.attributes = {key: value for key, value in after.items() if value not in (None, "")}
        if assumed.put_touches:
            conversation.updated_at = self.now

    def _cut(self, value: object) -> object:
        most = self.assumptions.value_characters
        return value[:most] if isinstance(value, str) and most is not None else value

    # --- people --------------------------------------------------------------------------------------------------------

    def open(
        self, subject: str, body: str = "", *, email: str, name: str = "", type_: str = "ticket", ago: int = 0
    ) -> int:
        """Let a customer open a conversation, `ago` seconds back; return its id."""
        with self.lock:
            user = next((one for one, row in self.users.items() if row["email"] == email), None)
            if user is None:
                user = FIRST_CUSTOMER + len(self.users)
                self.users[user] = {"id": user, "name": name or email, "email": email}
            number = max(self.conversations, default=0) + 1
            at = self.now - ago
            self.conversations[number] = Conversation(
                id=number, type=type_, subject=subject, user=user, created_at=at, updated_at=at
            )
            self._message(number, user, body, "message", at=at)
            return number

    def customer_message(self, ticket: int, text: str) -> None:
        """Let the customer write again."""
        self._message(ticket, self.conversations[ticket].user, text, "message")

    def agent_reply(self, ticket: int, text: str, *, agent: int = FIRST_AGENT) -> None:
        """Let an agent answer in public."""
        self._message(ticket, agent, text, "message")

    def note(self, ticket: int, text: str, *, agent: int = FIRST_AGENT) -> None:
        """Let an agent leave an internal note."""
        self._message(ticket, agent, text, "note")

    def set_status(self, ticket: int, status: int) -> None:
        """Let an agent give it a status."""
        self._change(ticket, status=status)

    def transfer(self, ticket: int, group: int | None) -> None:
        """Let an agent move it to another group."""
        self._change(ticket, group=group)

    def assign(self, ticket: int, agent: int | None) -> None:
        """Let an agent give it to somebody."""
        self._change(ticket, assignee=agent)

    def rename(self, ticket: int, subject: str) -> None:
        """Let an agent change the subject."""
        self._change(ticket, subject=subject)

    def edit_attribute(self, ticket: int, key: str, value: object) -> None:
        """Let somebody edit one attribute."""
        with self.lock:
            conversation = self.conversations[ticket]
            conversation.attributes[key] = value
            if value in (None, ""):
                del conversation.attributes[key]
            if self.assumptions.attributes_touch:
                conversation.updated_at = self.now

    def add_event(self, ticket: int, type_: str) -> None:
        """Add an entry of another kind among the messages, as later versions of the site may."""
        self._message(ticket, FIRST_AGENT, "", type_)

    def delete(self, ticket: int) -> None:
        """Delete it for good."""
        with self.lock:
            del self.conversations[ticket]

    def key_of(self, *names: str) -> str:
        """Return the key of the attribute with one of these names. Raises LookupError."""
        for one in self.attributes.values():
            if one.name in names:
                return one.key
        raise LookupError(f"no attribute is called {' or '.join(names)}")

    def _change(self, ticket: int, **members: object) -> None:
        with self.lock:
            conversation = self.conversations[ticket]
            for name, value in members.items():
                setattr(conversation, name, value)
            conversation.updated_at = self.now

    def _message(self, ticket: int, user: int, body: str, type_: str, *, at: int | None = None) -> None:
        with self.lock:
            conversation, stamp = self.conversations[ticket], self.now if at is None else at
            self._numbered += 1
            conversation.messages.append(
                {"id": self._numbered, "user_id": user, "body": f"<p>{body}</p>", "type": type_, "created_at": stamp}
            )
            if type_ != "note" or self.assumptions.notes_touch:
                conversation.updated_at = stamp
