"""The fields of the bridge in osTicket, with their titles: what `setup` creates here."""

from dataclasses import dataclass, replace
from typing import Any

from bridge.connectors.sandbox.answers import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Provided:
    """A field that `setup` creates: osTicket's type, its owner (None: customers), titles, choices and labels."""

    name: str
    type: str
    owner: str | None
    titles: tuple[str, str]
    choices: tuple[tuple[str, str, str], ...] = ()

    def title(self, language: str) -> str:
        """Return the title in `ru` or `en`."""
        return self.titles[language == "ru"]

    def labels(self, language: str) -> dict[str, str]:
        """Return the choices' keys and labels in `ru` or `en`."""
        return {key: (english, russian)[language == "ru"] for key, english, russian in self.choices}


STATES = (
    ("running", "Running", "Идёт"),
    ("at_risk", "At risk", "Под угрозой"),
    ("overdue", "Overdue", "Просрочено"),
    ("paused", "Paused", "На паузе"),
    ("met", "Met", "Выполнено"),
    ("missed", "Missed", "Нарушено"),
    ("none", "None", "Нет"),
)
SUPPORT = (
    ("full", "Full", "Полная"),
    ("limited", "Limited", "Ограниченная"),
    ("refusable", "May be refused", "Можно отказать"),
    ("unknown", "Unknown", "Неизвестно"),
)
CUSTOMERS = (
    ("partner", "Partner", "Партнёр"),
    ("commercial", "Commercial", "Коммерческий"),
    ("noncommercial", "Non-commercial", "Некоммерческий"),
    ("unregistered", "Unregistered", "Незарегистрированный"),
)
DEFERRALS = (
    ("not_reproducible", "Cannot be reproduced", "Не воспроизводится"),
    ("needs_facts", "Not enough information", "Недостаточно сведений"),
    ("needs_development", "Needs diagnosis, development or a release", "Нужна диагностика, доработка или выпуск"),
    ("violated_requirements", "Requirements violated or product modified", "Нарушены требования или изменён продукт"),
    ("unlicensed", "Unlicensed copy", "Нелицензионная копия"),
    ("beyond_scope", "Outside the scope of support", "Вне рамок поддержки"),
    ("unconstructive", "Put incorrectly or unconstructively", "Некорректно или неконструктивно"),
)
LEVELS = (
    ("general", "General", "Общий"),
    ("standard", "Standard", "Стандартный"),
    ("urgent", "Urgent", "Срочный"),
    ("development", "Development", "Разработка"),
)
AUTOMATIC = ("automatic", "Automatic", "Автоматически")


def _output(
    name: str, kind: str, english: str, russian: str, choices: tuple[tuple[str, str, str], ...] = ()
) -> Provided:
    return Provided(name=name, type=kind, owner="bridge", titles=(english, russian), choices=choices)


def _input(
    name: str, kind: str, english: str, russian: str, choices: tuple[tuple[str, str, str], ...] = ()
) -> Provided:
    return Provided(name=name, type=kind, owner="agent", titles=(english, russian), choices=choices)


def _fact(name: str, kind: str, english: str, russian: str) -> Provided:
    return Provided(name=name, type=kind, owner=None, titles=(english, russian))


OUTPUTS = (
    _output("sla_level", "choices", "SLA level", "Уровень SLA", LEVELS),
    _output("sla_state", "choices", "SLA state", "Состояние SLA", STATES),
    _output("sla_due", "datetime", "SLA due", "Срок SLA"),
    _output("sla_response_due", "datetime", "Reaction due", "Срок реакции"),
    _output("sla_resolution_due", "datetime", "Resolution due", "Срок решения"),
    _output("sla_support", "choices", "Support", "Поддержка", SUPPORT),
    _output("sla_reason", "text", "Reason", "Основание"),
    _output("sla_customer", "choices", "Customer category", "Категория клиента", CUSTOMERS),
    _output("sla_certificate_until", "datetime", "Certificate until", "Сертификат до"),
    _output("sla_curator", "text", "Curator", "Куратор"),
)
INPUTS_OF_AGENTS = (
    _input("sla_set_level", "choices", "Set SLA level", "Задать уровень SLA", (AUTOMATIC, LEVELS[0])),
    _input("sla_set_critical", "bool", "Critical error confirmed", "Критическая ошибка подтверждена"),
    _input("sla_set_deferral", "choices", "Reason for deferral or refusal", "Причина отсрочки или отказа", DEFERRALS),
    _input("sla_set_misuse", "bool", "Use against the documentation", "Нарушение условий эксплуатации"),
    _input("sla_set_abuse", "bool", "Abusive communication", "Оскорбительное общение"),
    _input("sla_set_promise", "datetime", "Date promised", "Обещанная дата"),
)
INPUTS_OF_CUSTOMERS = {
    field.name: field
    for field in (
        _fact("product", "text", "Product", "Продукт"),
        _fact("product_version", "text", "Product version", "Версия продукта"),
        _fact("platform_version", "text", "Platform version", "Версия платформы"),
        _fact("registration_number", "text", "Registration number", "Регистрационный номер"),
        _fact("steps_to_reproduce", "memo", "Steps to reproduce", "Порядок воспроизведения"),
    )
}
WAITING_STATUS = ("Waiting for the customer", "Ожидает ответа клиента")
DEVELOPMENT = ("Development", "Отдел разработки")
QUEUE = ("SLA: at risk and overdue", "SLA: под угрозой и просрочено")
COLUMNS = ("sla_level", "sla_state", "sla_due", "sla_support")


def with_levels(field: Provided, levels: list[dict[str, Any]] | None) -> Provided:
    """Return the level fields with the policy's levels as choices (None: their usual ones); other fields as they are.

    Refuses (422) levels of which one's id is the tail of another's: osTicket's queues find a choice by the end of its
    key, "ok" would be found in "not_ok".
    """
    if levels is None or field.name not in ("sla_level", "sla_set_level"):
        return field
    choices = tuple((level["id"], level["label"], level["label"]) for level in levels)
    if field.name == "sla_set_level":
        choosable = {level["id"] for level in levels if level.get("choosable", False)}
        choices = (AUTOMATIC, *(choice for choice in choices if choice[0] in choosable))
    for key, _, _ in choices:
        if longer := next((other for other, _, _ in choices if other != key and other.endswith(key)), None):
            raise Refusal("unprocessable", f"level {key!r} is the tail of {longer!r}", "give it another id")
    return replace(field, choices=choices)


def ticket_number(ticket: int) -> str:
    """Return the number a customer sees: six digits, different for each id below 900,000."""
    return str(100_000 + (ticket * 7_919 + 381_516) % 900_000)
