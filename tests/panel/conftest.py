"""One node for all tests of the panel's script."""

from collections.abc import Iterator

import pytest

from tests.panel.script import NODE, Script


@pytest.fixture(scope="session")
def script() -> Iterator[Script]:
    if NODE is None:
        pytest.skip("node is not installed: apt-get install nodejs")
    one = Script()
    yield one
    one.close()
