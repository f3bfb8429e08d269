"""What states, verdicts, answers, facts and their values are called where a decision is told, in Russian and English."""

from collections.abc import Mapping

from bridge.customers import Category, Presence
from bridge.decisions import ClockState, Outcome, SupportVerdict
from bridge.fields import AGENT_INPUTS, CUSTOMER_INPUTS, BridgeField
from bridge.files.types import Title
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.tickets import Source

STATES = {
    ClockState.OVERDUE: Title(ru="просрочено", en="overdue"),
    ClockState.AT_RISK: Title(ru="срок близко", en="at risk"),
    ClockState.RUNNING: Title(ru="идёт", en="running"),
    ClockState.PAUSED: Title(ru="приостановлено", en="paused"),
    ClockState.MISSED: Title(ru="срок нарушен", en="missed"),
    ClockState.MET: Title(ru="срок соблюдён", en="met"),
    ClockState.CANCELLED: Title(ru="отменено", en="cancelled"),
    ClockState.NONE: Title(ru="не отсчитывается", en="none"),
}

VERDICTS = {
    SupportVerdict.FULL: Title(ru="полная", en="full"),
    SupportVerdict.LIMITED: Title(ru="ограниченная", en="limited"),
    SupportVerdict.REFUSABLE: Title(ru="можно отказать", en="may be refused"),
    SupportVerdict.UNKNOWN: Title(ru="не установлена", en="not established"),
}

OUTCOMES = {
    Outcome.PASS: Title(ru="да", en="pass"),
    Outcome.WARN: Title(ru="внимание", en="warning"),
    Outcome.FAIL: Title(ru="нет", en="fail"),
    Outcome.UNKNOWN: Title(ru="неизвестно", en="unknown"),
}

CATEGORIES = {
    Category.PARTNER: Title(ru="партнёр", en="partner"),
    Category.COMMERCIAL: Title(ru="коммерческий", en="commercial"),
    Category.NONCOMMERCIAL: Title(ru="некоммерческий", en="non-commercial"),
    Category.UNREGISTERED: Title(ru="незарегистрированный", en="unregistered"),
}

PRESENCES = {
    Presence.FOUND: Title(ru="найден", en="found"),
    Presence.NOT_FOUND: Title(ru="нет в реестре", en="not in the registry"),
    Presence.AMBIGUOUS: Title(ru="подходит несколько записей реестра", en="several customers of the registry fit"),
    Presence.UNKNOWN: Title(ru="реестр недоступен", en="no usable registry"),
}

CHANNELS = {
    Source.WEB: Title(ru="сайт", en="web"),
    Source.EMAIL: Title(ru="почта", en="e-mail"),
    Source.PHONE: Title(ru="телефон", en="telephone"),
    Source.API: Title(ru="программный интерфейс", en="API"),
    Source.OTHER: Title(ru="другой", en="other"),
}

FACTS = {
    "status": Title(ru="статус", en="status"),
    "status_state": Title(ru="состояние статуса", en="state of the status"),
    "department": Title(ru="отдел", en="department"),
    "topic": Title(ru="тема", en="topic"),
    "priority": Title(ru="приоритет", en="priority"),
    "assignee": Title(ru="исполнитель", en="agent"),
    "channel": Title(ru="канал", en="channel"),
    "subject": Title(ru="заголовок", en="subject"),
    "body": Title(ru="первое сообщение", en="first message"),
    "text": Title(ru="текст", en="text"),
    "language": Title(ru="язык", en="language"),
    "created": Title(ru="создана", en="created"),
    "attachments.count": Title(ru="число вложений", en="number of attachments"),
    "attachments.name": Title(ru="имя вложения", en="name of an attachment"),
    "attachments.type": Title(ru="вид вложения", en="type of an attachment"),
    "attachments.size": Title(ru="размер вложения", en="size of an attachment"),
    "requester.name": Title(ru="имя автора", en="requester's name"),
    "requester.email": Title(ru="почта автора", en="requester's e-mail"),
    "requester.domain": Title(ru="домен почты", en="requester's domain"),
    "requester.fields": Title(ru="поле автора", en="requester's field"),
    "organization.name": Title(ru="организация", en="organisation"),
    "organization.fields": Title(ru="поле организации", en="organisation's field"),
    "customer.category": Title(ru="категория клиента", en="customer category"),
    "customer.presence": Title(ru="клиент в реестре", en="customer in the registry"),
    "customer.tier": Title(ru="уровень клиента", en="customer's tier"),
    "customer.id": Title(ru="код клиента", en="customer's id"),
    "customer.name": Title(ru="клиент", en="customer"),
    "customer.curator": Title(ru="куратор", en="curator"),
    "customer.services": Title(ru="услуга по договору", en="service of a contract"),
    "customer.certificates": Title(ru="вид сертификата", en="kind of certificate"),
    "customer.attributes": Title(ru="признак клиента", en="customer's"),
    "check": Title(ru="проверка", en="check"),
    "fields": Title(ru="поле", en="field"),
    "answered": Title(ru="ответ дан", en="answered"),
    "closed": Title(ru="закрыта", en="closed"),
    "imported": Title(ru="перенесена", en="imported"),
    "reopened": Title(ru="сколько раз открыта вновь", en="times reopened"),
    "messages": Title(ru="сообщений клиента", en="customer's messages"),
    "responses": Title(ru="ответов", en="answers"),
}
"""What each fact of conditions is called; of facts with a name of their own (`fields.NAME`) what stands before the name."""

_FIELDS: Mapping[str, BridgeField] = {field.name: field for field in (*AGENT_INPUTS, *CUSTOMER_INPUTS, *OUTPUT_FIELDS)}

_VALUES: Mapping[str, Mapping[str, Title]] = {
    "customer.category": {str(key): title for key, title in CATEGORIES.items()},
    "customer.presence": {str(key): title for key, title in PRESENCES.items()},
    "channel": {str(key): title for key, title in CHANNELS.items()},
}

_OUTCOMES: Mapping[str, Title] = {str(key): title for key, title in OUTCOMES.items()}


def fact_title(path: str, language: str) -> str:
    """Return what the fact at `path` is called: a field by its own title, others by the table."""
    if path in FACTS:
        return FACTS[path].text(language)
    group, _, name = path.rpartition(".")
    if group == "fields" and name in _FIELDS:
        return f"«{_FIELDS[name].title.ru}»" if language == "ru" else f"“{_FIELDS[name].title.en}”"
    return f"{FACTS[group].text(language)} {name}" if group in FACTS else path


def value_title(path: str, value: object, levels: Mapping[str, Title], language: str) -> str | None:
    """Return what the value of a fact is called, None where it speaks for itself; `levels` are the policy's by id."""
    group, _, name = path.rpartition(".")
    known: Mapping[str, Title] = _VALUES.get(path, {})
    if group == "check":
        known = _OUTCOMES
    elif group == "fields" and name in _FIELDS:
        field = _FIELDS[name]
        known = {**field.choices, **levels} if field.levels else field.choices
    title = known.get(str(value))
    return None if title is None else title.text(language)
