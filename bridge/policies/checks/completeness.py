"""EL-6: does the ticket carry what staff need? What is missing is named, and asked for in one polite letter."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

from pydantic import Field

from bridge.files.types import Listed, Title
from bridge.policies.checks.answer import CheckAnswer, failed, passed
from bridge.policies.checks.case import Case
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.deferral import Deferral
from bridge.policies.checks.wording import Sentence, joined, wording

KIND = "completeness"


class CompletenessOptions(Options):
    """EL-6. A fact is `description`, `link` or the name of a ticket field, such as `steps_to_reproduce`."""

    facts: Listed[str] = Field(
        default=("product", "product_version", "platform_version", "description"),
        description="Facts every ticket should carry.",
    )
    by_topic: Mapping[str, Listed[str]] = Field(
        default_factory=dict, description="Facts by help topic, by its name; they replace `facts` for that topic."
    )
    on_request: Listed[str] = Field(
        default=("server_settings", "client_settings"),
        description="Facts demanded once staff ask for more (needs_facts).",
    )
    deferral_field: str = Field(default="sla_set_deferral", description="Agents' field by which staff ask for more.")
    description_length: int = Field(
        default=20, ge=1, le=10_000, description="Characters below which a description is none."
    )
    link_words: Listed[str] = Field(
        default=(
            "документац",
            "инструкц",
            "руководств",
            "прошлое обращение",
            "предыдущее обращение",
            "прошлой заявк",
            "documentation",
            "manual says",
            "earlier ticket",
            "previous ticket",
        ),
        description="Words by which a ticket is about a document or an earlier discussion, so that a link is wanted.",
    )
    titles: Mapping[str, tuple[str, str]] = Field(
        default_factory=dict,
        description="Titles of further facts as [Russian, English], for the reason and the ready reply.",
    )

    @cached_property
    def facts_by_topic(self) -> Mapping[str, tuple[str, ...]]:
        """`by_topic` with the names folded; of two that fold alike the first counts."""
        return {folded(name): self.by_topic[name] for name in reversed(tuple(self.by_topic))}

    @cached_property
    def own_titles(self) -> tuple[tuple[str, tuple[str, str]], ...]:
        """`titles` as a value that can be a key."""
        return tuple(self.titles.items())


FACTS: Mapping[str, Title] = {
    "product": Title(ru="название продукта", en="the product's name"),
    "product_version": Title(ru="версия продукта", en="the product's version"),
    "platform_version": Title(ru="версия платформы", en="the platform's version"),
    "registration_number": Title(ru="регистрационный номер", en="the registration number"),
    "certificate_number": Title(ru="номер сертификата поддержки", en="the number of the support certificate"),
    "description": Title(ru="описание проблемы", en="a description of the problem"),
    "steps_to_reproduce": Title(
        ru="действия, после которых возникает проблема", en="the steps that lead to the problem"
    ),
    "link": Title(ru="ссылка на документ или прежнее обращение", en="a link to the document or the earlier discussion"),
    "operating_system": Title(ru="операционная система", en="the operating system"),
    "device": Title(ru="устройство", en="the device"),
    "server_settings": Title(ru="настройки серверной части", en="the settings of the server software"),
    "client_settings": Title(ru="настройки клиентских рабочих мест", en="the settings of the clients"),
}
"""What may be asked for, as a list in a letter names it."""

_LINK = re.compile(r"https?://|www\.|#\s?[0-9]{3,}|№\s?[0-9]{3,}", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:[0-9]{1,2}[.)]|[-*•])\s+\S", re.MULTILINE)
_STEP_WORDS = (
    "шаги",
    "воспроизве",
    "последовательность действий",
    "steps to reproduce",
    "how to reproduce",
    "repro steps",
)
_READ_FROM_BODY = 20_000
"""Characters of the first message that are looked through; a description is not longer, a pasted log is."""


def answer(case: Case, options: CompletenessOptions) -> CheckAnswer:
    """Return whether every fact that the topic asks for is there, in its field or in the customer's text; the missing by name."""
    topic = case.ticket.topic
    wanted = options.facts if topic is None else options.facts_by_topic.get(folded(topic.name), options.facts)
    if case.inputs.get(options.deferral_field) == Deferral.NEEDS_FACTS:
        wanted = (*wanted, *options.on_request)
    body = case.ticket.body[:_READ_FROM_BODY]
    missing = [fact for fact in wanted if not (case.stated(fact) or _in_text(case, options, fact, body))]
    return _lacking(tuple(dict.fromkeys(missing)), options.own_titles) if missing else passed("facts_complete")


