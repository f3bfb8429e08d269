"""The how-to on actions: its policy compiles beside the shipped one, its settings are read, its commands exist."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer

from bridge.cli.main import app
from bridge.policies.actions.due import declared_actions
from bridge.policies.language.compile import compile_policy
from bridge.settings.load import load_settings, read_folder

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "turn-actions-on.md").read_text("utf-8")
POLICY, SETTINGS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = {*(line for block in BLOCKS for line in block.splitlines()), *re.findall(r"`(sla-bridge [^`]+)`", PAGE)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "config"
    shutil.copytree(ROOT / "config", made)
    return made


def test_its_policy_compiles_beside_the_shipped_one(folder: Path) -> None:
    policy = folder / "policies" / "agrosoft.yaml"
    shipped = policy.read_text("utf-8")
    policy.write_text(shipped[: shipped.index("\nevents:\n") + 1] + POLICY, "utf-8")
    compiled = compile_policy(read_folder(folder))
    assert {one: kind for one, kind in declared_actions(compiled.policy).items() if kind != "email"} == {
        "acknowledge": "reply",
        "remind": "reply",
        "close.reply": "reply",
        "close.close": "close",
    }


def test_its_settings_are_read(folder: Path) -> None:
    file = folder / "bridge.yaml"
    text = file.read_text("utf-8")
    assert "actions: off\n" in text
    file.write_text(text.replace("actions: off\n", SETTINGS), "utf-8")
    found = load_settings(folder).file.actions
    assert (found.per_day, found.per_ticket_per_day, found.first_run) == (20, 2, 5)
    assert found.addresses.manager == "head@support.example"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_its_commands_exist(command: str) -> None:
    program, *words = shlex.split(command)
    assert program == "sla-bridge"
    node = typer.main.get_command(app)
    while words and words[0] in getattr(node, "commands", {}):
        node = node.commands[words.pop(0)]
    options = {name for one in node.params for name in one.opts}
    assert {one for one in words if one.startswith("--")} <= options
