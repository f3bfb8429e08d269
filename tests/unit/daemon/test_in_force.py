"""What a bridge that stays goes by, whatever becomes of its files: the configuration that was good, and the data of now."""

from pathlib import Path

import pytest

from bridge.cli.wiring.in_force import InForce
from bridge.errors import ConfigurationInvalid
from bridge.settings.fingerprint import fingerprint

NOON = 1_795_000_000
POLICY, SETTINGS, ROWS = "policies/agrosoft.yaml", "bridge.yaml", "registry/customers.csv"


def basis(in_force: InForce) -> str:
    return fingerprint(in_force.settings, NOON)


def decides_by(in_force: InForce) -> str:
    return in_force.assembled(in_force.settings).policy.digest


def test_a_good_change_counts_when_it_is_adopted_and_not_before(in_force: InForce, edit) -> None:
    before, digest = basis(in_force), decides_by(in_force)
    assert not in_force.outdated
    edit(POLICY, "first_response: 8h", "first_response: 7h")
    assert (in_force.outdated, basis(in_force), decides_by(in_force)) == (True, before, digest)
    in_force.adopt()
    assert not in_force.outdated
    assert before != basis(in_force)
    assert digest != decides_by(in_force)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (POLICY, "\nlevels:", "\nlevles:"),
        (SETTINGS, "version: 1", "version: 1\nregistrie: x"),
        ("registry/registry.yaml", "sources:", "sources: ["),
        (SETTINGS, "{env: SLA_BRIDGE_KEY}", "{file: /nowhere/key}"),
        (SETTINGS, "{env: SLA_BRIDGE_KEY}", "{env: SLA_BRIDGE_KEY_OF_NOBODY}"),
    ],
)
def test_what_cannot_be_used_is_refused_and_changes_nothing(in_force: InForce, edit, file, old, new) -> None:
    before, digest = basis(in_force), decides_by(in_force)
    edit(file, old, new)
    for _ in range(2):
        with pytest.raises(ConfigurationInvalid):
            in_force.adopt()
        assert (in_force.outdated, basis(in_force), decides_by(in_force)) == (True, before, digest)
    edit(file, new, old)
    assert not in_force.outdated
    in_force.adopt()
    assert (basis(in_force), decides_by(in_force)) == (before, digest)


@pytest.mark.parametrize("broken", [(POLICY, "\nlevels:", "\nlevles:"), (SETTINGS, "version: 1", "version: 77")])
def test_a_process_that_begins_refuses_what_cannot_be_used(folder: Path, edit, broken) -> None:
    edit(*broken)
    with pytest.raises(ConfigurationInvalid):
        InForce(folder)


def test_rows_of_the_registry_are_those_of_now(in_force: InForce, folder: Path) -> None:
    before, digest = basis(in_force), decides_by(in_force)
    rows = folder / ROWS
    content = rows.read_bytes()
    rows.write_bytes(content + b"\n")
    assert not in_force.outdated, "data need nobody's word"
    assert in_force.settings.files()[ROWS] == content + b"\n"
    assert (decides_by(in_force), basis(in_force) != before) == (digest, True)
    rows.unlink()
    assert not in_force.outdated
    assert ROWS not in in_force.settings.files()
    rows.write_bytes(content)
    assert in_force.settings.files()[ROWS] == content


def test_a_file_that_comes_or_goes_beside_the_data_is_a_change(in_force: InForce, folder: Path) -> None:
    before = basis(in_force)
    policy = folder / POLICY
    content = policy.read_bytes()
    policy.unlink()
    assert (in_force.outdated, basis(in_force)) == (True, before)
    policy.write_bytes(content)
    assert not in_force.outdated


def test_a_folder_that_cannot_be_read_leaves_the_policy_as_it_was(in_force: InForce, folder: Path) -> None:
    policy = in_force.settings.files()[POLICY]
    folder.rename(folder.with_name("away"))
    assert in_force.outdated
    assert in_force.settings.files()[POLICY] == policy
    folder.with_name("away").rename(folder)
    assert not in_force.outdated
