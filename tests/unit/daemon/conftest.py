"""The shipped configuration in force."""

import shutil
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
