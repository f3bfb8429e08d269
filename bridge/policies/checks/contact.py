"""CU-6: may this person ask, and are no more persons named than the agreement allows?"""

from collections.abc import Sequence
from operator import attrgetter

from pydantic import Field

from bridge.files.types import Title
from bridge.policies.checks.answer import CheckAnswer, failed, passed, unknown, warned
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, register
from bridge.policies.checks.papers import (
    WORDINGS_WITHOUT_PAPER,
    Paper,
    PaperOptions,
    paper_turns,
    papers_in_force,
    without_paper,
)
from bridge.policies.checks.wording import wording


class ContactOptions(PaperOptions):
    """CU-6: named contacts."""

    limit: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Contacts that one contract or certificate may name; where more are named, the check warns.",
    )


def answer(case: Case, options: ContactOptions) -> CheckAnswer:
    """Return whether the requester is a contact that contract or certificate names; one that names nobody is open to all."""
    papers = papers_in_force(case, options, case.day, _CONTACTS)
    if not papers:
        return without_paper(case, options, case.day, _CONTACTS)
    if any(not one.contacts for one in papers):
        return passed("contacts_open")
    address = case.ticket.requester.email.strip().casefold()
    if not address:
        return unknown("contact_unknown")
    if all(address not in _named(one) for one in papers):
        return failed("contact_not_named", contact=address)
    return _too_many(papers, options.limit) or passed("contact_named", contact=address)


_CONTACTS = attrgetter("contacts")


def _named(paper: Paper) -> list[str]:
    """Return who is named, each person once, in the registry's order."""
    return list(dict.fromkeys(name.strip().casefold() for name in paper.contacts))


def _too_many(papers: Sequence[Paper], limit: int | None) -> CheckAnswer | None:
    """Return the warning that the paper with the most contacts has too many, None where all keep within the limit."""
    if limit is None:
        return None
    paper = max(papers, key=lambda one: len(_named(one)))
    named = _named(paper)
    if len(named) <= limit:
        return None
    return warned(
        "contacts_too_many", paper=paper.number, named=len(named), limit=limit, beyond=tuple(named[limit:][:_LISTED])
    )


_LISTED = 20
"""Contacts beyond the limit that the evidence lists."""

WORDINGS = {
    **WORDINGS_WITHOUT_PAPER,
    "contacts_open": wording(ru="Обращаться может любой сотрудник клиента", en="Anybody of the customer may ask"),
    "contact_named": wording(
        ru="Обратилось лицо, названное в договоре или сертификате",
        en="A contact named in the contract or certificate asked",
    ),
    "contact_not_named": wording(
        ru="{contact} не названо в договоре или сертификате как контактное лицо",
        en="{contact} is not a contact named in the contract or certificate",
        mend_ru="Обратитесь, пожалуйста, через контактное лицо, названное в договоре или сертификате.",
        mend_en="Please ask through a contact named in the contract or certificate.",
    ),
    "contacts_too_many": wording(
        ru="Контактных лиц названо больше, чем разрешено: {named} вместо {limit}",
        en="More contacts are named than allowed: {named} instead of {limit}",
        mend_ru="Сократите, пожалуйста, список контактных лиц до {limit}.",
        mend_en="Please reduce the list of contacts to {limit}.",
    ),
    "contact_unknown": wording(ru="Адрес обратившегося неизвестен", en="The requester's address is not known"),
}

register(
    CheckKind(
        "contact",
        Title(ru="Контактное лицо", en="Contact"),
        ContactOptions,
        answer,
        WORDINGS,
        place=130,
        turns=paper_turns,
        rests_on_registry=True,
    )
)
