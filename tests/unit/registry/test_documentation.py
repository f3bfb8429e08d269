import re
from pathlib import Path

import pytest

from bridge.connectors.registry.columns import Columns
from bridge.connectors.registry.description import RegistryFile, read_description
from bridge.connectors.registry.sources import SOURCES
from bridge.policies.checks.check_kind import check_kinds
from bridge.policies.checks.deferral import Deferral
from bridge.policies.checks.versions import SCHEMES

DOCS = Path(__file__).parents[3] / "docs"
HOW_TO = (DOCS / "how-to/connect-your-registry.md").read_text(encoding="utf-8")
ELIGIBILITY = (DOCS / "explanation/eligibility.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", HOW_TO, re.DOTALL))
def test_every_example_of_the_how_to_is_a_valid_mapping(example):
    assert read_description(example.encode(), file="registry.yaml")


@pytest.mark.parametrize("model", [Columns, RegistryFile, *SOURCES.values()])
def test_every_key_of_the_mapping_stands_in_the_how_to(model):
    missing = [name for name in model.model_fields if f"{name}:" not in HOW_TO and f"`{name}`" not in HOW_TO]
    assert missing == []


def test_every_check_and_every_option_stands_in_the_explanation():
    for name, kind in check_kinds().items():
        assert f"`{name}`" in ELIGIBILITY
        assert [name for name in kind.options.model_fields if f"`{name}`" not in ELIGIBILITY] == []
    for word in (*Deferral, *SCHEMES):
        assert f"`{word}`" in ELIGIBILITY
