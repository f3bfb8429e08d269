"""`sla-bridge demo`: the main job from beginning to end on the embedded helpdesk."""

from typing import TYPE_CHECKING

from bridge.cli.terminal import say_wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from bridge.cli.wiring.configuration import Configuration
    from bridge.connectors.sandbox import Sandbox
    from bridge.protocols import Helpdesk
    from bridge.settings.load import Settings
    from bridge.tickets import Ticket

_SHOWN = 20


def demo() -> None:
    """Start a helpdesk with sample tickets, provision it, sync it, let an agent work, and sync again."""
    import tempfile
    import time
    from pathlib import Path

    from bridge.cli.render import out
    from bridge.connectors.sandbox import Sandbox

    console = out()
    with tempfile.TemporaryDirectory(prefix="sla-bridge-demo-") as scratch, Sandbox() as sandbox:
        sandbox.seed_sample(int(time.time()))
        tickets = "sample tickets in Russian and English"
        console.print(f"[bold]An embedded helpdesk[/] answers at {sandbox.url} with {tickets}.")
        _walk(console, sandbox, Path(scratch))


def _walk(console: "Console", sandbox: "Sandbox", scratch: "Path") -> None:
    import time

    from bridge.cli.render import steps_table
    from bridge.cli.sync import summary, tell_news
    from bridge.cli.wiring.deciding import Deferred
    from bridge.cli.wiring.helpdesk import setup_request
    from bridge.cli.wiring.passes import pass_engine, pass_options
    from bridge.settings.fingerprint import fingerprint

    settings = _settings(sandbox, scratch)
    deferred, basis = Deferred(settings), fingerprint(settings, int(time.time()))
    configuration = deferred.configuration
    with pass_engine(deferred, pass_options(settings), basis=basis) as engine:
        helpdesk = engine.helpdesk

        def run_pass(title: str) -> None:
            console.print(f"\n[bold]$ sla-bridge sync[/]   {title}")
            before, started = helpdesk.requests_sent, time.monotonic()
            report = engine.sync()
            summary(report, requests=helpdesk.requests_sent - before, seconds=time.monotonic() - started)
            tell_news(report)

        console.print("\n[bold]$ sla-bridge setup[/]   fields, a queue and its columns")
        steps_table(helpdesk.setup(setup_request(configuration, helpdesk.meta(), action="apply")), action="apply")
        run_pass("the first pass reads every open ticket")
        _show_tickets(console, helpdesk)
        run_pass("nothing has changed: one request, nothing written")
        ticket = _waiting_ticket(helpdesk)
        sandbox.people.agent_reply(ticket.id, "Добрый день! Обновите, пожалуйста, программу до последней версии.")
        console.print(f"\nAn agent answers ticket {ticket.number}.")
        run_pass("one ticket has changed, one is written")
        _explain(console, configuration, helpdesk, ticket.id)


def _show_tickets(console: "Console", helpdesk: "Helpdesk") -> None:
    """Print the fields as the helpdesk now has them."""
    from rich.table import Table

    from bridge.cli.render import cell, styled, value_text

    table = Table(box=None, pad_edge=False)
    for heading in ("ticket", "subject", "level", "state", "due", "support"):
        table.add_column(heading, no_wrap=heading != "subject", overflow="ellipsis", max_width=44)
    rows = [one for one in _open_tickets(helpdesk) if one.bridge.fields.get("sla_level")]
    for ticket in rows[:_SHOWN]:
        shown = (value_text(ticket.bridge.fields.get(f"sla_{name}")) for name in ("level", "state", "due", "support"))
        table.add_row(ticket.number, cell(ticket.subject), *map(styled, shown))
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"… and {len(rows) - _SHOWN} more open tickets")


def _open_tickets(helpdesk: "Helpdesk") -> "list[Ticket]":
    from bridge.tickets import Ticket

    return [one for page in helpdesk.tickets(open_only=True) for one in page if isinstance(one, Ticket)]


def _waiting_ticket(helpdesk: "Helpdesk") -> "Ticket":
    """Return the running ticket that is due first."""
    running = [one for one in _open_tickets(helpdesk) if one.bridge.fields.get("sla_due")]
    return min(running, key=lambda one: str(one.bridge.fields["sla_due"]))


def _explain(console: "Console", configuration: "Configuration", helpdesk: "Helpdesk", ticket_id: int) -> None:
    from dataclasses import replace

    from bridge.cli.explain import told
    from bridge.cli.wiring.helpdesk import find_ticket

    ticket = find_ticket(helpdesk, f"id:{ticket_id}")
    console.print(f"\n[bold]$ sla-bridge explain {ticket.number} --language en[/]")
    english = replace(configuration, policy=replace(configuration.policy, language="en"))
    say_wrapped(*told(english, ticket, helpdesk.ping().server_time))


def _settings(sandbox: "Sandbox", scratch: "Path") -> "Settings":
    """Return the shipped settings, pointed at the embedded helpdesk."""
    import shutil
    from dataclasses import replace

    from bridge.files.secret_reference import SecretReference
    from bridge.settings.load import load_settings
    from bridge.settings.shipped import shipped

    folder = scratch / "config"
    shutil.copytree(shipped("config"), folder)
    key = scratch / "key"
    key.touch(mode=0o600)
    key.write_text(sandbox.keys.full, encoding="ascii")
    settings = load_settings(folder)
    connection = settings.file.helpdesk.model_copy(update={"url": sandbox.url, "key": SecretReference(file=str(key))})
    file = settings.file.model_copy(update={"helpdesk": connection, "state": str(scratch / "state.sqlite3")})
    return replace(settings, file=file)
