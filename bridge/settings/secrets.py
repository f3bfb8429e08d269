"""Secrets by reference: from an environment variable, a file, or a systemd credential to the secret itself."""

import os
import re
import stat
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.secret_reference import SecretReference

_SECRET_BYTES = 4096
_CREDENTIAL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")


def resolve(
    reference: SecretReference, *, problem_at: Problem, folder: Path = Path(), sentence: bool = False
) -> SecretStr:
    """Return the secret that `reference` names; a relative file lies in `folder`.

    A `sentence` may hold blanks, as the value of a header does (`Bearer …`); a key may not. Raises ConfigurationInvalid at
    `problem_at` with what to set or create, and never with the secret itself.
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
    if not value.isascii() or not value.isprintable() or (" " in value and not sentence):
        hint = "write it in ASCII on one line" if sentence else "a key is written in ASCII, without spaces"
        raise _missing(problem_at, "the secret holds spaces or unusual characters", hint)
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
