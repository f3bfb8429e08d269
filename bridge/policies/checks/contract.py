"""CU-3 and CU-6: what the contract includes, how much of it is left, and who may ask."""

from bridge.customers import Certificate, Contract
from bridge.decisions import Outcome
from bridge.policies.checks.case import Case, Finding, day_after, turns_of
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.entitlement import amount, contracts_in_force, entitlements, used
from bridge.policies.checks.options import ContactOptions, ContractOptions, Exhausted, Options, UnitsOptions
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant


def contract_turns(case: Case, options: Options) -> list[Instant]:
    """Return the instants at which a contract of the customer begins or is over; for units, a certificate with counters."""
    customer = case.answer.customer
    if customer is None:
        return []
    held: list[Contract | Certificate] = list(customer.contracts)
    if isinstance(options, UnitsOptions):
        held += [one for one in customer.certificates if one.counters]
    days = [one.valid_from for one in held if one.valid_from is not None]
    days += [day_after(one.valid_until) for one in held if one.valid_until is not None]
    return turns_of(days, case.answer.zone)


def contract(case: Case, options: ContractOptions) -> Finding:
    """Return whether the service asked for is included in a contract in force, and allowed on this channel."""
    active, none = contracts_in_force(case, case.day)
    if none is not None:
        return none
    source = case.ticket.source.value
    allowed = [one for one in active if not one.channels or source in one.channels]
    if not allowed:
        channels = tuple(dict.fromkeys(name for one in active for name in one.channels))
        values = (("channel", source), ("channels", channels))
        return Finding(Outcome.FAIL, "contract_channel", values, from_registry=True)
    service = _service(case, options)
    if not service:
        return Finding(Outcome.PASS, "contract_active", (("contract", allowed[0].number),), from_registry=True)
    for one in allowed:
        if any(folded(included) == folded(service) for included in one.services):
            found = (("contract", one.number), ("service", service))
            return Finding(Outcome.PASS, "service_included", found, from_registry=True)
    missed = (("contract", allowed[0].number), ("service", service))
    return Finding(Outcome.FAIL, "service_not_included", missed, from_registry=True)


def _service(case: Case, options: ContractOptions) -> str:
    stated = case.said(options.field)
    if stated or case.ticket.topic is None:
        return stated
    topic = folded(case.ticket.topic.name)
    return next((service for name, service in options.by_topic.items() if folded(name) == topic), "")


def units(case: Case, options: UnitsOptions) -> Finding:
    """Return whether contract or certificate still has units for this ticket.

    Counts are as of the ticket's creation. Without a count (nobody counts, or the registry is offline) the answer is
    unknown.
    """
    entitled, none = entitlements(case, options)
    if none is not None:
        return none
    unit = (("unit", options.unit),)
    included: float = 0
    spent: float = 0
    for one in entitled:
        count = one.used if options.taken is None else used(one, case.answer.taken)
        if count is None:
            return Finding(Outcome.UNKNOWN, "units_unknown", unit, from_registry=True)
        included += one.counter.included
        spent += count
    left = included - spent
    if options.taken is not None:
        spent, left = round(spent, 3), round(left, 3)
    need = amount(case.inputs, options) if options.amount_field else options.need
    period = entitled[0].counter.period
    values = (*unit, ("included", included), ("used", spent), ("left", left), ("period", period))
    if left < need:
        if options.exhausted is Exhausted.REFUSE:
            return Finding(Outcome.FAIL, "units_exhausted", values, from_registry=True)
        outcome = Outcome.WARN if options.exhausted is Exhausted.WARN else Outcome.PASS
        return Finding(outcome, "units_overdrawn", values, from_registry=True)
    if left - need < options.warn_left:
        return Finding(Outcome.WARN, "units_low", values, from_registry=True)
    return Finding(Outcome.PASS, "units_left", values, from_registry=True)


def contact(case: Case, _options: ContactOptions) -> Finding:
    """Return whether the requester is a named contact of the contract; one that names nobody is open to all."""
    active, none = contracts_in_force(case, case.day)
    if none is not None:
        return none
    address = case.ticket.requester.email.strip().casefold()
    if any(not one.contacts for one in active):
        return Finding(Outcome.PASS, "contacts_open", from_registry=True)
    named = {name.strip().casefold() for one in active for name in one.contacts}
    if not address:
        return Finding(Outcome.UNKNOWN, "contact_unknown", from_registry=True)
    if address in named:
        return Finding(Outcome.PASS, "contact_named", (("contact", address),), from_registry=True)
    return Finding(Outcome.FAIL, "contact_not_named", (("contact", address),), from_registry=True)


WORDINGS = {
    "contract_active": wording(ru="Договор {contract} действует", en="The contract {contract} is in force"),
    "contract_missing": wording(
        ru="Действующего договора нет",
        en="There is no contract in force",
        mend_ru="Заключите или продлите, пожалуйста, договор на сопровождение.",
        mend_en="Please conclude or renew a support contract.",
    ),
    "contract_not_stated": wording(
        ru="Реестр не ведёт договоры",
        en="The registry keeps no contracts",
        mend_ru="Сообщите, пожалуйста, номер вашего договора.",
        mend_en="Please tell us the number of your contract.",
    ),
    "contract_channel": wording(
        ru="По договору обращения принимаются другими каналами: {channels}",
        en="The contract takes requests by other channels: {channels}",
        mend_ru="Обратитесь, пожалуйста, одним из каналов договора: {channels}.",
        mend_en="Please use one of the contract's channels: {channels}.",
    ),
    "service_included": wording(
        ru="Услуга «{service}» входит в договор {contract}",
        en="The service “{service}” is part of the contract {contract}",
    ),
    "service_not_included": wording(
        ru="Услуга «{service}» не входит в договор {contract}",
        en="The service “{service}” is not part of the contract {contract}",
        mend_ru="Закажите, пожалуйста, услугу «{service}» отдельно: её нет в вашем договоре.",
        mend_en="Please order the service “{service}” separately: your contract does not include it.",
    ),
    "units_left": wording(
        ru="Осталось включённого объёма поддержки: {left} из {included}",
        en="{left} of {included} included units are left",
    ),
    "units_low": wording(
        ru="Включённый объём поддержки почти израсходован: осталось {left} из {included}",
        en="The included units are almost used up: {left} of {included} are left",
        mend_ru="Закажите, пожалуйста, дополнительный объём поддержки заранее.",
        mend_en="Please order further units of support in good time.",
    ),
    "units_exhausted": wording(
        ru="Включённый объём поддержки израсходован: {used} из {included}",
        en="The included units are used up: {used} of {included}",
        mend_ru="Закажите, пожалуйста, дополнительный объём поддержки.",
        mend_en="Please order further units of support.",
    ),
    "units_overdrawn": wording(
        ru="Включённый объём поддержки превышен: {used} из {included}",
        en="The included units are overdrawn: {used} of {included}",
        mend_ru="Закажите, пожалуйста, дополнительный объём поддержки.",
        mend_en="Please order further units of support.",
    ),
    "units_unlimited": wording(ru="Объём поддержки не ограничен", en="The units of support are not limited"),
    "units_unknown": wording(
        ru="Расход включённого объёма поддержки неизвестен", en="How many of the included units are used is not known"
    ),
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
