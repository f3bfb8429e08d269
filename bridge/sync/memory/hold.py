"""The hold that an undo leaves: no pass writes again what was just put back, until the policy is another one or somebody says so.

It is a file of its own beside the state: neither `state reset` nor a damaged journal may lift it.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import GuardRefused, StateUnusable
from bridge.sync.memory.state_file import open_private, sync_folder
from bridge.sync.planned.stored_values import stored
from bridge.tickets import Instant, format_instant


@dataclass(frozen=True, slots=True)
class Held:
    """Since when passes are held, by the undo of which run, against which policy; nothing is known of a damaged hold."""

    run: int | None = None
    policy: str | None = None
    at: Instant | None = None

    def binds(self, policy: str) -> bool:
        """Return whether passes by this policy are held; another one than that of the undone run lifts the hold."""
        return self.policy is None or self.policy == policy

    def __str__(self) -> str:
        run = "a run" if self.run is None else f"run {self.run}"
        return f"{run} was undone{'' if self.at is None else f' at {format_instant(self.at)}'}"


class Hold:
    """The hold beside a state."""

    def __init__(self, state_path: Path) -> None:
        self.path = state_path.with_name(state_path.name + ".hold")

    def read(self) -> Held | None:
        """Return the hold; None where there is none. One that cannot be understood holds all the same."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from None
        with suppress(ValueError, TypeError, KeyError):
            members = json.loads(content)
            run, policy, at = (members[name] for name in ("run", "policy", "at"))
            if type(run) is int and type(at) is int and isinstance(policy, str):
                return Held(run, policy, at)
        return Held()

    def set(self, held: Held) -> None:
        """Hold passes from now on; when this returns, no crash lifts it."""
        draft = self.path.with_name(self.path.name + ".new")
        try:
            handle = open_private(draft, os.O_WRONLY | os.O_TRUNC)
            with os.fdopen(handle, "wb") as stream:
                stream.write(stored({"run": held.run, "policy": held.policy, "at": held.at}))
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise self._unusable(error) from None

    def release(self) -> bool:
        """Lift the hold; return whether there was one."""
        try:
            self.path.unlink()
            sync_folder(self.path.parent)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._unusable(error) from None
        return True

    def check(self, policy: Callable[[], str]) -> None:
        """Raise GuardRefused while passes are held; `policy` gives the digest of the policy in force, asked only then.

        Another policy than the one that was held lifts the hold for good: turning back to it is a decision of its own.
        """
        held = self.read()
        if held is None:
            return
        if not held.binds(policy()):
            self.release()
            return
        raise GuardRefused(
            f"nothing is written: {held}, and this policy would write the same again",
            hint="Change the policy, or run `sla-bridge sync --release`",
        )

    def _unusable(self, error: OSError) -> StateUnusable:
        return StateUnusable(
            f"the hold {self.path} cannot be used: {error.strerror}",
            hint="Check the disk, and the owner of the folder of the state file",
        )
