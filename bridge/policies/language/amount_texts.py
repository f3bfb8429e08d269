"""Amounts of time as a policy writes them."""

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bridge.policies.calendar.amounts import AMOUNT, Amount

AmountText = Annotated[
    Amount,
    BeforeValidator(Amount.parse),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^\\s*{AMOUNT}\\s*$",
            "examples": ["8h", "1h30m", "24wd", "24wd same-time", "36h calendar"],
        }
    ),
]
