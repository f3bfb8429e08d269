"""What a policy may say about each kind of check: the options' names, types and defaults, one model per kind."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import Field

from bridge.customers import Category
from bridge.files.validate import Strict
from bridge.policies.checks.catalogue import folded
from bridge.tickets import Source


class Kind(StrEnum):
    """The closed list of checks."""

    REGISTRATION = "registration"
    LICENCE = "licence"
    CERTIFICATE = "certificate"
    VERSION = "version"
    CONDITIONS = "conditions"
    COMPLETENESS = "completeness"
    ATTACHMENTS = "attachments"
    DEFERRAL = "deferral"
    ETIQUETTE = "etiquette"
    CHANNEL = "channel"
    CONTRACT = "contract"
    UNITS = "units"
    CONTACT = "contact"


class Effect(StrEnum):
    """What a failed check means for the support verdict."""

    REFUSE = "refuse"
    LIMIT = "limit"
    NONE = "none"


class Options(Strict):
    """Options of a check that has none."""


class RegistrationOptions(Options):
    """EL-1."""

    any_product: tuple[Category, ...] = Field(
        default=(), description="Customer categories that need no registered product, such as partners."
    )


class LicenceOptions(Options):
    """EL-2."""

    warn_days: int = Field(
        default=30, ge=0, le=3660, description="Days before the end of a licence from which to warn."
    )
    any_product: tuple[Category, ...] = Field(
        default=(), description="Customer categories that need no licence of their own."
    )


class CertificateOptions(Options):
    """EL-3."""

    warn_days: int = Field(
        default=30, ge=0, le=3660, description="Days before the end of a certificate from which to warn."
    )
    kinds: tuple[str, ...] = Field(default=(), description="Kinds of certificate that count; empty means every kind.")
    field: str = Field(
        default="certificate_number", description="Ticket field in which a customer may state a certificate."
    )


class VersionOptions(Options):
    """EL-4."""

    with_certificate: Effect = Field(
        default=Effect.LIMIT, description="What an outdated version means while a support certificate is active."
    )
    warn_days: int = Field(
        default=30, ge=0, le=3660, description="Days before a version's full support ends from which to warn."
    )


class ConditionsOptions(Options):
    """EL-5."""

    misuse_field: str = Field(
        default="sla_set_misuse", description="Agents' field that confirms use against the documentation."
    )
    system_field: str = Field(default="operating_system", description="Ticket field with the operating system.")
    device_field: str = Field(default="device", description="Ticket field with the device.")
    platform_field: str = Field(default="platform_version", description="Ticket field with the platform's version.")


class CompletenessOptions(Options):
    """EL-6. A fact is `description`, `link` or the name of a ticket field, such as `steps_to_reproduce`."""

    facts: tuple[str, ...] = Field(
        default=("product", "product_version", "platform_version", "description"),
        description="Facts every ticket should carry.",
    )
    by_topic: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Facts by help topic, by its name; they replace `facts` for that topic."
    )
    on_request: tuple[str, ...] = Field(
        default=("server_settings", "client_settings"),
        description="Facts demanded once staff ask for more (needs_facts).",
    )
    deferral_field: str = Field(default="sla_set_deferral", description="Agents' field by which staff ask for more.")
    description_length: int = Field(
        default=20, ge=1, le=10_000, description="Characters below which a description is none."
    )
    link_words: tuple[str, ...] = Field(
        default=(
            "документац",
            "инструкц",
            "руководств",
            "прошлое обращение",
            "предыдущее обращение",
            "прошлой заявк",
            "documentation",
            "manual says",
            "earlier ticket",
            "previous ticket",
        ),
        description="Words by which a ticket is about a document or an earlier discussion, so that a link is wanted.",
    )
    titles: Mapping[str, tuple[str, str]] = Field(
        default_factory=dict,
        description="Titles of further facts as [Russian, English], for the reason and the ready reply.",
    )

    @cached_property
    def facts_by_topic(self) -> Mapping[str, tuple[str, ...]]:
        """`by_topic` with the names folded; of two that fold alike the first counts."""
        return {folded(name): self.by_topic[name] for name in reversed(tuple(self.by_topic))}

    @cached_property
    def own_titles(self) -> tuple[tuple[str, tuple[str, str]], ...]:
        """`titles` as a value that can be a key."""
        return tuple(self.titles.items())


class AttachmentsOptions(Options):
    """EL-7."""

    formats: tuple[str, ...] = Field(
        default=("jpg", "jpeg", "gif", "png"), description="File endings that are accepted."
    )
    largest_bytes: int = Field(default=10_000_000, ge=1, description="Above this size a file should come as a link.")


DeferralCode = Literal[
    "not_reproducible",
    "needs_facts",
    "needs_development",
    "violated_requirements",
    "unlicensed",
    "beyond_scope",
    "unconstructive",
]


class DeferralOptions(Options):
    """EL-8."""

    field: str = Field(default="sla_set_deferral", description="Agents' field with the reason.")
    effects: Mapping[DeferralCode, Effect] = Field(
        default_factory=dict, description="What each reason means; a reason not listed has the check's own effect."
    )


class EtiquetteOptions(Options):
    """EL-9."""

    field: str = Field(default="sla_set_abuse", description="Agents' field that records abusive communication.")


class ChannelOptions(Options):
    """AG-8."""

    official: tuple[Source, ...] = Field(
        default=(Source.WEB, Source.EMAIL, Source.API), min_length=1, description="Channels that count."
    )


class ContractOptions(Options):
    """CU-3."""

    field: str = Field(default="service", description="Ticket field with the service asked for.")
    by_topic: Mapping[str, str] = Field(default_factory=dict, description="Service by help topic, by the topic's name.")


class Exhausted(StrEnum):
    """What happens when the units of entitlement are used up (CU-6)."""

    REFUSE = "refuse"
    WARN = "warn"
    NEGATIVE = "negative"


class Taken(StrEnum):
    """When a ticket takes its units (CU-6)."""

    CREATION = "creation"
    RESOLUTION = "resolution"


class UnitsOptions(Options):
    """CU-6. With `taken` the bridge counts; without it only the registry's own count is looked at."""

    unit: str = Field(default="tickets", description="Unit of the counters to look at.")
    counter: str = Field(default="", description="Id of the one counter to look at; empty means all of that unit.")
    need: float = Field(default=1.0, ge=0, le=1e9, description="Units a ticket takes.")
    taken: Taken | None = Field(
        default=None,
        description="Count tickets, which take their units at their creation or at their resolution; left out: the "
        "registry's count alone.",
    )
    amount_field: str = Field(
        default="",
        description="Agents' field with the units that the ticket takes, such as hours; `need` until it holds a number.",
    )
    warn_left: float = Field(default=1.0, ge=0, description="Units left from which to warn.")
    exhausted: Exhausted = Field(
        default=Exhausted.REFUSE, description="Refuse (the check fails), warn, or go negative."
    )


class ContactOptions(Options):
    """CU-6: named contacts."""


OPTIONS: Mapping[Kind, type[Options]] = {
    Kind.REGISTRATION: RegistrationOptions,
    Kind.LICENCE: LicenceOptions,
    Kind.CERTIFICATE: CertificateOptions,
    Kind.VERSION: VersionOptions,
    Kind.CONDITIONS: ConditionsOptions,
    Kind.COMPLETENESS: CompletenessOptions,
    Kind.ATTACHMENTS: AttachmentsOptions,
    Kind.DEFERRAL: DeferralOptions,
    Kind.ETIQUETTE: EtiquetteOptions,
    Kind.CHANNEL: ChannelOptions,
    Kind.CONTRACT: ContractOptions,
    Kind.UNITS: UnitsOptions,
    Kind.CONTACT: ContactOptions,
}
"""The options' model of each kind; the policy language validates a check's `options` with it."""
