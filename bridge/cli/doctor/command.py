"""`sla-bridge doctor`: what is wrong, where, and what to do about it."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import say_json
from bridge.cli.options import Config, Json

if TYPE_CHECKING:
    from bridge.cli.doctor.finding import Finding


def doctor(
    config: Config = None,
    offline: Annotated[bool, typer.Option("--offline", help="Check the configuration only; ask no helpdesk.")] = False,
    as_json: Json = False,
) -> None:
    """Check configuration, data, state and the helpdesk; exit with 0 or the code of the worst finding."""
    from bridge.cli.doctor.diagnosis import diagnose

    findings = list(diagnose(config, offline=offline))
    if as_json:
        rows = [{"state": one.state, "what": one.what, "found": one.found, "next": one.next} for one in findings]
        say_json(rows)
    else:
        _table(findings)
    worst = next((one.exit_code for one in findings if one.state == "fail"), 0)
    if worst:
        raise typer.Exit(worst)


def _table(findings: "list[Finding]") -> None:
    from rich.table import Table

    from bridge.cli.console.render import cell, out, styled

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in findings:
        table.add_row(styled(one.state), cell(one.what), cell(one.found))
        if one.next:
            table.add_row("", "", f"→ {cell(one.next)}")
    out().print(table)
