"""The shape of `bridge.yaml`: the connection, what is read, what is written, and the guard rails."""

import re
from ipaddress import ip_address
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from bridge.files.addresses import is_address
from bridge.files.json_schema import described
from bridge.files.positions import describe
from bridge.files.secret_reference import SecretReference
from bridge.files.types import AnyFlag, Shorthand
from bridge.files.validate import Strict
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.protocols.writing import Ownership

CUSTOMER_INPUTS = ("product", "product_version", "platform_version", "registration_number", "steps_to_reproduce")
"""The facts a customer states, by the bridge's own names."""

OUTPUTS = tuple(one.name for one in OUTPUT_FIELDS)
"""The fields that the bridge writes."""


def _http_url(value: str) -> str:
    """Return the address without a slash at its end. What may hold a password is not shown in a message."""
    try:
        parts = urlsplit(value)
        # Reading a port that is none raises ValueError.
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        may_hold_secret = any((parts.username, parts.password, parts.query, parts.fragment))
    except ValueError:
        usable = may_hold_secret = False
    if may_hold_secret:
        raise ValueError("the address must hold no user, password, query or fragment | the key goes into helpdesk.key")
    if not usable or not value.isprintable() or " " in value:
        shown = "this" if "@" in value else repr(value)
        raise ValueError(
            f"{shown} is no web address | write the address of the helpdesk's start page, like https://help.example.org"
        )
    return value.rstrip("/")


class HelpdeskSettings(Strict):
    """Where the helpdesk is and how it is asked."""

    kind: str = Field(default="osticket", description="what kind of helpdesk it is: osticket or bedesk")
    url: Annotated[str, AfterValidator(_http_url)] = Field(
        description="address of the helpdesk's start page",
        json_schema_extra={"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^ ?#]+[?#]*$"},
    )
    key: SecretReference = Field(description="where the API key lies: {env: …}, {file: …} or {credential: …}")
    ca_file: str | None = Field(default=None, description="certificate of a private authority, PEM")
    request_seconds: int = Field(default=60, ge=1, le=600, description="how long one request may take in all")
    total_seconds: int = Field(
        default=120, ge=1, le=3600, description="how long a request and its repetitions may take together"
    )


_Percent = Annotated[int, Field(ge=1, le=100)]


class GuardSettings(Strict):
    """When a pass stops before it writes."""

    level_change_percent: _Percent = Field(
        default=30,
        description="most tickets, in percent of the known open ones, that may change their level in one pass",
    )
    shrink_percent: _Percent = Field(
        default=30, description="how many of the known open tickets may be missing from a full scan, in percent"
    )
    minimum: int = Field(default=10, ge=1, description="below so many tickets no guard applies")


class RolloutSettings(Strict):
    """How a change that concerns many tickets reaches them."""

    tickets_per_pass: int = Field(
        default=2000,
        ge=1,
        le=1_000_000,
        description="most tickets that get something new in one pass although nobody touched them, after a changed policy for"
        " instance; the others follow in the next passes",
    )


class RunSettings(Strict):
    """How far apart the passes of `sla-bridge run` begin."""

    every_seconds: int = Field(
        default=60,
        ge=1,
        le=86_400,
        description="from the beginning of a pass to that of the next; with a lease its time at most",
    )
    jitter_seconds: int = Field(
        default=10,
        ge=0,
        le=3600,
        description="up to so many seconds more, by chance, so that several hosts do not knock at once",
    )


class SetupSettings(Strict):
    """What `setup` creates in the helpdesk besides the bridge's own fields."""

    waiting_status: AnyFlag = Field(default=True, description="a status 'Waiting for the customer'")
    development_department: AnyFlag = Field(default=True, description="a department 'Development'")


class NativeSettings(Strict):
    """What the bridge does to osTicket's own SLA."""

    due_date: AnyFlag = Field(
        default=False,
        description="osTicket's own due date is the decision's, so that its \"overdue\" and its alerts follow it; a date that a"
        " person gave a ticket stands",
    )


def _listening(value: str) -> str:
    """Return the address as an IP address and a port; a name could come to mean another host."""
    host, _, port = value.rpartition(":")
    try:
        ip_address(host.removeprefix("[").removesuffix("]") if host.startswith("[") else host)
        usable = port.isascii() and port.isdigit() and 0 < int(port) < 65_536 and (":" not in host or host[0] == "[")
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(
            f"{describe(value)} is no address to listen at | write an IP address and a port, such as 127.0.0.1:9108 or"
            " '[::1]:9108'"
        )
    return value


