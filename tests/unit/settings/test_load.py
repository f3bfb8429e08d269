"""From a folder to settings: which folder, every problem at once, nothing that blocks or leaks."""

import os
import tempfile
from pathlib import Path

import pytest

from bridge.connectors.shipped import shipped
from bridge.errors import ConfigurationInvalid
from bridge.files.yaml import MAX_BYTES
from bridge.protocols.writing import Ownership
from bridge.settings.load import find_folder, load_settings, read_folder


def told(caught) -> str:
    return "\n".join(str(one) for one in caught.value.problems)


def test_the_defaults_stand_without_being_written(folder):
    settings = load_settings(folder())
    assert settings.file.guards.level_change_percent == 30
    assert settings.file.helpdesk.total_seconds == 120
    assert str(settings.state_path) == "/var/lib/sla-bridge/state.sqlite3"
    assert settings.ca_file is None


def test_relative_paths_lie_in_the_configuration_folder(folder):
    settings = load_settings(folder("key: {env: A}\n  ca_file: authority.pem", more="state: memory.sqlite3\n"))
    assert settings.state_path == settings.folder / "memory.sqlite3"
    assert settings.ca_file == str(settings.folder / "authority.pem")


def test_inputs_that_nothing_is_mapped_to_keep_their_own_name(folder):
    settings = load_settings(folder(more="inputs: {product: my_product, product_version: product_version}\n"))
    assert settings.inputs["product"] == "my_product"
    assert settings.inputs["product_version"] == "product_version"
    assert settings.inputs["registration_number"] == "registration_number"


def test_ownership_is_told_per_field(folder):
    settings = load_settings(folder(more="outputs: {sla_level: yield}\n"))
    assert settings.file.outputs == {"sla_level": Ownership.YIELD}


def test_every_problem_is_told_at_once_with_its_place(folder):
    whole = (
        'version: "2"\nregisrty: x\nhelpdesk:\n  url: help.example.org\n  key: {env: A}\n  request_seconds: 0\n'
        "guards: {shrink_percent: 101}\noutputs: {sla_level: enforced}\ninputs: {prodcut: x}\n"
    )
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings(folder(whole=whole))
    text = told(caught)
    for place in ("1:", "2:", "4:", "6:", "7:", "8:"):
        assert f"bridge.yaml:{place}" in text
    assert "did you mean 'registry'" in text
    assert "did you mean 'enforce'" in text


def test_an_input_that_the_bridge_does_not_ask_for_is_told_with_the_nearest_one(folder):
    with pytest.raises(ConfigurationInvalid, match=r"6:.*prodcut.*did you mean 'product'"):
        load_settings(folder(more="inputs:\n  prodcut: x\n"))


@pytest.mark.parametrize(
    "url",
    [
        "help.example.org", "ftp://help.example.org", "https://", "https:///path", "http://[::1", "http://host:99999",
        "http://host:port", "http://ho st", "http://host\\x07", "javascript:alert(1)", "file:///etc/passwd", "''",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_with_an_example(folder, url):
    whole = f'version: "1"\nhelpdesk:\n  url: "{url}"\n  key: {{env: A}}\n'
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings(folder(whole=whole))
    assert "no web address" in told(caught)
    assert "https://help.example.org" in told(caught)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@host",
        "https://hunter2@host",
        "https://host/?key=hunter2",
        "https://host/#hunter2",
        "htps://me:hunter2@host",
    ],
)
def test_an_address_with_a_secret_in_it_is_refused_without_repeating_it(folder, url):
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings(folder(whole=f'version: "1"\nhelpdesk:\n  url: "{url}"\n  key: {{env: A}}\n'))
    assert "hunter2" not in told(caught) + repr(caught.value)


@pytest.mark.parametrize("url", ["https://help.example.org/", "http://127.0.0.1:8080/support//", "http://[::1]:8080"])
def test_usable_addresses_lose_their_last_slash(folder, url):
    settings = load_settings(folder(whole=f'version: "1"\nhelpdesk:\n  url: "{url}"\n  key: {{env: A}}\n'))
    assert settings.file.helpdesk.url == url.rstrip("/")


def test_a_missing_file_is_a_problem_and_no_traceback(tmp_path):
    with pytest.raises(ConfigurationInvalid, match=r"bridge\.yaml: cannot be read: No such file"):
        load_settings(tmp_path)


