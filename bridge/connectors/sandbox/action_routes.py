"""The contract's routes about actions: what is declared, what is kept, what runs, and what a person decides."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bridge.connectors.sandbox.action_offers import Kind, Word, letters_of
from bridge.connectors.sandbox.action_rows import NO_TICKET
from bridge.connectors.sandbox.actions import ActionRunner, Fate, told
from bridge.connectors.sandbox.feed import may_see
from bridge.connectors.sandbox.field_values import BadItem
from bridge.connectors.sandbox.lease import Lease
from bridge.connectors.sandbox.letters import Writing, is_address, message_id
from bridge.connectors.sandbox.responses import Refusal, instant_text
from bridge.connectors.sandbox.store import Store
from bridge.tickets import faults_told

STATES = ("accepted", "sending", "done", "held", "refused", "unknown", "dropped")

Departments = frozenset[int] | None
_Limit = Annotated[int, Field(ge=0, le=1_000_000)]
_WITHDRAWN = Fate("refused", "withdrawn")
"""Of a letter that was deleted before it ran: it is declared no more, or somebody else has offered another list."""

_Text = Annotated[str, Field(max_length=65_536)]
Shape = TypeVar("Shape", bound=BaseModel)


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _DeclaredOne(_Body):
    id: Word
    kind: Kind


class _Limits(_Body):
    per_day: _Limit
    per_ticket_per_day: _Limit


class _Declare(_Body):
    actions: Annotated[list[_DeclaredOne], Field(max_length=1000)]
    limits: _Limits


class _Settle(_Body):
    ticket: int | None
    key: Word
    do: Literal["send", "drop"]


class _Letter(_Body):
    subject: _Text
    text: _Text
    html: _Text


class _Test(_Body):
    ticket: int
    to: str
    letter: _Letter


class ActionRoutes:
    """Each method returns the members of an answer that are its own. Refuses (422) a body of another shape."""

    def __init__(self, store: Store, actions: ActionRunner) -> None:
        self._store = store
        self._actions = actions

    def declare(self, content: Any) -> dict[str, Any]:
        """Take in which actions there are and how many may run a day."""
        body = _read(_Declare, content)
        ids = list(dict.fromkeys(one.id for one in body.actions))
        since = self._actions.declare(ids, body.limits.model_dump())
        return {"on": self._actions.on, "since": {one: instant_text(at) for one, at in since.items()}}

    def listed(self, query: Mapping[str, str], departments: Departments, *, after: int, limit: int) -> dict[str, Any]:
        """Return a page of what is kept. Refuses (400) a state that there is none of."""
        states = query.get("state", "held,unknown,refused").split(",")
        strange = [one for one in states if one not in STATES]
        if strange:
            raise Refusal("bad_request", f"there is no state {strange[0]!r}", "states: " + ", ".join(STATES))
        self._actions.find_abandoned()
        with self._store.transaction():
            found = self._actions.rows.listed(states, departments, after, limit + 1)
            today = self._actions.rows.ran_today()
        page = [
            {
                "row": row["id"],
                "ticket": row["ticket_id"] or None,
                "id": row["action"],
                **{name: row[name] for name in ("number", "key", "kind", "state", "reason")},
                "at": instant_text(row["not_before"]),
                "changed_at": instant_text(row["changed_at"]),
            }
            for row in found[:limit]
        ]
        following = page[-1]["row"] if len(found) > limit else None
        return {"on": self._actions.on, "actions": page, "next": following, "today": today}

    def run(self, content: Any, departments: Departments) -> dict[str, Any]:
        """Run what waits."""
        _read(_Body, content)
        moved, left = self._actions.run_due(departments)
        results = [{"ticket": row["ticket_id"] or None, **outcome.told(row["key"])} for row, outcome in moved]
        return {"results": results, "left": left}

    def offer(self, content: Any, departments: Departments) -> dict[str, Any]:
        """Keep and run the letters that are due and belong to no ticket, and withdraw what waits of others. Refuses (403) a key
        that is limited to departments, (409) what is not offered under the lease in force, (422) what are no such letters."""
        if departments is not None:
            raise Refusal(
                "forbidden",
                "this key sees some departments, and a letter that belongs to no ticket lies in none of them",
                "use a key without departments",
            )
        body = content if isinstance(content, dict) else {}
        try:
            letters = letters_of(body.get("actions"))
        except BadItem as problem:
            raise Refusal("unprocessable", problem.message, problem.hint or "see docs/api-v1.md, Actions") from None
        self._actions.find_abandoned()
        with self._store.transaction():
            Lease(self._store).check(body.get("lease"))
            self._actions.rows.withdraw([one.key for one in letters])
            taken = self._actions.take(NO_TICKET, "", letters, may_act=True)
        ran = self._actions.run(row for row in taken.values() if isinstance(row, int))
        return {"results": told(taken, {row: fate or _WITHDRAWN for row, fate in ran.items()})}

    def settle(self, content: Any, departments: Departments) -> dict[str, Any]:
        """Do what a person has decided on. Refuses (404) an action that the key does not see."""
        body = _read(_Settle, content)
        self._actions.find_abandoned()
        if body.ticket is not None:
            self._need_ticket(body.ticket, departments)
        hidden = body.ticket is None and departments is not None
        row = None if hidden else self._actions.rows.find(body.ticket or NO_TICKET, body.key)
        if row is None:
            raise Refusal("not_found", "there is no such action", "`sla-bridge actions list` shows those there are")
        return self._actions.settle(row, send=body.do == "send").told(body.key)

    def test(self, content: Any, departments: Departments) -> dict[str, Any]:
        """Send a letter on trial. Refuses (409) while actions are off, and when the day's limit is used up."""
        body = _read(_Test, content)
        if not is_address(body.to):
            raise Refusal("unprocessable", "`to` is no address")
        if not self._actions.on:
            raise Refusal("switched_off", "actions are switched off", "start the helpdesk with a folder for letters")
        self._need_ticket(body.ticket, departments)
        rows = self._actions.rows
        if rows.ran_today() >= rows.limit("per_day"):
            raise Refusal("per_day", "the day's limit is used up", "it begins anew at the database's midnight")
        name = message_id(self._store.instance_id, body.ticket, f"test:{secrets.token_hex(8)}")
        texts = body.letter.model_dump()
        letter = Writing(self._store).of_texts(body.ticket, name, (body.to,), texts, to_customer=False)
        if not self._actions.test(letter, body.ticket):
            raise Refusal("mail_refused", "the letter did not go out", "look whether its folder can be written")
        return {"message_id": f"<{name}>"}

    def _need_ticket(self, ticket: int, departments: Departments) -> None:
        found = self._store.row("SELECT department_id FROM tickets WHERE id = ?", min(ticket, 2**63 - 1))
        if found is None or not may_see(departments, found["department_id"]):
            raise Refusal("not_found", f"no ticket {ticket}", "it was deleted, or this key may not see its department")


def _read(shape: type[Shape], content: Any) -> Shape:
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        raise Refusal("unprocessable", faults_told(error), "see docs/api-v1.md, Actions") from None
