"""Contract v1, the part on actions: the JSON of the companion plugin's answers, in the bridge's own words.

Each function raises HelpdeskRefused for an answer outside of the contract.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bridge.connectors.helpdesks.plugin_answers import action_outcome, held_to_the_contract, outside
from bridge.protocols.writing import ActionOutcome, ActionsRun, Declared, ListedAction
from bridge.tickets import parse_instant


class ListedPage(NamedTuple):
    """A page of the actions that are kept, and behind which row it goes on; None at its end."""

    actions: tuple[ListedAction, ...]
    next: int | None


def declared(data: Mapping[str, Any]) -> Declared:
    """Return since when each of the declared actions is switched on."""
    with held_to_the_contract("/actions/declare"):
        # PHP writes an empty mapping as a list.
        since = {str(one): parse_instant(at) for one, at in dict(data["since"] or {}).items()}
        return Declared(on=_flag(data), since=since)


def actions_today(data: Mapping[str, Any]) -> tuple[bool, int]:
    """Return whether actions are carried out, and how many were today."""
    with held_to_the_contract("/actions"):
        return _flag(data), int(data["today"])


def listed_page(data: Mapping[str, Any], *, behind: int) -> ListedPage:
    """Return a page of what is kept of actions, from the row `behind` on."""
    with held_to_the_contract("/actions"):
        actions, following = tuple(_listed(one) for one in data["actions"]), data.get("next")
    if following is not None and not (actions and type(following) is int and following > behind):
        # A page that repeats itself would be walked for ever.
        raise outside("/actions", ValueError(f"`next` went from {behind} to {following!r}"))
    return ListedPage(actions, following)


def _listed(item: Mapping[str, Any]) -> ListedAction:
    texts: dict[str, Any] = {name: str(item[name]) for name in ("number", "key", "id", "kind", "state")}
    instants: dict[str, Any] = {name: parse_instant(item[name]) for name in ("at", "changed_at")}
    ticket = None if item["ticket"] is None else int(item["ticket"])
    return ListedAction(ticket=ticket, **texts, reason=str(item.get("reason") or ""), **instants)


def actions_run(data: Mapping[str, Any]) -> ActionsRun:
    """Return what became of actions that were due."""
    with held_to_the_contract("/actions/run"):
        outcomes = tuple(action_outcome(one) for one in data["results"])
        if not all("ticket" in one for one in data["results"]):
            # Null says that a letter belongs to none; what says nothing is another contract.
            raise ValueError("a result names no ticket")
        return ActionsRun(outcomes=outcomes, left=int(data["left"]))


def offered(data: Mapping[str, Any], *, keys: Sequence[str]) -> tuple[ActionOutcome, ...]:
    """Return what became of the letters with these keys that belong to no ticket."""
    with held_to_the_contract("/actions/offer"):
        outcomes = tuple(action_outcome(one) for one in data["results"])
        if [one.key for one in outcomes] != list(keys):
            raise ValueError("the results do not answer the letters sent")
        return outcomes


def settled(data: Mapping[str, Any], *, key: str) -> ActionOutcome:
    """Return what became of the action `key` that a person sent or dropped."""
    with held_to_the_contract("/actions/settle"):
        outcome = action_outcome(data)
        if outcome.key != key:
            raise ValueError("another action is answered than was asked for")
        return outcome


def message_id(data: Mapping[str, Any]) -> str:
    """Return the Message-ID of a letter that was sent on trial."""
    with held_to_the_contract("/actions/test"):
        return str(data["message_id"])


def _flag(data: Mapping[str, Any]) -> bool:
    if type(data["on"]) is not bool:
        raise ValueError("`on` is neither true nor false")
    return bool(data["on"])
