"""The indexes by which tickets find their customer."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from bridge.connectors.registry import cells, keys
from bridge.connectors.registry.damage import shown
from bridge.connectors.registry.description import MatchKey, RegistryFile
from bridge.connectors.registry.problem_list import ProblemList
from bridge.connectors.registry.rows import SourceRows
from bridge.errors import Problem, Severity

KeyIndex = dict[str, str | dict[str, None]]
"""A match key's normalised texts → the customer's id, or the ids of all customers that share it, in their order."""

CANDIDATES_NAMED = 10
_SHOWN = 60

_COLUMNS: Mapping[MatchKey, tuple[str, ...]] = {
    MatchKey.REGISTRATION_NUMBER: ("registration_number",),
    MatchKey.ORGANIZATION: ("name", "organization"),
    MatchKey.EMAIL: ("email",),
    MatchKey.DOMAIN: ("domain",),
}


def _plain_name(text: str) -> str:
    return "" if keys.SEPARATORS.search(text) else keys.name_key(text)


def _names(text: str) -> keys.Found:
    return keys.Found(cells.several(text))


def _alone(text: str) -> keys.Found:
    return keys.Found((text,))


_READ: Mapping[str, tuple[Callable[[str], str], Callable[[str], keys.Found], Callable[[str], str]]] = {
    "registration_number": (keys.number_key, _alone, keys.number_key),
    "name": (keys.name_key, _alone, keys.name_key),  # Names may contain any separator.
    "organization": (_plain_name, _names, keys.name_key),
    "email": (keys.plain_address, keys.addresses, keys.email_key),
    "domain": (keys.plain_domain, keys.domains, keys.domain_key),
}
"""How each column's cells become keys: the key of an ordinary cell; what stands in any other, and how that is compared."""


def add_key(index: KeyIndex, text: str, owner: str) -> bool:
    """Note that the key belongs to the customer and return whether it already belonged to another one."""
    known = index.setdefault(text, owner)
    if known == owner:
        return False
    if isinstance(known, str):
        index[text] = {known: None, owner: None}
    else:
        known[owner] = None
    return True


def candidates(owners: str | dict[str, None]) -> tuple[str, ...]:
    """Return the first of the customers that share a key."""
    return (owners,) if isinstance(owners, str) else tuple(islice(owners, CANDIDATES_NAMED))


def build_indexes(
    sources: Iterable[SourceRows], description: RegistryFile, problems: ProblemList, *, name: str
) -> dict[MatchKey, KeyIndex]:
    """Return the indexes of the match keys in use.

    A key of several customers is kept as ambiguous and reported, one that can match nobody is reported and left out, and so
    is a domain open to everybody.
    """
    indexes: dict[MatchKey, KeyIndex] = {key: {} for key in description.match}
    for source in sources:
        for key, index in indexes.items():
            for column in _COLUMNS[key]:
                _add_column(index, source, column)
        source.texts = {}
    if MatchKey.DOMAIN in indexes:
        _drop_public(indexes[MatchKey.DOMAIN], description, problems, name)
    for key, index in indexes.items():
        if key is not MatchKey.REGISTRATION_NUMBER:
            _report_shared(key, index, problems, name)
    return indexes


def _add_column(index: KeyIndex, source: SourceRows, column: str) -> None:
    """Add a column to an index. Its texts are given up: those of a million rows would not fit beside all indexes."""
    plain, _, _ = _READ[column]
    number = column == "registration_number"
    for position, (text, owner) in enumerate(zip(source.texts.pop(column, []), source.owners, strict=False)):
        if not text:
            continue
        key = plain(text)
        if not key:
            _add_cell(index, source, column, position, text)
        elif index.setdefault(key, owner) is not owner and add_key(index, key, owner) and number:
            _report_number(source, position, text)
        if number and not text.isascii() and (why := keys.strange_number(text)):
            source.report("strange_key", why, source.lines[position], column, severity=Severity.WARNING)


def _add_cell(index: KeyIndex, source: SourceRows, column: str, position: int, text: str) -> None:
    """Add what stands in a cell that is more or less than one ordinary key."""
    _, read, normalise = _READ[column]
    found = read(text)
    for one in found.keys:
        add_key(index, normalise(one), source.owners[position])
    if found.bad:
        _report_bad(source, position, column, found.bad)


def _report_number(source: SourceRows, position: int, number: str) -> None:
    message = f"the registration number {number[:_SHOWN]} also belongs to another customer"
    hint = "tickets that state it match several customers and stay unknown"
    source.report("duplicate_key", message, source.lines[position], "registration_number", hint=hint)


def _report_bad(source: SourceRows, position: int, column: str, bad: Iterable[str]) -> None:
    """Report texts by which no ticket can find the customer, and note that others may have stood there."""
    source.lost_keys.setdefault(position, set()).add(column)
    for why in islice(dict.fromkeys(bad), CANDIDATES_NAMED):
        hint = "no ticket can match it; correct it where the export comes from"
        source.report("bad_key", why, source.lines[position], column, hint=hint)


def _drop_public(index: KeyIndex, description: RegistryFile, problems: ProblemList, name: str) -> None:
    public = cells.PUBLIC_DOMAINS | {keys.domain_key(one) for one in description.public_domains}
    for domain in sorted(public & index.keys()):
        listed = ", ".join(candidates(index.pop(domain)))
        message = f"the domain {domain} is open to everybody and cannot stand for {listed}"
        problems.add(Problem(code="public_domain", message=message, file=name, severity=Severity.WARNING))


def _report_shared(key: MatchKey, index: KeyIndex, problems: ProblemList, name: str) -> None:
    for text, owners in index.items():
        if not isinstance(owners, str):
            listed = ", ".join(candidates(owners))
            if len(owners) > CANDIDATES_NAMED:
                listed += f" and {len(owners) - CANDIDATES_NAMED:,} more"
            message = f"the {key.value.replace('_', ' ')} {shown(text)} belongs to several customers: {listed}"
            hint = "a ticket that matches only by it is ambiguous and stays unknown"
            problems.add(
                Problem(code="duplicate_key", message=message, file=name, hint=hint, severity=Severity.WARNING)
            )
