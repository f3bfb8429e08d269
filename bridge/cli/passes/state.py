"""`sla-bridge state`: what the bridge remembers between passes."""

import typer

from bridge.cli.console.terminal import say, say_json
from bridge.cli.options import Config, Json
from bridge.cli.passes import archive, undo

app = typer.Typer(help="Show, undo or forget what the bridge remembers of its passes.", no_args_is_help=True)


_LONG = frozenset({"declared", "notices", "open_clocks", "published", "rolling", "sweep", "under_way", "vocabulary"})
"""Facts that are JSON; `--json` shows them as they are."""


@app.command()
def show(config: Config = None, as_json: Json = False) -> None:
    """Show the feed's cursor, how many tickets are known, and which are set aside and why."""
    from contextlib import closing

    from bridge.cli.wiring.configuration import read_settings
    from bridge.sync.memory.hold import Hold
    from bridge.sync.memory.rolling import rollout_progress
    from bridge.sync.memory.state import SqliteState
    from bridge.sync.notices import remembered

    settings = read_settings(config)
    with closing(SqliteState(settings.state_path, read_only=True)) as memory:
        facts, counts, troubles = memory.facts(), memory.counts(), memory.troubles()
        rolled = rollout_progress(memory)
    held = Hold(settings.state_path).read()
    aside = [{"ticket_id": one.id, "reason": one.reason} for one in troubles]
    if as_json:
        told = {"path": str(settings.state_path), "facts": facts, "counts": counts, "set_aside": aside}
        rollout = None if rolled is None else rolled.json()
        say_json({**told, "rollout": rollout, "held": None if held is None else str(held)})
        return
    say(f"state file: {settings.state_path}{'' if settings.state_path.exists() else ' (not there yet)'}")
    for name, count in counts.items():
        say(f"{name.replace('_', ' ')}: {count}")
    for name, value in facts.items():
        if name not in _LONG:
            say(f"{name}: {value}")
    for standing in remembered(facts.get("notices")):
        say(f"standing: {standing.notice.text}")
    if rolled is not None:
        say(str(rolled))
    if held is not None:
        say(f"sync is held: {held}")
    for one in aside:
        say(f"set aside: ticket {one['ticket_id']}: {one['reason']}")


@app.command()
def reset(config: Config = None) -> None:
    """Forget everything but the undo journal; the next pass reads all open tickets once. No field in the helpdesk changes."""
    from bridge.cli.wiring.configuration import read_settings
    from bridge.sync.memory.lock import exclusive, lock_of

    path = read_settings(config).state_path
    with exclusive(lock_of(path)):
        for suffix in ("", "-wal", "-shm", ".token"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    say(f"forgotten: {path}")


app.command("runs")(undo.runs)
app.command("undo")(undo.undo)
app.command("archive")(archive.archive)
app.command("forget")(archive.forget)
