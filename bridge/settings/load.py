"""From a configuration folder to settings: which folder, which files, and every problem in them at once."""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bridge.errors import ConfigurationInvalid, Problem, Stage, collected
from bridge.files.positions import Document, hint_for
from bridge.files.validate import validate
from bridge.files.yaml import MAX_BYTES, read_yaml
from bridge.settings.model import CUSTOMER_INPUTS, BridgeFile
from bridge.settings.secrets import resolve

MAIN_FILE = "bridge.yaml"
_MAX_FILES = 1000
_TEXT_FILES = frozenset({".yaml", ".yml", ".ics", ".csv"})
_ENVIRONMENT = "SLA_BRIDGE_CONFIG"
_SYSTEM_FOLDER = Path("/etc/sla-bridge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`bridge.yaml`, read and checked, with the folder it lies in."""

    folder: Path
    file: BridgeFile
    document: Document

    @property
    def state_path(self) -> Path:
        """Return where the state file lies."""
        return self.folder / self.file.state

    @property
    def inputs(self) -> dict[str, str]:
        """Return osTicket's field variables by the bridge's own names; an unmapped input keeps its own name."""
        return {name: self.file.inputs.get(name, name) for name in CUSTOMER_INPUTS}

    def key(self) -> SecretStr:
        """Return the API key. Raises ConfigurationInvalid when it is not where `helpdesk.key` says."""
        place = self.document.problem("secret", "", path=("helpdesk", "key"), stage=Stage.MEANING)
        return resolve(self.file.helpdesk.key, problem_at=place, folder=self.folder)

    @property
    def ca_file(self) -> str | None:
        """Return the private authority's certificate; a relative path lies in the configuration folder."""
        name = self.file.helpdesk.ca_file
        return None if name is None else str(self.folder / name)


def find_folder(given: Path | None) -> Path:
    """Return the folder given, $SLA_BRIDGE_CONFIG, ./config or /etc/sla-bridge. Raises ConfigurationInvalid if there is none."""
    named = given or (Path(os.environ[_ENVIRONMENT]) if os.environ.get(_ENVIRONMENT) else None)
    if named is not None:
        if not named.is_dir():
            message = f"there is no configuration folder {named}"
            raise ConfigurationInvalid([Problem(code="no_folder", message=message, hint="check its path")])
        return named
    for candidate in (Path("config"), _SYSTEM_FOLDER):
        if (candidate / MAIN_FILE).is_file():
            return candidate
    hint = f"give one with --config, set {_ENVIRONMENT}, or copy the sample folder to {_SYSTEM_FOLDER}"
    raise ConfigurationInvalid([Problem(code="no_folder", message="no configuration folder was found", hint=hint)])


def load_settings(folder: Path, *, helpdesk_kinds: Collection[str] | None = None) -> Settings:
    """Return the settings in `folder`. Raises ConfigurationInvalid with every problem of bridge.yaml.

    `helpdesk_kinds` are the kinds of helpdesk there are, which the settings do not know; None: any name will do.
    """
    document = main_document(folder)
    found: list[Problem] = []
    file = validate(BridgeFile, document, found)
    # What stands below the key may be the key itself; the problem at the key says enough.
    problems = [one for one in found if not one.path.startswith("helpdesk.key.")]
    if file is not None:
        problems += _unknown_names(file, document, helpdesk_kinds)
    if file is None or problems:
        raise ConfigurationInvalid(problems)
    return Settings(folder=folder, file=file, document=document)


def main_document(folder: Path) -> Document:
    """Return `bridge.yaml` as it is written. Raises ConfigurationInvalid when it cannot be read."""
    try:
        with (folder / MAIN_FILE).open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        problem = Problem(code="unreadable", message=message, file=MAIN_FILE, stage=Stage.READING)
        raise ConfigurationInvalid([problem]) from None
    return read_yaml(content, file=MAIN_FILE)


def registry_file(folder: Path) -> str | None:
    """Return the registry's description that `bridge.yaml` names, whatever else is wrong in there."""
    name = None
    with collected([]):
        data = main_document(folder).data
        name = data.get("registry") if isinstance(data, dict) else None
    return name if isinstance(name, str) else None


def _unknown_names(file: BridgeFile, document: Document, helpdesk_kinds: Collection[str] | None) -> Iterator[Problem]:
    kind = file.helpdesk.kind
    if helpdesk_kinds is not None and kind not in helpdesk_kinds:
        message, hint = f"there is no kind of helpdesk {kind!r}", hint_for(kind, helpdesk_kinds)
        yield document.problem("unknown_kind", message, path=("helpdesk", "kind"), hint=hint)
    for name in file.inputs:
        if name not in CUSTOMER_INPUTS:
            message, hint = f"{name!r} is no fact that the bridge asks for", hint_for(name, CUSTOMER_INPUTS)
            yield document.problem("unknown_input", message, path=("inputs", name), hint=hint, key=True)


def read_folder(folder: Path) -> Mapping[str, bytes]:
    """Return the bytes of every YAML, CSV and iCalendar file under `folder` by its relative path.

    Whatever begins with a dot is left out, files and folders: editors, version control and mounted configuration keep
    copies there. Each file is cut one byte behind the reader's limit, so that the reader refuses what is larger.
    Raises ConfigurationInvalid with every file that cannot be read.
    """
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or path.suffix.lower() not in _TEXT_FILES:
            continue
        try:
            if path.is_dir():
                continue
            if not path.is_file():
                raise FileNotFoundError(0, "there is no file behind it")
            with path.open("rb") as stream:
                files[name.as_posix()] = stream.read(MAX_BYTES + 1)
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            problems.append(Problem(code="unreadable", message=message, file=name.as_posix(), stage=Stage.READING))
        if len(files) > _MAX_FILES:
            message = f"more than {_MAX_FILES} files in {folder}"
            raise ConfigurationInvalid([Problem(code="too_many_files", message=message, hint="check --config")])
    if problems:
        raise ConfigurationInvalid(problems)
    return files
