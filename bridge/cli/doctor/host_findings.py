"""The checks of `doctor` on this host: lock, owners, room on the disk, the last pass, and where figures go."""

import fcntl
import os
import pwd
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bridge.cli.doctor.finding import Finding, fail, ok, warn
from bridge.errors import GuardRefused, StateUnusable
from bridge.settings.load import Settings
from bridge.sync.memory.hold import Hold
from bridge.sync.memory.lock import lock_of

_LONG = 15 * 60
"""So many seconds a pass may take before somebody should look: the unit's own limit."""

_ROOM = 64 << 20
_STATE = StateUnusable.exit_code

_FILES = ("", "-wal", "-shm", ".lock", ".token", ".undo", ".undo-wal", ".undo-shm", ".hold", ".archive")
"""What lies beside a state, by the end of its name."""


def host_findings(settings: Settings, passed: int | None, policy: str | None = None) -> Iterator[Finding]:
    """Yield what is to be known of this host; `passed` is when the last whole pass ended, None: none has. `policy` is the
    digest of the policy in force, None where that cannot be used."""
    path = settings.state_path
    yield from _held(path, policy)
    yield from _lock(lock_of(path))
    yield from _owners(path)
    yield from _room(path.parent)
    yield from _last_pass(passed)
    yield from _metrics(settings)


def _held(state: Path, policy: str | None) -> Iterator[Finding]:
    """Yield that an undo holds passes, and how that ends."""
    try:
        held = Hold(state).read()
    except StateUnusable as error:
        yield fail("hold", error.message, error.hint, _STATE)
        return
    if held is None:
        return
    if policy is not None and not held.binds(policy):
        yield ok("hold", f"{held}; the policy is another one now, and the next pass goes on by it")
        return
    step = "Correct the policy; or, if it was right after all, sla-bridge sync --release"
    yield fail("hold", f"sync writes nothing: {held}", step, GuardRefused.exit_code)


def _lock(path: Path) -> Iterator[Finding]:
    """Yield who holds the lock of passes. Asked without making the file, and let go at once."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError as error:
        found = f"the lock file {path} cannot be read: {error.strerror}"
        yield fail("lock", found, f"Give it to the bridge's user: chown sla-bridge {path}", _STATE)
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 32, 0).decode(errors="replace").strip()
        seconds = max(0, int(time.time() - os.fstat(handle).st_mtime))
        found = f"a pass is at work: process {holder or 'unknown'}, for {seconds} s"
        if seconds > _LONG:
            step = f"See what it waits for: ps -fp {holder}; end it with kill {holder}, the next pass takes up what it left"
            yield warn("lock", found, step if holder.isdigit() else f"See who holds it: fuser -v {path}")
        else:
            yield ok("lock", found)
    except OSError as error:
        step = "Set `state` in bridge.yaml to a folder on a disk of this host"
        yield fail("lock", f"{path} cannot be locked: {error.strerror}", step, _STATE)
    else:
        yield ok("lock", "free")
    finally:
        os.close(handle)


def _owners(state: Path) -> Iterator[Finding]:
    """Yield files of the state that another user made than the one whose folder it is: a pass by root locks the service out."""
    try:
        owner = state.parent.stat().st_uid
    except OSError:
        return
    others = []
    for suffix in _FILES:
        with suppress(OSError):
            one = state.with_name(state.name + suffix)
            if one.lstat().st_uid != owner:
                others.append(one)
    if others:
        name = _user(owner)
        found = f"{', '.join(map(str, others))}: not of {name}, whose folder it is"
        yield warn("owner", found, f"chown {name} {' '.join(map(str, others))}; then run commands as that user")


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _room(folder: Path) -> Iterator[Finding]:
    try:
        facts = os.statvfs(folder)
    except OSError:
        return
    free = facts.f_bavail * facts.f_frsize
    if free < _ROOM:
        found = f"{folder} has {free >> 20} MiB left"
        yield warn("disk", found, f"Make room there: a pass that cannot remember ends with {_STATE}")


def _last_pass(passed: int | None) -> Iterator[Finding]:
    if passed is None:
        yield ok("last pass", "none has ended yet")
        return
    ago = max(0, int(time.time()) - passed)
    found = f"ended {ago} s ago" if ago < 120 else f"ended {ago // 60} minutes ago"
    if ago <= _LONG:
        yield ok("last pass", found)
        return
    step = "See what should run it: systemctl list-timers 'sla-bridge*', journalctl -u 'sla-bridge*', /etc/cron.d/sla-bridge"
    yield warn("last pass", found, step)


def _metrics(settings: Settings) -> Iterator[Finding]:
    path = settings.textfile
    if path is None:
        return
    folder = path.parent
    if not folder.is_dir() or path.is_dir():
        found = f"{path} cannot be written: {'it is a folder' if path.is_dir() else f'there is no folder {folder}'}"
        yield warn("metrics", found, "Mend `metrics.textfile` in bridge.yaml, or make the folder")
    elif not os.access(folder, os.W_OK):
        step = f"Let the bridge's user write there; under systemd also ReadWritePaths={folder} in a drop-in of the unit"
        yield warn("metrics", f"{path} cannot be written: this user may not write in {folder}", step)
    else:
        yield ok("metrics", f"each pass replaces {path}")
