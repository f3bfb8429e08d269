"""The Debian package: what is in it, with which rights, and that two of the same wheel are equal."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from release import deb, dist

pytest.importorskip("hatchling", reason="the distribution is built by hatchling (dependency group `build`)")
pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")

DATED = 1_790_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (found,) = (one for one in dist.build(tmp_path_factory.mktemp("dist"), dated=DATED) if one.suffix == ".whl")
    return found


@pytest.fixture(scope="module")
def package(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package without the libraries of others, which only a package index has."""
    return deb.build(wheel, tmp_path_factory.mktemp("deb"), dated=DATED, libraries=False)


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    subprocess.run(["dpkg-deb", "--raw-extract", package, root], check=True)
    return root


def test_two_packages_of_one_wheel_are_equal(wheel: Path, package: Path, tmp_path: Path) -> None:
    assert deb.build(wheel, tmp_path, dated=DATED, libraries=False).read_bytes() == package.read_bytes()


def test_everything_belongs_to_root_and_nobody_else_may_write(package: Path) -> None:
    listed = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        mode, owner = line.split()[:2]
        assert owner == "root/root", line
        assert mode[0] == "l" or (mode[5], mode[8]) == ("-", "-"), line


def test_every_file_of_deploy_has_its_place(unpacked: Path) -> None:
    units = {one.name for one in (unpacked / "usr/lib/systemd/system").iterdir()}
    for path in (dist.ROOT / "deploy").glob("sla-bridge*"):
        placed = path.name in units or (unpacked / deb.PLACES.get(path.name, "nowhere")).is_file()
        assert placed or path.suffix == ".cron", path.name


def test_the_command_starts_from_its_own_place_and_names_no_place_of_the_build(unpacked: Path) -> None:
    home = unpacked / deb.HOME
    assert (unpacked / "usr/bin/sla-bridge").readlink() == Path("/opt/sla-bridge/bin/sla-bridge")
    assert (home / "bin/sla-bridge").read_text().startswith("#!/opt/sla-bridge/bin/python3\n")
    assert (home / "bin/python3").readlink() == Path(f"/usr/bin/{deb.PYTHON}")
    for path in (*home.rglob("*.dist-info/*"), home / "pyvenv.cfg"):
        if path.is_file():
            assert str(dist.ROOT) not in path.read_text("utf-8")
            assert "direct_url" not in path.name + path.read_text("utf-8")


def test_the_code_in_it_runs(unpacked: Path) -> None:
    packages = unpacked / deb.HOME / "lib" / deb.PYTHON / "site-packages"
    asked = "import bridge, bridge.connectors.shipped as s; print(bridge.__file__, s.shipped('deploy').is_dir())"
    done = subprocess.run(
        [sys.executable, "-B", "-c", asked],
        env={"PYTHONPATH": str(packages)},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(packages / "bridge/__init__.py"), "True"]


def test_the_scripts_are_shell_and_name_the_python_that_is_depended_on(unpacked: Path) -> None:
    control = unpacked / "DEBIAN"
    assert f"Depends: {deb.PYTHON}, " in (control / "control").read_text()
    for name in ("postinst", "prerm", "postrm"):
        text = (control / name).read_text()
        assert "@PYTHON@" not in text
        assert (control / name).stat().st_mode & 0o111
        subprocess.run(["sh", "-n", control / name], check=True)
    assert f"/opt/sla-bridge/lib/{deb.PYTHON}" in (control / "postinst").read_text()


def test_the_configuration_is_no_file_of_the_package(unpacked: Path) -> None:
    """So that no upgrade asks about, or replaces, an agreement that somebody wrote."""
    assert list((unpacked / "etc/sla-bridge").iterdir()) == []
    assert (unpacked / "DEBIAN/conffiles").read_text() == "/etc/logrotate.d/sla-bridge\n"
