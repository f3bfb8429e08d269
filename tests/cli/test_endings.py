"""However a command ends, a person gets a sentence and the documented code, and never a traceback."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bridge.cli.console import streams
from tests import canary
from tests.cli.test_policy import snapshot

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    **os.environ,
    "SLA_BRIDGE_KEY": canary.key("1"),
    "NO_COLOR": "1",
}
NOBODY = 65_534


def shell(command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `command` in a shell where `bridge` is the command line and `$CONFIG` the shipped configuration."""
    script = f'bridge() {{ "{sys.executable}" -m bridge "$@"; }}; set -o pipefail; {command}'
    environment = {**ENVIRONMENT, "CONFIG": str(ROOT / "config"), **more}
    done = subprocess.run(
        ["bash", "-c", script], cwd="/", env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "  File " not in done.stderr, done.stderr
    return done


@pytest.mark.parametrize(
    "command",
    [
        "bridge policy schema policy",
        "bridge version",
        "bridge doctor --offline -c $CONFIG",
        "bridge calendar show 2027 --calendar support-msk -c $CONFIG",
        """yes '{"op":"add","start":"2026-11-20T07:00:00Z","amount":"8h"}' | head -3000 | bridge calendar batch --calendar support-msk -c $CONFIG""",
    ],
)
def test_a_reader_that_closes_the_pipe_early_is_no_error(command: str) -> None:
    done = shell(f"{command} | true; echo ${{PIPESTATUS[@]: -2:1}}")
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command", ["bridge policy schema policy", "echo '{}' | bridge decide -c $CONFIG", "bridge version"]
)
def test_a_full_disk_behind_standard_output_is_told(command: str) -> None:
    done = shell(f"{command} >/dev/full")
    assert done.returncode == 9
    assert done.stderr == (
        "error: standard output cannot be written: No space left on device. Make room, or send it elsewhere\n"
    )


def test_a_closed_standard_output_is_told_by_the_command_that_needs_it() -> None:
    done = shell("echo '{}' | bridge decide -c $CONFIG >&-")
    assert done.returncode == 9
    assert "standard output cannot be written: it is closed" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "decide -c $CONFIG",
        "verify",
        "policy simulate $CONFIG -c $CONFIG -i -",
        "calendar batch --calendar support-msk -c $CONFIG",
    ],
)
def test_a_closed_standard_input_is_told_by_the_command_that_needs_it(command: str) -> None:
    done = shell(f"bridge {command} <&-")
    assert done.returncode == 2
    assert done.stderr.startswith("error: the input cannot be read: it is closed.")


def test_a_command_that_reads_nothing_does_not_mind_closed_streams() -> None:
    assert shell("bridge version <&- 2>&-").returncode == 0


def test_a_closed_standard_error_swallows_the_sentence_but_not_the_code() -> None:
    assert shell("bridge policy check --config nowhere 2>&-").returncode == 3


@pytest.mark.parametrize("path", ["/", "/nonexistent/a.zip", "/dev/full/a.zip"])
def test_a_path_of_the_command_line_that_cannot_be_written_is_a_usage_error(path: str) -> None:
    done = shell(f"bridge plugin package -o {path}")
    assert done.returncode == 2
    assert re.search(f"{path} (cannot be written: |is no file; name one)", done.stderr)


