"""The indexes by which tickets find their customer."""

from collections.abc import Callable, Iterable, Mapping

from bridge.connectors.registry import cells
from bridge.connectors.registry.description import MatchKey, RegistryFile
from bridge.connectors.registry.problem_list import ProblemList
from bridge.connectors.registry.rows import SourceRows
from bridge.errors import Problem, Severity

KeyIndex = dict[str, str | tuple[str, ...]]
"""A match key's normalised texts → the customer's id, or the ids of all customers that share it."""

CANDIDATES_NAMED = 10

_SINGLE = "name"
"""The one column of these whose cells hold a single value: names may contain any separator."""

_COLUMNS: Mapping[MatchKey, tuple[Callable[[str], str], tuple[str, ...]]] = {
    MatchKey.ORGANIZATION: (cells.name_key, (_SINGLE, "organization")),
    MatchKey.EMAIL: (cells.email_key, ("email",)),
    MatchKey.DOMAIN: (cells.domain_key, ("domain",)),
}
"""How each match key's texts are normalised, and the columns they come from."""


def add_key(index: KeyIndex, text: str, owner: str) -> bool:
    """Note that the key belongs to the customer and return whether it already belonged to another one."""
    known = index.setdefault(text, owner)
    if known == owner:
        return False
    if isinstance(known, str):
        index[text] = (known, owner)
    elif owner not in known:
        index[text] = (*known, owner)
    return True


def build_indexes(
    sources: Iterable[SourceRows], description: RegistryFile, problems: ProblemList, *, name: str
) -> dict[MatchKey, KeyIndex]:
    """Return the indexes of the match keys in use.

    A key of several customers is kept as ambiguous and reported; a domain open to everybody is reported and left out.
    """
    indexes: dict[MatchKey, KeyIndex] = {key: {} for key in description.match}
    for source in sources:
        for key, index in indexes.items():
            if key is MatchKey.REGISTRATION_NUMBER:
                _add_numbers(index, source)
            else:
                normalise, columns = _COLUMNS[key]
                for column in columns:
                    texts = source.keys.get(column, [])
                    _add_texts(index, texts, source.owners, normalise, single=column == _SINGLE)
        source.keys = {}
    if MatchKey.DOMAIN in indexes:
        _drop_public(indexes[MatchKey.DOMAIN], description, problems, name)
    for key, index in indexes.items():
        if key is not MatchKey.REGISTRATION_NUMBER:
            _report_shared(key, index, problems, name)
    return indexes


def _add_numbers(index: KeyIndex, source: SourceRows) -> None:
    for position, (number, owner) in enumerate(
        zip(source.keys.get("registration_number", []), source.owners, strict=False)
    ):
        if number and add_key(index, cells.number_key(number), owner):
            message = f"the registration number {number} also belongs to another customer"
            hint = "tickets that state it match several customers and stay unknown"
            source.report("duplicate_key", message, source.lines[position], "registration_number", hint=hint)


def _add_texts(
    index: KeyIndex, texts: list[str], owners: list[str], normalise: Callable[[str], str], *, single: bool
) -> None:
    """Add a column to an index; a cell may hold several values, unless they are `single` ones."""
    for text, owner in zip(texts, owners, strict=False):
        if not text:
            continue
        for part in (text,) if single or not cells.SEPARATORS.search(text) else cells.several(text):
            add_key(index, normalise(part), owner)


def _drop_public(index: KeyIndex, description: RegistryFile, problems: ProblemList, name: str) -> None:
    public = cells.PUBLIC_DOMAINS | {cells.domain_key(one) for one in description.public_domains}
    for domain in sorted(public & index.keys()):
        owners = index.pop(domain)
        listed = owners if isinstance(owners, str) else ", ".join(owners[:CANDIDATES_NAMED])
        message = f"the domain {domain} is open to everybody and cannot stand for {listed}"
        problems.add(Problem(code="public_domain", message=message, file=name, severity=Severity.WARNING))


def _report_shared(key: MatchKey, index: KeyIndex, problems: ProblemList, name: str) -> None:
    for text, owners in index.items():
        if not isinstance(owners, str):
            listed = ", ".join(owners[:CANDIDATES_NAMED])
            message = f"the {key.value.replace('_', ' ')} {text!r} belongs to several customers: {listed}"
            hint = "a ticket that matches only by it is ambiguous and stays unknown"
            problems.add(
                Problem(code="duplicate_key", message=message, file=name, hint=hint, severity=Severity.WARNING)
            )
