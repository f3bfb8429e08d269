"""A file for its owner's eyes, put in place whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import typer

from bridge.connectors.drafts import claim, draft_of


@contextmanager
def private_file(path: Path, *, option: str) -> Iterator[IO[bytes]]:
    """Yield a stream whose bytes become the file at the end of the block, readable and writable by its owner alone.

    Until then, and for ever where the block fails, what stood there stands. A usage error (exit 2) says what cannot be
    written and why.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise typer.BadParameter(f"{path} is no file; name one to write or to replace", param_hint=option)
    draft = draft_of(target)
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                claim(stream.fileno())
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(target)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        step = "check its rights" if target.parent.is_dir() else f"make the folder {path.parent} first"
        message = f"{path} cannot be written: {error.strerror or error}; {step}"
        raise typer.BadParameter(message, param_hint=option) from None
