"""`sla-bridge actions`: what became of letters and changes, and what a person does about those that did not go through."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.console.terminal import say, say_json
from bridge.cli.options import PARTLY, Config, Json
from bridge.errors import NoSuchAction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bridge.protocols.helpdesk import Helpdesk
    from bridge.protocols.writing import ActionOutcome, ListedAction

app = typer.Typer(help="List what became of actions; send, drop, run or try one.", no_args_is_help=True)

_STATES = ("accepted", "sending", "held", "refused", "unknown", "done", "dropped")
_TO_SETTLE = ("held", "unknown", "refused")
_DASH = "—"
_NO_TICKET = ("-", _DASH)
"""How people write that a letter belongs to no ticket, and what they see in the list."""

_Ticket = Annotated[str, typer.Argument(help="The ticket's number as people see it, with or without #, or id:4711.")]
_TicketOrNone = Annotated[
    str,
    typer.Argument(
        metavar="TICKET",
        help="The ticket's number as people see it, with or without #, or id:4711; - for a letter that belongs to none.",
    ),
]
_Key = Annotated[str, typer.Argument(metavar="KEY", help="The action's key as `actions list` shows it, or its id.")]


@app.command("list")
def listed(
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--state", metavar="STATE", help=f"One of {', '.join(_STATES)}. [default: {', '.join(_TO_SETTLE)}]"
        ),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """List the actions that are held, were refused, or whose fate nobody knows."""
    from bridge.cli.wiring.configuration import read_settings
    from bridge.cli.wiring.helpdesk import connect

    wanted = tuple(dict.fromkeys(states or _TO_SETTLE))
    if strange := next((one for one in wanted if one not in _STATES), None):
        raise typer.BadParameter(f"{strange!r} is no state; there are {', '.join(_STATES)}", param_hint="--state")
    with connect(read_settings(config)) as helpdesk:
        on, today = helpdesk.actions_today()
        found = list(helpdesk.actions(wanted))
    if as_json:
        say_json({"on": on, "today": today, "actions": [_as_json(one) for one in found]})
        return
    if found:
        _table(found)
    say(
        f"{len(found)} action(s) {' or '.join(wanted)}; {today} carried out today{'' if on else '; the plugin is switched off'}"
    )


def _as_json(one: "ListedAction") -> dict[str, Any]:
    from dataclasses import asdict

    from bridge.tickets import format_instant

    return {**asdict(one), "at": format_instant(one.at), "changed_at": format_instant(one.changed_at)}


def _table(found: "Sequence[ListedAction]") -> None:
    from rich.table import Table

    from bridge.cli.console.render import cell, out, styled
    from bridge.tickets import format_instant

    table = Table(box=None, pad_edge=False)
    for heading in ("ticket", "action", "kind", "state", "reason", "due since", "as of"):
        table.add_column(heading, overflow="fold")
    for one in found:
        texts = [cell(text) for text in (one.number if one.ticket is not None else _DASH, one.key, one.kind)]
        instants = [format_instant(at) for at in (one.at, one.changed_at)]
        table.add_row(*texts, styled(one.state), cell(one.reason), *instants)
    out().print(table)


@app.command()
def send(
    ticket: _TicketOrNone,
    key: _Key,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, where a letter may go out a second time.")] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Carry out an action that is held, was refused, or whose fate nobody knows, by your own decision."""
    _settle(config, ticket, key, send=True, yes=yes, as_json=as_json)


@app.command()
def drop(ticket: _TicketOrNone, key: _Key, config: Config = None, as_json: Json = False) -> None:
    """Give an action up for good: nothing is done, now or later."""
    _settle(config, ticket, key, send=False, yes=True, as_json=as_json)


def _settle(config: Config, ticket: str, wanted: str, *, send: bool, yes: bool, as_json: bool) -> None:
    from bridge.cli.wiring.configuration import read_settings
    from bridge.cli.wiring.helpdesk import connect, find_ticket

    with connect(read_settings(config)) as helpdesk:
        found = None if ticket in _NO_TICKET else find_ticket(helpdesk, ticket)
        ticket_id, number = (None, None) if found is None else (found.id, found.number)
        action = _found(helpdesk, ticket_id, wanted, number=number)
        if send and action.state == "unknown" and not yes:
            _confirm(as_json=as_json)
        outcome = helpdesk.settle_action(ticket_id, action.key, send=send)
    _say_outcomes([outcome], {None: number}, as_json=as_json)


