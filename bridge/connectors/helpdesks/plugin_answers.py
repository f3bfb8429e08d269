"""Contract v1: the JSON of the companion plugin's answers, in the bridge's own words.

Each function raises HelpdeskRefused for an answer outside of the contract. It is thrown away whole: a page of which only a
part is understood would move the cursor past the rest.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from pydantic import ValidationError

from bridge.connectors.helpdesks.answer import held_to_a_shape
from bridge.errors import HelpdeskRefused
from bridge.protocols.leading import LeaseGrant
from bridge.protocols.provisioning import CountingPlan, SetupReport, SetupStep, Use
from bridge.protocols.reading import (
    ChangePage,
    FieldInfo,
    KeptPublication,
    ListPage,
    Meta,
    Ping,
    TicketError,
    TicketItem,
)
from bridge.protocols.writing import ActionOutcome, WriteOutcome, WriteResult
from bridge.tickets import Reference, Tombstone, faults_told, parse_instant, ticket_adapter

CONTRACT = 1


SAME_VERSION = "Bring the companion plugin and the bridge to the same version"

_HIGHEST_ID = 2**63 - 1
_PROGRAMS = {"osTicket": "osticket", "plugin": "plugin", "PHP": "php"}
OLDEST = {"osTicket": "1.18", "PHP": "8.2"}
"""The oldest that the companion plugin is made for, by its first two numbers."""


def ping(data: Mapping[str, Any]) -> Ping:
    """Return who answers and what the key may do; another contract is refused."""
    with held_to_the_contract("/ping"):
        if int(data["contract"]) != CONTRACT:
            raise HelpdeskRefused(
                f"the plugin speaks contract {data['contract']}, this bridge {CONTRACT}",
                hint="Bring both to the same version: sla-bridge plugin install --osticket-root …",
            )
        departments = data.get("departments")
        versions = {name: str(data["versions"].get(key, "?")) for name, key in _PROGRAMS.items()}
        return Ping(
            instance_id=str(data["instance_id"]),
            versions=versions,
            outdated={name: oldest for name, oldest in OLDEST.items() if _is_older(versions[name], oldest)},
            server_time=parse_instant(data["server_time"]),
            ip=str(data["ip"]),
            scopes=tuple(data["scopes"]),
            departments=None if departments is None else tuple(departments),
            # Older plugins do not name any.
            features=tuple(map(str, data.get("features", ()))),
            policy_seq=None if data.get("policy") is None else int(data["policy"]["seq"]),
            policy_digest=None if data.get("policy") is None else str(data["policy"]["digest"]),
        )


def lease_grant(data: Mapping[str, Any]) -> LeaseGrant:
    """Return the lease as the plugin keeps it."""
    with held_to_the_contract("/lease"):
        return LeaseGrant(epoch=int(data["epoch"]), seq=int(data["seq"]))


def _is_older(version: str, oldest: str) -> bool:
    """Return whether it is known to be older; behind the first two numbers distributions write what they like."""
    found = re.match(r"v?(\d{1,9})\.(\d{1,9})", version, re.ASCII)
    return found is not None and (int(found[1]), int(found[2])) < tuple(map(int, oldest.split(".")))


def meta(data: Mapping[str, Any]) -> Meta:
    """Return the helpdesk's vocabulary."""
    with held_to_the_contract("/meta"):
        return Meta(
            **_texts(data, "meta_rev", "database_zone"),
            statuses=_references(data["statuses"]),
            departments=_references(data["departments"]),
            topics=_references(data["topics"]),
            priorities=_references(data["priorities"]),
            fields=tuple(_field(item) for item in data["fields"]),
            # Older plugins do not tell who works there.
            agents=_references(data["agents"]) if "agents" in data else None,
            teams=_references(data["teams"]) if "teams" in data else None,
            answering=frozenset(int(one["id"]) for one in data["departments"] if one.get("auto_response") is True),
            service_agent=data.get("service_agent"),
            database_offset=int(data["database_offset"]) if "database_offset" in data else None,
        )


def _texts(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: str(item[name]) for name in names}


def _references(items: Sequence[Mapping[str, Any]]) -> tuple[Reference, ...]:
    return tuple(Reference(id=int(one["id"]), name=str(one["name"]), state=one.get("state")) for one in items)


def _field(item: Mapping[str, Any]) -> FieldInfo:
    return FieldInfo(
        id=int(item["id"]),
        **_texts(item, "name", "label", "type", "form"),
        choices=item.get("choices"),
        owner=item.get("owner"),
    )


def change_page(data: Mapping[str, Any], items: tuple[TicketItem, ...]) -> ChangePage:
    """Return a page of the change feed that bears `items`."""
    with held_to_the_contract("/changes"):
        return ChangePage(
            items=items,
            cursor=str(data["next"]),
            has_more=bool(data["has_more"]),
            head=int(data["head"]),
            meta_rev=str(data["meta_rev"]),
            server_time=parse_instant(data["server_time"]),
            instance_id=str(data["instance_id"]),
            # Older plugins do not speak of it.
            keeps_publications="published" in data,
            published=None if data.get("published") is None else _kept(data["published"]),
        )


