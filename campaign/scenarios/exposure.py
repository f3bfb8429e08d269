"""What `systemd-analyze security` says of the units that the bridge ships; it asks no running systemd."""

import re
import subprocess
from pathlib import Path

from campaign.outcome import Outcome

TITLE = "every unit before `systemd-analyze security --offline`"
PORTION = 1
AT_MOST = 1.5
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def play(seed: int, amount: int, folder: Path) -> Outcome:  # noqa: ARG001 - there is nothing to throw
    """Look at every service so many times; nothing is left to chance."""
    outcome = Outcome()
    for _ in range(amount):
        for unit in sorted(DEPLOY.glob("*.service")):
            exposure = exposed(unit)
            outcome.count(units=1)
            outcome.reach(exposure=exposure)
            if exposure > AT_MOST:
                outcome.findings.append(f"{unit.name} is exposed by {exposure}")
    return outcome


def exposed(unit: Path) -> float:
    """Return the exposure of a unit. Raises RuntimeError where it cannot be told."""
    command = ["systemd-analyze", "security", "--offline=true", str(unit)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"exposure level for \S+: ([\d.]+)", told.stdout)
    if found is None:
        raise RuntimeError(f"systemd-analyze tells nothing of {unit.name}: {told.stderr}")
    return float(found[1])
