"""CU-6: may this person ask?"""

from bridge.policies.checks import contract
from bridge.policies.checks.answer import CheckAnswer, failed, passed, unknown
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.wording import wording


class ContactOptions(Options):
    """CU-6: named contacts."""


def answer(case: Case, _options: ContactOptions) -> CheckAnswer:
    """Return whether the requester is a named contact of the contract; one that names nobody is open to all."""
    active = contract.contracts_in_force(case, case.day)
    if not active:
        return contract.without_contract(case)
    if any(not one.contacts for one in active):
        return passed("contacts_open")
    address = case.ticket.requester.email.strip().casefold()
    if not address:
        return unknown("contact_unknown")
    named = {name.strip().casefold() for one in active for name in one.contacts}
    return (
        passed("contact_named", contact=address) if address in named else failed("contact_not_named", contact=address)
    )


WORDINGS = {
    **contract.WORDINGS_WITHOUT_CONTRACT,
    "contacts_open": wording(ru="Обращаться может любой сотрудник клиента", en="Anybody of the customer may ask"),
    "contact_named": wording(ru="Обратилось лицо, названное в договоре", en="A contact named in the contract asked"),
    "contact_not_named": wording(
        ru="{contact} не названо в договоре как контактное лицо",
        en="{contact} is not a contact named in the contract",
        mend_ru="Обратитесь, пожалуйста, через контактное лицо, названное в договоре.",
        mend_en="Please ask through a contact named in the contract.",
    ),
    "contact_unknown": wording(ru="Адрес обратившегося неизвестен", en="The requester's address is not known"),
}

register(
    CheckKind("contact", ContactOptions, answer, WORDINGS, place=130, turns=contract.turns, rests_on_registry=True)
)
