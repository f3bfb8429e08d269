"""What the distribution ships beside its code: the default configuration and the companion plugin."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """Return the folder `config` or `plugin/sla-bridge`, from the installed package or from a source tree."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
