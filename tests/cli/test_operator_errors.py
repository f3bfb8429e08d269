"""Bad input of an operator: each row of the table in the reference is played, and ends as the row says."""

import re
import shlex
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from bridge.connectors.sandbox import Sandbox
from bridge.sync.memory.lock import exclusive
from tests.cli.conftest import ROOT, CommandLine
from tests.cli.test_full_disk import no_file_grows
from tests.faults import Fault
from tests.unit.connectors.servers import answering, server

PAGE = (ROOT / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
HEAD = "| what is wrong | command | code | it says | next step |\n| --- | --- | --- | --- | --- |\n"


class Row(NamedTuple):
    """A row of the table; `says` and `next` are quoted from what is printed, with … for what differs each time."""

    wrong: str
    command: str
    code: int
    says: str
    next: str


def rows() -> list[Row]:
    table = PAGE.split(HEAD, 1)[1].split("\n\n", 1)[0]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]
    return [
        Row(wrong, one.strip("`"), int(code), says.strip("` "), step.strip("` "))
        for wrong, one, code, says, step in cells
    ]


class Stage(NamedTuple):
    """Where a mistake is made: a command line before an embedded helpdesk that was set up and holds twelve tickets."""

    cli: CommandLine
    desk: Sandbox
    patch: pytest.MonkeyPatch
    until_end: ExitStack


Mistake = Callable[[Stage], object]


def edit(file: str, old: str, new: str) -> Mistake:
    return lambda stage: stage.cli.edit(file, old, new)


def variable(name: str, value: str) -> Mistake:
    return lambda stage: stage.patch.setenv(name, value)


def key_file(text: str, mode: int) -> Mistake:
    def write(stage: Stage) -> None:
        path = stage.cli.folder / "key"
        path.write_text(text)
        path.chmod(mode)
        stage.cli.edit("bridge.yaml", "{env: SLA_BRIDGE_KEY}", "{file: key}")

    return write


def state_path(stage: Stage) -> Path:
    return stage.cli.folder.parent / "state" / "state.sqlite3"


def in_the_way(stage: Stage) -> None:
    stage.cli.edit("bridge.yaml", str(state_path(stage)), str(stage.cli.folder / "bridge.yaml" / "state.sqlite3"))


def locked(stage: Stage) -> None:
    stage.until_end.enter_context(exclusive(Path(f"{state_path(stage)}.lock")))


def moved_to_another_level(stage: Stage) -> None:
    assert stage.cli("sync").code == 0
    policy = stage.cli.folder / "policies/agrosoft.yaml"
    policy.write_text(policy.read_text("utf-8").replace("    level: general\n", "    level: standard\n"), "utf-8")


def login_page(stage: Stage) -> None:
    stage.desk.faults.next("*", Fault.LOGIN_PAGE, times=20)


def own_authority(stage: Stage) -> None:
    web = stage.until_end.enter_context(server(answering(), certificate="issued-loopback"))
    stage.cli.edit("bridge.yaml", stage.desk.url, web.url)


def full_disk(stage: Stage) -> None:
    stage.until_end.enter_context(no_file_grows(state_path(stage).parent))


def nothing(_: Stage) -> None:
    """The command itself is the mistake."""


MISTAKES: dict[str, Mistake] = {
    "a command that does not exist": nothing,
    "an option that does not exist": nothing,
    "a number below what is allowed": nothing,
    "an instant that is none": nothing,
    "a period that is none": nothing,
    "a ticket that does not exist": nothing,
    "an action that does not exist": nothing,
    "a calendar that does not exist": nothing,
    "a test that does not exist": nothing,
    "a folder that is not osTicket's": nothing,
    "a folder that is not empty": nothing,
    "an output file in no folder": nothing,
    "a line of input that is no ticket": nothing,
    "a configuration folder that does not exist": nothing,
    "a file that is no YAML": edit("bridge.yaml", "helpdesk:", "helpdesk: ["),
    "a misspelt key": edit("bridge.yaml", "helpdesk:", "helpdeks:"),
    "a value that is not allowed": edit("bridge.yaml", "level_change_percent: 30", "level_change_percent: 300"),
    "an address that is none": edit("bridge.yaml", "url: http://", "url: helpdesk "),
    "no agreement": lambda stage: [one.unlink() for one in (stage.cli.folder / "policies").iterdir()],
    "no table of customers": lambda stage: [one.unlink() for one in (stage.cli.folder / "registry").glob("*.csv")],
    "a key in a variable that is not set": variable("SLA_BRIDGE_KEY", ""),
    "a key that everybody may read": key_file("0123456789ABCDEF0123456789ABCDEF", 0o644),
    "a key in an empty file": key_file("", 0o600),
    "a credential outside of its unit": edit("bridge.yaml", "{env: SLA_BRIDGE_KEY}", "{credential: osticket-api-key}"),
    "a key that osTicket does not know": variable("SLA_BRIDGE_KEY", "0" * 32),
    "a key without the scope": lambda stage: stage.patch.setenv("SLA_BRIDGE_KEY", stage.desk.keys.readonly),
    "a helpdesk that is down": lambda stage: stage.desk.stop(),
    "a login page before the helpdesk": login_page,
    "a certificate of an authority that nobody named": own_authority,
    "an agreement that would move most tickets": moved_to_another_level,
    "a state that cannot be written": in_the_way,
    "a full disk under the state": full_disk,
    "a full disk under an output file": full_disk,
    "another run at work": locked,
}


def printed(out: str, err: str) -> str:
    """Return what a person read, without the frame that wrong use is drawn in, in one line."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", out + err).split())


def pattern(quoted: str) -> str:
    return ".*?".join(map(re.escape, quoted.split("…")))


@pytest.fixture
def stage(desk_cli: CommandLine, helpdesk: Sandbox, monkeypatch: pytest.MonkeyPatch):
    for index in range(12):
        helpdesk.people.create_ticket(f"Question {index}", "It does not open", email=f"user{index}@unknown.example")
    assert desk_cli("setup").code == 0
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with ExitStack() as until_end:
        yield Stage(desk_cli, helpdesk, monkeypatch, until_end)


def test_every_mistake_is_a_row_and_every_row_a_mistake() -> None:
    assert [row.wrong for row in rows()] == list(MISTAKES)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.wrong)
def test_a_mistake_ends_with_its_code_one_sentence_and_the_next_step(stage: Stage, row: Row, monkeypatch) -> None:
    monkeypatch.chdir(stage.cli.folder.parent)
    MISTAKES[row.wrong](stage)
    name, *arguments = shlex.split(row.command)
    assert name == "sla-bridge"
    stdin = "nothing\n" if "decide" in arguments else ""
    done = stage.cli(*arguments, stdin=stdin)
    said = printed(done.out, done.err)
    assert done.code == row.code, said
    assert re.search(pattern(row.says), said), said
    assert re.search(pattern(row.next), said), said
    assert "Traceback" not in said
