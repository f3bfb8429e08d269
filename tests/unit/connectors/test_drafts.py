"""What killed processes have left half written goes; what living ones write stays."""

import fcntl
import os
from pathlib import Path

import pytest

from bridge.connectors.drafts import claim, draft_of


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "customers[1].copy"


def draft(target: Path, process: int) -> Path:
    path = target.with_name(f".{target.name}.{process}")
    path.write_text("half a customer")
    return path


def test_drafts_of_the_dead_go_with_the_next_one(target: Path) -> None:
    dead = [draft(target, process) for process in (7, 4_000_001)]
    mine = draft_of(target)
    assert not any(path.exists() for path in dead)
    assert mine.name == f".{target.name}.{os.getpid()}"


def test_a_draft_that_somebody_writes_stays(target: Path) -> None:
    living = draft(target, 7)
    with living.open("ab") as stream:
        claim(stream.fileno())
        draft_of(target)
        assert living.exists()
    draft_of(target)
    assert not living.exists()


@pytest.mark.parametrize(
    "name", [".customers[1].copy.new", ".customers1.copy.7", "customers[1].copy.7", ".other.copy.7"]
)
def test_what_is_no_draft_of_that_file_stays(target: Path, name: str) -> None:
    path = target.with_name(name)
    path.write_text("somebody's")
    draft_of(target)
    assert path.exists()


def test_what_cannot_be_taken_away_is_in_nobody_s_way(target: Path) -> None:
    target.with_name(f".{target.name}.7").mkdir()
    target.with_name(f".{target.name}.8").symlink_to("/nowhere")
    assert draft_of(target).parent == target.parent


def test_a_draft_that_was_just_taken_for_a_dead_one_s_is_not_written(target: Path) -> None:
    path = draft(target, 7)
    with path.open("rb") as sweeper, path.open("ab") as writer:
        fcntl.flock(sweeper.fileno(), fcntl.LOCK_EX)
        with pytest.raises(OSError, match="temporarily unavailable"):
            claim(writer.fileno())
