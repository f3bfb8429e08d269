"""`make dist`: wheel, source archive, the plugin's archive and their checksums, the same bytes from the same commit.

Everything is dated by SOURCE_DATE_EPOCH, which is the commit's own time where nobody sets it.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKSUMS = "SHA256SUMS"
_NO_COMMIT = 1_767_225_600
"""The date where there is no history to ask, as in an unpacked source archive: 2026-01-01."""


def epoch() -> int:
    """Return the POSIX second by which everything is dated: SOURCE_DATE_EPOCH, the commit's, or a fixed one."""
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    if told.isdecimal():
        return int(told)
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return int(asked.stdout) if asked.stdout.strip().isdecimal() else _NO_COMMIT


def build(folder: Path, *, dated: int, root: Path = ROOT) -> list[Path]:
    """Return the files that the tree at `root` became in `folder`, the checksums last; older ones there are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_file():
            old.unlink()
    # Our own umask and locale must not show in the archives.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(dated), "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    _run([sys.executable, "-m", "hatchling", "build", "-d", str(folder.resolve())], root, environment)
    plugin = folder.resolve() / "sla-bridge-plugin.zip"
    _run([sys.executable, "-m", "bridge", "plugin", "package", "-o", str(plugin)], root, environment)
    made = sorted(folder.iterdir())
    lines = [f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in made]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="ascii")
    return [*made, folder / CHECKSUMS]


def _run(command: list[str], root: Path, environment: dict[str, str]) -> None:
    subprocess.run(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    for path in build(ROOT / "dist", dated=epoch()):
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
