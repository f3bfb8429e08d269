"""The lists of tickets in the report: what was missed and why, with receipts; what comes next; who is left out, and why."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from bridge.policies.figures.model import Excluded, Figures, Missed, Unknown
from bridge.reports import report_words as words
from bridge.reports.coming import Coming
from bridge.reports.markup import link, safe, tag
from bridge.reports.section import left_out, long_table, nothing, section
from bridge.reports.tables import CUT, NUMBER, WIDE, Column, Line, folded, table
from bridge.reports.teller import Teller

AT_MOST = 200
"""Tickets of one list on a page."""

_FIRST = 6
"""Missed ones that are seen at once."""

_OF_MISSED = ("ticket", "customer", "level", "due", "late", "cause", "agent", "receipt")
_OF_COMING = ("ticket", "customer", "level", "due", "state", "agent")
_INSIDE = frozenset({"cause", "agent"})
"""What a customer is not told."""


def columns_of(teller: Teller, *names: str) -> list[Column]:
    """Return columns by the names of their headings."""
    kinds = {
        **dict.fromkeys(("customer", "cause", "reason", "agent"), CUT),
        **dict.fromkeys(("count", "share"), NUMBER),
        "receipt": WIDE,
    }
    return [Column(teller.word(words.COLUMNS[name]), kinds.get(name, "")) for name in names]


def missed_sections(teller: Teller, figures: Figures, *, inside: bool = True) -> Iterator[str]:
    """Yield what is overdue, the oldest first, why deadlines were missed, and those that ended so, each with its receipt.

    Causes, departments and agents only where they are for one's own people.
    """
    overdue = [one for one in reversed(figures.missed) if one.stopped_at is None]
    yield _missed(teller, "overdue", overdue, inside=inside, seen=_SEEN)
    if figures.missed and inside:
        yield _causes(teller, figures.missed)
    ended = [one for one in figures.missed if one.stopped_at is not None]
    yield _missed(teller, "missed", ended, inside=inside, seen=_FIRST)


def _causes(teller: Teller, missed: Sequence[Missed]) -> str:
    counted = Counter(one.breach_cause for one in missed)
    lines = [
        Line([safe(teller.cause(cause)), str(count), safe(teller.share(count, len(missed)))])
        for cause, count in sorted(counted.items(), key=lambda item: (-item[1], item[0] or ""))
    ]
    columns = columns_of(teller, "cause", "count", "share")
    columns[0] = Column(columns[0].title)
    total = Line([safe(teller.word(words.TOTAL)), str(len(missed)), safe(teller.share(1, 1))], "total")
    caption = teller.word(words.SECTIONS["causes"])
    return section(
        teller, "causes", [table(caption, columns, [*lines, total], kind="")], remark=teller.word(words.WITH_OPEN)
    )


def _missed(teller: Teller, name: str, missed: Sequence[Missed], *, inside: bool, seen: int) -> str:
    if not missed:
        return section(teller, name, [nothing(teller, name)])
    caption = teller.word(words.SECTIONS[name])
    names = [name for name in _OF_MISSED if inside or name not in _INSIDE]
    columns = columns_of(teller, *names)
    lines = [_missed_line(teller, one, names) for one in missed[:AT_MOST]]
    content = [
        long_table(teller, caption, columns, lines, seen=seen, kind="cards missed"),
        left_out(teller, AT_MOST, len(missed)),
    ]
    return section(teller, name, content, remark=teller.word(words.NOTES[name], count=len(missed)))


def _missed_line(teller: Teller, one: Missed, names: Sequence[str]) -> Line:
    cells = {
        **_told(teller, one),
        "due": safe(teller.instant(one.due_at if one.due_at is not None else one.breached_at)),
        "late": safe(teller.lateness(one)),
        "cause": safe(teller.cause(one.breach_cause)),
        "receipt": folded(
            teller.word(words.COLUMNS["receipt"]), _receipt(teller, one, inside="agent" in names), kind="receipt"
        ),
    }
    return Line([cells[name] for name in names])


def _told(teller: Teller, one: Missed | Coming) -> dict[str, str]:
    return {
        "ticket": ticket_link(teller, one.ticket, one.number),
        "customer": safe(teller.named("customer", one.customer, one.customer_name)),
        "level": f"{safe(teller.level(one.level))}<br>{tag('small', safe(teller.metric(one.metric)))}",
        "agent": safe(_person(teller, one)),
    }


def _person(teller: Teller, one: Missed | Coming) -> str:
    return teller.named(
        "agent", "" if one.agent is None else str(one.agent.id), "" if one.agent is None else one.agent.name
    )


def _receipt(teller: Teller, one: Missed, *, inside: bool) -> str:
    """Return what was recorded of a cycle, and the command that counts it again."""
    told = {
        "metric": teller.metric(one.metric),
        "cycle": str(one.cycle),
        "department": one.department.name if one.department is not None else teller.word(words.NOT_RECORDED),
        "started_at": teller.instant(one.started_at),
        "due_at": teller.instant(one.due_at),
        "stopped_at": teller.instant(one.stopped_at) if one.stopped_at is not None else teller.word(words.STILL_OPEN),
        "target": teller.target(one.target),
        "calendar": teller.calendar(one.calendar),
        "elapsed_seconds": teller.amount(one.elapsed_seconds),
        "late_seconds": teller.lateness(one),
    }  # fmt: skip
    if not inside:
        del told["department"]
    titles = {**words.COLUMNS, **words.RECEIPT}
    pairs = "".join(tag("dt", safe(teller.word(titles[name]))) + tag("dd", safe(value)) for name, value in told.items())
    for name in ("policy_digest", "inputs"):
        digest = getattr(one, name)
        shown = tag("code", safe(digest)) if digest is not None else safe(teller.word(words.NOT_RECORDED))
        pairs += tag("dt", safe(teller.word(titles[name]))) + tag("dd", shown)
    return tag(
        "dl", pairs, tag("dt", safe(teller.word(titles["command"]))), tag("dd", tag("code", escape(command_of(one))))
    )


def command_of(one: Missed) -> str:
    """Return the command that counts the ticket's clocks again; a number of odd characters is told by its id."""
    wanted = one.number if one.number.isalnum() and one.number.isascii() else f"id:{one.ticket}"
    return f"sla-bridge explain {wanted} --full"


