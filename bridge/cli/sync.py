"""`sla-bridge sync`: one guarded pass, for cron or a systemd timer."""

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.options import Config, Json

if TYPE_CHECKING:
    from bridge.sync.engine import RunReport

_PARTLY = 4


def sync(
    config: Config = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also read tickets that were closed before the installation.")
    ] = False,
    allow_mass_change: Annotated[
        bool, typer.Option("--allow-mass-change", help="Write even if an unusual share of tickets changes its level.")
    ] = False,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Go on although many known tickets are missing from the helpdesk.")
    ] = False,
    audit: Annotated[
        int, typer.Option("--audit", metavar="N", min=0, help="Count the deadlines of N decided tickets a second way.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Decide what has changed since the last pass and write levels, deadlines and states into osTicket."""
    from contextlib import closing

    from bridge.cli.audit import Sample
    from bridge.cli.wiring import Deferred, connect, engine, warn
    from bridge.settings.fingerprint import fingerprint
    from bridge.settings.load import find_folder, load_settings
    from bridge.sync.lock import exclusive
    from bridge.sync.state import SqliteState

    started = time.monotonic()
    settings = load_settings(find_folder(config))
    configuration, basis = Deferred(settings), fingerprint(settings, int(time.time()))
    path = settings.state_path
    with (
        exclusive(path.with_name(path.name + ".lock")),
        closing(SqliteState(path)) as state,
        connect(settings, route=state.fact("route")) as helpdesk,
    ):
        if state.fact("basis") != basis:
            warn(configuration.get().warnings)
        sample = Sample(configuration, audit)
        runner = engine(
            settings,
            helpdesk,
            state,
            sample.decide,
            basis=basis,
            everything=everything,
            allow_mass_change=allow_mass_change,
            allow_shrink=allow_shrink,
            accountant=sample,
        )
        survey = runner.survey()
        if survey.plan.changes and sys.stderr.isatty():
            from bridge.cli.render import progress

            with progress("writing", len(survey.plan.changes)) as advance:
                report = runner.apply(survey, advance)
        else:
            report = runner.apply(survey)
        requests = helpdesk.requests_sent
        audited, disagreements = sample.audit()
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
                    "audit": {"clocks": audited, "disagreements": [str(one) for one in disagreements]},
                },
                ensure_ascii=False,
            )
        )
    else:
        summary(report, requests=requests, seconds=seconds)
        if audit:
            print(f"audited {audited} deadline(s), {len(disagreements)} disagreement(s)")
    for one in disagreements:
        print(f"audit: {one}", file=sys.stderr)
    if report.failed or disagreements:
        raise typer.Exit(_PARTLY)


def summary(report: "RunReport", *, requests: int, seconds: float) -> None:
    """Print the one line that a pass leaves on stdout; notes and skipped tickets go to stderr.

    Plain text on purpose: the usual pass finds nothing new, and should not load a terminal library to say so.
    """
    print(
        f"examined {report.examined}, written {report.written}, unchanged {report.unchanged}, gone {report.gone},"
        f" conflicts {report.conflicts}, skipped {len(report.failed)}; {requests} request(s), {seconds:.2f} s"
        + (", full scan" if report.full_scan else "")
    )
    for note in report.notes:
        print(f"note: {note}", file=sys.stderr)
    for trouble in report.failed:
        print(f"skipped: ticket id {trouble.id}: {trouble.reason}", file=sys.stderr)
