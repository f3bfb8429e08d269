"""The variables of letters: what each says, and their values for a ticket as it was decided.

Each variable is one entry with the code that computes its value. What is not known is empty, and a line
of a letter all of whose variables are empty is left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bridge.decisions import Clock, Outcome
from bridge.files.types import Title
from bridge.policies.actions.waiting import closing_at
from bridge.policies.agreement.actions import Reminder
from bridge.policies.checks.completeness import KIND, CompletenessOptions, fact_title
from bridge.policies.checks.facts_in_words import spoken
from bridge.policies.checks.wording import written
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.verdicts import Verdicts
from bridge.policies.outcome.basis import Basis
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.policies.outcome.panel_words import (
    NO_BREAK,
    amount_in_words,
    instant_in_words,
    working_days_in_words,
)
from bridge.policies.outcome.readable import on_one_line
from bridge.policies.outcome.reason import amount_text
from bridge.tickets import Instant

TITLE, STATE_KEY = "page.title", "state.key"
"""Values that no template can name: what the page is called, and the state as programs know it."""

DESKS_OWN = ("ticket_link", "rating_link", "desk")
"""Variables that the helpdesk alone knows, and fills in when it sends the letter."""

_STATES = next(one for one in OUTPUT_FIELDS if one.name == "sla_state").choices
_GREETING = Title(ru="{name}, здравствуйте!", en="Dear {name},")
_GREETING_OF_NOBODY = Title(ru="Здравствуйте!", en="Hello,")
_PAGE_TITLE = Title(ru="Заявка № {number}: {subject}", en="Ticket #{number}: {subject}")
_ITEM = "\N{EM DASH} {item}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an action is about beside the ticket: a cycle of a clock, or a time of waiting."""

    cycle: Cycle | None = None
    reminder: Reminder | None = None
    waits_since: Instant | None = None


Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Variable(Generic[Known]):
    """A variable of letters: what it says, an example, and how its value is found from what is known. `by_people`: somebody
    outside may have written it; `is_list`: a line for each item where it stands in a line of text."""

    says: str
    example: Title
    value: Callable[[Known], str] = field(repr=False)
    by_people: bool = False
    is_list: bool = False


@dataclass
class _Known:
    """What values are found from, in a language."""

    basis: Basis
    verdicts: Verdicts
    subject: Subject
    language: str

    @cached_property
    def cycle(self) -> Cycle | None:
        """The cycle that the letter is about; else the open one that is due first."""
        if self.subject.cycle is not None:
            return self.subject.cycle
        return min(
            (one for one in self.basis.active if one.due is not None), key=lambda one: one.due or 0, default=None
        )

    @cached_property
    def clock(self) -> Clock | None:
        """The same cycle as the decision tells it."""
        cycle = self.cycle
        if cycle is None:
            return None
        same = (one for one in self.verdicts.clocks if one.metric == cycle.plan.metric and one.cycle == cycle.number)
        return next(same, None)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the letter's dates: that of the cycle's calendar, of the reminder, of the level, of the policy."""
        if self.cycle is not None:
            return self.cycle.calendar.zone
        if self.subject.reminder is not None:
            return self.subject.reminder.calendar.zone
        if self.basis.choice is not None:
            return self.basis.choice.level.definition.calendar.zone
        calendars = self.basis.rulebook.policy.calendars.values()
        return next((one.zone for one in calendars), ZoneInfo("UTC"))

    def title(self, title: Title | None) -> str:
        """Return a title in the language; empty for none."""
        return "" if title is None else title.text(self.language)

    def instant(self, at: Instant | None) -> str:
        """Return an instant as letters tell it; empty for none."""
        return "" if at is None else instant_in_words(at, self.zone, self.language)

    def span(self, clock: Clock, start: Instant, end: Instant, seconds: int) -> str:
        """Return working time of a clock between two instants, in days where its target is in days."""
        if self.cycle is not None and clock.target.partition(" ")[0].endswith("wd"):
            return working_days_in_words(self.cycle.calendar, start, end, self.language)
        return amount_in_words(seconds, self.language)


def _requester(known: _Known) -> str:
    """Return the requester's name; who has none is called by his address in a helpdesk, which is no name."""
    requester = known.basis.ticket.requester
    name = on_one_line(requester.name)
    return "" if "@" in name or name.casefold() == on_one_line(requester.email).casefold() else name


def _greeting(known: _Known) -> str:
    name = _requester(known)
    return _GREETING.text(known.language).format(name=name) if name else _GREETING_OF_NOBODY.text(known.language)


def _level(known: _Known) -> str:
    choice = known.basis.choice
    return known.title(choice.level.definition.title if choice is not None else None)


def _state(known: _Known) -> str:
    return known.title(_STATES.get(_state_key(known)))


def _state_key(known: _Known) -> str:
    clock = known.clock if known.subject.cycle is not None else None
    return (clock.state if clock is not None else known.verdicts.state).value


