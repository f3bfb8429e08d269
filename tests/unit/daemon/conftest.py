"""The shipped configuration in force."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.cli.wiring.in_force import InForce
from bridge.connectors.shipped import shipped


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SLA_BRIDGE_KEY", "0123456789ABCDEF0123456789ABCDEF")
    return Path(shutil.copytree(shipped("config"), tmp_path / "config"))


@pytest.fixture
def in_force(folder: Path) -> InForce:
    return InForce(folder)


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str, str], None]:
    def change(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")

    return change
