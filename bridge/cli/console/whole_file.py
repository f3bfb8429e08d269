"""A file put in place whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import typer

from bridge.cli.console.no_room import refuse_no_room
from bridge.connectors.drafts import replaced

_PRIVATE = 0o600


@contextmanager
def whole_file(path: Path, *, option: str, mode: int = _PRIVATE) -> Iterator[IO[bytes]]:
    """Yield a stream whose bytes become the file at the end of the block, for its owner's eyes unless `mode` says otherwise.

    Until then, and for ever where the block fails, what stood there stands. A usage error (exit 2) says what cannot be
    written and why; OutputUnwritable (exit 9) says that there is no room.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise typer.BadParameter(f"{path} is no file; name one to write or to replace", param_hint=option)
    try:
        with replaced(target, mode=mode) as stream:
            yield stream
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        refuse_no_room(path, error)
        step = "check its rights" if target.parent.is_dir() else f"make the folder {path.parent} first"
        message = f"{path} cannot be written: {error.strerror or error}; {step}"
        raise typer.BadParameter(message, param_hint=option) from None


def copy_folder(source: Path, target: Path, *, leave_out: str = "") -> None:
    """Copy what lies in `source` into the folder `target`, which is made, but for the folder `leave_out`.

    Raises the first OSError, and then has left nothing there: a folder that was there before is empty again.
    """
    made = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted(source.rglob("*")):
            place = path.relative_to(source)
            if place.parts[0] == leave_out:
                continue
            if path.is_dir():
                (target / place).mkdir(exist_ok=True)
            else:
                shutil.copyfile(path, target / place)
    except OSError:
        with suppress(OSError):
            for path in target.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            if made:
                target.rmdir()
        raise
