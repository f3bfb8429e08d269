"""EL-5: is the product used under the conditions that its maker recommends?"""

from bridge.decisions import Outcome
from bridge.files.types import Title
from bridge.policies.checks.case import Case, Finding, product_named
from bridge.policies.checks.catalogue import Product, folded
from bridge.policies.checks.options import ConditionsOptions
from bridge.policies.checks.versions import older_than
from bridge.policies.checks.wording import wording

_TITLES = {
    "system": Title(ru="операционная система", en="operating system"),
    "device": Title(ru="устройство", en="device"),
    "platform": Title(ru="версия платформы", en="platform version"),
}


def conditions(case: Case, options: ConditionsOptions) -> Finding:
    """Return whether system, device and platform are recommended ones.

    Only use against the documentation that staff confirmed fails; what is merely not recommended is a warning.
    """
    if case.confirmed(options.misuse_field):
        return Finding(Outcome.FAIL, "used_against_documentation")
    product = case.product
    if product is None:
        if case.product_id is None:
            return Finding(Outcome.UNKNOWN, "product_not_stated")
        return Finding(Outcome.UNKNOWN, "product_unlisted", (("product", product_named(case)),))
    silent: list[str] = []
    for part, field, recommended in (
        ("system", options.system_field, product.operating_systems),
        ("device", options.device_field, product.devices),
    ):
        stated = case.said(field)
        if recommended and not stated:
            silent.append(part)
        elif recommended and not _listed(stated, recommended):
            return Finding(Outcome.WARN, f"{part}_not_recommended", ((part, stated), ("recommended", recommended)))
    return _platform(case.said(options.platform_field), product, silent)


def _listed(stated: str, recommended: tuple[str, ...]) -> bool:
    padded = f" {folded(stated)} "
    return any(f" {folded(one)} " in padded for one in recommended)


def _platform(stated: str, product: Product, silent: list[str]) -> Finding:
    bounded = [platform for platform in product.platforms if platform.minimum is not None]
    if bounded and not stated:
        silent.append("platform")
    elif bounded:
        judged = [(platform, older_than(platform.read(stated), platform.minimum)) for platform in bounded]
        readable = [(platform, older) for platform, older in judged if older is not None]
        if not readable:
            return Finding(Outcome.UNKNOWN, "platform_unreadable", (("platform", stated),))
        if all(older for _, older in readable):
            platform = readable[0][0]
            values = (("platform", stated), ("title", platform.title), ("minimum", str(platform.minimum)))
            return Finding(Outcome.WARN, "platform_not_recommended", values)
    if silent:
        named = Title(
            ru=", ".join(_TITLES[part].ru for part in silent), en=", ".join(_TITLES[part].en for part in silent)
        )
        return Finding(Outcome.UNKNOWN, "conditions_not_stated", (("missing", tuple(silent)), ("named", named)))
    return Finding(Outcome.PASS, "conditions_met")


WORDINGS = {
    "conditions_met": wording(ru="Условия использования соблюдены", en="The conditions of use are met"),
    "used_against_documentation": wording(
        ru="Сотрудник подтвердил: продукт используется вопреки документации",
        en="Staff confirmed that the product is used against its documentation",
        mend_ru="Настройте, пожалуйста, продукт так, как описано в документации.",
        mend_en="Please set the product up as its documentation describes.",
    ),
    "system_not_recommended": wording(
        ru="Операционная система «{system}» не из рекомендованных: {recommended}",
        en="The operating system “{system}” is not among the recommended ones: {recommended}",
        mend_ru="Проверьте, пожалуйста, повторяется ли ошибка на рекомендованной системе: {recommended}.",
        mend_en="Please check whether the error also occurs on a recommended system: {recommended}.",
    ),
    "device_not_recommended": wording(
        ru="Устройство «{device}» не из рекомендованных: {recommended}",
        en="The device “{device}” is not among the recommended ones: {recommended}",
        mend_ru="Проверьте, пожалуйста, повторяется ли ошибка на рекомендованном устройстве: {recommended}.",
        mend_en="Please check whether the error also occurs on a recommended device: {recommended}.",
    ),
    "platform_not_recommended": wording(
        ru="Версия платформы «{platform}» ниже рекомендованной: {title} {minimum}",
        en="The platform version “{platform}” is below the recommended one: {title} {minimum}",
        mend_ru="Обновите, пожалуйста, платформу до версии {minimum} или новее.",
        mend_en="Please update the platform to version {minimum} or later.",
    ),
    "platform_unreadable": wording(
        ru="Версию платформы «{platform}» прочитать не удалось",
        en="The platform version “{platform}” cannot be read",
        mend_ru="Укажите, пожалуйста, полный номер версии платформы.",
        mend_en="Please give the platform's full version number.",
    ),
    "conditions_not_stated": wording(
        ru="Об условиях использования не сказано: {named}",
        en="The conditions of use are not stated: {named}",
        mend_ru="Укажите, пожалуйста: {named}.",
        mend_en="Please state: {named}.",
    ),
}
