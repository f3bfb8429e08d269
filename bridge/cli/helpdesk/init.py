"""`sla-bridge init`: a configuration to begin with, the same from a wheel and from a source tree."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.console.terminal import say, say_json
from bridge.cli.options import Json

_LEFT_OUT = "examples"
"""Whole configurations of their own: beside the agreement in force they would only mislead."""


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write; it must be empty or new.")],
    as_json: Json = False,
) -> None:
    """Write the shipped configuration into DIR: an agreement with its tests, calendars, a catalogue, a sample registry."""
    from bridge.cli.console.no_room import refuse_no_room
    from bridge.cli.console.whole_file import copy_folder
    from bridge.connectors.shipped import shipped
    from bridge.errors import ConfigurationInvalid, GuardRefused, Problem

    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise GuardRefused(
                f"{folder} is not empty, and nothing was written",
                hint="Name a new folder; to change a configuration, edit its files",
            )
        copy_folder(shipped("config"), folder, leave_out=_LEFT_OUT)
    except OSError as error:
        refuse_no_room(folder, error)
        message = f"{error.filename or folder} cannot be written: {error.strerror or error}"
        hint = "run this as a user that may write there"
        raise ConfigurationInvalid([Problem(code="unwritable", message=message, hint=hint)]) from None
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if as_json:
        say_json({"folder": str(folder), "files": files})
        return
    say(f"{len(files)} files are in {folder}. Next:")
    say(f"  1. {folder / 'bridge.yaml'}: put in the helpdesk's address, and where its API key lies.")
    say(f"  2. sla-bridge doctor --config {folder}")
    say(f"  3. {folder / 'policies'}: make the agreement yours; sla-bridge policy check and policy test prove it.")
