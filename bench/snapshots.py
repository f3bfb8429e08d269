"""Random snapshots as the contract writes them, the same ones for the same seed, made without any code of the bridge.

So one stream can be given to two commits: to compare what they decide (`bench.same_decisions`) or how fast they are.
The tickets are made for the shipped configuration and both examples: their customers, products, departments and fields.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

FIRST, LAST = 1_704_067_200, 1_796_000_000
"""1 January 2024 and 29 November 2026."""

_HOUR = 3600
_STATUSES = (
    {"id": 1, "name": "Open", "state": "open"},
    {"id": 6, "name": "Waiting for the customer", "state": "open"},
    {"id": 7, "name": "Ожидает ответа клиента", "state": "open"},
    {"id": 8, "name": "Ожидание ответа клиента", "state": "open"},
    {"id": 2, "name": "Resolved", "state": "closed"},
    {"id": 3, "name": "Closed", "state": "closed"},
)
_DEPARTMENTS = ({"id": 1, "name": "Support"}, {"id": 2, "name": "Development"}, {"id": 3, "name": "Отдел разработки"})
_TOPICS = (
    None,
    {"id": 1, "name": "General Inquiry"},
    {"id": 2, "name": "Error report"},
    {"id": 3, "name": "Консультация"},
    {"id": 4, "name": "Выезд"},
    {"id": 5, "name": "Training"},
)
_PRIORITIES = (
    {"id": 1, "name": "Low"},
    {"id": 2, "name": "Normal"},
    {"id": 3, "name": "High"},
    {"id": 4, "name": "Emergency"},
)
_DOMAINS = (
    *(
        "rassvet.example",
        "kolos.example",
        "niva.example",
        "lugovoe.example",
        "agrocollege.example",
        "agroservice.example",
    ),
    *(
        "bank.example",
        "plant.example",
        "atelier.example",
        "haulier.example",
        "depot.example",
        "nowhere.example",
        "mail.ru",
    ),
)
_NUMBERS = (
    *("BSP-100-001", "SAT-300-001", "BSP-100-002", "KUS-200-003", "KUS-200-004", "BSP-100-005", "BSP-100-006"),
    *("SAT-300-008", "G-1", "g-2", "G-3", "X-999", "", None),
)
_PRODUCTS = (
    *("agro-accounting", "БСХП", "Agricultural complex accounting", "КУСХП", "Спутниковый мониторинг", "Криптошлюз"),
    *("Клиент защищённой сети", "a product of somebody else", "", None),
)
_VERSIONS = (
    *(
        "3.0.52.35",
        "3.0.41.12",
        "3.0",
        "2.0.66.12",
        "2.4.15.3",
        "2.5.17.102 (build 3)",
        "2025.10 LTS",
        "2026.10",
        "1.6",
    ),
    *("4.2", "5.0.1", "not known", "", None),
)
_BODIES = (
    "",
    "It does not work.",
    "Since the last update the report shows a wrong sum. 1. Open it. 2. Choose a quarter. 3. Press Build.",
    "Шаги: открыть отчёт, выбрать квартал, сформировать. Версия 3.0.52.35, как в прошлом обращении №481516.",
)
_DEFERRALS = (
    *("not_reproducible", "needs_facts", "needs_development", "violated_requirements", "unlicensed", "beyond_scope"),
    *("unconstructive", "something else", None),
)
_FILES = (
    {"name": "screen.png", "type": "image/png", "size": 48_211},
    {"name": "log.txt", "type": "text/plain", "size": 1_000},
    {"name": "photo.jpg", "type": "image/jpeg", "size": 24_000_000},
)
_CHANNELS = ("web", "web", "email", "email", "phone", "api", "other")


def written(at: int) -> str:
    """Return the instant as the contract writes it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def snapshots(count: int, *, seed: int) -> Iterator[dict[str, Any]]:
    """Yield `count` snapshots: histories of two to thirty events, some merged, imported, reopened or with kept cycles."""
    dice = random.Random(seed)
    for number in range(1, count + 1):
        yield _ticket(dice, number)


