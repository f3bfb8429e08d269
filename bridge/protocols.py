"""What the parts are to one another: what a helpdesk and an accountant of units can do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, Self

from pydantic import SecretStr

from bridge.customers import Account, Taking
from bridge.decisions import Decision
from bridge.errors import HelpdeskRefused
from bridge.tickets import FieldValue, Instant, Reference, Ticket, Tombstone

BEYOND_ALL = 2**32 - 1
"""Above the id of every ticket: osTicket's are unsigned numbers of 32 bits, and it would take centuries to come so far."""


class WriteResult(StrEnum):
    """What became of one write."""

    OK = "ok"
    NOOP = "noop"
    CONFLICT = "conflict"
    GONE = "gone"
    INVALID = "invalid"


class Ownership(StrEnum):
    """What happens to an output field that somebody else changed."""

    ENFORCE = "enforce"
    REPORT = "report"
    YIELD = "yield"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketError:
    """A snapshot that could not be read: the ticket it stands for and the reason."""

    id: int
    reason: str


TicketItem = Ticket | Tombstone | TicketError


class Encoded(bytes):
    """A JSON value in UTF-8: what has been encoded to be compared is not taken apart to be sent."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Output fields for one ticket, to be stored only if its inputs still stand at `if_rev`."""

    id: int
    if_rev: str
    fields: Mapping[str, FieldValue]
    cycles: Sequence[Mapping[str, Any]] | Encoded | None = None
    detail: Mapping[str, Any] | Encoded | None = None
    native: Mapping[str, Any] | None = None
    actions: Sequence[Mapping[str, Any]] | Encoded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOutcome:
    """What became of an action: `accepted`, `done`, `already`, `held`, `refused`, `unknown` or `dropped`. `ticket` is told where
    the question named none."""

    key: str
    state: str
    reason: str = ""
    ticket: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsRun:
    """What became of the actions that were due, and how many of them are `left` for the next call."""

    outcomes: tuple[ActionOutcome, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOutcome:
    """The answer to one write; `rev` is the inputs' revision of now. Gone is told before conflict, conflict before invalid."""

    id: int
    result: WriteResult
    rev: str | None = None
    reason: str = ""
    actions: tuple[ActionOutcome, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Whether the helpdesk carries out actions at all, and since when each of the declared ones is switched on."""

    on: bool
    since: Mapping[str, Instant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAction:
    """An action as the helpdesk keeps it; `at` is its trigger, `changed_at` when it came into this state."""

    ticket: int
    number: str
    key: str
    id: str
    kind: str
    state: str
    reason: str
    at: Instant
    changed_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPublication:
    """Which publication the helpdesk keeps as its latest, and until when all calendars in it reach."""

    digest: str
    until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """One page of the change feed; `cursor` is where the next call begins. `published` is the latest publication; None where
    there is none yet, or where the helpdesk does not keep any (`keeps_publications`)."""

    items: tuple[TicketItem, ...]
    cursor: str
    has_more: bool
    head: int
    meta_rev: str
    server_time: Instant
    instance_id: str
    keeps_publications: bool = False
    published: KeptPublication | None = None


class ListPage(NamedTuple):
    """A page of the list of tickets, and behind which id it goes on; None at its end."""

    items: tuple[TicketItem, ...]
    next: int | None


FEATURES: Mapping[str, str] = {
    "publish": "its screens show deadlines, but no countdown and no picture of working time",
    "passed": "its screens cannot tell how old they are",
    "native": "its own due dates cannot follow the agreement",
    "actions": "it carries out no actions",
    "phrases": "it looks for no discouraged phrases in agents' replies",
    "report": "it tells other programs no figures, and agents have no report",
    "lease": "it cannot keep several bridges apart, nor an older policy from coming back",
}
"""What a helpdesk may lack, and what that costs; the bridge works without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Who answers, and what this key may do there: `scopes` are of `read`, `write` and `setup`.

    `versions` are by the programs' names as people write them, and so is `outdated`: the oldest version that will do, of
    each program that is older. `departments` are those that the key sees, None for all. `features` are of FEATURES.
    `policy_seq` is the number of the policy by which somebody led last, None before.
    """

    instance_id: str
    versions: Mapping[str, str]
    server_time: Instant
    ip: str
    scopes: tuple[str, ...]
    departments: tuple[int, ...] | None = None
    outdated: Mapping[str, str] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    policy_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInfo:
    """A custom field of the helpdesk; `choices` maps keys to labels, None for other types."""

    id: int
    name: str
    label: str
    type: str
    form: str
    choices: Mapping[str, str] | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """The helpdesk's vocabulary; agents and teams are None where it does not tell who works there. Departments `answering` send
    a letter of the helpdesk's own for each new ticket; `service_agent` is whether one acts for the bridge, and
    `database_offset` by how many seconds its database's clock is ahead of UTC; None: not told."""

    meta_rev: str
    database_zone: str
    statuses: tuple[Reference, ...]
    departments: tuple[Reference, ...]
    topics: tuple[Reference, ...]
    priorities: tuple[Reference, ...]
    fields: tuple[FieldInfo, ...]
    agents: tuple[Reference, ...] | None = None
    teams: tuple[Reference, ...] | None = None
    answering: frozenset[int] = frozenset()
    service_agent: bool | None = None
    database_offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """One thing that setup does, would do or cannot do (`todo`, `done`, `conflict`); `id` is `field:NAME` for a field."""

    id: str
    title: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupRequest:
    """What to provision: `action` is `plan`, `apply`, `plan_remove` or `remove`; `levels` are (id, label, choosable).

    A removal with `keep_values` leaves the fields with their values; one with `tables` leaves nothing of the helpdesk's plugin.
    """

    action: str
    language: str
    levels: tuple[tuple[str, str, bool], ...] = ()
    inputs: tuple[str, ...] = ()
    waiting_status: bool = False
    development_department: bool = False
    keep_values: bool = False
    tables: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingPlan:
    """How the helpdesk's database counts all of the agents' queues at once.

    `scanned` are the large tables, with their rows, that it reads in full again and again to join them. `setting` is the
    server's setting that makes it plan so, None for a server that has none; `value` what the server has it at, and `eased`
    tells that the agents' pages are served with the right one anyway.
    """

    server: str
    setting: str | None
    value: str | None
    eased: bool
    scanned: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the helpdesk's own people made with something of the bridge's: a queue, filter, text…, and the field it is about."""

    kind: str
    title: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupReport:
    """Setup's steps and how many of them this call did, where the helpdesk tells with a plan how queues are counted, and with
    that of a removal who uses what would go."""

    steps: tuple[SetupStep, ...]
    changed: int
    counting: CountingPlan | None = None
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What bridge.yaml says under `helpdesk`, with the key resolved; `route` is what `Helpdesk.route` gave at the last pass."""

    url: str
    key: SecretStr
    ca_file: str | None = None
    request_seconds: int = 60
    total_seconds: int = 120
    route: str | None = None


class LeaseDeed(StrEnum):
    """What a bridge may ask about the lease."""

    TAKE = "take"
    RENEW = "renew"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseWish:
    """To write alone for `ttl` seconds, or no longer. Who takes the lease names the digest of his `policy`, and with `after` the
    number of the latest policy that he has seen in force."""

    do: LeaseDeed
    holder: str
    ttl: float = 0
    policy: str = ""
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseGrant:
    """The lease as it is now: the epoch of the latest take, and the number of its policy."""

    epoch: int
    seq: int


class Helpdesk(Protocol):
    """Tickets in, computed fields out. Its kinds: bridge/connectors/helpdesks. Raises `HelpdeskError` subclasses only, and
    LeaseRefused where leases are granted."""

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

    def settle_action(self, ticket_id: int, key: str, *, send: bool) -> ActionOutcome:  # noqa: ARG002 - by kinds that act
        """Send one that is held, refused or of unknown fate, or drop it. Asked once, whatever becomes of the answer."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def send_test(self, ticket_id: int, to: str, letter: Mapping[str, str]) -> str:  # noqa: ARG002 - by kinds that act
        """Send one letter about the ticket to an address of one's own; return its Message-ID. Asked once, likewise."""
        raise HelpdeskRefused("this kind of helpdesk carries out no actions")

    def lease(self, wish: LeaseWish) -> LeaseGrant:  # noqa: ARG002 - by kinds that grant any
        """Take, renew or release the lease; from a take on until the release this connection writes under it. Raises
        LeaseRefused while another holds it, where a later policy is in force, or when it is over."""
        raise HelpdeskRefused("this kind of helpdesk grants no leases", hint="Set `lease: off` in bridge.yaml")

    def setup(self, request: SetupRequest) -> SetupReport:
        """Return what setup did or would do."""

    def close(self) -> None:
        """Let go of what is open; again is harmless."""


AT_RISK, OVERDUE = 1, 2
"""How urgent an open ticket is, as numbers: a million of them are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketState:
    """What the bridge remembers of a ticket: when time alone changes the decision, whether it was open, and why it is set
    aside (empty: it is not). `pressing` is 0, or AT_RISK or OVERDUE while it is open and so. `waits` is whether it was decided
    and is left to a later pass of a roll-out."""

    id: int
    next_change_at: Instant | None
    open: bool = True
    trouble: str = ""
    pressing: int = 0
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What tickets take, by ticket: everything there is, if `anew`, in place of what was remembered.
    `outdated` are open tickets that were not decided anew although their counts have changed: they are due at `at`."""

    takings: Mapping[int, Sequence[Taking]]
    anew: bool
    outdated: Sequence[int]
    at: Instant


class Accountant(Protocol):
    """Counts units of entitlement: what a ticket takes, and the decision that heeds what all others took (CU-6)."""

    @property
    def counts(self) -> bool:
        """Return whether the policy counts at all."""

    def takings(self, ticket: Ticket, now: Instant) -> tuple[Taking, ...]:
        """Return what the ticket takes, account by account."""

    def decide(self, ticket: Ticket, now: Instant, *, taken: Mapping[Account, int] | None = None) -> Decision:
        """Return the decision; `taken` is what tickets add to the registry's counts as of this ticket's creation."""
