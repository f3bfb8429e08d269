"""CU-3: does the contract include what is asked for?"""

from collections.abc import Mapping
from datetime import date
from itertools import chain

from pydantic import Field

from bridge.customers import Contract, Tracked
from bridge.files.types import Title
from bridge.policies.checks.answer import CheckAnswer, failed, passed, unknown
from bridge.policies.checks.case import Case
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.unanswerable import without_customer
from bridge.policies.checks.validity import in_force, validity_turns
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant


class ContractOptions(Options):
    """CU-3."""

    field: str = Field(default="service", description="Ticket field with the service asked for.")
    by_topic: Mapping[str, str] = Field(default_factory=dict, description="Service by help topic, by the topic's name.")


def contracts_in_force(case: Case, day: date) -> list[Contract]:
    """Return the customer's contracts in force on the day, none when the registry keeps no contracts."""
    if Tracked.CONTRACTS not in case.registry.tracks:
        return []
    return [one for one in case.customer.contracts if in_force(one, day)]


def without_contract(case: Case) -> CheckAnswer:
    """Return the answer of a check that finds no contract in force."""
    if missing := without_customer(case):
        return missing
    if Tracked.CONTRACTS not in case.registry.tracks:
        return unknown("contract_not_stated")
    return failed("contract_missing")


def answer(case: Case, options: ContractOptions) -> CheckAnswer:
    """Return whether the service asked for is included in a contract in force, and allowed on this channel."""
    active = contracts_in_force(case, case.day)
    if not active:
        return without_contract(case)
    source = case.ticket.source
    allowed = [one for one in active if not one.channels or source in one.channels]
    if not allowed and source is None:
        return unknown("contract_channel_unknown")
    if not allowed:
        channels = tuple(dict.fromkeys(chain.from_iterable(one.channels for one in active)))
        return failed("contract_channel", channel=str(source), channels=channels)
    service = _service(case, options)
    if not service:
        return passed("contract_active", contract=allowed[0].number)
    for one in allowed:
        if folded(service) in map(folded, one.services):
            return passed("service_included", contract=one.number, service=service)
    return failed("service_not_included", contract=allowed[0].number, service=service)


def _service(case: Case, options: ContractOptions) -> str:
    stated = case.stated(options.field)
    if stated or case.ticket.topic is None:
        return stated
    topic = folded(case.ticket.topic.name)
    return next((service for name, service in options.by_topic.items() if folded(name) == topic), "")


def turns(case: Case, _options: Options) -> list[Instant]:
    """Return the instants at which a contract of the customer begins or is over."""
    return validity_turns(case.customer.contracts, case.registry.zone)


WORDINGS_WITHOUT_CONTRACT = {
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
}

WORDINGS = {
    **WORDINGS_WITHOUT_CONTRACT,
    "contract_active": wording(ru="Договор {contract} действует", en="The contract {contract} is in force"),
    "contract_channel": wording(
        ru="По договору обращения принимаются другими каналами: {channels}",
        en="The contract takes requests by other channels: {channels}",
        mend_ru="Обратитесь, пожалуйста, одним из каналов договора: {channels}.",
        mend_en="Please use one of the contract's channels: {channels}.",
    ),
    "contract_channel_unknown": wording(
        ru="Договор ограничивает каналы обращения, а канал этой заявки неизвестен",
        en="The contract limits the channels, and the channel of this ticket is not known",
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
}

register(
    CheckKind(
        "contract",
        Title(ru="Договор", en="Contract"),
        ContractOptions,
        answer,
        WORDINGS,
        place=110,
        turns=turns,
        rests_on_registry=True,
        topics=("by_topic",),
    )
)
