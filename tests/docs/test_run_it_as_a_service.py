"""The how-to on running the bridge names the files that are shipped, and the command that tells where they lie."""

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from bridge.cli.main import app

PAGE = (Path(__file__).parents[2] / "docs/how-to/run-it-as-a-service.md").read_text(encoding="utf-8")


def test_version_tells_the_folder_and_the_page_its_files():
    done = CliRunner().invoke(app, ["version", "--json"])
    folder = Path(json.loads(done.stdout)["deploy"])
    names = {path.name for path in folder.iterdir() if path.is_file()}
    assert set(re.findall(r"^\| `(sla-bridge[^`]*)` \|", PAGE, re.MULTILINE)) == names