@lru_cache(maxsize=1024)
def _lacking(missing: tuple[str, ...], own_titles: tuple[tuple[str, tuple[str, str]], ...]) -> CheckAnswer:
    # Few combinations, each told for many tickets: to join the titles anew takes longer than all other checks together.
    titles = dict(own_titles)
    return failed("facts_missing", missing=missing, named=joined([fact_title(one, titles) for one in missing]))


def _in_text(case: Case, options: CompletenessOptions, fact: str, body: str) -> bool:
    look = _ELSEWHERE.get(fact)
    return look is not None and look(case, options, body)


def _description(_case: Case, options: CompletenessOptions, body: str) -> bool:
    return len(body.strip()) >= options.description_length


def _steps(_case: Case, _options: CompletenessOptions, body: str) -> bool:
    lowered = body.casefold()
    return any(word in lowered for word in _STEP_WORDS) or len(_NUMBERED.findall(body)) > 1


def _link(case: Case, options: CompletenessOptions, body: str) -> bool:
    """A link is wanted only of a ticket that is about a document or an earlier discussion."""
    text = f"{case.ticket.subject}\n{body}"
    lowered = text.casefold()
    return not any(word in lowered for word in options.link_words) or _LINK.search(text) is not None


def _product(case: Case, _options: CompletenessOptions, _body: str) -> bool:
    return case.product_id is not None


_LOOKS_LIKE_VERSION = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+){2,}(?![\w.]*[0-9])")


def _version(case: Case, _options: CompletenessOptions, body: str) -> bool:
    """Return whether the text names a version of one of the product's families."""
    product = case.product
    if product is None:
        return False
    for found in _LOOKS_LIKE_VERSION.findall(body):
        version = product.scheme.read(found)
        if version is not None and product.family_of(version) is not None:
            return True
    return False


_ELSEWHERE: Mapping[str, Callable[[Case, CompletenessOptions, str], bool]] = {
    "description": _description,
    "steps_to_reproduce": _steps,
    "link": _link,
    "product": _product,
    "product_version": _version,
}
"""Facts that a ticket may tell elsewhere than in their own field."""


def fact_title(fact: str, titles: Mapping[str, tuple[str, str]] | None = None) -> Title:
    """Return what a fact is called in a list of wishes: the policy's title, the built-in one, or its own name."""
    if titles and fact in titles:
        return Title(ru=titles[fact][0], en=titles[fact][1])
    return FACTS.get(fact) or Title(ru=fact, en=fact)


_LETTER = Sentence(
    Title(
        ru="""Здравствуйте!

Спасибо за обращение{number}. Чтобы разобраться быстрее, нам не хватает нескольких сведений.
Пришлите, пожалуйста, ответом на это письмо:
{items}

Получим ответ — сразу продолжим. Если что-то в списке непонятно, спросите: подскажем, где это найти.""",
        en="""Hello,

thank you for your request{number}. To help you faster we need a few more facts.
Please reply to this letter with:
{items}

We will go on as soon as we hear from you. If anything is unclear, just ask: we will help you find it.""",
    )
)


def ready_reply(
    missing: Sequence[str], *, language: str, number: str = "", titles: Mapping[str, tuple[str, str]] | None = None
) -> str:
    """Return one polite letter in `language` (`ru`, else English) that asks for all missing facts at once.

    Empty when nothing is missing. `number` is the ticket's, `titles` those of the policy's own facts.
    """
    if not missing:
        return ""
    items = "\n".join(f"— {fact_title(fact, titles).text(language)};" for fact in missing).removesuffix(";") + "."
    shown = f" № {number}" if language == "ru" else f" {number}"
    return _LETTER.filled({"number": shown if number else "", "items": items}, language)


WORDINGS = {
    "facts_complete": wording(ru="Все нужные сведения есть", en="All necessary facts are there"),
    "facts_missing": wording(
        ru="В обращении не хватает сведений: {named}",
        en="The request lacks: {named}",
        mend_ru="Сообщите, пожалуйста: {named}.",
        mend_en="Please tell us: {named}.",
    ),
}

register(
    CheckKind(
        KIND,
        Title(ru="Полнота обращения", en="Completeness"),
        CompletenessOptions,
        answer,
        WORDINGS,
        place=60,
        staff_fields=("deferral_field",),
        topics=("by_topic",),
    )
)
