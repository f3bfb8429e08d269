"""`sla-bridge registry`: what the customer registry holds, and what is wrong with it."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.console.terminal import say, say_json
from bridge.cli.options import PARTLY, At, Config, Json, instant_or_now
from bridge.cli.registry import news, products

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.connectors.registry.load import RegistryLoad
    from bridge.connectors.registry.source_loader import SourceState
    from bridge.tickets import Ticket

app = typer.Typer(help="Check the customer registry, or look a customer up.", no_args_is_help=True)

_SHOWN = 200


@app.command()
def check(
    config: Config = None,
    confirm_shrunken: Annotated[
        bool, typer.Option("--confirm-shrunken", help="Take in a source that is empty or lost many rows.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List every bad row with its column, and how each source and list of events fared; exit with 3 when there is an error, with
    4 when a source or list is missing.
    """
    from bridge.errors import ConfigurationInvalid, Severity

    load = _load(config, confirm_shrunken=confirm_shrunken)
    if as_json:
        say_json(_as_json(load))
    else:
        _show(load)
    missing = {one.why for one in (*load.sources, *load.lists) if one.missing and one.unreachable}
    if any(one.severity is Severity.ERROR and one.message not in missing for one in load.problems):
        raise typer.Exit(ConfigurationInvalid.exit_code)
    if missing:
        raise typer.Exit(PARTLY)


def _as_json(load: "RegistryLoad") -> dict[str, Any]:
    from bridge.cli.agreement.policy import problem_json

    return {
        "rows": load.rows,
        "sources": [_state_json(one) for one in load.sources],
        "events": [_state_json(one) for one in load.lists],
        "problems": [problem_json(one) for one in load.problems],
    }


def _state_json(state: "SourceState") -> dict[str, Any]:
    return {
        "id": state.id,
        "kind": state.kind,
        "rows": state.rows,
        "as_of": _instant(state.as_of),
        "from_copy": state.copied,
        "missing": state.missing,
        "why": state.why,
    }


def _show(load: "RegistryLoad") -> None:
    for one in load.problems[:_SHOWN]:
        say(f"{one.severity.value}: {one}")
    if len(load.problems) > _SHOWN:
        say(f"… and {len(load.problems) - _SHOWN} more; --json lists all")
    for source in (*load.sources, *load.lists):
        served = "last good copy, " if source.copied else "missing, " if source.missing else ""
        why = f": {source.why}" if source.why else ""
        say(f"{source.id}: {served}{source.rows} row(s), as of {_instant(source.as_of) or 'never'}{why}")


@app.command()
def lookup(
    email: Annotated[str | None, typer.Option("--email", help="The requester's e-mail address.")] = None,
    number: Annotated[str | None, typer.Option("--number", help="A registration number.")] = None,
    organization: Annotated[
        str | None, typer.Option("--organization", help="The organisation's name in the helpdesk.")
    ] = None,
    at: At = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show what the registry answers for a requester, as a ticket of his would get it, and whether his curator is at work."""
    if not (email or number or organization):
        raise typer.BadParameter("give at least one of --email, --number and --organization")
    found = _answer(_load(config, confirm_shrunken=False), _ticket_of(email, number, organization, instant_or_now(at)))
    if as_json:
        say_json(found)
        return
    customer = found.pop("customer") or {}
    for name, value in {**found, **{f"customer.{name}": value for name, value in customer.items()}}.items():
        if value not in (None, "", [], {}):
            say(f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


def _ticket_of(email: str | None, number: str | None, organization: str | None, created_at: int) -> "Ticket":
    """Return a ticket that such a requester might open."""
    from bridge.tickets import Organization, Reference, Requester, Ticket

    return Ticket(
        id=0,
        number="",
        rev="",
        created_at=created_at,
        status=Reference(state="open"),
        department=Reference(),
        requester=Requester(email=email or "", organization=Organization(name=organization) if organization else None),
        fields={"registration_number": number} if number else {},
    )


def _answer(load: "RegistryLoad", ticket: "Ticket") -> dict[str, Any]:
    """Return the registry's answer as JSON, as of the ticket's creation."""
    from pydantic import TypeAdapter

    from bridge.customers import RegistryAnswer

    answer = load.registry.lookup(ticket, now=ticket.created_at)
    found: dict[str, Any] = TypeAdapter(RegistryAnswer).dump_python(answer, mode="json")
    found |= {name: _instant(getattr(answer, name)) for name in ("as_of", "curator_until", "stale_from")}
    del found["taken"]  # Who counts is the sync, ticket by ticket.
    found["tracks"] = sorted(found["tracks"])
    curator = load.registry.curators.find(answer.curator)
    if curator is not None:
        found["curator_at_work"] = curator.at_work(ticket.created_at)
    return found


def _load(config: "Path | None", *, confirm_shrunken: bool) -> "RegistryLoad":
    from bridge.cli.wiring.configuration import read_settings
    from bridge.cli.wiring.customers import load_customers, no_registry

    load = load_customers(read_settings(config), confirm_shrunken=confirm_shrunken)
    if load is None:
        raise no_registry()
    return load


app.command("products")(products.products)
app.command("news")(news.news)


def _instant(value: int | None) -> str | None:
    from bridge.tickets import format_instant

    return None if value is None else format_instant(value)
