"""EL-2: is the copy licensed?"""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from bridge.customers import Category, Licence, Tracked
from bridge.files.types import Listed, Title
from bridge.policies.checks.answer import CheckAnswer, failed, passed, unknown, warned
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.unanswerable import without_customer, without_product
from bridge.policies.checks.validity import days_before, in_force, validity_turns
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant


class LicenceOptions(Options):
    """EL-2."""

    warn_days: int = Field(
        default=30, ge=0, le=3660, description="Days before the end of a licence from which to warn."
    )
    any_product: Listed[Category] = Field(
        default=(), description="Customer categories that need no licence of their own."
    )


def answer(case: Case, options: LicenceOptions) -> CheckAnswer:
    """Return whether he holds a licence of the product: begun, unexpired (or without an end), not blocked, with enough seats."""
    if missing := without_customer(case):
        return missing
    if case.customer.category in options.any_product:
        return passed("licence_not_needed")
    if Tracked.LICENCES not in case.registry.tracks:
        return unknown("licence_not_stated")
    held = case.licences
    if not held:
        return _without_licence(case)
    valid = [one for one in held if not one.blocked and not one.unreadable and in_force(one, case.day)]
    return _by_valid(case, options, valid) if valid else _by_invalid(case, held)


def _without_licence(case: Case) -> CheckAnswer:
    """Nothing is missing while it is in doubt which product is meant: it may be one of those he has a licence of."""
    if case.product is None and (case.product_id is not None or case.customer.licences):
        return without_product(case)
    return failed("licence_missing", product=case.product_name)


def _by_valid(case: Case, options: LicenceOptions, valid: Sequence[Licence]) -> CheckAnswer:
    best = max(valid, key=_end)
    seats, used = _seats(valid)
    if used > seats:
        return failed("licence_seats_exceeded", licence=best.number, seats=seats, seats_used=used)
    if best.valid_until is None:
        return passed("licence_valid", licence=best.number)
    if case.day >= days_before(best.valid_until, options.warn_days):
        return warned("licence_expiring", licence=best.number, valid_until=best.valid_until)
    return passed("licence_valid", licence=best.number, valid_until=best.valid_until)


def _seats(valid: Sequence[Licence]) -> tuple[int, int]:
    """Return how many seats the licences have and how many are in use; none of either while one of them does not tell."""
    counted = [(one.seats, one.seats_used) for one in valid if one.seats is not None and one.seats_used is not None]
    if len(counted) < len(valid):
        return 0, 0
    return sum(seats for seats, _ in counted), sum(used for _, used in counted)


def _by_invalid(case: Case, held: Sequence[Licence]) -> CheckAnswer:
    """Return why no licence is valid; a failure comes after everything that leaves a doubt."""
    if any(one.unreadable and not one.blocked for one in held):
        return unknown("licence_unreadable")
    for one in held:
        if not one.blocked and case.held_at_silence(one):
            return warned("licence_unconfirmed", licence=one.number, valid_until=one.valid_until)
    blocked = [one for one in held if one.blocked]
    if blocked:
        return failed("licence_blocked", licence=blocked[0].number)
    return _by_dates(case, held)


def _by_dates(case: Case, held: Sequence[Licence]) -> CheckAnswer:
    expired = [one for one in held if _end(one) < case.day]
    if expired:
        last = max(expired, key=_end)
        return failed("licence_expired", licence=last.number, valid_until=last.valid_until)
    first = min(held, key=lambda one: one.valid_from or date.min)
    return failed("licence_not_begun", licence=first.number, valid_from=first.valid_from)


def _end(one: Licence) -> date:
    return one.valid_until or date.max


def turns(case: Case, options: LicenceOptions) -> list[Instant]:
    """Return the instants at which time alone may change the answer."""
    return validity_turns(case.licences, case.registry.zone, options.warn_days)


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

register(
    CheckKind(
        "licence",
        Title(ru="Лицензия", en="Licence"),
        LicenceOptions,
        answer,
        WORDINGS,
        place=20,
        turns=turns,
        rests_on_registry=True,
        looks_at=(),
    )
)
