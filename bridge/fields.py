"""The fields of the bridge in osTicket: names, owners, titles and choices, and what else `setup` creates beside them.

People's own fields stand here; the bridge's output fields stand beside the code that computes their values, in
`bridge.policies.outcome.fields`. `make docs` writes both into the plugin's `blueprint.json`, so that PHP repeats none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bridge.files.types import Title


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
    """One field of osTicket's ticket form; `type` is osTicket's own word for it.

    `choices` are key and title. With `levels` they are replaced by the policy's levels as soon as `setup` knows these: by
    all of them, or by those that a person may choose. `column` is the width in pixels of the field's column in the agents'
    queues; None gives it none.
    """

    name: str
    type: Literal["choices", "datetime", "text", "memo", "bool"]
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

AGENT_INPUTS = (
    BridgeField(
        name="sla_set_level",
        type="choices",
        owner=Owner.AGENT,
        title=Title(en="Set SLA level", ru="Задать уровень SLA"),
        choices={AUTOMATIC: AUTOMATIC_TITLE, "general": GENERAL},
        levels="choosable",
    ),
    BridgeField(
        name="sla_set_critical",
        type="bool",
        owner=Owner.AGENT,
        title=Title(en="Critical error confirmed", ru="Критическая ошибка подтверждена"),
    ),
    BridgeField(
        name="sla_set_deferral",
        type="choices",
        owner=Owner.AGENT,
        title=Title(en="Reason for deferral or refusal", ru="Причина отсрочки или отказа"),
        choices=DEFERRALS,
    ),
    BridgeField(
        name="sla_set_misuse",
        type="bool",
        owner=Owner.AGENT,
        title=Title(en="Use against the documentation", ru="Нарушение условий эксплуатации"),
    ),
    BridgeField(
        name="sla_set_abuse",
        type="bool",
        owner=Owner.AGENT,
        title=Title(en="Abusive communication", ru="Оскорбительное общение"),
    ),
    BridgeField(
        name="sla_set_promise",
        type="datetime",
        owner=Owner.AGENT,
        title=Title(en="Date promised", ru="Обещанная дата"),
    ),
)
"""What agents tell the bridge about a ticket."""

CUSTOMER_INPUTS = (
    BridgeField(name="product", type="text", owner=Owner.CUSTOMER, title=Title(en="Product", ru="Продукт")),
    BridgeField(
        name="product_version",
        type="text",
        owner=Owner.CUSTOMER,
        title=Title(en="Product version", ru="Версия продукта"),
    ),
    BridgeField(
        name="platform_version",
        type="text",
        owner=Owner.CUSTOMER,
        title=Title(en="Platform version", ru="Версия платформы"),
    ),
    BridgeField(
        name="registration_number",
        type="text",
        owner=Owner.CUSTOMER,
        title=Title(en="Registration number", ru="Регистрационный номер"),
    ),
    BridgeField(
        name="steps_to_reproduce",
        type="memo",
        owner=Owner.CUSTOMER,
        title=Title(en="Steps to reproduce", ru="Порядок воспроизведения"),
    ),
)
"""What customers tell about their case, in fields that exist or that `setup` creates."""

WAITING_STATUS = Title(en="Waiting for the customer", ru="Ожидает ответа клиента")
DEVELOPMENT_DEPARTMENT = Title(en="Development", ru="Отдел разработки")
ATTENTION_QUEUE = Title(en="SLA: at risk and overdue", ru="SLA: под угрозой и просрочено")
