"""How fast working-time arithmetic is, each figure beside the same work done by other libraries in the same run.

Run `python -m bench.calendars [--against COMMIT]`: JSON on standard output. Times are processor time;
contestants take turns and the best round of each counts, so that other work on the machine touches all alike. A library
that is not installed is reported as absent. Peers get the agreement's hours and every weekday that is off; working
Saturdays and short days none of them can express: `agrees` is the share of deadlines on which a peer and this project
say the same.
"""

import json
import operator
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as time_of_day
from importlib import import_module, metadata
from typing import Any
from zoneinfo import ZoneInfo

from bench.homes import named
from bench.sides import Worker, asked, sides, workers

MOSCOW = ZoneInfo("Europe/Moscow")
FIRST, LAST = date(2023, 1, 1), date(2027, 12, 31)
WEEK = {"mon-fri": "05:00-14:00"}
OWN = "this project"
ZONES: dict[str, tzinfo] = {"UTC": UTC, "Europe/Moscow": MOSCOW}
QUESTIONS = 20_000
COMPARED = 400
ROUNDS = 15
GATE = 4.0
"""So many times as fast as the fastest peer."""
SECONDS_A_ROUND = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured speed; `per_second` is None for what is absent or not offered."""

    what: str
    library: str
    version: str
    per_second: float | None
    agrees: float | None = None
    note: str = ""
    peer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An amount to be added to a start, and an end to measure up to."""

    start: datetime
    end: datetime
    amount: timedelta

    @property
    def hours(self) -> int:
        """The amount in whole hours."""
        return self.amount // timedelta(hours=1)


Way = tuple[Callable[..., Any], Callable[[Question], tuple[Any, ...]]]
"""What is timed, and how a question becomes its arguments beforehand."""


@dataclass(slots=True, kw_only=True)
class Contestant:
    """A library ready to work: its ways to add and to measure (None: not offered)."""

    library: str
    add: Way
    between: Way | None = None
    note: str = ""


def agreement() -> Any:
    """The calendar of the agreement: Monday to Friday 05:00-14:00 Moscow by the production calendar."""
    source = [{"ru-production": True}]
    return named("build_calendar")({"id": "agreement", "zone": "Europe/Moscow", "week": WEEK, "holidays": source})


def questions(zone: tzinfo) -> list[Question]:
    """Starts over two years, ends within 30 days, amounts of 1 to 40 whole hours (what every peer can take)."""
    dice = random.Random(2026)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    asked = []
    for _ in range(QUESTIONS):
        start = begin + timedelta(minutes=dice.randrange(1_000_000))
        end = start + timedelta(minutes=dice.randrange(43_200))
        amount = timedelta(hours=dice.randint(1, 40))
        asked.append(Question(start=start.astimezone(zone), end=end.astimezone(zone), amount=amount))
    return asked


def as_added(question: Question) -> tuple[Any, ...]:
    """The arguments that most take."""
    return question.start, question.amount


def as_measured(question: Question) -> tuple[Any, ...]:
    """The arguments that most take."""
    return question.start, question.end


def ours() -> Contestant:
    """This project."""
    calendar = agreement()
    return Contestant(library=OWN, add=(calendar.add, as_added), between=(calendar.between, as_measured))


def workclock(off: list[date]) -> Contestant:
    """The Rust-based peer."""
    module = import_module("workclock")
    hours = module.WorkDay(time_of_day(5), time_of_day(14))
    schedule = module.Schedule([hours, module.Holidays(off)], time_zone=MOSCOW)
    return Contestant(library="workclock", add=(schedule.add, as_added), between=(schedule.between, as_measured))


def businesstimedelta(off: list[date]) -> Contestant:
    """The most downloaded peer."""
    module = import_module("businesstimedelta")
    zone = import_module("pytz").timezone("Europe/Moscow")
    hours = {"start_time": time_of_day(5), "end_time": time_of_day(14), "working_days": [0, 1, 2, 3, 4]}
    rules = module.Rules([module.WorkDayRule(tz=zone, **hours), module.HolidayRule(dict.fromkeys(off, "off"), tz=zone)])
    return Contestant(
        library="businesstimedelta",
        add=(
            operator.add,
            lambda question: (question.start, module.BusinessTimeDelta(rules, timedelta=question.amount)),
        ),
        between=(rules.difference, as_measured),
    )


def pandas(off: list[date]) -> Contestant:
    """CustomBusinessHour adds whole hours and cannot measure."""
    module = import_module("pandas")
    hour = module.offsets.CustomBusinessHour(start="05:00", end="14:00", holidays=off)

    def add(start: Any, hours: int) -> Any:
        return start + hours * hour

    def prepared(question: Question) -> tuple[Any, ...]:
        return module.Timestamp(question.start.astimezone(MOSCOW)), question.hours

    return Contestant(library="pandas", add=(add, prepared), note="CustomBusinessHour: whole hours, cannot measure")


