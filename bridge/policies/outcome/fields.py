"""The output fields that people see in the helpdesk: one entry each, with the code that computes its value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bridge.customers import Category, Presence, RegistryAnswer
from bridge.decisions import ClockState, Support, SupportVerdict
from bridge.fields import LEVELS, BridgeField, Owner
from bridge.files.types import Title
from bridge.policies.checks.eligibility import category_of
from bridge.policies.checks.validity import day_after, start_of
from bridge.policies.clocks.verdicts import Verdicts
from bridge.policies.outcome.readable import polished
from bridge.tickets import FieldValue, format_instant, instant_text

RESPONSE_METRICS = ("first_response", "next_response")
RESOLUTION_METRICS = ("resolution",)


@dataclass(slots=True, kw_only=True)
class FieldSources:
    """What the output fields are computed from; `metrics` are those that the policy has, `mail` what became of the latest letter
    to the customer."""

    level: str | None
    state: ClockState
    verdicts: Verdicts
    metrics: frozenset[str]
    support: Support
    certificate_check: str | None
    reason: str
    category: Category | None
    registry: RegistryAnswer
    mail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputField(BridgeField):
    """A field that the bridge writes. `value` computes it: a choice's key, an instant as `…Z`, None to clear the field.

    With `only_with`, tickets get the field only where the policy has one of these metrics.
    """

    owner: Owner = Owner.BRIDGE
    value: Callable[[FieldSources], FieldValue]
    only_with: tuple[str, ...] = ()


_MAIL = frozenset({"ok", "failed"})
"""What the helpdesk says of its letters to the customer; before the first one it says nothing."""

OUTPUT_FIELDS = (
    OutputField(
        name="sla_level",
        type="choices",
        title=Title(en="SLA level", ru="Уровень SLA"),
        choices=LEVELS,
        levels="all",
        column=95,
        value=lambda found: found.level,
    ),
    OutputField(
        name="sla_state",
        type="choices",
        title=Title(en="SLA state", ru="Состояние SLA"),
        choices={
            ClockState.RUNNING: Title(en="Running", ru="Идёт"),
            ClockState.AT_RISK: Title(en="At risk", ru="Под угрозой"),
            ClockState.OVERDUE: Title(en="Overdue", ru="Просрочено"),
            ClockState.PAUSED: Title(en="Paused", ru="На паузе"),
            ClockState.MET: Title(en="Met", ru="Выполнено"),
            ClockState.MISSED: Title(en="Missed", ru="Нарушено"),
            ClockState.NONE: Title(en="None", ru="Нет"),
        },
        column=95,
        value=lambda found: found.state.value,
    ),
    OutputField(
        name="sla_due",
        type="datetime",
        title=Title(en="SLA due", ru="Срок SLA"),
        column=110,
        value=lambda found: instant_text(found.verdicts.due_at()),
    ),
    OutputField(
        name="sla_response_due",
        type="datetime",
        title=Title(en="Reaction due", ru="Срок реакции"),
        value=lambda found: instant_text(found.verdicts.due_at(RESPONSE_METRICS)),
        only_with=RESPONSE_METRICS,
    ),
    OutputField(
        name="sla_resolution_due",
        type="datetime",
        title=Title(en="Resolution due", ru="Срок решения"),
        value=lambda found: instant_text(found.verdicts.due_at(RESOLUTION_METRICS)),
        only_with=RESOLUTION_METRICS,
    ),
    OutputField(
        name="sla_support",
        type="choices",
        title=Title(en="Support", ru="Поддержка"),
        choices={
            SupportVerdict.FULL: Title(en="Full", ru="Полная"),
            SupportVerdict.LIMITED: Title(en="Limited", ru="Ограниченная"),
            SupportVerdict.REFUSABLE: Title(en="May be refused", ru="Можно отказать"),
            SupportVerdict.UNKNOWN: Title(en="Unknown", ru="Неизвестно"),
        },
        column=95,
        value=lambda found: found.support.verdict.value,
    ),
    OutputField(
        name="sla_reason",
        type="text",
        title=Title(en="Reason", ru="Основание"),
        value=lambda found: found.reason,
    ),
    OutputField(
        name="sla_customer",
        type="choices",
        title=Title(en="Customer category", ru="Категория клиента"),
        choices={
            Category.PARTNER: Title(en="Partner", ru="Партнёр"),
            Category.COMMERCIAL: Title(en="Commercial", ru="Коммерческий"),
            Category.NONCOMMERCIAL: Title(en="Non-commercial", ru="Некоммерческий"),
            Category.UNREGISTERED: Title(en="Unregistered", ru="Незарегистрированный"),
        },
        value=lambda found: found.category.value if found.category is not None else None,
    ),
    OutputField(
        name="sla_certificate_until",
        type="datetime",
        title=Title(en="Certificate until", ru="Сертификат до"),
        value=lambda found: certificate_until(found.support, found.certificate_check, found.registry.zone),
    ),
    OutputField(
        name="sla_curator",
        type="text",
        title=Title(en="Curator", ru="Куратор"),
        value=lambda found: found.registry.curator,
    ),
    OutputField(
        name="sla_mail",
        type="choices",
        title=Title(en="Mail to the customer", ru="Почта клиенту"),
        choices={"ok": Title(en="Sent", ru="Отправлена"), "failed": Title(en="Failed", ru="Не доходит")},
        value=lambda found: found.mail if found.mail in _MAIL else None,
    ),
)
"""Every field that the bridge owns in the helpdesk. A new one is one entry here, then `make docs`."""


def project(found: FieldSources) -> dict[str, FieldValue]:
    """Return the output fields by name, without those of metrics that the policy does not have."""
    return {name: value(found) for name, value in _fields_with(found.metrics)}


@lru_cache(maxsize=64)
def _fields_with(metrics: frozenset[str]) -> Sequence[tuple[str, Callable[[FieldSources], FieldValue]]]:
    return [
        (field.name, _line_of(field.value) if field.type in _TEXTS else field.value)
        for field in OUTPUT_FIELDS
        if not field.only_with or not metrics.isdisjoint(field.only_with)
    ]


_TEXTS = frozenset({"text", "memo"})


def _line_of(value: Callable[[FieldSources], FieldValue]) -> Callable[[FieldSources], FieldValue]:
    """Return what computes the same text as a line that neither a spreadsheet nor a terminal obeys, None for an empty one."""

    def line(found: FieldSources) -> FieldValue:
        text = value(found)
        return None if text is None else polished(str(text)) or None

    return line


def certificate_until(support: Support, check_id: str | None, zone: str) -> str | None:
    """Return the last second of the certificate that decided the check, None where none did."""
    until = next((check.evidence.get("valid_until") for check in support.checks if check.id == check_id), None)
    return _last_second(until, zone) if isinstance(until, str) else None


@lru_cache(maxsize=4096)
def _last_second(day: str, zone: str) -> str | None:
    after = start_of(day_after(date.fromisoformat(day)), zone)
    return None if after is None else format_instant(after - 1)


def standing_category(registry: RegistryAnswer, fields: Mapping[str, FieldValue]) -> Category | None:
    """Return the customer's category by the registry, or by the ticket itself while there is no usable registry (EL-11).

    `fields` are the output fields as the ticket carries them. None when nothing may be concluded.
    """
    stands = last_category(fields) if registry.presence is Presence.UNKNOWN else None
    return category_of(registry) or stands


def last_category(fields: Mapping[str, FieldValue]) -> Category | None:
    """Return the category decided last, as the ticket carries it: what stands while there is no usable registry (EL-11)."""
    value = fields.get("sla_customer")
    return Category(value) if isinstance(value, str) and value in list(Category) else None
