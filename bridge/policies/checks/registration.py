"""EL-1: is the customer registered for the product he asks about?"""

from pydantic import Field

from bridge.customers import Category, Presence, Tracked
from bridge.files.types import Listed, Title
from bridge.policies.checks.answer import CheckAnswer, Effect, failed, passed, unknown
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.unanswerable import without_customer
from bridge.policies.checks.wording import wording


class RegistrationOptions(Options):
    """EL-1."""

    any_product: Listed[Category] = Field(
        default=(), description="Customer categories that need no registered product, such as partners."
    )


def answer(case: Case, options: RegistrationOptions) -> CheckAnswer:
    """Return whether the registry knows the customer and his registration covers the product."""
    registry, customer = case.registry, case.customer
    if registry.presence is Presence.NOT_FOUND:
        return _not_registered()
    if missing := without_customer(case):
        return missing
    if customer.category is Category.UNREGISTERED:
        return _not_registered()
    known = {"customer": customer.name or customer.id, "matched_by": registry.matched_by}
    if Tracked.LICENCES not in registry.tracks or customer.category in options.any_product:
        return passed("registered", **known)
    return _for_product(case, known)


def _not_registered() -> CheckAnswer:
    """Nobody is refused for being unregistered alone: the answer bears no effect, whatever the policy says of the check."""
    return failed("not_registered")._replace(at_most=Effect.NONE)


def _for_product(case: Case, known: dict[str, str]) -> CheckAnswer:
    product = case.product
    if case.product_id is None:
        return unknown("product_not_stated", **known)
    known["product"] = case.product_name
    if product is not None and not product.supported:
        return failed("product_not_supported", **known)
    if case.licences:
        return passed("registered", **known)
    if product is None:
        return unknown("product_unlisted", **known)
    return failed("product_not_covered", **known)


WORDINGS = {
    "registered": wording(ru="Клиент зарегистрирован", en="The customer is registered"),
    "not_registered": wording(
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
}

register(
    CheckKind(
        "registration",
        Title(ru="Регистрация", en="Registration"),
        RegistrationOptions,
        answer,
        WORDINGS,
        place=10,
        rests_on_registry=True,
        looks_at=(),
    )
)
