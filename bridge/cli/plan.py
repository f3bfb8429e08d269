"""`sla-bridge plan`: what `sync` would write, without writing anything."""

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.options import PARTLY, Config, Everything, Json

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.sync.plan import Plan

_PENDING = 10


def plan(
    config: Config = None,
    everything: Everything = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 10 when there is something to write.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what `sync` would write; nothing is written, neither in osTicket nor here."""
    planned = _planned(config, everything=everything)
    if as_json:
        print(json.dumps(_as_json(planned), ensure_ascii=False))
    else:
        _show(planned)
    if planned.unreadable:
        raise typer.Exit(PARTLY)
    if exit_code and planned.changes:
        raise typer.Exit(_PENDING)


def _planned(config: "Path | None", *, everything: bool) -> "Plan":
    from bridge.cli.wiring.configuration import read_settings, warn
    from bridge.cli.wiring.deciding import Deferred
    from bridge.cli.wiring.passes import pass_engine, pass_options
    from bridge.settings.fingerprint import fingerprint

    settings = read_settings(config)
    deferred = Deferred(settings)
    warn(deferred.configuration.warnings)
    options, basis = pass_options(settings, everything=everything), fingerprint(settings, int(time.time()))
    with pass_engine(deferred, options, basis=basis, read_only=True) as engine:
        return engine.survey().plan


def _as_json(planned: "Plan") -> dict[str, Any]:
    from bridge.tickets import format_instant

    return {
        "at": format_instant(planned.at),
        "digest": planned.digest,
        "examined": planned.examined,
        "changes": [
            {
                "ticket_id": one.ticket_id,
                "number": one.number,
                "level": {"from": one.level_before, "to": one.level_after},
                "fields": {field.name: {"from": field.before, "to": field.after} for field in one.fields},
            }
            for one in planned.changes
        ],
        "gone": list(planned.gone),
        "failed": [{"ticket_id": one.id, "reason": one.reason} for one in planned.unreadable],
        "notes": list(planned.notes),
    }


def _show(planned: "Plan") -> None:
    from bridge.cli.render import out, plan_table, talk

    plan_table(planned)
    for note in planned.notes:
        talk().print(f"note: {note}", markup=False)
    for trouble in planned.unreadable:
        talk().print(f"skipped: ticket id {trouble.id}: {trouble.reason}", markup=False)
    out().print(f"{len(planned.changes)} of {planned.examined} ticket(s) would change; plan {planned.digest}")
