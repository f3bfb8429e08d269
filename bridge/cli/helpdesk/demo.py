"""`sla-bridge demo`: the main job from beginning to end on the embedded helpdesk, or on a double of another kind."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import say_wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rich.console import Console

    from bridge.cli.wiring.configuration import Configuration
    from bridge.connectors.sandbox import Sandbox
    from bridge.protocols.helpdesk import Helpdesk
    from bridge.settings.load import Settings
    from bridge.sync.engine import Engine
    from bridge.tickets import Ticket

_SHOWN = 20
_SHOWN_ACTIONS = {"warn-75": "a warning", "remind": "a reminder", "close.close": "a closing"}
_LONGEST_DAYS = 30
_HOURS_BETWEEN_PASSES = 6


def demo(
    kind: Annotated[
        str, typer.Option("--kind", help="osticket, or bedesk for the double of a BeDesk. [default: osticket]")
    ] = "osticket",
) -> None:
    """Start a helpdesk with sample tickets, provision it, sync it, let an agent work, and sync again; then let weeks go by, in
    which the bridge warns, reminds and closes, where the kind of helpdesk carries out actions."""
    demos = {"osticket": _demo_of_osticket, "bedesk": _demo_of_bedesk}
    if kind not in demos:
        raise typer.BadParameter(f"{' or '.join(demos)}", param_hint="--kind")
    demos[kind]()


def _demo_of_bedesk() -> None:
    """Walk through what a helpdesk without a history can have; its older tickets show what nobody has seen."""
    import tempfile
    from pathlib import Path

    from bridge.cli.console.render import out
    from bridge.connectors.bedesk_double import BedeskDouble
    from bridge.connectors.bedesk_double.sample import fill_in_samples, open_samples

    console = out()
    with tempfile.TemporaryDirectory(prefix="sla-bridge-demo-") as scratch, BedeskDouble() as double:
        open_samples(double.desk)
        console.print(
            f"[bold]A double of BeDesk[/] answers at {double.url}; it is no BeDesk, but speaks its documented API."
        )
        settings = _settings(double.url, double.token, Path(scratch), kind="bedesk")
        with _walking(console, settings) as walk:
            walk.begin(lambda: fill_in_samples(double.desk))
            walk.answer(double.desk.agent_reply)


def _demo_of_osticket() -> None:
    import tempfile
    from pathlib import Path

    from bridge.cli.console.render import out
    from bridge.connectors.sandbox import Sandbox

    console = out()
    clock, letters = _Clock(), Path(tempfile.mkdtemp(prefix="sla-bridge-demo-letters-"))
    with (
        tempfile.TemporaryDirectory(prefix="sla-bridge-demo-") as scratch,
        Sandbox(clock=clock, letters=letters) as sandbox,
    ):
        sandbox.seed_sample(clock())
        tickets = "sample tickets in Russian and English"
        console.print(f"[bold]An embedded helpdesk[/] answers at {sandbox.url} with {tickets}.")
        settings = _settings(sandbox.url, sandbox.keys.full, Path(scratch), kind="osticket")
        with _walking(console, settings) as walk:
            walk.begin()
            ticket = walk.answer(sandbox.people.agent_reply)
            _let_weeks_go_by(console, sandbox, walk.engine, clock, ticket)
            _show_letters(console, sandbox, walk.engine.helpdesk, letters)


class _Clock:
    """The helpdesk's clock: this host's, and as far ahead as it was turned."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        import time

        return int(time.time()) + self.ahead


class _Walk:
    """The main job, step by step, as commands would do it one after the other."""

    def __init__(self, console: "Console", configuration: "Configuration", engine: "Engine") -> None:
        self.console = console
        self.configuration = configuration
        self.engine = engine

    def begin(self, provisioned: "Callable[[], None]" = lambda: None) -> None:
        """Set up the helpdesk, after which `provisioned` happens there, and sync it twice."""
        from bridge.cli.console.render import steps_table
        from bridge.cli.wiring.helpdesk import setup_request

        helpdesk = self.engine.helpdesk
        self.console.print("\n[bold]$ sla-bridge setup[/]   fields, and what else shows them there")
        request = setup_request(self.configuration, helpdesk.meta(), action="apply")
        steps_table(helpdesk.setup(request), action="apply")
        provisioned()
        self._run_pass("the first pass reads every open ticket")
        _show_tickets(self.console, helpdesk)
        self._run_pass("nothing has changed, nothing is written")

    def answer(self, reply: "Callable[[int, str], None]") -> "Ticket":
        """Let an agent answer the ticket that is due first, sync and explain it; return it."""
        ticket = _waiting_ticket(self.engine.helpdesk)
        reply(ticket.id, "Добрый день! Обновите, пожалуйста, программу до последней версии.")
        self.console.print(f"\nAn agent answers ticket {ticket.number}.")
        self._run_pass("one ticket has changed, one is written")
        _explain(self.console, self.configuration, self.engine.helpdesk, ticket.id)
        return ticket

    def _run_pass(self, title: str) -> None:
        import time

        from bridge.cli.passes.sync import summary, tell_news

        self.console.print(f"\n[bold]$ sla-bridge sync[/]   {title}")
        helpdesk = self.engine.helpdesk
        before, started = helpdesk.requests_sent, time.monotonic()
        report = self.engine.sync()
        summary(report, requests=helpdesk.requests_sent - before, seconds=time.monotonic() - started)
        tell_news(report)