ListenText = Annotated[
    str,
    AfterValidator(_listening),
    Field(json_schema_extra={"pattern": r"^(\[[0-9a-fA-F:.]+\]|[0-9.]+):[0-9]{1,5}$"}),
]
"""Where to listen: an IP address and a port."""


class MetricsSettings(Strict):
    """Where figures on the passes are told to Prometheus or to what reads its format; nowhere, unless said."""

    textfile: str | None = Field(
        default=None,
        description="a file that each pass replaces, for a collector of textfiles such as node_exporter's; relative to the"
        " configuration folder",
    )
    listen: ListenText | None = Field(
        default=None,
        description="where `sla-bridge run` answers a scraper: an IP address and a port, such as 127.0.0.1:9108",
    )
    open_to_network: AnyFlag = Field(
        default=False,
        description="whether `listen` may be an address that other hosts reach; nobody is asked for a password",
    )


_ADDRESS = r"[^@\s,;:<>\"()\[\]\\]+@[^@\s,;:<>\"()\[\]\\]+\.[^@\s,;:<>\"()\[\]\\.]+\.?"
"""The pattern of one bare address of e-mail, for editors."""


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError(
            f"{describe(value)} is no e-mail address | write one bare address such as head@support.example"
        )
    return value


AddressText = Annotated[str, AfterValidator(_address), Field(json_schema_extra={"pattern": f"^{_ADDRESS}$"})]
"""One bare address of e-mail."""


def _off(what: str) -> BeforeValidator:
    """Return what makes None of `off`; no other word says how it is to be."""

    def none_if_off(value: object) -> object:
        if isinstance(value, str | bool):
            if value == "off":
                return None
            raise ValueError(f"{what} off, or a mapping; found {describe(value)} | write off, or {{}} for the defaults")
        return value

    return BeforeValidator(none_if_off)


class ActionAddresses(Strict):
    """Whom `to:` means in a policy's letters, beside the people of a ticket."""

    manager: AddressText | None = Field(
        default=None, description="the head of support: `manager` in a policy's letters"
    )


class ActionSettings(Strict):
    """How much may be done for tickets, and to whom letters go that are not about one's own ticket."""

    per_day: int = Field(
        default=200,
        ge=1,
        le=100_000,
        description="actions of the whole helpdesk in a day; beyond, they are held and listed",
    )
    per_ticket_per_day: int = Field(
        default=5, ge=1, le=1000, description="actions of one ticket in a day; beyond, they are held and listed"
    )
    first_run: int = Field(
        default=50,
        ge=0,
        le=100_000,
        description="until an action has run for the first time, a pass that has more than so many stops before it writes",
    )
    addresses: ActionAddresses = Field(default_factory=ActionAddresses)


_HOLDER = "[!-~]{1,100}"
_TTL = "(?:[5-9]|[1-9][0-9]|[1-5][0-9]{2}|600)s"


def _holder(value: str) -> str:
    if re.fullmatch(_HOLDER, value) is None:
        raise ValueError(
            f"{describe(value)} is no name of a holder | write at most 100 letters, digits and signs of ASCII, no space"
        )
    return value


def _ttl(value: str) -> str:
    if re.fullmatch(_TTL, value) is None:
        raise ValueError(f"{describe(value)} is no time of a lease | write whole seconds from 5s to 600s, such as 30s")
    return value


class LeaseSettings(Strict):
    """How this bridge leads where several may write into one helpdesk."""

    holder: Annotated[str, AfterValidator(_holder)] | None = Field(
        default=None,
        description="what this bridge is called there, another name on each host; left out, the host's own",
        json_schema_extra={"pattern": f"^{_HOLDER}$"},
    )
    ttl: Annotated[str, AfterValidator(_ttl)] = Field(
        default="30s",
        description="how long the others wait for one that fell silent, from 5s to 600s",
        json_schema_extra={"pattern": f"^{_TTL}$"},
    )

    @property
    def seconds(self) -> int:
        """Return how long a lease lasts."""
        return int(self.ttl.removesuffix("s"))


_DAYS = "[1-9][0-9]{0,3}d"


def _days(value: str) -> str:
    if re.fullmatch(_DAYS, value) is None:
        raise ValueError(f"{describe(value)} is no number of days | write whole days from 1d to 9999d, such as 30d")
    return value


Days = Annotated[str, AfterValidator(_days), Field(json_schema_extra={"pattern": f"^{_DAYS}$"})]


class _Kept(Strict):
    keep: Days

    @property
    def seconds(self) -> int:
        """Return how long it is kept."""
        return int(self.keep.removesuffix("d")) * 86400


class ArchiveSettings(_Kept):
    """How long the archive keeps what finished cycles were decided by."""

    keep: Days = Field(
        default="1100d", description="for how many days what a finished cycle was decided by can be read"
    )


