"""EL-1: is the customer registered for the product he asks about?"""

from bridge.customers import Category, Presence, Tracked
from bridge.decisions import Outcome
from bridge.policies.checks.case import Case, Finding, Values, absence, licences_of, product_named
from bridge.policies.checks.options import Effect, RegistrationOptions
from bridge.policies.checks.wording import wording

NOT_REGISTERED = "not_registered"


def registration(case: Case, options: RegistrationOptions) -> Finding:
    """Return whether the registry knows the customer and his registration covers the product.

    Nobody is refused for being unregistered alone: that answer bears no effect, whatever the policy says of the check.
    """
    customer = case.answer.customer
    if case.answer.presence is Presence.NOT_FOUND or (customer and customer.category is Category.UNREGISTERED):
        return Finding(Outcome.FAIL, NOT_REGISTERED, effect=Effect.NONE, from_registry=True)
    missing = absence(case)
    if missing is not None or customer is None:
        return missing or Finding(Outcome.UNKNOWN, "registry_unavailable")
    known: Values = (("customer", customer.name or customer.id), ("matched_by", case.answer.matched_by))
    if Tracked.LICENCES not in case.answer.tracks or customer.category in options.any_product:
        return Finding(Outcome.PASS, "registered", known, from_registry=True)
    return _for_product(case, known)


def _for_product(case: Case, known: Values) -> Finding:
    if case.product_id is None:
        return Finding(Outcome.UNKNOWN, "product_not_stated", known, from_registry=True)
    values = (*known, ("product", product_named(case)))
    if case.product is not None and not case.product.supported:
        return Finding(Outcome.FAIL, "product_not_supported", values, from_registry=True)
    if licences_of(case):
        return Finding(Outcome.PASS, "registered", values, from_registry=True)
    if case.product is None:
        return Finding(Outcome.UNKNOWN, "product_unlisted", values, from_registry=True)
    return Finding(Outcome.FAIL, "product_not_covered", values, from_registry=True)


WORDINGS = {
    "registered": wording(ru="Клиент зарегистрирован", en="The customer is registered"),
    NOT_REGISTERED: wording(
        ru="В реестре нет такого пользователя: обращение незарегистрированного пользователя",
        en="The registry does not know this user: a request of an unregistered user",
        mend_ru="Укажите, пожалуйста, регистрационный номер программы или напишите с адреса из регистрации.",
        mend_en="Please state the registration number of the product, or write from the address given at registration.",
    ),
    "product_not_covered": wording(
        ru="Клиент есть в реестре, но продукт «{product}» за ним не зарегистрирован",
        en="The customer is in the registry, but the product “{product}” is not registered to him",
        mend_ru="Зарегистрируйте, пожалуйста, продукт «{product}» или назовите номер, под которым он зарегистрирован.",
        mend_en="Please register the product “{product}”, or state the number it is registered under.",
    ),
    "product_not_supported": wording(
        ru="Продукт «{product}» не поддерживается",
        en="The product “{product}” is not supported",
        mend_ru="Обратитесь, пожалуйста, к поставщику продукта «{product}».",
        mend_en="Please turn to the supplier of “{product}”.",
    ),
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
    "registry_unavailable": wording(
        ru="Реестр клиентов недоступен, проверка отложена",
        en="The customer registry is not available, the check has to wait",
    ),
}
