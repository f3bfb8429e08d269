"""Whether this tree decides like an earlier commit: 10,000 random tickets by the shipped agreement and both examples.

Run `python -m bench.same_decisions --against COMMIT`. Prints the SHA-256 of each side's decisions with their receipts, and
exits with 1 when they differ. Both sides read the earlier commit's configuration. `policy_digest` is left out: it depends on
how the code names a policy's parts.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.sides import Side, asked, sides
from bench.snapshots import snapshots

COUNT = 10_000
SEED = 8
AT = "2026-11-29T12:00:00Z"
CONFIGURATIONS = (".", "examples/it", "examples/vs")

# 4: some lines answered with an error, which has to be the same error on both sides.
_DECIDED = {0, 4}
_DIGEST = re.compile(rb'"policy_digest":"[^"]*"')


def write(file: Path, count: int = COUNT) -> None:
    """Write the snapshots as JSON lines."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in snapshots(count, seed=SEED))


def digest(side: Side, config: Path, file: Path) -> str:
    """Return the SHA-256 of what the side decides. Exits when it cannot."""
    command = side.command("decide", "--config", str(config), "--receipts", "--at", AT)
    environment = side.environment | {"SLA_BRIDGE_KEY": "none"}
    with file.open("rb") as lines:
        done = subprocess.run(command, env=environment, stdin=lines, stdout=subprocess.PIPE, check=False)
    if done.returncode not in _DECIDED:
        raise SystemExit(f"decide of {side.name} by {config} exited with {done.returncode}")
    return hashlib.sha256(_DIGEST.sub(b"", done.stdout)).hexdigest()


def main() -> int:
    """Compare."""
    differ = False
    with sides(asked(__doc__).against) as measured, tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "snapshots.jsonl"
        write(file)
        for name in CONFIGURATIONS:
            config = measured[-1].tree / "config" / name
            found = {side.name: digest(side, config, file) for side in measured}
            for side, value in found.items():
                print(f"{value}  {name}  {side}", flush=True)
            differ |= len(set(found.values())) > 1
    if len(measured) > 1:
        print("the decisions differ" if differ else "the decisions are the same")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
