"""Secrets by reference: an environment variable, a file, or a systemd credential; never text in YAML."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, SecretStr, model_validator

from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.validate import Strict

_OSTICKET_KEY = re.compile(r"[A-Fa-f0-9]{32}")
_SECRET_BYTES = 4096
_CREDENTIAL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")


_Name = Annotated[str, Field(json_schema_extra={"minLength": 1, "pattern": "^(?![A-Fa-f0-9]{32}$)"})]


class SecretReference(Strict):
    """Where a secret lies: exactly one of `env`, `file` and `credential`."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "description": "Where a secret lies: exactly one of env, file and credential; never the secret itself.",
        }
    )
    env: _Name | None = None
    file: _Name | None = None
    credential: _Name | None = None

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
                " | write for instance key: {credential: osticket-api-key}"
            )
        if _OSTICKET_KEY.fullmatch(name):
            raise ValueError("this looks like the key itself | put it into a file and name that: key: {file: …}")
        return found


def resolve(reference: SecretReference, *, problem_at: Problem, folder: Path = Path()) -> SecretStr:
    """Return the secret that `reference` names; a relative file lies in `folder`.

    Raises ConfigurationInvalid at `problem_at` with what to set or create, and never with the secret itself.
    """
    if reference.env:
        value = os.environ.get(reference.env, "")
        if not value:
            raise _missing(
                problem_at, f"the environment variable {reference.env} is not set", f"export {reference.env}=…"
            )
    elif reference.credential:
        value = _read(_credential_path(reference.credential, problem_at), problem_at)
    else:
        value = _read(folder / (reference.file or ""), problem_at)
    if not value.isascii() or not value.isprintable() or " " in value:
        raise _missing(
            problem_at, "the secret holds spaces or unusual characters", "an osTicket key is 32 characters A-F0-9"
        )
    return SecretStr(value)


def _credential_path(name: str, problem_at: Problem) -> Path:
    if not _CREDENTIAL_NAME.fullmatch(name):
        raise _missing(problem_at, f"{name!r} is no name of a credential", "letters, digits, '.', '_' and '-'")
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise _missing(
            problem_at,
            f"the credential {name!r} is only there in a systemd unit",
            f"add LoadCredential={name}:/etc/sla-bridge/{name} to the unit, or use file: or env: by hand",
        )
    return Path(folder) / name


def _read(path: Path, problem_at: Problem) -> str:
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            text = stream.read(_SECRET_BYTES + 1).decode("ascii", "replace").strip()
    except OSError as error:
        raise _missing(
            problem_at, f"the secret file {path} cannot be read: {error.strerror}", "check path and owner"
        ) from None
    if mode & stat.S_IROTH:
        raise _missing(problem_at, f"everybody may read the secret file {path}", f"chmod o-r {path}")
    if len(text) > _SECRET_BYTES:
        raise _missing(problem_at, f"the secret file {path} holds more than a key", "put nothing but the key into it")
    if not text:
        raise _missing(problem_at, f"the secret file {path} is empty", "put the key into it")
    return text


def _missing(at: Problem, message: str, hint: str) -> ConfigurationInvalid:
    return ConfigurationInvalid([replace(at, message=message, hint=hint)])
