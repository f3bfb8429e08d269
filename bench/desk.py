"""Tickets of a desk after years of use, as `export --all` writes them: ten events, two deadlines, checks told in two languages.

They are made without any code of the bridge, the same ones for the same seed, so that what is counted from them can be
compared. Three years of tickets lie before `NOW`; one in fifty is still open.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
YEARS = 3
CUSTOMERS = 400

_HOUR = 3600
_SINCE = NOW - timedelta(days=365 * YEARS)
_DEPARTMENTS = ((1, "Поддержка"), (2, "Внедрение"), (4, "Отдел разработки"), (5, "Консультации"))
_AGENTS = (
    (2, "Беляев Игорь"),
    (3, "Орлов Дмитрий"),
    (4, "Ким Елена"),
    (5, "Соколова Анна"),
    (6, "Гусев Пётр"),
    (7, "Лебедева Вера"),
)
_LEVELS = (("standard", 8, 55), ("general", 40, 28), ("urgent", 6, 12), ("development", 90, 5))
_CAUSES = ("in_work", "in_work", "unassigned", "transferred", "level_raised", "mail_failed", "curator_absent")
_OPEN, _WAITING, _CLOSED = (1, "Открыта", "open"), (6, "Ожидает ответа клиента", "open"), (2, "Решена", "closed")
_KINDS = ("СПК «Колос», село {}", "АО «Луговое» {}", "ООО «Заря-{}»", "КФХ Гришина № {}", "ООО «Рассвет {}»")
_HOURS = (0, 0, 0, 0, 1, 6, 10, 14, 17, 14, 11, 9, 8, 6, 5, 4, 2, 2, 1, 1, 1, 0, 0, 0)
"""How many tickets come in an hour of the day, in UTC."""
_DIGEST = "sha256:4ce274f19066f6724f882c7e4fd9b636a7915dc0c04777851a1078fc2f611450"

_CHECKS = (
    ("registration", "Регистрация", "Registration", "Клиент зарегистрирован", "The customer is registered"),
    ("licence", "Лицензия", "Licence", "Лицензия действует", "The licence is valid"),
    ("certificate", "Сертификат поддержки", "Support certificate", "Сертификат поддержки действует", "The certificate is active"),
    ("version", "Версия продукта", "Product version", "Версия поддерживается", "The version is supported"),
    ("completeness", "Полнота обращения", "Completeness", "Сведений достаточно", "Nothing is missing"),
    ("attachments", "Вложения", "Attachments", "Вложений нет", "There are no attachments"),
    ("deferral", "Отложено сотрудниками", "Put off by staff", "Сотрудники не отложили обращение", "It is not put off"),
    ("channel", "Официальный канал", "Official channel", "Замечаний нет", "Nothing to object to"),
)  # fmt: skip


def lines(count: int, *, seed: int = 13) -> Iterator[bytes]:
    """Yield so many tickets, one JSON object a line."""
    dice = random.Random(seed)
    for number in range(1, count + 1):
        yield json.dumps(_ticket(dice, number), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _reference(one: tuple[Any, ...]) -> dict[str, Any]:
    return {"id": one[0], "name": one[1], "state": one[2] if len(one) > 2 else None}


def _created(dice: random.Random) -> datetime:
    day = _SINCE + timedelta(days=dice.randrange(365 * YEARS))
    while day.weekday() > 4 and dice.random() < 0.85:
        day = _SINCE + timedelta(days=dice.randrange(365 * YEARS))
    hour = dice.choices(range(24), _HOURS)[0]
    created = day.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60))
    return min(created, NOW - timedelta(minutes=5))


def _ticket(dice: random.Random, number: int) -> dict[str, Any]:
    created, customer = _created(dice), dice.randrange(CUSTOMERS)
    level, hours, _ = dice.choices(_LEVELS, [one[2] for one in _LEVELS])[0]
    department = _DEPARTMENTS[2] if level == "development" else dice.choices(_DEPARTMENTS, (60, 20, 2, 18))[0]
    agent = dice.choice(_AGENTS) if dice.random() > 0.06 else None
    age = NOW - created
    is_open = age < timedelta(days=2) or (age < timedelta(days=45) and dice.random() < 0.12)
    name = _KINDS[customer % len(_KINDS)].format(customer)
    reference = {"level": level, "customer": f"K-{customer:03}", "department": _reference(department), "agent": agent}
    cycles = [] if is_open else list(_cycles(dice, created, hours, reference))
    clocks = [_clock(dice, created, hours, level)] if is_open else []
    state = clocks[0]["state"] if clocks else cycles[-1]["state"]
    status = _CLOSED if not is_open else _WAITING if state == "paused" else _OPEN
    unknown = is_open and dice.random() < 0.08
    fields = {"product": "Бухгалтерия сельскохозяйственного предприятия", "product_version": "3.0.47.1"}
    if dice.random() < 0.002:
        fields["sla_set_excluded"] = "заведена по ошибке"
    return {
        "id": number, "number": str(700000 + number), "rev": f"r{number}",
        "created_at": _written(created), "closed_at": None if is_open else cycles[-1]["stopped_at"],
        "merged_into": None, "imported": False, "source": "web", "language": "ru",
        "subject": "Не закрывается месяц", "body": "При закрытии месяца программа сообщает об ошибке. " * 6,
        "status": _reference(status), "department": _reference(department),
        "topic": {"id": 10, "name": "Report a Problem", "state": None},
        "priority": {"id": 2, "name": "Normal", "state": None},
        "assignee": None if agent is None else _reference(agent),
        "native": {"sla": "Default SLA", "due_at": _written(created), "overdue": False, "manual": False, "ours": None},
        "requester": {"id": customer, "name": "А. Клиент", "email": f"buh@farm{customer}.example", "fields": {}},
        "fields": fields, "attachments": [],
        "events": list(_events(dice, created, fields, agent)),
        "bridge": {
            "fields": _fields(level, state, clocks, unknown=unknown),
            "cycles": cycles,
            "detail": _detail(level, clocks or [_told(one) for one in cycles], f"K-{customer:03}", name, unknown=unknown),
            "actions": [], "mail": None,
        },
    }  # fmt: skip


def _events(dice: random.Random, created: datetime, fields: dict[str, Any], agent: Any) -> Iterator[dict[str, Any]]:
    by, at = None if agent is None else {"id": agent[0], "name": agent[1]}, created
    for number in range(10):
        kind = "created" if not number else dice.choice(("message", "response", "note", "status"))
        is_customers = kind in {"created", "message"}
        yield {
            "at": _written(at), "kind": kind, "actor": "customer" if is_customers else "agent", "source": "web",
            "from": None, "to": None, "field": None, "inferred": False, "by": None if is_customers else by,
        }  # fmt: skip
        at += timedelta(seconds=dice.randrange(600, 20 * _HOUR))
    if "sla_set_excluded" in fields:
        yield {
            "at": _written(at), "kind": "field", "actor": "agent", "source": "web", "from": None,
            "to": fields["sla_set_excluded"], "field": "sla_set_excluded", "inferred": False, "by": by,
        }  # fmt: skip


def _cycles(dice: random.Random, created: datetime, hours: int, reference: dict[str, Any]) -> Iterator[dict[str, Any]]:
    is_late = dice.random() < 0.05 + (0.06 if reference["customer"].endswith("7") else 0)
    agent = reference["agent"]
    for metric, share in (("first_response", 1), ("resolution", 3)):
        target = hours * share * _HOUR
        late = is_late and (metric == "first_response" or dice.random() < 0.5)
        elapsed = int(target * (1 + dice.random()) if late else target * dice.triangular(0.02, 1, 0.1))
        stopped = min(created + timedelta(seconds=elapsed * 3), NOW - timedelta(seconds=1))
        stopped_late = elapsed - target if late else 0
        yield {
            "metric": metric, "cycle": 1, "state": "missed" if late else "met", "started_at": _written(created),
            "due_at": _written(min(stopped, created + timedelta(seconds=target * 3))), "stopped_at": _written(stopped),
            "breached_at": _written(min(stopped, created + timedelta(seconds=target * 3))) if late else None,
            "elapsed_seconds": elapsed, "level": reference["level"], "calendar": "support-msk", "target": f"{hours * share}h",
            "cause": None, "policy_digest": _DIGEST, "late_seconds": stopped_late, "late_days": stopped_late // (9 * _HOUR),
            "customer": reference["customer"], "department": reference["department"],
            "agent": None if agent is None else _reference(agent), "topic": None, "priority": None, "provisional": False,
            "inputs": _DIGEST, "breach_cause": dice.choice(_CAUSES) if late else None,
            "opening": 2 if dice.random() < 0.03 else 1,
            "spent": [
                {"status": {"id": status[0], "name": status[1]}, "department": reference["department"], "seconds": seconds}
                for status, seconds in ((_OPEN, elapsed), (_WAITING, dice.randrange(elapsed + 1)))
            ],
        }  # fmt: skip


def _clock(dice: random.Random, created: datetime, hours: int, level: str) -> dict[str, Any]:
    state = dice.choices(("running", "at_risk", "overdue", "paused"), (50, 8, 5, 37))[0]
    ahead = timedelta(hours=dice.randrange(1, 4 if state == "at_risk" else 160), minutes=dice.randrange(60))
    due = {"overdue": NOW - timedelta(hours=dice.randrange(1, 40)), "paused": None}.get(state, NOW + ahead)
    return {
        "metric": "first_response", "cycle": 1, "level": level, "calendar": "support-msk", "target": f"{hours}h",
        "started_at": _written(created), "due_at": None if due is None else _written(due), "state": state,
        "provisional": False, "stopped_at": None, "breached_at": _written(due) if due and state == "overdue" else None,
        "cause": None, "worked_to": None, "pauses": [], "late_seconds": None, "late_days": None, "risk_at": None,
        "target_seconds": hours * _HOUR, "target_days": None,
        "breach_cause": dice.choice(_CAUSES) if state == "overdue" else None,
    }  # fmt: skip


def _told(cycle: dict[str, Any]) -> dict[str, Any]:
    names = (
        "metric",
        "cycle",
        "level",
        "calendar",
        "target",
        "started_at",
        "due_at",
        "state",
        "stopped_at",
        "breached_at",
    )
    return {name: cycle[name] for name in names} | {
        "pauses": [],
        "worked_to": None,
        "breach_cause": cycle["breach_cause"],
    }


def _fields(level: str, state: str, clocks: list[dict[str, Any]], *, unknown: bool) -> dict[str, Any]:
    due = clocks[0]["due_at"] if clocks else None
    return {
        "sla_level": level, "sla_state": state, "sla_support": "unknown" if unknown else "full",
        "sla_curator": "Соколова Анна", "sla_reason": "Стандартная поддержка: Первый ответ: срок идёт (8 рабочих часов)",
    } | ({"sla_due": due} if due else {})  # fmt: skip


def _detail(level: str, clocks: list[dict[str, Any]], customer: str, name: str, *, unknown: bool) -> dict[str, Any]:
    checks = [
        {
            "id": check, "title": {"ru": ru, "en": en}, "outcome": "unknown" if unknown and check == "licence" else "pass",
            "reason": check, "message": {"ru": told, "en": said}, "remedy": {"ru": "", "en": ""},
            "evidence": {"product": "agro", "valid_until": "2027-12-31"}, "as_of": "2026-11-29T06:00:00Z", "effect": "refuse",
        }
        for check, ru, en, told, said in _CHECKS
    ]  # fmt: skip
    why_not = [
        {
            "level": "urgent", "better": True, "target": "6h", "at": "policies/agrosoft.yaml:163", "input": "sla_set_critical",
            "text": {
                "ru": "Оперативная поддержка: по правилу «critical-error» нужно: «Критическая ошибка подтверждена» = да",
                "en": "Operative support: the rule critical-error needs “Critical error confirmed” = yes, now nothing",
            },
        }
    ]  # fmt: skip
    return {
        "v": 2, "level": level, "rule": "commercial", "rule_at": "policies/agrosoft.yaml:174",
        "reason": {"ru": "Стандартная поддержка: срок идёт", "en": "Standard support: running"}, "verdict": "full",
        "checks": checks, "clocks": clocks, "customer": {"id": customer, "name": name, "category": "commercial"},
        "curator": "Соколова Анна", "exceptions": [], "why_not": why_not, "published": _DIGEST,
    }  # fmt: skip
