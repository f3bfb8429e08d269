"""What each kind of check answers, when time changes its answer, and what it looks at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.attachments import attachments
from bridge.policies.checks.case import Case, Finding
from bridge.policies.checks.certificate import certificate, certificate_turns
from bridge.policies.checks.completeness import completeness
from bridge.policies.checks.conditions import conditions
from bridge.policies.checks.contract import contact, contract, contract_turns, units
from bridge.policies.checks.licence import licence, licence_turns
from bridge.policies.checks.options import OPTIONS, CertificateOptions, Effect, Kind, Options
from bridge.policies.checks.registration import registration
from bridge.policies.checks.staff import channel, deferral, etiquette
from bridge.policies.checks.version import version, version_turns
from bridge.tickets import Instant


@dataclass(frozen=True, slots=True)
class _Checking:
    """One kind of check.

    A `steady` one looks at nothing but the customer, the product, the channel, the deciding day and the fields it names:
    `fields` gives the options that name the customer's, `inputs` those that name the agents'. Such an answer may be
    remembered for all tickets that are alike in these.
    """

    answer: Callable[..., Finding]
    turns: Callable[..., list[Instant]] | None = None
    steady: bool = False
    fields: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


_KINDS: Mapping[Kind, _Checking] = {
    Kind.REGISTRATION: _Checking(registration, steady=True),
    Kind.LICENCE: _Checking(licence, licence_turns, steady=True),
    Kind.CERTIFICATE: _Checking(certificate, certificate_turns, steady=True, fields=("field",)),
    Kind.VERSION: _Checking(version, version_turns, steady=True),
    Kind.CONDITIONS: _Checking(
        conditions, steady=True, fields=("system_field", "device_field", "platform_field"), inputs=("misuse_field",)
    ),
    Kind.COMPLETENESS: _Checking(completeness),
    Kind.ATTACHMENTS: _Checking(attachments),
    Kind.DEFERRAL: _Checking(deferral, steady=True, inputs=("field",)),
    Kind.ETIQUETTE: _Checking(etiquette, steady=True, inputs=("field",)),
    Kind.CHANNEL: _Checking(channel, steady=True),
    Kind.CONTRACT: _Checking(contract, contract_turns),
    Kind.UNITS: _Checking(units, contract_turns),
    Kind.CONTACT: _Checking(contact, contract_turns),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """One check with its options read; `fields` and `inputs` are the names it looks up, `test` tells whether it is made."""

    definition: CheckDefinition
    answer: Callable[[Case], Finding]
    turns: Callable[[Case], list[Instant]]
    effect: Effect
    test: Callable[[Facts], bool] | None
    steady: bool
    fields: tuple[str, ...]
    inputs: tuple[str, ...]


def prepare(definition: CheckDefinition, options: Options, certificates: CertificateOptions) -> Prepared:
    """Return the check made ready. `certificates` are the options of the certificate check, which softens an outdated
    version."""
    checking = _KINDS[Kind(definition.kind)]
    softened = definition.kind == Kind.VERSION
    more: tuple[Options, ...] = (options, certificates) if softened else (options,)
    function, turning = checking.answer, checking.turns

    def answer(case: Case) -> Finding:
        return function(case, *more)

    def turns(case: Case) -> list[Instant]:
        return turning(case, *more) if turning is not None else []

    return Prepared(
        definition=definition,
        answer=answer,
        turns=turns,
        effect=Effect(definition.effect),
        test=definition.when.test if definition.when is not None else None,
        steady=checking.steady,
        fields=(*(_name(options, one) for one in checking.fields), *((certificates.field,) if softened else ())),
        inputs=tuple(_name(options, one) for one in checking.inputs),
    )


def _name(options: Options, option: str) -> str:
    name: Any = getattr(options, option)
    return str(name)


def options_of(kind: str, options: Mapping[str, object]) -> Options:
    """Return the options of a check of this kind, defaults filled in.

    Raises ValueError for an unknown kind, and pydantic's ValidationError (a ValueError too) for options it does not
    take.
    """
    return OPTIONS[Kind(kind)].model_validate(dict(options))
