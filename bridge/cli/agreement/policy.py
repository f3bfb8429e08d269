"""`sla-bridge policy`: check the agreement, test it, see what a change would do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import say, say_json, say_wrapped, tell
from bridge.cli.options import PARTLY, At, Config, Json, instant_or_now
from bridge.errors import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bridge.cli.wiring.configuration import Configuration
    from bridge.errors import Problem
    from bridge.policies.trials.simulate import Summary

app = typer.Typer(help="Check the agreement, test it, see what a change would do.", no_args_is_help=True)

_TESTS_FAILED = 8

SCHEMAS = {
    "policy": "bridge.policies.language.schema:policy_schema",
    "policy-part": "bridge.policies.language.schema:policy_part_schema",
    "cases": "bridge.policies.trials.models:cases_schema",
    "calendar": "bridge.policies.language.schema:calendar_schema",
    "catalogue": "bridge.policies.language.schema:catalogue_schema",
    "registry": "bridge.connectors.registry.description:registry_schema",
    "bridge": "bridge.settings.model:bridge_schema",
}
"""What describes each kind of file; imported when it is asked for."""


@app.command()
def check(config: Config = None, as_json: Json = False) -> None:
    """Tell what is wrong in the configuration and its tests, stage by stage, with file, line and column; exit with 3 if it is."""
    from bridge.cli.wiring.configuration import load_configuration
    from bridge.errors import ConfigurationInvalid, collected
    from bridge.policies.trials.cases import case_problems, read_all_cases
    from bridge.policies.trials.known_names import names_of_tests_alone
    from bridge.settings.load import find_folder, read_folder

    problems = case_problems(read_folder(find_folder(config)))
    configuration = None
    with collected(problems):
        configuration = load_configuration(config, customers=False)
    if configuration is None or problems:
        error = ConfigurationInvalid(sorted(problems, key=lambda one: (one.file, one.line, one.column)))
        _show(error.problems, as_json=as_json)
        if error.more_may_follow and not as_json:
            tell(MORE_MAY_FOLLOW)
        raise typer.Exit(error.exit_code)
    sets = read_all_cases(read_folder(configuration.settings.folder), configuration.policy)
    warnings = (*configuration.warnings, *names_of_tests_alone(sets, configuration.helpdesk_names))
    _show(warnings, as_json=as_json)
    if not as_json:
        revision = configuration.policy.revisions[-1]
        say(
            f"{configuration.policy.id}: {len(revision.levels)} levels, {len(revision.rules)} rules,"
            f" {len(revision.checks)} checks, {len(configuration.policy.calendars)} calendars;"
            f" {len(warnings)} warning(s)"
        )


@app.command()
def test(
    config: Config = None,
    select: Annotated[
        str,
        typer.Option(
            "--select", "-k", metavar="TEXT", help="Only cases whose name or file holds TEXT (* for any text)."
        ),
    ] = "",
    coverage: Annotated[bool, typer.Option("--coverage", help="List how many cases each rule decided.")] = False,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Also write a JUnit report.")] = None,
    as_json: Json = False,
) -> None:
    """Run all cases (policies/*_test.yaml); exit with 8 if one fails or, unfiltered, a rule decides none."""
    from bridge.cli.wiring.configuration import load_configuration
    from bridge.cli.wiring.customers import kept_by_registry
    from bridge.policies.trials import case_reports
    from bridge.policies.trials.cases import read_all_cases
    from bridge.policies.trials.run import run_cases
    from bridge.settings.load import read_folder

    configuration = load_configuration(config, customers=False)
    sets = read_all_cases(read_folder(configuration.settings.folder), configuration.policy)
    report = run_cases(
        configuration.policy,
        sets,
        catalogue=configuration.catalogue,
        select=select,
        keeps=kept_by_registry(configuration.settings),
    )
    if select and not report.results:
        message = f"no case has {select!r} in its name or file; without --select all are run"
        raise typer.BadParameter(message, param_hint="--select")
    if junit is not None:
        _write(junit, case_reports.as_junit(report), option="--junit", mode=0o666)
    if as_json:
        say_json(case_reports.as_json(report))
    else:
        say(*case_reports.as_text(report, coverage=coverage).split("\n"))
    if report.failed or (report.complete and report.untested):
        raise typer.Exit(_TESTS_FAILED)


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(help=f"{', '.join(SCHEMAS)}.")] = "policy",
) -> None:
    """Print the JSON Schema of a kind of file, for editors; policy-part is for files whose name begins with _."""
    from importlib import import_module

    if kind not in SCHEMAS:
        raise typer.BadParameter(f"{kind!r} has no schema; allowed are {', '.join(SCHEMAS)}")
    module, _, function = SCHEMAS[kind].partition(":")
    say_json(getattr(import_module(module), function)(), indent=2)


_Candidate = Annotated[Path, typer.Argument(metavar="DIR", help="The configuration folder that may come.")]
_Snapshots = Annotated[
    Path | None,
    typer.Option(
        "--input", "-i", metavar="FILE", help="Snapshots as JSON lines, - for stdin. [default: the helpdesk's tickets]"
    ),
]
_Everything = Annotated[bool, typer.Option("--all", help="From the helpdesk, closed tickets too.")]
_CountUnits = Annotated[
    bool,
    typer.Option(
        "--count-units", help="Count units of entitlement over these tickets; else they are unknown on both sides."
    ),
]
_Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Also write a page with charts.")]
_Shown = Annotated[
    int,
    typer.Option("--shown", metavar="N", min=1, max=2000, help="Tickets on the page, those that change most first."),
]
_MostChanged = Annotated[
    float | None, typer.Option("--most-changed", metavar="PERCENT", help="Exit with 8 when more tickets change.")
]
_MostBreached = Annotated[
    int | None, typer.Option("--most-breached", metavar="N", help="Exit with 8 when more tickets would be breached.")
]


@app.command()
def simulate(  # noqa: PLR0917 -- the options of a command
    candidate: _Candidate,
    config: Config = None,
    snapshots: _Snapshots = None,
    everything: _Everything = False,
    at: At = None,
    count_units: _CountUnits = False,
    html: _Html = None,
    shown: _Shown = 100,
    most_changed: _MostChanged = None,
    most_breached: _MostBreached = None,
    as_json: Json = False,
) -> None:
    """Show what the configuration in DIR would change against the current one; nothing is written to the helpdesk."""
    from bridge.cli.agreement.simulation import compare_streams, differences_told
    from bridge.cli.tickets.snapshots import Snapshots, file_lines
    from bridge.cli.wiring.configuration import load_configuration
    from bridge.policies.trials import simulation_reports
    from bridge.policies.trials.simulate import Limits

    current, coming = load_configuration(config), load_configuration(candidate, trial=True)
    helpdesk = Snapshots(current.settings, everything=everything)
    lines = helpdesk.lines() if snapshots is None else file_lines(snapshots)
    now = instant_or_now(at)
    summary = compare_streams(current, coming, lines, now=now, count_units=count_units, shown=shown)
    summary.failed.extend((one.id, one.reason) for one in helpdesk.unreadable)
    if html is not None:
        _write(html, _page(summary, current, coming, now=now), option="--html")
    if as_json:
        say_json({**simulation_reports.as_json(summary), "policy_changes": _changes(current, coming)})
    else:
        changed, *rest = simulation_reports.as_text(summary).split("\n")
        say_wrapped(changed, *differences_told(current, coming), *rest)
    limits = Limits(changed_share=None if most_changed is None else most_changed / 100, breached=most_breached)
    exceeded = limits.exceeded(summary)
    for sentence in exceeded:
        tell(f"above the limit: {sentence}")
    if exceeded:
        raise typer.Exit(_TESTS_FAILED)
    if summary.failed:
        raise typer.Exit(PARTLY)


def _page(summary: "Summary", current: "Configuration", coming: "Configuration", *, now: int) -> str:
    from bridge.cli.wiring.helpdesk import ticket_pages
    from bridge.policies.trials.cases import policy_zone
    from bridge.reports.simulation_page import SimulationPage

    return SimulationPage(
        summary=summary,
        current=current.policy,
        coming=coming.policy,
        candidate=coming.settings.folder.name,
        now=now,
        zone=policy_zone(coming.policy),
        address_of=ticket_pages(current.settings),
    ).html()


def _changes(current: "Configuration", coming: "Configuration") -> list[dict[str, str]]:
    from bridge.policies.telling.policy_changes import policy_changes

    changes = policy_changes(current.policy, coming.policy)
    return [
        {"part": one.part, "change": one.how, "name": one.name, "from": one.before, "to": one.after} for one in changes
    ]


def _write(path: Path, text: str, *, option: str, mode: int = 0o600) -> None:
    from bridge.cli.console.whole_file import whole_file

    if path.is_char_device() or path.is_fifo():
        path.write_text(text, encoding="utf-8")
        return
    with whole_file(path, option=option, mode=mode) as stream:
        stream.write(text.encode("utf-8"))


MORE_MAY_FOLLOW = "more may follow once these are mended: nothing is checked further while they stand"
"""The last line where the problems are of a stage that others come after."""

_OF_A_PROBLEM = ("code", "severity", "file", "line", "column", "path", "message", "hint")


def problem_json(problem: "Problem") -> dict[str, object]:
    """Return a problem as every `--json` shows it."""
    shown = {name: getattr(problem, name) for name in _OF_A_PROBLEM}
    return {**shown, "more_may_follow": problem.stage is not Stage.MEANING}


def _show(problems: "Sequence[Problem]", *, as_json: bool) -> None:
    if as_json:
        say_json([problem_json(one) for one in problems])
        return
    for one in problems:
        say(f"{one.severity.value}: {one}")
