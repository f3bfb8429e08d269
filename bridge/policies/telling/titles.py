"""What states, verdicts, answers, facts and their values are called where a decision is told, in Russian and English."""

from collections.abc import Iterable, Mapping

from bridge.customers import Category, Presence
from bridge.decisions import ClockState, Outcome, SupportVerdict
from bridge.fields import AGENT_INPUTS, CUSTOMER_INPUTS, BridgeField
from bridge.files.types import Title
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.facts_in_words import name_of, spoken
from bridge.policies.checks.wording import written
from bridge.policies.outcome.fields import OUTPUT_FIELDS

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

PRESENCES = {
    Presence.FOUND: Title(ru="найден", en="found"),
    Presence.NOT_FOUND: Title(ru="нет в реестре", en="not in the registry"),
    Presence.AMBIGUOUS: Title(ru="подходит несколько записей реестра", en="several customers of the registry fit"),
    Presence.UNKNOWN: Title(ru="реестр недоступен", en="no usable registry"),
}

_FIELDS: Mapping[str, BridgeField] = {field.name: field for field in (*AGENT_INPUTS, *CUSTOMER_INPUTS, *OUTPUT_FIELDS)}


def outcome_title(outcome: Outcome, language: str) -> str:
    """Return what a check's answer is called."""
    return written(spoken("check.answer", outcome), language)


def category_title(category: Category, language: str) -> str:
    """Return what a customer's category is called."""
    return written(spoken("customer.category", category), language)


def fact_title(path: str, language: str) -> str:
    """Return what the fact at `path` is called: a field by its own title in quotation marks, others as checks call them."""
    group, _, name = path.rpartition(".")
    if group == "fields" and name in _FIELDS:
        title = _FIELDS[name].title.text(language)
        return f"«{title}»" if language == "ru" else f"“{title}”"
    return name_of(path).text(language)


def value_title(path: str, value: object, levels: Mapping[str, Title], language: str) -> str:
    """Return what the value of a fact is called, itself where it speaks for itself; `levels` are the policy's by id."""
    group, _, name = path.rpartition(".")
    if group == "fields" and name in _FIELDS:
        field = _FIELDS[name]
        title = {**field.choices, **(levels if field.levels else {})}.get(str(value))
        return str(value) if title is None else title.text(language)
    return written(spoken(path, str(value)), language)


def level_titles(policies: Iterable[Policy]) -> dict[str, Title]:
    """Return the titles of all levels by id; of a level that stands in several editions, the latest."""
    revisions = (revision for policy in policies for revision in policy.revisions)
    return {name: level.title for revision in revisions for name, level in revision.levels.items()}
