"""The distribution is the same bytes from the same tree, wherever and whenever it is built."""

import hashlib
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from release import dist

pytest.importorskip("hatchling", reason="the distribution is built by hatchling (dependency group `build`)")

DATED = 1_790_000_000


def _closed(source: str | Path, target: str | Path) -> None:
    """Copy a file as somebody with a strict umask has it; what may be run may still be run."""
    shutil.copy(source, target)
    Path(target).chmod(Path(target).stat().st_mode & 0o700)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the distribution is made of, elsewhere and with other times and rights."""
    copy = tmp_path_factory.mktemp("elsewhere") / "tree"
    copy.mkdir(mode=0o700)
    for name in ("bridge", "config", "plugin", "deploy", "tests", "docs", "bench", "campaign", "release"):
        shutil.copytree(dist.ROOT / name, copy / name, copy_function=_closed)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", ".gitignore"):
        _closed(dist.ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def twice(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path]]:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    return dist.build(first, dated=DATED), dist.build(second, dated=DATED, root=tree)


def test_two_builds_are_equal_byte_for_byte(twice: tuple[list[Path], list[Path]]) -> None:
    first, second = twice
    assert [one.name for one in first] == [one.name for one in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_another_date_is_another_archive(tree: Path, twice: tuple[list[Path], list[Path]], tmp_path: Path) -> None:
    later = dist.build(tmp_path, dated=DATED + 86_400, root=tree)
    assert (tmp_path / dist.CHECKSUMS).read_bytes() != twice[0][-1].read_bytes()
    assert [one.name for one in later] == [one.name for one in twice[0]]


def test_it_is_the_wheel_the_sources_the_plugin_and_checksums_that_hold(
    twice: tuple[list[Path], list[Path]],
) -> None:
    files = {one.name: one for one in twice[0]}
    assert [name.rsplit("-", 1)[-1] for name in files] == ["any.whl", "0.1.0.tar.gz", "plugin.zip", dist.CHECKSUMS]
    for line in files.pop(dist.CHECKSUMS).read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files.pop(name).read_bytes()).hexdigest() == digest
    assert files == {}


def test_neither_archive_carries_what_lay_about(twice: tuple[list[Path], list[Path]]) -> None:
    wheel, source, *_ = twice[0]
    with tarfile.open(source) as archive:
        names = archive.getnames()
        assert {one.mtime for one in archive.getmembers()} == {DATED}
    with zipfile.ZipFile(wheel) as archive:
        names += archive.namelist()
    assert any(name.endswith("deploy/sla-bridge@.service") for name in names)
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".sqlite3"))] == []


def test_the_date_is_the_told_one_or_the_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert dist.epoch() == 1_700_000_000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    asked = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=dist.ROOT, capture_output=True, text=True, check=False
    )
    assert dist.epoch() == int(asked.stdout.strip() or dist._NO_COMMIT)
