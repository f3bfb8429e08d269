"""A configuration folder to load registries from."""

from tests.unit.registry.folder import folder

__all__ = ["folder"]
