"""`actions` in bridge.yaml: off unless somebody says how much may be done, and addresses that are addresses."""

import pytest

from bridge.errors import ConfigurationInvalid
from bridge.settings.load import load_settings


def test_actions_are_off_unless_the_file_says_otherwise(folder):
    assert load_settings(folder()).file.actions is None


def test_off_may_be_written(folder):
    assert load_settings(folder(more="actions: off\n")).file.actions is None


def test_an_empty_mapping_switches_them_on_with_every_limit(folder):
    found = load_settings(folder(more="actions: {}\n")).file.actions
    assert (found.per_day, found.per_ticket_per_day, found.first_run, found.addresses.manager) == (200, 5, 50, None)


def test_every_limit_and_the_managers_address_may_be_written(folder):
    written = "actions:\n  per_day: 20\n  per_ticket_per_day: 2\n  first_run: 0\n  addresses: {manager: head@support.example}\n"
    found = load_settings(folder(more=written)).file.actions
    assert (found.per_day, found.per_ticket_per_day, found.first_run) == (20, 2, 0)
    assert found.addresses.manager == "head@support.example"


@pytest.mark.parametrize("word", ["on", "true", "yes", "no", "false", "Off", "200", "'  '"])
def test_a_word_alone_switches_nothing_on_and_is_told(folder, word):
    with pytest.raises(ConfigurationInvalid, match=r"bridge\.yaml:5:.*off, or a mapping.*write off, or \{\}"):
        load_settings(folder(more=f"actions: {word}\n"))


@pytest.mark.parametrize(
    "line",
    [
        "per_day: 0",
        "per_day: -1",
        "per_ticket_per_day: 0",
        "first_run: -1",
        "per_day: many",
        "per_dya: 5",
        "per_day: true",
    ],
)
def test_a_limit_that_is_none_is_told_at_its_place(folder, line):
    with pytest.raises(ConfigurationInvalid, match=r"bridge\.yaml:6:"):
        load_settings(folder(more=f"actions:\n  {line}\n"))


@pytest.mark.parametrize(
    "address",
    [
        "head", "@support.example", "head@", "head@support", "a@b.example, c@d.example", "Head <head@support.example>",
        "head@support.example\\nBcc: all@x.example", "head @support.example", "a@b@c.example", "", "x" * 250 + "@b.example",
    ],
)  # fmt: skip
def test_what_is_no_bare_address_is_refused(folder, address):
    with pytest.raises(ConfigurationInvalid, match=r"no e-mail address|no value|at least"):
        load_settings(folder(more=f'actions:\n  addresses: {{manager: "{address}"}}\n'))
