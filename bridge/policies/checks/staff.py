"""EL-8 and EL-9: what staff recorded about the ticket, and AG-8: whether it came by an official channel."""

from enum import StrEnum

from bridge.decisions import Outcome
from bridge.files.types import Title
from bridge.policies.checks.case import Case, Finding
from bridge.policies.checks.options import ChannelOptions, DeferralOptions, EtiquetteOptions
from bridge.policies.checks.wording import wording
from bridge.tickets import Source


class Deferral(StrEnum):
    """Why staff put a ticket off or refuse it: the closed list of EL-8."""

    NOT_REPRODUCIBLE = "not_reproducible"
    NEEDS_FACTS = "needs_facts"
    NEEDS_DEVELOPMENT = "needs_development"
    VIOLATED_REQUIREMENTS = "violated_requirements"
    UNLICENSED = "unlicensed"
    BEYOND_SCOPE = "beyond_scope"
    UNCONSTRUCTIVE = "unconstructive"


DEFERRAL_TITLES = {
    Deferral.NOT_REPRODUCIBLE: Title(ru="Не воспроизводится", en="Cannot be reproduced"),
    Deferral.NEEDS_FACTS: Title(ru="Недостаточно сведений", en="Not enough information"),
    Deferral.NEEDS_DEVELOPMENT: Title(
        ru="Нужна диагностика, доработка или выпуск версии", en="Needs diagnosis, development or a release"
    ),
    Deferral.VIOLATED_REQUIREMENTS: Title(
        ru="Нарушены технические требования или продукт изменён",
        en="Technical requirements violated or product modified",
    ),
    Deferral.UNLICENSED: Title(ru="Нелицензионная копия", en="Unlicensed copy"),
    Deferral.BEYOND_SCOPE: Title(ru="Вне рамок поддержки", en="Outside the scope of support"),
    Deferral.UNCONSTRUCTIVE: Title(ru="Вопрос поставлен некорректно", en="Put incorrectly or unconstructively"),
}
"""The reasons as staff pick them."""

_NOTHING_SET = (None, "", False, "automatic", "none")


def deferral(case: Case, options: DeferralOptions) -> Finding:
    """Return the reason that staff picked, if any."""
    value = case.inputs.get(options.field)
    if value in _NOTHING_SET:
        return Finding(Outcome.PASS, "not_deferred")
    try:
        reason = Deferral(str(value))
    except ValueError:
        return Finding(Outcome.UNKNOWN, "deferral_unreadable", (("value", str(value)),))
    effect = options.effects.get(reason.value)
    return Finding(Outcome.FAIL, f"deferred_{reason.value}", (("deferral", reason.value),), effect)


def etiquette(case: Case, options: EtiquetteOptions) -> Finding:
    """Return whether staff recorded abusive communication."""
    if case.confirmed(options.field):
        return Finding(Outcome.FAIL, "communication_abusive")
    return Finding(Outcome.PASS, "communication_fine")


_CHANNELS = {
    Source.WEB: Title(ru="сайт поддержки", en="the support site"),
    Source.EMAIL: Title(ru="электронная почта", en="e-mail"),
    Source.PHONE: Title(ru="телефон", en="telephone"),
    Source.API: Title(ru="программный интерфейс", en="programming interface"),
    Source.OTHER: Title(ru="мессенджер, форум или чат", en="messenger, forum or chat"),
}


def channel(case: Case, options: ChannelOptions) -> Finding:
    """Return whether the ticket came by an official channel; what an agent typed in from a chat has another source."""
    source = case.ticket.source
    if source in options.official:
        return Finding(Outcome.PASS, "channel_official", (("channel", source.value),))
    official = Title(
        ru=", ".join(_CHANNELS[one].ru for one in options.official),
        en=", ".join(_CHANNELS[one].en for one in options.official),
    )
    values = (("channel", source.value), ("title", _CHANNELS[source]), ("official", official))
    return Finding(Outcome.FAIL, "channel_unofficial", values)


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
    "communication_fine": wording(
        ru="Замечаний к общению нет", en="There is nothing to object to in the communication"
    ),
    "communication_abusive": wording(
        ru="Сотрудник отметил оскорбительное общение",
        en="Staff recorded abusive communication",
        mend_ru="Пожалуйста, продолжим разговор уважительно — так мы сможем помочь.",
        mend_en="Please let us go on respectfully, so that we can help.",
    ),
    "channel_official": wording(
        ru="Обращение пришло по официальному каналу", en="The request came by an official channel"
    ),
    "channel_unofficial": wording(
        ru="Обращение пришло не по официальному каналу: {title}",
        en="The request did not come by an official channel: {title}",
        mend_ru="Напишите нам, пожалуйста, по официальному каналу: {official}.",
        mend_en="Please write to us by an official channel: {official}.",
    ),
}
