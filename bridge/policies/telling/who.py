"""Whom and what a ticket is about, line by line; what nobody stated has no line."""

from collections.abc import Iterator

from bridge.customers import Category, Presence
from bridge.files.types import Title
from bridge.policies.telling.story import Story, on_a_line
from bridge.policies.telling.titles import PRESENCES, category_title
from bridge.tickets import Reference

_REQUESTER = Title(ru="Автор: {who}", en="Requester: {who}")
_CUSTOMER = Title(ru="Клиент: {who}", en="Customer: {who}")
_PRODUCT = Title(ru="Продукт: {product}", en="Product: {product}")
_VERSION = Title(ru="версия {version}", en="version {version}")
_DEPARTMENT = Title(ru="отдел: {name}", en="department: {name}")
_PRIORITY = Title(ru="приоритет: {name}", en="priority: {name}")
_STATUS = Title(ru="статус: {name}", en="status: {name}")
_AGENT = Title(ru="исполнитель: {name}", en="agent: {name}")
_NOBODY = Title(ru="никто", en="nobody")
_CURATOR = Title(ru="куратор: {name}", en="curator: {name}")


def who_and_what(story: Story) -> Iterator[str]:
    """Yield who asked, for which customer, about which product, and who has the ticket."""
    requester, language = story.ticket.requester, story.language
    address = f"<{requester.email}>" if requester.email else ""
    named = " ".join(filter(None, (on_a_line(requester.name), on_a_line(address))))
    organization = on_a_line(requester.organization.name) if requester.organization else ""
    if named or organization:
        yield _REQUESTER.text(language).format(who=", ".join(filter(None, (named, organization))))
    yield _CUSTOMER.text(language).format(who=_customer(story))
    product = _product(story)
    if product:
        yield _PRODUCT.text(language).format(product=product)
    facts = story.facts
    yield _listed(story, (_DEPARTMENT, facts.department), (_PRIORITY, facts.priority), (_STATUS, facts.status))
    agent = (
        facts.assignee if facts.assignee is not None and facts.assignee.name else Reference(name=_NOBODY.text(language))
    )
    yield _listed(story, (_AGENT, agent), (_CURATOR, Reference(name=story.decision.customer.curator or "")))


def _customer(story: Story) -> str:
    """Return the customer's name and category, or why there is none."""
    language, customer, presence = story.language, story.registry.customer, story.registry.presence
    category = story.decision.customer.category
    titles = [category_title(category, language)] if category is not None else []
    if presence is not Presence.FOUND or customer is None:
        unregistered = category is Category.UNREGISTERED
        return ", ".join([PRESENCES[presence].text(language), *(() if unregistered else titles)])
    return ", ".join([on_a_line(customer.name or customer.id), *titles])


def _product(story: Story) -> str:
    """Return the product by its title in the catalogue, else in the customer's own words, with its version."""
    stated, version = (on_a_line(str(story.facts.fields.get(name) or "")) for name in ("product", "product_version"))
    known = story.catalogue.find(stated) if stated else None
    told = [known.title.text(story.language) if known is not None else stated]
    if version:
        told.append(_VERSION.text(story.language).format(version=version))
    return ", ".join(filter(None, told))


def _listed(story: Story, *parts: tuple[Title, Reference | None]) -> str:
    """Return the parts that have a name as one line."""
    named = [(title, on_a_line(one.name)) for title, one in parts if one is not None and one.name]
    line = ", ".join(title.text(story.language).format(name=name) for title, name in named)
    return line[:1].upper() + line[1:]
