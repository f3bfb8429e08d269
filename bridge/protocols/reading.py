"""What a helpdesk tells: pages of tickets, of changes, who answers there, and its vocabulary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bridge.tickets import Instant, Reference, Ticket, Tombstone

BEYOND_ALL = 2**32 - 1
"""Above the id of every ticket: osTicket's are unsigned numbers of 32 bits, and it would take centuries to come so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketError:
    """A snapshot that could not be read: the ticket it stands for and the reason."""

    id: int
    reason: str


TicketItem = Ticket | Tombstone | TicketError


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPublication:
    """Which publication the helpdesk keeps as its latest, and until when all calendars in it reach."""

    digest: str
    until: Instant


class ListPage(NamedTuple):
    """A page of the list of tickets, and behind which id it goes on; None at its end."""

    items: tuple[TicketItem, ...]
    next: int | None


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


FEATURES: Mapping[str, str] = {
    "publish": "its screens show deadlines, but no countdown and no picture of working time",
    "passed": "its screens cannot tell how old they are",
    "native": "its own due dates cannot follow the agreement",
    "actions": "it carries out no actions",
    "phrases": "it looks for no discouraged phrases in agents' replies",
    "report": "it tells other programs no figures, and agents have no report",
    "lease": "it cannot keep several bridges apart, nor an older policy from coming back",
    "offer": "it sends no letters that belong to no ticket",
}
"""What a helpdesk may lack, and what that costs; the bridge works without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Who answers, and what this key may do there: `scopes` are of `read`, `write` and `setup`.

    `versions` are by the programs' names as people write them, and so is `outdated`: the oldest version that will do, of
    each program that is older. `ip` is how it sees this host, None where it does not tell. `departments` are those that the key
    sees, None for all. `features` are of FEATURES.
    `policy_seq` is the number of the policy by which somebody led last, `policy_digest` its digest; None before.
    """

    instance_id: str
    versions: Mapping[str, str]
    server_time: Instant
    ip: str | None = None
    scopes: tuple[str, ...]
    departments: tuple[int, ...] | None = None
    outdated: Mapping[str, str] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    policy_seq: int | None = None
    policy_digest: str | None = None


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
    a letter of the helpdesk's own for each new ticket; `service_agent` is whether one acts for the bridge, `database_zone` the
    zone of its database's times, and `database_offset` by how many seconds its clock is ahead of UTC; None: not told."""

    meta_rev: str
    database_zone: str | None
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

    @property
    def writable(self) -> frozenset[str]:
        """Return the names of the output fields that the helpdesk has."""
        return frozenset(one.name for one in self.fields if one.owner == "bridge")
