"""`sla-bridge registry products`: who runs which product in which version (CU-5)."""

import io
import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import json_text, say, tell
from bridge.cli.options import PARTLY, AtDay, Config, instant_or_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from bridge.cli.wiring.roll_call import RollCall
    from bridge.policies.checks.catalogue import Catalogue, Product
    from bridge.policies.telling.running import Apart, Running, WhoRunsWhat

FORMATS = ("text", "json", "csv")
_LANGUAGES = ("ru", "en")
_NAMED = 10
_APART_SHOWN = 200
_WRITTEN_AT_ONCE = 1_000

Asked = Annotated[
    str | None,
    typer.Option("--product", metavar="NAME", help="Only this product, by its id, title or any name of the catalogue."),
]
OfCurator = Annotated[
    str | None,
    typer.Option(
        "--curator", metavar="NAME", help="Only the customers of this curator, by id, name or e-mail address."
    ),
]
_Format = Annotated[str, typer.Option("--format", "-f", help=f"{', '.join(FORMATS)}.")]


def products(
    config: Config = None,
    product: Asked = None,
    curator: OfCurator = None,
    outdated: Annotated[
        bool,
        typer.Option("--outdated", help="Only versions without full support: outdated, limited, ended, unsupported."),
    ] = False,
    format_: _Format = "text",
    language: Annotated[str, typer.Option("--language", help="ru or en: of a CSV, as spreadsheets have it.")] = "en",
    at: AtDay = None,
) -> None:
    """List who runs which product in which version, by the registry and the catalogue, with how far each version is supported.

    Lines that do not tell what their customer runs stand apart with their place; they are never outdated. Text names ten
    customers of each version; JSON and CSV name all. Exit code 4 says that a source is missing, and its customers with it.
    """
    from bridge.cli.wiring.roll_call import call_over
    from bridge.connectors.registry.load import without_collector
    from bridge.policies.checks.validity import day_of
    from bridge.policies.telling.running import who_runs_what

    for value, allowed, option in ((format_, FORMATS, "--format"), (language, _LANGUAGES, "--language")):
        if value not in allowed:
            raise typer.BadParameter(", ".join(allowed), param_hint=option)
    now = instant_or_now(at)
    call = call_over(config)
    asked = asked_product(call.catalogue, product)
    refuse_unknown_curator(call, curator)
    with without_collector():
        called = call.installations(curator)
        found = who_runs_what(called, call.catalogue, day=day_of(now, call.catalogue.zone), product=asked)
        _WRITERS[format_](call, found, _groups(found, outdated=outdated), language)
    call.tell_limits()
    if call.missing:
        raise typer.Exit(PARTLY)


def asked_product(catalogue: "Catalogue", name: str | None) -> "Product | None":
    """Return the product that an option names; a usage error (exit 2) for one that the catalogue does not list."""
    from bridge.files.positions import did_you_mean
    from bridge.policies.checks.catalogue import names_of

    found = None if name is None else catalogue.find(name)
    if name is not None and found is None:
        listed = ", ".join(catalogue.products) or "none"
        near = did_you_mean(name, [one for product in catalogue.products.values() for one in names_of(product)])
        message = f"the catalogue lists no product {name!r}: {near}there are {listed}"
        raise typer.BadParameter(message, param_hint="--product")
    return found


def refuse_unknown_curator(call: "RollCall", name: str | None) -> None:
    """Raise a usage error (exit 2) for a curator who is nobody's."""
    if name is not None and not call.customers_of(name):
        there = sorted(call.curators)
        more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
        message = f"no customer has the curator {name!r}; there are {', '.join(there[:_NAMED]) or 'none'}{more}"
        raise typer.BadParameter(message, param_hint="--curator")


def _groups(found: "WhoRunsWhat", *, outdated: bool) -> "list[Running]":
    from bridge.policies.telling.running import WITHOUT_FULL_SUPPORT

    return [one for one in found.groups if not outdated or one.support in WITHOUT_FULL_SUPPORT]


