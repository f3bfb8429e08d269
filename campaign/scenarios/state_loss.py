"""What the bridge remembers is deleted, truncated, overwritten or put back from an old backup between passes, in mild weather.

It is played apart: whoever loses his memory all the time reads everything anew all the time, which hides other mistakes.
"""

import shutil
from pathlib import Path

from campaign.outcome import Outcome
from campaign.storm import Storm, play_storms

TITLE = (
    "the state deleted, truncated, overwritten or put back from an old backup between passes, answers spoilt as well"
)
PORTION = 800
_BESIDE = ("", "-wal", "-shm", ".token", ".undo", ".undo-wal", ".undo-shm")


class StateLoss(Storm):
    """Something happens to the state before most passes. One that finds its state unusable sets it aside and may end."""

    allowed = 2

    def __init__(self, folder: Path, seed: str) -> None:
        super().__init__(folder, seed)
        self._backup = folder / "backup"

    def before_a_pass(self) -> None:
        """Lose the state, now and then."""
        self._kept(0.3)
        if self.world.path.exists() and self.random.random() < 0.8:
            self.random.choice((self._deleted, self._truncated, self._overwritten, self._restored, self._lonely))()
            self.outcome.count(losses=1)

    def before_settling(self) -> None:
        """Lose it once more where nothing will come in between."""
        self.before_a_pass()

    def _kept(self, share: float) -> None:
        if self.random.random() < share:
            shutil.rmtree(self._backup, ignore_errors=True)
            self._backup.mkdir()
            for path in self._files():
                shutil.copy2(path, self._backup)

    def _files(self) -> list[Path]:
        found = (self.world.path.with_name(self.world.path.name + one) for one in _BESIDE)
        return [one for one in found if one.exists()]

    def _deleted(self) -> None:
        for path in self._files():
            if path == self.world.path or self.random.random() < 0.7:
                path.unlink()

    def _truncated(self) -> None:
        content = self.world.path.read_bytes()
        self.world.path.write_bytes(content[: self.random.randrange(len(content) + 1)])

    def _overwritten(self) -> None:
        content = bytearray(self.world.path.read_bytes() or b"?")
        for _ in range(self.random.randint(1, 40)):
            content[self.random.randrange(len(content))] = self.random.randrange(256)
        self.world.path.write_bytes(content)

    def _restored(self) -> None:
        """Put an old backup in its place, as a whole or without what lies beside it."""
        whole = self.random.random() < 0.5
        for path in sorted(self._backup.glob("*")) if self._backup.exists() else ():
            if whole or path.name == self.world.path.name:
                shutil.copy2(path, self.world.path.parent)

    def _lonely(self) -> None:
        """Leave the file and take away what lies beside it."""
        for path in self._files():
            if path != self.world.path:
                path.unlink()


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Spoil so many answers, and lose the state besides."""
    return play_storms(StateLoss, seed, amount, folder)
