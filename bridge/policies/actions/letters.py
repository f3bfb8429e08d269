"""Letters: templates parsed before any value is put in."""

import re
from collections.abc import Mapping
from html import escape

from bridge.policies.actions.variables import VARIABLES

_VARIABLE = re.compile(r"\{(\w+)\}")


class Letter:
    """A parsed template."""

    def __init__(self, template: str) -> None:
        self._template = template

    def plain(self, values: Mapping[str, str]) -> str:
        """Return the letter as plain text."""
        return _VARIABLE.sub(lambda found: values[found[1]], self._template)

    def html(self, values: Mapping[str, str], language: str) -> str:
        """Return the letter as HTML."""
        return f'<p lang="{language}">{escape(self.plain(values))}</p>'


def parse_letter(template: str) -> Letter:
    """Return the letter. Raises ValueError for unknown variables."""
    for name in _VARIABLE.findall(template):
        if name not in VARIABLES:
            raise ValueError(f"unknown variable {name!r} | allowed: {', '.join(VARIABLES)}")
    return Letter(template)
