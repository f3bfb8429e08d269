"""Zones as files name them."""

import pytest

from bridge.files.types import zone_name


@pytest.mark.parametrize("name", ["Europe/" * 2000 + "Berlin", "", ".", "../etc/passwd", "Europe/Atlantis", "\x00"])
def test_a_name_that_is_no_zone_is_refused_however_long_it_is(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone"):
        zone_name(name)
