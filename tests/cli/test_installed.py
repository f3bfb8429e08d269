"""In CI the tests run against the installed wheel: every process that they start must use it, too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif("SLA_BRIDGE_TEST_INSTALLED" not in os.environ, reason="this run tests the tree")
def test_a_process_started_in_the_tree_uses_the_installed_package() -> None:
    program = (
        "import bridge, bridge.connectors.shipped as s; print(bridge.__file__, *map(s.shipped, ('config', 'deploy')))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all("site-packages" in path for path in run.stdout.split())
