"""`sla-bridge sync`: one guarded pass, for cron or a systemd timer."""

import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from bridge.cli.console.logs import event, restyle
from bridge.cli.console.terminal import say, say_json, tell
from bridge.cli.options import PARTLY, Config, Everything, Json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.cli.passes.audit import Sample
    from bridge.cli.wiring.measuring import Metering
    from bridge.policies.proof.recount import Disagreement
    from bridge.sync.engine import Engine, PassOptions, RunReport, Survey
    from bridge.sync.first_sync import FirstSync
    from bridge.sync.notices import Notice
    from bridge.tickets import Instant


def sync(  # noqa: PLR0917 -- the options of a command
    config: Config = None,
    everything: Everything = False,
    allow_mass_change: Annotated[
        bool, typer.Option("--allow-mass-change", help="Write even if an unusual share of tickets changes its level.")
    ] = False,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Go on although many known tickets are missing from the helpdesk.")
    ] = False,
    allow_lost_names: Annotated[
        bool,
        typer.Option(
            "--allow-lost-names", help="Go on although names that the policy uses vanished from the helpdesk."
        ),
    ] = False,
    allow_clock_leap: Annotated[
        bool,
        typer.Option("--allow-clock-leap", help="Go on although the helpdesk's clock went far ahead of this host's."),
    ] = False,
    allow_first_run: Annotated[
        bool,
        typer.Option("--allow-first-run", help="Carry out the first actions ever, although they are unusually many."),
    ] = False,
    supersede_policy: Annotated[
        bool,
        typer.Option(
            "--supersede-policy", help="Lead by the policy here, although a later one of another host is in force."
        ),
    ] = False,
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="DIGEST", help="Write only if this is the plan's digest, as `plan` told it."),
    ] = None,
    release: Annotated[
        bool, typer.Option("--release", help="Write again after `state undo`, by the same policy.")
    ] = False,
    audit: Annotated[
        int, typer.Option("--audit", metavar="N", min=0, help="Count the deadlines of N decided tickets a second way.")
    ] = 0,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print no summary; troubles are told on stderr all the same.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Decide what has changed since the last pass and write levels, deadlines and states into the helpdesk."""
    from bridge.cli.passes.audit import Sample
    from bridge.cli.wiring.configuration import read_settings
    from bridge.cli.wiring.measuring import Metering
    from bridge.cli.wiring.passes import pass_options

    started, settings = time.monotonic(), read_settings(config)
    if not as_json:
        restyle(settings.file.logs)
    options = pass_options(
        settings,
        everything=everything,
        allow_mass_change=allow_mass_change,
        allow_shrink=allow_shrink,
        allow_lost_names=allow_lost_names,
        allow_clock_leap=allow_clock_leap,
        allow_first_run=allow_first_run,
    )
    done = one_pass(
        Sample(settings, audit),
        options,
        Metering(settings),
        expect=expect,
        supersedes=supersede_policy,
        release=release,
    )
    seconds = time.monotonic() - started
    if as_json:
        say_json(_as_json(done, seconds))
    else:
        _say(done, seconds, quiet=quiet, audit=audit)
    for one in done.disagreements:
        tell(f"audit: {one}")
    if done.partly:
        raise typer.Exit(PARTLY)


class Done(NamedTuple):
    """A pass that was made: decided at `at`, with `requests` to the helpdesk; of `audited` deadlines some disagree."""

    at: "Instant"
    report: "RunReport"
    requests: int
    audited: int
    disagreements: "list[Disagreement]"

    @property
    def partly(self) -> bool:
        """Return whether some of what was asked for could not be done."""
        return bool(self.report.failed or self.disagreements or self.report.lacks_source)


def one_pass(
    sample: "Sample",
    options: "PassOptions",
    metering: "Metering",
    *,
    expect: str | None = None,
    supersedes: bool = False,
    release: bool = False,
    leads_first: bool = False,
) -> Done:
    """Survey and write under the lock by the configuration of `sample`, whose deadlines are counted a second way;
    `metering` is told of it. With `leads_first` the lease, where there is one, is taken before anything is read: another host has
    just refused this one.

    Raises GuardRefused before it writes where the plan's digest is not the expected one, and while an undo holds passes, unless
    it is to `release` them.
    """
    from bridge.cli.wiring.passes import pass_engine
    from bridge.connectors.stopping import between_requests
    from bridge.settings.fingerprint import fingerprint
    from bridge.sync.guards import check_expected
    from bridge.sync.memory.hold import Hold
    from bridge.sync.memory.lock import exclusive, lock_of

    path, basis = sample.settings.state_path, fingerprint(sample.settings, int(time.time()))
    hold = Hold(path)
    with between_requests(), exclusive(lock_of(path)), ExitStack() as opened:
        reading = opened.enter_context(metering.one_pass())
        if release:
            hold.release()
        reading.hold(held=hold.read() is not None)
        hold.check(lambda: sample.policy.digest)
        reading.hold(held=False)
        engine = opened.enter_context(
            pass_engine(sample, options, basis=basis, supersedes=supersedes, leads_first=leads_first)
        )
        if engine.state.fact("basis") != basis or engine.watch.looks_again or metering.begins_anew:
            sample.load()
        # A plan that somebody has read is that of everything: nothing is written page by page before it.
        survey = engine.survey(_begun(engine) if expect is None else None, whole=expect is not None)
        check_expected(survey.plan, expect)
        report = _applied(engine, survey)
        done = Done(survey.plan.at, report, engine.helpdesk.requests_sent, *sample.audit())
        reading.read(engine, sample, report, partly=done.partly)
        return done


def _begun(engine: "Engine") -> "FirstSync | None":
    """Write the pages of a first sync, with a count of the tickets where somebody watches."""
    from bridge.sync.first_sync import under_way

    if not sys.stderr.isatty() or not under_way(engine.state):
        return engine.begin()
    from bridge.cli.console.render import progress

    with progress("writing, first sync", None) as advance:
        return engine.begin(advance)


def _applied(engine: "Engine", survey: "Survey") -> "RunReport":
    """Write the plan, with a progress bar where somebody watches."""
    if not survey.writes or not sys.stderr.isatty():
        return engine.apply(survey)
    from bridge.cli.console.render import progress

    with progress("writing", len(survey.writes)) as advance:
        return engine.apply(survey, advance)


def _say(done: Done, seconds: float, *, quiet: bool, audit: int) -> None:
    # A timer's mail should be worth reading: without news there is none.
    if not quiet and (done.report.written or done.report.actions or sys.stdout.isatty()):
        figures = {name: getattr(done.report, name) for name in _FIGURES}
        skipped = len(done.report.failed)
        if not event("pass", **figures, skipped=skipped, requests=done.requests, seconds=round(seconds, 3)):
            summary(done.report, requests=done.requests, seconds=seconds)
    tell_news(done.report)
    if audit and not quiet:
        say(f"audited {done.audited} deadline(s), {len(done.disagreements)} disagreement(s)")


_FIGURES = ("examined", "written", "unchanged", "gone", "conflicts", "full_scan", "actions")


def _as_json(done: Done, seconds: float) -> dict[str, Any]:
    report = done.report
    return {
        "at": done.at,
        **{name: getattr(report, name) for name in _FIGURES},
        "run": report.run,
        "rollout": None if report.rollout is None else report.rollout.json(),
        "requests": done.requests,
        "seconds": round(seconds, 3),
        "failed": [{"ticket_id": one.id, "reason": one.reason} for one in report.failed],
        "notes": report.notes,
        "notices": [notice_json(one) for one in report.standing],
        "audit": {"clocks": done.audited, "disagreements": [str(one) for one in done.disagreements]},
    }


def summary(report: "RunReport", *, requests: int, seconds: float) -> None:
    """Print a pass as one plain line: it should not load a terminal library to say so."""
    say(summed_up(report, requests=requests, seconds=seconds))


def summed_up(report: "RunReport", *, requests: int, seconds: float) -> str:
    """Return a pass in one line."""
    return (
        f"examined {report.examined}, written {report.written}, unchanged {report.unchanged}, gone {report.gone},"
        f" conflicts {report.conflicts}, skipped {len(report.failed)}; {requests} request(s), {seconds:.2f} s"
        + (", full scan" if report.full_scan else "")
        + (
            f"; actions: {', '.join(f'{count} {state}' for state, count in report.actions.items())}"
            if report.actions
            else ""
        )
        + ("" if report.rollout is None else f"; {report.rollout}")
    )


def tell_news(report: "RunReport") -> None:
    """Print on stderr what somebody should know."""
    tell(*news(report))


def news(report: "RunReport") -> "Iterator[str]":
    """Yield what somebody should know: troubles that are due to be told, notes, and tickets that were skipped."""
    for notice in report.told:
        yield f"warning: {notice.text}"
    standing = {one.text for one in report.standing}
    for note in (one for one in report.notes if one not in standing):
        yield f"note: {note}"
    for trouble in report.failed:
        yield f"skipped: ticket id {trouble.id}: {trouble.reason}"


def notice_json(notice: "Notice") -> dict[str, Any]:
    """Return a standing trouble as JSON."""
    return {"key": notice.key, "text": notice.text, "source": notice.source or None, "missing": notice.missing}
