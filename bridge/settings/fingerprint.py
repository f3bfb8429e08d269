"""Whether anything that decisions follow from has moved, told without compiling any of it.

An idle pass needs no more: a configuration that was valid once and has not moved is still valid.
"""

import hashlib
import os
import zoneinfo
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bridge.errors import BridgeError
from bridge.files.positions import walk
from bridge.files.yaml import read_yaml
from bridge.settings.load import Settings
from bridge.tickets import Instant

_PACKAGES = ("osticket-sla-bridge", "holidays", "tzdata")


def fingerprint(settings: Settings, now: Instant) -> str:
    """Return a digest of the configuration folder, the registry's sources, the packages and the system's zones that decide.

    Files of the registry count by size and time, since they may be large; a source asked over HTTP by its refreshes.
    """
    files = settings.files()
    parts = [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in sorted(files.items())]
    parts += [f"{name} {version(name)}" for name in _PACKAGES]
    parts += zone_stamps()
    name = settings.file.registry
    if name is not None and name in files:
        parts += _sources(_description(files[name], name), (settings.folder / name).parent, now)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def zone_stamps() -> list[str]:
    """Return what changes with the system's time zones, which stand before those of tzdata: its folders, whose own time moves
    when an update replaces what lies in them."""
    return [_stamp(Path(folder)) for folder in zoneinfo.TZPATH]


def source_files(settings: Settings) -> frozenset[str]:
    """Return the files of the registry's sources that lie in the configuration folder, as `Settings.files` names them.

    They are data: they come and go without anybody's changing the configuration.
    """
    name, files = settings.file.registry, settings.files()
    if name is None or name not in files:
        return frozenset()
    folder = (settings.folder / name).parent
    named = (one.get("file") for _, one in walk(_description(files[name], name), ()) if isinstance(one, dict))
    return frozenset(os.path.relpath(folder / one, settings.folder) for one in named if isinstance(one, str))


def _description(content: bytes, name: str) -> object:
    try:
        return read_yaml(content, file=name).data
    except BridgeError:
        # Told where the registry is loaded; its bytes are in the digest already.
        return None


def _sources(description: object, folder: Path, now: Instant) -> Iterator[str]:
    """Yield a stamp for every source that a registry's description names, wherever in it."""
    for part in (one for _, one in walk(description, ()) if isinstance(one, dict)):
        if isinstance(part.get("file"), str):
            yield _stamp(folder / part["file"])
        if part.get("kind") == "http":
            minutes = part.get("refresh_minutes", "60")
            yield f"{part.get('url')} {now // (60 * (int(minutes) if str(minutes).isdigit() else 60) or 60)}"


def _stamp(path: Path) -> str:
    try:
        facts = path.stat()
    except OSError:
        return f"{path} missing"
    return f"{path} {facts.st_size} {facts.st_mtime_ns}"
