"""A decision as the values of the output fields that people see in the helpdesk."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from bridge.customers import Category, Presence, RegistryAnswer
from bridge.decisions import ClockState, Support
from bridge.policies.checks.eligibility import category_of
from bridge.policies.checks.validity import day_after, start_of
from bridge.policies.clocks.verdicts import Verdicts
from bridge.tickets import FieldValue, Instant, format_instant

OUTPUT_FIELDS = (
    "sla_level",
    "sla_state",
    "sla_due",
    "sla_response_due",
    "sla_resolution_due",
    "sla_support",
    "sla_reason",
    "sla_customer",
    "sla_certificate_until",
    "sla_curator",
)
"""Every field that the bridge owns in the helpdesk."""

RESPONSE_METRICS = ("first_response", "next_response")
RESOLUTION_METRICS = ("resolution",)


def project(
    *,
    level: str | None,
    state: ClockState,
    verdicts: Verdicts,
    metrics: frozenset[str],
    support: Support,
    certificate_check: str | None,
    reason: str,
    category: Category | None,
    registry: RegistryAnswer,
) -> dict[str, FieldValue]:
    """Return the output fields by name. Choices are keys, instants are `…Z`, null clears.

    `metrics` are those the policy has: a field of a metric it does not have is left out.
    """
    fields: dict[str, FieldValue] = {
        "sla_level": level,
        "sla_state": state.value,
        "sla_due": _written(verdicts.due_at()),
    }
    if not metrics.isdisjoint(RESPONSE_METRICS):
        fields["sla_response_due"] = _written(verdicts.due_at(RESPONSE_METRICS))
    if not metrics.isdisjoint(RESOLUTION_METRICS):
        fields["sla_resolution_due"] = _written(verdicts.due_at(RESOLUTION_METRICS))
    fields["sla_support"] = support.verdict.value
    fields["sla_reason"] = reason
    fields["sla_customer"] = category.value if category is not None else None
    fields["sla_certificate_until"] = certificate_until(support, certificate_check, registry.zone)
    fields["sla_curator"] = registry.curator or None
    return fields


def certificate_until(support: Support, check_id: str | None, zone: str) -> str | None:
    """Return the last second of the certificate that decided the check, None where none did."""
    if check_id is None:
        return None
    for check in support.checks:
        if check.id == check_id:
            until = check.evidence.get("valid_until")
            return _last_second(until, zone) if isinstance(until, str) else None
    return None


@lru_cache(maxsize=4096)
def _last_second(day: str, zone: str) -> str | None:
    after = start_of(day_after(date.fromisoformat(day)), zone)
    return None if after is None else format_instant(after - 1)


def _written(instant: Instant | None) -> str | None:
    return None if instant is None else format_instant(instant)


def standing_category(registry: RegistryAnswer, fields: Mapping[str, FieldValue]) -> Category | None:
    """Return the customer's category by the registry, or by the ticket itself while there is no usable registry (EL-11).

    `fields` are the output fields as the ticket carries them. None when nothing may be concluded.
    """
    category = category_of(registry)
    if category is None and registry.presence is Presence.UNKNOWN:
        return last_category(fields)
    return category


def last_category(fields: Mapping[str, FieldValue]) -> Category | None:
    """Return the category decided last, as the ticket carries it: what stands while there is no usable registry (EL-11)."""
    value = fields.get("sla_customer")
    return Category(value) if isinstance(value, str) and value in list(Category) else None
