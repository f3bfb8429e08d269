"""EL-8: have staff put the ticket off or refused it, and why?"""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from bridge.files.types import Title
from bridge.policies.checks.answer import CheckAnswer, Effect, failed, passed, unknown
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.wording import wording


class Deferral(StrEnum):
    """Why staff put a ticket off or refuse it: the closed list of EL-8."""

    NOT_REPRODUCIBLE = "not_reproducible"
    NEEDS_FACTS = "needs_facts"
    NEEDS_DEVELOPMENT = "needs_development"
    VIOLATED_REQUIREMENTS = "violated_requirements"
    UNLICENSED = "unlicensed"
    BEYOND_SCOPE = "beyond_scope"
    UNCONSTRUCTIVE = "unconstructive"


class DeferralOptions(Options):
    """EL-8."""

    field: str = Field(default="sla_set_deferral", description="Agents' field with the reason.")
    effects: Mapping[Deferral, Effect] = Field(
        default_factory=dict,
        description="What each reason means, be it milder or stricter; one not listed has the check's own effect.",
    )


_NOTHING_SET = (None, "", False, "automatic", "none")
_NOT_DEFERRED = passed("not_deferred")


def answer(case: Case, options: DeferralOptions) -> CheckAnswer:
    """Return the reason that staff picked, if any."""
    value = case.inputs.get(options.field)
    if value in _NOTHING_SET:
        return _NOT_DEFERRED
    try:
        reason = Deferral(str(value))
    except ValueError:
        return unknown("deferral_unreadable", value=str(value))
    return failed(f"deferred_{reason.value}", deferral=reason.value)._replace(effect=options.effects.get(reason))


WORDINGS = {
    "not_deferred": wording(ru="Сотрудники не отложили обращение", en="Staff have not put the request off"),
    "deferral_unreadable": wording(
        ru="Причина отсрочки «{value}» не из списка", en="The reason for deferral “{value}” is not on the list"
    ),
    "deferred_not_reproducible": wording(
        ru="Ошибку не удаётся воспроизвести",
        en="The error cannot be reproduced",
        mend_ru="Опишите, пожалуйста, по шагам, что нужно сделать, чтобы ошибка повторилась.",
        mend_en="Please describe step by step what makes the error occur again.",
    ),
    "deferred_needs_facts": wording(
        ru="Сведений недостаточно для работы",
        en="There is not enough information to work on",
        mend_ru="Пришлите, пожалуйста, сведения, о которых просил специалист.",
        mend_en="Please send the information that our specialist asked for.",
    ),
    "deferred_needs_development": wording(
        ru="Нужна диагностика, доработка или выпуск новой версии",
        en="Diagnosis, development or a new release is needed",
        mend_ru="От вас пока ничего не требуется: мы сообщим, когда решение будет готово.",
        mend_en="Nothing is needed from you now: we will tell you when the solution is ready.",
    ),
    "deferred_violated_requirements": wording(
        ru="Нарушены технические требования или продукт изменён",
        en="The technical requirements are violated or the product was modified",
        mend_ru="Приведите, пожалуйста, рабочее место в соответствие с техническими требованиями к продукту.",
        mend_en="Please bring the workplace into line with the product's technical requirements.",
    ),
    "deferred_unlicensed": wording(
        ru="Копия продукта не лицензионная",
        en="The copy of the product is not licensed",
        mend_ru="Приобретите, пожалуйста, лицензию или сообщите её номер.",
        mend_en="Please buy a licence, or tell us its number.",
    ),
    "deferred_beyond_scope": wording(
        ru="Вопрос не относится к технической поддержке",
        en="The question is outside the scope of technical support",
        mend_ru="По этому вопросу обратитесь, пожалуйста, к вашему менеджеру: он предложит подходящую услугу.",
        mend_en="Please turn to your account manager, who will offer a service that fits.",
    ),
    "deferred_unconstructive": wording(
        ru="Вопрос поставлен некорректно или неконструктивно",
        en="The question is put incorrectly or unconstructively",
        mend_ru="Сформулируйте, пожалуйста, вопрос так, чтобы было понятно, что вы делали и какого результата ждали.",
        mend_en="Please put the question so that it tells what you did and which result you expected.",
    ),
}

register(
    CheckKind(
        "deferral",
        Title(ru="Отложено сотрудниками", en="Put off by staff"),
        DeferralOptions,
        answer,
        WORDINGS,
        place=80,
        looks_at=("field",),
        staff_fields=("field",),
    )
)
