"""Every key that the tests give away begins alike, and no test may leave it anywhere: a plugin that watches the whole suite.

Looked at are what a test printed and logged, the errors that the bridge raised, the command lines and the output of processes
that it started, and every file below its `tmp_path` once it is over. Where a key has to be stands in `ITS_PLACES`.
"""

import fnmatch
import re
import secrets
import subprocess
from collections.abc import Iterator
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

_KEY = re.compile(f"{BEGINNING}[0-9A-F]*", re.IGNORECASE)
_LARGEST = 32 * 1024 * 1024


def key(ending: str = "") -> str:
    """Return a key of 32 characters that begins as all of them do: one of chance, or the same one for the same ending."""
    rest = ending or secrets.token_hex(11).upper()
    return f"{BEGINNING}{rest:0>22}"[:32]


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
        if isinstance(told, bytes):
            told = told.decode("latin-1")
        at = max(told.find(BEGINNING), told.find(BEGINNING.lower()))
        if at >= 0:
            self._seen.append(f"{what}: …{told[max(0, at - 60) : at]}[key]…")

    def files(self, folder: Path) -> None:
        """Look at every file below the folder, hidden ones and names included."""
        for path in folder.rglob("*"):
            inside = str(path.relative_to(folder))
            self.text("the name of a file", inside)
            if not path.is_file() or path.is_symlink() or any(fnmatch.fnmatch(path.name, one) for one in ITS_PLACES):
                continue
            try:
                with path.open("rb") as stream:
                    self.text(f"the file {inside}", stream.read(_LARGEST))
            except OSError:
                # Closed to its owner by the test itself.
                continue

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
        report.sections = [(name, _KEY.sub("[key]", told)) for name, told in report.sections]
        report.outcome = "failed"
        report.longrepr = "a key was left in\n" + "\n".join(seen)
    return report