@contextmanager
def _walking(console: "Console", settings: "Settings") -> "Iterator[_Walk]":
    import time

    from bridge.cli.wiring.deciding import Deferred
    from bridge.cli.wiring.passes import pass_engine, pass_options
    from bridge.settings.fingerprint import fingerprint

    deferred, basis = Deferred(settings), fingerprint(settings, int(time.time()))
    configuration = deferred.configuration
    with pass_engine(deferred, pass_options(settings), basis=basis) as engine:
        yield _Walk(console, configuration, engine)


def _let_weeks_go_by(console: "Console", sandbox: "Sandbox", engine: "Engine", clock: _Clock, ticket: "Ticket") -> None:
    """Let the ticket wait for its customer, who never answers, and run passes until all that is shown has been done."""
    from bridge.fields import WAITING_STATUS

    names = {WAITING_STATUS.ru, WAITING_STATUS.en}
    waiting = next(one for one in engine.helpdesk.meta().statuses if one.name in names)
    sandbox.people.set_status(ticket.id, waiting.name)
    console.print(f"\nThe agent now waits for the customer of ticket {ticket.number}, and weeks go by in a moment.")
    for _ in range(_LONGEST_DAYS * 24 // _HOURS_BETWEEN_PASSES):
        clock.ahead += _HOURS_BETWEEN_PASSES * 3600
        engine.sync()
        if {one.id for one in engine.helpdesk.actions(["done"])} >= _SHOWN_ACTIONS.keys():
            return


def _show_letters(console: "Console", sandbox: "Sandbox", helpdesk: "Helpdesk", letters: "Path") -> None:
    """Print one action of each kind that is shown, with its letter, and where all letters lie."""
    from email import message_from_bytes
    from email.policy import default

    from rich.table import Table

    from bridge.cli.console.render import cell
    from bridge.connectors.sandbox.action_rows import NO_TICKET
    from bridge.connectors.sandbox.letters import message_id
    from bridge.tickets import format_instant

    table = Table(box=None, pad_edge=False)
    for heading in ("when", "ticket", "done", "letter to", "subject"):
        table.add_column(heading, no_wrap=True, overflow="ellipsis", max_width=44)
    shown = dict(_SHOWN_ACTIONS)
    for action in helpdesk.actions(["done"]):
        what = shown.pop(action.id, None)
        if what is None:
            continue
        # A ticket is closed together with a letter of its own.
        key = action.key.replace("close.close", "close.reply")
        name = message_id(sandbox.store.instance_id, action.ticket or NO_TICKET, key).partition("@")[0]
        letter = message_from_bytes((letters / f"{name}.eml").read_bytes(), policy=default)
        row = (format_instant(action.changed_at), action.number, what, str(letter["To"]), str(letter["Subject"]))
        table.add_row(*map(cell, row))
    console.print("\n[bold]What the bridge did by itself[/]")
    console.print(table)
    console.print(f"All {len(list(letters.glob('*.eml')))} letters lie in {letters}", soft_wrap=True)


def _show_tickets(console: "Console", helpdesk: "Helpdesk") -> None:
    """Print the fields as the helpdesk now has them."""
    from rich.table import Table

    from bridge.cli.console.render import cell, styled, value_text

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

    from bridge.cli.tickets.explain import told
    from bridge.cli.wiring.helpdesk import find_ticket

    ticket = find_ticket(helpdesk, f"id:{ticket_id}")
    console.print(f"\n[bold]$ sla-bridge explain {ticket.number} --language en[/]")
    english = replace(configuration, policy=replace(configuration.policy, language="en"))
    say_wrapped(*told(english, ticket, helpdesk.ping().server_time, features=helpdesk.capabilities.features))


def _settings(url: str, secret: str, scratch: "Path", *, kind: str) -> "Settings":
    """Return the shipped settings, pointed at the helpdesk of the demo."""
    import shutil
    from dataclasses import replace

    from bridge.connectors.shipped import shipped
    from bridge.files.secret_reference import SecretReference
    from bridge.settings.load import load_settings
    from bridge.settings.model import ActionAddresses, ActionSettings

    folder = scratch / "config"
    shutil.copytree(shipped("config"), folder)
    key = scratch / "key"
    key.touch(mode=0o600)
    key.write_text(secret, encoding="ascii")
    settings = load_settings(folder)
    pointed = {"kind": kind, "url": url, "key": SecretReference(file=str(key))}
    connection = settings.file.helpdesk.model_copy(update=pointed)
    actions = ActionSettings(addresses=ActionAddresses(manager="head@support.example"))
    changed = {"helpdesk": connection, "state": str(scratch / "state.sqlite3"), "actions": actions}
    file = settings.file.model_copy(update=changed)
    return replace(settings, file=file)
