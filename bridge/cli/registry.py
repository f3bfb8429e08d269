"""`sla-bridge registry`: what the customer registry holds, and what is wrong with it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.options import At, Config, Json, instant

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.connectors.registry.load import RegistryLoad

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
    """List every bad row with its column, and how each source fared; exit with 3 when there is an error."""
    from bridge.cli.policy import problem_json
    from bridge.errors import ConfigurationInvalid, Severity

    load = _load(config, confirm_shrunken=confirm_shrunken)
    if as_json:
        sources = [
            {
                "id": one.id,
                "kind": one.kind.value,
                "rows": one.rows,
                "as_of": _instant(one.as_of),
                "from_copy": one.copied,
                "missing": one.missing,
                "why": one.why,
            }
            for one in load.sources
        ]
        print(
            json.dumps(
                {"rows": load.rows, "sources": sources, "problems": [problem_json(one) for one in load.problems]},
                ensure_ascii=False,
            )
        )
    else:
        for one in load.problems[:_SHOWN]:
            print(f"{one.severity.value}: {one}")
        if len(load.problems) > _SHOWN:
            print(f"… and {len(load.problems) - _SHOWN} more; --json lists all")
        for source in load.sources:
            served = "last good copy, " if source.copied else "missing, " if source.missing else ""
            why = f": {source.why}" if source.why else ""
            print(f"{source.id}: {served}{source.rows} row(s), as of {_instant(source.as_of) or 'never'}{why}")
    if any(one.severity is Severity.ERROR for one in load.problems):
        raise typer.Exit(ConfigurationInvalid.exit_code)


@app.command()
def lookup(
    email: Annotated[str | None, typer.Option("--email", help="The requester's e-mail address.")] = None,
    number: Annotated[str | None, typer.Option("--number", help="A registration number.")] = None,
    organization: Annotated[
        str | None, typer.Option("--organization", help="The organisation's name in osTicket.")
    ] = None,
    at: At = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show what the registry answers for a requester, as a ticket of his would get it, and whether his curator is at work."""
    import time

    from pydantic import TypeAdapter

    from bridge.customers import RegistryAnswer
    from bridge.tickets import Organization, Reference, Requester, Ticket

    if not (email or number or organization):
        raise typer.BadParameter("give at least one of --email, --number and --organization")
    asked = instant(at)
    now = int(time.time()) if asked is None else asked
    ticket = Ticket(
        id=0,
        number="",
        rev="",
        created_at=now,
        status=Reference(state="open"),
        department=Reference(),
        requester=Requester(email=email or "", organization=Organization(name=organization) if organization else None),
        fields={"registration_number": number} if number else {},
    )
    registry = _load(config, confirm_shrunken=False).registry
    answer = registry.lookup(ticket, now=now)
    found = TypeAdapter(RegistryAnswer).dump_python(answer, mode="json")
    found |= {name: _instant(getattr(answer, name)) for name in ("as_of", "curator_until", "stale_from")}
    del found["taken"]  # Who counts is the sync, ticket by ticket.
    found["tracks"] = sorted(found["tracks"])
    curator = registry.curators.find(answer.curator)
    if curator is not None:
        found["curator_at_work"] = curator.at_work(now)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    customer = found.pop("customer") or {}
    for name, value in {**found, **{f"customer.{name}": value for name, value in customer.items()}}.items():
        if value not in (None, "", [], {}):
            print(f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


def _load(config: "Path | None", *, confirm_shrunken: bool) -> "RegistryLoad":
    from bridge.cli.wiring import load_customers
    from bridge.errors import ConfigurationInvalid, Problem
    from bridge.settings.load import find_folder, load_settings

    load = load_customers(load_settings(find_folder(config)), confirm_shrunken=confirm_shrunken)
    if load is None:
        hint = "describe one in a file and name it under `registry` in bridge.yaml"
        raise ConfigurationInvalid(
            [Problem(code="no_registry", message="no registry is configured", file="bridge.yaml", hint=hint)]
        )
    return load


def _instant(value: int | None) -> str | None:
    from bridge.tickets import format_instant

    return None if value is None else format_instant(value)
