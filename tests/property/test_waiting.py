"""Random histories: waits and the steps they make due, against a counter that knows neither tracks nor calendars."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.decisions import ActionKind
from bridge.files.types import Title
from bridge.policies.actions.keys import ticket_key
from bridge.policies.actions.waiting import Wait, steps_due, waits
from bridge.policies.agreement.actions import ActionDefinition, Reminder, ReminderStep
from bridge.policies.agreement.facts import Facts
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.history.reading import read_history
from bridge.tickets import Acted, Actor, Event, EventKind
from tests.unit.clocks.desk import NEW, PENDING, at, closed, message, reopened, response, status, status_is, ticket

QUICK = settings(derandomize=True, deadline=None, max_examples=120, database=None)
MINUTE = 60
SLOT = 30 * MINUTE

# Each calendar as its author writes it, and once more as plain words for the counter: zone, hours by weekday, and dated days.
OFFICE = [(9 * 60, 18 * 60)]
BOOKS = {
    "moscow": (
        "Europe/Moscow",
        {day: [(5 * 60, 14 * 60)] for day in range(5)},
        {"2025-03-28": [(5 * 60, 10 * 60)], "2025-04-01": []},
    ),
    "berlin": ("Europe/Berlin", {day: [(9 * 60, 13 * 60), (14 * 60, 18 * 60)] for day in range(6)}, {"2025-03-31": []}),
    "sunday": ("Europe/Berlin", {6: [(0, 6 * 60)], 0: OFFICE, 3: OFFICE}, {}),
    "lord-howe": ("Australia/Lord_Howe", {day: [(60, 12 * 60)] for day in range(7)}, {"2025-04-07": [(60, 5 * 60)]}),
}
START = at("2025-03-26 10:00")
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _windows(windows):
    return [f"{one // 60:02}:{one % 60:02}-{other // 60:02}:{other % 60:02}" for one, other in windows]


def _calendar(name):
    zone, week, dated = BOOKS[name]
    return build_calendar(
        {
            "id": name,
            "zone": zone,
            "week": {NAMES[day]: _windows(windows) for day, windows in week.items()},
            "rules": [
                {"work": day, "windows": _windows(windows)} if windows else {"off": day}
                for day, windows in dated.items()
            ],
        }
    )


class Counter:
    """Ticks off minutes by the clock on the wall."""

    def __init__(self, name):
        self.zone, self.week, self.dated = BOOKS[name]

    def hours(self, day):
        return self.dated.get(day.isoformat(), self.week.get(day.weekday(), []))

    def is_open(self, second):
        moment = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(self.zone))
        minute = moment.hour * 60 + moment.minute
        return any(first <= minute < last for first, last in self.hours(moment.date()))

    def hours_later(self, start, minutes):
        while minutes:
            minutes -= self.is_open(start)
            start += MINUTE
        return start

    def days_later(self, start, days):
        """The last close of that many working days after the day of the start."""
        day = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(self.zone)).date()
        while days:
            day += timedelta(days=1)
            days -= bool(self.hours(day))
        second = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) + 30 * 3600
        while not (self.is_open(second - MINUTE) and self._date(second - MINUTE) == day):
            second -= MINUTE
        return second

    def _date(self, second):
        return datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(self.zone)).date()

    def later(self, start, amount):
        return (
            self.days_later(start, int(amount[:-2]))
            if amount.endswith("wd")
            else self.hours_later(start, int(amount[:-1]) * 60)
        )


@st.composite
def histories(draw):
    """What happens on half-hour slots, at most one thing at a time, as (slot, what)."""
    slots = sorted(draw(st.sets(st.integers(1, 9 * 48), max_size=10)))
    return [
        (START + slot * SLOT, draw(st.sampled_from(["wait", "go", "message", "answer", "mail", "close", "open"])))
        for slot in slots
    ]


def events_of(history):
    """Return the events, those that a desk would not log in this state left out."""
    current, shut, found = NEW, False, []
    for moment, what in history:
        if what == "wait" and current is NEW and not shut:
            found.append(status(moment, PENDING, NEW))
            current = PENDING
        elif what == "go" and current is PENDING and not shut:
            found.append(status(moment, NEW, PENDING))
            current = NEW
        elif what == "message":
            found.append(message(moment))
        elif what == "answer" and not shut:
            found.append(response(moment))
        elif what == "mail":
            found.append(Event(at=moment, kind=EventKind.MESSAGE, actor=Actor.SYSTEM))
        elif what == "close" and not shut:
            found.append(closed(moment))
            current, shut = NEW, True
        elif what == "open" and shut:
            found.append(reopened(moment))
            current, shut = NEW, False
    return found


def slow_waits(events):
    """Waiting by its definition, event by event: pending, and nothing written by the customer since the last call for him."""
    pending = answered = False
    since, found = None, []
    for one in events:
        if one.kind in (EventKind.STATUS, EventKind.CLOSED, EventKind.REOPENED):
            pending = one.kind is EventKind.STATUS and one.after["id"] == PENDING.id
            answered = False
        elif one.kind is EventKind.RESPONSE:
            answered = False
        elif one.actor is Actor.CUSTOMER:
            answered = pending
        waiting = pending and not answered
        if waiting and since is None:
            since = one.at
        elif not waiting and since is not None:
            found.append((since, one.at))
            since = None
    return found + ([(since, None)] if since is not None else [])


def found_waits(events, now):
    one = ticket(START, *events)
    timeline = read_history(one, now, frozenset())
    return waits(timeline, Facts(ticket=one, at=START, **timeline.initial), status_is(PENDING), now)


@QUICK
@given(histories(), st.integers(0, 9 * 48))
def test_waits_are_what_a_slow_reading_of_the_log_finds_and_keep_their_numbers(history, slot):
    events, now = events_of(history), START + slot * SLOT
    seen = [one for one in events if one.at <= now]
    early = found_waits(seen, now)
    assert [(one.start, one.end) for one in early] == slow_waits(seen)
    late = found_waits(events, START + 10 * 48 * SLOT)
    assert [one.number for one in late][: len(early)] == [one.number for one in early]
    assert len({one.number for one in late}) == len(late)


AMOUNTS = st.sampled_from(["1h", "5h", "11h", "1wd", "2wd", "4wd"])
LETTER = Title(ru="Ждём", en="We wait")


@QUICK
@given(
    name=st.sampled_from(sorted(BOOKS)),
    minutes=st.tuples(*[st.integers(0, 9 * 1440)] * 3),
    amounts=st.tuples(AMOUNTS, AMOUNTS, st.one_of(st.none(), AMOUNTS)),
    state=st.sampled_from([None, "done", "done", "held", "unknown", "dropped"]),
)
def test_steps_come_due_when_a_counter_of_minutes_says_so(name, minutes, amounts, state):
    begun, after, ahead = minutes
    start = START + begun * MINUTE
    first, second, gap = amounts
    counter = Counter(name)
    wait = Wait(start, None, start)
    remind_at = counter.later(start, first)
    done_at = remind_at + after * MINUTE
    reply = ActionDefinition(id="remind", kind=ActionKind.REPLY, text=LETTER)
    steps = (
        ReminderStep(id="remind", after=Amount.parse(first), actions=(reply,)),
        ReminderStep(
            id="close",
            after=Amount.parse(second),
            needs="remind",
            needs_gap=None if gap is None else Amount.parse(gap),
            actions=(ActionDefinition(id="close", kind=ActionKind.CLOSE, name="Closed"),),
        ),
    )
    reminder = Reminder(id="waiting", while_=status_is(PENDING), calendar=_calendar(name), steps=steps)
    now = start + ahead * MINUTE
    acted = [] if state is None or done_at > now else [Acted(key=ticket_key("remind", start), state=state, at=done_at)]
    found, following = steps_due(wait, reminder, reminder.calendar, acted, now)
    expected = {"remind": remind_at}
    if acted and state == "done":
        sent_for = counter.later(done_at, gap) if gap is not None else done_at
        expected["close"] = max(counter.later(start, second), sent_for)
    assert {step.id: since for step, since in found} == {
        step: since for step, since in expected.items() if since <= now
    }
    ahead_of_it = [since for since in expected.values() if since > now]
    if ahead_of_it:
        assert following is not None
        assert now < following <= min(ahead_of_it)
    elif "close" not in expected and state != "dropped":
        assert following is not None
        assert following > now
    else:
        assert following is None or following > now
