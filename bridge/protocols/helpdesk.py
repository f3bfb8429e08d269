"""A helpdesk of any kind: tickets in, computed fields out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from pydantic import SecretStr

from bridge.errors import HelpdeskRefused
from bridge.protocols.capabilities import Capabilities
from bridge.protocols.kind_words import ANY_KIND, KindWords
from bridge.protocols.leading import LeaseGrant, LeaseWish
from bridge.protocols.provisioning import SetupReport, SetupRequest
from bridge.protocols.reading import (
    BEYOND_ALL,
    ChangePage,
    KeptPublication,
    ListPage,
    Meta,
    Ping,
    TicketError,
    TicketItem,
)
from bridge.protocols.writing import ActionOutcome, ActionsRun, Declared, ListedAction, Write, WriteOutcome
from bridge.tickets import Instant, Ticket

LevelTitles = Callable[[], Sequence[tuple[str, Mapping[str, str]]]]
"""Gives ids and titles by language of the agreement's levels, of all its editions in their order: one may stand there again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What bridge.yaml says under `helpdesk`, with the key resolved; `route` is what `Helpdesk.route` gave at the last pass.
    `levels` are asked for by kinds whose fields keep no list of choices, when they first need one."""

    url: str
    key: SecretStr
    ca_file: str | None = None
    request_seconds: int = 60
    total_seconds: int = 120
    route: str | None = None
    levels: LevelTitles = tuple


class Helpdesk(Protocol):
    """Tickets in, computed fields out. Its kinds: bridge/connectors/helpdesks. Raises `HelpdeskError` subclasses only, and
    LeaseRefused where leases are granted."""

    capabilities: ClassVar[Capabilities]
    """What this kind can do: nothing else tells the kinds apart."""

    words: ClassVar[KindWords] = ANY_KIND
    """How this kind is spoken of."""

    @classmethod
    def open(cls, connection: Connection) -> Self:
        """Return the helpdesk behind the connection. Nothing is sent yet, so this does not fail."""

    @classmethod
    def ticket_page(cls, url: str, ticket_id: int) -> str | None:
        """Return the address at which agents read a ticket of the helpdesk at `url`; None where there is no such page."""

    @property
    def route(self) -> str | None:
        """What it wants to know again at its next start, in words of its own; None where there is nothing.

        It may be handed text that another kind or version wrote, and then does as if there were none.
        """

    @property
    def server_time(self) -> Instant | None:
        """Its own time in its latest answer; None before the first one, or where it did not say."""

    @property
    def requests_sent(self) -> int:
        """How many requests went out, repetitions included."""

    def ping(self) -> Ping:
        """Return who answers and what the key may do."""

    def meta(self) -> Meta:
        """Return the helpdesk's vocabulary."""

    def tickets(self, *, open_only: bool) -> Iterator[tuple[TicketItem, ...]]:
        """Yield pages of all tickets in the order of ids, or of the open ones."""

    def newest(self, *, open_only: bool, below: int = BEYOND_ALL) -> Iterator[tuple[TicketItem, ...]]:
        """Yield pages of the same tickets from the highest id down, beginning `below` an id."""

    def page(self, *, after: int) -> ListPage:
        """Return the first open tickets behind an id, in the order of ids."""

    def ticket(self, ticket_id: int) -> Ticket | TicketError | None:
        """Return one ticket, why it cannot be read, or None when there is none."""

    def numbered(self, number: str) -> Ticket | TicketError | None:
        """Return the ticket that people know by `number`, why it cannot be read, or None when there is none."""

    def changes(self, cursor: str | None, *, passed: Instant | None = None) -> ChangePage:
        """Return the page of changes behind the cursor; None begins at the beginning. Raises CursorGone.

        `passed` tells when the last whole pass ended, by the helpdesk's own clock; one that does not ask passes over it.
        """

    def publish(self, publication: Mapping[str, Any]) -> KeptPublication:  # noqa: ARG002 - by kinds that keep some
        """Let the helpdesk keep what screens need once and not per ticket; return what it keeps. Asked only of a helpdesk whose
        pages of changes say that it keeps publications."""
        raise HelpdeskRefused("this kind of helpdesk keeps no publications")

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Return an outcome for each write, in order."""

    def declare_actions(self, actions: Mapping[str, str], limits: Mapping[str, int]) -> Declared:  # noqa: ARG002 - by kinds that act
        """Say which actions there are, kinds by ids, and how many may run a day; return since when each is switched on."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def actions(self, states: Sequence[str]) -> Iterator[ListedAction]:  # noqa: ARG002 - by kinds that act
        """Yield what the helpdesk keeps in one of these states, the oldest first."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def actions_today(self) -> tuple[bool, int]:
        """Return whether it carries out actions at all, and how many it has carried out today."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def run_actions(self) -> ActionsRun:
        """Let the helpdesk carry out what is due and not held; return what became of it."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def offer_actions(self, actions: Sequence[Mapping[str, Any]]) -> tuple[ActionOutcome, ...]:  # noqa: ARG002 - by kinds that act
        """Offer all letters that are due now and belong to no ticket, at most 200; return what became of each, in order. What
        still waits of earlier ones and is not among them is withdrawn, so an empty list is sent, too. Raises HelpdeskRefused with
        the status 404 where the helpdesk cannot do that yet."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def settle_action(self, ticket_id: int | None, key: str, *, send: bool) -> ActionOutcome:  # noqa: ARG002 - by kinds that act
        """Send one that is held, refused or of unknown fate, or drop it; `ticket_id` is None for a letter that belongs to none.
        Asked once, whatever becomes of the answer."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def send_test(self, ticket_id: int, to: str, letter: Mapping[str, str]) -> str:  # noqa: ARG002 - by kinds that act
        """Send one letter about the ticket to an address of one's own; return its Message-ID. Asked once, likewise."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def lease(self, wish: LeaseWish) -> LeaseGrant:  # noqa: ARG002 - by kinds that grant any
        """Take, renew or release the lease; from a take on until the release this connection writes under it. Raises
        LeaseRefused while another holds it, where a later policy is in force, or when it is over."""
        raise HelpdeskRefused("this kind of helpdesk grants no leases", hint="Set `lease: off` in bridge.yaml")

    def undescribed(self) -> tuple[str, ...]:
        """Return in a sentence each what the helpdesk's own description of its interface lacks of that which the bridge uses;
        nothing where it publishes none by design."""
        return ()

    def setup(self, request: SetupRequest) -> SetupReport:
        """Return what setup did or would do."""

    def close(self) -> None:
        """Let go of what is open; again is harmless."""
