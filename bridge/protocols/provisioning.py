"""What setup does in a helpdesk, would do, or takes away again."""

from dataclasses import dataclass


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
