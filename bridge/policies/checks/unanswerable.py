"""The answers that many checks share: the registry names no customer, or nothing tells which product is meant."""

from bridge.customers import Presence
from bridge.policies.checks.answer import CheckAnswer, unknown
from bridge.policies.checks.case import NOBODY, Case
from bridge.policies.checks.wording import wording

UNAVAILABLE = "registry_unavailable"
"""The one reason of a check that rests on the registry which bears no age: there is no copy to be old."""


def without_customer(case: Case) -> CheckAnswer | None:
    """Return the unknown answer of a check that needs a customer, None when the registry names one."""
    registry = case.registry
    if registry.presence is Presence.FOUND and case.customer is not NOBODY:
        return None
    if registry.presence is Presence.NOT_FOUND:
        return unknown("customer_not_found")
    if registry.presence is Presence.AMBIGUOUS:
        return unknown("registry_ambiguous", candidates=registry.candidates)
    return unknown(UNAVAILABLE)


def without_product(case: Case) -> CheckAnswer:
    """Return the unknown answer of a check that needs a product of the catalogue."""
    if case.product_id is None:
        return unknown("product_not_stated")
    return unknown("product_unlisted", product=case.product_name)


WORDINGS = {
    "product_not_stated": wording(
        ru="Не указано, о каком продукте идёт речь",
        en="It is not stated which product this is about",
        mend_ru="Укажите, пожалуйста, о каком продукте идёт речь.",
        mend_en="Please tell us which product this is about.",
    ),
    "product_unlisted": wording(
        ru="Продукта «{product}» нет в каталоге",
        en="The catalogue does not list the product “{product}”",
        mend_ru="Уточните, пожалуйста, название продукта, как оно указано в документах.",
        mend_en="Please give the product's name as it stands in its documents.",
    ),
    "customer_not_found": wording(
        ru="Клиент не найден в реестре, проверить нечего",
        en="The customer is not in the registry, so there is nothing to check",
        mend_ru="Укажите, пожалуйста, регистрационный номер программы.",
        mend_en="Please state the registration number of the product.",
    ),
    "registry_ambiguous": wording(
        ru="Обращению подходит несколько клиентов реестра: {candidates}",
        en="Several customers of the registry match: {candidates}",
        mend_ru="Укажите, пожалуйста, регистрационный номер программы.",
        mend_en="Please state the registration number of the product.",
    ),
    UNAVAILABLE: wording(
        ru="Реестр клиентов недоступен, проверка отложена",
        en="The customer registry is not available, the check has to wait",
    ),
}
