"""`lease` in bridge.yaml: off unless somebody says that several hosts write."""

import pytest

from bridge.errors import ConfigurationInvalid
from bridge.settings.load import load_settings


@pytest.mark.parametrize("more", ["", "lease: off\n"])
def test_lease_is_off_unless_the_file_says_otherwise(folder, more):
    assert load_settings(folder(more=more)).file.lease is None


def test_an_empty_mapping_leads_under_the_hosts_own_name_for_half_a_minute(folder):
    found = load_settings(folder(more="lease: {}\n")).file.lease
    assert (found.holder, found.seconds) == (None, 30)


@pytest.mark.parametrize(("ttl", "seconds"), [("5s", 5), ("30s", 30), ("600s", 600)])
def test_holder_and_time_may_be_written(folder, ttl, seconds):
    found = load_settings(folder(more=f"lease: {{holder: host-a, ttl: {ttl}}}\n")).file.lease
    assert (found.holder, found.seconds) == ("host-a", seconds)


@pytest.mark.parametrize("word", ["on", "true", "yes", "false", "Off", "30s"])
def test_a_word_alone_switches_nothing_on_and_is_told(folder, word):
    with pytest.raises(ConfigurationInvalid, match=r"bridge\.yaml:5:.*off, or a mapping.*write off, or \{\}"):
        load_settings(folder(more=f"lease: {word}\n"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("ttl: 30", "whole seconds from 5s to 600s"), ("ttl: 4s", "from 5s to 600s"), ("ttl: 601s", "from 5s to 600s"),
        ("ttl: 1m", "whole seconds"), ("ttl: 030s", "whole seconds"), ("ttl: 30 s", "whole seconds"),
        ("holder: two words", "no name of a holder"), ("holder: хост", "no name of a holder"), ("holder: ''", "no name of a holder"),
        (f"holder: {'x' * 101}", "no name of a holder"), ("hodler: a", "hodler"),
    ],
)  # fmt: skip
def test_what_is_no_holder_and_no_time_is_told_at_its_place(folder, line, told):
    with pytest.raises(ConfigurationInvalid, match=rf"bridge\.yaml:6:.*{told}"):
        load_settings(folder(more=f"lease:\n  {line}\n"))
