"""EL-9: have staff recorded abusive communication?"""

from pydantic import Field

from bridge.policies.checks.answer import CheckAnswer, failed, passed
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.wording import wording


class EtiquetteOptions(Options):
    """EL-9."""

    field: str = Field(default="sla_set_abuse", description="Agents' field that records abusive communication.")


_ABUSIVE = failed("communication_abusive")
_FINE = passed("communication_fine")


def answer(case: Case, options: EtiquetteOptions) -> CheckAnswer:
    """Return whether staff recorded abusive communication."""
    return _ABUSIVE if case.confirmed(options.field) else _FINE


WORDINGS = {
    "communication_fine": wording(
        ru="Замечаний к общению нет", en="There is nothing to object to in the communication"
    ),
    "communication_abusive": wording(
        ru="Сотрудник отметил оскорбительное общение",
        en="Staff recorded abusive communication",
        mend_ru="Пожалуйста, продолжим разговор уважительно — так мы сможем помочь.",
        mend_en="Please let us go on respectfully, so that we can help.",
    ),
}

register(CheckKind("etiquette", EtiquetteOptions, answer, WORDINGS, place=90, looks_at=("field",)))
