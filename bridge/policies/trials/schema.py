"""JSON Schema of policy tests, for editors."""

from typing import Any

from bridge.policies.language.schema import described
from bridge.policies.trials.models import CaseFile


def cases_schema() -> dict[str, Any]:
    """Return the JSON Schema of a test file."""
    schema = described(CaseFile, "cases")
    # A case with one frozen time may name it without a list; a validator opens that short form, which pydantic cannot tell.
    case, checkpoint = schema["$defs"]["CaseModel"], "#/$defs/CheckpointModel/properties"
    case["required"] = ["name"]
    case["properties"].update({name: {"$ref": f"{checkpoint}/{name}"} for name in ("now", "expect")})
    case["oneOf"] = [{"required": ["at"]}, {"required": ["now", "expect"]}]
    return schema
