"""What kinds of helpdesks can do, in words: what it is called, what it gives, and what follows where a kind cannot."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bridge.files.types import Title
from bridge.protocols.capabilities import Capabilities


class Ability(NamedTuple):
    """A member of Capabilities in words."""

    title: Title
    present: str
    absent: Title


ABILITIES: Mapping[str, Ability] = {
    "history": Ability(
        Title(
            ru="история статусов, отделов, исполнителей и полей",
            en="history of statuses, departments, assignees and fields",
        ),
        "clocks count from the ticket's creation, whenever the bridge began",
        Title(
            ru="история известна с первой синхронизации, изменение отнесено к тому чтению, которое его обнаружило, а часы,"
            " начавшиеся раньше, не идут",
            en="history is known from the first sync on, a change is put down to the look that found it, and a clock that began"
            " before does not run",
        ),
    ),
    "authors": Ability(
        Title(ru="авторы сообщений", en="who wrote a message"),
        "an answer of an agent is one by the helpdesk's own word",
        Title(
            ru="автор сообщения определяется по списку сотрудников, а снятый с этого списка считается клиентом",
            en="the author of a message is inferred from the list of agents, and who is no more on it counts as a customer",
        ),
    ),
    "channels": Ability(
        Title(ru="канал обращения", en="the channel a ticket came by"),
        "checks and rules may look at it",
        Title(
            ru="канал неизвестен, и проверка канала так и отвечает",
            en="it is unknown, and a check of the channel says so",
        ),
    ),
    "classification": Ability(
        Title(ru="темы и приоритеты заявок", en="topics and priorities of tickets"),
        "rules and targets may look at them",
        Title(
            ru="у заявок их нет, и правила с ними не срабатывают",
            en="tickets have none, and rules that ask for one do not hold",
        ),
    ),
    "change_feed": Ability(
        Title(ru="лента изменений", en="a feed of changes"),
        "each change is told once, a deletion too, and a pass without changes is one request",
        Title(
            ru="изменения ищутся по времени последней правки, а удаление и то, что этого времени не сдвинуло, находятся за сутки",
            en="changes are looked for by the time of the last one; what does not move that time, and a deletion, is found"
            " within a day",
        ),
    ),
    "conditional_writes": Ability(
        Title(ru="запись с условием", en="writes bound to what was read"),
        "the helpdesk itself refuses a write if somebody was quicker",
        Title(
            ru="заявка читается до и после записи: правка между чтением и записью обнаруживается, но не предотвращается",
            en="a ticket is read before and after a write: an edit between the read and the write is found, not prevented",
        ),
    ),
    "choices": Ability(
        Title(ru="поля с выбором из списка", en="fields with a list of choices"),
        "agents choose from the levels, and no other word can be written",
        Title(
            ru="сотрудники пишут слова списка сами, а другие слова не учитываются",
            en="agents type the words of the list, and other words are passed over",
        ),
    ),
}
"""Every ability that tells kinds of helpdesks apart, by its name in Capabilities."""

FEATURE_ABILITIES: Mapping[str, Ability] = {
    "native": Ability(
        Title(ru="собственный срок заявки", en="a due date of its own"),
        "it can follow the agreement, where bridge.yaml wants that",
        Title(ru="сравнивать с соглашением нечего", en="there is nothing to compare with the agreement"),
    ),
    "actions": Ability(
        Title(ru="действия", en="actions"),
        "what the policy says is sent, answered, assigned and closed, once each, where bridge.yaml switches that on",
        Title(
            ru="ничего не отправляется, не назначается и не закрывается, что бы ни было записано в регламенте",
            en="nothing is sent, assigned or closed, whatever the policy says",
        ),
    ),
    "offer": Ability(
        Title(ru="письма без заявки", en="letters that belong to no ticket"),
        "letters about obligations leave at the points of `warn_at`",
        Title(
            ru="письма об обязательствах, назначенные в warn_at, не отправляются; сами обязательства видны в отчёте, а"
            " предупреждает о них синхронизация",
            en="letters about obligations at the points of warn_at are not sent; what is owed stands in the report, and a pass"
            " warns of it",
        ),
    ),
}
"""Those of FEATURES that a policy counts on, by their names: what follows where no helpdesk of the kind has them."""

_LACKS = Title(ru="Система заявок не даёт: {title} - {absent}", en="The helpdesk does not offer: {title}; {absent}")


def has(capabilities: Capabilities, name: str) -> bool:
    """Return whether a kind of helpdesk has the ability of that name, or may have that feature."""
    return name in capabilities.features if name in FEATURE_ABILITIES else bool(getattr(capabilities, name))


def lacks_in_words(capabilities: Capabilities, language: str) -> Iterator[str]:
    """Yield a sentence for each ability that a kind of helpdesk lacks, with what follows from that."""
    for name in (*ABILITIES, *FEATURE_ABILITIES):
        if not has(capabilities, name):
            yield lack_in_words(name, language)


def lack_in_words(name: str, language: str) -> str:
    """Return the sentence of an ability that a kind of helpdesk lacks."""
    ability = {**ABILITIES, **FEATURE_ABILITIES}[name]
    return _LACKS.text(language).format(title=ability.title.text(language), absent=ability.absent.text(language))
