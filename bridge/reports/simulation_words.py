"""What the page of a simulation says, in Russian and English."""

from bridge.files.types import Title
from bridge.policies.telling.policy_changes import How, Part

HEADING = Title(ru="Что изменит {candidate}", en="What {candidate} would change")
AS_OF = Title(
    ru="«{policy}», на {at}. Ничего не записано. Всё время: {zone}.",
    en="“{policy}”, as of {at}. Nothing was written. All times are of {zone}.",
)
DIFFERENCES = Title(ru="Чем отличаются соглашения", en="What differs in the agreements")
NO_DIFFERENCES = Title(ru="Соглашения одинаковы.", en="The agreements are the same.")
MOST_CHANGED = Title(ru="Заявки, которые изменятся сильнее всего", en="The most changed tickets")
NO_TICKETS = Title(ru="Ни одна заявка не изменится.", en="No ticket changes.")
MORE_TICKETS = Title(
    ru="Ещё {count} изменившихся заявок здесь нет; больше строк даёт --shown.",
    en="{count} more changed tickets are not listed; --shown lists more.",
)
MORE_ROWS = Title(ru="и ещё {count}", en="and {count} more")
FAILED = Title(ru="Не решены", en="Not decided")
FAILED_TICKET = Title(ru="заявка с id {ticket}: {reason}", en="ticket id {ticket}: {reason}")
FAILED_LINE = Title(ru="{reason}", en="{reason}")
NONE = Title(ru="нет", en="none")
UNKNOWN = Title(ru="неизвестно", en="unknown")
BREACHED = Title(ru="нарушено: {metrics}", en="breached: {metrics}")
SAVED = Title(ru="больше не нарушено: {metrics}", en="no longer breached: {metrics}")
THRESHOLDS = Title(
    ru="пороги только по одному из соглашений: {thresholds}", en="thresholds by one of them only: {thresholds}"
)

FIGURES = {
    "tickets": Title(ru="заявок просмотрено", en="tickets looked at"),
    "changed": Title(ru="изменится", en="would change"),
    "earlier": Title(ru="сроков станут раньше", en="deadlines earlier"),
    "later": Title(ru="сроков станут позже", en="deadlines later"),
    "breached": Title(ru="сроков будут нарушены", en="newly breached"),
    "saved": Title(ru="больше не нарушены", en="no longer breached"),
}
CHARTS = {
    "levels": Title(ru="Уровни", en="Levels"),
    "rules": Title(ru="Решающие правила", en="Deciding rules"),
    "states": Title(ru="Состояния", en="States"),
    "verdicts": Title(ru="Право на поддержку", en="Support verdicts"),
    "departments": Title(ru="Изменившиеся заявки по отделам", en="Changed tickets by department"),
    "categories": Title(ru="Изменившиеся заявки по категориям клиентов", en="Changed tickets by customer category"),
    "breached": Title(ru="Будут нарушены, по срокам", en="Newly breached by metric"),
    "saved": Title(ru="Больше не нарушены, по срокам", en="No longer breached by metric"),
}
COLUMNS = {
    "ticket": Title(ru="Заявка", en="Ticket"),
    "department": Title(ru="Отдел", en="Department"),
    "level": Title(ru="Уровень", en="Level"),
    "state": Title(ru="Состояние", en="State"),
    "due": Title(ru="Срок", en="Due"),
    "verdict": Title(ru="Поддержка", en="Support"),
}
PARTS = {
    Part.EDITION: Title(ru="Редакция в силе с", en="Edition in force from"),
    Part.CALENDAR: Title(ru="Календарь «{name}»", en="Calendar “{name}”"),
    Part.CLOCK: Title(ru="Отсчёт «{name}»", en="Clock “{name}”"),
    Part.LEVEL: Title(ru="Уровень «{name}»", en="Level “{name}”"),
    Part.TARGET: Title(ru="Срок «{name}»", en="Target “{name}”"),
    Part.RAISE: Title(ru="Повышение уровня «{name}» временем", en="What time raises “{name}” to"),
    Part.RULE: Title(ru="Правило {name}", en="Rule {name}"),
    Part.CHECK: Title(ru="Проверка {name}", en="Check {name}"),
    Part.PORTAL: Title(ru="Что видит клиент на портале", en="What customers see in the portal"),
    Part.OTHER: Title(
        ru="Уровни, сроки, правила и проверки те же; другие примечания, каталог продуктов, праздники или прежние редакции",
        en="Levels, targets, rules and checks are the same; remarks, the catalogue, holidays or earlier editions are not",
    ),
}
HOWS = {
    How.ADDED: Title(ru="новое", en="new"),
    How.REMOVED: Title(ru="убрано", en="gone"),
    How.CHANGED: Title(ru="изменено", en="changed"),
    How.MOVED: Title(ru="переставлено", en="moved"),
}
