"""Where the few inner names that the bench needs stand, in this tree and in earlier ones."""

from importlib import import_module
from typing import Any

HOMES = {
    "build_calendar": ("bridge.policies.calendar.work_calendar", "bridge.policies.calendar"),
    "load_registry": ("bridge.connectors.registry.load",),
    "read_catalogue": ("bridge.policies.language.catalogue", "bridge.policies.catalogue_file"),
}


def named(name: str) -> Any:
    """Return what bears the name. Raises ImportError when no home has it."""
    for home in HOMES[name]:
        try:
            return getattr(import_module(home), name)
        except (ImportError, AttributeError):
            continue
    raise ImportError(f"{name} stands in none of {', '.join(HOMES[name])}")
