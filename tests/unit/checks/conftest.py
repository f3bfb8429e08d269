"""A small desk to judge tickets with: one product catalogue, one customer, and everything overridable."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bridge.customers import Category, Certificate, Customer, Licence, Presence, RegistryAnswer
from bridge.decisions import Check, Support
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.catalogue import Catalogue
from bridge.policies.checks.eligibility import assess
from bridge.policies.checks.judge import Judgement
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.tickets import Reference, Requester, Source, Ticket
from tests.unit.language.configurations import HEAD, LEVELS, files

CATALOGUE = """
zone: Europe/Moscow
products:
  accounting:
    title: {ru: Бухгалтерия, en: Accounting}
    names: [БСХП]
    latest: 3.0.52.35
    families:
      - {id: "3.0", from: 3.0, below: 3.1, minimum: 3.0.50, supported_until: 2028-12-31}
      - {id: "2.0", from: 2.0, below: 3.0, supported_until: 2026-06-30, limited_until: 2027-06-30}
      - {id: "1.0", from: 1.0, below: 2.0, supported_until: 2020-12-31}
    platforms:
      enterprise: {title: {ru: Платформа, en: Platform}, names: [Предприятие], minimum: 8.3.24}
    operating_systems: [Windows 10, Astra Linux]
    devices: [Android 13]
  retired:
    title: {ru: Старый учёт, en: Old accounting}
    supported: false
    latest: "1.0"
"""


def at(text: str) -> int:
    """Return the instant of a UTC time written as 2026-11-20 or 2026-11-20T07:00."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


IN_GOOD_STANDING = Customer(
    id="K-1",
    name="Рассвет",
    category=Category.COMMERCIAL,
    licences=(Licence(product="accounting", number="REG-1"),),
    certificates=(Certificate(number="S-1", valid_until=date(2027, 12, 31)),),
)


@dataclass(slots=True)
class Desk:
    """Judges a ticket of a customer in good standing, unless a test says otherwise."""

    catalogue: Catalogue = field(default_factory=lambda: read_catalogue(CATALOGUE.encode(), file="catalogue.yaml"))
    now: int = at("2026-11-20T07:00")
    customer: Customer = IN_GOOD_STANDING

    def ticket(self, **changes: Any) -> Ticket:
        fields = {"product": "accounting", "product_version": "3.0.52.35"} | changes.pop("fields", {})
        plain = Ticket(
            id=1,
            number="100",
            rev="r",
            created_at=changes.pop("created_at", self.now - 3600),
            source=Source.WEB,
            subject="Ошибка при проведении документа",
            body="При проведении документа программа сообщает об ошибке записи.",
            status=Reference(id=1, name="Open", state="open"),
            department=Reference(id=1, name="Support"),
            requester=Requester(id=1, email="buh@rassvet.example"),
            fields=fields,
        )
        return replace(plain, **changes)

    def answer(self, **changes: Any) -> RegistryAnswer:
        known = RegistryAnswer(
            presence=Presence.FOUND,
            customer=changes.pop("customer", self.customer),
            matched_by="email",
            as_of=self.now - 600,
            zone="Europe/Moscow",
        )
        return replace(known, **changes)

    def holder(self, **changes: Any) -> RegistryAnswer:
        """Return the answer for the customer with other licences, certificates, contracts or category."""
        return self.answer(customer=replace(self.customer, **changes))

    def assess(self, kinds: Any, answer: RegistryAnswer | None = None, **given: Any) -> Judgement:
        """Judge a ticket; what is given changes it. Beside a `ticket`, `fields` are what its history vouches for."""
        definitions = (kinds,) if isinstance(kinds, CheckDefinition) else tuple(kinds)
        language = given.pop("language", "en")
        now = given.pop("now", self.now)
        arguments = {name: given.pop(name) for name in ("facts", "replies") if name in given}
        if "ticket" in given:
            arguments |= {name: given.pop(name) for name in ("fields",) if name in given}
        ticket = given.pop("ticket", None) or self.ticket(**given)
        return assess(
            ticket, answer or self.answer(), self.catalogue, definitions, now=now, language=language, **arguments
        )

    def judge(self, kinds: Any, answer: RegistryAnswer | None = None, **given: Any) -> Support:
        return self.assess(kinds, answer, **given).support

    def check(self, kind: str, answer: RegistryAnswer | None = None, *, definition: Any = None, **given: Any) -> Check:
        """Return the one check of `kind`; `definition` holds changes to it."""
        (found,) = self.judge(self.define(kind, **(definition or {})), answer, **given).checks
        return found

    @staticmethod
    def define(kind: str, **changes: Any) -> CheckDefinition:
        return CheckDefinition(**({"id": kind, "kind": kind, "effect": "refuse", "deciding": "now"} | changes))

    @staticmethod
    def own(fails: Any = None, **more: Any) -> CheckDefinition:
        """Return a check of one's own, `own`, with its keys as a policy writes them."""
        stated = {
            "kind": "condition",
            "title": {"ru": "Своё", "en": "Own"},
            "message": {"ru": "Нельзя", "en": "Not so"},
        }
        stated |= ({} if fails is None else {"fails_when": fails}) | more
        written = (
            HEAD + "inputs: [approved, seats]\nfields: [region]\n" + LEVELS + "rules: [{id: all, level: silver}]\n"
        )
        compiled = compile_policy(files(written + "checks: " + json.dumps({"own": stated}))).policy
        return compiled.revisions[-1].checks[0]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def instant() -> Callable[[str], int]:
    return at
