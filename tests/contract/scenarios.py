"""Scripted scenarios: what people do and what the bridge asks, the same at a real osTicket and at the embedded helpdesk.

At the real one they are recorded (`SLA_BRIDGE_TEST_RECORD=1`), at the embedded one they are played again and compared.
"""

from collections.abc import Callable
from typing import Any

from tests.contract.client import Client
from tests.contract.desk import Desk

EMAIL = "scenario@recorded.example"
DUE = "2026-11-20T15:00:00Z"
CYCLE = {"metric": "first_response", "cycle": 1, "state": "met", "started_at": "2026-11-20T07:00:00Z", "due_at": DUE}


class Play:
    """One run of a scenario. `pause` lets a second or more pass, so that nothing falls into one second by chance."""

    def __init__(self, desk: Desk, api: Client, pause: Callable[[], None]) -> None:
        self.desk = desk
        self.api = api
        self.exchanges: list[dict[str, Any]] = []
        self.tickets: dict[str, int] = {}
        self._pause = pause
        self._cursor = ""

    def open(self, name: str, subject: str, body: str) -> int:
        """Let a customer open a ticket, known as `{name}` from here on."""
        self._pause()
        after = max((item["id"] for item in self._all()), default=0)
        self.desk.open(subject, body, via="api", email=EMAIL)
        self.tickets[name] = next(item["id"] for item in self._all(after) if item["subject"] == subject)
        return self.tickets[name]

    def _all(self, after: int | None = 0) -> list[dict[str, Any]]:
        items = []
        while after is not None:
            query = {"after": after, "limit": 1000}
            page = self.api.session.get(f"{self.api.base}/tickets", params=query, timeout=60).json()
            items += page["items"]
            after = page["next"]
        return items

    def people(self, action: Callable[[], object]) -> None:
        """Let somebody at the helpdesk do something."""
        self._pause()
        action()

    def ask(self, step: str, path: str, **query: str) -> Any:
        """Read; return the body. `{name}` in the path is a ticket."""
        reply = self.api.get(path.format(**self.tickets), **query)
        self._note(step, {"method": "GET", "path": path, "query": query}, reply.status, reply.body)
        return reply.body

    def send(self, step: str, path: str, body: Any) -> Any:
        """Write; return the answer's body."""
        reply = self.api.post(path, body)
        self._note(step, {"method": "POST", "path": path, "body": body}, reply.status, reply.body)
        return reply.body

    def write(self, step: str, name: str, rev: str | None = None, **members: Any) -> Any:
        """Write one item at a ticket's present revision, or at `rev`."""
        ticket = self.tickets.get(name, 999_999_999)
        item = {"id": ticket, "if_rev": rev or self.api.ticket(ticket)["rev"], **members}
        return self.send(step, "writes", {"lease": None, "items": [item]})

    def mark(self) -> None:
        """Remember the feed's end."""
        self._cursor = self.api.cursor()

    def changes(self, step: str) -> None:
        """Read the feed since the mark; what others do meanwhile at the same helpdesk is left out."""
        page = self.api.get("changes", after=self._cursor, limit=1000).body
        mine = set(self.tickets.values())
        page["items"] = [item for item in page["items"] if item["id"] in mine]
        self._note(step, {"method": "GET", "path": "changes", "query": {"after": "the mark"}}, 200, page)
        self._cursor = page["next"]

    def _note(self, step: str, request: dict[str, Any], status: int, body: Any) -> None:
        self.exchanges.append({"step": step, "request": request, "status": status, "body": body})


