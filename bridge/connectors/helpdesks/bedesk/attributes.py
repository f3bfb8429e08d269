"""The bridge's fields as BeDesk's custom attributes: found by their names, since the site makes the keys, and their values in
the words that agents read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bridge.fields import AGENT_INPUTS, CUSTOMER_INPUTS, BridgeField, Owner
from bridge.files.types import Title
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.protocols.helpdesk import LevelTitles
from bridge.tickets import FieldValue, format_instant, parse_instant

RECORD = BridgeField(
    name="sla_record", type="memo", owner=Owner.BRIDGE, title=Title(en="SLA record", ru="Служебная запись SLA")
)
"""Where the bridge keeps, packed, what it has seen of the conversation and what it concluded before."""

FIELDS: Mapping[str, BridgeField] = {one.name: one for one in (*OUTPUT_FIELDS, *AGENT_INPUTS, *CUSTOMER_INPUTS, RECORD)}
OUTPUTS = frozenset(one.name for one in OUTPUT_FIELDS)
INPUTS = frozenset(one.name for one in AGENT_INPUTS)
LEVEL_FIELDS = frozenset(one.name for one in OUTPUT_FIELDS if one.levels is not None)
_NOTHING: Mapping[str, str] = {}
_LANGUAGES = ("en", "ru")
_SHOWN = "%Y-%m-%d %H:%M:%S UTC"
_YES = frozenset({"1", "true", "yes", "on", "да"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRow:
    """A custom attribute of conversations as the site describes it."""

    id: int
    key: str
    name: str
    format: str
    user_can_edit: bool
    agent_can_edit: bool


def attribute_row(row: Mapping[str, Any]) -> AttributeRow:
    """Return a row of the list of attributes; what it does not say of customers is taken for the worst: they may edit it."""
    nested = row.get("permissions")
    said = nested if isinstance(nested, dict) else row
    return AttributeRow(
        id=int(row["id"]),
        key=str(row["key"]),
        name=str(row["name"]),
        format=str(row["format"]),
        user_can_edit=said.get("userCanEdit") is not False,
        agent_can_edit=said.get("agentCanEdit") is not False,
    )


class Attributes:
    """The site's attributes, and which of them are the bridge's fields."""

    def __init__(self, rows: Iterable[AttributeRow], levels: LevelTitles = tuple) -> None:
        self._levels = levels
        self.rows = tuple(sorted(rows, key=lambda one: one.id))
        self._of_name: dict[str, AttributeRow] = {}
        for row in self.rows:
            name = _field_named(row)
            if name is not None:
                self._of_name.setdefault(name, row)
        self._name_of = {row.key: name for name, row in self._of_name.items()}

    def of(self, name: str) -> AttributeRow | None:
        """Return the attribute that is the bridge's field of that name."""
        return self._of_name.get(name)

    def name_of(self, key: str) -> str:
        """Return the bridge's name of an attribute, or its own key."""
        return self._name_of.get(key, key)

    def counts(self, name: str) -> bool:
        """Return whether an agents' input counts: only where the site says that customers cannot edit it."""
        row = self.of(name)
        return row is not None and not row.user_can_edit

    def to_site(self, name: str, value: FieldValue) -> str:
        """Return an output field's value as agents read it, in the language that its attribute is named in."""
        field, row = FIELDS[name], self._of_name[name]
        if value is None:
            return ""
        if field.type == "datetime":
            return datetime.fromtimestamp(parse_instant(value), UTC).strftime(_SHOWN)
        # Of a level that stands in several editions the last title counts.
        titles = dict(self._choices(field)).get(str(value))
        return str(value) if titles is None else titles["ru" if row.name == field.title.text("ru") else "en"]

    def from_site(self, name: str, value: object, shown: Mapping[str, str] = _NOTHING) -> FieldValue:
        """Return what stands in an attribute in the bridge's own words; what nobody can read stays as it stands. `shown` are ids
        of levels by what the bridge wrote for them here, whatever they are called by now."""
        field = FIELDS.get(name)
        if value is None or value in ("", []):
            return None
        if field is not None and field.type == "bool":
            return str(value).casefold() in _YES
        if isinstance(value, str):
            return value if field is None else self._of_ours(field, value, shown)
        if isinstance(value, bool | int | float):
            return value
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def _of_ours(self, field: BridgeField, value: str, shown: Mapping[str, str]) -> str:
        if field.type == "datetime" and field.owner is Owner.BRIDGE:
            return _instant(value)
        if field.levels is not None and value in shown:
            return shown[value]
        word = value.strip().casefold()
        for key, titles in reversed(self._choices(field)):
            if word in {key.casefold(), *(one.casefold() for one in titles.values())}:
                return key
        return value

    def _choices(self, field: BridgeField) -> Sequence[tuple[str, Mapping[str, str]]]:
        """Return a field's choices with their titles by language, the agreement's own levels last."""
        own = self._levels() if field.levels is not None else ()
        known = field.choices.items()
        return (*((str(key), {one: title.text(one) for one in _LANGUAGES}) for key, title in known), *own)


def _instant(value: str) -> str:
    try:
        return format_instant(int(datetime.strptime(value, _SHOWN).replace(tzinfo=UTC).timestamp()))
    except ValueError:
        return value


def _field_named(row: AttributeRow) -> str | None:
    for name, field in FIELDS.items():
        if row.key == name or row.name in {name, *(field.title.text(language) for language in _LANGUAGES)}:
            return name
    return None


def format_of(field: BridgeField) -> str:
    """Return the format of a field's attribute. How a list of choices is told to the API is not documented, so they are text."""
    if field.type == "bool":
        return "switch"
    if field.type == "datetime" and field.owner is Owner.AGENT:
        return "date"
    return "multiLineText" if field.type == "memo" else "text"
