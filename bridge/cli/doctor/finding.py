"""What `doctor` finds, one thing at a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked: `state` is ok, warn or fail; `next` is the next step, `exit_code` what a failure costs."""

    state: str
    what: str
    found: str
    next: str = ""
    exit_code: int = 0


def ok(what: str, found: str) -> Finding:
    """Return that something is as it should be."""
    return Finding("ok", what, found)


def warn(what: str, found: str, step: str) -> Finding:
    """Return what somebody should look at, with the next step."""
    return Finding("warn", what, found, step)


def fail(what: str, found: str, step: str, exit_code: int) -> Finding:
    """Return what keeps the bridge from its work, with the next step."""
    return Finding("fail", what, found, step, exit_code)
