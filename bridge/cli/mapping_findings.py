"""The checks of `doctor` on the customer's facts: whether each is mapped to a field that can hold it."""

from collections import defaultdict
from collections.abc import Iterator

from bridge.cli.finding import Finding, warn
from bridge.files.positions import hint_for
from bridge.protocols import Meta
from bridge.settings.load import Settings
from bridge.settings.model import OUTPUTS

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