def _metric(known: _Known) -> str:
    cycle = known.cycle
    return known.title(known.basis.rulebook.titles.get(cycle.plan.metric) if cycle is not None else None)


def _left(known: _Known) -> str:
    clock, now = known.clock, known.basis.now
    if clock is None or clock.remaining_seconds is None or clock.remaining_seconds < 0 or clock.breached_at is not None:
        return ""
    seconds = clock.remaining_seconds
    end = clock.due_at
    if end is None and known.cycle is not None:
        end = known.cycle.flow.reach(known.cycle.flow.worked(now) + seconds)
    return known.span(clock, now, max(now, end or now), seconds)


def _late(known: _Known) -> str:
    clock, now = known.clock, known.basis.now
    if clock is None or clock.breached_at is None or clock.due_at is None:
        return ""
    end = clock.stopped_at if clock.stopped_at is not None else now
    return known.span(clock, clock.due_at, max(end, clock.due_at), clock.late_seconds or 0)


def _used(known: _Known) -> str:
    return "" if known.clock is None else amount_in_words(known.clock.elapsed_seconds, known.language)


def _share(known: _Known) -> str:
    """Return how much of the target is used up, in whole percent rounded down."""
    cycle, clock = known.cycle, known.clock
    if cycle is None or clock is None or cycle.allowance is None or cycle.promise is not None:
        return ""
    whole = cycle.allowance.seconds(cycle.start)
    return f"{clock.elapsed_seconds * 100 // whole}{NO_BREAK if known.language == 'ru' else ''}%" if whole else ""


def _target(known: _Known) -> str:
    clock = known.clock
    return "" if clock is None else amount_text(clock.target, known.language).replace(" ", NO_BREAK)


def _customer(known: _Known) -> str:
    customer, organization = known.basis.registry.customer, known.basis.ticket.requester.organization
    named = customer.name or customer.id if customer is not None else ""
    return on_one_line(named or (organization.name if organization is not None else ""))


def _category(known: _Known) -> str:
    category = known.basis.facts.category
    return written(spoken("customer.category", category), known.language) if category else ""


def _promise(known: _Known) -> str:
    promised = (one.promise for one in (known.cycle, *known.basis.active) if one is not None)
    return known.instant(next((at for at in promised if at is not None), None))


def _missing(known: _Known) -> str:
    """Return the facts that the completeness check misses, one on a line."""
    for one in known.basis.judgement.answered:
        if one.check.definition.kind == KIND and one.outcome is Outcome.FAIL:
            options = one.check.options
            titles = options.titles if isinstance(options, CompletenessOptions) else {}
            missing = one.told(known.language).evidence.get("missing") or ()
            items = [on_one_line(fact_title(fact, titles).text(known.language)) for fact in missing]
            return "\n".join(_ITEM.format(item=item) for item in items)
    return ""


def _waited(known: _Known) -> str:
    since, reminder, now = known.subject.waits_since, known.subject.reminder, known.basis.now
    if since is None or reminder is None:
        return ""
    return amount_text(f"{max(0, reminder.calendar.days_between(since, now))}wd", known.language).replace(" ", NO_BREAK)


def _closing(known: _Known) -> str:
    since, reminder = known.subject.waits_since, known.subject.reminder
    if since is None or reminder is None:
        return ""
    return known.instant(closing_at(since, reminder, known.basis.ticket.bridge.actions, known.basis.now))


def spaced(ru: str, en: str) -> Title:
    """Return a title in both languages in which `~` stands for a space that does not break."""
    return Title(ru=ru.replace("~", NO_BREAK), en=en.replace("~", NO_BREAK))


