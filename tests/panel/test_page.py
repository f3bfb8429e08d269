"""The tests of the panel's script that node runs itself: its words, and what it does to a page."""

import subprocess

import pytest

from tests.panel.script import HERE, NODE, needs_node

SUITES = sorted(HERE.glob("*.test.mjs"))


@needs_node
@pytest.mark.parametrize("suite", SUITES, ids=lambda one: one.name)
def test_node_passes_every_test_of_the_suite(suite):
    ended = subprocess.run(
        [NODE, "--test", "--test-reporter=tap", str(suite)], check=False, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# fail 0" in ended.stdout
    assert "# pass 0" not in ended.stdout


def test_there_are_such_suites():
    assert SUITES
