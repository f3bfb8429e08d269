"""The bridge's fields created as custom attributes, and found again by what the site keys them as."""

from collections.abc import Iterator, Sequence

from bridge.connectors.helpdesks.bedesk.api import BedeskApi
from bridge.connectors.helpdesks.bedesk.attributes import (
    FIELDS,
    INPUTS,
    OUTPUTS,
    RECORD,
    AttributeRow,
    Attributes,
    format_of,
)
from bridge.connectors.helpdesks.bedesk.conversations import Conversations
from bridge.connectors.helpdesks.bedesk.vocabulary import ATTRIBUTES
from bridge.fields import BridgeField, Owner
from bridge.protocols.provisioning import SetupReport, SetupRequest, SetupStep

_REMOVALS = frozenset({"plan_remove", "remove"})


def provision(api: BedeskApi, conversations: Conversations, request: SetupRequest) -> SetupReport:
    """Return what setup did or would do. It creates attributes and nothing else: the API has no way to take one away, nor to make
    statuses and groups."""
    attributes = conversations.renew_words().attributes
    fields = _wanted(request)
    if request.action in _REMOVALS:
        return SetupReport(steps=tuple(_kept(attributes, fields)), changed=0)
    if request.action != "apply":
        return SetupReport(steps=tuple(_step(attributes, one, request.language) for one in fields), changed=0)
    missing = [one for one in fields if attributes.of(one.name) is None]
    for one in missing:
        api.send("POST", ATTRIBUTES, _definition(one, request.language))
    attributes = conversations.renew_words().attributes
    steps = tuple(_step(attributes, one, request.language, created=one in missing) for one in fields)
    return SetupReport(steps=steps, changed=sum(attributes.of(one.name) is not None for one in missing))


def _wanted(request: SetupRequest) -> Sequence[BridgeField]:
    return [one for one in FIELDS.values() if one.owner is not Owner.CUSTOMER or one.name in request.inputs]


def _definition(field: BridgeField, language: str) -> dict[str, object]:
    return {
        "name": field.title.text(language),
        "type": "conversation",
        "format": format_of(field),
        "userCanEdit": field.owner is Owner.CUSTOMER,
        "userCanView": field.owner is Owner.CUSTOMER,
        "agentCanEdit": field.owner is not Owner.BRIDGE,
    }


def _step(attributes: Attributes, field: BridgeField, language: str, *, created: bool = False) -> SetupStep:
    row, title = attributes.of(field.name), field.title.text(language)
    if row is None:
        detail = "the site answered well and lists no attribute of that name" if created else ""
        return SetupStep(id=f"field:{field.name}", title=title, state="conflict" if created else "todo", detail=detail)
    fault = _fault(field, row)
    detail = fault or f"the site keys it as {row.key}"
    return SetupStep(id=f"field:{field.name}", title=title, state="conflict" if fault else "done", detail=detail)


def _fault(field: BridgeField, row: AttributeRow) -> str:
    """Return what makes an attribute useless for its field, empty where nothing does."""
    if field.name in INPUTS and row.user_can_edit:
        return f"customers can edit {row.name!r}, so it does not count: switch that off in BeDesk"
    if (field.name in OUTPUTS or field is RECORD) and row.user_can_edit:
        return f"customers can edit {row.name!r}, which is the bridge's: switch that off in BeDesk"
    return ""


def _kept(attributes: Attributes, fields: Sequence[BridgeField]) -> Iterator[SetupStep]:
    for field in fields:
        row = attributes.of(field.name)
        if row is not None and field.owner is not Owner.CUSTOMER:
            detail = "BeDesk's API takes no attribute away: delete it in BeDesk's settings"
            yield SetupStep(id=f"field:{field.name}", title=row.name, state="conflict", detail=detail)