VARIABLES: Mapping[str, Variable[_Known]] = {
    "number": Variable("The ticket's number.", spaced("834902", "834902"), lambda one: one.basis.ticket.number),
    "subject": Variable(
        "The ticket's subject.",
        spaced("Не проводится документ «Путевой лист»", "The waybill cannot be posted"),
        lambda one: on_one_line(one.basis.ticket.subject),
        by_people=True,
    ),
    "requester": Variable(
        "The requester's name.", spaced("Мария Лебедева", "Maria Lebedeva"), _requester, by_people=True
    ),
    "greeting": Variable(
        "A greeting with the requester's name, or without it where nobody knows it.",
        spaced("Мария Лебедева, здравствуйте!", "Dear Maria Lebedeva,"),
        _greeting,
        by_people=True,
    ),
    "customer": Variable(
        "The customer by the registry, else the requester's organisation.",
        spaced("АО «Луговое»", "AO Lugovoe"),
        _customer,
        by_people=True,
    ),
    "category": Variable("The customer's category.", spaced("коммерческий", "commercial"), _category),
    "level": Variable("The level's title.", spaced("Стандартная поддержка", "Standard support"), _level),
    "state": Variable("The state of the deadline, in the panel's words.", spaced("Под угрозой", "At risk"), _state),
    "clock": Variable("What the deadline is for.", spaced("Первый ответ", "First response"), _metric),
    "due": Variable(
        "When it is or was due, with the year and the zone.",
        spaced("чт~05.11.2026, 09:30, время~московское", "Thu~5~Nov~2026, 09:30, Moscow~time"),
        lambda one: one.instant(one.cycle.due if one.cycle is not None else None),
    ),
    "target": Variable(
        "How much time the agreement gives.",
        spaced("8~рабочих~часов", "8~working~hours"),
        _target,
    ),
    "left": Variable("Time left until it is due; empty once that is over.", spaced("2~ч~00~мин", "2~h~00~min"), _left),
    "late": Variable("How late it is; empty while it is not.", spaced("1~ч~10~мин", "1~h~10~min"), _late),
    "used": Variable("Time used up.", spaced("6~ч~00~мин", "6~h~00~min"), _used),
    "share": Variable("The share of the target that is used up.", spaced("75~%", "75%"), _share),
    "created": Variable(
        "When the ticket was created.",
        spaced("ср~04.11.2026, 06:36, время~московское", "Wed~4~Nov~2026, 06:36, Moscow~time"),
        lambda one: one.instant(one.basis.ticket.created_at),
    ),
    "promise": Variable(
        "The date promised by hand.",
        spaced("пн~16.11.2026, 14:00, время~московское", "Mon~16~Nov~2026, 14:00, Moscow~time"),
        _promise,
    ),
    "assignee": Variable(
        "The agent or team that has the ticket.",
        spaced("Беляев Игорь", "Igor Belyaev"),
        lambda one: on_one_line(one.basis.facts.assignee.name) if one.basis.facts.assignee is not None else "",
    ),
    "curator": Variable(
        "The curator in charge today.",
        spaced("Орлов Дмитрий", "Dmitry Orlov"),
        lambda one: on_one_line(one.basis.registry.curator),
    ),
    "department": Variable(
        "The ticket's department.",
        spaced("Поддержка", "Support"),
        lambda one: on_one_line(one.basis.facts.department.name),
    ),
    "priority": Variable(
        "The ticket's priority.",
        spaced("Обычный", "Normal"),
        lambda one: on_one_line(one.basis.facts.priority.name) if one.basis.facts.priority is not None else "",
    ),
    "status": Variable(
        "The ticket's status.",
        spaced("Ожидает ответа клиента", "Waiting for the customer"),
        lambda one: on_one_line(one.basis.facts.status.name),
    ),
    "missing_facts": Variable(
        "The facts that the completeness check misses, one on a line.",
        spaced(
            "— версия продукта\n— действия, после которых возникает проблема",
            "— the product's version\n— the steps that lead to the problem",
        ),
        _missing,
        is_list=True,
    ),
    "waited": Variable(
        "In reminders: working days since the ticket began to wait.", spaced("3~рабочих~дня", "3~working~days"), _waited
    ),
    "waiting_since": Variable(
        "In reminders: when the ticket began to wait.",
        spaced("пн~02.11.2026, 10:15, время~московское", "Mon~2~Nov~2026, 10:15, Moscow~time"),
        lambda one: one.instant(one.subject.waits_since),
    ),
    "closing_at": Variable(
        "In reminders: when the ticket will be closed if nobody answers.",
        spaced("вт~17.11.2026, 14:00, время~московское", "Tue~17~Nov~2026, 14:00, Moscow~time"),
        _closing,
    ),
    "ticket_link": Variable(
        "The address of the ticket, for whoever gets the letter. The helpdesk fills it in.",
        spaced("https://desk.example/view.php?t=834902", "https://desk.example/view.php?t=834902"),
        lambda _: "",
    ),
    "rating_link": Variable(
        "The address at which the customer rates the support. The helpdesk fills it in.",
        spaced("https://desk.example/rate/834902", "https://desk.example/rate/834902"),
        lambda _: "",
    ),
    "desk": Variable(
        "What the helpdesk calls itself. It fills that in.", spaced("Служба поддержки", "Support desk"), lambda _: ""
    ),
}
"""Every variable that a letter may name. A new one is one entry here, then `make docs`."""


def by_people(name: str) -> bool:
    """Return whether somebody outside may have written a value; of one that is none of these variables nobody knows better."""
    return name not in VARIABLES or VARIABLES[name].by_people


def values_of(basis: Basis, verdicts: Verdicts, subject: Subject, language: str) -> Mapping[str, str]:
    """Return the values of all variables in a language, and what the page of the letter needs beside them."""
    known = _Known(basis, verdicts, subject, language)
    values = {name: one.value(known) for name, one in VARIABLES.items()}
    return {**values, **_beside(values, _state_key(known), language)}


def examples(language: str) -> Mapping[str, str]:
    """Return an example of all that `values_of` gives."""
    values = {name: one.example.text(language) for name, one in VARIABLES.items()}
    return {**values, **_beside(values, "at_risk", language)}


def _beside(values: Mapping[str, str], state: str, language: str) -> Mapping[str, str]:
    title = _PAGE_TITLE.text(language).format(number=values["number"], subject=values["subject"])
    return {TITLE: title, STATE_KEY: state}
