"""Where a secret is, as files name it. What it is, `bridge.settings.secrets` finds out."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from bridge.files.validate import Strict

_OSTICKET_KEY = re.compile(r"[A-Fa-f0-9]{32}")
_Name = Annotated[str, Field(json_schema_extra={"minLength": 1, "pattern": "^(?![A-Fa-f0-9]{32}$)"})]


class SecretReference(Strict):
    """Where a secret is: exactly one of an environment variable, a file, and a systemd credential. Never the secret itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }
    )
    env: _Name | None = Field(default=None, description="Environment variable.")
    file: _Name | None = Field(default=None, description="File that holds it, relative to the file that names it.")
    credential: _Name | None = Field(default=None, description="Name of a systemd credential.")

    @model_validator(mode="before")
    @classmethod
    def _a_reference(cls, found: object) -> object:
        """Refuse whatever is no reference without showing it: it may well be the secret itself."""
        if isinstance(found, SecretReference):
            return found
        one = isinstance(found, Mapping) and len(found) == 1 and found.keys() <= cls.model_fields.keys()
        name = next(iter(found.values())) if isinstance(found, Mapping) and one else None
        if not isinstance(name, str) or not name:
            raise ValueError(
                "a secret is not written here, but named by exactly one of env, file and credential"
                " | write for instance {credential: osticket-api-key}"
            )
        if _OSTICKET_KEY.fullmatch(name):
            raise ValueError("this looks like the key itself | put it into a file and name that: {file: …}")
        return found
