"""What `doctor` finds, one thing at a time."""

from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked: `state` is ok, warn or fail; `next` is the next step, `exit_code` what a failure costs."""

    state: str
    what: str
    found: str
    next: str = ""
    exit_code: int = 0


ok, warn, fail = (partial(Finding, state) for state in ("ok", "warn", "fail"))
