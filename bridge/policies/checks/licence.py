"""EL-2: is the copy licensed?"""

from datetime import date

from bridge.customers import Licence, Tracked
from bridge.decisions import Outcome
from bridge.policies.checks.case import (
    Case,
    Finding,
    absence,
    day_of,
    days_before,
    licences_of,
    product_named,
    validity_turns,
)
from bridge.policies.checks.options import LicenceOptions
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant


def licence(case: Case, options: LicenceOptions) -> Finding:  # noqa: PLR0911 -- one return for each answer
    """Return whether the customer holds a licence of the product: begun, unexpired, not blocked, with enough seats.

    A licence without an end date is perpetual.
    """
    customer = case.answer.customer
    missing = absence(case)
    if missing is not None or customer is None:
        return missing or Finding(Outcome.UNKNOWN, "registry_unavailable")
    if customer.category in options.any_product:
        return Finding(Outcome.PASS, "licence_not_needed", from_registry=True)
    if Tracked.LICENCES not in case.answer.tracks:
        return Finding(Outcome.UNKNOWN, "licence_not_stated", from_registry=True)
    if case.product_id is None and customer.licences:
        return Finding(Outcome.UNKNOWN, "product_not_stated", from_registry=True)
    held = licences_of(case)
    if not held:
        if case.product is None and case.product_id is not None:
            values = (("product", product_named(case)),)
            return Finding(Outcome.UNKNOWN, "product_unlisted", values, from_registry=True)
        return Finding(Outcome.FAIL, "licence_missing", (("product", product_named(case)),), from_registry=True)
    return _best(case, options, held)


def _best(case: Case, options: LicenceOptions, held: tuple[Licence, ...]) -> Finding:
    valid = [one for one in held if not one.blocked and not one.unreadable and _in_force(one, case.day)]
    if valid:
        return _valid(case, options, valid)
    if any(one.unreadable and not one.blocked for one in held):
        return Finding(Outcome.UNKNOWN, "licence_unreadable", from_registry=True)
    kept = _kept(case, held)
    if kept is not None:
        return kept
    blocked = next((one for one in held if one.blocked), None)
    if blocked is not None:
        return Finding(Outcome.FAIL, "licence_blocked", (("licence", blocked.number),), from_registry=True)
    expired = [one for one in held if one.valid_until is not None and one.valid_until < case.day]
    if expired:
        last = max(expired, key=_end)
        values = (("licence", last.number), ("valid_until", last.valid_until))
        return Finding(Outcome.FAIL, "licence_expired", values, from_registry=True)
    first = min(held, key=lambda one: one.valid_from or date.min)
    values = (("licence", first.number), ("valid_from", first.valid_from))
    return Finding(Outcome.FAIL, "licence_not_begun", values, from_registry=True)


def _valid(case: Case, options: LicenceOptions, valid: list[Licence]) -> Finding:
    best = max(valid, key=_end)
    counted = [one for one in valid if one.seats is not None and one.seats_used is not None]
    if len(counted) == len(valid):
        seats = sum(one.seats or 0 for one in counted)
        used = sum(one.seats_used or 0 for one in counted)
        if used > seats:
            values = (("licence", best.number), ("seats", seats), ("seats_used", used))
            return Finding(Outcome.FAIL, "licence_seats_exceeded", values, from_registry=True)
    if best.valid_until is None:
        return Finding(Outcome.PASS, "licence_valid", (("licence", best.number),), from_registry=True)
    values_until = (("licence", best.number), ("valid_until", best.valid_until))
    if case.day >= days_before(best.valid_until, options.warn_days):
        return Finding(Outcome.WARN, "licence_expiring", values_until, from_registry=True)
    return Finding(Outcome.PASS, "licence_valid", values_until, from_registry=True)


def _kept(case: Case, held: tuple[Licence, ...]) -> Finding | None:
    """EL-11: a licence that ran out after the last copy of a silent registry may have been renewed meanwhile."""
    if not case.answer.stale or case.answer.as_of is None:
        return None
    copied = day_of(case.answer.as_of, case.answer.zone)
    for one in held:
        if not one.blocked and _in_force(one, copied):
            values = (("licence", one.number), ("valid_until", one.valid_until))
            return Finding(Outcome.WARN, "licence_unconfirmed", values, from_registry=True)
    return None


def _in_force(one: Licence, day: date) -> bool:
    return (one.valid_from is None or one.valid_from <= day) and (one.valid_until is None or day <= one.valid_until)


def _end(one: Licence) -> date:
    return one.valid_until or date.max


def licence_turns(case: Case, options: LicenceOptions) -> list[Instant]:
    """Return the instants at which time alone may change the answer."""
    return validity_turns(licences_of(case), options.warn_days, case.answer.zone)


WORDINGS = {
    "licence_valid": wording(ru="Лицензия действует", en="The licence is valid"),
    "licence_not_needed": wording(
        ru="Для этой категории клиентов лицензия не требуется", en="This customer category needs no licence"
    ),
    "licence_expiring": wording(
        ru="Лицензия {licence} действует до {valid_until}",
        en="The licence {licence} is valid until {valid_until}",
        mend_ru="Продлите, пожалуйста, лицензию до {valid_until}.",
        mend_en="Please renew the licence before {valid_until}.",
    ),
    "licence_unconfirmed": wording(
        ru="Лицензия {licence} действовала до {valid_until}, сведений о продлении пока нет",
        en="The licence {licence} was valid until {valid_until}; whether it was renewed is not known yet",
    ),
    "licence_expired": wording(
        ru="Срок лицензии {licence} истёк {valid_until}",
        en="The licence {licence} expired on {valid_until}",
        mend_ru="Продлите, пожалуйста, лицензию или сообщите номер действующей.",
        mend_en="Please renew the licence, or tell us the number of a valid one.",
    ),
    "licence_not_begun": wording(
        ru="Лицензия {licence} начинает действовать {valid_from}",
        en="The licence {licence} begins on {valid_from}",
        mend_ru="Сообщите, пожалуйста, номер лицензии, которая уже действует.",
        mend_en="Please tell us the number of a licence that is already valid.",
    ),
    "licence_blocked": wording(
        ru="Лицензия {licence} заблокирована",
        en="The licence {licence} is blocked",
        mend_ru="Свяжитесь, пожалуйста, с отделом продаж, чтобы снять блокировку лицензии.",
        mend_en="Please contact the sales department to have the licence unblocked.",
    ),
    "licence_seats_exceeded": wording(
        ru="Занято мест: {seats_used}, лицензия даёт {seats}",
        en="{seats_used} seats are in use, the licence covers {seats}",
        mend_ru="Приобретите, пожалуйста, недостающие места или освободите лишние.",
        mend_en="Please buy the missing seats, or release those not needed.",
    ),
    "licence_missing": wording(
        ru="За клиентом не числится лицензия на этот продукт",
        en="No licence of this product is registered to the customer",
        mend_ru="Сообщите, пожалуйста, номер лицензии на продукт.",
        mend_en="Please tell us the number of your licence of the product.",
    ),
    "licence_not_stated": wording(
        ru="Реестр не ведёт лицензии",
        en="The registry keeps no licences",
        mend_ru="Сообщите, пожалуйста, номер лицензии на продукт.",
        mend_en="Please tell us the number of your licence of the product.",
    ),
    "licence_unreadable": wording(
        ru="Запись о лицензии в реестре не читается, её нужно исправить",
        en="The registry's entry of the licence cannot be read and needs correcting",
    ),
}
