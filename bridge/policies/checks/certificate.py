"""EL-3: is a support certificate active on the deciding day?"""

from collections.abc import Sequence
from datetime import date
from operator import itemgetter

from pydantic import Field

from bridge.customers import Certificate, Tracked
from bridge.files.types import Listed, Title
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
    kinds: Listed[str] = Field(default=(), description="Kinds of certificate that count; empty means every kind.")
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
    # A failure comes after everything that leaves a doubt.
    return _in_force(case, options, held) or _in_doubt(case, options, held) or _failure(case, options, held)


def _held(case: Case, options: CertificateOptions) -> list[Certificate]:
    """Return the customer's certificates of the kinds that count, for the ticket's product."""
    return [one for one in of_kinds(case, options.kinds) if not one.product or case.covers(one.product)]


def of_kinds(case: Case, kinds: Sequence[str]) -> Sequence[Certificate]:
    """Return the customer's certificates of these kinds, of every kind where none is named, for whichever product."""
    if not kinds:
        return case.customer.certificates
    counted = {folded(kind) for kind in kinds}
    return [one for one in case.customer.certificates if one.unreadable or folded(one.kind) in counted]


def _in_force(case: Case, options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer | None:
    """Answer by the certificate that lasts longest among those in force."""
    active = [one for one in held if in_force(one, case.day)]
    if not active:
        return None
    sure = [one for one in active if not (options.kinds and one.unreadable)]
    if not sure:
        return unknown("certificate_kind_unknown", certificate=active[0].number)
    return _by_last(case, options, max(sure, key=lambda one: one.valid_until or date.min))


def _by_last(case: Case, options: CertificateOptions, last: Certificate) -> CheckAnswer:
    until = last.valid_until
    if until is None:
        # No certificate is for ever: one without an end has an end that the registry does not tell.
        return unknown("certificate_end_unknown", certificate=last.number)
    if case.day >= days_before(until, options.warn_days):
        return warned("certificate_expiring", certificate=last.number, valid_until=until)
    return passed("certificate_active", certificate=last.number, valid_until=until)


def _in_doubt(case: Case, options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer | None:
    """Return why a certificate may be in force all the same, None where there is no doubt."""
    for one in held:
        if one.valid_until is not None and case.held_at_silence(one):
            return warned("certificate_unconfirmed", certificate=one.number, valid_until=one.valid_until)
    # One that the customer names and the registry does not have may be a new one.
    stated = case.stated(options.field)
    if stated and all(folded(one.number) != folded(stated) for one in case.customer.certificates):
        return unknown("certificate_unverified", certificate=stated)
    # One may be for this product where nobody can tell which product this is; one of another kind would not do anyway.
    if case.product is None and len(held) < len(of_kinds(case, options.kinds)):
        return unknown("product_not_stated" if case.product_id is None else "certificate_product_unclear")
    return None


def _failure(case: Case, options: CertificateOptions, held: Sequence[Certificate]) -> CheckAnswer:
    expired = [(one.valid_until, one) for one in held if one.valid_until is not None and one.valid_until < case.day]
    if expired:
        until, last = max(expired, key=itemgetter(0))
        return failed("certificate_expired", certificate=last.number, valid_until=until)
    if held:
        first = min(held, key=lambda one: one.valid_from or date.min)
        return failed("certificate_not_begun", certificate=first.number, valid_from=first.valid_from)
    if options.kinds and case.customer.certificates:
        return failed("certificate_missing", kinds=options.kinds)._replace(wording=_MISSING_OF_KIND)
    return failed("certificate_missing")


_MISSING_OF_KIND = wording(
    ru="У клиента нет сертификата поддержки нужного вида: {kinds}",
    en="The customer has no support certificate of the kind asked for: {kinds}",
    mend_ru="Оформите, пожалуйста, сертификат поддержки нужного вида ({kinds}) или сообщите номер действующего.",
    mend_en="Please obtain a support certificate of the kind asked for ({kinds}), or tell us the number of an active one.",
)
"""What `certificate_missing` says of a customer who holds others."""


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
    "certificate_kind_unknown": wording(
        ru="Вид сертификата поддержки {certificate} в реестре не читается",
        en="The registry does not tell readably of which kind the support certificate {certificate} is",
        mend_ru="Сообщите, пожалуйста, вид вашего сертификата поддержки.",
        mend_en="Please tell us of which kind your support certificate is.",
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
        KIND,
        Title(ru="Сертификат поддержки", en="Support certificate"),
        CertificateOptions,
        answer,
        WORDINGS,
        place=30,
        turns=turns,
        rests_on_registry=True,
        looks_at=("field",),
    )
)