def _text(call: "RollCall", found: "WhoRunsWhat", groups: "list[Running]", _language: str) -> None:
    for group in groups:
        told = f" (latest {group.latest})" if group.latest and group.latest != group.version else ""
        version = group.version or "version not stated"
        say(f"{group.product} {version}: {group.support.value}, {len(group.customers):,} customer(s){told}")
        for customer in list(group.customers)[:_NAMED]:
            say(f"  {_customer_text(call, customer)}")
        if len(group.customers) > _NAMED:
            say(f"  … and {len(group.customers) - _NAMED:,} more; --format csv lists all")
    if found.apart:
        say(f"{len(found.apart):,} line(s) do not tell what their customer runs; nothing is concluded from them:")
    for one in found.apart[:_APART_SHOWN]:
        say(f"  {apart_text(call, one)}")
    if len(found.apart) > _APART_SHOWN:
        say(f"  … and {len(found.apart) - _APART_SHOWN:,} more; --format csv lists all")
    tell(f"{found.customers:,} customer(s) looked at, by the versions of {found.day}")


def _customer_text(call: "RollCall", customer: str) -> str:
    name, curator = call.stated[customer]
    return " ".join(filter(None, (customer, name, f"({curator})" if curator else "")))


def apart_text(call: "RollCall", one: "Apart") -> str:
    """Return a line of the registry that tells nothing, with its place and its customer."""
    place = f"{one.installation.file}:{one.installation.line}"
    version = one.installation.said.version
    words = filter(None, (one.product, repr(version) if version else "", one.why.value))
    return f"{place}: {_customer_text(call, one.installation.customer)}: {' '.join(words)}"


def _json(call: "RollCall", found: "WhoRunsWhat", groups: "list[Running]", _language: str) -> None:
    """Print one object; groups are written one by one, so that no more than one is held as text."""
    from bridge.tickets import instant_text

    head = {"day": found.day.isoformat(), "as_of": instant_text(call.load.as_of), "customers": found.customers}
    out = sys.stdout
    out.write(json_text(head)[:-1])
    for name, rows in (("groups", _json_groups(call, groups)), ("apart", _json_apart(call, found))):
        out.write(f', "{name}": [')
        for number, row in enumerate(rows):
            out.write((",\n" if number else "\n") + json_text(row))
        out.write("]")
    out.write(f', "not_listed": {json_text(call.unreached)}}}\n')


def _json_groups(call: "RollCall", groups: "list[Running]") -> "Iterator[Mapping[str, Any]]":
    for one in groups:
        yield {
            "product": one.product,
            "version": one.version,
            "support": one.support.value,
            "latest": one.latest or None,
            "count": len(one.customers),
            "customers": [_json_customer(call, customer) for customer in one.customers],
        }


def _json_apart(call: "RollCall", found: "WhoRunsWhat") -> "Iterator[Mapping[str, Any]]":
    for one in found.apart:
        yield {
            **_json_customer(call, one.installation.customer),
            "product": one.product or one.installation.said.product,
            "version": one.installation.said.version,
            "why": one.why.value,
            "file": one.installation.file,
            "line": one.installation.line,
        }


def _json_customer(call: "RollCall", customer: str) -> "dict[str, Any]":
    name, curator = call.stated[customer]
    return {"customer": customer, "name": name, "curator": curator or None}


def _csv(call: "RollCall", found: "WhoRunsWhat", groups: "list[Running]", language: str) -> None:
    """Print a row for each customer and version, and for each line that tells nothing one with its place."""
    from bridge.reports.spreadsheet import BOM, table_writer

    rows = _csv_rows(call, found, groups)
    sys.stdout.write(BOM)
    while part := list(islice(rows, _WRITTEN_AT_ONCE)):
        out = io.StringIO()
        table_writer(out, language).writerows(part)
        sys.stdout.write(out.getvalue())


def _csv_rows(call: "RollCall", found: "WhoRunsWhat", groups: "list[Running]") -> "Iterator[Sequence[object]]":
    from bridge.reports.spreadsheet import harmless

    yield "product", "version", "support", "latest", "customer", "name", "curator", "file", "line"
    curators = {text: harmless(text) for text in ("", *call.curators)}
    for one in groups:
        beside = [harmless(text) for text in (one.product, one.version, one.support.value, one.latest)]
        for customer in one.customers:
            name, curator = call.stated[customer]
            yield *beside, harmless(customer), harmless(name), curators[curator], "", ""
    for told in found.apart:
        customer, said, file, line = told.installation
        beside = [harmless(text or "") for text in (told.product or said.product, said.version, told.why.value)]
        yield *beside, "", *map(harmless, (customer, *call.stated[customer], file)), line


_WRITERS = {"text": _text, "json": _json, "csv": _csv}