def readable_by_nobody(arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user who owns nothing; `folder` is where it finds its configuration by itself."""
    nobody = f'setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups "{sys.executable}"'
    if shell(f"{nobody} -c 'import bridge.cli.main' 2>&-").returncode:
        pytest.skip("the interpreter of these tests lies where nobody may read")
    return shell(f"{nobody} -m bridge {arguments}", SLA_BRIDGE_CONFIG=str(folder))


@pytest.fixture
def shared_folder(cli) -> Iterator[Path]:
    """The configuration in a folder that everybody may enter. That of pytest's own is closed again by each session that begins."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(shutil.copytree(cli.folder, Path(place) / "config"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_a_configuration_folder_that_nobody_may_enter_is_told(shared_folder: Path) -> None:
    shared_folder.chmod(0o700)
    named = readable_by_nobody(f"state show --json -c {shared_folder}", shared_folder)
    assert named.returncode == 2
    assert json.loads(named.stderr)["message"].endswith("is not readable.")
    found = readable_by_nobody("state show", shared_folder)
    assert found.returncode == 3
    assert "bridge.yaml: cannot be read: Permission denied (check its owner and its rights)" in found.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_a_folder_of_policies_that_nobody_may_enter_is_not_taken_for_an_empty_one(shared_folder: Path) -> None:
    (shared_folder / "policies").chmod(0o700)
    done = readable_by_nobody(f"policy check -c {shared_folder}", shared_folder)
    assert done.returncode == 3
    assert "policies: cannot be read: Permission denied" in done.stdout + done.stderr


def test_a_pipe_in_place_of_a_file_is_told_and_never_waited_for(cli) -> None:
    (cli.folder / "bridge.yaml").unlink()
    os.mkfifo(cli.folder / "bridge.yaml")
    result = cli("policy", "check")
    assert result.code == 3
    assert "bridge.yaml: cannot be read: it is no plain file" in result.err
    os.mkfifo(cli.folder / "policies" / "more.yaml")
    assert "policies/more.yaml: cannot be read: it is no plain file" in cli("policy", "check").err


@pytest.mark.parametrize(
    "instant",
    [
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "3000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "yesterday",
        "2026-02-30T00:00:00Z",
        "",
    ],
)
def test_an_absurd_instant_on_the_command_line_is_a_usage_error(cli, instant: str) -> None:
    for command in (["registry", "lookup", "--email", "a@b.example"], ["decide"], ["explain", "5"]):
        result = cli(*command, "--at", instant)
        assert result.code == 2
        assert "--at" in result.err


@pytest.mark.parametrize(
    "created",
    ['"9999-12-31T23:59:59Z"', '"0001-01-01T00:00:00Z"', "99999999999999999999", "-1", '"0000-00-00T00:00:00Z"'],
)
def test_a_ticket_with_an_absurd_instant_is_answered_by_its_line(cli, created: str) -> None:
    line = json.loads(snapshot(1))
    text = json.dumps({**line, "created_at": "@"}).replace('"@"', created)
    result = cli("decide", stdin=text + "\n" + snapshot(2))
    first, second = [json.loads(one) for one in result.out.splitlines()]
    assert (result.code, first["line"], second["ticket_id"]) == (4, 1, 2)
    assert first["error"].startswith("created_at: ")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nothing", "Invalid JSON: expected ident at line 1 column 2"),
        ("[1]", "Input should be an object (found list)"),
        ("{}", "id: Field required; number: Field required; rev: Field required and 3 more"),
        ("[" * 100_000, "Invalid JSON: recursion limit exceeded at line 1 column 202"),
    ],
)
def test_a_line_that_is_no_ticket_is_told_in_plain_words(cli, line: str, told: str) -> None:
    assert cli("decide", stdin=line + "\n").json == {"line": 1, "error": told}


USAGE: Sequence[Sequence[str]] = (
    ("registry", "lookup", "--json"),
    ("calendar", "show", "abc", "--calendar", "support-msk", "--json"),
    ("explain", "--json"),
    ("explain", "5", "--json", "--at", "yesterday"),
    ("plan", "--json", "--nonsense"),
    ("policy", "test", "--json", "-k", "no such case"),
)


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_with_json_a_usage_error_is_one_line_of_json(cli, arguments: Sequence[str]) -> None:
    result = cli(*arguments)
    (line,) = result.err.splitlines()
    told = json.loads(line)
    assert (result.code, result.out) == (2, "")
    assert set(told) == {"error", "message", "hint", "exit_code", "problems", "more_may_follow"}
    assert (told["error"], told["exit_code"]) == ("UsageError", 2)
    assert told["hint"].startswith(f"See sla-bridge {arguments[0]}")


def test_a_terminal_without_our_letters_gets_them_as_json_writes_them(cli) -> None:
    done = shell("bridge registry lookup --email buh@rassvet.example -c $CONFIG", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\u0420\\u0430\\u0441\\u0441\\u0432\\u0435\\u0442" in done.stdout
    asked = "bridge registry lookup --email buh@rassvet.example -c $CONFIG --json"
    assert json.loads(shell(asked, PYTHONIOENCODING="ascii").stdout) == json.loads(shell(asked).stdout)


def test_a_line_without_an_end_is_cut_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(streams, "LINE_BYTES", 8)
    (tmp_path / "lines").write_bytes(b"short\n" + b"x" * 30 + b"\n12345678\nlast")
    with (tmp_path / "lines").open("rb") as stream:
        assert list(streams.lines_of(stream)) == [b"short\n", b"x" * 8, b"12345678", b"last"]


def test_an_interrupted_command_ends_without_a_traceback() -> None:
    # A shell starts what runs in its background with Ctrl+C ignored, and a child inherits that.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "bridge", "verify"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/") as running:
        time.sleep(1.5)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=30)
    assert running.returncode == 130
    assert b"Traceback" not in told
