"""The checks of `doctor` on what the helpdesk's database means: its zone, and the fields that customers' facts are mapped to."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bridge.cli.doctor.finding import Finding, fail, warn
from bridge.errors import HelpdeskRefused
from bridge.files.positions import hint_for
from bridge.protocols.reading import Meta
from bridge.settings.load import Settings
from bridge.settings.model import OUTPUTS
from bridge.tickets import Instant

_CANNOT_SAY = {"bool": "only yes or no", "datetime": "only dates", "files": "only files"}
"""What fields of these types hold: none of it names a product, a version or a registration number."""


def mapping_findings(settings: Settings, meta: Meta) -> Iterator[Finding]:
    """Yield facts that are mapped to no field, to one that cannot hold them, or to one that another fact has."""
    fields, mapped = {one.name: one for one in meta.fields}, defaultdict[str, list[str]](list)
    for ours, theirs in settings.inputs.items():
        mapped[theirs].append(ours)
        if theirs in OUTPUTS:
            found = f"{ours} is mapped to {theirs}, which the bridge writes itself"
            yield warn("input", found, f"Map it to the customer's own field: inputs: {{{ours}: …}} in bridge.yaml")
        elif theirs not in fields:
            near = hint_for(theirs, [name for name in fields if name not in OUTPUTS])
            yield warn(
                "input",
                f"the helpdesk has no field {theirs!r} for {ours}; checks that need it answer unknown",
                "Map it under `inputs` in bridge.yaml, or let `sla-bridge setup` create it"
                + (f" ({near})" if theirs != ours else ""),
            )
        elif (holds := _CANNOT_SAY.get(fields[theirs].type)) is not None:
            found = f"{ours} is mapped to {theirs}, which holds {holds}; checks that need it answer unknown"
            yield warn("input", found, "Map it under `inputs` in bridge.yaml to a field of text or choices")
    for theirs, several in mapped.items():
        if len(several) > 1:
            found = f"{' and '.join(several)} are mapped to one field, {theirs}"
            yield warn("input", found, "Give each a field of its own under `inputs` in bridge.yaml")


def zone_findings(meta: Meta, now: Instant) -> Iterator[Finding]:
    """Yield where the database's clock is not that of the zone by which its times are read: all of them would be shifted."""
    if meta.database_zone is None:
        return
    try:
        offset = datetime.fromtimestamp(now, ZoneInfo(meta.database_zone)).utcoffset()
    except (KeyError, ValueError, OSError):
        found = f"the helpdesk names its database's zone {meta.database_zone!r}, which this host does not know"
        yield warn("zone", found, "Update tzdata on this host (pip install -U tzdata), or set a zone by its name there")
        return
    if meta.database_offset is None or offset is None:
        return
    apart = meta.database_offset - int(offset.total_seconds())
    # Two statements of one second may fall to both sides of it.
    if abs(apart) > 1:
        yield fail(
            "zone",
            f"the database's NOW() is {apart:+d} s off {meta.database_zone}, by which osTicket reads its times: all are shifted",
            "Set the database server's time zone back; if the new one is meant, delete `db_timezone` of the namespace `core`"
            " in osTicket's table of settings, and osTicket notes it anew",
            HelpdeskRefused.exit_code,
        )
