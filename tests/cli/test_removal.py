"""`setup --remove` from the command line: shown, asked for, carried out or not."""

import re

import pytest

from bridge.cli.console.render import removal_tables
from bridge.connectors.sandbox import Sandbox
from bridge.protocols.provisioning import SetupReport, SetupStep, Use
from tests.cli.conftest import ROOT, CommandLine

PAGE = (ROOT / "docs" / "how-to" / "take-it-back.md").read_text(encoding="utf-8")


@pytest.fixture
def ready(desk_cli, helpdesk: Sandbox):
    helpdesk.people.create_ticket("Вопрос", "Не открывается отчёт", email="user@unknown.example")
    assert (desk_cli("setup").code, desk_cli("sync").code) == (0, 0)
    return desk_cli


def fields(line) -> set[str]:
    steps = line("setup", "--plan", "--json").json["steps"]
    return {step["id"] for step in steps if step["id"].startswith("field:sla_") and step["state"] == "done"}


@pytest.mark.parametrize("answer", ["n\n", "\n", "no\n", "maybe\n", "yess\n"])
def test_anything_but_yes_takes_nothing_away(ready, answer: str) -> None:
    before = fields(ready)
    result = ready("setup", "--remove", stdin=answer)
    assert result.code == 0
    assert "field:sla_level" in result.out
    assert "step(s) to do" in result.out
    assert "Nothing was taken away." in result.out
    assert "[y/N]" in result.err
    assert fields(ready) == before


@pytest.mark.parametrize("answer", ["y\n", "YES\n", " yes \n"])
def test_yes_takes_the_fields_away(ready, answer: str) -> None:
    result = ready("setup", "--remove", stdin=answer)
    assert result.code == 0
    assert "change(s) made" in result.out
    assert fields(ready) == set()


def test_where_nobody_answers_it_is_wrong_use_and_nothing_goes(ready) -> None:
    before = fields(ready)
    result = ready("setup", "--remove", stdin="")
    assert result.code == 2
    assert "--yes" in result.err
    assert fields(ready) == before


def test_scripts_say_yes_beforehand_and_get_json(ready) -> None:
    report = ready("setup", "--remove", "--yes", "--json").json
    assert (report["action"], report["changed"] > 10) == ("remove", True)
    assert ready("setup", "--remove", "--yes", "--json").json["changed"] == 0


def test_fields_and_values_stay_where_that_is_asked_for(ready, helpdesk: Sandbox) -> None:
    before, plan = fields(ready), ready("plan", "--exit-code")
    assert plan.code == 0
    assert ready("setup", "--remove", "--keep-values", "--yes").code == 0
    assert fields(ready) == before
    assert ready("plan", "--exit-code").code == 0
    assert "queue:" in ready("setup", "--plan").out


@pytest.mark.parametrize(
    "options",
    [
        ("--plan", "--remove"), ("--keep-values",), ("--tables",), ("--yes",), ("--plan", "--yes"),
        ("--remove", "--keep-values", "--tables"), ("--remove", "--json"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_wrong_use(ready, options: tuple[str, ...]) -> None:
    before = fields(ready)
    assert ready("setup", *options).code == 2
    assert fields(ready) == before


def test_who_uses_what_goes_is_told_before(capsys: pytest.CaptureFixture[str]) -> None:
    used = Use(kind="queue", title="Gold\x1b[31m customers", field="sla_level")
    step = SetupStep(id="field:sla_level", title="Field", state="todo", detail="25 values are lost.")
    removal_tables(SetupReport(steps=(step,), changed=0, uses=(used,)))
    shown = capsys.readouterr().out
    assert "25 values are lost." in shown
    assert r"Gold\x1b[31m customers" in shown
    assert "1 step(s) to do" in shown


@pytest.mark.parametrize("command", re.findall(r"^(sla-bridge setup [^#\n]*)", PAGE, re.MULTILINE))
def test_commands_of_the_page_do_what_they_say(desk_cli: CommandLine, command: str) -> None:
    assert desk_cli("setup").code == 0
    assert desk_cli(*command.split()[1:], stdin="yes\n").code == 0
    steps = desk_cli("setup", "--plan", "--json").json["steps"]
    fields = {step["state"] for step in steps if step["id"].startswith("field:sla_")}
    assert fields == ({"done"} if "--keep-values" in command else {"todo"})
