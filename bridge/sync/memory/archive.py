"""The archive: what finished cycles were decided by, so that it can still be read when agreement and registry have moved on.

A folder beside the state. Each file is named by the SHA-256 of its bytes, the digests that stand in helpdesk and reports: the
`inputs` of a cycle lead to what the registry said and to the policy's digest, that to the digests of its files and calendars.
A file is on the disk before the cycle that names it is written. What is no longer used goes after a time; what was never
kept is not made up.
"""

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from bridge.customers import RegistryAnswer
from bridge.errors import StateUnusable
from bridge.policies.outcome.record import inputs_digest, inputs_text
from bridge.sync.memory.state_file import open_private, sync_folder
from bridge.tickets import Instant

_ERASED = ".erased"
_DRAFT = ".new"
_PREFIX = "sha256:"

_WAITING_AT_MOST = 1000
"""So many answers may wait in memory for `settle`: a full scan decides all tickets before it writes the first."""

_AT_ONCE, _SIDE_BY_SIDE = 100, 8
"""So many files are open together; for so many the disk is waited for at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A file of the archive: its digest, its size in bytes (0: erased), and when it was used last, or erased."""

    digest: str
    bytes: int
    used_at: Instant
    erased: bool = False


def archive_folder(state_path: Path) -> Path:
    """Return where the archive of a state lies."""
    return state_path.with_name(state_path.name + ".archive")