def ticket_link(teller: Teller, ticket: int, number: str) -> str:
    """Return a ticket's number, as a link where the helpdesk has pages."""
    return link(teller.address_of(ticket), number or f"id:{ticket}")


def coming_section(teller: Teller, coming: Sequence[Coming], *, inside: bool = True) -> str:
    """Return what is due next; whose it is only where that is for one's own people."""
    if not coming:
        return section(teller, "coming", [nothing(teller, "coming")])
    caption = teller.word(words.SECTIONS["coming"])
    names = [name for name in _OF_COMING if inside or name not in _INSIDE]
    lines = [_coming_line(teller, one, names) for one in coming[:AT_MOST]]
    columns = columns_of(teller, *names)
    content = [
        long_table(teller, caption, columns, lines, seen=_SEEN),
        left_out(teller, AT_MOST, len(coming)),
    ]
    return section(teller, "coming", content, remark=teller.word(words.COMING_NOTE, count=len(coming)))


def _coming_line(teller: Teller, one: Coming, names: Sequence[str]) -> Line:
    cells = {
        **_told(teller, one),
        "due": safe(teller.instant(one.due_at)),
        "state": safe(teller.word(words.STATES[one.state])),
    }
    return Line([cells[name] for name in names])


_SEEN = 10
"""Coming ones that are seen at once."""


def unknown_section(teller: Teller, unknown: Sequence[Unknown]) -> str:
    """Return the open tickets of which nobody knows whether they are entitled."""
    lines = (
        Line([ticket_link(teller, one.ticket, one.number), safe(", ".join(map(teller.check, one.checks)))])
        for one in unknown
    )
    return _list(teller, "unknown", lines, columns_of(teller, "ticket", "checks"), len(unknown))


def excluded_section(teller: Teller, excluded: Sequence[Excluded]) -> str:
    """Return the tickets that somebody took out of the figures, by name and with the reason."""
    lines = (
        Line([
            ticket_link(teller, one.ticket, one.number),
            safe(one.reason),
            safe(one.by or teller.word(words.NOT_RECORDED)),
        ])
        for one in excluded
    )  # fmt: skip
    return _list(teller, "excluded", lines, columns_of(teller, "ticket", "reason", "by"), len(excluded))


def _list(teller: Teller, name: str, lines: Iterable[Line], columns: Sequence[Column], count: int) -> str:
    if not count:
        return section(teller, name, [nothing(teller, name)])
    shown = [line for line, _ in zip(lines, range(AT_MOST), strict=False)]
    content = [table(teller.word(words.SECTIONS[name]), columns, shown), left_out(teller, AT_MOST, count)]
    return section(teller, name, content, remark=str(count))
