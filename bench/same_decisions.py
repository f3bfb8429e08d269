"""Whether this tree decides like an earlier commit: 10,000 random tickets by the shipped agreement and both examples.

Run `python -m bench.same_decisions --against COMMIT`. Prints the SHA-256 of each side's decisions with their receipts, and for
each member that differs in how many tickets; exits with 1 when one does. Each side reads its own configuration, written in
its own language. Digests and places in files are left out: they depend on how a policy is written, not on what it says.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.sides import Side, asked, sides
from bench.snapshots import snapshots

COUNT = 10_000
SEED = 8
AT = "2026-11-29T12:00:00Z"
CONFIGURATIONS = (".", "examples/it", "examples/vs")

# 4: some lines answered with an error, which has to be the same error on both sides.
_DECIDED = {0, 4}
_OF_THE_FILES = frozenset({"policy_digest", "rule_at", "at", "as_of"})


def write(file: Path, count: int = COUNT) -> None:
    """Write the snapshots as JSON lines."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in snapshots(count, seed=SEED))


def decided(side: Side, config: Path, file: Path) -> list[dict[str, Any]]:
    """Return what the side decides. Exits when it cannot."""
    command = side.command("decide", "--config", str(config), "--receipts", "--at", AT)
    environment = side.environment | {"SLA_BRIDGE_KEY": "none"}
    with file.open("rb") as lines:
        done = subprocess.run(command, env=environment, stdin=lines, stdout=subprocess.PIPE, check=False)
    if done.returncode not in _DECIDED:
        raise SystemExit(f"decide of {side.name} by {config} exited with {done.returncode}")
    return [_plain(json.loads(line)) for line in done.stdout.splitlines()]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if name not in _OF_THE_FILES}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def digest(decisions: list[dict[str, Any]]) -> str:
    """Return the SHA-256 of decisions."""
    return hashlib.sha256(json.dumps(decisions, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Yield the path of each member that differs; places in lists are told by the id or the metric that stands there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            yield from differences(one.get(name, _ABSENT), other.get(name, _ABSENT), f"{path}.{name}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and _named(one) and _named(other):
        mine, theirs = _named(one), _named(other)
        yield from differences(mine, theirs, path)
    elif one != other:
        yield path


_ABSENT = "(absent)"


def _named(found: list[Any]) -> dict[str, Any]:
    """Return the objects of a list by what names them, nothing where they have no names."""
    if not all(isinstance(one, dict) and ("id" in one or "metric" in one) for one in found):
        return {}
    return {str(one.get("id") or f"{one['metric']} {one.get('cycle', '')}".strip()): one for one in found}


def main() -> int:
    """Compare."""
    differ = False
    with sides(asked(__doc__).against) as measured, tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "snapshots.jsonl"
        write(file)
        for name in CONFIGURATIONS:
            found = {side.name: decided(side, side.tree / "config" / name, file) for side in measured}
            for side, decisions in found.items():
                print(f"{digest(decisions)}  {name}  {side}", flush=True)
            if len(found) > 1:
                counted = Counter(path for pair in zip(*found.values(), strict=True) for path in differences(*pair))
                differ |= bool(counted)
                for path, tickets in sorted(counted.items()):
                    print(f"  {path}: differs in {tickets} ticket(s)", flush=True)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
