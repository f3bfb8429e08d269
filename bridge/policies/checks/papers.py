"""CU-6: which contracts and certificates of a customer a ticket may rest on, for the checks that look at what they bear."""

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum

from pydantic import Field

from bridge.customers import Certificate, Contract, Tracked
from bridge.files.types import Listed
from bridge.policies.checks import certificate, contract
from bridge.policies.checks.answer import CheckAnswer, failed, unknown
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import Options
from bridge.policies.checks.unanswerable import without_customer
from bridge.policies.checks.validity import in_force, validity_turns
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant

Paper = Contract | Certificate
"""What a customer holds: units and contacts stand on either."""


class PaperKind(StrEnum):
    """The kinds of paper that can bear units and contacts."""

    CONTRACT = "contract"
    CERTIFICATE = "certificate"


KIND_OF = {Contract: PaperKind.CONTRACT, Certificate: PaperKind.CERTIFICATE}

_KEPT = {PaperKind.CONTRACT: Tracked.CONTRACTS, PaperKind.CERTIFICATE: Tracked.CERTIFICATES}


class PaperOptions(Options):
    """CU-6: what a check of units or contacts looks at."""

    papers: Listed[PaperKind] | None = Field(
        default=None,
        min_length=1,
        description="Papers to look at: contract, certificate, or both. Left out: those that the agreement has a check of, "
        "and every certificate that says something on the matter.",
    )
    kinds: Listed[str] = Field(default=(), description="Kinds of certificate that count; empty means every kind.")


Bears = Callable[[Paper], object]
"""Tells whether a paper says anything on the matter that a check asks about."""


def papers_in_force(case: Case, options: PaperOptions, day: date, bears: Bears) -> list[Paper]:
    """Return the papers in force on the day that the ticket may rest on, contracts first."""
    contracts = contract.contracts_in_force(case, day) if _wants(options, PaperKind.CONTRACT) else []
    certificates = _certificates(case, options, day, bears)
    return [*contracts, *(one for one in certificates if not one.product or case.covers(one.product))]


def without_paper(case: Case, options: PaperOptions, day: date, bears: Bears) -> CheckAnswer:
    """Return the answer of a check that finds no paper in force on the day."""
    if missing := without_customer(case):
        return missing
    asked = _asked(case, options)
    kept = [one for one in asked if _KEPT[one] in case.registry.tracks]
    if not kept:
        return unknown(_NOT_STATED[_only(asked)])
    # One may be for this product where nobody can tell which product this is.
    if case.product is None and _certificates(case, options, day, bears):
        return unknown("product_not_stated" if case.product_id is None else "certificate_product_unclear")
    if case.customer.contracts and PaperKind.CONTRACT in kept:
        return failed(_MISSING[PaperKind.CONTRACT])
    return failed(_MISSING[_only(kept)])


def paper_turns(case: Case, options: PaperOptions) -> list[Instant]:
    """Return the instants at which a paper that the check may look at begins or is over."""
    contracts = case.customer.contracts if _wants(options, PaperKind.CONTRACT) else ()
    return validity_turns([*contracts, *_of_kinds(case, options)], case.registry.zone)


def _wants(options: PaperOptions, paper: PaperKind) -> bool:
    return options.papers is None or paper in options.papers


def _asked(case: Case, options: PaperOptions) -> Sequence[PaperKind]:
    """Return the papers that the check, or else the agreement's other checks, ask for."""
    return options.papers or [one for one in PaperKind if one in case.options] or list(PaperKind)


def _certificates(case: Case, options: PaperOptions, day: date, bears: Bears) -> list[Certificate]:
    """Return the certificates in force on the day that count, whatever product they are for.

    One that says nothing on the matter must not lift what a contract limits or has limited, nor stand in for a contract.
    """
    bare = PaperKind.CERTIFICATE in _asked(case, options) and (
        not _wants(options, PaperKind.CONTRACT) or not case.customer.contracts
    )
    return [one for one in _of_kinds(case, options) if _stands(case, one, day) and (bare or bears(one))]


def _stands(case: Case, one: Certificate, day: date) -> bool:
    """Return whether a certificate is in force on the day, or was when the registry fell silent: it may have been renewed."""
    copied = case.silent_since
    return in_force(one, day) or (copied is not None and copied < day and in_force(one, copied))


def _of_kinds(case: Case, options: PaperOptions) -> Sequence[Certificate]:
    """Return the customer's certificates of the kinds that count, none when the registry keeps no certificates."""
    if not _wants(options, PaperKind.CERTIFICATE) or Tracked.CERTIFICATES not in case.registry.tracks:
        return ()
    return certificate.of_kinds(case, options.kinds)


def _only(papers: Sequence[PaperKind]) -> PaperKind | None:
    """Return the only kind of these, None where there are both."""
    return papers[0] if len(set(papers)) == 1 else None


_MISSING = {
    PaperKind.CONTRACT: "contract_missing",
    PaperKind.CERTIFICATE: "certificate_not_in_force",
    None: "papers_missing",
}
_NOT_STATED = {
    PaperKind.CONTRACT: "contract_not_stated",
    PaperKind.CERTIFICATE: "certificate_not_stated",
    None: "papers_not_stated",
}

WORDINGS_WITHOUT_PAPER = {
    **contract.WORDINGS_WITHOUT_CONTRACT,
    **{code: certificate.WORDINGS[code] for code in ("certificate_not_stated", "certificate_product_unclear")},
    "certificate_not_in_force": wording(
        ru="Для этого обращения нет действующего сертификата поддержки",
        en="No support certificate is in force for this ticket",
        mend_ru="Оформите или продлите, пожалуйста, сертификат поддержки.",
        mend_en="Please obtain or renew a support certificate.",
    ),
    "papers_missing": wording(
        ru="Для этого обращения нет ни действующего договора, ни сертификата поддержки",
        en="Neither a contract nor a support certificate is in force for this ticket",
        mend_ru="Заключите или продлите, пожалуйста, договор на сопровождение или сертификат поддержки.",
        mend_en="Please conclude or renew a support contract or certificate.",
    ),
    "papers_not_stated": wording(
        ru="Реестр не ведёт ни договоров, ни сертификатов",
        en="The registry keeps neither contracts nor certificates",
        mend_ru="Сообщите, пожалуйста, номер вашего договора или сертификата поддержки.",
        mend_en="Please tell us the number of your contract or support certificate.",
    ),
}
