"""`sla-bridge registry news`: which customers are to be told of new releases, with a letter for each curator (CU-5)."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import say, say_json
from bridge.cli.options import PARTLY, AtDay, Config, Json, instant_or_now
from bridge.cli.registry.products import Asked, OfCurator, apart_text, asked_product, refuse_unknown_curator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import date
    from typing import Any

    from bridge.cli.wiring.news_letters import ForCurator
    from bridge.cli.wiring.roll_call import RollCall
    from bridge.policies.checks.catalogue import Product
    from bridge.policies.telling.news import Addressee, News, NotAddressed, ReleaseNews
    from bridge.settings.load import Settings

_SHOWN = 200

_Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Only releases from this day on, like 2026-11-01.")
]
_Letters = Annotated[
    Path | None,
    typer.Option(
        "--letters",
        metavar="FOLDER",
        help="Write a letter for each curator into this folder, and remember that these customers were told.",
    ),
]
_Again = Annotated[bool, typer.Option("--again", help="Also what was told before.")]
_Language = Annotated[
    str | None,
    typer.Option("--language", help="ru or en: of letters to curators who have none. [default: the policy's]"),
]


def news(
    config: Config = None,
    product: Asked = None,
    curator: OfCurator = None,
    since: _Since = None,
    letters: _Letters = None,
    again: _Again = False,
    language: _Language = None,
    at: AtDay = None,
    as_json: Json = False,
) -> None:
    """List which customers are to be told of the catalogue's releases, by curator: those with an older version and a certificate
    or contract in force. The others stand apart with the reason.

    What was written with --letters counts as told, and comes no more. Exit code 4 says that a source is missing.
    """
    from bridge.cli.wiring.news_letters import by_curator, write_letters
    from bridge.cli.wiring.roll_call import call_over
    from bridge.connectors.registry.load import without_collector
    from bridge.connectors.registry.told_news import ToldNews

    if language not in {None, "ru", "en"}:
        raise typer.BadParameter("ru, en", param_hint="--language")
    now, first = instant_or_now(at), _day(since)
    call = call_over(config)
    asked = asked_product(call.catalogue, product)
    refuse_unknown_curator(call, curator)
    told = ToldNews(call.settings.state_path)
    with _alone(told.path, writes=letters is not None), without_collector():
        marks = told.read()
        found = _found(call, asked, curator, first, now, set() if again else marks)
        share = by_curator(call, found, now, language or _policy_language(call.settings, needed=letters is not None))
        files: Mapping[str, list[str]] = {}
        if letters is not None:
            files = write_letters(call, share, letters)
            # Behind the letters: who dies in between is told to tell again, and nobody is forgotten.
            told.remember(marks.union(*(one.marks for one in share)))
    if as_json:
        say_json(_as_json(call, found, share, files))
    else:
        _show(call, found, share, files, letters)
    call.tell_limits()
    if call.missing:
        raise typer.Exit(PARTLY)


def _day(text: str | None) -> "date | None":
    from datetime import date

    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2026-11-20", param_hint="--since") from None


def _alone(path: Path, *, writes: bool) -> "AbstractContextManager[None]":
    """Return what keeps two runs from telling the same at once."""
    from bridge.sync.memory.lock import exclusive, lock_of

    return exclusive(lock_of(path)) if writes else nullcontext()


def _policy_language(settings: "Settings", *, needed: bool) -> str:
    """Return the language of the policy, which is read only where a letter needs it."""
    if not needed:
        return "en"
    from bridge.cli.wiring.configuration import assemble

    return assemble(settings, customers=False).policy.language


def _found(
    call: "RollCall", asked: "Product | None", curator: str | None, since: "date | None", now: int, told: set[str]
) -> "News":
    from bridge.connectors.registry.told_news import ToldOf
    from bridge.policies.checks.validity import day_of
    from bridge.policies.telling.news import Papers, news_of, releases_out

    registry, catalogue = call.load.registry, call.catalogue
    today = day_of(now, catalogue.zone)
    products = catalogue.products.values() if asked is None else [asked]
    releases = [(product, one) for product in products for one in releases_out(product, today, since)]
    papers = Papers(
        held=registry.held,
        tracks=registry.health.tracks,
        day=day_of(now, registry.description.zone),
        catalogue=catalogue,
    )
    return news_of(
        call.installations(curator),
        catalogue,
        papers,
        releases=releases,
        told=lambda product, release: ToldOf(told, product.id, release.version.text),
    )


def _show(
    call: "RollCall", found: "News", share: "list[ForCurator]", files: "Mapping[str, list[str]]", folder: Path | None
) -> None:
    for release in found.releases:
        say(*_release_lines(call, release, share))
    if not found.releases:
        say("the catalogue has no release to tell of (name one under `releases` of its product)")
    for line in found.apart[:_SHOWN]:
        say(f"not to be told, for nobody can tell the product: {apart_text(call, line)}")
    if found.unlisted:
        told = f"{found.unlisted:,} line(s) name a product that the catalogue does not list"
        say(f"{told}; `sla-bridge registry products` shows them")
    if folder is not None:
        names = [f"{folder / name}" for one in files.values() for name in one]
        say(f"{len(names)} file(s) written, and {sum(len(one.marks) for one in share)} customer(s) remembered as told:")
        say(*(f"  {name}" for name in names))


def _release_lines(call: "RollCall", news: "ReleaseNews", share: "list[ForCurator]") -> "Iterator[str]":
    count = f"{len(news.tell):,} customer(s) to tell, {len(news.apart):,} not, {len(news.told):,} told before"
    title = f"{news.product.id} {news.release.version} of {news.release.day} (to {news.release.tell.value})"
    yield f"{title}: {count}, {len(news.up_to_date):,} up to date"
    for one in share:
        for section in one.sections:
            if section.release is news.release:
                yield f"  {_curator_text(one)}"
                yield from (f"    {_runs(call, told)}" for told in section.tell[:_SHOWN])
                yield from _more(len(section.tell), "    ")
    if news.apart:
        yield "  not to be told"
        yield from (f"    {_runs(call, apart)}: {apart.why.value}" for apart in news.apart[:_SHOWN])
        yield from _more(len(news.apart), "    ")


def _more(count: int, indent: str) -> "Iterator[str]":
    if count > _SHOWN:
        yield f"{indent}… and {count - _SHOWN:,} more; --json lists all"


def _curator_text(one: "ForCurator") -> str:
    if not one.to:
        return "without a curator"
    instead = f", instead of {one.instead_of}" if one.instead_of else ""
    return f"{one.to}{f' <{one.email}>' if one.email else ''}{instead}"


def _runs(call: "RollCall", one: "Addressee | NotAddressed") -> str:
    name, _ = call.stated[one.customer]
    versions = ", ".join(version or "not stated" for version in one.versions)
    return f"{' '.join(filter(None, (one.customer, name)))}: {versions}"


def _as_json(
    call: "RollCall", found: "News", share: "list[ForCurator]", files: "Mapping[str, list[str]]"
) -> "dict[str, Any]":
    def customer(one: "Addressee | NotAddressed") -> "dict[str, Any]":
        return {"customer": one.customer, "name": call.stated[one.customer][0], "versions": list(one.versions)}

    return {
        "releases": [
            {
                "product": one.product.id,
                "version": one.release.version.text,
                "date": one.release.day.isoformat(),
                "tell": one.release.tell.value,
                "apart": [{**customer(apart), "why": apart.why.value} for apart in one.apart],
                "up_to_date": len(one.up_to_date),
                "told_before": len(one.told),
            }
            for one in found.releases
        ],
        "curators": [
            {
                "curator": one.key or None,
                "to": one.to,
                "email": one.email,
                "instead_of": one.instead_of or None,
                "files": files.get(one.key, []),
                "releases": [
                    {
                        "product": section.product.id,
                        "version": section.release.version.text,
                        "customers": [customer(told) for told in section.tell],
                    }
                    for section in one.sections
                ],
            }
            for one in share
        ],
        "apart": [
            {"customer": one.installation.customer, "file": one.installation.file, "line": one.installation.line}
            for one in found.apart
        ],
        "unlisted_products": found.unlisted,
        "not_listed": call.unreached,
    }
