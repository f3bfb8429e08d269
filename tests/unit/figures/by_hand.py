"""The figures counted a second time, as one would with pencil and paper: from the JSON of the tickets, figure by figure, with
nothing of the program but its words."""

import json
from datetime import datetime, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

PLACES = ("level", "customer", "department", "agent")
BANDS = [(0, 1), (1, 3), (3, 7), (7, 30), (30, None)]
OF_A_CLOCK = ("metric", "cycle", "started_at", "due_at", "breached_at", "calendar", "target", "breach_cause")
OF_AN_END = ("stopped_at", "late_seconds", "late_days", "elapsed_seconds", "policy_digest", "inputs")


@cache
def local(text, zone):
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone))


class Week:
    """When a desk works: hours of each weekday, and dates on which it does not; hours beyond 24 reach into the next day."""

    def __init__(self, hours, days_off=()):
        self.hours = hours
        self.days_off = set(days_off)

    def on(self, when):
        return [] if when in self.days_off else self.hours.get(when.weekday(), [])

    def works_at(self, moment):
        for opened_on in (moment.date(), moment.date() - timedelta(days=1)):
            midnight = datetime(opened_on.year, opened_on.month, opened_on.day)
            for hours in self.on(opened_on):
                first, last = (
                    (midnight + timedelta(hours=one)).replace(tzinfo=moment.tzinfo).timestamp() for one in hours
                )
                if first <= moment.timestamp() < last:
                    return True
        return False


def key(reference):
    return "" if not reference or reference.get("id") is None else str(reference["id"])


def plain(reference):
    return {"id": reference["id"], "name": reference["name"]} if reference else None


def detail(ticket):
    return ticket["bridge"].get("detail") or {}


def customer(ticket):
    return detail(ticket).get("customer") or {}


def reason(ticket):
    return ((ticket.get("fields") or {}).get("sla_set_excluded") or "").strip()


def state(ticket):
    return ticket["bridge"]["fields"].get("sla_state") or "none"


def due(ticket):
    return ticket["bridge"]["fields"].get("sla_due")


def is_open(ticket):
    return ticket["status"]["state"] == "open" and ticket["merged_into"] is None


def share(amounts, percent):
    for place, amount in enumerate(sorted(amounts), start=1):
        if 100 * place >= percent * len(amounts):
            return amount
    return None


def grouped(some, of):
    found = {}
    for one in some:
        found.setdefault(of(one), []).append(one)
    return found


def table(of, ended, standing, names):
    ended, standing = (grouped(some, lambda one: (of(one), one["metric"])) for some in (ended, standing))
    return [
        {
            "key": head,
            "name": names.get(head, ""),
            "metric": metric,
            "met": len([one for one in own if one["state"] == "met"]),
            "breached": len([one for one in own if one["state"] == "missed"]),
            "open": len([one for one in own_open if one["state"] != "overdue"]),
            "open_breached": len([one for one in own_open if one["state"] == "overdue"]),
            "median_seconds": share([one["elapsed_seconds"] for one in own], 50),
            "p90_seconds": share([one["elapsed_seconds"] for one in own], 90),
        }
        for head, metric in sorted({*ended, *standing})
        for own in [ended.get((head, metric), [])]
        for own_open in [standing.get((head, metric), [])]
    ]


