"""EL-5: is the product used under the conditions that its maker recommends?"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from bridge.files.types import Title
from bridge.policies.checks.answer import CheckAnswer, passed, unknown, warned
from bridge.policies.checks.case import Case
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.unanswerable import without_product
from bridge.policies.checks.versions import older_than
from bridge.policies.checks.wording import joined, wording


class ConditionsOptions(Options):
    """EL-5."""

    retired: ClassVar[Mapping[str, str]] = {
        "misuse_field": "state a check of your own: {kind: condition, fails_when: {fields: {sla_set_misuse: true}}, title: …, "
        "message: …, remedy: …, effect: …}"
    }
    system_field: str = Field(default="operating_system", description="Ticket field with the operating system.")
    device_field: str = Field(default="device", description="Ticket field with the device.")
    platform_field: str = Field(default="platform_version", description="Ticket field with the platform's version.")


_TITLES = {
    "system": Title(ru="операционная система", en="operating system"),
    "device": Title(ru="устройство", en="device"),
    "platform": Title(ru="версия платформы", en="platform version"),
}


def answer(case: Case, options: ConditionsOptions) -> CheckAnswer:
    """Return whether system, device and platform are recommended ones.

    It never fails: what is merely not recommended is a warning.
    """
    product = case.product
    if product is None:
        return without_product(case)
    bounded = [platform for platform in product.platforms if platform.minimum is not None]
    silent: list[str] = []
    for part, field, recommended, judge in (
        ("system", options.system_field, product.operating_systems, _by_list),
        ("device", options.device_field, product.devices, _by_list),
        ("platform", options.platform_field, bounded, _by_version),
    ):
        stated = case.stated(field)
        if recommended and not stated:
            silent.append(part)
        elif recommended and (found := judge(part, stated, recommended)) is not None:
            return found
    return _by_silence(silent)


def _by_list(part: str, stated: str, recommended: Sequence[Any]) -> CheckAnswer | None:
    """Return the answer for a system or a device that is not on the list, None for one that is."""
    padded = f" {folded(stated)} "
    if any(f" {folded(one)} " in padded for one in recommended):
        return None
    return warned(f"{part}_not_recommended", **{part: stated}, recommended=recommended)


def _by_version(part: str, stated: str, recommended: Sequence[Any]) -> CheckAnswer | None:
    """Return the answer for a platform that is too old, or not to be read; None for one that is recommended."""
    judged = [(platform, older_than(platform.read(stated), platform.minimum)) for platform in recommended]
    readable = [(platform, older) for platform, older in judged if older is not None]
    if not readable:
        return unknown("platform_unreadable", platform=stated)
    if not all(older for _, older in readable):
        return None
    first = readable[0][0]
    return warned(f"{part}_not_recommended", **{part: stated}, title=first.title, minimum=str(first.minimum))


def _by_silence(silent: Sequence[str]) -> CheckAnswer:
    if not silent:
        return passed("conditions_met")
    named = joined([_TITLES[part] for part in silent])
    return unknown("conditions_not_stated", missing=tuple(silent), named=named)


WORDINGS = {
    "conditions_met": wording(ru="Условия использования соблюдены", en="The conditions of use are met"),
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


register(
    CheckKind(
        "conditions",
        Title(ru="Условия эксплуатации", en="Conditions of use"),
        ConditionsOptions,
        answer,
        WORDINGS,
        place=50,
        looks_at=("system_field", "device_field", "platform_field"),
    )
)
