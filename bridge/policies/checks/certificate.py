"""EL-3: is a support certificate active on the deciding day?"""

from collections.abc import Callable, Sequence
from datetime import date

from pydantic import Field

from bridge.customers import Certificate, Tracked
from bridge.policies.checks.answer import CheckAnswer, failed, passed, unknown, warned
from bridge.policies.checks.case import Case
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.unanswerable import without_customer
from bridge.policies.checks.validity import days_before, in_force, validity_turns
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant

KIND = "certificate"


class CertificateOptions(Options):
    """EL-3."""

    warn_days: int = Field(
        default=30, ge=0, le=3660, description="Days before the end of a certificate from which to warn."
    )
    kinds: tuple[str, ...] = Field(default=(), description="Kinds of certificate that count; empty means every kind.")
    field: str = Field(
        default="certificate_number", description="Ticket field in which a customer may state a certificate."
    )


def answer(case: Case, options: CertificateOptions) -> CheckAnswer:
    """Return whether a certificate that covers the product is active on the deciding day.

    Missing or expired fails; a registry that keeps no certificates, or one without an end, leaves it unknown and the
    customer is asked.
    """
    if missing := without_customer(case):
        return missing
    if Tracked.CERTIFICATES not in case.registry.tracks:
        return unknown("certificate_not_stated")
    held = _held(case, options)
    for judge in _IN_ORDER:
        if found := judge(case, options, held):
            return found
    return failed("certificate_missing")


def _held(case: Case, options: CertificateOptions) -> list[Certificate]:
    """Return the customer's certificates of the kinds that count, for the ticket's product."""
    held = [one for one in case.customer.certificates if not one.product or case.covers(one.product)]
    if not options.kinds:
        return held
    counted = {folded(kind) for kind in options.kinds}
    return [one for one in held if folded(one.kind) in counted]


