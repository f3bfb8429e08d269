from collections.abc import Callable
from pathlib import Path

import pytest

from tests import canary

KEY = canary.key("5")


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Make a configuration folder whose helpdesk has this line; `whole` is the file's whole text instead."""

    def make(line: str = "key: {env: BRIDGE_TEST_KEY}", *, whole: str | None = None, more: str = "") -> Path:
        made = tmp_path / "configuration"
        made.mkdir()
        text = f'version: "1"\nhelpdesk:\n  url: https://help.example.org\n  {line}\n{more}' if whole is None else whole
        (made / "bridge.yaml").write_text(text, encoding="utf-8")
        return made

    return make
