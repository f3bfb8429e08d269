"""The indexes by which tickets find their customer."""

from collections.abc import Callable, Iterable, Mapping
from itertools import repeat

from bridge.connectors.registry import cells
from bridge.connectors.registry.mapping import MatchKey, RegistryFile
from bridge.connectors.registry.problems import Problems
from bridge.connectors.registry.rows import SourceRows
from bridge.errors import Problem, Severity

Index = dict[str, str | tuple[str, ...]]
"""A match key's normalised texts → the customer's id, or the ids of all customers that share it."""

CANDIDATES_NAMED = 10


def add_key(index: Index, text: str, owner: str) -> bool:
    """Note that the key belongs to the customer and return whether it already belonged to another one."""
    known = index.setdefault(text, owner)
    if known == owner:
        return False
    if isinstance(known, str):
        index[text] = (known, owner)
    elif owner not in known:
        index[text] = (*known, owner)
    return True


def build_keys(
    sources: Iterable[SourceRows], mapping: RegistryFile, problems: Problems, *, name: str
) -> dict[MatchKey, Index]:
    """Return the indexes of the match keys in use.

    A key of several customers is kept as ambiguous and reported; a domain open to everybody is reported and left out.
    """
    keys: dict[MatchKey, Index] = {key: {} for key in mapping.match}
    for source in sources:
        if MatchKey.REGISTRATION_NUMBER in keys:
            _numbers(keys[MatchKey.REGISTRATION_NUMBER], source)
        if MatchKey.ORGANIZATION in keys:
            _fill(keys[MatchKey.ORGANIZATION], source.keys.get("name", []), source.owners, cells.name_key, single=True)
            _fill(keys[MatchKey.ORGANIZATION], source.keys.get("organization", []), source.owners, cells.name_key)
        if MatchKey.EMAIL in keys:
            _fill(keys[MatchKey.EMAIL], source.keys.get("email", []), source.owners, cells.email_key)
        if MatchKey.DOMAIN in keys:
            _fill(keys[MatchKey.DOMAIN], source.keys.get("domain", []), source.owners, cells.domain_key)
        source.keys = {}
    if MatchKey.DOMAIN in keys:
        _without_public(keys[MatchKey.DOMAIN], mapping, problems, name)
    for key, index in keys.items():
        if key is not MatchKey.REGISTRATION_NUMBER:
            _report_shared(key, index, problems, name)
    return keys


def _numbers(index: Index, source: SourceRows) -> None:
    for position, (number, owner) in enumerate(
        zip(source.keys.get("registration_number", []), source.owners, strict=False)
    ):
        if number and add_key(index, cells.number_key(number), owner):
            message = f"the registration number {number} also belongs to another customer"
            hint = "tickets that state it match several customers and stay unknown"
            source.report("duplicate_key", message, position, "registration_number", hint=hint)


def _fill(
    index: Index, texts: list[str], owners: list[str], normalise: Callable[[str], str], *, single: bool = False
) -> None:
    """Add a column to an index; a cell may hold several values, unless they are `single` ones, like names."""
    for text, owner in zip(texts, owners, strict=False):
        if not text:
            continue
        if single or not cells.SEPARATORS.search(text):
            key = normalise(text)
            if index.setdefault(key, owner) != owner:
                add_key(index, key, owner)
        else:
            for part, one in zip(cells.several(text), repeat(owner)):
                add_key(index, normalise(part), one)


def _without_public(index: Index, mapping: RegistryFile, problems: Problems, name: str) -> None:
    public = cells.PUBLIC_DOMAINS | {cells.domain_key(one) for one in mapping.public_domains}
    for domain in sorted(public & index.keys()):
        owners = index.pop(domain)
        listed = owners if isinstance(owners, str) else ", ".join(owners[:CANDIDATES_NAMED])
        message = f"the domain {domain} is open to everybody and cannot stand for {listed}"
        problems.add(Problem(code="public_domain", message=message, file=name, severity=Severity.WARNING))


def _report_shared(key: MatchKey, index: Mapping[str, str | tuple[str, ...]], problems: Problems, name: str) -> None:
    for text, owners in index.items():
        if not isinstance(owners, str):
            listed = ", ".join(owners[:CANDIDATES_NAMED])
            message = f"the {key.value.replace('_', ' ')} {text!r} belongs to several customers: {listed}"
            hint = "a ticket that matches only by it is ambiguous and stays unknown"
            problems.add(
                Problem(code="duplicate_key", message=message, file=name, hint=hint, severity=Severity.WARNING)
            )
