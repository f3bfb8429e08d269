"""`sla-bridge sync`: one guarded pass, for cron or a systemd timer."""

import json
import time
from typing import Annotated

import typer

from bridge.cli.options import Config, Json

_PARTLY = 4


def sync(
    config: Config = None,
    everything: Annotated[bool, typer.Option("--all", help="Also read tickets that were closed before the installation.")] = False,
    allow_mass_change: Annotated[
        bool, typer.Option("--allow-mass-change", help="Write even if an unusual share of tickets changes its level.")
    ] = False,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Go on although many known tickets are missing from the helpdesk.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Decide what has changed since the last pass and write levels, deadlines and states into osTicket."""
    from contextlib import closing

    from bridge.cli.render import progress, summary
    from bridge.cli.wiring import connect, engine, load_configuration, warn
    from bridge.sync.lock import exclusive
    from bridge.sync.state import SqliteState

    started = time.monotonic()
    configuration = load_configuration(config)
    warn(configuration.warnings)
    path = configuration.settings.state_path
    with (
        exclusive(path.with_name(path.name + ".lock")),
        closing(SqliteState(path)) as state,
        connect(configuration.settings, route=state.fact("route")) as helpdesk,
    ):
        runner = engine(
            configuration,
            helpdesk,
            state,
            everything=everything,
            allow_mass_change=allow_mass_change,
            allow_shrink=allow_shrink,
        )
        survey = runner.survey()
        with progress("writing", len(survey.plan.changes)) as advance:
            report = runner.apply(survey, advance)
        requests = helpdesk.requests_sent
    seconds = time.monotonic() - started
    if as_json:
        print(
            json.dumps(
                {
                    "at": survey.plan.at,
                    "examined": report.examined,
                    "written": report.written,
                    "unchanged": report.unchanged,
                    "gone": report.gone,
                    "conflicts": report.conflicts,
                    "full_scan": report.full_scan,
                    "requests": requests,
                    "seconds": round(seconds, 3),
                    "failed": [{"ticket_id": one.id, "reason": one.reason} for one in report.failed],
                    "notes": report.notes,
                },
                ensure_ascii=False,
            )
        )
    else:
        summary(report, requests=requests, seconds=seconds)
    if report.failed:
        raise typer.Exit(_PARTLY)
