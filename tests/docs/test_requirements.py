"""The pinned versions agree with what pyproject.toml allows."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ALLOWED = [*PROJECT["dependencies"], *(one for extra in PROJECT["optional-dependencies"].values() for one in extra)]


def named(text: str) -> str:
    """A package's name as all spellings of it are compared: the lists write it as its files are called."""
    return text.lower().replace("_", "-")


def pinned(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {named(name): version for name, version in (line.split("==") for line in lines)}


@pytest.mark.parametrize("requirement", ALLOWED)
def test_the_oldest_versions_are_those_that_the_project_allows(requirement: str) -> None:
    name, floor = re.match(r"([\w-]+)>=([\w.]+)", requirement).groups()
    version = pinned("requirements-oldest.txt")[named(name)]
    # 0.19 is released as 0.19.0.
    assert re.fullmatch(rf"{re.escape(floor)}(\.0)*", version)


@pytest.mark.parametrize("requirement", ALLOWED)
def test_the_newest_versions_are_pinned_too(requirement: str) -> None:
    assert named(re.match(r"[\w-]+", requirement).group()) in pinned("requirements.lock")
