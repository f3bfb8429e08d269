"""What the report says, in Russian and English."""

from collections.abc import Mapping

from bridge.files.types import Title

HEADING = Title(ru="Сроки поддержки", en="Support deadlines")
AS_OF = Title(ru="Данные на {at}, {zone}", en="Data of {at}, {zone}")
PERIOD = Title(ru="Завершённые сроки за {period}", en="Deadlines that ended in {period}")
SO_FAR = Title(
    ru="Завершённые сроки за {period}, пока по {until}", en="Deadlines that ended in {period}, so far until {until}"
)
FILTERED = Title(ru="Отбор: {filters}", en="Only: {filters}")
COUNTED = Title(
    ru="Соблюдение = выполнено / (выполнено + нарушено). В таблицах считаются сроки: у заявки их может быть несколько, прежние"
    " циклы входят. Открытые сроки стоят отдельно и в долю не входят. На плитках считаются заявки, кроме соблюдения.",
    en="Compliance = met / (met + missed). Tables count deadlines: a ticket may have several, and earlier cycles are in."
    " Open deadlines stand apart and have no part in the share. The tiles count tickets, except for compliance.",
)
FEW = Title(ru="мало данных", en="few data")
FEW_TOLD = Title(
    ru="Серым — доли, за которыми меньше {few} завершённых сроков.",
    en="Grey: shares of fewer than {few} ended deadlines.",
)
NO_DATA = Title(ru="За период нет завершённых сроков.", en="No deadline ended in this period.")
SKIPPED = Title(
    ru="Прочитано не всё, этих заявок в отчёте нет: {count}.",
    en="Not everything could be read; tickets missing here: {count}.",
)
OF = Title(ru="{part} из {whole}", en="{part} of {whole}")
TABLE = Title(ru="Таблица", en="Table")
TOTAL = Title(ru="Всего", en="Total")
NOTHING = Title(ru="—", en="—")
OTHERS = Title(ru="Ещё {count}", en="{count} more")
LEFT_OUT = Title(
    ru="Показаны {shown} из {count}; все строки даёт --format csv.",
    en="Shown are {shown} of {count}; --format csv gives all rows.",
)

TILES: Mapping[str, Title] = {
    "open": Title(ru="Открытые заявки", en="Open tickets"),
    "at_risk": Title(ru="Под угрозой", en="At risk"),
    "overdue": Title(ru="Просрочено", en="Overdue"),
    "compliance": Title(ru="Соблюдение", en="Compliance"),
    "certificates": Title(ru="Сертификаты истекают", en="Certificates ending"),
}
NEW_TODAY = Title(ru="новых сегодня: {count}", en="{count} new today")
PAUSED_NOW = Title(ru="ждём клиента: {count}", en="{count} waiting for the customer")
NEXT_DUE = Title(ru="ближайший срок {at}", en="next due {at}")
MOST_LATE = Title(ru="самый давний срок {at}", en="earliest was due {at}")
NONE_OVERDUE = Title(ru="Ничего не просрочено.", en="Nothing is overdue.")
NONE_AT_RISK = Title(ru="Под угрозой ничего нет.", en="Nothing is at risk.")
MONTH_BEFORE = Title(ru="{month}: {share}", en="{month}: {share}")
IN_30 = Title(ru="за 30 дней; за 60 — {sixty}, за 90 — {ninety}", en="in 30 days; {sixty} in 60, {ninety} in 90")

