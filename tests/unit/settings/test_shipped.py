"""The shipped bridge.yaml shows every block that there is, and each that is commented out can be taken in as it stands."""

import re
from pathlib import Path

import pytest
import yaml

from bridge.cli.wiring.configuration import read_settings
from bridge.settings.model import BridgeFile

TEXT = (Path(__file__).resolve().parents[3] / "config" / "bridge.yaml").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^# ([a-z_]+):.*\n(?:^#  .*\n)*", re.MULTILINE)
OFFERED = {one.group(1): one.group(0) for one in _BLOCK.finditer(TEXT) if one.group(1) in BridgeFile.model_fields}


def read(folder: Path, text: str) -> BridgeFile:
    (folder / "bridge.yaml").write_text(text, encoding="utf-8")
    return read_settings(folder).file


def plain(name: str) -> str:
    return re.sub(r"^# ?", "", OFFERED[name], flags=re.MULTILINE)


def test_every_block_stands_there_or_is_offered() -> None:
    assert yaml.safe_load(TEXT).keys() | OFFERED.keys() == BridgeFile.model_fields.keys()


@pytest.mark.parametrize("name", OFFERED)
def test_a_block_that_is_offered_can_be_taken_in_as_it_stands(tmp_path: Path, name: str) -> None:
    assert name not in read(tmp_path, TEXT).model_fields_set
    assert name in read(tmp_path, f"{TEXT}\n{plain(name)}").model_fields_set


@pytest.mark.parametrize("name", ["archive", "run", "undo", "logs"])
def test_where_a_comment_shows_the_defaults_it_shows_them_as_they_are(tmp_path: Path, name: str) -> None:
    assert getattr(read(tmp_path, f"{TEXT}\n{plain(name)}"), name) == getattr(read(tmp_path, TEXT), name)
