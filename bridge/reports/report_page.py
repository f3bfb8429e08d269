"""The report of a period as one HTML page that needs nothing else: no script, no style or picture from elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import fields as members

from bridge.files.types import Title
from bridge.policies.figures.model import Figures, Spent, SpentOn, TicketCounts
from bridge.policies.obligations.overview import Obligations
from bridge.reports import report_words as words
from bridge.reports.chart_sections import chart_sections
from bridge.reports.charts import HATCHES, MET, MISSED, key
from bridge.reports.coming import Coming
from bridge.reports.compliance_sections import compliance_sections, total_of
from bridge.reports.markup import page, safe, tag
from bridge.reports.obligation_sections import obligation_section
from bridge.reports.registry_sections import registry_sections
from bridge.reports.report_style import STYLE
from bridge.reports.section import section
from bridge.reports.tables import NUMBER, Column, Line, table
from bridge.reports.teller import Teller
from bridge.reports.ticket_lists import coming_section, excluded_section, missed_sections, unknown_section
from bridge.reports.tiles import tiles

_ROWS = 20
"""Statuses and departments in the table of time spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The page of `figures`, with the deadlines that come next and what is owed; `skipped` is how many tickets could not be read.
    One `for_customer` leaves out what is for one's own people. Everything that others wrote is escaped in it."""

    teller: Teller
    figures: Figures
    coming: Sequence[Coming] = ()
    obligations: Obligations | None = None
    skipped: int = 0
    for_customer: bool = False

    def html(self) -> str:
        """Return the page."""
        period = self.teller.period(self.figures.period)
        return page(
            language=self.teller.language,
            title=f"{self.teller.word(words.HEADING)}: {period}",
            style=STYLE,
            body=["<main>", *self._parts(), "</main>"],
        )

    def _parts(self) -> Iterator[str]:
        teller, figures = self.teller, self.figures
        yield HATCHES
        yield from self._head()
        yield tiles(teller, figures)
        yield self._legend()
        inside = not self.for_customer
        yield from compliance_sections(teller, figures, inside=inside)
        yield from chart_sections(teller, figures)
        yield coming_section(teller, self.coming, inside=inside)
        yield from obligation_section(teller, self.obligations)
        yield from missed_sections(teller, figures, inside=inside)
        if not inside:
            yield from registry_sections(teller, figures.registry)
            return
        yield self._tickets(figures.tickets)
        yield from self._spent(figures.spent)
        yield from registry_sections(teller, figures.registry)
        yield unknown_section(teller, figures.unknown)
        yield excluded_section(teller, figures.excluded)

    def _head(self) -> Iterator[str]:
        word, figures = self.teller.word, self.figures
        as_of = word(words.AS_OF, at=self.teller.instant(figures.as_of), zone=self.teller.zone_name())
        yield f"<header><h1>{self._safe(words.HEADING)}</h1>{tag('span', safe(as_of), class_='soft')}</header>"
        today = self.teller.local(figures.as_of).date()
        title = words.SO_FAR if figures.period.since <= today < figures.period.until else words.PERIOD
        period = word(title, period=self.teller.period(figures.period), until=self.teller.day_in_words(today))
        yield tag("p", safe(period), class_="period")
        filters = ", ".join(self._filters())
        if filters:
            yield tag("p", safe(word(words.FILTERED, filters=filters)), class_="note")
        if self.skipped:
            yield tag("p", safe(word(words.SKIPPED, count=self.skipped)), class_="note")
        if not total_of(figures).decided:
            yield tag("p", self._safe(words.NO_DATA), class_="note")

    def _filters(self) -> Iterator[str]:
        for name in ("level", "department", "customer", "agent", "metric"):
            wanted = getattr(self.figures.filters, name)
            if wanted is not None:
                title = self.teller.word(words.COLUMNS[name])
                yield f"{title}: {self.teller.named(name, wanted, self._name_of(name, wanted))}"

    def _name_of(self, dimension: str, key: str) -> str:
        rows = self.figures.rows.get(dimension, ())  # type: ignore[call-overload]
        return next((one.name for one in rows if one.key == key and one.name), "")

    def _legend(self) -> str:
        keys = key(MET) + self._safe(words.MET_KEY) + key(MISSED, edge="var(--missed)") + self._safe(words.MISSED_KEY)
        told = f"{self._safe(words.COUNTED)} {self._safe(words.LENGTHS)}"
        return tag("div", tag("p", told, class_="soft"), tag("span", keys, class_="keys"), class_="legend")

    def _tickets(self, counts: TicketCounts) -> str:
        decided = counts.met + counts.breached
        whole = {
            **dict.fromkeys(("met", "breached", "reopened"), decided),
            "last_breached": counts.breached,
        }
        lines = []
        for one in members(counts):
            count = getattr(counts, one.name)
            of = whole.get(one.name, 0)
            told = self.teller.of(count, of) if of else str(count)
            share = self.teller.share(count, of) if of else ""
            lines.append(Line([self._safe(words.TICKETS[one.name]), safe(told), safe(share)]))
        columns = [self._column("tickets"), self._column("count", NUMBER), self._column("share", NUMBER)]
        return section(
            self.teller,
            "tickets",
            [table(self.teller.word(words.SECTIONS["tickets"]), columns, lines, kind="")],
            remark=self.teller.word(words.TICKETS_NOTE),
        )

    def _spent(self, spent: Spent) -> Iterator[str]:
        tables = [
            self._spent_on(name, getattr(spent, name)) for name in ("status", "department") if getattr(spent, name)
        ]
        if tables:
            content = ['<div class="charts even">', *(tag("div", one) for one in tables), "</div>"]
            yield section(self.teller, "spent", content, remark=self.teller.word(words.SPENT_NOTE))
        else:
            yield section(self.teller, "spent", [tag("p", self._safe(words.NO_DATA))])

    def _spent_on(self, name: str, found: Sequence[SpentOn]) -> str:
        whole = sum(one.seconds for one in found)
        lines = [
            Line(
                [
                    safe(one.name or one.key or self.teller.word(words.NOT_RECORDED)),
                    safe(self.teller.amount(one.seconds)),
                    safe(self.teller.share(one.seconds, whole)),
                    str(one.cycles),
                    safe(self.teller.amount(one.seconds // one.cycles if one.cycles else None)),
                ]
            )
            for one in found[:_ROWS]
        ]
        columns = [self._column(name), *(self._column(one, NUMBER) for one in ("time", "share", "cycles", "average"))]
        caption = f"{self.teller.word(words.SECTIONS['spent'])}: {self.teller.word(words.COLUMNS[name])}"
        return table(caption, columns, lines)

    def _column(self, name: str, kind: str = "") -> Column:
        return Column(self.teller.word(words.COLUMNS[name]), kind)

    def _safe(self, title: Title) -> str:
        return safe(self.teller.word(title))