class Hand:
    """One who counts. `since` and `until` are dates, `now` is text, `lines` are tickets as JSON."""

    def __init__(self, lines, *, since, until, zone, now, week, filters=None, departments=None):
        self.since, self.until, self.zone, self.now, self.week = since, until, zone, now, week
        self.wanted = dict.fromkeys(("metric", *PLACES)) | (filters or {})
        self.departments = departments
        self.tickets = [one for one in map(json.loads, lines) if self.may_see(one["department"])]
        self.finished = [found for ticket in self.tickets for found in self.cycles_of(ticket)]
        self.open = [found for ticket in self.tickets if is_open(ticket) for found in self.clocks_of(ticket)]
        concerned = {
            one["ticket"]["id"]: one["ticket"] for one in [*filter(self.ended_in_it, self.finished), *self.open]
        }
        self.left_out = [one for _, one in sorted(concerned.items()) if reason(one)]
        self.finished = [one for one in self.finished if not reason(one["ticket"])]
        self.open = [one for one in self.open if not reason(one["ticket"])]
        self.ended = [one for one in self.finished if self.ended_in_it(one)]
        self.decided = [one for one in self.ended if one["state"] in ("met", "missed")]

    def may_see(self, department):
        return self.departments is None or (department or {}).get("id") in self.departments

    def day(self, text):
        return local(text, self.zone).date()

    def in_period(self, text):
        return text is not None and self.since <= self.day(text) <= self.until

    def ended_in_it(self, one):
        return self.in_period(one["stopped_at"])

    def matches(self, found, names=PLACES):
        return all(self.wanted[name] is None or self.wanted[name] == found[name] for name in names)

    def placed(self, ticket, clock, of, department, agent):
        return {
            **clock,
            "ticket": ticket,
            "level": clock.get("level") or "",
            "customer": of or "",
            "in_department": department,
            "with_agent": agent,
            "department": key(department),
            "agent": key(agent),
        }

    def cycles_of(self, ticket):
        for cycle in ticket["bridge"].get("cycles", []):
            department = cycle.get("department")
            found = self.placed(ticket, cycle, cycle.get("customer"), department, cycle.get("agent"))
            if cycle.get("stopped_at") and self.may_see(department) and self.matches(found, ("metric", *PLACES)):
                yield found

    def clocks_of(self, ticket):
        for clock in detail(ticket).get("clocks", []):
            found = self.placed(ticket, clock, customer(ticket).get("id"), ticket["department"], ticket["assignee"])
            if clock["state"] not in ("met", "missed", "cancelled") and self.matches(found, ("metric", *PLACES)):
                yield found

    @cached_property
    def standing(self):
        return [
            one
            for one in self.tickets
            if self.matches(
                {
                    "level": one["bridge"]["fields"].get("sla_level") or "",
                    "customer": customer(one).get("id") or "",
                    "department": key(one["department"]),
                    "agent": key(one["assignee"]),
                }
            )
        ]

    @cached_property
    def at_work(self):
        return [one for one in self.standing if is_open(one)]

    @cached_property
    def names(self):
        """What was said last is true: first the cycles in the order of their ends, then the tickets with open clocks."""
        said = {"department": [], "agent": [], "customer": [], "spent_status": [], "spent_department": []}
        for one in sorted(self.decided, key=lambda cycle: (cycle["stopped_at"], cycle["ticket"]["id"])):
            said["department"].append(one["in_department"])
            said["agent"].append(one["with_agent"])
            said["customer"] += [{"id": one["customer"], "name": self.called(one)}] if self.called(one) else []
            for part in one.get("spent") or []:
                if self.may_see(part["department"]):
                    said["spent_department"].append(part["department"])
                    said["spent_status"].append(part["status"])
        for one in sorted(self.open, key=lambda clock: clock["ticket"]["id"]):
            said["department"].append(one["in_department"])
            said["agent"].append(one["with_agent"])
            said["customer"] += [{"id": one["customer"], "name": self.called(one)}] if self.called(one) else []
        return {what: {key(one): one["name"] for one in some if key(one)} for what, some in said.items()}

    def called(self, one):
        own = customer(one["ticket"])
        return (own.get("name") or "") if own.get("id") == one["customer"] != "" else ""

    def rows(self, by):
        if by != "month":
            return table(lambda one: one[by], self.decided, self.open, self.names.get(by, {}))
        last = self.until.year * 12 + self.until.month - 1
        months = [f"{number // 12}-{number % 12 + 1:02}" for number in range(last - 11, last + 1)]
        ended = [
            {**one, "month": f"{self.day(one['stopped_at']):%Y-%m}"}
            for one in self.finished
            if one["state"] in ("met", "missed")
        ]
        return table(lambda one: one["month"], [one for one in ended if one["month"] in months], [], {})

    def tickets_by_verdict(self):
        found = dict.fromkeys(("met", "breached", "last_breached", "reopened", "cancelled"), 0)
        for own in grouped(self.ended, lambda one: one["ticket"]["id"]).values():
            decided = [one for one in own if one["state"] != "cancelled"]
            if not decided:
                found["cancelled"] += 1
                continue
            latest = max(one["stopped_at"] for one in decided)
            found["breached" if any(one["state"] == "missed" for one in decided) else "met"] += 1
            found["last_breached"] += (latest, "missed") in [(one["stopped_at"], one["state"]) for one in decided]
            found["reopened"] += max(one.get("opening") or 0 for one in decided) > 1
        late = {one["ticket"]["id"] for one in self.open if one["state"] == "overdue"}
        return found | {"excluded": len(self.left_out), "open_breached": len(late)}

    def how_it_stands(self):
        states = [state(one) for one in self.at_work]
        late = [(due(one), one["id"]) for one in self.at_work if state(one) == "overdue" and due(one)]
        return {
            "open": len(self.at_work),
            "new_today": len([one for one in self.standing if self.day(one["created_at"]) == self.day(self.now)]),
            "at_risk": states.count("at_risk"),
            "next_due": min((due(one) for one in self.at_work if state(one) == "at_risk" and due(one)), default=None),
            "overdue": states.count("overdue"),
            "most_late": {"ticket": min(late)[1], "due_at": min(late)[0]} if late else None,
            "paused": states.count("paused"),
            "no_sla": states.count("none"),
            "unknown": len(self.puzzling),
        }

    @cached_property
    def puzzling(self):
        found = [one for one in self.at_work if one["bridge"]["fields"].get("sla_support") == "unknown"]
        return sorted(found, key=lambda one: one["id"])

    def backlog(self):
        today = self.day(self.now)

        @cache
        def age(came):
            return sum(bool(self.week.on(came + timedelta(days=one))) for one in range(1, (today - came).days + 1))

        def tickets(first, end, *, waiting):
            ages = [age(self.day(one["created_at"])) for one in self.at_work if (state(one) == "paused") is waiting]
            return len([one for one in ages if first <= one and (end is None or one < end)])

        return [
            {
                "from_days": first,
                "until_days": end,
                "ours": tickets(first, end, waiting=False),
                "waiting": tickets(first, end, waiting=True),
            }
            for first, end in BANDS
        ]

    def by_hour(self, moments):
        found = [[0] * 24 for _ in range(7)]
        for moment in moments:
            if self.in_period(moment):
                found[local(moment, self.zone).weekday()][local(moment, self.zone).hour] += 1
        return found

    def working(self):
        dates = [self.since + timedelta(days=one) for one in range((self.until - self.since).days + 1)]

        def mostly(weekday, hour):
            own = [
                self.week.works_at(datetime(one.year, one.month, one.day, hour, tzinfo=ZoneInfo(self.zone)))
                for one in dates
                if one.weekday() == weekday
            ]
            return 1 if own and own.count(True) >= len(own) / 2 else 0

        return [[mostly(weekday, hour) for hour in range(24)] for weekday in range(7)]

    def spent_on(self, what):
        parts = [
            (key(part[what]), part["seconds"], number)
            for number, one in enumerate(self.decided)
            for part in one.get("spent") or []
            if self.may_see(part["department"])
        ]
        told = [
            {
                "key": head,
                "name": self.names[f"spent_{what}"].get(head, ""),
                "seconds": sum(seconds for _, seconds, _ in own),
                "cycles": len({number for *_, number in own}),
            }
            for head, own in grouped(parts, lambda part: part[0]).items()
        ]
        return sorted(told, key=lambda one: (-one["seconds"], one["key"]))

    def missed(self):
        found = [self.breach(one) for one in [*self.decided, *self.open] if one["state"] in ("missed", "overdue")]
        found.sort(key=lambda one: (one["ticket"], one["metric"], one["cycle"]))
        return sorted(found, key=lambda one: one["due_at"] or "", reverse=True)

    def breach(self, one):
        ticket, still_open = one["ticket"], one["state"] == "overdue"
        return {name: one.get(name) for name in OF_A_CLOCK} | {
            "ticket": ticket["id"],
            "number": ticket["number"],
            "level": one["level"],
            "customer": one["customer"],
            "customer_name": self.called(one),
            "department": plain(one["in_department"]),
            "agent": plain(one["with_agent"]) if key(one["with_agent"]) else None,
            **{name: None if still_open else one.get(name) for name in OF_AN_END},
        }

    def excluded(self):
        def who(ticket):
            words = [one for one in ticket["events"] if (one["kind"], one["field"]) == ("field", "sla_set_excluded")]
            return ((words[-1].get("by") or {}).get("name") or None) if words else None

        return [
            {"ticket": one["id"], "number": one["number"], "reason": reason(one), "by": who(one)}
            for one in self.left_out
        ]

    def unknown(self):
        return [
            {
                "ticket": one["id"],
                "number": one["number"],
                "checks": [check["id"] for check in detail(one).get("checks", []) if check["outcome"] == "unknown"],
            }
            for one in self.puzzling
        ]

    def answer(self, by="level", *, limit=None, registry=None):
        """Return what `GET /report` answers."""
        lists = {"missed": self.missed(), "excluded": self.excluded(), "unknown": self.unknown()}
        passed = [one["breached_at"] for one in [*self.finished, *self.open] if one["state"] in ("missed", "overdue")]
        return {
            "period": {"from": str(self.since), "until": str(self.until), "zone": self.zone},
            "filters": self.wanted,
            "as_of": self.now,
            "by": by,
            "rows": self.rows(by),
            "total": table(lambda _: "", self.decided, self.open, {}),
            "tickets": self.tickets_by_verdict(),
            "now": self.how_it_stands(),
            "backlog": self.backlog(),
            "arrivals": self.by_hour([one["created_at"] for one in self.standing]),
            "breaches": self.by_hour(passed),
            "working": self.working(),
            "spent": {"status": self.spent_on("status"), "department": self.spent_on("department")},
            **{name: found[:limit] for name, found in lists.items()},
            "more": {name: len(found) for name, found in lists.items()},
            "registry": registry if self.departments is None else None,
        }
