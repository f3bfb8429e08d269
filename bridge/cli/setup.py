"""`sla-bridge setup`: provision the helpdesk."""

from typing import Annotated

import typer

from bridge.cli.options import Config, Json
from bridge.cli.terminal import say_json


def setup(
    config: Config = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would be done.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the bridge's fields, columns and queue away again, with their data.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Create the bridge's fields, queue columns and queue in the helpdesk; again is harmless."""
    from dataclasses import asdict

    from bridge.cli.render import steps_table
    from bridge.cli.wiring.configuration import load_configuration
    from bridge.cli.wiring.helpdesk import connect, setup_request
    from bridge.errors import HelpdeskRefused

    if plan and remove:
        raise typer.BadParameter("--plan and --remove exclude each other", param_hint="--plan")
    configuration = load_configuration(config)
    with connect(configuration.settings) as helpdesk:
        action = "plan" if plan else "remove" if remove else "apply"
        report = helpdesk.setup(setup_request(configuration, helpdesk.meta(), action=action))
    if as_json:
        say_json({"action": action, **asdict(report)})
    else:
        steps_table(report, action=action)
    conflicts = [one for one in report.steps if one.state == "conflict"]
    if conflicts:
        raise HelpdeskRefused(
            f"{len(conflicts)} step(s) met something else of the same name in the helpdesk",
            hint="See the steps marked `conflict`; rename the other thing, or map the input onto it in bridge.yaml",
        )
