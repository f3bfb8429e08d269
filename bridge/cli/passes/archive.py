"""`sla-bridge state archive` and `state forget`: what finished cycles were decided by, and what is kept of a person."""

import time
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import say, say_json, tell
from bridge.cli.options import Config, Json
from bridge.errors import BridgeError
from bridge.tickets import format_instant

if TYPE_CHECKING:
    from bridge.settings.load import Settings
    from bridge.sync.memory.archive import Archive


class NotArchived(BridgeError):
    """The archive keeps nothing of that digest."""

    exit_code = 4


def archive(
    digest: Annotated[
        str | None,
        typer.Argument(metavar="[DIGEST]", help="Print what is kept of this digest, such as a cycle's `inputs`."),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """List what is kept of policies, calendars and the registry's answers for finished cycles, or print one of it."""
    from bridge.cli.wiring.configuration import read_settings

    kept = _archive(read_settings(config))
    if digest is not None:
        _print(kept, digest)
        return
    files = kept.files()
    if as_json:
        say_json(
            [
                {"digest": one.digest, "bytes": one.bytes, "used_at": format_instant(one.used_at), "erased": one.erased}
                for one in files
            ]
        )
        return
    for one in files:
        say(f"{one.digest}  {format_instant(one.used_at)}  {'erased' if one.erased else f'{one.bytes} bytes'}")
    erased = sum(one.erased for one in files)
    say(f"{len(files) - erased} kept, {erased} erased, {sum(one.bytes for one in files)} bytes in {kept.folder}")


def forget(
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="The customer's id in the registry.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="ADDRESS", help="The person's e-mail address.")
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Erase what archive and undo journal keep of a customer or a person; helpdesk and registry are not touched."""
    from bridge.cli.passes.undo import journal_of
    from bridge.cli.wiring.configuration import read_settings
    from bridge.sync.memory.journal import beside
    from bridge.sync.memory.lock import exclusive, lock_of
    from bridge.sync.planned.plan import marks

    customer, email = ((one or "").strip() or None for one in (customer, email))
    if customer is None and email is None:
        raise typer.BadParameter("name whom to forget: --customer ID, --email ADDRESS, or both")
    settings = read_settings(config)
    path = settings.state_path
    with exclusive(lock_of(path)), closing(journal_of(settings)) as journal:
        answers = _archive(settings).forget(customer=customer, email=email)
        found = (marks(customer=customer), marks(email=email))
        records = sum(journal.forget(mark) for mark in found if mark)
    aside = sorted(map(str, path.parent.glob(beside(path).name + ".damaged-*")))
    if as_json:
        say_json({"answers": answers, "records": records, "not_searched": aside})
        return
    say(f"erased: {answers} answer(s) of the registry in the archive, {records} record(s) of the undo journal")
    for one in aside:
        tell(f"note: {one} is damaged and cannot be searched; delete it")


def _archive(settings: "Settings") -> "Archive":
    from bridge.sync.memory.archive import Archive, archive_folder

    return Archive(archive_folder(settings.state_path), seconds=0, clock=time.time)


def _print(kept: "Archive", digest: str) -> None:
    wanted = digest if digest.startswith("sha256:") else f"sha256:{digest}"
    content = kept.read(wanted)
    if content is not None:
        say(content.decode("utf-8", "replace"))
        return
    erased = any(one.erased and one.digest == wanted for one in kept.files())
    what = "was erased" if erased else "is not kept: it was never recorded here, or longer ago than `archive` keeps it"
    raise NotArchived(f"{wanted} {what}", hint="`sla-bridge state archive` lists what is kept")
