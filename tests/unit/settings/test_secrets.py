"""Secrets by reference: found where they lie, and never shown."""

import pytest

from bridge.errors import ConfigurationInvalid
from bridge.settings.load import load_settings
from tests.unit.settings.conftest import KEY


def problems(caught) -> str:
    return str(caught.value) + repr(caught.value) + repr(caught.value.problems)


def test_a_key_is_read_from_the_environment(folder, monkeypatch):
    monkeypatch.setenv("BRIDGE_TEST_KEY", KEY)
    assert load_settings(folder("key: {env: BRIDGE_TEST_KEY}")).key().get_secret_value() == KEY


def test_a_key_is_read_from_a_file_without_its_line_break(folder, tmp_path):
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_text(KEY + "\n")
    assert load_settings(folder(f"key: {{file: {path}}}")).key().get_secret_value() == KEY


def test_a_relative_file_lies_in_the_configuration_folder(folder, monkeypatch, tmp_path):
    settings = load_settings(folder("key: {file: secrets/key}"))
    path = settings.folder / "secrets" / "key"
    path.parent.mkdir()
    path.touch(mode=0o600)
    path.write_text(KEY)
    monkeypatch.chdir("/")
    assert settings.key().get_secret_value() == KEY


def test_a_key_is_read_from_a_systemd_credential(folder, monkeypatch, tmp_path):
    (tmp_path / "osticket-api-key").touch(mode=0o400)
    (tmp_path / "osticket-api-key").write_text(KEY)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load_settings(folder("key: {credential: osticket-api-key}")).key().get_secret_value() == KEY


def test_a_loaded_key_cannot_be_printed(folder, monkeypatch):
    monkeypatch.setenv("BRIDGE_TEST_KEY", KEY)
    settings = load_settings(folder("key: {env: BRIDGE_TEST_KEY}"))
    key = settings.key()
    assert KEY not in f"{key} {key!r} {settings!r} {settings.file!r} {settings.file.model_dump()!r}"


@pytest.mark.parametrize(
    "written",
    [
        f"key: {KEY}",
        f"key: {{env: {KEY}}}",
        f"key: {{file: {KEY}}}",
        f"key: {{credential: {KEY}}}",
        f"key: {{value: {KEY}}}",
        f"key: {{{KEY}}}",
        f"key: {{{KEY}: yes}}",
        f"key: [{KEY}]",
        f"key: {{env: A, file: {KEY}}}",
        f"key: {{env: [{KEY}]}}",
        f"key: {{env: {{a: {KEY}}}}}",
        f"key: {KEY.lower()}",
        f"key: {{env: {KEY.lower()}}}",
    ],
)
def test_a_key_written_into_the_file_is_refused_and_not_repeated(folder, written):
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings(folder(written))
    assert KEY.lower() not in problems(caught).lower()
    assert any("bridge.yaml" in str(one) and "key" in str(one) for one in caught.value.problems)


@pytest.mark.parametrize(
    "written", ["key: {}", "key: {env: }", "key: {env: A, file: b}", 'key: {env: ""}', "key: {env: true}"]
)
def test_a_reference_names_exactly_one_place(folder, written):
    with pytest.raises(ConfigurationInvalid, match="exactly one of env, file and credential"):
        load_settings(folder(written))


def broken(settings) -> str:
    with pytest.raises(ConfigurationInvalid) as caught:
        settings.key()
    (problem,) = caught.value.problems
    assert (problem.file, problem.path) == ("bridge.yaml", "helpdesk.key")
    assert problem.line > 0
    assert problem.hint
    return str(problem)


def test_a_variable_that_is_not_set_is_named(folder, monkeypatch):
    monkeypatch.delenv("BRIDGE_TEST_KEY", raising=False)
    assert "BRIDGE_TEST_KEY is not set" in broken(load_settings(folder("key: {env: BRIDGE_TEST_KEY}")))


def test_a_missing_file_is_named(folder, tmp_path):
    assert "cannot be read: No such file" in broken(load_settings(folder(f"key: {{file: {tmp_path}/nothing}}")))


def test_a_folder_is_no_key(folder, tmp_path):
    assert "cannot be read" in broken(load_settings(folder(f"key: {{file: {tmp_path}}}")))


def test_a_file_that_everybody_may_read_is_refused(folder, tmp_path):
    path = tmp_path / "key"
    path.write_text(KEY)
    path.chmod(0o644)
    told = broken(load_settings(folder(f"key: {{file: {path}}}")))
    assert "chmod o-r" in told
    assert KEY not in told


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"two words", "spaces or unusual"),
        ("ключ".encode(), "spaces or unusual"),
        (b"nul\0inside", "spaces or unusual"),
        (b"a\r\nX-Forged: yes", "spaces or unusual"),
        (b"x" * 100_000, "more than a key"),
    ],
)
def test_a_file_that_holds_no_key_is_refused_without_showing_it(folder, tmp_path, content, says):
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    told = broken(load_settings(folder(f"key: {{file: {path}}}")))
    assert says in told
    assert len(told) < 500


def test_an_endless_file_is_not_read_to_its_end(folder):
    assert "everybody may read" in broken(load_settings(folder("key: {file: /dev/zero}")))


def test_a_credential_outside_of_a_unit_is_told_how_to_get_one(folder, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert "LoadCredential=osticket-api-key" in broken(load_settings(folder("key: {credential: osticket-api-key}")))


@pytest.mark.parametrize("name", ["../../etc/shadow", "/etc/shadow", ".hidden", "a b", "a/b"])
def test_a_credentials_name_leads_nowhere_else(folder, monkeypatch, tmp_path, name):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert "is no name of a credential" in broken(load_settings(folder(f"key: {{credential: '{name}'}}")))
