"""What the distribution ships beside its code: a configuration, the companion plugin, and units for cron and systemd."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """Return the folder `config`, `deploy` or `plugin/sla-bridge`, from the installed package or from a source tree."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
