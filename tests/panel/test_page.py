"""The tests of the panel's script that node runs itself: its words, and what it does to a page."""

import os
import shutil
import subprocess

import pytest

from tests.panel.script import HERE, NODE, needs_node

SUITES = sorted(HERE.glob("*.test.mjs"))
PHP = shutil.which("php")
LEAN = "require 'plugin/sla-bridge/autoload.php'; echo SlaBridge\\Panel\\Assets::script();"


def passes(suite, **environment):
    ended = subprocess.run(
        [NODE, "--test", "--test-reporter=tap", str(suite)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | environment,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# fail 0" in ended.stdout
    assert "# pass 0" not in ended.stdout


@needs_node
@pytest.mark.parametrize("suite", SUITES, ids=lambda one: one.name)
def test_node_passes_every_test_of_the_suite(suite):
    passes(suite)


@needs_node
@pytest.mark.skipif(PHP is None, reason="php is not installed: apt-get install php-cli")
@pytest.mark.parametrize("suite", SUITES, ids=lambda one: one.name)
def test_the_script_without_comments_as_pages_carry_it_passes_them_too(suite, tmp_path):
    written = (HERE.parents[1] / "plugin" / "sla-bridge" / "assets" / "panel.js").read_text(encoding="utf-8")
    lean = subprocess.run([PHP, "-r", LEAN], check=True, capture_output=True, text=True, cwd=HERE.parents[1]).stdout
    (tmp_path / "panel.js").write_text(lean, encoding="utf-8")
    assert len(lean) < 0.85 * len(written)
    code = [line.strip() for line in written.splitlines() if line.strip()]
    assert [line for line in lean.splitlines() if line not in code] == []
    passes(suite, SLA_PANEL_SCRIPT=str(tmp_path / "panel.js"))


def test_there_are_such_suites():
    assert SUITES
