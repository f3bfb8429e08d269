"""EL-6: does the ticket carry what staff need? What is missing is named, and asked for in one polite letter."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bridge.decisions import Outcome
from bridge.files.types import Title
from bridge.policies.checks.case import Case, Finding
from bridge.policies.checks.catalogue import Product, folded
from bridge.policies.checks.options import CompletenessOptions
from bridge.policies.checks.wording import fill, wording

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


def completeness(case: Case, options: CompletenessOptions) -> Finding:
    """Return whether every fact that the topic asks for is there; the missing ones by name.

    A fact that the customer already wrote into the text is never asked for again.
    """
    topic = case.ticket.topic
    wanted = options.facts if topic is None else options.facts_by_topic.get(_topic(topic.name), options.facts)
    if case.inputs.get(options.deferral_field) == "needs_facts":
        wanted = (*wanted, *options.on_request)
    missing = [fact for fact in wanted if not _given(case, options, fact)]
    return _lacking(tuple(dict.fromkeys(missing)), options.own_titles) if missing else _COMPLETE


_topic = lru_cache(maxsize=4096)(folded)

_COMPLETE = Finding(Outcome.PASS, "facts_complete")


@lru_cache(maxsize=4096)
def _lacking(missing: tuple[str, ...], own_titles: tuple[tuple[str, tuple[str, str]], ...]) -> Finding:
    titles = [fact_title(fact, dict(own_titles)) for fact in missing]
    named = Title(ru=", ".join(one.ru for one in titles), en=", ".join(one.en for one in titles))
    return Finding(Outcome.FAIL, "facts_missing", (("missing", missing), ("named", named)))


def _given(case: Case, options: CompletenessOptions, fact: str) -> bool:  # noqa: PLR0911 -- one return for each answer
    if case.said(fact):
        return True
    body = case.ticket.body[:_READ_FROM_BODY]
    if fact == "description":
        return len(body.strip()) >= options.description_length
    if fact == "steps_to_reproduce":
        lowered = body.casefold()
        return any(word in lowered for word in _STEP_WORDS) or len(_NUMBERED.findall(body)) > 1
    if fact == "link":
        text = f"{case.ticket.subject}\n{body}"
        lowered = text.casefold()
        return not any(word in lowered for word in options.link_words) or _LINK.search(text) is not None
    if fact == "product":
        return case.product_id is not None
    if fact == "product_version":
        return _stated_version(case.product, body)
    return False


_LOOKS_LIKE_VERSION = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+){2,}(?![\w.]*[0-9])")


def _stated_version(product: Product | None, body: str) -> bool:
    """Return whether the text names a version of one of the product's families."""
    if product is None:
        return False
    for found in _LOOKS_LIKE_VERSION.findall(body):
        stated = product.scheme.read(found)
        if stated is not None and product.family_of(stated) is not None:
            return True
    return False


def fact_title(fact: str, titles: Mapping[str, tuple[str, str]] | None = None) -> Title:
    """Return what a fact is called in a list of wishes: the policy's title, the built-in one, or its own name."""
    if titles and fact in titles:
        return Title(ru=titles[fact][0], en=titles[fact][1])
    return FACTS.get(fact) or Title(ru=fact, en=fact)


_LETTER = Title(
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
    return fill(_LETTER, {"number": shown if number else "", "items": items}, language)


WORDINGS = {
    "facts_complete": wording(ru="Все нужные сведения есть", en="All necessary facts are there"),
    "facts_missing": wording(
        ru="В обращении не хватает сведений: {named}",
        en="The request lacks: {named}",
        mend_ru="Сообщите, пожалуйста: {named}.",
        mend_en="Please tell us: {named}.",
    ),
}
