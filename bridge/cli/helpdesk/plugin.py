"""`sla-bridge plugin`: bring the companion plugin to osTicket."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.console.terminal import say

app = typer.Typer(help="Install the companion plugin into osTicket, or pack it.", no_args_is_help=True)

FOLDER = "sla-bridge"
_FOR_ALL = 0o666
"""What the user's umask leaves of it: there is nothing secret in the plugin."""
_STAMP = (2026, 1, 1, 0, 0, 0)
"""One date for every packed file: the same sources give the same archive."""


@app.command()
def install(
    osticket_root: Annotated[
        Path, typer.Option("--osticket-root", metavar="DIR", help="osTicket's folder, where main.inc.php lies.")
    ],
) -> None:
    """Copy the plugin into osTicket's plugin folder, replacing an older copy, and tell what to do next."""
    import tempfile

    from bridge.cli.console.no_room import OutputUnwritable, refuse_no_room
    from bridge.cli.console.whole_file import copy_folder
    from bridge.connectors.shipped import shipped

    plugins = osticket_root / "include" / "plugins"
    if not (osticket_root / "main.inc.php").is_file() or not plugins.is_dir():
        raise typer.BadParameter(
            f"{osticket_root} is no osTicket: main.inc.php and include/plugins/ belong there",
            param_hint="--osticket-root",
        )
    target = plugins / FOLDER
    try:
        with tempfile.TemporaryDirectory(prefix=".sla-bridge-", dir=plugins) as scratch:
            fresh, old = Path(scratch) / "new", Path(scratch) / "old"
            copy_folder(shipped(f"plugin/{FOLDER}"), fresh)
            for path in (fresh, *fresh.rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)
            # Two renames instead of a copy over the old files: a request in between never sees half a plugin.
            replaced = target.exists()
            if replaced:
                target.rename(old)
            try:
                fresh.rename(target)
            except OSError:
                if replaced:
                    old.rename(target)
                raise
    except OSError as error:
        refuse_no_room(target, error)
        raise OutputUnwritable(
            f"the plugin cannot be copied to {target}: {error.strerror}", hint="Run this as a user that may write there"
        ) from None
    say(f"{'replaced' if replaced else 'installed'}: {target}")
    if not replaced:
        say("Next, in osTicket's admin panel:")
        say("  1. Manage > Plugins > Add New Plugin: install “SLA Bridge”, and enable it.")
        say("  2. Manage > API Keys: add a key for the address of the host that the bridge runs on.")
        say("  3. In the plugin, add an instance, enable it, and give that key's id the scopes: ID: read, write, setup")
        say("Then: sla-bridge doctor")


@app.command()
def package(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The archive to write.")] = Path(
        "sla-bridge-plugin.zip"
    ),
) -> None:
    """Pack the plugin as a ZIP to unpack in include/plugins/ by hand."""
    import zipfile

    from bridge.cli.console.whole_file import whole_file
    from bridge.connectors.shipped import shipped

    root = shipped(f"plugin/{FOLDER}")
    with (
        whole_file(output, option="--output", mode=_FOR_ALL) as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for path in sorted(one for one in root.rglob("*") if one.is_file()):
            entry = zipfile.ZipInfo(f"{FOLDER}/{path.relative_to(root).as_posix()}", date_time=_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    say(str(output))
