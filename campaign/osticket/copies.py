"""The copies of the output fields that osTicket's queues read: each has to say what the field itself says."""

from collections.abc import Iterator

from campaign.osticket.comparing import Wrong
from tests.contract.back_doors import OsticketBackDoor

OPEN = "%ticket t JOIN %ticket_status s ON s.id = t.status_id AND s.state = 'open'"
"""The tables of all open tickets."""

_NARROW = {"sla_state": "k.state", "sla_level": "k.level", "sla_due": "CAST(k.due AS CHAR)"}
"""What the plugin's own narrow table holds, by which its queue is counted."""

_FIELD = "NULLIF(IF(f.type = 'choices', JSON_UNQUOTE(JSON_EXTRACT(JSON_KEYS(v.value), '$[0]')), v.value), '')"
# osTicket itself writes 0 into `__cdata` where it saves a form with an empty date, and shows it as empty.
_WIDE = "NULLIF(NULLIF(c.{}, ''), IF(f.type = 'datetime', '0', ''))"


def wrong_copies(back: OsticketBackDoor, names: tuple[str, ...]) -> Iterator[Wrong]:
    """Yield where a copy says something else than the field of an open ticket."""
    copies = [(one, "__cdata", _WIDE.format(one)) for one in names]
    copies += [(name, "the narrow table", column) for name, column in _NARROW.items()]
    asked = (_asked(name, place, column) for name, place, column in copies)
    for line in back.sql(" UNION ALL ".join(asked)).splitlines():
        ticket, field, stands, wanted = line.split("\t")
        yield Wrong(int(ticket), field, stands, wanted)


def _asked(name: str, place: str, column: str) -> str:
    return f"""SELECT t.ticket_id, '{name} in {place}', {column}, {_FIELD} FROM {OPEN}
        JOIN %form_entry e ON e.object_type = 'T' AND e.object_id = t.ticket_id
        JOIN %form_field f ON f.form_id = e.form_id AND f.name = '{name}'
        LEFT JOIN %form_entry_values v ON v.entry_id = e.id AND v.field_id = f.id
        LEFT JOIN %ticket__cdata c ON c.ticket_id = t.ticket_id
        LEFT JOIN %sla_bridge_clock k ON k.ticket_id = t.ticket_id
        WHERE NOT {column} <=> {_FIELD}"""  # noqa: S608 - ours
