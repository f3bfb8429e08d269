"""What of the passes is news: a trouble is told when it begins, when it changes and once a day, and so is its end."""

import re
from dataclasses import dataclass

from bridge.daemon.pass_end import PassEnd
from bridge.errors import BridgeError
from bridge.sync.notices import Notice, Remembered, to_tell
from bridge.tickets import Instant

PASSES, CONFIGURATION = "passes", "configuration"
"""What may be in trouble: the passes, and the configuration on the disk, without which they go on."""

_NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(slots=True)
class _Standing:
    known: tuple[Remembered, ...]
    since: Instant


class Transitions:
    """Remembers what stands, for as long as the process lives."""

    def __init__(self) -> None:
        self._standing: dict[str, _Standing] = {}

    def of(self, end: PassEnd) -> tuple[str, ...]:
        """Return what there is to tell after a pass. One in which another command was at work says nothing."""
        if end.busy:
            return ()
        if end.trouble is None:
            return self.ended(PASSES, "recovered: passes failed for {seconds} s, and go on", end.at)
        return self.begun(PASSES, f"error: {'; '.join(str(end.trouble).splitlines())}", _gist(end.trouble), end.at)

    def begun(self, key: str, text: str, gist: str, now: Instant) -> tuple[str, ...]:
        """Return the text of a trouble where it is due to be told; it stands from now on."""
        standing = self._standing.setdefault(key, _Standing((), now))
        told, standing.known = to_tell([Notice(key=key, text=text, gist=gist)], standing.known, now)
        return tuple(one.text for one in told)

    def ended(self, key: str, text: str, now: Instant) -> tuple[str, ...]:
        """Return that a trouble is over, with how long it stood as `{seconds}`; nothing where none did."""
        standing = self._standing.pop(key, None)
        return () if standing is None else (text.format(seconds=now - standing.since),)


def _gist(trouble: BridgeError) -> str:
    """Return what has to change for a trouble to be another one: how many tickets or seconds it names does not count."""
    return f"{type(trouble).__name__} {_NUMBER.sub('#', trouble.message)}"
