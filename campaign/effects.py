"""Every durable effect of a command, found where it leaves the process: files, databases, requests that change something.

Installed in a process of its own, which it tells the effects of, in their order, or lets die behind so many of them.
"""

import builtins
import importlib
import io
import os
import pkgutil
import re
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Self

import bridge
from bridge.cli.main import main
from bridge.connectors.helpdesks.transport import Transport
from campaign.mutants import MUTANTS

BRIDGE = str(Path(bridge.__file__).resolve().parent) + os.sep

_NAMES = (
    (re.compile(r"[0-9a-f]{64}"), "DIGEST"),
    (re.compile(r"\.damaged-[0-9TZ.]+"), ".damaged"),
    (re.compile(r"\.\d+$"), ".PID"),
)
_AUDITED = {
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "os.truncate",
    "os.utime",
    "os.link",
    "os.symlink",
}
_CREATES = os.O_CREAT | os.O_TRUNC
_PLAIN = ("replace", "rename", "unlink", "remove", "mkdir", "rmdir", "utime", "chmod", "link", "symlink")
_BY_HANDLE = ("fsync", "fchmod", "ftruncate", "pwrite", "write")
_OUTSIDE = re.compile(
    r"\s*(PRAGMA\s+(journal_mode\s*=|wal_checkpoint|incremental_vacuum)|VACUUM|COMMIT)", re.IGNORECASE
)


