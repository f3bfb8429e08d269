"""Where files may lie: locks and SQLite need a disk of this host."""

import re
from pathlib import Path

from bridge.errors import StateUnusable

MOUNTS = Path("/proc/self/mounts")
EXPECTED_MOUNTS = Path("/etc/fstab")
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gfs2", "ocfs2", "davfs"}
    | {f"fuse.{name}" for name in ("sshfs", "glusterfs", "ceph", "s3fs", "rclone", "gcsfuse", "davfs", "smbnetfs")}
)


def refuse_network_file_system(path: Path) -> None:
    """Raise StateUnusable where the file would lie on a network file system: its locks cannot be trusted."""
    target = path.resolve()
    deepest, kind = -1, ""
    for point, what in _table(MOUNTS):
        # Of two mounts at one place the later one covers the other.
        if target.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), what
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StateUnusable(
            f"the state file {path} would lie on a network file system ({kind}), where locks cannot be trusted",
            hint="Set `state` in bridge.yaml to a local disk",
        )


def refuse_missing_mount(path: Path) -> None:
    """Raise StateUnusable where the file's disk is not mounted although the system's table says where it belongs.

    A state begun on the empty folder below would be lost from sight when the disk comes back.
    """
    target = path.resolve()
    mounted = {point for point, _ in _table(MOUNTS)}
    for point, _ in _table(EXPECTED_MOUNTS):
        if mounted and point != Path("/") and target.is_relative_to(point) and point not in mounted:
            raise StateUnusable(
                f"the state file {path} belongs on the disk of {point}, which is not mounted",
                hint=f"Mount {point}, or set `state` in bridge.yaml to another path",
            )


def _table(table: Path) -> list[tuple[Path, str]]:
    """Return the places and kinds of a table of mounts; nothing where it cannot be read."""
    try:
        lines = table.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    found = [line.split() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return [(_place(one[1]), one[2]) for one in found if len(one) > 2 and one[1].startswith("/")]


def _place(text: str) -> Path:
    return Path(re.sub(r"\\(040|011|012|134)", lambda code: chr(int(code[1], 8)), text))
