"""One step of `POST /setup`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxStep:
    """One thing to do: `conflict` says what stands in its way, `due` whether there is anything to do, `act` does it.

    `detail` is what else is to be told of it.
    """

    id: str
    title: str
    due: bool
    act: Callable[[], object]
    conflict: str = ""
    detail: str = ""
