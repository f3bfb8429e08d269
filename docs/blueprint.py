"""The plugin's `blueprint.json`: the fields that `setup` creates in osTicket, so that PHP repeats none of them."""

import json
from pathlib import Path
from typing import Any

from bridge.fields import (
    AGENT_INPUTS,
    ARRIVAL_SORT,
    AT_RISK_QUEUE,
    ATTENTION_QUEUE,
    CUSTOMER_INPUTS,
    DEVELOPMENT_DEPARTMENT,
    DUE_COLUMN,
    DUE_SORT,
    FORMER_ATTENTION_QUEUE,
    OVERDUE_QUEUE,
    WAITING_STATUS,
    BridgeField,
)
from bridge.policies.outcome.fields import OUTPUT_FIELDS

FILE = Path(__file__).resolve().parents[1] / "plugin" / "sla-bridge" / "blueprint.json"
ABOUT = "Written by `make docs` from bridge/fields.py and bridge/policies/outcome/fields.py: edit those."


def blueprint() -> str:
    """Return the file's text. The order of the fields is that of the form, of the columns, and of the steps of `setup`."""
    document = {
        "about": ABOUT,
        "fields": [_field(one) for one in (*OUTPUT_FIELDS, *AGENT_INPUTS, *CUSTOMER_INPUTS)],
        "texts": {
            "waiting_status": WAITING_STATUS.model_dump(),
            "development_department": DEVELOPMENT_DEPARTMENT.model_dump(),
            "at_risk_queue": AT_RISK_QUEUE.model_dump(),
            "overdue_queue": OVERDUE_QUEUE.model_dump(),
            "due_column": DUE_COLUMN.model_dump(),
            "due_sort": DUE_SORT.model_dump(),
            "arrival_sort": ARRIVAL_SORT.model_dump(),
            "attention_queue": ATTENTION_QUEUE.model_dump(),
            "former_attention_queue": FORMER_ATTENTION_QUEUE.model_dump(),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _field(one: BridgeField) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": one.name,
        "type": one.type,
        "owner": one.owner,
        "title": one.title.model_dump(),
    }
    if one.choices:
        described["choices"] = {str(key): title.model_dump() for key, title in one.choices.items()}
    if one.levels is not None:
        described["levels"] = one.levels
    if one.column is not None:
        described["column"] = one.column
    return described
