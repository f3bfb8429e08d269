"""EL-4: is the product's version outdated, and what does that mean for support?"""

from datetime import date

from pydantic import Field

from bridge.decisions import Outcome
from bridge.files.types import Title
from bridge.policies.checks import certificate
from bridge.policies.checks.answer import CheckAnswer, Effect, failed, passed, unknown, warned
from bridge.policies.checks.case import Case
from bridge.policies.checks.catalogue import Family, Life, Product
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.unanswerable import without_product
from bridge.policies.checks.validity import day_after, days_before, start_of
from bridge.policies.checks.versions import Order, Version, compare, older_than
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant


class VersionOptions(Options):
    """EL-4."""

    with_certificate: Effect = Field(
        default=Effect.LIMIT, description="What an outdated version means while a support certificate is active."
    )
    warn_days: int = Field(
        default=30, ge=0, le=3660, description="Days before a version's full support ends from which to warn."
    )


def answer(case: Case, options: VersionOptions) -> CheckAnswer:
    """Return whether the stated version still has full support.

    An outdated version fails. With an active certificate, or one whose state is unknown, that only limits support;
    without one the check's own effect stands. What cannot be read, is not listed or is written too short is unknown.
    """
    product = case.product
    if product is None:
        return without_product(case)
    text = case.stated("product_version")
    if not text:
        return unknown("version_not_stated", product=product.id)
    version = product.scheme.read(text)
    if version is None:
        return unknown("version_unreadable", product=product.id, version=text)
    found = judged(product, version, day=case.catalogue_day, warn_days=options.warn_days)
    if found.outcome is Outcome.FAIL:
        held = certificate.answer(case, _certificate_options(case))
        return found if held.outcome is Outcome.FAIL else found._replace(at_most=options.with_certificate)
    return found


def _certificate_options(case: Case) -> certificate.CertificateOptions:
    """Return the options of the policy's certificate check: by them a certificate softens what an outdated version means."""
    options = case.options.get(certificate.KIND)
    return options if isinstance(options, certificate.CertificateOptions) else _PLAIN_CERTIFICATE


_PLAIN_CERTIFICATE = certificate.CertificateOptions()


def judged(product: Product, version: Version, *, day: date, warn_days: int) -> CheckAnswer:
    """Return whether a version has full support on a day of the catalogue's zone, whatever certificates there are."""
    known = {"product": product.id, "version": version.text, "latest": str(product.latest or "")}
    family = product.family_of(version)
    if family is None:
        return _outside(product, version, known)
    life = family.life(day)
    if life is not Life.SUPPORTED:
        return failed(f"version_{life.value}", **known, ended=_ended(family, life), update=_update(product, family))
    if too_old := _too_old(product, family, version, known):
        return too_old
    until = family.supported_until
    if until is not None and day >= days_before(until, warn_days):
        return warned("version_ending", **known, supported_until=until, update=_update(product, None))
    behind = compare(version, family.latest or product.latest) is Order.OLDER
    return passed("version_behind" if behind else "version_current", **known)


def _ended(family: Family, life: Life) -> date | None:
    """Return the last day of the support that is over: the full one, or the limited one where there was any."""
    return (family.limited_until if life is Life.ENDED else None) or family.supported_until


def _outside(product: Product, version: Version, known: dict[str, str]) -> CheckAnswer:
    """Judge a version that belongs surely to no family: by the product's own minimum and latest version."""
    if too_old := _too_old(product, None, version, known):
        return too_old
    order = compare(version, product.latest)
    if product.latest is not None and order is not Order.OLDER:
        return passed("version_current" if order is Order.SAME else "version_newer", **known)
    if product.minimum is not None and not product.families:
        return passed("version_behind", **known)
    return unknown("version_unlisted", **known)


def _too_old(product: Product, family: Family | None, version: Version, known: dict[str, str]) -> CheckAnswer | None:
    """Return the answer for a version below the minimum, or written too short to tell; None for any other."""
    bound = (family.minimum if family is not None else None) or product.minimum
    if bound is None:
        return None
    outdated = older_than(version, bound)
    if outdated is None:
        return unknown("version_abbreviated", **known, minimum=bound.text)
    if not outdated:
        return None
    return failed("version_outdated", **known, minimum=bound.text, update=_update(product, family))


_CURRENT = Title(ru="до текущей версии", en="to the current version")


def _update(product: Product, family: Family | None) -> Title:
    to = product.latest or (family.latest if family else None)
    return Title(ru=f"до версии {to}", en=f"to version {to}") if to else _CURRENT


def turns(case: Case, options: VersionOptions) -> list[Instant]:
    """Return the instants at which time alone may change the answer: the family's, and the certificate's, which softens it."""
    version = case.product.scheme.read(case.stated("product_version")) if case.product is not None else None
    family = case.product.family_of(version) if case.product is not None and version is not None else None
    days: list[date] = []
    if family is not None and family.supported_until is not None:
        days += (days_before(family.supported_until, options.warn_days), day_after(family.supported_until))
        if family.limited_until is not None:
            days.append(day_after(family.limited_until))
    return [start_of(day, case.catalogue.zone) for day in days] + certificate.turns(case, _certificate_options(case))


_ASK = {
    "mend_ru": "Укажите, пожалуйста, полный номер версии продукта (обычно он виден в окне «О программе»).",
    "mend_en": "Please give the full version number of the product (usually shown under “About”).",
}
_UPDATE = {"mend_ru": "Обновите, пожалуйста, продукт {update}.", "mend_en": "Please update the product {update}."}


WORDINGS = {
    "version_current": wording(ru="Версия {version} актуальна", en="The version {version} is current"),
    "version_behind": wording(
        ru="Версия {version} поддерживается, вышла {latest}",
        en="The version {version} is supported; {latest} has been released",
    ),
    "version_newer": wording(
        ru="Версия {version} новее последней в каталоге ({latest})",
        en="The version {version} is newer than the catalogue's latest ({latest})",
    ),
    "version_ending": wording(
        ru="Полная поддержка версии {version} заканчивается {supported_until}",
        en="Full support of the version {version} ends on {supported_until}",
        **_UPDATE,
    ),
    "version_outdated": wording(
        ru="Версия {version} устарела: полностью поддерживаются версии от {minimum}",
        en="The version {version} is outdated: full support begins at {minimum}",
        **_UPDATE,
    ),
    "version_limited": wording(
        ru="Полная поддержка версии {version} закончилась {ended}",
        en="Full support of the version {version} ended on {ended}",
        **_UPDATE,
    ),
    "version_ended": wording(
        ru="Поддержка версии {version} прекращена {ended}",
        en="Support of the version {version} ended on {ended}",
        **_UPDATE,
    ),
    "version_not_stated": wording(ru="Версия продукта не указана", en="The product's version is not stated", **_ASK),
    "version_unreadable": wording(
        ru="Версию «{version}» прочитать не удалось", en="The version “{version}” cannot be read", **_ASK
    ),
    "version_abbreviated": wording(
        ru="Версия «{version}» указана не полностью: неясно, старше ли она {minimum}",
        en="The version “{version}” is not given in full: whether it is older than {minimum} cannot be told",
        **_ASK,
    ),
    "version_unlisted": wording(
        ru="Версии {version} нет в каталоге продуктов",
        en="The product catalogue does not list the version {version}",
        **_ASK,
    ),
}

register(
    CheckKind(
        "version",
        Title(ru="Версия продукта", en="Product version"),
        VersionOptions,
        answer,
        WORDINGS,
        place=40,
        turns=turns,
        looks_at=(),
    )
)