SECTIONS: Mapping[str, Title] = {
    "level": Title(ru="По уровням", en="By level"),
    "metric": Title(ru="По видам сроков", en="By kind of deadline"),
    "department": Title(ru="По отделам", en="By department"),
    "agent": Title(ru="По сотрудникам", en="By agent"),
    "customer": Title(ru="По клиентам", en="By customer"),
    "month": Title(ru="Соблюдение за 12 месяцев", en="Compliance over 12 months"),
    "backlog": Title(ru="Открытые по возрасту, рабочие дни", en="Open by age, working days"),
    "arrivals": Title(ru="Когда приходят заявки", en="When tickets come"),
    "coming": Title(ru="Сроки на ближайшие 7 дней", en="Due in the next 7 days"),
    "overdue": Title(ru="Просрочено сейчас", en="Overdue now"),
    "causes": Title(ru="Почему нарушено", en="Why deadlines were missed"),
    "missed": Title(ru="Нарушения за период", en="Missed deadlines of the period"),
    "tickets": Title(ru="Заявки периода", en="Tickets of the period"),
    "spent": Title(ru="Где прошло время", en="Where the time went"),
    "unknown": Title(ru="Право на поддержку не установлено", en="Support not established"),
    "excluded": Title(ru="Исключены из отчёта", en="Excluded from the report"),
    "certificates": Title(ru="Сертификаты, которые истекают", en="Certificates that end"),
    "entitlements": Title(ru="Израсходовано по договорам", en="Used of contracts"),
    "versions": Title(ru="Устаревшие версии", en="Outdated versions"),
    "exceptions": Title(ru="Исключения из правил", en="Exceptions in force"),
    "obligations": Title(ru="Обязательства по договорам", en="Obligations"),
}
EMPTY: Mapping[str, Title] = {
    "coming": Title(ru="За 7 дней не наступает ни один срок.", en="No deadline comes within 7 days."),
    "overdue": Title(ru="Ничего не просрочено.", en="Nothing is overdue."),
    "missed": Title(ru="Нарушений нет.", en="No deadline was missed."),
    "unknown": Title(ru="Таких открытых заявок нет.", en="No open ticket is like that."),
    "excluded": Title(ru="Ни одна заявка не исключена.", en="No ticket is excluded."),
    "certificates": Title(ru="За 90 дней ничего не истекает.", en="Nothing ends within 90 days."),
    "entitlements": Title(ru="Договоров с учётом единиц нет.", en="No contract counts units."),
    "versions": Title(ru="Устаревших версий нет.", en="No version is outdated."),
    "exceptions": Title(ru="Действующих нет.", en="None is in force."),
    "obligations": Title(ru="За период никому ничего не обещано.", en="Nothing is owed to anybody in this period."),
    "not_kept": Title(ru="Реестр клиентов этого не ведёт.", en="The registry of customers does not keep this."),
    "registry": Title(
        ru="Реестр клиентов не подключён: о сертификатах, договорах и версиях ничего не известно.",
        en="No registry of customers is connected: nothing is known of certificates, contracts and versions.",
    ),
}
REGISTRY_AS_OF = Title(ru="по реестру на {at}", en="by the registry of {at}")
HEAT_NOTE = Title(
    ru="число — поступило за период, в рамке — сроков нарушено; контур — рабочее время",
    en="the number came in the period, the framed one are deadlines missed; the outline is working time",
)
MONTH_DESC = Title(
    ru="Доля выполненных сроков по месяцам, от {low} до {high}. Все числа стоят в таблице ниже.",
    en="Share of deadlines met by month, from {low} to {high}. The table below has all numbers.",
)
BACKLOG_DESC = Title(
    ru="Открытые заявки по возрасту: за нами {ours}, ждём клиента {waiting}. Все числа стоят в таблице ниже.",
    en="Open tickets by age: {ours} are ours, {waiting} wait for the customer. The table below has all numbers.",
)
HEAT_DESC = Title(
    ru="Заявки по дням недели и часам: поступило {arrivals}, сроков нарушено {breaches}. Все числа стоят в таблице ниже.",
    en="Tickets by weekday and hour: {arrivals} came, {breaches} deadlines were missed. The table below has all numbers.",
)
OURS = Title(ru="за нами {count}", en="{count} ours")
WAITING = Title(ru="ждём клиента {count}", en="{count} waiting for the customer")
MET_KEY = Title(ru="выполнено", en="met")
MISSED_KEY = Title(ru="нарушено", en="missed")
AGE_BELOW = Title(ru="до {until} дня", en="below {until} day")
AGE_BETWEEN = Title(ru="{from_}–{until} дней", en="{from_}–{until} days")
AGE_ABOVE = Title(ru="от {from_}", en="{from_} and more")
LENGTHS = Title(
    ru="Медиана и «90 % быстрее» — рабочее время завершённых сроков: половина и девять десятых заняли не больше.",
    en="Median and “90 % within” are working time of ended deadlines: half, and nine tenths, took no longer.",
)
TICKETS: Mapping[str, Title] = {
    "met": Title(ru="Все сроки выполнены", en="All deadlines met"),
    "breached": Title(ru="Хотя бы один срок нарушен", en="At least one deadline missed"),
    "last_breached": Title(ru="из них нарушен последний срок", en="of these, the last one missed"),
    "reopened": Title(ru="Открывались снова", en="Reopened"),
    "cancelled": Title(
        ru="Только отменённые сроки (в долю не входят)", en="Only cancelled deadlines (no part of the share)"
    ),
    "excluded": Title(ru="Исключены из отчёта", en="Excluded from the report"),
    "open_breached": Title(ru="Просрочены сейчас", en="Overdue now"),
}
COLUMNS: Mapping[str, Title] = {
    "level": Title(ru="Уровень", en="Level"),
    "metric": Title(ru="Срок", en="Deadline"),
    "department": Title(ru="Отдел", en="Department"),
    "agent": Title(ru="Сотрудник", en="Agent"),
    "customer": Title(ru="Клиент", en="Customer"),
    "month": Title(ru="Месяц", en="Month"),
    "compliance": Title(ru="Соблюдение", en="Compliance"),
    "met": Title(ru="Выполнено", en="Met"),
    "missed": Title(ru="Нарушено", en="Missed"),
    "open": Title(ru="Открыто", en="Open"),
    "median": Title(ru="медиана", en="median"),
    "p90": Title(ru="90\N{NO-BREAK SPACE}% быстрее", en="90\N{NO-BREAK SPACE}% within"),
    "ticket": Title(ru="Заявка", en="Ticket"),
    "tickets": Title(ru="Заявки", en="Tickets"),
    "count": Title(ru="Число", en="Count"),
    "share": Title(ru="Доля", en="Share"),
    "due": Title(ru="Срок до", en="Due"),
    "late": Title(ru="Опоздание", en="Late by"),
    "cause": Title(ru="Причина", en="Cause"),
    "receipt": Title(ru="Протокол", en="Receipt"),
    "state": Title(ru="Состояние", en="State"),
    "age": Title(ru="Возраст", en="Age"),
    "ours": Title(ru="За нами", en="Ours"),
    "waiting": Title(ru="Ждём клиента", en="Waiting"),
    "all": Title(ru="Всего", en="All"),
    "weekday": Title(ru="День", en="Day"),
    "status": Title(ru="Статус", en="Status"),
    "time": Title(ru="Рабочее время", en="Working time"),
    "cycles": Title(ru="Сроков", en="Deadlines"),
    "average": Title(ru="В среднем на срок", en="Average for each"),
    "reason": Title(ru="Причина", en="Reason"),
    "by": Title(ru="Кто", en="By"),
    "checks": Title(ru="Не установлено", en="Not established"),
    "until": Title(ru="До", en="Until"),
    "days": Title(ru="Дней осталось", en="Days left"),
    "certificate": Title(ru="Сертификат", en="Certificate"),
    "paper": Title(ru="Договор", en="Contract"),
    "entitlement": Title(ru="Что учитывается", en="What counts"),
    "period": Title(ru="Период", en="Period"),
    "used": Title(ru="Израсходовано", en="Used"),
    "left": Title(ru="Осталось", en="Left"),
    "product": Title(ru="Продукт", en="Product"),
    "version": Title(ru="Версия", en="Version"),
    "latest": Title(ru="Последняя", en="Latest"),
    "approver": Title(ru="Кто разрешил", en="Approved by"),
    "exception": Title(ru="Исключение", en="Exception"),
    "obligation": Title(ru="Обязательство", en="Obligation"),
    "kept": Title(ru="Выполнено", en="Kept"),
    "last_day": Title(ru="Последний день", en="Last day"),
}
RECEIPT: Mapping[str, Title] = {
    "metric": Title(ru="Срок", en="Deadline"),
    "cycle": Title(ru="Цикл", en="Cycle"),
    "started_at": Title(ru="Начат", en="Started"),
    "due_at": Title(ru="Срок до", en="Due"),
    "stopped_at": Title(ru="Завершён", en="Stopped"),
    "target": Title(ru="Отведено", en="Target"),
    "calendar": Title(ru="Календарь", en="Calendar"),
    "elapsed_seconds": Title(ru="Прошло рабочего времени", en="Working time used"),
    "late_seconds": Title(ru="Опоздание", en="Late by"),
    "policy_digest": Title(ru="Редакция соглашения", en="Edition of the agreement"),
    "inputs": Title(ru="Входные данные", en="Inputs"),
    "command": Title(ru="Пересчитать", en="Count it again"),
}
STILL_OPEN = Title(ru="ещё открыт", en="still open")
LATE_OPEN = Title(ru="{late}, открыта", en="{late}, open")
NOT_RECORDED = Title(ru="не записано", en="not recorded")
CAUSES: Mapping[str, Title] = {
    "level_raised": Title(ru="Поднят уровень, срок уже прошёл", en="Level raised when the deadline had passed"),
    "transferred": Title(ru="Передача между отделами", en="Moved between departments"),
    "unassigned": Title(ru="Не назначена до срока", en="Assigned to nobody until it was due"),
    "mail_failed": Title(ru="Ответ по почте не дошёл до клиента", en="The reply by mail did not arrive"),
    "curator_absent": Title(ru="Куратор отсутствовал, замены нет", en="Curator absent, nobody in his place"),
    "in_work": Title(ru="Была в работе, не успели", en="In work, not in time"),
}
"""Why a deadline was missed, in words."""

