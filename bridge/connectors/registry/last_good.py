"""The last good copy of each source, kept apart from the state file: it serves while a source is down or damaged."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bridge.connectors.drafts import replaced
from bridge.tickets import Instant

_AS_OTHERS = 0o666
"""But for what the umask takes: the folder is what keeps others out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """What is known of a copy. `as_of` is how old its data is: when the file was written, or the address last answered."""

    as_of: Instant
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LastGoodCopies:
    """Keeps one copy of each source in a folder. A folder that cannot be written to costs the copies, never the load.

    Without a folder there are none; `read_only` copies are used and left as they are.
    """

    folder: Path | None
    read_only: bool = False

    def facts(self, source: str) -> CopyFacts | None:
        """Return what is known of the source's copy; None where there is none or its facts are damaged."""
        if self.folder is None:
            return None
        try:
            found = json.loads((self.folder / f"{source}.json").read_bytes())
            return CopyFacts(as_of=int(found["as_of"]), rows=int(found["rows"]), sha256=str(found["sha256"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def content(self, source: str) -> bytes | None:
        """Return the copy; None where there is none, or where it is not what its facts say."""
        facts = self.facts(source)
        if facts is None or self.folder is None:
            return None
        try:
            content = (self.folder / f"{source}.copy").read_bytes()
        except OSError:
            return None
        return content if digest(content) == facts.sha256 else None

    def keep(self, source: str, content: bytes, facts: CopyFacts) -> str:
        """Store a copy with its facts and return why that failed, empty when it did not.

        The content comes first: should the program end in between, the old facts do not fit it, and it is no copy.
        """
        if self.folder is None or self.read_only:
            return ""
        known = self.facts(source)
        if known == facts and (self.folder / f"{source}.copy").exists():
            return ""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o750)
            if known is None or known.sha256 != facts.sha256 or self.content(source) is None:
                _replace(self.folder / f"{source}.copy", content)
            _replace(self.folder / f"{source}.json", json.dumps(asdict(facts)).encode())
        except OSError as error:
            return f"the last good copy cannot be kept: {error.strerror or error}"
        return ""


def digest(content: bytes) -> str:
    """Return the content's SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _replace(target: Path, content: bytes) -> None:
    """Put the content in place whole: a crash leaves the old file or the new one."""
    with replaced(target, mode=_AS_OTHERS) as stream:
        stream.write(content)
