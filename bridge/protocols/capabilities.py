"""What a kind of helpdesk can do and what it cannot: nothing else tells the kinds apart."""

from dataclasses import dataclass

from bridge.protocols.reading import FEATURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a kind of helpdesk can do; `bridge.policies.telling.abilities` has each member but the last in words.

    `history`: it tells when statuses, departments, assignees and fields changed. `authors`: it tells who wrote a message.
    `channels`: it tells by which channel a ticket came. `classification`: its tickets have topics and priorities.
    `change_feed`: it tells each change once, deletions too, and what the bridge writes is none. `conditional_writes`: it
    refuses a write if somebody was quicker. `choices`: its fields may have a list of choices. `features` are those of FEATURES
    that a helpdesk of the kind may offer.
    """

    history: bool
    authors: bool
    channels: bool
    classification: bool
    change_feed: bool
    conditional_writes: bool
    choices: bool
    features: frozenset[str]


EVERYTHING = Capabilities(
    history=True,
    authors=True,
    channels=True,
    classification=True,
    change_feed=True,
    conditional_writes=True,
    choices=True,
    features=frozenset(FEATURES),
)
"""What the companion plugin was made for."""
