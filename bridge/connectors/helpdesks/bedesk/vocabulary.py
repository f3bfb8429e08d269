"""Statuses, groups, agents and attributes of the site: read anew by each pass, for who may edit what decides what counts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.connectors.helpdesks.answer import encode
from bridge.connectors.helpdesks.bedesk.api import BedeskApi, held_to_the_api
from bridge.connectors.helpdesks.bedesk.attributes import INPUTS, OUTPUTS, AttributeRow, Attributes, attribute_row
from bridge.errors import HelpdeskRefused
from bridge.protocols.helpdesk import LevelTitles
from bridge.protocols.reading import FieldInfo, Meta
from bridge.tickets import Reference

ATTRIBUTES, STATUSES, AGENTS, GROUPS = (
    "/helpdesk/attributes",
    "/helpdesk/statuses",
    "/helpdesk/agents",
    "/helpdesk/groups",
)
_HIGHEST_CLOSED = 4
"""Categories of statuses up to this are closed."""

_NOT_GIVEN = frozenset({403, 404})


def state_of(category: object) -> str:
    """Return what a category of statuses means to the bridge. Raises TypeError or ValueError for one that is no number."""
    return "closed" if int(str(category)) <= _HIGHEST_CLOSED else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWords:
    """The site's words. `groups` is None where the site does not list them."""

    statuses: Mapping[int, Reference]
    groups: Mapping[int, Reference] | None
    agents: Mapping[int, Reference]
    attributes: Attributes

    @property
    def digest(self) -> str:
        """Return what stands still while nothing of this changes."""
        rows = [(one.id, one.key, one.name, one.format, one.user_can_edit) for one in self.attributes.rows]
        named = [
            sorted((one.id, one.name, one.state) for one in listed.values()) for listed in (self.statuses, self.agents)
        ]
        groups = None if self.groups is None else sorted((one.id, one.name) for one in self.groups.values())
        return hashlib.sha256(encode([rows, named, groups])).hexdigest()[:24]

    def meta(self) -> Meta:
        """Return the words as every kind of helpdesk tells them."""
        return Meta(
            meta_rev=self.digest,
            database_zone=None,
            statuses=tuple(self.statuses.values()),
            departments=tuple((self.groups or {}).values()),
            topics=(),
            priorities=(),
            fields=tuple(self._field(row) for row in self.attributes.rows),
            agents=tuple(self.agents.values()),
        )

    def _field(self, row: AttributeRow) -> FieldInfo:
        name = self.attributes.name_of(row.key)
        owner = "bridge" if name in OUTPUTS else "agent" if name in INPUTS else None
        return FieldInfo(id=row.id, name=name, label=row.name, type=row.format, form="ticket", owner=owner)


def read_vocabulary(api: BedeskApi, levels: LevelTitles = tuple) -> SiteWords:
    """Return the words as the site has them now; `levels` are the agreement's own, which the site has no list of."""
    return SiteWords(
        statuses=_references(api, STATUSES, with_state=True),
        groups=_groups(api),
        agents=_references(api, AGENTS),
        attributes=Attributes(_attributes(api), levels),
    )


def _attributes(api: BedeskApi) -> list[AttributeRow]:
    rows = [row for page in api.rows(ATTRIBUTES) for row in page]
    with held_to_the_api(ATTRIBUTES):
        return [attribute_row(row) for row in rows if row.get("type") == "conversation"]


def _groups(api: BedeskApi) -> Mapping[int, Reference] | None:
    """Return the groups. That there is a list of them is documented, its address is not."""
    try:
        return _references(api, GROUPS)
    except HelpdeskRefused as refusal:
        if refusal.status not in _NOT_GIVEN:
            raise
        return None


def _references(api: BedeskApi, route: str, *, with_state: bool = False) -> dict[int, Reference]:
    rows = [row for page in api.rows(route) for row in page]
    with held_to_the_api(route):
        return {
            int(row["id"]): Reference(
                id=int(row["id"]), name=name_of(row), state=state_of(row["category"]) if with_state else None
            )
            for row in rows
        }


def name_of(row: Mapping[str, Any]) -> str:
    """Return what a row is called, however the site calls that."""
    return str(row.get("name") or row.get("label") or row.get("display_name") or f"#{row.get('id')}")
