"""Which customers were told of which releases: a file beside the state that holds digests, and the name of nobody."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bridge.connectors.drafts import replaced
from bridge.errors import StateUnusable

_FORM = 1
_DIGITS = 20


def mark_of(product: str, version: str, customer: str) -> str:
    """Return what stands for a customer who was told of a release of a product."""
    said = f"{product}\0{version}\0{customer}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:_DIGITS]


class ToldNews:
    """The marks of what was told, in a file beside the state; `state reset` leaves it alone."""

    def __init__(self, state_path: Path) -> None:
        self.path = state_path.with_name(state_path.name + ".told")

    def read(self) -> set[str]:
        """Return the marks; none where nothing was told. Raises StateUnusable for a file that cannot be understood: to take it
        for empty would tell everybody again."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return set()
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None
        with suppress(ValueError, TypeError, KeyError):
            found = json.loads(content)
            if found["form"] == _FORM and all(isinstance(one, str) for one in found["told"]):
                return set(found["told"])
        raise self._unusable("it is damaged, or of a later version")

    def remember(self, marks: Iterable[str]) -> None:
        """Put these marks in the place of those that stood there, whole or not at all. Raises StateUnusable."""
        content = json.dumps({"form": _FORM, "told": sorted(marks)}, indent=0)
        try:
            with replaced(self.path, mode=0o600) as stream:
                stream.write(content.encode())
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None

    def _unusable(self, why: str) -> StateUnusable:
        return StateUnusable(
            f"what was told of releases, {self.path}, cannot be used: {why}",
            hint="Put the file back from a backup, or move it away: then everybody is told again",
        )


class ToldOf:
    """Whether a customer was told of one release."""

    def __init__(self, marks: set[str], product: str, version: str) -> None:
        self._marks, self._product, self._version = marks, product, version

    def __contains__(self, customer: object) -> bool:
        return mark_of(self._product, self._version, str(customer)) in self._marks
