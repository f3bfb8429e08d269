"""How several bridges share a helpdesk: the lease under which one of them writes."""

from dataclasses import dataclass
from enum import StrEnum


class LeaseDeed(StrEnum):
    """What a bridge may ask about the lease."""

    TAKE = "take"
    RENEW = "renew"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseWish:
    """To write alone for `ttl` seconds, or no longer. Who takes the lease names the digest of his `policy`, and with `after` the
    number of the latest policy that he has seen in force."""

    do: LeaseDeed
    holder: str
    ttl: float = 0
    policy: str = ""
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseGrant:
    """The lease as it is now: the epoch of the latest take, and the number of its policy."""

    epoch: int
    seq: int
