"""Every key that the tests give away begins alike, and no test may leave it anywhere: a plugin that watches the whole suite.

Looked at are what a test printed and logged, the errors that the bridge raised, the command lines and the output of processes
that it started, and every file below its `tmp_path` once it is over. Where a key has to be stands in `ITS_PLACES`.
"""

import fnmatch
import os
import re
import secrets
import stat
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.sandbox import helpdesk
from bridge.errors import BridgeError

BEGINNING = "CA9A12F00D"
"""How every key begins; as long as chance never makes it."""

ITS_PLACES = {
    "bridge.yaml": "what the operator wrote, there by mistake: it is refused",
    "registry.yaml": "likewise",
    "key": "the operator's own file of the key, which bridge.yaml names",
    "token": "the operator's own file of a registry's secret",
    "osticket-api-key": "the credential that systemd hands over",
    "crm": "likewise, of a registry",
    "desk.sqlite3*": "the embedded helpdesk's own database: it has to know its keys",
}
"""Files that hold a key by right, by their names, with the reason."""

_BY_RIGHT = re.compile("|".join(map(fnmatch.translate, ITS_PLACES)))
_BEGINNINGS = BEGINNING.encode(), BEGINNING.lower().encode()
_KEY = re.compile(rb"CA9A12F00D[0-9A-F]*|ca9a12f00d[0-9a-f]*")
_LARGEST = 32 * 1024 * 1024


def key(ending: str = "") -> str:
    """Return a key of 32 characters that begins as all of them do: one of chance, or the same one for the same ending."""
    rest = ending or secrets.token_hex(11).upper()
    return f"{BEGINNING}{rest:0>22}"[:32]


def without_keys(told: str) -> str:
    """Return a text in which no key stands any more."""
    return _KEY.sub(b"[key]", told.encode("utf-8", "surrogateescape")).decode("utf-8", "replace")


def _copied(name: str, facts: os.stat_result) -> tuple[str, int, int]:
    """What a copy has in common with the file that it was made of."""
    return name, facts.st_size, facts.st_mtime_ns


@cache
def _shipped() -> frozenset[tuple[str, int, int]]:
    """The files of the shipped configuration, which most tests of commands begin with; those that nobody touched hold no key."""
    config = Path(__file__).resolve().parents[1] / "config"
    return frozenset(_copied(one.name, one.lstat()) for one in config.rglob("*"))


class Watch:
    """What was looked at since the last question, and where a key was seen; `outputs` counts over the whole session."""

    def __init__(self) -> None:
        self.outputs = 0
        self._seen: list[str] = []

    def text(self, what: str, told: str | bytes | None) -> None:
        """Look at something that was told."""
        if not told:
            return
        self.outputs += 1
        content = told.encode("utf-8", "surrogateescape") if isinstance(told, str) else told
        if (_BEGINNINGS[0] in content or _BEGINNINGS[1] in content) and (found := _KEY.search(content)):
            before = content[max(0, found.start() - 60) : found.start()].decode("utf-8", "replace")
            self._seen.append(f"{what}: …{before}[key]…")

    def files(self, folder: Path) -> None:
        """Look at every file below the folder, hidden ones and names included."""
        for place, folders, names in os.walk(folder):
            self.text("the name of a file", "\n".join((*folders, *names)))
            for name in names:
                if not _BY_RIGHT.fullmatch(name):
                    self._file(Path(place, name), folder)

    def _file(self, path: Path, folder: Path) -> None:
        # A test may have closed a file to its owner; a pipe or a link is none of its files.
        with suppress(OSError):
            facts = path.lstat()
            if stat.S_ISREG(facts.st_mode) and _copied(path.name, facts) not in _shipped():
                with path.open("rb") as stream:
                    self.text(f"the file {path.relative_to(folder)}", stream.read(_LARGEST))

    def seen(self) -> list[str]:
        """Return where a key was seen since the last question."""
        found, self._seen = list(dict.fromkeys(self._seen)), []
        return found


WATCH = Watch()


class _Keys:
    """In the place of `secrets` in the embedded helpdesk: keys that begin as they should."""

    token_hex = staticmethod(lambda _: key())


def _watched(patch: pytest.MonkeyPatch) -> None:
    """Look at errors as they are made, at processes as they begin and end, at output that a test takes for itself."""
    made, started = BridgeError.__init__, subprocess.Popen.__init__
    ended, taken = subprocess.Popen.communicate, pytest.CaptureFixture.readouterr

    def error(self: BridgeError, message: str, *, hint: str = "") -> None:
        made(self, message, hint=hint)
        WATCH.text(type(self).__name__, f"{message} {hint}")

    def start(self: Any, args: Any, *rest: Any, **options: Any) -> None:
        WATCH.text("the list of processes", str(args))
        started(self, args, *rest, **options)

    def end(self: Any, *rest: Any, **options: Any) -> Any:
        told = ended(self, *rest, **options)
        for one in told:
            WATCH.text("a process that was started", one)
        return told

    def read(self: Any) -> Any:
        told = taken(self)
        for one in told:
            WATCH.text("what a command printed", one)
        return told

    patch.setattr(BridgeError, "__init__", error)
    patch.setattr(subprocess.Popen, "__init__", start)
    patch.setattr(subprocess.Popen, "communicate", end)
    patch.setattr(pytest.CaptureFixture, "readouterr", read)
    patch.setattr(helpdesk, "secrets", _Keys)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch."""
    patch = pytest.MonkeyPatch()
    _watched(patch)
    config.add_cleanup(patch.undo)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Let a test fail that left a key somewhere."""
    report = yield
    for name, told in report.sections:
        # Later phases show the sections of earlier ones again.
        if name.endswith(call.when):
            WATCH.text(name, told)
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if report.when == "teardown" and folder is not None:
        WATCH.files(folder)
    if seen := WATCH.seen():
        # The report of a leak is no leak itself.
        report.sections = [(name, without_keys(told)) for name, told in report.sections]
        report.outcome = "failed"
        report.longrepr = "a key was left in\n" + "\n".join(seen)
    return report
