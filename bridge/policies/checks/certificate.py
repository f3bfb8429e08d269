"""EL-3: is a support certificate active on the deciding day?"""

from datetime import date

from bridge.customers import Certificate, Customer, Tracked
from bridge.decisions import Outcome
from bridge.policies.checks.case import Case, Finding, absence, covers, day_of, days_before, validity_turns
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.options import CertificateOptions
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant


def certificate(case: Case, options: CertificateOptions) -> Finding:
    """Return whether a certificate that covers the product is active on the deciding day.

    Missing or expired fails; a registry that keeps no certificates, or one without an end, leaves it unknown and the
    customer is asked.
    """
    customer = case.answer.customer
    missing = absence(case)
    if missing is not None or customer is None:
        return missing or Finding(Outcome.UNKNOWN, "registry_unavailable")
    if Tracked.CERTIFICATES not in case.answer.tracks:
        return Finding(Outcome.UNKNOWN, "certificate_not_stated", from_registry=True)
    held = [one for one in customer.certificates if _counts(case, options, one)]
    return _best(case, options, held) or _without(case, options, customer, held)


def _counts(case: Case, options: CertificateOptions, one: Certificate) -> bool:
    if options.kinds and folded(one.kind) not in {folded(kind) for kind in options.kinds}:
        return False
    return not one.product or covers(case, one.product)


def _best(case: Case, options: CertificateOptions, held: list[Certificate]) -> Finding | None:
    """Return the answer by the certificate that lasts longest among those in force, None where none is."""
    day = case.day
    until: date | None = None
    number = ""
    for one in held:
        end = one.valid_until
        if (
            end is not None
            and day <= end
            and (one.valid_from is None or one.valid_from <= day)
            and (until is None or end > until)
        ):
            until, number = end, one.number
    if until is None:
        return None
    values = (("certificate", number), ("valid_until", until))
    if day >= days_before(until, options.warn_days):
        return Finding(Outcome.WARN, "certificate_expiring", values, from_registry=True)
    return Finding(Outcome.PASS, "certificate_active", values, from_registry=True)


def _without(case: Case, options: CertificateOptions, customer: Customer, held: list[Certificate]) -> Finding:  # noqa: PLR0911 -- one return for each answer
    """Return the answer when no certificate is surely in force."""
    endless = [
        one for one in held if one.valid_until is None and (one.valid_from is None or one.valid_from <= case.day)
    ]
    if endless:
        values = (("certificate", endless[0].number),)
        return Finding(Outcome.UNKNOWN, "certificate_end_unknown", values, from_registry=True)
    kept = _kept(case, held)
    if kept is not None:
        return kept
    stated = case.said(options.field)
    if stated and all(folded(one.number) != folded(stated) for one in customer.certificates):
        return Finding(Outcome.UNKNOWN, "certificate_unverified", (("certificate", stated),), from_registry=True)
    if case.product is None and len(held) < len(customer.certificates):
        reason = "product_not_stated" if case.product_id is None else "certificate_product_unclear"
        return Finding(Outcome.UNKNOWN, reason, from_registry=True)
    expired = [one for one in held if one.valid_until is not None and one.valid_until < case.day]
    if expired:
        last = max(expired, key=lambda one: one.valid_until or date.min)
        values_expired = (("certificate", last.number), ("valid_until", last.valid_until))
        return Finding(Outcome.FAIL, "certificate_expired", values_expired, from_registry=True)
    if held:
        first = min(held, key=lambda one: one.valid_from or date.min)
        values_ahead = (("certificate", first.number), ("valid_from", first.valid_from))
        return Finding(Outcome.FAIL, "certificate_not_begun", values_ahead, from_registry=True)
    return Finding(Outcome.FAIL, "certificate_missing", from_registry=True)


def _kept(case: Case, held: list[Certificate]) -> Finding | None:
    """EL-11: a certificate that ran out after the last copy of a silent registry may have been renewed meanwhile."""
    if not case.answer.stale or case.answer.as_of is None:
        return None
    copied = day_of(case.answer.as_of, case.answer.zone)
    for one in held:
        if (
            one.valid_until is not None
            and copied <= one.valid_until
            and (one.valid_from is None or one.valid_from <= copied)
        ):
            values = (("certificate", one.number), ("valid_until", one.valid_until))
            return Finding(Outcome.WARN, "certificate_unconfirmed", values, from_registry=True)
    return None


def certificate_turns(case: Case, options: CertificateOptions) -> list[Instant]:
    """Return the instants at which time alone may change the answer."""
    customer = case.answer.customer
    held = customer.certificates if customer is not None else ()
    return validity_turns((one for one in held if _counts(case, options, one)), options.warn_days, case.answer.zone)


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
