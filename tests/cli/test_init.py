"""`init`: a configuration to begin with."""

from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "config"


def test_init_writes_the_shipped_configuration_and_it_passes_its_own_tests(cli, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "sla-bridge"
    result = cli("init", str(folder))
    assert result.code == 0
    expected = {path.relative_to(SHIPPED) for path in SHIPPED.rglob("*") if path.is_file()}
    written = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert written.keys() == {path for path in expected if path.parts[0] != "examples"}
    assert all(content == (SHIPPED / path).read_bytes() for path, content in written.items())
    assert cli("policy", "check", "--config", str(folder)).code == 0
    assert cli("policy", "test", "--config", str(folder)).code == 0
    assert f"sla-bridge doctor --config {folder}" in result.out


def test_init_takes_an_empty_folder_and_tells_programs_what_it_wrote(cli, tmp_path: Path) -> None:
    found = cli("init", str(tmp_path / "empty"), "--json").json
    assert found["folder"] == str(tmp_path / "empty")
    assert "policies/agrosoft.yaml" in found["files"]


def test_init_refuses_a_folder_that_is_not_empty_and_leaves_it_alone(cli, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "notes.txt").write_text("mine")
    result = cli("init", str(tmp_path / "used"))
    assert (result.code, result.out) == (6, "")
    assert "is not empty, and nothing was written" in result.err
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["notes.txt"]


def test_init_says_what_cannot_be_written(cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = cli("init", str(tmp_path / "file" / "below"))
    assert result.code == 3
    assert f"{tmp_path / 'file'}" in result.err
