"""The checks of `doctor` on units and cron lines: whether they are those of this version, and whether what they name is there."""

import grp
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from bridge.cli.doctor.finding import Finding, ok, warn
from bridge.connectors.shipped import shipped

UNIT_FOLDERS = (Path("/etc/systemd/system"), Path("/usr/lib/systemd/system"), Path("/lib/systemd/system"))
CRON_FOLDER = Path("/etc/cron.d")
GROUP = "sla-bridge"
"""The group of the service: `deploy/sla-bridge.tmpfiles` lets it read the key, for passes by hand and by cron."""

_AT_MOST = 1 << 16
_EXEC = re.compile(r"^ExecStart(?:Pre)?=[-@:+!]*(\S+)", re.MULTILINE)
_CREDENTIAL = re.compile(r"^LoadCredential=[^:\s]+:(/\S+)", re.MULTILINE)


def unit_findings() -> Iterator[Finding]:
    """Yield what is to be known of what starts the bridge on this host; nothing is run."""
    units = dict(_units())
    for path, text in units.items():
        yield from _named(path, text)
        yield from _version(path, text)
    lines = [one for one in _files(CRON_FOLDER, "sla-bridge*") if not one.name.startswith(".")]
    for line in lines:
        yield from _cron(line)
    timers = [one for one in units if one.suffix == ".timer"]
    if timers and any("." not in one.name for one in lines):
        found = f"both {timers[0]} and {lines[0]} start passes: every second one finds the other at work"
        yield warn("units", found, "Keep one: systemctl disable --now sla-bridge.timer, or remove the cron line")
    if units or lines:
        yield ok("units", ", ".join(str(one) for one in (*units, *lines)))
    else:
        yield ok("units", "neither a systemd unit nor a cron line of the bridge on this host")


def _units() -> Iterator[tuple[Path, str]]:
    """Yield each unit with its text; one in /etc stands before one of the same name elsewhere, as systemd has it."""
    seen: set[str] = set()
    for folder in UNIT_FOLDERS:
        for path in (*_files(folder, "sla-bridge*.service"), *_files(folder, "sla-bridge*.timer")):
            if path.name not in seen:
                seen.add(path.name)
                yield path, _text(path)


def _files(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(one for one in folder.glob(pattern) if one.is_file())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_AT_MOST).decode("utf-8", "replace")
    except OSError:
        return ""


def _named(path: Path, text: str) -> Iterator[Finding]:
    """Yield programs and keys that the unit names and that are not there."""
    for program in _EXEC.findall(text):
        if shutil.which(program) is None:
            step = "Link the command there, or put its path into ExecStart of the unit: command -v sla-bridge"
            yield warn("units", f"{path} starts {program}, which is not there", step)
    for key in _CREDENTIAL.findall(text):
        # Which instances a template has is not in its file.
        if "%" not in key:
            yield from _key(path, Path(key))


def _key(unit: Path, key: Path) -> Iterator[Finding]:
    try:
        facts = key.stat()
    except PermissionError:
        # In a folder for root alone, where it belongs.
        return
    except OSError:
        yield warn("units", f"{unit} hands over {key}, which is not there", f"install -m 600 /path/to/key {key}")
        return
    right = 0o640 if _group(facts.st_gid) == GROUP else 0o600
    if facts.st_mode & 0o777 & ~right & 0o077:
        found = f"{key}, which {unit} hands over, can be read by others than its owner"
        yield warn("units", found, f"chmod {right:o} {key}")


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _version(path: Path, text: str) -> Iterator[Finding]:
    ours = shipped("deploy") / path.name
    if not ours.is_file() or not text or _settings(_text(ours)) == _settings(text):
        return
    step = f"diff {path} {ours}; changes of your own belong into a drop-in: systemctl edit {path.name}"
    yield warn("units", f"{path} differs from the one that this version brings", step)


def _settings(text: str) -> list[str]:
    """Return the lines that mean something; the path of the command is the host's own affair."""
    lines = (one.strip() for one in text.splitlines())
    return [re.sub(r"^(ExecStart=)\S+/", r"\1", one) for one in lines if one and one[0] not in "#;"]


def _cron(path: Path) -> Iterator[Finding]:
    if "." in path.name:
        yield warn("units", f"cron passes over {path}: its name contains a dot", f"mv {path} {CRON_FOLDER}/sla-bridge")
    text = _text(path)
    if text and not text.endswith("\n"):
        yield warn("units", f"cron passes over the last line of {path}: it has no end", f"echo >> {path}")
    for program in re.findall(r"(/\S*sla-bridge)\s+(?:sync|run)\b", text):
        if shutil.which(program) is None:
            step = "Link the command there, or put its path into the line: command -v sla-bridge"
            yield warn("units", f"{path} starts {program}, which is not there", step)