def kept_publication(route: str, data: Mapping[str, Any]) -> KeptPublication:
    """Return the publication that an answer says is kept."""
    with held_to_the_contract(route):
        return _kept(data["published"])


def _kept(data: Mapping[str, Any]) -> KeptPublication:
    return KeptPublication(digest=str(data["digest"]), until=parse_instant(data["until"]))


def list_page(data: Mapping[str, Any], items: tuple[TicketItem, ...], *, place: int, down: bool = False) -> ListPage:
    """Return a page of the list of tickets that bears `items`: those behind the id `place`, or below it where the list goes
    `down`."""
    following = data.get("next")
    if following is None:
        return ListPage(items, None)
    # A cached or broken page would otherwise be walked for ever, or tickets be passed over.
    if type(following) is not int or not (0 < following < place if down else place < following <= _HIGHEST_ID):
        raise outside("/tickets", ValueError(f"`next` went from {place} to {following!r}"))
    if not items:
        raise outside("/tickets", ValueError(f"an empty page with the `next` {following}"))
    return ListPage(items, following)


def ticket_items(route: str, data: Mapping[str, Any]) -> tuple[TicketItem, ...]:
    """Return the tickets and tombstones of a page."""
    return tuple(ticket_item(route, item) for item in _items(route, data))


def ids(route: str, data: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the ids that a page of ids alone names."""
    return tuple(_with_id(route, item)["id"] for item in _items(route, data))


def _items(route: str, data: Mapping[str, Any]) -> list[object]:
    raw = data.get("items")
    if not isinstance(raw, list):
        raise outside(route, ValueError("`items` is no list"))
    return raw


def _with_id(route: str, item: object) -> dict[str, Any]:
    """Return the item, which bears an id."""
    if not isinstance(item, dict) or type(item.get("id")) is not int or not 0 < item["id"] <= _HIGHEST_ID:
        raise outside(route, ValueError("an item without an id"))
    return item


def ticket_item(route: str, found: object) -> TicketItem:
    """Return the ticket, its tombstone, or why it cannot be read; only an item without an id spoils the page."""
    item = _with_id(route, found)
    if item.get("deleted") is True:
        return Tombstone(id=item["id"])
    try:
        ticket = ticket_adapter().validate_python(item)
    except ValidationError as error:
        return TicketError(id=item["id"], reason=faults_told(error))
    if not f"{ticket.rev}{ticket.number}".isprintable():
        return TicketError(id=ticket.id, reason="rev and number: only printable characters are taken")
    return ticket


def write_outcomes(data: Mapping[str, Any], ids: Sequence[int]) -> list[WriteOutcome]:
    """Return the outcomes of writes to `ids`, in their order."""
    with held_to_the_contract("/writes"):
        outcomes = [_outcome(item) for item in data["results"]]
        if [one.id for one in outcomes] != list(ids):
            raise ValueError("the results do not answer the items sent")
        return outcomes


def _outcome(item: Mapping[str, Any]) -> WriteOutcome:
    error = item.get("error") or {}
    return WriteOutcome(
        id=item["id"],
        result=WriteResult(item["result"]),
        rev=item.get("rev"),
        reason=" ".join(str(part) for part in (error.get("message"), error.get("hint")) if part),
        # Older plugins carry out none.
        actions=tuple(action_outcome(one) for one in item.get("actions") or ()),
    )


def action_outcome(item: Mapping[str, Any]) -> ActionOutcome:
    """Return what became of an action."""
    ticket = item.get("ticket")
    return ActionOutcome(
        **_texts(item, "key", "state"),
        reason=str(item.get("reason") or ""),
        ticket=None if ticket is None else int(ticket),
    )


def setup_report(data: Mapping[str, Any]) -> SetupReport:
    """Return what setup did or would do."""
    with held_to_the_contract("/setup"):
        steps = tuple(
            SetupStep(**_texts(step, "id", "title", "state"), detail=str(step.get("detail") or ""))
            for step in data["steps"]
        )
        uses = tuple(Use(**_texts(use, "kind", "title", "field")) for use in data.get("uses") or ())
        return SetupReport(
            steps=steps, changed=int(data["changed"]), counting=_counting(data.get("counting")), uses=uses
        )


def _counting(data: Mapping[str, Any] | None) -> CountingPlan | None:
    # A plugin of the version before tells nothing of it.
    if data is None:
        return None
    return CountingPlan(
        server=str(data["server"]),
        setting=data["setting"],
        value=data["value"],
        eased=bool(data["eased"]),
        scanned=tuple((str(one["table"]), int(one["rows"])) for one in data["scanned"]),
    )


def outside(route: str, error: Exception) -> HelpdeskRefused:
    """Return what is said of an answer outside of the contract."""
    return HelpdeskRefused(
        f"{route} answered outside of the contract: {type(error).__name__} {error}", hint=SAME_VERSION
    )


def held_to_the_contract(route: str) -> AbstractContextManager[None]:
    """Turn what reading JSON of another shape raises into a refusal."""
    return held_to_a_shape(outside, route)
