"""What the facts of conditions, and their values, are called in a sentence that people read."""

from collections.abc import Mapping

from bridge.customers import Category, Presence
from bridge.decisions import Outcome
from bridge.fields import AGENT_INPUTS
from bridge.files.types import Title
from bridge.policies.checks.completeness import FACTS
from bridge.policies.checks.wording import Spoken
from bridge.tickets import Source

NAMES: Mapping[str, Title] = {
    "status": Title(ru="статус", en="the status"),
    "status_state": Title(ru="состояние заявки", en="the state of the status"),
    "department": Title(ru="отдел", en="the department"),
    "topic": Title(ru="тема обращения", en="the help topic"),
    "priority": Title(ru="приоритет", en="the priority"),
    "assignee": Title(ru="исполнитель", en="the agent in charge"),
    "channel": Title(ru="канал обращения", en="the channel"),
    "subject": Title(ru="заголовок", en="the subject"),
    "body": Title(ru="первое сообщение", en="the first message"),
    "text": Title(ru="текст обращения", en="the text of the request"),
    "language": Title(ru="язык", en="the language"),
    "created": Title(ru="время создания", en="the time of creation"),
    "attachments.count": Title(ru="число вложений", en="the number of attachments"),
    "attachments.name": Title(ru="имена вложений", en="the names of the attachments"),
    "attachments.type": Title(ru="типы вложений", en="the types of the attachments"),
    "attachments.size": Title(ru="размеры вложений", en="the sizes of the attachments"),
    "requester.name": Title(ru="имя обратившегося", en="the requester's name"),
    "requester.email": Title(ru="адрес обратившегося", en="the requester's address"),
    "requester.domain": Title(ru="домен обратившегося", en="the requester's domain"),
    "organization.name": Title(ru="организация", en="the organisation"),
    "customer.category": Title(ru="категория клиента", en="the customer's category"),
    "customer.presence": Title(ru="есть ли клиент в реестре", en="whether the registry knows the customer"),
    "customer.tier": Title(ru="уровень клиента", en="the customer's tier"),
    "customer.id": Title(ru="код клиента", en="the customer's id"),
    "customer.name": Title(ru="название клиента", en="the customer's name"),
    "customer.curator": Title(ru="куратор", en="the person in charge"),
    "customer.services": Title(ru="услуги договора", en="the services of the contract"),
    "customer.certificates": Title(ru="сертификаты поддержки", en="the support certificates"),
    "breaches": Title(ru="число нарушенных сроков", en="the number of missed deadlines"),
    "answered": Title(ru="был ли ответ", en="whether it was answered"),
    "closed": Title(ru="закрыто ли обращение", en="whether it is closed"),
    "imported": Title(ru="перенесено ли обращение", en="whether it was imported"),
    "reopened": Title(ru="число повторных открытий", en="the number of reopenings"),
    "messages": Title(ru="число сообщений клиента", en="the number of the customer's messages"),
    "responses": Title(ru="число ответов", en="the number of answers"),
}
"""Facts whose names no policy chooses. A test holds the table to the vocabulary of conditions."""

_OF_STAFF = {one.name: one.title for one in AGENT_INPUTS}

_VALUES: Mapping[str, Mapping[str, Title]] = {
    "channel": {
        Source.WEB: Title(ru="сайт поддержки", en="the support site"),
        Source.EMAIL: Title(ru="электронная почта", en="e-mail"),
        Source.PHONE: Title(ru="телефон", en="telephone"),
        Source.API: Title(ru="программный интерфейс", en="programming interface"),
        Source.OTHER: Title(ru="мессенджер, форум или чат", en="messenger, forum or chat"),
    },
    "status_state": {
        "open": Title(ru="открыто", en="open"),
        "closed": Title(ru="закрыто", en="closed"),
        "archived": Title(ru="в архиве", en="archived"),
        "deleted": Title(ru="удалено", en="deleted"),
    },
    "customer.category": {
        Category.PARTNER: Title(ru="партнёр", en="partner"),
        Category.COMMERCIAL: Title(ru="коммерческий клиент", en="commercial"),
        Category.NONCOMMERCIAL: Title(ru="некоммерческий клиент", en="non-commercial"),
        Category.UNREGISTERED: Title(ru="незарегистрированный пользователь", en="unregistered"),
        "": Title(ru="неизвестна", en="not known"),
    },
    "customer.presence": {
        Presence.FOUND: Title(ru="найден", en="found"),
        Presence.NOT_FOUND: Title(ru="не найден", en="not found"),
        Presence.AMBIGUOUS: Title(ru="подходит несколько", en="several match"),
        Presence.UNKNOWN: Title(ru="неизвестно", en="not known"),
    },
}

_ANSWERS: Mapping[str, Title] = {
    Outcome.PASS: Title(ru="да", en="pass"),
    Outcome.WARN: Title(ru="внимание", en="warning"),
    Outcome.FAIL: Title(ru="нет", en="fail"),
    Outcome.UNKNOWN: Title(ru="неизвестно", en="unknown"),
}


def name_of(path: str) -> Title:
    """Return what the fact of that name is called; a field or column without a title is called by its own name."""
    name = path.rpartition(".")[2]
    return NAMES.get(path) or FACTS.get(name) or _OF_STAFF.get(name) or Title(ru=name, en=name)


def spoken(path: str, value: str) -> str:
    """Return the fact's value such that evidence tells it as it is and sentences in words."""
    words = _ANSWERS if path.startswith("check.") else _VALUES.get(path)
    title = words.get(value) if words else None
    return str(value) if title is None else Spoken(value, title)