class Effects:
    """The effects below `folder` and on the helpdesk. With `behind` the process dies when so many have happened."""

    def __init__(self, folder: Path, behind: int | None) -> None:
        self._folder, self._behind = str(folder) + os.sep, behind
        self.seen: list[str] = []
        self.places: set[str] = set()
        """Functions of the bridge that were under way when an effect happened, as `file:name`."""
        self.missed: set[str] = set()
        """What happened past everything that is patched here."""
        self._lock, self._inside = threading.RLock(), threading.local()
        self._handles: dict[int, str] = {}

    def install(self) -> None:
        """Stand between the bridge and the system from now on; die at once where nothing may happen."""
        for name in _PLAIN:
            setattr(os, name, self._with_path(name, getattr(os, name)))
        for name in _BY_HANDLE:
            setattr(os, name, self._with_handle(name, getattr(os, name)))
        os.open = self._opened(os.open)  # type: ignore[assignment]
        os.fdopen = self._stream_of(os.fdopen)  # type: ignore[assignment]
        opened = self._file(io.open)
        io.open = opened  # type: ignore[assignment]
        builtins.open = opened  # type: ignore[assignment]
        os.close = self._closed(os.close)  # type: ignore[assignment]
        sqlite3.connect = self._database(sqlite3.connect)  # type: ignore[assignment]
        self._requests()
        sys.addaudithook(self._audit)
        self._die_if_due()

    @contextmanager
    def effect(self, name: str) -> Iterator[None]:
        """Take in an effect that the block makes; the process may die behind it."""
        with self._lock:
            self._inside.depth = getattr(self._inside, "depth", 0) + 1
            try:
                yield
            finally:
                self._inside.depth -= 1
            self.seen.append(name)
            self.places.update(_bridge_functions(sys._getframe(2)))
            self._die_if_due()

    def forget(self, handle: int) -> None:
        """Let another file have that number."""
        self._handles.pop(handle, None)

    def _die_if_due(self) -> None:
        if self._behind is not None and len(self.seen) >= self._behind:
            os.kill(os.getpid(), signal.SIGKILL)
            threading.Event().wait()

    def _name(self, path: object) -> str | None:
        """Return the name of a path that counts, the same in every run; None for one elsewhere."""
        if not isinstance(path, str | os.PathLike):
            return None
        text = str(Path(path).absolute())
        if not text.startswith(self._folder):
            return None
        text = text.removeprefix(self._folder)
        for pattern, word in _NAMES:
            text = pattern.sub(word, text)
        return text

    # --- files ---------------------------------------------------------------------------------------------------------

    def _with_path(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *arguments: Any, **options: Any) -> Any:
            if (of := self._name(path)) is None:
                return real(path, *arguments, **options)
            with self.effect(f"{name} {of}"):
                return real(path, *arguments, **options)

        return call

    def _with_handle(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(handle: int, *arguments: Any) -> Any:
            if handle not in self._handles:
                return real(handle, *arguments)
            with self.effect(f"{name} {self._handles[handle]}"):
                return real(handle, *arguments)

        return call

    def _opened(self, real: Callable[..., int]) -> Callable[..., int]:
        def call(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
            of = self._name(path)
            if of is None:
                return real(path, flags, *arguments, **options)
            if flags & _CREATES and (flags & os.O_TRUNC or not Path(path).exists()):
                with self.effect(f"open {of}"):
                    handle = real(path, flags, *arguments, **options)
            else:
                with self._quietly():
                    handle = real(path, flags, *arguments, **options)
            self._handles[handle] = of
            return handle

        return call

    def _closed(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def call(handle: int) -> None:
            self._handles.pop(handle, None)
            real(handle)

        return call

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Let something be opened that is there already: nothing of it lasts."""
        self._inside.depth = getattr(self._inside, "depth", 0) + 1
        try:
            yield
        finally:
            self._inside.depth -= 1

    def _stream_of(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(handle: int, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            stream = real(handle, mode, *arguments, **options)
            of = self._handles.get(handle)
            return stream if of is None or mode.startswith("r") else _Stream(stream, of, self)

        return call

    def _file(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            of = None if set(mode).isdisjoint("wax+") else self._name(path)
            if of is None:
                return real(path, mode, *arguments, **options)
            with self.effect(f"open {of}"):
                stream = real(path, mode, *arguments, **options)
            self._handles[stream.fileno()] = of
            return _Stream(stream, of, self)

        return call

    # --- databases and requests ----------------------------------------------------------------------------------------

    def _database(self, real: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
        effects = self

        class Watched(sqlite3.Connection):
            of = ""

            def __exit__(self, *error: object) -> Any:
                if not self.in_transaction:
                    return super().__exit__(*error)  # type: ignore[arg-type]
                with effects.effect(f"commit {self.of}"):
                    return super().__exit__(*error)  # type: ignore[arg-type]

            def commit(self) -> None:
                with effects.effect(f"commit {self.of}"):
                    super().commit()

            def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
                found = None if self.in_transaction else _OUTSIDE.match(statement)
                if found is None:
                    return super().execute(statement, *arguments)
                with effects.effect(f"{' '.join(found[1].split()).rstrip(' =').lower()} {self.of}"):
                    return super().execute(statement, *arguments)

            def executescript(self, script: str) -> sqlite3.Cursor:
                with effects.effect(f"script {self.of}"):
                    return super().executescript(script)

            def close(self) -> None:
                with effects.effect(f"close {self.of}"):
                    super().close()

        def call(path: Any, *arguments: Any, **options: Any) -> sqlite3.Connection:
            of = None if options.get("uri") else self._name(path) if path else None
            if of is None:
                return real(path, *arguments, **options)
            connection: Any = real(path, *arguments, factory=Watched, **options)
            connection.of = of
            return connection  # type: ignore[no-any-return]

        return call

    def _requests(self) -> None:
        real = Transport._attempt

        def attempt(transport: Transport, request: Any, *, seconds: float) -> Any:
            if request.method == "GET":
                return real(transport, request, seconds=seconds)
            with self.effect(f"{request.method} {request.route.rpartition('/v1')[2]}"):
                return real(transport, request, seconds=seconds)

        Transport._attempt = attempt  # type: ignore[method-assign]

    # --- whether nothing else happens ----------------------------------------------------------------------------------

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _AUDITED or getattr(self._inside, "depth", 0):
            return
        if event == "open" and not (
            isinstance(arguments[2], int) and arguments[2] & (_CREATES | os.O_WRONLY | os.O_RDWR)
        ):
            return
        if (of := self._name(arguments[0])) is not None:
            self.missed.add(f"{event} {of} by {', '.join(sorted(_bridge_functions(sys._getframe(1)))[:3])}")


class _Stream:
    """A file that is written to: what stands in it is on its way until it is flushed."""

    def __init__(self, stream: Any, of: str, effects: Effects) -> None:
        self._stream, self._of, self._effects, self._full = stream, of, effects, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, content: Any) -> Any:
        self._full = True
        return self._stream.write(content)

    def flush(self) -> None:
        if self._full:
            self._full = False
            with self._effects.effect(f"write {self._of}"):
                self._stream.flush()

    def close(self) -> None:
        self.flush()
        self._effects.forget(self._stream.fileno())
        self._stream.close()


def _bridge_functions(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(BRIDGE):
            yield f"{code.co_filename.removeprefix(BRIDGE)}:{code.co_qualname.replace('.<locals>', '')}"
        frame = frame.f_back


def warm() -> None:
    """Import all of the bridge, so that a command that is forked begins at once."""
    for one in pkgutil.walk_packages(bridge.__path__, "bridge."):
        if not one.name.endswith("__main__"):
            importlib.import_module(one.name)


def command(
    *, words: list[str], environment: dict[str, str], folder: str, now: int, behind: int | None = None, mutant: str = ""
) -> dict[str, Any]:
    """Run `sla-bridge` here with these words, at that time of the host; return its exit code and what it did."""
    os.environ.update(environment)
    time.time = lambda: float(now)
    talk = os.open(Path(folder).parent / "talk", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(talk, 1)
    os.dup2(talk, 2)
    if mutant:
        MUTANTS[mutant]()
    effects = Effects(Path(folder), behind)
    effects.install()
    sys.argv = ["sla-bridge", *words]
    code = 0
    try:
        main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    sys.stdout.flush()
    return {
        "code": code,
        "effects": effects.seen,
        "places": sorted(effects.places),
        "missed": sorted(effects.missed),
    }
