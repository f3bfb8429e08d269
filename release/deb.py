"""`make deb`: a Debian package from the wheel in dist/, put together by dpkg-deb alone.

The package holds a virtual environment under /opt/sla-bridge with all that the bridge needs, so it follows the Python of the
machine that built it. Its units, user and folders are those of `deploy/`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from release import dist

HOME = "opt/sla-bridge"
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
SCRIPTS = Path(__file__).resolve().parent / "debian"
PROJECT = tomllib.loads((dist.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = ",".join(sorted(PROJECT["optional-dependencies"]))

PLACES = {
    "sla-bridge.sysusers": "usr/lib/sysusers.d/sla-bridge.conf",
    "sla-bridge.tmpfiles": "usr/lib/tmpfiles.d/sla-bridge.conf",
    "sla-bridge.logrotate": "etc/logrotate.d/sla-bridge",
}
"""Where files of `deploy/` go; units go to systemd's folder, and the cron line stays among the examples."""

CONTROL = """\
Package: sla-bridge
Version: {version}
Architecture: {architecture}
Maintainer: The osticket-sla-bridge maintainers <root@localhost>
Depends: {python}, libc6, libstdc++6, procps, systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles
Recommends: systemd
Suggests: logrotate
Section: admin
Priority: optional
Installed-Size: {size}
Description: service agreements as code for osTicket
 Computes levels, deadlines and support verdicts on the official working
 calendar, and writes them back into the tickets of an osTicket helpdesk.
 .
 Python libraries lie in a virtual environment of its own; the plugin for
 osTicket comes along: sla-bridge plugin install.
"""

STARTER = f"""\
#!/{HOME}/bin/python3
import sys

from bridge.cli.main import main

sys.exit(main())
"""


def build(wheel: Path, folder: Path, *, dated: int, libraries: bool = True) -> Path:
    """Return the package made of `wheel` in `folder`; without `libraries` it lacks what the wheel depends on."""
    version = wheel.name.split("-")[1]
    architecture = _output(["dpkg", "--print-architecture"])
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        _environment(root / HOME, wheel, libraries=libraries)
        _system_files(root)
        _about(root, version=version, architecture=architecture)
        _evenly(root)
        package = folder / f"sla-bridge_{version}_{architecture}.deb"
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(dated), "LC_ALL": "C.UTF-8"}
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(package)]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return package


def _environment(home: Path, wheel: Path, *, libraries: bool) -> None:
    """Lay out a virtual environment that is used at another place than the one where it was made."""
    packages = home / "lib" / PYTHON / "site-packages"
    asked = (
        [f"{wheel}[{EXTRAS}]", "-c", str(dist.ROOT / "requirements.lock")] if libraries else ["--no-deps", str(wheel)]
    )
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile"]
    subprocess.run([*pip, "--only-binary", ":all:", "--target", str(packages), *asked], check=True)
    # Their starters name the interpreter that ran pip; ours is below, and nobody asks for the others.
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for record in packages.glob("*.dist-info/RECORD"):
        (record.parent / "direct_url.json").unlink(missing_ok=True)
        kept = (one for one in record.read_text("utf-8").splitlines(keepends=True) if _stays(one))
        record.write_text("".join(sorted(kept)), "utf-8")
    binaries = home / "bin"
    binaries.mkdir()
    (binaries / "python3").symlink_to(f"/usr/bin/{PYTHON}")
    (binaries / "sla-bridge").write_text(STARTER, "utf-8")
    (home / "pyvenv.cfg").write_text(
        f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {PYTHON.removeprefix('python')}\n", "utf-8"
    )


def _stays(line: str) -> bool:
    return "/direct_url.json," not in line and not line.startswith(("../../bin/", "bin/"))


def _system_files(root: Path) -> None:
    deploy = dist.ROOT / "deploy"
    units = root / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for unit in (*deploy.glob("*.service"), *deploy.glob("*.timer")):
        shutil.copyfile(unit, units / unit.name)
    for name, place in PLACES.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(deploy / name, root / place)
    (root / "usr/bin").mkdir()
    (root / "usr/bin/sla-bridge").symlink_to(f"/{HOME}/bin/sla-bridge")
    (root / "etc/sla-bridge").mkdir()


def _about(root: Path, *, version: str, architecture: str) -> None:
    """Write what dpkg asks for: control, the scripts, the list of configuration files, the licence."""
    documents, control = root / "usr/share/doc/sla-bridge", root / "DEBIAN"
    documents.mkdir(parents=True)
    shutil.copyfile(dist.ROOT / "LICENSE", documents / "copyright")
    size = sum(one.stat().st_size for one in root.rglob("*") if one.is_file() and not one.is_symlink())
    control.mkdir()
    for script in SCRIPTS.iterdir():
        text = script.read_text("utf-8").replace("@PYTHON@", PYTHON)
        (control / script.name).write_text(text, "utf-8")
    (control / "conffiles").write_text("/etc/logrotate.d/sla-bridge\n", "ascii")
    (control / "control").write_text(
        CONTROL.format(version=version, architecture=architecture, python=PYTHON, size=-(-size // 1024)), "ascii"
    )


def _evenly(root: Path) -> None:
    """Give everything the rights that it shall have, whatever the umask of whoever builds."""
    executable = {*(root / HOME / "bin").iterdir(), *(root / "DEBIAN" / one.name for one in SCRIPTS.iterdir())}
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path in executable else 0o644)


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    (found,) = (dist.ROOT / "dist").glob("*.whl")
    made = build(found, dist.ROOT / "dist", dated=dist.epoch())
    sys.stdout.write(f"{made.relative_to(dist.ROOT)}\n")
