"""Tickets of a desk that never was, with cycles and clocks that nobody decided: all that figures can meet, by a seed."""

import json
import random
from datetime import UTC, datetime, timedelta

METRICS = ("first_response", "next_response", "resolution")
LEVELS = ("general", "standard", "urgent", None)
NAMES = ("Поддержка", "Разработка", "=cmd|' /C calc'!A0", "<b>Support</b>")
PEOPLE = ("Анна", "Ivan O'Neil", "Иван", "Zoë", "<script>")
CAUSES = ("level_raised", "transferred", "unassigned", "mail_failed", "curator_absent", "in_work", None)
END = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
NOW = "2026-11-29T09:30:00Z"


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    """What is drawn for one ticket after the other."""

    def __init__(self, seed, days=430):
        self.random = random.Random(seed)
        self.days = days

    def department(self):
        number = self.random.randrange(1, 5)
        return {"id": number, "name": NAMES[number - 1] + self.random.choice(("", "", " (2025)"))}

    def agent(self):
        number = self.random.randrange(0, 6)
        return {"id": number, "name": PEOPLE[number - 1]} if number else None

    def customer(self):
        number = self.random.randrange(0, 41)
        return f"C{number}" if number else None

    def moment(self, first, last):
        return first + timedelta(seconds=self.random.randrange(int((last - first).total_seconds()) + 1))

    def spent(self):
        parts = [
            {
                "status": {"id": self.random.choice((1, 6)), "name": "Open"},
                "department": self.department(),
                "seconds": self.random.randrange(0, 90_000),
            }
            for _ in range(self.random.randrange(0, 4))
        ]
        return sorted(parts, key=lambda one: -one["seconds"])

    def clock(self, metric, number, started):
        return {
            "metric": metric,
            "cycle": number,
            "level": self.random.choice(LEVELS),
            "calendar": "support-msk",
            "target": self.random.choice(("8h", "2wd")),
            "started_at": text(started),
            "due_at": text(self.moment(started, started + timedelta(days=9))),
            "breached_at": None,
        }

    def finished(self, metric, number, started):
        stopped = self.moment(started, min(END, started + timedelta(days=self.random.choice((1, 3, 60)))))
        if self.random.random() < 0.2:
            # Ends of one second are common: an answer that closes the ticket.
            stopped = stopped.replace(minute=0, second=0)
            stopped = max(stopped, started)
        verdict = self.random.choice(("met",) * 7 + ("missed",) * 3 + ("cancelled",))
        found = self.clock(metric, number, started) | {
            "state": verdict,
            "stopped_at": text(stopped),
            "elapsed_seconds": self.random.choice((0, 3600, self.random.randrange(200_000))),
            "cause": None,
            "policy_digest": f"sha256:{self.random.getrandbits(256):064x}",
        }
        if verdict == "missed":
            found["breached_at"] = text(self.moment(started, stopped))
        if self.random.random() < 0.1:
            return found, stopped  # A cycle of a version that kept less.
        return found | {
            "late_seconds": self.random.randrange(90_000) if verdict == "missed" else 0,
            "late_days": self.random.randrange(3) if verdict == "missed" else 0,
            "customer": self.random.choice((self.owner, self.owner, self.owner, self.customer())),
            "department": self.department(),
            "agent": self.random.choice((self.agent(), {"id": None, "name": "Second line"})),
            "topic": None,
            "priority": None,
            "provisional": False,
            "inputs": f"sha256:{self.random.getrandbits(256):064x}",
            "breach_cause": self.random.choice(CAUSES) if verdict == "missed" else None,
            "opening": self.random.choice((1, 1, 1, 2, 3)),
            "spent": self.spent(),
        }, stopped

    def running(self, metric, number, started):
        found = self.clock(metric, number, started) | {
            "state": self.random.choice(("running", "at_risk", "overdue", "paused")),
            "breach_cause": None,
        }
        if found["state"] == "overdue":
            found["breached_at"], found["breach_cause"] = found["due_at"], self.random.choice(CAUSES)
        if found["state"] == "paused":
            found["due_at"] = None
        return found

    def ticket(self, number):
        created = self.moment(END - timedelta(days=self.days), END)
        cycles, clocks, at = [], [], created
        self.owner = self.customer()
        for metric in METRICS:
            for count in range(1, self.random.choice((1, 1, 2, 3)) + 1):
                cycle, stopped = self.finished(metric, count, at)
                cycles.append(cycle)
                at = self.random.choice((at, stopped))
        is_open = self.random.random() < 0.3
        clocks = [{name: one[name] for name in ("metric", "cycle", "state", "started_at")} for one in cycles[-2:]]
        for metric in METRICS if is_open or self.random.random() < 0.05 else ():
            if self.random.random() < 0.6:
                clocks.append(self.running(metric, 9, at))
        customer = self.owner
        # A name belongs to a customer; only a new ticket may know another one.
        name = None if customer is None else f"ООО «{customer}»" + (" новое" if number % 50 == 0 else "")
        states = {one["state"] for one in clocks if one["cycle"] == 9}
        state = next((one for one in ("overdue", "at_risk", "running", "paused") if one in states), "none")
        due = min((one["due_at"] for one in clocks if one["cycle"] == 9 and one.get("due_at")), default=None)
        fields = {
            "sla_state": self.random.choice((state, state, None) if state == "none" else (state,)),
            "sla_due": due,
        }
        fields["sla_level"] = self.random.choice(LEVELS)
        fields["sla_support"] = self.random.choice(("full", "limited", "unknown", None))
        checks = [
            {"id": one, "outcome": self.random.choice(("pass", "fail", "warn", "unknown"))}
            for one in ("certificate", "version")
        ]
        events = [{"at": text(created), "kind": "created", "actor": "customer", "field": None}]
        asked = {"product": "Печать", "sla_set_critical": self.random.choice((True, None))}
        self.exclude(asked, events, created)
        return {
            "id": number,
            "number": f"{100_000 + number}",
            "rev": "r",
            "created_at": text(created),
            "closed_at": None if is_open else text(END),
            "merged_into": 1 if self.random.random() < 0.03 else None,
            "subject": "Не печатает",
            "status": {"id": 1, "name": "Open", "state": "open"} if is_open else {"id": 3, "name": "Closed", "state": "closed"},
            "department": self.department(),
            "assignee": self.agent(),
            "fields": asked,
            "events": events,
            "bridge": {
                "fields": fields,
                "cycles": cycles,
                "detail": self.random.choice(({"v": 2, "checks": checks, "clocks": clocks, "customer": {"id": customer, "name": name}},) * 30 + ({},)),
            },
        }  # fmt: skip

    def exclude(self, asked, events, created):
        drawn = self.random.random()
        if drawn > 0.06:
            return
        asked["sla_set_excluded"] = "  " if drawn < 0.01 else "Тестовая заявка"
        for _ in range(self.random.randrange(0, 3)):
            who = self.random.choice(({"id": 5, "name": "Анна"}, {"id": 6, "name": "Иван"}, None))
            events.append(
                {"at": text(created), "kind": "field", "actor": "agent", "field": "sla_set_excluded", "by": who}
            )
        events.append({"at": text(created), "kind": "field", "actor": "agent", "field": "product", "by": None})


def lines(seed, tickets):
    """Yield so many tickets as lines of JSON."""
    desk = Desk(seed)
    for number in range(1, tickets + 1):
        yield json.dumps(desk.ticket(number), ensure_ascii=False).encode()
