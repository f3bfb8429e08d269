"""The connector: contract v1 over HTTP, into the core's own words. The embedded helpdesk is reached through it too."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pydantic import ValidationError

from bridge.connectors.helpdesks.batches import Batch, batches
from bridge.connectors.helpdesks.transport import Answer, Transport, first_characters
from bridge.errors import CursorGone, HelpdeskError, HelpdeskRefused, HelpdeskUnavailable
from bridge.protocols import (
    ChangePage,
    FieldInfo,
    Meta,
    Ping,
    SetupReport,
    SetupRequest,
    SetupStep,
    TicketError,
    TicketItem,
    Write,
    WriteOutcome,
    WriteResult,
)
from bridge.tickets import Instant, Reference, Ticket, Tombstone, parse_instant, ticket_adapter

CONTRACT = 1
_CONTRACT_HEADER = "x-sla-bridge-contract"
ROUTES = ("/api/sla-bridge/v1", "/api/http.php/sla-bridge/v1")
"""With URL rewriting, and without it."""

PAGE = 500
_LANES = 2
_Page = TypeVar("_Page")
_WRITTEN_BY_PEOPLE = frozenset({"subject", "body", "name", "email", "requester", "fields"})
_HIGHEST_ID = 2**63 - 1
_REFUSED_WHOLE = frozenset({400, 413, 422, 500})
"""Statuses that may be the fault of one item in a batch."""

_REFUSALS_AT_MOST = 24
"""Three poisonous items in a batch of a hundred are found with fewer refusals; with more, it is not the items."""


class OsTicket:
    """A helpdesk that speaks contract v1.

    `route` is the base path that worked before, if known; the first answer tells whether it still does, or which one
    does. `server_time` is the helpdesk's clock in its latest answer.
    """

    def __init__(self, transport: Transport, *, route: str | None = None) -> None:
        self._transport = transport
        self._instance: str | None = None
        self.route: str | None = route if route in ROUTES else None
        self.server_time: Instant | None = None

    @property
    def requests_sent(self) -> int:
        """How many HTTP requests went out, retries included."""
        return self._transport.requests_sent

    def ping(self) -> Ping:
        """Return who answers and what the key may do."""
        data = self._get("/ping")
        try:
            departments = data.get("departments")
            return Ping(
                instance_id=str(data["instance_id"]),
                contract=int(data["contract"]),
                versions={str(name): str(value) for name, value in data["versions"].items()},
                server_time=parse_instant(data["server_time"]),
                ip=str(data["ip"]),
                scopes=tuple(data["scopes"]),
                departments=None if departments is None else tuple(departments),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _malformed("/ping", error) from None

    def meta(self) -> Meta:
        """Return the helpdesk's statuses, departments, topics, priorities and fields."""
        data = self._get("/meta")
        try:
            return Meta(
                meta_rev=str(data["meta_rev"]),
                database_zone=str(data["database_zone"]),
                statuses=_references(data["statuses"]),
                departments=_references(data["departments"]),
                topics=_references(data["topics"]),
                priorities=_references(data["priorities"]),
                fields=tuple(
                    FieldInfo(
                        id=int(item["id"]),
                        name=str(item["name"]),
                        label=str(item["label"]),
                        type=str(item["type"]),
                        form=str(item["form"]),
                        choices=item.get("choices"),
                        owner=item.get("owner"),
                    )
                    for item in data["fields"]
                ),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _malformed("/meta", error) from None

    def tickets(self, *, open_only: bool) -> Iterator[tuple[TicketItem, ...]]:
        """Yield the pages of all tickets by id, or of the open ones; while one is used, the next is on its way."""
        return _ahead(self._pages(open_only=open_only))

    def _pages(self, *, open_only: bool) -> Iterator[tuple[TicketItem, ...]]:
        after: int | None = 0
        while after is not None:
            params: dict[str, str | int] = {"after": after, "limit": PAGE}
            if open_only:
                params["open"] = 1
            data = self._get("/tickets", params)
            following = data.get("next")
            if following is not None and (not isinstance(following, int) or following <= after):
                # A cached or broken page would otherwise be walked for ever.
                raise _malformed("/tickets", ValueError(f"`next` went from {after} to {following!r}"))
            yield _items("/tickets", data)
            after = following

    def numbered(self, number: str) -> Ticket | TicketError | None:
        """Return the ticket that people know by `number`, or why it cannot be read; None when there is none."""
        found = _items("/tickets", self._get("/tickets", {"number": number, "limit": 1}))
        return next((one for one in found if not isinstance(one, Tombstone)), None)

    def ticket(self, ticket_id: int) -> Ticket | TicketError | None:
        """Return one ticket, or why it cannot be read; None when there is none (any more)."""
        answer = self._call("GET", f"/tickets/{ticket_id}")
        if answer.status == 404:
            return None
        item = _item(f"/tickets/{ticket_id}", self._expect(answer, f"/tickets/{ticket_id}"))
        return None if isinstance(item, Tombstone) else item

    def changes(self, cursor: str | None) -> ChangePage:
        """Return the page of changes behind `cursor`; None begins at the plugin's installation."""
        params: dict[str, str | int] = {"limit": PAGE}
        if cursor is not None:
            params["after"] = cursor
        data = self._get("/changes", params)
        try:
            return ChangePage(
                items=_items("/changes", data),
                cursor=str(data["next"]),
                has_more=bool(data["has_more"]),
                head=int(data["head"]),
                meta_rev=str(data["meta_rev"]),
                server_time=parse_instant(data["server_time"]),
                instance_id=str(data["instance_id"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _malformed("/changes", error) from None

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Return an outcome for each write, in order; sent in batches, each one a transaction on the other side.

        What cannot be sent at all is `invalid` here. A batch that is refused as a whole is halved until the item that
        spoils it stands alone; when all others are written it is tried once more, and `invalid` if that fails as well.
        """
        refusals: list[HelpdeskError] = []
        suspects: list[Batch] = []
        outcomes: dict[int, WriteOutcome] = {}
        # Two at a time: while the database of one waits for its disk, the other is worked on. Each leaves as soon as it
        # is made, not when all are.
        with ThreadPoolExecutor(_LANES) as lanes:
            written = lanes.map(
                lambda batch: {**batch.unsendable, **self._write_batch(batch, refusals, suspects)}, batches(writes)
            )
            for found in written:
                outcomes.update(found)
        for suspect in suspects:
            outcomes.update(self._write_suspect(suspect))
        return [outcomes[place] for place in range(len(writes))]

    def _write_batch(
        self, batch: Batch, refusals: list[HelpdeskError], suspects: list[Batch]
    ) -> dict[int, WriteOutcome]:
        """Return the outcomes of a batch by the items' places; items that spoil it go to the suspects."""
        if not batch.places:
            return {}
        try:
            return self._send(batch)
        except (HelpdeskRefused, HelpdeskUnavailable) as error:
            refusals.append(error)
            if error.status not in _REFUSED_WHOLE or len(refusals) > _REFUSALS_AT_MOST:
                raise
        if len(batch.places) == 1:
            suspects.append(batch)
            return {}
        first, second = batch.halves()
        return self._write_batch(first, refusals, suspects) | self._write_batch(second, refusals, suspects)

    def _write_suspect(self, batch: Batch) -> dict[int, WriteOutcome]:
        try:
            return self._send(batch)
        except (HelpdeskRefused, HelpdeskUnavailable) as error:
            if error.status not in _REFUSED_WHOLE:
                raise
            reason = f"the helpdesk cannot take this ticket at all: {error.message}"
        return {batch.places[0]: WriteOutcome(id=batch.ids[0], result=WriteResult.INVALID, reason=reason)}

    def _send(self, batch: Batch) -> dict[int, WriteOutcome]:
        data = self._expect(self._call("POST", "/writes", payload=batch.body), "/writes")
        return dict(zip(batch.places, _outcomes(data, batch.ids), strict=True))

    def setup(self, request: SetupRequest) -> SetupReport:
        """Return what setup did or would do."""
        payload = {
            "action": request.action,
            "language": request.language,
            "levels": [{"id": level, "label": label, "choosable": free} for level, label, free in request.levels],
            "inputs": list(request.inputs),
            "waiting_status": request.waiting_status,
            "development_department": request.development_department,
        }
        data = self._expect(self._call("POST", "/setup", payload=payload), "/setup")
        try:
            steps = tuple(
                SetupStep(
                    id=str(step["id"]),
                    title=str(step["title"]),
                    state=str(step["state"]),
                    detail=str(step.get("detail") or ""),
                )
                for step in data["steps"]
            )
            return SetupReport(steps=steps, changed=int(data["changed"]))
        except (KeyError, TypeError, ValueError) as error:
            raise _malformed("/setup", error) from None

    def _get(self, route: str, params: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        return self._expect(self._call("GET", route, params=params), route)

    def _call(
        self, method: str, route: str, *, params: Mapping[str, str | int] | None = None, payload: object = None
    ) -> Answer:
        """Return the companion plugin's answer, on the base path that worked last or else on the other one."""
        troubles = []
        for base in sorted(ROUTES, key=lambda one: one != self.route):
            try:
                answer = self._transport.request(method, base + route, params=params, payload=payload)
            except HelpdeskRefused as refusal:
                if not refusal.status:
                    raise
                # A redirect: without rewriting, some web servers send every unknown path to their start page.
                troubles.append(refusal)
                continue
            if _CONTRACT_HEADER in answer.headers:
                self.route = base
                self._meet(answer)
                return answer
            troubles.append(
                HelpdeskRefused(
                    f"{self._transport.base_url} answers {answer.status} without the companion plugin: "
                    f"{first_characters(answer.body)}",
                    hint="Install the plugin (sla-bridge plugin install), enable an instance of it, check helpdesk.url",
                    status=answer.status,
                )
            )
        raise troubles[-1]

    def _meet(self, answer: Answer) -> None:
        """Note the time, and that it is still the same helpdesk that answers."""
        instance = answer.headers.get("x-sla-bridge-instance")
        if instance is not None and self._instance is not None and instance != self._instance:
            raise HelpdeskRefused(
                f"{self._transport.base_url} turned into another helpdesk: {instance}, before {self._instance}",
                hint="Is a load balancer or a move in progress?",
            )
        self._instance = instance or self._instance
        try:
            self.server_time = parse_instant(answer.headers.get("x-sla-bridge-server-time"))
        except ValueError:
            self.server_time = None

    def _expect(self, answer: Answer, route: str) -> dict[str, Any]:
        """Return the JSON object of a good answer, or raise what the bad one means."""
        contract = answer.headers.get(_CONTRACT_HEADER)
        if contract != str(CONTRACT):
            raise HelpdeskRefused(
                f"{self._transport.base_url}{route} answered {answer.status} outside of contract {CONTRACT}"
                f" ({'contract ' + contract if contract else 'no contract'}): {first_characters(answer.body)}",
                hint="Bring the companion plugin and the bridge to the same version",
                status=answer.status,
            )
        if answer.status == 200 and isinstance(answer.data, dict):
            return answer.data
        if answer.status == 200:
            # A cut answer under a 200: the page is thrown away whole and the cursor stays where it was.
            raise HelpdeskUnavailable(f"{route} answered with unreadable JSON: {first_characters(answer.body)}")
        error = answer.data.get("error") if isinstance(answer.data, dict) else None
        error = error if isinstance(error, dict) else {}
        message = f"{route} was refused ({answer.status}): {error.get('message') or first_characters(answer.body)}"
        if answer.status == 410:
            raise CursorGone(message, hint="A full scan replaces it")
        raise HelpdeskRefused(
            message, hint=str(error.get("hint") or ""), status=answer.status, code=str(error.get("code") or "")
        )


def _ahead(pages: Iterator[_Page]) -> Iterator[_Page]:
    """Yield the pages, each while the one behind it is fetched in the background."""
    with ThreadPoolExecutor(1) as lane:
        coming = lane.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = lane.submit(next, pages, None)
            yield page


def _items(route: str, data: Mapping[str, Any]) -> tuple[TicketItem, ...]:
    raw = data.get("items")
    if not isinstance(raw, list):
        raise _malformed(route, ValueError("`items` is no list"))
    return tuple(_item(route, item) for item in raw)


def _item(route: str, item: object) -> TicketItem:
    """Return the ticket, its tombstone, or why it cannot be read; only an item without an id spoils the page."""
    if not isinstance(item, dict) or type(item.get("id")) is not int or not 0 < item["id"] <= _HIGHEST_ID:
        raise _malformed(route, ValueError("an item without an id"))
    if item.get("deleted") is True:
        return Tombstone(id=item["id"])
    try:
        ticket = ticket_adapter().validate_python(item)
    except ValidationError as error:
        return TicketError(id=item["id"], reason=describe(error))
    if not f"{ticket.rev}{ticket.number}".isprintable():
        return TicketError(id=ticket.id, reason="rev and number: only printable characters are taken")
    return ticket


def describe(error: ValidationError) -> str:
    """Return the first three faults of a snapshot as `events.3.at: … (found …)`, never with what a person wrote."""
    faults = error.errors(include_url=False, include_context=False)
    told = [
        f"{'.'.join(map(str, one['loc']))}: {one['msg']} ({_found(one['loc'], one['input'])})" for one in faults[:3]
    ]
    more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
    return "; ".join(told) + more


def _found(place: tuple[str | int, ...], value: object) -> str:
    if isinstance(value, str | int | float | None) and not _WRITTEN_BY_PEOPLE.intersection(place):
        return f"found {value!r:.60}"
    return f"found {type(value).__name__}"


def _references(items: Sequence[Mapping[str, Any]]) -> tuple[Reference, ...]:
    return tuple(Reference(id=int(one["id"]), name=str(one["name"]), state=one.get("state")) for one in items)


def _outcomes(data: Mapping[str, Any], ids: Sequence[int]) -> list[WriteOutcome]:
    """Return the outcomes in an answer to `ids`, in their order."""
    try:
        outcomes = [_outcome(item) for item in data["results"]]
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise _malformed("/writes", fault) from None
    if [one.id for one in outcomes] != list(ids):
        raise _malformed("/writes", ValueError("the results do not answer the items sent"))
    return outcomes


def _outcome(item: Mapping[str, Any]) -> WriteOutcome:
    error = item.get("error") or {}
    return WriteOutcome(
        id=item["id"],
        result=WriteResult(item["result"]),
        rev=item.get("rev"),
        reason=" ".join(str(part) for part in (error.get("message"), error.get("hint")) if part),
    )


def _malformed(route: str, error: Exception) -> HelpdeskRefused:
    return HelpdeskRefused(
        f"{route} answered outside of the contract: {type(error).__name__} {error}",
        hint="Bring the companion plugin and the bridge to the same version",
    )
