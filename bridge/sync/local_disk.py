"""Where files may lie: locks and SQLite need a disk of this host."""

import re
from pathlib import Path

from bridge.errors import StateUnusable

MOUNTS = Path("/proc/self/mounts")
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gfs2", "ocfs2", "davfs"}
    | {f"fuse.{name}" for name in ("sshfs", "glusterfs", "ceph", "s3fs", "rclone", "gcsfuse", "davfs", "smbnetfs")}
)


def refuse_network_file_system(path: Path) -> None:
    """Raise StateUnusable where the file would lie on a network file system: its locks cannot be trusted."""
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    target = path.resolve()
    deepest, kind = -1, ""
    for line in mounts:
        _, where, what, *_ = line.split(" ")
        point = Path(re.sub(r"\\(040|011|012|134)", lambda code: chr(int(code[1], 8)), where))
        # Of two mounts at one place the later one covers the other.
        if target.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), what
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StateUnusable(
            f"the state file {path} would lie on a network file system ({kind}), where locks cannot be trusted",
            hint="Set `state` in bridge.yaml to a local disk",
        )