def test_a_huge_file_is_not_read_to_its_end(folder):
    made = folder()
    with (made / "bridge.yaml").open("wb") as stream:
        stream.truncate(MAX_BYTES * 1000)
    with pytest.raises(ConfigurationInvalid, match="at most"):
        load_settings(made)


# --- which folder ------------------------------------------------------------------------------------------------------


def test_a_given_folder_wins_over_the_environment(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("SLA_BRIDGE_CONFIG", str(tmp_path))
    given = folder()
    assert find_folder(given) == given
    assert find_folder(None) == tmp_path


def test_without_anything_the_folder_here_is_taken(folder, monkeypatch, tmp_path):
    monkeypatch.delenv("SLA_BRIDGE_CONFIG", raising=False)
    folder().rename(tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    assert find_folder(None).resolve() == tmp_path / "config"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
@pytest.mark.parametrize(("mode", "found"), [(0o700, "etc"), (0o755, "config")])
def test_somebody_else_in_a_folder_that_he_may_not_enter_gets_the_systems_configuration(monkeypatch, mode, found):
    monkeypatch.delenv("SLA_BRIDGE_CONFIG", raising=False)
    with tempfile.TemporaryDirectory() as place:
        for name in ("here/config", "etc"):
            (Path(place) / name).mkdir(parents=True)
            (Path(place) / name / "bridge.yaml").touch()
        Path(place).chmod(0o755)
        (Path(place) / "here").chmod(mode)
        monkeypatch.chdir(Path(place) / "here")
        monkeypatch.setattr("bridge.settings.load._SYSTEM_FOLDER", Path(place) / "etc")
        os.seteuid(65_534)
        try:
            assert find_folder(None).name == found
        finally:
            os.seteuid(0)


def test_no_folder_anywhere_is_told_with_all_ways_to_name_one(monkeypatch, tmp_path):
    monkeypatch.setenv("SLA_BRIDGE_CONFIG", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bridge.settings.load._SYSTEM_FOLDER", tmp_path / "etc")
    with pytest.raises(ConfigurationInvalid, match=r"--config.*SLA_BRIDGE_CONFIG"):
        find_folder(None)
    with pytest.raises(ConfigurationInvalid, match="no configuration folder"):
        find_folder(tmp_path / "nothing")


# --- the files in it ---------------------------------------------------------------------------------------------------


def test_all_text_files_are_read_by_their_relative_path(folder):
    made = folder()
    (made / "policies").mkdir()
    (made / "policies" / "a.YAML").write_text("a: 1")
    (made / "holidays.ics").write_text("BEGIN")
    (made / "notes.txt").write_text("not for us")
    assert set(read_folder(made)) == {"bridge.yaml", "policies/a.YAML", "holidays.ics"}


def test_hidden_copies_of_editors_and_mounts_are_left_out(folder):
    made = folder()
    (made / "..2026_11_20").mkdir()
    (made / "..2026_11_20" / "agreement.yaml").write_text("a: 1")
    (made / "agreement.yaml").symlink_to(made / "..2026_11_20" / "agreement.yaml")
    (made / ".agreement.yaml.swp.yaml").write_text("x")
    assert set(read_folder(made)) == {"bridge.yaml", "agreement.yaml"}


def test_a_file_is_cut_behind_the_readers_limit(folder):
    made = folder()
    with (made / "huge.csv").open("wb") as stream:
        stream.truncate(MAX_BYTES * 50)
    assert len(read_folder(made)["huge.csv"]) == MAX_BYTES + 1


def test_files_that_cannot_be_read_are_all_named(folder):
    made = folder()
    (made / "broken.yaml").symlink_to(made / "nowhere.yaml")
    os.mkfifo(made / "pipe.yaml")
    with pytest.raises(ConfigurationInvalid) as caught:
        read_folder(made)
    assert {one.file for one in caught.value.problems} == {"broken.yaml", "pipe.yaml"}


def test_too_many_files_are_a_wrong_folder(folder, monkeypatch):
    monkeypatch.setattr("bridge.settings.load._MAX_FILES", 3)
    made = folder()
    for number in range(3):
        (made / f"{number}.csv").touch()
    with pytest.raises(ConfigurationInvalid, match=r"more than 3 files.*--config"):
        read_folder(made)


@pytest.mark.parametrize("folder", ["config", "deploy", "plugin/sla-bridge"])
def test_the_shipped_folders_are_found_in_the_source_tree_and_in_the_installed_package(folder):
    assert shipped(folder).is_dir()
    assert shipped(folder).as_posix().endswith(folder)
