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


def test_demo_of_bedesk_shows_a_clock_that_runs_and_one_whose_history_nobody_saw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done = CliRunner().invoke(app, ["demo", "--kind", "bedesk"])
    assert done.exit_code == 0, done.output
    rows = [line.split() for line in done.output.splitlines() if line[:1].isdigit()]
    states = [state for row in rows for state in ("running", "none") if state in row]
    assert {"running", "none"} == set(states)
    assert "met" in done.output.partition("$ sla-bridge explain")[2]
    assert list(tmp_path.iterdir()) == []


def test_demo_names_the_kinds_that_it_can_show() -> None:
    done = CliRunner().invoke(app, ["demo", "--kind", "zendesk"])
    assert done.exit_code == 2
    assert "osticket or bedesk" in done.output
