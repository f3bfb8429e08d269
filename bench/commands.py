"""How long whole commands take, interpreter start included. The idle pass asks the embedded helpdesk.

Run `python -m bench.commands [--against COMMIT]`.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.figures import Figure, shown
from bench.sides import Side, asked, least, sides
from bridge.connectors.sandbox import Sandbox

ROUNDS = 9


def run(arguments: list[str], environment: dict[str, str]) -> float:
    """Return the wall time of a command. Raises CalledProcessError when it fails."""
    begun = time.perf_counter()
    subprocess.run(arguments, env=environment, check=True, capture_output=True)
    return time.perf_counter() - begun


def prepared(side: Side, scratch: Path, url: str, key: str) -> dict[str, str]:
    """Return the environment of a configuration that asks the helpdesk at `url`."""
    folder = scratch / "config"
    shutil.copytree(side.tree / "config", folder)
    main = folder / "bridge.yaml"
    text = main.read_text(encoding="utf-8").replace("url: http://127.0.0.1", f"url: {url}")
    main.write_text(text.replace("/var/lib/sla-bridge", str(scratch / "state")), encoding="utf-8")
    return side.environment | {"SLA_BRIDGE_CONFIG": str(folder), "SLA_BRIDGE_KEY": key}


def measure(measured: Sequence[Side]) -> Iterator[Figure]:
    """Yield the figures."""
    empty = min(run([sys.executable, "-c", "pass"], measured[0].environment) for _ in range(ROUNDS))
    yield Figure(what="an empty Python program", seconds=empty)
    with ExitStack() as stack:
        environments = [_set_up(stack, side) for side in measured]
        for what, arguments, gate in (
            ("sla-bridge --help", ["--help"], 0.3),
            ("idle sync", ["sync"], 1.0),
            ("policy check, shipped configuration", ["policy", "check"], 0.5),
        ):
            contest = {
                side.name: _turn(side.command(*arguments), environment)
                for side, environment in zip(measured, environments, strict=True)
            }
            own, earlier = least(contest, ROUNDS)
            note = f"{own / empty:.1f} empty programs"
            yield Figure(what=what, seconds=own, earlier=earlier, at_most=gate, note=note)


def _set_up(stack: ExitStack, side: Side) -> dict[str, str]:
    """Start a helpdesk for the side and bring its tickets up to date; return the environment of its commands."""
    scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    helpdesk = stack.enter_context(Sandbox())
    helpdesk.seed_sample(int(time.time()))
    environment = prepared(side, scratch, helpdesk.url, helpdesk.keys.full)
    for arguments in (["setup"], ["sync"]):
        run(side.command(*arguments), environment)
    return environment


def _turn(arguments: list[str], environment: dict[str, str]) -> Callable[[], float]:
    return lambda: run(arguments, environment)


def main() -> None:
    """Measure and print."""
    with sides(asked(__doc__).against) as measured:
        shown(measure(measured), [one.name for one in measured])


if __name__ == "__main__":
    main()