def _ticket(dice: random.Random, number: int) -> dict[str, Any]:
    created = dice.randrange(FIRST, LAST)
    channel = dice.choice(_CHANNELS)
    state: dict[str, Any] = {
        "status": _STATUSES[0],
        "department": _DEPARTMENTS[0],
        "topic": dice.choice(_TOPICS),
        "priority": dice.choice(_PRIORITIES),
        "assignee": None,
    }
    fields: dict[str, Any] = {
        "product": dice.choice(_PRODUCTS),
        "product_version": dice.choice(_VERSIONS),
        "platform_version": dice.choice(("8.3.24.1", "8.3.18", "platform 8.3.27", "", None)),
        "registration_number": dice.choice(_NUMBERS),
        "operating_system": dice.choice(("Windows 10", "Windows XP", "Astra Linux 1.7", None)),
        "service": dice.choice(("visit", "workplace", "training", "", None)),
        "certificate_number": dice.choice(("S-2026-001", "unknown one", None)),
    }
    first = {name: value for name, value in state.items() if name != "assignee"}
    events = [_event(created, "created", "customer", channel, after=first if dice.random() < 0.9 else None)]
    if dice.random() < 0.9:
        events.append(_event(created, "message", "customer", channel))
    closed_at = _history(dice, created, state, fields, events)
    merged = dice.random() < 0.02
    if merged:
        closed_at = closed_at or events[-1]["at_seconds"] + dice.randrange(0, 9)
        events.append(_event(closed_at + dice.randrange(0, 3), "merged", "agent", "web"))
    for event in events:
        del event["at_seconds"]
    domain = dice.choice(_DOMAINS)
    return {
        "id": number,
        "number": f"{400_000 + number}",
        "rev": f"r{number}",
        "created_at": written(created),
        "closed_at": written(closed_at) if closed_at is not None else None,
        "merged_into": number + 1 if merged else None,
        "imported": dice.random() < 0.02,
        "source": channel,
        "subject": dice.choice(("The report is wrong", "Вопрос по отчёту", "Documentation question")),
        "body": dice.choice(_BODIES),
        "language": dice.choice(("ru", "en", None)),
        **{name: state[name] for name in ("status", "department", "topic", "priority", "assignee")},
        "native": {"sla": "Default SLA", "due_at": written(created + 48 * _HOUR), "overdue": False},
        "requester": {
            "id": number % 997,
            "name": "A. Customer",
            "email": dice.choice(("buh@", "dispatcher@", "office@")) + domain if dice.random() < 0.97 else "",
            "fields": {},
            "organization": {
                "id": 1,
                "name": dice.choice(("ООО «Рассвет»", "Городской банк", "АО «Автобаза»", "?")),
                "fields": {},
            }
            if dice.random() < 0.3
            else None,
        },
        "fields": fields,
        "attachments": dice.sample(_FILES, dice.randrange(0, 3)),
        "events": events,
        "bridge": _kept(dice, created),
    }


def _event(at: int, kind: str, actor: str, source: str, **change: Any) -> dict[str, Any]:
    event = {"at": written(at), "kind": kind, "actor": actor, "source": source, "at_seconds": at}
    return event | {
        {"before": "from", "after": "to"}.get(name, name): value for name, value in change.items() if value is not None
    }


def _history(
    dice: random.Random, created: int, state: dict[str, Any], fields: dict[str, Any], events: list[dict[str, Any]]
) -> int | None:
    """Add what happened; `state` and `fields` become those of the end. Return when the ticket was closed last, if it is."""
    at, closed_at = created, None
    for _ in range(dice.choice((0, 1, 2, 3, 5, 8, 13, 28))):
        at += dice.choice((0, 1, 60, 600, 5 * _HOUR, 20 * _HOUR, 70 * _HOUR, 400 * _HOUR))
        if at > LAST:
            break
        move = dice.choice(
            ("message", "message", "response", "response", "note", "status", "status", "move", "field", "end")
        )
        if move in {"message", "response", "note"}:
            actor = "customer" if move == "message" else dice.choice(("agent", "agent", "agent", "system"))
            events.append(_event(at, move, actor, dice.choice(_CHANNELS)))
        elif move == "status":
            status = dice.choice(_STATUSES[:4])
            before = state["status"] if dice.random() < 0.5 else None
            kind = "reopened" if closed_at is not None else "status"
            events.append(
                _event(at, kind, "agent", "web", before=before, after=status if dice.random() < 0.9 else None)
            )
            state["status"], closed_at = status, None
        elif move == "move":
            name, options = dice.choice(
                (("department", _DEPARTMENTS), ("priority", _PRIORITIES), ("topic", _TOPICS[1:]))
            )
            value = dice.choice(options)
            events.append(_event(at, name, "agent", "web", before=state[name], after=value))
            state[name] = value
        elif move == "field":
            name, value = _input(dice, at)
            actor = dice.choice(("agent", "agent", "agent", "customer"))
            events.append(_event(at, "field", actor, "web", field=name, before=fields.get(name), after=value))
            fields[name] = value
        elif closed_at is None:
            status = dice.choice(_STATUSES[4:])
            events.append(_event(at, "closed", "agent", "web", before=state["status"], after=status))
            state["status"], closed_at = status, at
    return closed_at


def _input(dice: random.Random, at: int) -> tuple[str, Any]:
    """Return a field that staff set, and its value."""
    return dice.choice(
        (
            ("sla_set_level", dice.choice(("automatic", "general", "standard"))),
            ("sla_set_critical", dice.choice((True, False))),
            ("sla_set_deferral", dice.choice(_DEFERRALS)),
            ("sla_set_misuse", dice.choice((True, False))),
            ("sla_set_abuse", dice.choice((True, False))),
            ("sla_set_promise", dice.choice((written(at + 50 * _HOUR), None))),
            ("product_version", dice.choice(_VERSIONS)),
        )
    )


def _kept(dice: random.Random, created: int) -> dict[str, Any]:
    """Return what the helpdesk keeps of earlier passes: nothing for most tickets, a finished cycle for some."""
    if dice.random() < 0.85:
        return {"fields": {"sla_customer": dice.choice(("commercial", "partner", None))}, "cycles": []}
    due = created + 8 * _HOUR
    stopped = created + dice.randrange(1, 16) * _HOUR
    cycle = {
        "metric": "first_response",
        "cycle": 1,
        "state": "met" if stopped <= due else "missed",
        "started_at": written(created),
        "due_at": written(due),
        "stopped_at": written(stopped),
        "breached_at": written(due) if stopped > due else None,
        "elapsed_seconds": stopped - created,
        "level": "standard",
        "calendar": "support-msk",
        "target": "8h",
        "cause": None,
        "policy_digest": "sha256:of-an-earlier-policy",
    }
    return {"fields": {"sla_level": "standard"}, "cycles": [cycle]}
