"""The page about the embedded helpdesk is true: its example runs, its tables are complete."""

import re
import subprocess
import sys
from pathlib import Path

from tests.faults import Fault

PAGE = (Path(__file__).parents[3] / "docs" / "explanation" / "embedded-helpdesk.md").read_text("utf-8")


def test_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_fault_is_in_the_table() -> None:
    rows = "".join(line for line in PAGE.splitlines() if line.startswith("| `"))
    assert {name for name in re.findall(r"`([A-Z_]+)`", rows) if name in Fault.__members__} == set(Fault.__members__)
