"""How a pass of the engine behaves, by bridge.yaml and by the command's options."""

from typing import TYPE_CHECKING

from bridge.settings.load import Settings

if TYPE_CHECKING:
    from bridge.sync.engine import PassOptions


def pass_options(
    settings: Settings, *, everything: bool = False, allow_mass_change: bool = False, allow_shrink: bool = False
) -> "PassOptions":
    """Return the options of a pass; see `bridge.sync.engine.PassOptions`."""
    from bridge.sync.engine import PassOptions
    from bridge.sync.guards import Guards

    guards = settings.file.guards
    return PassOptions(
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
