"""`sla-bridge policy`: check the agreement, test it, see what a change would do."""

import json
from typing import TYPE_CHECKING

import typer

from bridge.cli.options import Config, Json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bridge.errors import Problem

app = typer.Typer(help="Check the agreement, test it, see what a change would do.", no_args_is_help=True)


@app.command()
def check(config: Config = None, as_json: Json = False) -> None:
    """Tell every problem of the configuration with file, line and column; exit with 3 when it cannot be used."""
    from bridge.cli.wiring import load_configuration
    from bridge.errors import ConfigurationInvalid

    try:
        configuration = load_configuration(config)
    except ConfigurationInvalid as error:
        _show(error.problems, as_json=as_json)
        raise typer.Exit(error.exit_code) from None
    _show(configuration.warnings, as_json=as_json)
    if not as_json:
        revision = configuration.policy.revisions[-1]
        print(
            f"{configuration.policy.id}: {len(revision.levels)} levels, {len(revision.rules)} rules,"
            f" {len(revision.checks)} checks, {len(configuration.policy.calendars)} calendars;"
            f" {len(configuration.warnings)} warning(s)"
        )


def problem_json(problem: "Problem") -> dict[str, object]:
    """Return a problem as every `--json` shows it."""
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message,
        "hint": problem.hint,
    }


def _show(problems: "Sequence[Problem]", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([problem_json(one) for one in problems], ensure_ascii=False))
        return
    for one in problems:
        print(f"{one.severity.value}: {one}")
