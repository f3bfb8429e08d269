"""Known ways to break what a command that dies rests on, beside those of a pass; each has to be found."""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.customers import RegistryAnswer
from bridge.sync.memory.archive import Archive
from bridge.sync.memory.hold import Hold
from bridge.sync.undo import Undo
from tests.integration.sync.desk_policy import MUTANTS as OF_A_PASS


def _archive_behind_the_write() -> None:
    """Keep what cycles were decided by when the next one needs something else."""
    kept = Archive.keep_inputs
    waiting: list[tuple[str, RegistryAnswer]] = []

    def late(self: Archive, digest: str, answer: RegistryAnswer) -> None:
        for one in waiting:
            kept(self, *one)
        waiting[:] = [(digest, answer)]

    Archive.keep_inputs = late  # type: ignore[method-assign]


def _hold_behind_the_undo() -> None:
    """Hold passes once everything is put back."""
    setting, carried_out = Hold.set, Undo.carry_out
    waiting: list[Any] = []

    def late(self: Undo) -> Any:
        report = carried_out(self)
        for hold, held in waiting:
            setting(hold, held)
        return report

    Hold.set = lambda self, held: waiting.append((self, held))  # type: ignore[method-assign,assignment]
    Undo.carry_out = late  # type: ignore[method-assign]


def _drafts_that_nobody_looks_for() -> None:
    """Erase only what bears its last name."""
    Archive._drop_drafts = lambda _: None  # type: ignore[method-assign,attr-defined]


MUTANTS: Mapping[str, Callable[[], None]] = {
    **OF_A_PASS,
    "archive behind the write": _archive_behind_the_write,
    "hold behind the undo": _hold_behind_the_undo,
    "drafts left": _drafts_that_nobody_looks_for,
}