class UndoSettings(_Kept):
    """How long the undo journal keeps what runs wrote."""

    keep: Days = Field(default="30d", description="how many days a run can be undone")
    megabytes: int = Field(
        default=512,
        ge=1,
        le=1_000_000,
        description="room for all runs together: beyond, the oldest ones go; the run under way is kept whole",
    )


MOST_PHRASES, LONGEST_PHRASE = 200, 100


def _phrase(value: str) -> str:
    phrase = value.strip()
    if not any(one.isalnum() for one in phrase):
        raise ValueError(
            f"{describe(value)} holds no word | write the words that agents had better not use, or remove the line"
        )
    if len(phrase) > LONGEST_PHRASE:
        raise ValueError(
            f"this phrase has {len(phrase)} characters, more than {LONGEST_PHRASE} | write its telling part alone"
        )
    if not phrase.isprintable():
        raise ValueError(f"{describe(phrase)} holds what is no letter, sign or space | write the phrase on one line")
    return phrase


PhraseText = Annotated[
    str,
    AfterValidator(_phrase),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_PHRASE}),
]
"""A phrase as agents might write it."""


_BOUNDS = f"at most {MOST_PHRASES} in both languages, each of at most {LONGEST_PHRASE} characters"


class PhraseSettings(Strict):
    """What agents had better not write to customers, by language: the panel tells of it, and stops nobody."""

    ru: tuple[PhraseText, ...] = Field(
        default=(), description=f"phrases in Russian that the panel advises against; {_BOUNDS}"
    )
    en: tuple[PhraseText, ...] = Field(
        default=(), description=f"phrases in English that the panel advises against; {_BOUNDS}"
    )


class BridgeFile(Strict):
    """`bridge.yaml`."""

    version: Literal["1"] = Field(description="layout of this file")
    helpdesk: HelpdeskSettings
    state: str = Field(
        default="/var/lib/sla-bridge/state.sqlite3",
        description="the bridge's memory; relative to the configuration folder",
    )
    registry: str | None = Field(
        default=None, description="the registry's description, relative to the configuration folder"
    )
    inputs: dict[str, str] = Field(
        default_factory=dict,
        description="the customer's facts: the bridge's name and the helpdesk's field variable; a name that stands for"
        " itself lets setup create the field",
        json_schema_extra={"propertyNames": {"enum": list(CUSTOMER_INPUTS)}},
    )
    outputs: dict[str, Ownership] = Field(
        default_factory=dict,
        description="what happens to a field that somebody else changed: enforce, report or yield",
        json_schema_extra={"propertyNames": {"enum": list(OUTPUTS)}},
    )
    guards: GuardSettings = Field(default_factory=GuardSettings)
    rollout: RolloutSettings = Field(default_factory=RolloutSettings)
    run: RunSettings = Field(default_factory=RunSettings)
    setup: SetupSettings = Field(default_factory=SetupSettings)
    native: NativeSettings = Field(default_factory=NativeSettings)
    actions: Annotated[ActionSettings | None, _off("actions are"), Shorthand((), words=("off",))] = Field(
        default=None,
        description="what the policy's actions may do: off, or a mapping of limits ({} for the defaults)",
        json_schema_extra={"default": "off"},
    )
    lease: Annotated[LeaseSettings | None, _off("the lease is"), Shorthand((), words=("off",))] = Field(
        default=None,
        description="whether several hosts write into this helpdesk, one at a time: off, or a mapping ({} for the defaults)",
        json_schema_extra={"default": "off"},
    )
    archive: Annotated[ArchiveSettings | None, _off("the archive is"), Shorthand((), words=("off",))] = Field(
        default_factory=ArchiveSettings,
        description="what finished cycles were decided by: off, or a mapping of bounds ({} for the defaults)",
    )
    undo: Annotated[UndoSettings | None, _off("the undo journal is"), Shorthand((), words=("off",))] = Field(
        default_factory=UndoSettings,
        description="what `state undo` can put back: off, or a mapping of bounds ({} for the defaults)",
    )
    logs: Literal["text", "json", "journal"] = Field(
        default="text",
        description="how `sync` and `run` talk on stderr: sentences, a line of JSON for each, or entries of systemd's journal"
        " with fields",
    )
    metrics: MetricsSettings = Field(default_factory=MetricsSettings)
    discouraged_phrases: PhraseSettings = Field(default_factory=PhraseSettings)


def bridge_schema() -> dict[str, Any]:
    """Return the JSON Schema of `bridge.yaml`."""
    return described(BridgeFile, "bridge.yaml")
