"""Whom damaged rows may have been about: where such a row could be the requester's, he is not simply unknown to us."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bridge.connectors.registry import keys
from bridge.connectors.registry.all_rows import AllRows
from bridge.connectors.registry.description import MatchKey
from bridge.connectors.registry.rows import SourceRows

_KEPT = 1_000
"""So many damaged rows are compared; with more of them a registry says of nobody that he is not in it."""

_LOST_BY = {
    "registration_number": MatchKey.REGISTRATION_NUMBER,
    "name": MatchKey.ORGANIZATION,
    "organization": MatchKey.ORGANIZATION,
    "email": MatchKey.EMAIL,
    "domain": MatchKey.DOMAIN,
}


@dataclass(frozen=True, slots=True)
class DamagedCustomer:
    """A customer some of whose keys are `lost`, with what is still known of him, as keys are compared."""

    lost: frozenset[MatchKey]
    known: Mapping[MatchKey, frozenset[str]]

    def could_be(self, offered: Mapping[MatchKey, str]) -> bool:
        """Return whether a lost key may be one of those that a ticket offers, and nothing known speaks against it."""
        if not any(offered[key] for key in self.lost):
            return False
        return all(not known or not offered[key] or offered[key] in known for key, known in self.known.items())


@dataclass(slots=True)
class Doubts:
    """All damaged customers; `anybody` where rows are lost of which nothing is known."""

    anybody: bool = False
    customers: list[DamagedCustomer] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return self.anybody or bool(self.customers)

    def could_be(self, offered: Mapping[MatchKey, str]) -> bool:
        """Return whether the requester of a ticket that offers these texts may be a customer whose row is damaged."""
        return self.anybody or any(one.could_be(offered) for one in self.customers)


def find_doubts(sources: Iterable[SourceRows], rows: AllRows, match: Iterable[MatchKey]) -> Doubts:
    """Return the doubts that damage in these sources leaves; `match` are the keys in use."""
    used = set(match)
    doubts = Doubts()
    # Rows of one customer may be damaged by the thousand.
    known: dict[str, Mapping[MatchKey, frozenset[str]]] = {}
    for source in sources:
        doubts.anybody = doubts.anybody or source.lost > 0
        for position, columns in source.lost_keys.items():
            lost = frozenset(_LOST_BY[column] for column in columns) & used
            if lost and len(doubts.customers) >= _KEPT:
                doubts.anybody = True
            if doubts.anybody:
                return doubts
            if lost:
                owner = source.owners[position]
                if owner not in known:
                    known[owner] = _known(rows, owner)
                doubts.customers.append(DamagedCustomer(lost, known[owner]))
    return doubts


def _known(rows: AllRows, owner: str) -> Mapping[MatchKey, frozenset[str]]:
    """Return the keys that can still be read in the customer's first rows."""
    numbers, names, domains = set[str](), set[str](), set[str]()
    for source, index in rows.of(owner)[:100]:
        row = source.row(index)
        numbers.add(keys.number_key(row.text("registration_number")))
        names.add(keys.name_key(row.text("name")))
        names.update(map(keys.name_key, keys.SEPARATORS.split(row.text("organization"))))
        mails = keys.addresses(row.text("email")).keys
        domains.update(keys.domain_key(mail.rpartition("@")[2]) for mail in mails)
        domains.update(map(keys.domain_key, keys.domains(row.text("domain")).keys))
    return {
        MatchKey.REGISTRATION_NUMBER: frozenset(numbers - {""}),
        MatchKey.ORGANIZATION: frozenset(names - {""}),
        MatchKey.DOMAIN: frozenset(domains - {""}),
    }
