"""How a pass of the engine behaves, by bridge.yaml and by the command's options."""

from typing import TYPE_CHECKING

from bridge.settings.load import Settings

if TYPE_CHECKING:
    from bridge.sync.engine import Options


def pass_options(
    settings: Settings, *, everything: bool = False, allow_mass_change: bool = False, allow_shrink: bool = False
) -> "Options":
    """Return the options of a pass; see `bridge.sync.engine.Options`."""
    from bridge.sync.engine import Options
    from bridge.sync.guards import Guards

    guards = settings.file.guards
    return Options(
        ownership=settings.file.outputs,
        guards=Guards(
            level_change_percent=guards.level_change_percent,
            shrink_percent=guards.shrink_percent,
            minimum=guards.minimum,
        ),
        everything=everything,
        allow_mass_change=allow_mass_change,
        allow_shrink=allow_shrink,
    )