def _found(helpdesk: "Helpdesk", ticket_id: int | None, wanted: str, *, number: str | None) -> "ListedAction":
    """Return the action of that key or id, of the ticket or of none. Raises NoSuchAction where there is none, or more than one of
    the id."""
    of_ticket = [one for one in helpdesk.actions(_TO_SETTLE) if one.ticket == ticket_id]
    found = [one for one in of_ticket if wanted in {one.key, one.id}]
    if len(found) == 1:
        return found[0]
    keys = ", ".join(one.key for one in found or of_ticket)
    where = "what belongs to no ticket" if number is None else f"ticket {number}"
    message = f"{where} has {'several actions' if found else 'no action'} {wanted} to settle"
    raise NoSuchAction(message, hint=f"Write one of {keys}" if keys else "See `sla-bridge actions list`")


def _confirm(*, as_json: bool) -> None:
    if as_json or not sys.stdin.isatty():
        raise typer.BadParameter("nobody knows whether it went out: look first, then add --yes", param_hint="--yes")
    typer.confirm("Nobody knows whether this letter went out. Send it, perhaps a second time?", abort=True, err=True)


@app.command()
def run(config: Config = None, as_json: Json = False) -> None:
    """Let the helpdesk carry out what is due now and not held; `sync` does this by itself."""
    from bridge.cli.wiring.configuration import read_settings
    from bridge.cli.wiring.helpdesk import connect

    with connect(read_settings(config)) as helpdesk:
        found = helpdesk.run_actions()
    if as_json:
        say_json({"results": [_outcome_json(one) for one in found.outcomes], "left": found.left})
    else:
        ids = {one.ticket for one in found.outcomes}
        _say_outcomes(found.outcomes, {one: None if one is None else f"id {one}" for one in ids}, as_json=False)
        say(f"{len(found.outcomes)} action(s) looked at, {found.left} left")
    if any(one.state in {"refused", "unknown"} for one in found.outcomes):
        raise typer.Exit(PARTLY)


@app.command("test")
def try_out(
    ticket: _Ticket,
    action_id: Annotated[str, typer.Argument(metavar="ACTION-ID", help="The letter's id, as the policy declares it.")],
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Your own address; nobody else gets the letter.")],
    language: Annotated[str | None, typer.Option("--language", help="ru or en. [default: the ticket's]")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Send one letter about a ticket to yourself, as the customer or the curator would get it."""
    from bridge.cli.wiring.configuration import load_configuration, warn
    from bridge.cli.wiring.helpdesk import connect, find_ticket
    from bridge.cli.wiring.trying import letter_on_trial
    from bridge.files.addresses import is_address

    if language not in {None, "ru", "en"}:
        raise typer.BadParameter("ru or en", param_hint="--language")
    if not is_address(to):
        raise typer.BadParameter(f"{to!r} is no e-mail address", param_hint="--to")
    configuration = load_configuration(config)
    warn(configuration.warnings)
    with connect(configuration.settings) as helpdesk:
        found = find_ticket(helpdesk, ticket)
        now = helpdesk.server_time or int(time.time())
        letter = letter_on_trial(configuration, found, action_id, now=now, language=language)
        message_id = helpdesk.send_test(found.id, to, letter)
    if as_json:
        say_json({"ticket": found.number, "id": action_id, "to": to, "message_id": message_id, "letter": letter})
    else:
        say(f"sent to {to}: {letter['subject']}", f"Message-ID: {message_id}")


def _outcome_json(one: "ActionOutcome") -> dict[str, Any]:
    return {"ticket_id": one.ticket, "key": one.key, "state": one.state, "reason": one.reason}


def _say_outcomes(outcomes: "Sequence[ActionOutcome]", tickets: dict[int | None, str | None], *, as_json: bool) -> None:
    for one in outcomes:
        ticket = tickets[one.ticket]
        if as_json:
            say_json({"ticket": ticket, "key": one.key, "state": one.state, "reason": one.reason})
        else:
            where = "no ticket" if ticket is None else f"ticket {ticket}"
            say(f"{where}, {one.key}: {one.state}{f' ({one.reason})' if one.reason else ''}")
