"""The watch over the suite's keys: a test that leaves one anywhere fails, and says where."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.connectors.sandbox import Sandbox
from tests import canary

ROOT = Path(__file__).resolve().parents[2]

LEAKS = {
    "the file state/left": '(tmp_path / "state").mkdir(); (tmp_path / "state" / "left").write_bytes(b"x" * 9000 + KEY.encode())',
    "the file .hidden": '(tmp_path / ".hidden").write_text(KEY.lower())',
    "the name of a file": "(tmp_path / KEY).touch()",
    "Captured stdout call": "print(KEY)",
    "Captured stderr call": "print(KEY, file=sys.stderr)",
    "Captured log call": 'logging.getLogger("sla_bridge").warning("sent with %s", KEY)',
    "what a command printed": "print(KEY); capsys.readouterr()",
    "HelpdeskRefused": 'HelpdeskRefused("no", hint=KEY)',
    "the list of processes": 'subprocess.run(["true", KEY])',
    "a process that was started": """subprocess.run("echo $KEY", shell=True, env={"KEY": KEY}, stdout=subprocess.PIPE)""",
}
HARMLESS = {
    "nothing": "pass",
    "the operator's own file": '(tmp_path / "key").write_text(KEY)',
    "a variable": 'monkeypatch.setenv("SLA_BRIDGE_KEY", KEY)',
    "the beginning of another number": 'print("CA9A12F00")',
}
HEAD = """
import logging, os, subprocess, sys
from bridge.errors import HelpdeskRefused
from tests import canary
KEY = canary.key()
"""


def one_test(number: int, deed: str) -> str:
    # With the fixture what is printed is the test's, without it pytest's own.
    fixtures = ", ".join(one for one in ("tmp_path", "monkeypatch", "capsys") if one in deed)
    return f"\ndef test_{number}({fixtures}):\n    {deed}\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> str:
    """The report of a pytest of its own, with a test for each deed."""
    folder = tmp_path_factory.mktemp("leaks")
    tests = (one_test(number, deed) for number, deed in enumerate([*LEAKS.values(), *HARMLESS.values()]))
    (folder / "test_inner.py").write_text(HEAD + "".join(tests), encoding="utf-8")
    options = [
        "-p",
        "tests.canary",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-c",
        os.devnull,
        "--rootdir",
        folder,
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--basetemp", folder / "base", folder / "test_inner.py"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.stdout


@pytest.mark.parametrize("where", LEAKS)
def test_a_test_that_leaves_a_key_fails_and_says_where(told, where) -> None:
    name = f" test_{list(LEAKS).index(where)} "
    (part,) = (one for one in told.split("\n___") if name in one.partition("\n")[0])
    assert f"a key was left in\n{where}: …" in part
    assert "[key]…" in part


def test_a_key_in_its_place_fails_nothing(told) -> None:
    assert "test_0 " in told
    for number in range(len(LEAKS), len(LEAKS) + len(HARMLESS)):
        assert f"test_{number} " not in told


def test_the_report_of_a_leak_is_no_leak(told) -> None:
    assert canary.BEGINNING not in told
    assert canary.BEGINNING.lower() not in told


def test_keys_of_the_embedded_helpdesk_begin_like_all_others() -> None:
    with Sandbox() as sandbox:
        keys = [sandbox.keys.full, sandbox.keys.readonly, sandbox.keys.noscope, sandbox.add_key(["read"])]
    assert len(set(keys)) == 4
    assert all(one.startswith(canary.BEGINNING) and len(one) == 32 for one in keys)


def test_a_key_is_made_as_osticket_makes_them() -> None:
    assert canary.key("1") == canary.key("1") != canary.key("2")
    assert canary.key() != canary.key()
    assert {len(canary.key()), len(canary.key("FF"))} == {32}
    assert not set(canary.key()) - set("0123456789ABCDEF")
