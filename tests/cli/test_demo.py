"""`sla-bridge demo`: from an empty helpdesk to letters that can be read."""

import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.cli.main import app


def test_demo_shows_a_warning_a_reminder_and_a_closing_and_where_their_letters_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done = CliRunner().invoke(app, ["demo"])
    assert done.exit_code == 0, done.output
    for what in ("a warning", "a reminder", "a closing"):
        assert done.output.count(what) == 1
    (folder,) = tmp_path.iterdir()
    letters = list(folder.glob("*.eml"))
    assert f"All {len(letters)} letters lie in {folder}" in done.output
    assert len(letters) >= 3