class Archive:
    """The archive in `folder`; what was used last longer than `seconds` ago goes. `policy` gives the contents that the policy in
    force consists of, asked when the first cycle of a pass is over; `clock` the POSIX time.

    Raises StateUnusable where the folder cannot be read or written.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seconds: int,
        clock: Callable[[], float],
        policy: Callable[[], Iterable[bytes]] = tuple,
    ) -> None:
        self.folder = folder
        self._seconds, self._clock, self._policy = seconds, clock, policy
        self._known: set[str] = set()
        self._waiting: deque[tuple[str, RegistryAnswer]] = deque()
        self._turn = Lock()
        self._begun = False

    def keep_inputs(self, policy_digest: str, answer: RegistryAnswer) -> None:
        """Keep what a finished cycle names as its `inputs`; it lies on the disk when `settle` has returned. Costs a look-up where
        the pass has kept it already."""
        digest = inputs_digest(policy_digest, answer)
        if digest in self._known:
            return
        self._known.add(digest)
        self._waiting.append((policy_digest, answer))
        if len(self._waiting) >= _WAITING_AT_MOST:
            self.settle()

    def settle(self) -> None:
        """Put on the disk what is to be kept, before a cycle that names it is written: by the thread that writes, while another
        one may go on deciding."""
        with self._turn:
            if self._waiting and not self._begun:
                self._begun = True
                self._prune()
                self.keep(*self._policy())
            while some := [self._waiting.popleft() for _ in range(min(len(self._waiting), _AT_ONCE))]:
                self.keep(*(inputs_text(*one).encode() for one in some))

    def keep(self, *contents: bytes) -> list[str]:
        """Keep bytes; return their digests. Nothing but the time of use moves where they stand already."""
        digests = [hashlib.sha256(one).hexdigest() for one in contents]
        now = int(self._clock())
        with self._usable():
            missing: dict[Path, bytes] = {}
            for digest, content in zip(digests, contents, strict=True):
                path = self.folder / digest
                if self.read(digest) is None:
                    missing[path] = content
                else:
                    os.utime(path, (now, now))
            if missing:
                self._put(missing, now)
        return [_PREFIX + one for one in digests]

    def read(self, digest: str) -> bytes | None:
        """Return the bytes of that digest; None where they are not kept, or are not what they were."""
        with suppress(OSError):
            content = (self.folder / digest.removeprefix(_PREFIX)).read_bytes()
            if hashlib.sha256(content).hexdigest() == digest.removeprefix(_PREFIX):
                return content
        return None

    def files(self) -> tuple[Archived, ...]:
        """Return what is kept or was erased, the latest used first."""
        with self._usable():
            return tuple(sorted(self._files(), key=lambda one: (-one.used_at, one.digest)))

    def forget(self, *, customer: str | None = None, email: str | None = None) -> int:
        """Erase every answer of the registry about a customer of that id, or in which that address stands, case apart; return how
        many. What stays is a mark that there was one: a cycle that names it says "erased", not "never recorded".
        """
        count = 0
        with self._usable():
            self._drop_drafts()
            for one in self._files():
                content = None if one.erased else self.read(one.digest)
                if content is None or not _tells_of(content, _folded(customer), _folded(email)):
                    continue
                path = self.folder / one.digest.removeprefix(_PREFIX)
                os.close(open_private(path.with_name(path.name + _ERASED), os.O_WRONLY))
                path.unlink()
                count += 1
            if count:
                sync_folder(self.folder)
        return count

    def _put(self, contents: Mapping[Path, bytes], now: int) -> None:
        """Write files under names that are theirs only when all are on the disk."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        drafts = {path: path.with_name(path.name + _DRAFT) for path in contents}
        with ExitStack() as opened:
            opened.callback(_thrown_away, drafts.values())
            streams = []
            for path, content in contents.items():
                descriptor = open_private(drafts[path], os.O_WRONLY | os.O_TRUNC)
                streams.append(opened.enter_context(os.fdopen(descriptor, "wb")))
                streams[-1].write(content)
                streams[-1].flush()
            # Each waits for the disk, and the disk takes what comes together in one go.
            with ThreadPoolExecutor(min(len(streams), _SIDE_BY_SIDE)) as lanes:
                list(lanes.map(os.fsync, [one.fileno() for one in streams]))
            for path, draft in drafts.items():
                os.utime(draft, (now, now))
                draft.replace(path)
                path.with_name(path.name + _ERASED).unlink(missing_ok=True)
        sync_folder(self.folder)

    def _prune(self) -> None:
        """Let go of what nothing has used for long; a cycle is told once, so its inputs are used once."""
        oldest = int(self._clock()) - self._seconds
        with self._usable():
            self._drop_drafts()
            for one in self._files():
                if one.used_at < oldest:
                    name = one.digest.removeprefix(_PREFIX) + (_ERASED if one.erased else "")
                    (self.folder / name).unlink(missing_ok=True)

    def _drop_drafts(self) -> None:
        """Let go of what killed passes have left half written: it bears no digest yet, and may tell of people."""
        if self.folder.exists():
            for path in list(self.folder.glob(f"*{_DRAFT}")):
                path.unlink(missing_ok=True)

    def _files(self) -> Iterator[Archived]:
        if not self.folder.exists():
            return
        for path in list(self.folder.iterdir()):
            name, erased = path.name.removesuffix(_ERASED), path.name.endswith(_ERASED)
            if len(name) == 64 and not set(name) - set("0123456789abcdef"):
                facts = path.stat()
                yield Archived(digest=_PREFIX + name, bytes=facts.st_size, used_at=int(facts.st_mtime), erased=erased)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Turn what the system refuses into a sentence."""
        try:
            yield
        except OSError as error:
            raise StateUnusable(
                f"the archive {self.folder} cannot be used: {error.strerror}",
                hint="Check the disk and the folder's owner; `archive: off` in bridge.yaml does without",
            ) from None


def _thrown_away(drafts: Iterable[Path]) -> None:
    """Leave no draft behind: whatever has its name by now is none."""
    for one in drafts:
        with suppress(OSError):
            one.unlink()


def _folded(word: str | None) -> str | None:
    return None if word is None else word.strip().casefold()


def _tells_of(content: bytes, customer: str | None, email: str | None) -> bool:
    """Return whether it is an answer of the registry that tells of one of them."""
    try:
        answer = json.loads(content)
    except ValueError:
        return False
    if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[1], dict)):
        return False
    said = answer[1]
    found, candidates = said.get("customer") or {}, said.get("candidates") or ()
    # An id may be a short word that other answers hold as well, as a version or a number.
    ids = {str(one).casefold() for one in (found.get("id"), *candidates)}
    return customer in ids or email in {one.casefold() for one in _texts(said)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