def life(play: Play) -> None:
    """A ticket from its opening to its deletion."""
    play.mark()
    ticket = play.open("first", "Записанная заявка", "Добрый день! Не печатается накладная.")
    play.changes("after the opening")
    play.people(lambda: play.desk.reply(ticket, "Добрый день! Какая версия?"))
    play.changes("after the reply, which also takes the ticket")
    play.people(lambda: play.desk.note(ticket, "Похоже на прошлую неделю"))
    play.changes("after the note")
    play.people(lambda: play.desk.set_status(ticket, status(play, "open", last=True)))
    play.changes("after the waiting status")
    play.people(lambda: play.desk.customer_message(play.api.ticket(ticket)["number"], EMAIL, "Версия 3.0.52.35"))
    play.changes("after the customer's mail")
    play.people(lambda: play.desk.edit_field(ticket, "product_version", value="3.0.52.35"))
    play.people(lambda: play.desk.edit_field(ticket, "sla_set_critical", value=True))
    play.people(lambda: play.desk.edit_field(ticket, "sla_set_level", value="general"))
    play.changes("after three fields edited in place")
    play.people(lambda: play.desk.edit_form(ticket, {"product": "Бухгалтерия"}))
    play.changes("after the edit form")
    play.people(lambda: play.desk.set_topic(ticket, 2))
    play.people(lambda: play.desk.set_priority(ticket, 3))
    play.changes("after topic and priority")
    play.people(lambda: play.desk.transfer(ticket, 2, comment="Это к отделу продаж"))
    play.changes("after the transfer with a comment")
    play.people(lambda: play.desk.release(ticket))
    play.people(lambda: play.desk.claim(ticket))
    play.changes("after release and claim")
    play.people(lambda: play.desk.reply(ticket, "Исправлено", status=2))
    play.changes("after the reply that resolves")
    play.people(lambda: play.desk.customer_message(play.api.ticket(ticket)["number"], EMAIL, "Снова то же"))
    play.changes("after the mail that reopens")
    play.people(lambda: play.desk.set_status(ticket, 3))
    play.people(lambda: play.desk.set_status(ticket, 1))
    play.ask("after closing and reopening by hand", "tickets/{first}")
    play.people(lambda: play.desk.look_at(ticket))
    play.mark()
    play.people(lambda: play.desk.look_at(ticket))
    play.changes("after a look at the page")
    play.people(lambda: play.desk.delete(ticket))
    play.changes("after the deletion")
    play.ask("the deleted ticket", "tickets/{first}")
    play.write("a write to the deleted ticket", "first", "stale", fields={"sla_state": "met"})


def merging(play: Play) -> None:
    """Two tickets become one."""
    parent = play.open("parent", "Записанная: главная", "Не открывается отчёт")
    child = play.open("child", "Записанная: повтор", "Всё ещё не открывается отчёт")
    play.people(lambda: play.desk.reply(child, "Присоединяю к первой заявке"))
    play.mark()
    play.people(lambda: play.desk.merge(child, parent))
    play.changes("after the merge")
    play.people(lambda: play.desk.delete(child))
    play.people(lambda: play.desk.delete(parent))


def writing(play: Play) -> None:
    """Compare-and-set in all of its results."""
    ticket = play.open("first", "Записанная: запись", "Вопрос о лицензии")
    rev = play.api.ticket(ticket)["rev"]
    fields = {"sla_level": "standard", "sla_state": "running", "sla_due": DUE, "sla_reason": "Стандартный уровень"}
    play.mark()
    play.write("the first write", "first", rev, fields=fields, detail={"rule": "commercial"}, cycles=[CYCLE])
    play.write("the same again", "first", rev, fields=fields, detail={"rule": "commercial"}, cycles=[CYCLE])
    play.write("null clears", "first", rev, fields={"sla_due": None})
    play.ask("what stands now", "tickets/{first}")
    play.changes("own writes are not in the feed")
    play.write("an unknown field", "first", rev, fields={"sla_nonsense": "x"})
    play.write("an agents' input", "first", rev, fields={"sla_set_critical": True})
    play.write("a choice that is none", "first", rev, fields={"sla_level": "platinum"})
    play.write("a date that is none", "first", rev, fields={"sla_due": "tomorrow"})
    play.write("actions", "first", rev, fields={}, actions=[{"kind": "note"}])
    play.write("no such ticket", "nobody", "x", fields=fields)
    play.people(lambda: play.desk.note(ticket, "Кто-то был быстрее"))
    play.write("a conflict, though the value is bad", "first", rev, fields={"sla_level": "platinum"})
    play.people(lambda: play.desk.delete(ticket))


def refusals(play: Play) -> None:
    """Requests that are refused."""
    play.ask("no such ticket", "tickets/999999999")
    play.ask("no such route", "nothing")
    play.ask("limit of nothing", "tickets", limit="0")
    play.ask("a foreign cursor", "changes", after="nonsense")
    play.send("no list of items", "writes", {"items": "x"})
    play.send("an item without revision", "writes", {"items": [{"id": 1}]})
    play.send("a lease that nobody holds", "writes", {"lease": {"holder": "x", "epoch": 1}, "items": []})
    play.send("an unknown action", "setup", {"action": "destroy"})
    play.send("an unknown input", "setup", {"action": "plan", "inputs": ["nothing"]})
    play.ask("the end of all tickets", "tickets", after="2000000000")


def status(play: Play, state: str, *, last: bool) -> int:
    """Return the first or last status of a state."""
    found = [one["id"] for one in play.api.get("meta").body["statuses"] if one["state"] == state]
    return int(found[-1] if last else found[0])


SCENARIOS: dict[str, Callable[[Play], None]] = {
    "life": life,
    "merging": merging,
    "writing": writing,
    "refusals": refusals,
}
