"""The hold as a file: what holds, what lifts it, and what a crash in between leaves."""

import json
import os
from pathlib import Path

import pytest

from bridge.errors import GuardRefused, StateUnusable
from bridge.sync.memory.hold import Held, Hold

HELD = Held(7, "sha256:" + "a" * 64, 1_795_000_000)
OTHER = "sha256:" + "b" * 64


@pytest.fixture
def hold(tmp_path: Path) -> Hold:
    return Hold(tmp_path / "state.sqlite3")


def held_by(hold: Hold, policy: str) -> bool:
    try:
        Hold(hold.path.with_name("state.sqlite3")).check(lambda: policy)
    except GuardRefused:
        return True
    return False


def test_the_same_policy_is_held_until_somebody_says_so(hold: Hold) -> None:
    hold.set(HELD)
    assert [held_by(hold, str(HELD.policy)) for _ in range(3)] == [True] * 3
    assert hold.release()
    assert not held_by(hold, str(HELD.policy))
    assert not hold.release()


def test_another_policy_lifts_it_for_good(hold: Hold) -> None:
    hold.set(HELD)
    assert not held_by(hold, OTHER)
    assert hold.read() is None
    assert not held_by(hold, str(HELD.policy)), "turning back is a decision of its own"


def test_where_nothing_is_held_nobody_reads_the_policy(hold: Hold) -> None:
    def asked() -> str:
        raise AssertionError("a pass without a hold compiles no policy for it")

    hold.check(asked)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"run": 7}',
        json.dumps({"run": "7", "policy": "sha256:a", "at": 1}).encode(),
        json.dumps({"run": 7, "policy": None, "at": 1}).encode(),
        json.dumps({"run": True, "policy": "sha256:a", "at": 1}).encode(),
    ],
)
def test_one_that_cannot_be_understood_holds_against_every_policy(hold: Hold, content: bytes) -> None:
    hold.path.write_bytes(content)
    assert hold.read() == Held()
    assert held_by(hold, OTHER)
    assert held_by(hold, OTHER)


def test_it_is_on_the_disk_before_it_takes_its_place_and_its_folder_knows_it(
    hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def settled(handle: int) -> None:
        done.append("folder" if Path(f"/proc/self/fd/{handle}").resolve() == hold.path.parent else "file")
        fsync(handle)

    def replaced(self: Path, target: Path) -> Path:
        done.append("replaced")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", settled)
    monkeypatch.setattr(Path, "replace", replaced)
    hold.set(HELD)
    assert done == ["file", "replaced", "folder"]
    done.clear()
    hold.release()
    assert done == ["folder"]


def test_one_that_was_not_written_whole_leaves_the_one_before(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    hold.set(HELD)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateUnusable, match="No space left"):
        hold.set(Held(8, OTHER, 1_795_000_001))
    assert hold.read() == HELD


def test_it_is_for_its_owner_alone(hold: Hold) -> None:
    hold.set(HELD)
    assert hold.path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in hold.path.parent.iterdir()] == ["state.sqlite3.hold"]
