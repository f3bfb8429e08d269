"""`sla-bridge`: the command line. Each command has a file of its own; this one joins them.

Commands import what they need when they run, so that `--help` and shell completion answer at once.
"""

import atexit
import gc
import sys
from functools import partial

import typer

from bridge.cli import endings, version
from bridge.cli.agreement import calendar, policy, verify
from bridge.cli.console import logs
from bridge.cli.doctor import command as doctor
from bridge.cli.helpdesk import actions, demo, init, plugin, setup
from bridge.cli.passes import plan, run, state, sync
from bridge.cli.registry import command as registry
from bridge.cli.report import command as report
from bridge.cli.tickets import decide, explain, export

app = typer.Typer(
    name="sla-bridge",
    help="Service agreements as code for osTicket.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("plan")(plan.plan)
app.command("sync")(sync.sync)
app.command("run")(run.run)
app.command("explain")(explain.explain)
app.command("decide")(decide.decide)
app.command("export")(export.export)
app.command("report")(report.report)
app.command("verify")(verify.verify)
app.add_typer(actions.app, name="actions")
app.add_typer(policy.app, name="policy")
app.add_typer(calendar.app, name="calendar")
app.add_typer(registry.app, name="registry")
app.command("doctor")(doctor.doctor)
app.command("setup")(setup.setup)
app.add_typer(plugin.app, name="plugin")
app.add_typer(state.app, name="state")
app.command("version")(version.version)


@app.callback()
def options(
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Tell on stderr what is being done."),
) -> None:
    """Service agreements as code for osTicket."""
    logs.configure(verbose=verbose)


def main() -> None:
    """Run the command line; exit with the code of the documented table."""
    # A pass builds many large structures without cycles; collecting every 700 objects would cost a tenth of its time.
    gc.set_threshold(100_000, 20, 20)
    # The heap goes away with the process: searched for cycles at the end, it would cost a short command a fifth of its time.
    atexit.register(gc.freeze)
    sys.exit(endings.run(partial(app, prog_name="sla-bridge", standalone_mode=False)))
