"""From a configuration folder to settings: which folder, which files, and every problem in them at once."""

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path

from pydantic import SecretStr

from bridge.errors import ConfigurationInvalid, Problem, Stage, collected
from bridge.files.positions import Document, hint_for
from bridge.files.positions import Path as Place
from bridge.files.validate import validate
from bridge.files.yaml import MAX_BYTES, read_yaml
from bridge.settings.model import CUSTOMER_INPUTS, MOST_PHRASES, OUTPUTS, BridgeFile, MetricsSettings, PhraseSettings
from bridge.settings.secrets import resolve

MAIN_FILE = "bridge.yaml"
_MAX_FILES = 1000
_TEXT_FILES = frozenset({".yaml", ".yml", ".ics", ".csv"})
_ENVIRONMENT = "SLA_BRIDGE_CONFIG"
_SYSTEM_FOLDER = Path("/etc/sla-bridge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`bridge.yaml`, read and checked, with the folder it lies in; `kept` are the folder's files where they count as they once
    were, None: as they are on the disk."""

    folder: Path
    file: BridgeFile
    document: Document
    kept: Mapping[str, bytes] | None = None

    def files(self) -> Mapping[str, bytes]:
        """Return the folder's files that count; see `read_folder`."""
        return read_folder(self.folder) if self.kept is None else self.kept

    @property
    def state_path(self) -> Path:
        """Return where the state file lies."""
        return self.folder / self.file.state

    @property
    def inputs(self) -> dict[str, str]:
        """Return the helpdesk's field variables by the bridge's own names; an unmapped input keeps its own name."""
        return {name: self.file.inputs.get(name, name) for name in CUSTOMER_INPUTS}

    def key(self) -> SecretStr:
        """Return the API key. Raises ConfigurationInvalid when it is not where `helpdesk.key` says."""
        place = self.document.problem("secret", "", path=("helpdesk", "key"), stage=Stage.MEANING)
        return resolve(self.file.helpdesk.key, problem_at=place, folder=self.folder)

    @property
    def textfile(self) -> Path | None:
        """Return the file of metrics that each pass replaces; None where there is none."""
        name = self.file.metrics.textfile
        return None if name is None else self.folder / name

    @property
    def ca_file(self) -> str | None:
        """Return the private authority's certificate; a relative path lies in the configuration folder."""
        name = self.file.helpdesk.ca_file
        return None if name is None else str(self.folder / name)


def find_folder(given: Path | None) -> Path:
    """Return the folder given, $SLA_BRIDGE_CONFIG, ./config or /etc/sla-bridge. Raises ConfigurationInvalid if there is none."""
    named = given or (Path(os.environ[_ENVIRONMENT]) if os.environ.get(_ENVIRONMENT) else None)
    if named is not None:
        if not _seen(named, Path.is_dir):
            message = f"there is no configuration folder {named}"
            raise ConfigurationInvalid([Problem(code="no_folder", message=message, hint="check its path")])
        return named
    # Whoever became another user in a folder of his own, as with sudo, has no ./config and means the system's.
    here: tuple[Path, ...] = (Path("config"),) if os.access(".", os.X_OK, effective_ids=True) else ()
    for candidate in (*here, _SYSTEM_FOLDER):
        if _seen(candidate / MAIN_FILE, Path.is_file):
            return candidate
    hint = f"give one with --config, set {_ENVIRONMENT}, or copy the sample folder to {_SYSTEM_FOLDER}"
    raise ConfigurationInvalid([Problem(code="no_folder", message="no configuration folder was found", hint=hint)])


def _seen(path: Path, looks: Callable[[Path], bool]) -> bool:
    """Return whether something of that sort is there. Raises ConfigurationInvalid where the user may not even look."""
    try:
        return looks(path)
    except OSError as error:
        raise ConfigurationInvalid([_unreadable(str(path), error)]) from None


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
        problems += _phrases_too_many(file.discouraged_phrases, document)
        problems += _metrics(file.metrics, document)
    if file is None or problems:
        raise ConfigurationInvalid(problems)
    return Settings(folder=folder, file=file, document=document)


def main_document(folder: Path) -> Document:
    """Return `bridge.yaml` as it is written. Raises ConfigurationInvalid when it cannot be read."""
    try:
        content = _read(folder / MAIN_FILE)
    except OSError as error:
        raise ConfigurationInvalid([_unreadable(MAIN_FILE, error)]) from None
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
    for name in file.outputs:
        if name not in OUTPUTS:
            message, hint = f"{name!r} is no field that the bridge writes", hint_for(name, OUTPUTS)
            yield document.problem("unknown_output", message, path=("outputs", name), hint=hint, key=True)


def _phrases_too_many(phrases: PhraseSettings, document: Document) -> Iterator[Problem]:
    """Yield each phrase that stands there a second time, and where there is no room for more."""
    places = [
        (language, index, one) for language in ("ru", "en") for index, one in enumerate(getattr(phrases, language))
    ]
    first: dict[tuple[str, str], Place] = {}
    for number, (language, index, one) in enumerate(places):
        path = ("discouraged_phrases", language, index)
        before = first.setdefault((language, " ".join(one.casefold().split())), path)
        if before != path:
            message, hint = (
                f"the phrase {one!r} is listed twice",
                f"it stands first at {document.place(before)}; remove one of them",
            )
            yield document.problem("defined_twice", message, path=path, hint=hint)
        if number == MOST_PHRASES:
            message = f"{len(places)} phrases are listed, more than {MOST_PHRASES}"
            yield document.problem("too_many", message, path=path, hint="keep those that matter most")


def _metrics(metrics: MetricsSettings, document: Document) -> Iterator[Problem]:
    """Yield what keeps the metrics from being told as `metrics` says."""
    if metrics == MetricsSettings():
        return
    if find_spec("prometheus_client") is None:
        yield document.problem(
            "needs_extra",
            "metrics need prometheus-client",
            path=("metrics",),
            hint="install osticket-sla-bridge[metrics]",
            key=True,
        )
    if metrics.listen is not None and not metrics.open_to_network:
        host = metrics.listen.rpartition(":")[0].strip("[]")
        if not ip_address(host).is_loopback:
            yield document.problem(
                "not_loopback",
                f"other hosts reach {metrics.listen}, and nobody is asked for a password",
                path=("metrics", "listen"),
                hint="listen at 127.0.0.1, or say open_to_network: true beside it",
            )


def read_folder(folder: Path) -> Mapping[str, bytes]:
    """Return the bytes of every YAML, CSV and iCalendar file under `folder` by its relative path.

    Whatever begins with a dot is left out, files and folders: editors, version control and mounted configuration keep
    copies there. Each file is cut one byte behind the reader's limit, so that the reader refuses what is larger.
    Raises ConfigurationInvalid with every file that cannot be read.
    """
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in _text_files(folder, problems):
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = _read(path)
        except OSError as error:
            problems.append(_unreadable(name, error))
        if len(files) > _MAX_FILES:
            message = f"more than {_MAX_FILES} files in {folder}"
            raise ConfigurationInvalid([Problem(code="too_many_files", message=message, hint="check --config")])
    if problems:
        raise ConfigurationInvalid(problems)
    return files


def _text_files(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Yield the files to read in a fixed order, and add to `problems` each folder that nobody may look into."""

    def refused(error: OSError) -> None:
        where = Path(error.filename)
        problems.append(_unreadable(where.relative_to(folder).as_posix() if where != folder else str(folder), error))

    for root, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in _TEXT_FILES:
                yield Path(root, name)


def _read(path: Path) -> bytes:
    """Return a file's content, cut one byte behind the reader's limit. What is no plain file may never end, or never begin."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no plain file")
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _unreadable(name: str, error: OSError) -> Problem:
    message = f"cannot be read: {error.strerror}"
    hint = "check its owner and its rights" if isinstance(error, PermissionError) else ""
    return Problem(code="unreadable", message=message, file=name, hint=hint, stage=Stage.READING)
