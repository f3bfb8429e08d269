"""`sla-bridge setup`: provision the helpdesk, or take back what was provisioned."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.streams import input_lines
from bridge.cli.console.terminal import say, say_json, tell
from bridge.cli.options import Config, Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from bridge.protocols.helpdesk import Helpdesk
    from bridge.protocols.provisioning import SetupReport, SetupRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The options, which do not all go together."""

    plan: bool
    remove: bool
    keep_values: bool
    tables: bool
    yes: bool
    as_json: bool

    def check(self) -> None:
        """Raises typer.BadParameter for options that exclude each other or do nothing."""
        if self.plan and self.remove:
            raise typer.BadParameter("--plan and --remove exclude each other", param_hint="--plan")
        for option, given in (("--keep-values", self.keep_values), ("--tables", self.tables), ("--yes", self.yes)):
            if given and not self.remove:
                raise typer.BadParameter("is for --remove only", param_hint=option)
        if self.remove and self.as_json and not self.yes:
            raise typer.BadParameter("--json asks nobody: add --yes", param_hint="--remove")
        if self.keep_values and self.tables:
            raise typer.BadParameter("--keep-values and --tables exclude each other", param_hint="--tables")


def setup(
    config: Config = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would be done.")] = False,
    remove: Annotated[
        bool,
        typer.Option("--remove", help="Take away again what setup has made, with its data; asks."),
    ] = False,
    keep_values: Annotated[
        bool,
        typer.Option("--keep-values", help="With --remove: leave the fields with their values; only the screens go."),
    ] = False,
    tables: Annotated[
        bool, typer.Option("--tables", help="With --remove: also the tables of osTicket's plugin; it is switched off.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --remove: do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Create the bridge's fields in the helpdesk, in osTicket also queue columns, queues and ready replies; again is harmless."""
    from dataclasses import asdict

    from bridge.cli.console.render import steps_table
    from bridge.cli.wiring.configuration import load_configuration
    from bridge.cli.wiring.helpdesk import connect, setup_request
    from bridge.errors import HelpdeskRefused

    asked = _Asked(plan=plan, remove=remove, keep_values=keep_values, tables=tables, yes=yes, as_json=as_json)
    asked.check()
    configuration = load_configuration(config)
    with connect(configuration.settings) as helpdesk:
        request = partial(setup_request, configuration, helpdesk.meta(), keep_values=keep_values, tables=tables)
        if remove and not _may_remove(helpdesk, request, yes=yes):
            return
        action = "plan" if plan else "remove" if remove else "apply"
        report, words = helpdesk.setup(request(action=action)), helpdesk.words
    if as_json:
        say_json({"action": action, **asdict(report)})
    else:
        steps_table(report, action=action)
    conflicts = [one for one in report.steps if one.state == "conflict"]
    if conflicts:
        raise HelpdeskRefused(f"{len(conflicts)} step(s) met what setup cannot change in the helpdesk", hint=words.mend)


def _may_remove(helpdesk: "Helpdesk", request: "Callable[..., SetupRequest]", *, yes: bool) -> bool:
    """Show what would go, and who uses it; return whether it may. A helpdesk that cannot tell that is not asked to remove."""
    from bridge.cli.console.render import removal_tables

    planned = helpdesk.setup(request(action="plan_remove"))
    # Where nothing can be taken away there is nothing to agree to: the removal says why.
    if yes or not any(one.state == "todo" for one in planned.steps):
        _tell_uses(planned)
        return True
    removal_tables(planned)
    tell("Take all of this away? Values that are lost do not come back. [y/N]")
    answer = next(input_lines(), b"").decode(errors="replace")
    if not answer:
        raise typer.BadParameter("asks before, and nobody answered: add --yes", param_hint="--remove")
    if answer.strip().lower() in ("y", "yes"):
        return True
    say("Nothing was taken away.")
    return False


def _tell_uses(planned: "SetupReport") -> None:
    for use in planned.uses:
        tell(f'note: {use.kind} "{use.title}" uses {use.field}')
