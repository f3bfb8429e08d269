"""Letters that belong to no ticket, as the bridge offers them and as they are listed."""

from typing import Any

from tests.contract.client import Client, Reply

LISTED = "accepted,held,refused,unknown,done,dropped"


def settled(api: Client) -> None:
    """Leave nothing that waits, for its hour or for a person."""
    assert offered(api) == []
    for row in listed(api, "held,refused,unknown"):
        api.post("actions/settle", {"ticket": None, "key": row["key"], "do": "drop"})


def ask(api: Client, *some: Any, lease: Any = None) -> Reply:
    """Offer anything; return the answer."""
    return api.post("actions/offer", {"lease": lease, "actions": list(some)})


def offered(api: Client, *some: dict[str, Any]) -> list[tuple[str, str]]:
    """Offer letters; return state and reason of each."""
    reply = ask(api, *some)
    assert reply.status == 200, reply.text
    assert [one["key"] for one in reply.body["results"]] == [one["key"] for one in some]
    return [(one["state"], one["reason"]) for one in reply.body["results"]]


def listed(api: Client, states: str = LISTED) -> list[dict[str, Any]]:
    """Return what is kept of letters that belong to no ticket."""
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        page = api.get("actions", state=states, after=after, limit=1000).body
        found += [row for row in page["actions"] if row["ticket"] is None]
        if page["next"] is None:
            return found
        after = page["next"]


def states(api: Client, *some: dict[str, Any]) -> list[str | None]:
    """Return in which state each is kept; None of one that is not."""
    by_key = {row["key"]: row["state"] for row in listed(api)}
    return [by_key.get(one["key"]) for one in some]


def settle(api: Client, one: dict[str, Any], do: str) -> tuple[str, str]:
    """Decide on one as a person does; return its state and reason then."""
    reply = api.post("actions/settle", {"ticket": None, "key": one["key"], "do": do})
    assert reply.status == 200, reply.text
    return reply.body["state"], reply.body["reason"]
