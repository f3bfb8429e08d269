"""The fields of the bridge in osTicket: names, owners, titles and choices, and what else `setup` creates beside them.

People's own fields stand here; the bridge's output fields stand beside the code that computes their values, in
`bridge.policies.outcome.fields`. `make docs` writes both into the plugin's `blueprint.json`, so that PHP repeats none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, Literal

from bridge.files.types import Title

FieldType = Literal["choices", "datetime", "text", "memo", "bool"]
"""osTicket's own words for what a field holds."""


class Owner(StrEnum):
    """Who fills a field. That decides who sees and edits it in osTicket."""

    BRIDGE = "bridge"
    """Agents see it, nobody edits it, customers never see it."""
    AGENT = "agent"
    """Agents see and edit it, customers never see it; it counts only where an agent set it."""
    CUSTOMER = "customer"
    """An ordinary optional field of the helpdesk, which `setup` creates on request and never takes away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeField:
    """One field of osTicket's ticket form.

    `choices` are key and title. With `levels` they are replaced by the policy's levels as soon as `setup` knows these: by
    all of them, or by those that a person may choose. `column` is the width in pixels of the field's column in the agents'
    queues; None gives it none.
    """

    name: str
    type: FieldType
    owner: Owner
    title: Title
    choices: Mapping[str, Title] = field(default_factory=dict)
    levels: Literal["all", "choosable"] | None = None
    column: int | None = None


GENERAL = Title(en="General", ru="Общий")
LEVELS: Mapping[str, Title] = {
    "general": GENERAL,
    "standard": Title(en="Standard", ru="Стандартный"),
    "urgent": Title(en="Urgent", ru="Срочный"),
    "development": Title(en="Development", ru="Разработка"),
}
"""The levels of a helpdesk that was set up without a policy."""

AUTOMATIC = "automatic"
"""The choice of `sla_set_level` that leaves the level to the rules; no level may be called so."""

AUTOMATIC_TITLE = Title(en="Automatic", ru="Автоматически")

DEFERRALS: Mapping[str, Title] = {
    "not_reproducible": Title(en="Cannot be reproduced", ru="Не воспроизводится"),
    "needs_facts": Title(en="Not enough information", ru="Недостаточно сведений"),
    "needs_development": Title(
        en="Needs diagnosis, development or a release", ru="Нужна диагностика, доработка или выпуск"
    ),
    "violated_requirements": Title(
        en="Requirements violated or product modified", ru="Нарушены требования или изменён продукт"
    ),
    "unlicensed": Title(en="Unlicensed copy", ru="Нелицензионная копия"),
    "beyond_scope": Title(en="Outside the scope of support", ru="Вне рамок поддержки"),
    "unconstructive": Title(en="Put incorrectly or unconstructively", ru="Некорректно или неконструктивно"),
}
"""Why staff defer or refuse a ticket: the closed list of EL-8."""


def _field(owner: Owner, name: str, kind: FieldType, *, en: str, ru: str, **more: Any) -> BridgeField:
    return BridgeField(name=name, type=kind, owner=owner, title=Title(en=en, ru=ru), **more)


_of_agents, _of_customers = partial(_field, Owner.AGENT), partial(_field, Owner.CUSTOMER)


ATTENTION_FIELD = "sla_set_attention"
"""The input that calls the head of support: staff's like the others, but a customer may set it too, by the portal's button."""

EXCLUDED_FIELD = "sla_set_excluded"
"""The input by which staff take a ticket out of all figures; its text is the reason, and empty it counts again."""

AGENT_INPUTS = (
    _of_agents(
        "sla_set_level",
        "choices",
        en="Set SLA level",
        ru="Задать уровень SLA",
        choices={AUTOMATIC: AUTOMATIC_TITLE, "general": GENERAL},
        levels="choosable",
    ),
    _of_agents("sla_set_critical", "bool", en="Critical error confirmed", ru="Критическая ошибка подтверждена"),
    _of_agents(
        "sla_set_deferral",
        "choices",
        en="Reason for deferral or refusal",
        ru="Причина отсрочки или отказа",
        choices=DEFERRALS,
    ),
    _of_agents("sla_set_misuse", "bool", en="Use against the documentation", ru="Нарушение условий эксплуатации"),
    _of_agents("sla_set_abuse", "bool", en="Abusive communication", ru="Оскорбительное общение"),
    _of_agents("sla_set_promise", "datetime", en="Date promised", ru="Обещанная дата"),
    _of_agents(ATTENTION_FIELD, "bool", en="Attention of the head", ru="Внимание руководителя"),
    _of_agents(EXCLUDED_FIELD, "text", en="Exclude from reports: reason", ru="Исключить из отчётов: причина"),
)
"""What agents tell the bridge about a ticket."""

CUSTOMER_INPUTS = (
    _of_customers("product", "text", en="Product", ru="Продукт"),
    _of_customers("product_version", "text", en="Product version", ru="Версия продукта"),
    _of_customers("platform_version", "text", en="Platform version", ru="Версия платформы"),
    _of_customers("registration_number", "text", en="Registration number", ru="Регистрационный номер"),
    _of_customers("steps_to_reproduce", "memo", en="Steps to reproduce", ru="Порядок воспроизведения"),
)
"""What customers tell about their case, in fields that exist or that `setup` creates."""

WAITING_STATUS = Title(en="Waiting for the customer", ru="Ожидает ответа клиента")
DEVELOPMENT_DEPARTMENT = Title(en="Development", ru="Отдел разработки")
AT_RISK_QUEUE = Title(en="At risk", ru="Под угрозой")
OVERDUE_QUEUE = Title(en="Overdue", ru="Просрочено")
"""The agents' queues below the open tickets. Of more than some 16 characters the menu cuts off the end."""

DUE_COLUMN = Title(en="Due", ru="Срок")
"""The heading of the one column of ours in the queues: state, deadline and level."""

DUE_SORT = Title(en="Due", ru="Срок")
ARRIVAL_SORT = Title(en="In order of arrival", ru="В порядке поступления")
"""The sort orders that `setup` offers in the queues."""

ATTENTION_QUEUE = Title(en="SLA: attention", ru="SLA: внимание")
FORMER_ATTENTION_QUEUE = Title(en="SLA: at risk and overdue", ru="SLA: под угрозой и просрочено")
"""How `setup` called its one queue in the versions before, to know it again: below the open tickets, and in the first one."""