NAMELESS: Mapping[str, Title] = {
    "level": Title(ru="Без уровня", en="No level"),
    "department": Title(ru="Отдел не записан", en="Department not recorded"),
    "agent": Title(ru="Не назначен", en="Nobody"),
    "customer": Title(ru="Клиент не определён", en="Customer not known"),
}
VERSION_STATES: Mapping[str, Title] = {
    "outdated": Title(ru="устарела", en="outdated"),
    "unreadable": Title(ru="не разобрана", en="unreadable"),
}
WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS: Mapping[str, tuple[str, ...]] = {
    "ru": ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
MONTHS_OF_DATES: Mapping[str, tuple[str, ...]] = {
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"),
    "en": MONTHS["en"],
}  # fmt: skip
MONTHS_SHORT: Mapping[str, tuple[str, ...]] = {
    "ru": ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
OVERDUE_OF_OPEN = Title(ru="просрочено: {count}", en="{count} overdue")
"""Beside the number of open deadlines."""
HEAT_TABLE = Title(
    ru="Поступило заявок, после косой черты — нарушено сроков.",
    en="Tickets that came; after the stroke, deadlines missed.",
)
NO_ARRIVALS = Title(ru="За период заявки не поступали.", en="No ticket came in this period.")
WITH_OPEN = Title(ru="вместе с теми, что просрочены и ещё открыты", en="with those that are overdue and still open")
NOTES: Mapping[str, Title] = {
    "overdue": Title(ru="{count}, самые давние сверху", en="{count}, oldest first"),
    "missed": Title(ru="{count}, новые сверху", en="{count}, newest first"),
}
COMING_NOTE = Title(ru="{count}, ближайшие сверху", en="{count}, soonest first")
STATES: Mapping[str, Title] = {
    "running": Title(ru="Идёт", en="Running"),
    "at_risk": Title(ru="Под угрозой", en="At risk"),
}
WITHIN = Title(ru="за {days} дней — {count}", en="{count} in {days} days")
TICKETS_NOTE = Title(
    ru="здесь считаются заявки: нарушен хотя бы один срок — заявка нарушена",
    en="tickets are counted here: one missed deadline makes it missed",
)
SPENT_NOTE = Title(
    ru="рабочее время завершённых сроков, паузы входят", en="working time of ended deadlines, pauses included"
)
