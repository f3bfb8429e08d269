"""What the shipped units and cron start is a command of `sla-bridge`, with options and values that it takes; nothing is run."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from bridge.cli.main import app
from bridge.connectors.shipped import shipped

DEPLOY = shipped("deploy")
COMMAND = typer.main.get_command(app)
PROGRAM = "sla-bridge"
_STARTS = re.compile(r"^Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload|Condition)=(.*)$", re.MULTILINE)
_WRONG_USE: Any = typer.BadParameter.__base__
"""What is raised for wrong use: Typer brings a parser of its own, or takes that of click."""

_PREFIXES = "@-:+!"
"""What systemd reads before a command; see `man systemd.service`."""


def commands_of(path: Path) -> list[list[str]]:
    """Return what a unit or a file of cron starts, as words."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".cron":
        return [shlex.split(line.lstrip(_PREFIXES).replace("%i", "north")) for line in _STARTS.findall(text)]
    # Five times, the user, the command; lines of the environment and comments begin otherwise.
    lines = [one.split(maxsplit=6)[6] for one in text.splitlines() if re.match(r"[\d*@]", one)]
    return [shlex.split(one.partition(">")[0]) for one in lines]


def refused(words: list[str]) -> str | None:
    """Return why the command line does not take the words; None where it takes them. No command runs."""
    node: Any = COMMAND
    while commands := getattr(node, "commands", None):
        name, *words = words or [""]
        if name not in commands:
            return f"there is no command {name!r}"
        node = commands[name]
    try:
        node.make_context(node.name, list(words))
    except typer.Exit:
        return "it only tells its help"
    except _WRONG_USE as error:
        return str(error.format_message())
    return None


STARTED = [
    pytest.param(words, id=f"{path.name}: {' '.join(words)}")
    for path in sorted(DEPLOY.iterdir())
    if path.suffix in {".service", ".cron"}
    for words in commands_of(path)
]


@pytest.mark.parametrize("words", STARTED)
def test_what_is_started_is_a_command_that_exists_with_options_that_it_has(words: list[str]) -> None:
    program, *rest = words
    if program == "kill":
        assert rest == ["-HUP", "$MAINPID"]
        return
    assert Path(program).name == PROGRAM
    assert refused(rest) is None


def test_every_service_and_cron_start_something() -> None:
    started = {path.name: commands_of(path) for path in DEPLOY.iterdir() if path.suffix in {".service", ".cron"}}
    assert len(started) == 5
    assert all(started.values()), started


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["snyc"], "there is no command"),
        (["sync", "--quite"], "No such option"),
        (["run", "--quiet"], "No such option"),
        (["sync", "--config"], "requires an argument"),
        (["sync", "--audit", "many"], "valid integer"),
        (["run", "north"], "unexpected extra argument"),
        (["state", "shwo"], "there is no command"),
        (["state", "undo", "first"], "valid integer"),
        (["sync", "--help"], "help"),
    ],
)
def test_what_would_not_start_is_noticed(words: list[str], why: str) -> None:
    assert why in (refused(words) or "")


@pytest.mark.parametrize("name", ["sla-bridge.timer", "sla-bridge@.timer"])
def test_a_timer_s_service_starts_a_pass_that_ends(name: str) -> None:
    (unit,) = re.findall(r"^Unit=(.*)$", (DEPLOY / name).read_text(encoding="utf-8"), re.MULTILINE)
    for words in commands_of(DEPLOY / unit.replace("%i", "")):
        assert words[1] == "sync"