def officehours(off: list[date]) -> Contestant:
    """It knows naive local time only: to answer for aware datetimes they are turned into it and back."""
    module = import_module("officehours")
    days = [datetime.combine(day, time_of_day()) for day in off]
    calculator = module.Calculator("5:00", "14:00", holidays=days)

    def naive(moment: datetime) -> datetime:
        return moment.astimezone(MOSCOW).replace(tzinfo=None)

    def add(start: datetime, hours: int) -> datetime:
        due: datetime = calculator.due_date(hours, naive(start))
        return due.replace(tzinfo=MOSCOW).astimezone(start.tzinfo)

    def between(start: datetime, end: datetime) -> timedelta:
        return timedelta(seconds=calculator.working_seconds(naive(start), naive(end)))

    return Contestant(
        library="officehours",
        add=(add, lambda question: (question.start, question.hours)),
        between=(between, as_measured),
        note="naive inside",
    )


PEERS: tuple[Callable[[list[date]], Contestant], ...] = (workclock, businesstimedelta, pandas, officehours)


def rate(way: Way, asked: list[Question]) -> Callable[[], float]:
    """Return a measurement: how many questions a second the way answers in one round."""
    work, prepare = way
    arguments = [prepare(question) for question in asked]
    for warm_up in (True, False):
        begun = time.process_time()
        for pair in arguments[:5] if warm_up else arguments[5:10]:
            work(*pair)
    # So many questions that a round can be measured, and that a slow peer does not last minutes.
    cost = (time.process_time() - begun) / 5
    chosen = arguments[: max(20, int(SECONDS_A_ROUND / cost))]

    def one_round() -> float:
        begun = time.process_time()
        for first, second in chosen:
            work(first, second)
        return len(chosen) / (time.process_time() - begun)

    return one_round


def best_rounds(contest: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Return the best round of each contestant; they take turns."""
    best = dict.fromkeys(contest, 0.0)
    for _ in range(ROUNDS):
        for name, one_round in contest.items():
            best[name] = max(best[name], one_round())
    return best


def contestants() -> tuple[list[Contestant], list[str]]:
    """Return who can take part, and the names of the absent."""
    calendar = agreement()
    days = (date.fromordinal(number) for number in range(FIRST.toordinal(), LAST.toordinal() + 1))
    off = [day for day in days if day.weekday() < 5 and not calendar.day(day).windows]
    present, absent = [ours()], []
    for peer in PEERS:
        try:
            present.append(peer(off))
        except ImportError:
            absent.append(peer.__name__)
    return present, absent


def agreement_share(contestant: Contestant, reference: Contestant, asked: list[Question]) -> float:
    """Return the share of deadlines that equal the reference's."""
    (add, prepare), (truth, as_asked) = contestant.add, reference.add
    same = sum(add(*prepare(question)) == truth(*as_asked(question)) for question in asked)
    return same / len(asked)


def single_questions(earlier: Worker | None) -> Iterable[Figure]:
    """Measure `add` and `between`, in UTC and in Moscow time."""
    present, absent = contestants()
    for zone_name, zone in ZONES.items():
        posed = questions(zone)
        for what in ("add", "between"):
            ways = {one.library: way for one in present if (way := getattr(one, what)) is not None}
            contest = {library: rate(way, posed) for library, way in ways.items()}
            if earlier is not None:
                contest[earlier.side.name] = _rate_of(earlier, what, zone_name)
            found = best_rounds(contest)
            for one in present:
                yield Figure(
                    what=f"{what}, {zone_name}",
                    library=one.library,
                    version="" if one.library == OWN else metadata.version(one.library),
                    per_second=found.get(one.library),
                    agrees=agreement_share(one, present[0], posed[:COMPARED]) if what == "add" else None,
                    note=one.note,
                )
            if earlier is not None:
                name = earlier.side.name
                yield Figure(what=f"{what}, {zone_name}", library=name, version="", per_second=found[name], peer=False)
            for name in absent:
                yield Figure(what=f"{what}, {zone_name}", library=name, version="", per_second=None, note="absent")


def _rate_of(earlier: Worker, what: str, zone: str) -> Callable[[], float]:
    return lambda: 1 / earlier.seconds("calendar", what=what, zone=zone)


def missed(figures: Iterable[Figure]) -> list[str]:
    """Return which questions are not answered so many times as fast as by the fastest peer."""
    listed = list(figures)
    own = {one.what: one.per_second for one in listed if one.library == OWN}
    peers = [one for one in listed if one.peer and one.library != OWN and one.per_second is not None]
    fastest = {what: max((one.per_second or 0.0 for one in peers if one.what == what), default=0.0) for what in own}
    return [what for what, speed in own.items() if (speed or 0.0) < GATE * fastest[what]]


def building() -> Iterable[Figure]:
    """Measure building a calendar and compiling 30 years of it, holidays included."""

    def thirty_years() -> None:
        calendar = agreement()
        calendar.between(datetime(2000, 6, 1, tzinfo=UTC), datetime(2029, 6, 1, tzinfo=UTC))

    seconds = _least(thirty_years)
    note = f"{seconds * 1000:.0f} ms each"
    yield Figure(what="build 30 years", library=OWN, version="", per_second=1 / seconds, note=note)


def _least(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def measure(earlier: Worker | None = None) -> list[Figure]:
    """Return all figures."""
    return [*single_questions(earlier), *building()]


def main() -> None:
    """Print the figures as JSON."""
    with sides(asked(__doc__).against) as measured, workers(measured[1:]) as started:
        print(json.dumps([asdict(figure) for figure in measure(*started)], indent=1))


if __name__ == "__main__":
    main()
