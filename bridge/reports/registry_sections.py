"""What the registry says that a manager has to act on: certificates, contracts, versions; and the exceptions in force."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bridge.reports import report_words as words
from bridge.reports.markup import safe
from bridge.reports.section import left_out, long_table, nothing, section
from bridge.reports.tables import NUMBER, Column, Line
from bridge.reports.teller import Teller
from bridge.tickets import parse_instant

Standing = Mapping[str, Any]
"""What stands in the registry, as JSON."""

_SEEN = 15


def registry_sections(teller: Teller, standing: Standing | None) -> Iterator[str]:
    """Yield the parts; without a registry one line that says so."""
    if standing is None:
        yield section(teller, "certificates", [nothing(teller, "registry")])
        return
    yield _certificates(teller, standing)
    yield _part(
        teller, standing, "entitlements", ("customer", "paper", "entitlement", "period", "used", "left"), _entitlement
    )
    yield _part(teller, standing, "versions", ("customer", "product", "version", "state", "latest"), _version)
    yield _part(
        teller, standing, "exceptions", ("exception", "customer", "level", "reason", "approver", "until"), _exception
    )


def ending_within(standing: Standing, days: int) -> int:
    """Return how many certificates end within so many days."""
    return sum(one["days"] <= days for one in standing["certificates"])


def _certificates(teller: Teller, standing: Standing) -> str:
    counts = ", ".join(
        teller.word(words.WITHIN, days=days, count=ending_within(standing, days)) for days in (30, 60, 90)
    )
    return _part(
        teller, standing, "certificates", ("customer", "certificate", "until", "days"), _certificate, remark=counts
    )


def _part(teller: Teller, standing: Standing, name: str, headings: Sequence[str], told: Any, remark: str = "") -> str:
    rows = standing[name]
    if not rows and not _keeps(standing, name):
        return section(teller, name, [nothing(teller, "not_kept")])
    as_of = standing.get("as_of")
    aged = teller.word(words.REGISTRY_AS_OF, at=teller.instant(parse_instant(as_of))) if as_of else ""
    beside = " · ".join(filter(None, (remark if rows else "", aged)))
    if not rows:
        return section(teller, name, [nothing(teller, name)], remark=beside)
    numbers = {"days", "left"}
    columns = [Column(teller.word(words.COLUMNS[one]), NUMBER if one in numbers else "") for one in headings]
    lines = [Line([safe(cell) for cell in told(teller, one)]) for one in rows]
    caption = teller.word(words.SECTIONS[name])
    content = [
        long_table(teller, caption, columns, lines, seen=_SEEN),
        left_out(teller, len(lines), standing["more"][name]),
    ]
    return section(teller, name, content, remark=beside)


def _keeps(standing: Standing, name: str) -> bool:
    """Return whether the registry keeps what the list is made of: nothing is missing there where nobody looks."""
    kept = _KEPT_AS.get(name)
    return kept is None or not kept.isdisjoint(standing.get("tracks") or ())


_KEPT_AS = {
    "certificates": frozenset({"certificates"}),
    "entitlements": frozenset({"contracts", "certificates"}),
    "versions": frozenset({"licences"}),
}


def _customer(one: Mapping[str, Any]) -> str:
    return str(one["name"] or one["customer"])


def _certificate(teller: Teller, one: Mapping[str, Any]) -> Iterable[str]:
    yield _customer(one)
    yield str(one["certificate"] or teller.word(words.NOTHING))
    yield teller.day(date.fromisoformat(one["until"]))
    yield str(one["days"])


def _entitlement(teller: Teller, one: Mapping[str, Any]) -> Iterable[str]:
    yield _customer(one)
    yield str(one["paper"] or teller.word(words.NOTHING))
    yield str(one["entitlement"])
    yield str(one["period"] or teller.word(words.NOTHING))
    yield teller.word(
        words.OF, part=teller.number(one["used"]), whole=f"{teller.number(one['of'])} {one['unit']}".rstrip()
    )
    yield teller.number(one["left"])


def _version(teller: Teller, one: Mapping[str, Any]) -> Iterable[str]:
    yield _customer(one)
    yield teller.product(one["product"])
    yield str(one["version"])
    known = words.VERSION_STATES.get(one["state"])
    yield teller.word(known) if known is not None else str(one["state"])
    yield str(one["latest"] or teller.word(words.NOTHING))


def _exception(teller: Teller, one: Mapping[str, Any]) -> Iterable[str]:
    yield str(one["id"])
    yield _customer(one) or teller.word(words.NOTHING)
    yield teller.level(one["level"] or "")
    yield str(one["reason"])
    yield str(one["approver"])
    yield teller.day(date.fromisoformat(one["until"])) if one["until"] else teller.word(words.NOTHING)
