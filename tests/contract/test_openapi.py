"""What the document of the contract allows is answered as it says, and what it forbids is refused: thousands of made-up requests."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import unsupported_method

from tests.contract.answers import document
from tests.contract.desk import Desk

ACCEPTED = ["2xx", 401, 403, 404, 409, 410, 422]
CONFIG = schemathesis.Config.from_dict(
    {
        # What a server does not know it passes over; PHP reads no member whose name begins with NUL; a cursor that is none, and levels that are tails of others, are refused.
        "generation": {"allow-extra-parameters": False, "allow-x00": False},
        "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
        # No schema says of two dates that one lies before the other.
        "operations": [
            {
                "include-path": "/report",
                "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, 400]}},
            }
        ],
    }
)
SCHEMA = schemathesis.openapi.from_dict(document(), config=CONFIG)
NOT_OURS = [unsupported_method]
"""By contract a method that a route does not know is a route that does not exist: 404, not 405."""
SETTINGS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(600)
@SCHEMA.parametrize()
@SETTINGS
def test_an_operation_keeps_its_word(case: Any, desk: Desk) -> None:
    if isinstance(case.body, dict) and case.body.get("action") in ("apply", "remove"):
        # Other tests work at this helpdesk, too.
        case.body["action"] = "plan_remove" if case.body["action"] == "remove" else "plan"
    case.call_and_validate(base_url=desk.base, headers={"X-API-Key": desk.key}, excluded_checks=NOT_OURS)