def _active(case: Case, options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer | None:
    """Answer by the certificate that lasts longest among those in force."""
    until: date | None = None
    number = ""
    for one in held:
        end = one.valid_until
        if end is not None and in_force(one, case.day) and (until is None or end > until):
            until, number = end, one.number
    if until is None:
        return None
    if case.day >= days_before(until, options.warn_days):
        return warned("certificate_expiring", certificate=number, valid_until=until)
    return passed("certificate_active", certificate=number, valid_until=until)


def _endless(case: Case, _options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer | None:
    """No certificate is for ever: one without an end has an end that the registry does not tell."""
    for one in held:
        if one.valid_until is None and in_force(one, case.day):
            return unknown("certificate_end_unknown", certificate=one.number)
    return None


def _kept(case: Case, _options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer | None:
    """EL-11: a certificate that ran out after the last copy of a silent registry may have been renewed meanwhile."""
    copied = case.silent_since
    for one in held:
        if copied and one.valid_until is not None and in_force(one, copied):
            return warned("certificate_unconfirmed", certificate=one.number, valid_until=one.valid_until)
    return None


def _unverified(case: Case, options: CertificateOptions, _held: Sequence[Certificate]) -> CheckAnswer | None:
    """A certificate that the customer names and the registry does not have may be a new one."""
    stated = case.stated(options.field)
    if stated and all(folded(one.number) != folded(stated) for one in case.customer.certificates):
        return unknown("certificate_unverified", certificate=stated)
    return None


def _unclear(case: Case, _options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer | None:
    """A certificate may be for this product where nobody can tell which product this is."""
    if case.product is not None or len(held) == len(case.customer.certificates):
        return None
    return unknown("product_not_stated" if case.product_id is None else "certificate_product_unclear")


def _expired(case: Case, _options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer | None:
    expired = [one for one in held if one.valid_until is not None and one.valid_until < case.day]
    if not expired:
        return None
    last = max(expired, key=lambda one: one.valid_until or date.min)
    return failed("certificate_expired", certificate=last.number, valid_until=last.valid_until)


def _not_begun(_case: Case, _options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer | None:
    if not held:
        return None
    first = min(held, key=lambda one: one.valid_from or date.min)
    return failed("certificate_not_begun", certificate=first.number, valid_from=first.valid_from)


_IN_ORDER: tuple[Callable[[Case, CertificateOptions, Sequence[Certificate]], CheckAnswer | None], ...] = (
    _active,
    _endless,
    _kept,
    _unverified,
    _unclear,
    _expired,
    _not_begun,
)
"""The questions in their order: a failure comes after everything that leaves a doubt."""


def turns(case: Case, options: CertificateOptions) -> list[Instant]:
    """Return the instants at which time alone may change the answer."""
    return validity_turns(_held(case, options), case.registry.zone, options.warn_days)


WORDINGS = {
    "certificate_active": wording(
        ru="Сертификат поддержки действует до {valid_until}", en="The support certificate is active until {valid_until}"
    ),
    "certificate_expiring": wording(
        ru="Сертификат поддержки скоро закончится: {valid_until}",
        en="The support certificate ends soon, on {valid_until}",
        mend_ru="Продлите, пожалуйста, сертификат поддержки до {valid_until}.",
        mend_en="Please renew the support certificate before {valid_until}.",
    ),
    "certificate_unconfirmed": wording(
        ru="Сертификат поддержки действовал до {valid_until}, сведений о продлении пока нет",
        en="The support certificate was active until {valid_until}; whether it was renewed is not known yet",
    ),
    "certificate_expired": wording(
        ru="Срок сертификата поддержки истёк {valid_until}",
        en="The support certificate expired on {valid_until}",
        mend_ru="Продлите, пожалуйста, сертификат поддержки или сообщите номер действующего.",
        mend_en="Please renew the support certificate, or tell us the number of an active one.",
    ),
    "certificate_not_begun": wording(
        ru="Сертификат поддержки начинает действовать {valid_from}",
        en="The support certificate begins on {valid_from}",
        mend_ru="Сообщите, пожалуйста, номер сертификата поддержки, который уже действует.",
        mend_en="Please tell us the number of a support certificate that is already active.",
    ),
    "certificate_missing": wording(
        ru="У клиента нет сертификата поддержки",
        en="The customer has no support certificate",
        mend_ru="Оформите, пожалуйста, сертификат поддержки или сообщите номер действующего.",
        mend_en="Please obtain a support certificate, or tell us the number of an active one.",
    ),
    "certificate_not_stated": wording(
        ru="Сертификат поддержки не указан",
        en="No support certificate is stated",
        mend_ru="Сообщите, пожалуйста, номер и срок действия сертификата поддержки.",
        mend_en="Please tell us the number of your support certificate and until when it runs.",
    ),
    "certificate_end_unknown": wording(
        ru="Срок действия сертификата поддержки {certificate} в реестре не указан",
        en="The registry does not state until when the support certificate {certificate} runs",
        mend_ru="Сообщите, пожалуйста, до какого числа действует ваш сертификат поддержки.",
        mend_en="Please tell us until when your support certificate runs.",
    ),
    "certificate_unverified": wording(
        ru="Названного клиентом сертификата {certificate} в реестре нет, нужна проверка",
        en="The registry does not have the certificate {certificate} that the customer named; it needs checking",
        mend_ru="Пришлите, пожалуйста, копию сертификата поддержки.",
        mend_en="Please send us a copy of your support certificate.",
    ),
    "certificate_product_unclear": wording(
        ru="Неясно, относится ли сертификат поддержки к этому продукту",
        en="It is not clear whether the support certificate covers this product",
        mend_ru="Уточните, пожалуйста, название продукта, как оно указано в сертификате.",
        mend_en="Please give the product's name as it stands in the certificate.",
    ),
}

register(
    CheckKind(
        KIND, CertificateOptions, answer, WORDINGS, place=30, turns=turns, rests_on_registry=True, looks_at=("field",)
    )
)
