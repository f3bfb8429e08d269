"""EL-4: is the product's version outdated, and what does that mean for support?"""

from datetime import date

from bridge.decisions import Outcome
from bridge.files.types import Title
from bridge.policies.checks.case import Case, Finding, Values, day_after, days_before, product_named, turns_of
from bridge.policies.checks.catalogue import Family, Life, Product
from bridge.policies.checks.certificate import certificate, certificate_turns
from bridge.policies.checks.options import CertificateOptions, VersionOptions
from bridge.policies.checks.versions import Order, Version, compare, older_than
from bridge.policies.checks.wording import wording
from bridge.tickets import Instant

_CURRENT = Title(ru="до текущей версии", en="to the current version")


def version(case: Case, options: VersionOptions, certificates: CertificateOptions) -> Finding:
    """Return whether the stated version still has full support.

    An outdated version fails. With an active certificate, or one whose state is unknown, that only limits support;
    without one the check's own effect stands. What cannot be read, is not listed or is written too short is unknown.
    """
    product = case.product
    if product is None:
        if case.product_id is None:
            return Finding(Outcome.UNKNOWN, "product_not_stated")
        return Finding(Outcome.UNKNOWN, "product_unlisted", (("product", product_named(case)),))
    text = case.said("product_version")
    if not text:
        return Finding(Outcome.UNKNOWN, "version_not_stated", (("product", product.id),))
    stated = product.scheme.read(text)
    if stated is None:
        return Finding(Outcome.UNKNOWN, "version_unreadable", (("product", product.id), ("version", text)))
    found = _judged(case, options, product, stated)
    if found.outcome is Outcome.FAIL:
        support = certificate(case, certificates)
        effect = None if support.outcome is Outcome.FAIL else options.with_certificate
        return found._replace(effect=effect)
    return found


def _judged(case: Case, options: VersionOptions, product: Product, stated: Version) -> Finding:
    values: Values = (("product", product.id), ("version", stated.text), ("latest", str(product.latest or "")))
    family = product.family_of(stated)
    if family is None:
        return _outside(product, stated, values)
    day = case.catalogue_day()
    life = family.life(day)
    if life is not Life.SUPPORTED:
        ended = family.supported_until if life is Life.LIMITED or family.limited_until is None else family.limited_until
        values = (*values, ("ended", ended), ("update", _update(product, family)))
        return Finding(Outcome.FAIL, f"version_{life.value}", values)
    bound = family.minimum or product.minimum
    if bound is not None:
        outdated = older_than(stated, bound)
        if outdated:
            values = (*values, ("minimum", bound.text), ("update", _update(product, family)))
            return Finding(Outcome.FAIL, "version_outdated", values)
        if outdated is None:
            return Finding(Outcome.UNKNOWN, "version_abbreviated", (*values, ("minimum", bound.text)))
    if family.supported_until is not None and day >= days_before(family.supported_until, options.warn_days):
        values = (*values, ("supported_until", family.supported_until), ("update", _update(product, None)))
        return Finding(Outcome.WARN, "version_ending", values)
    reason = "version_behind" if compare(stated, family.latest or product.latest) is Order.OLDER else "version_current"
    return Finding(Outcome.PASS, reason, values)


def _outside(product: Product, stated: Version, values: Values) -> Finding:
    """Judge a version that belongs surely to no family: by the product's own minimum and latest version."""
    if product.minimum is not None:
        outdated = older_than(stated, product.minimum)
        if outdated:
            values = (*values, ("minimum", product.minimum.text), ("update", _update(product, None)))
            return Finding(Outcome.FAIL, "version_outdated", values)
        if outdated is None:
            return Finding(Outcome.UNKNOWN, "version_abbreviated", (*values, ("minimum", product.minimum.text)))
    if product.latest is not None and compare(stated, product.latest) is not Order.OLDER:
        same = compare(stated, product.latest) is Order.SAME
        return Finding(Outcome.PASS, "version_current" if same else "version_newer", values)
    if product.minimum is not None and not product.families:
        return Finding(Outcome.PASS, "version_behind", values)
    return Finding(Outcome.UNKNOWN, "version_unlisted", values)


def _update(product: Product, family: Family | None) -> Title:
    to = product.latest or (family.latest if family else None)
    return Title(ru=f"до версии {to}", en=f"to version {to}") if to else _CURRENT


def version_turns(case: Case, options: VersionOptions, certificates: CertificateOptions) -> list[Instant]:
    """Return the instants at which time alone may change the answer.

    They are the family's, and those of the certificate, which softens what an outdated version means.
    """
    stated = case.product.scheme.read(case.said("product_version")) if case.product is not None else None
    family = case.product.family_of(stated) if case.product is not None and stated is not None else None
    days: list[date] = []
    if family is not None and family.supported_until is not None:
        days += (days_before(family.supported_until, options.warn_days), day_after(family.supported_until))
        if family.limited_until is not None:
            days.append(day_after(family.limited_until))
    return turns_of(days, case.catalogue.zone) + certificate_turns(case, certificates)


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
