"""osTicket with the companion plugin, over HTTP. The embedded helpdesk speaks the same contract and is reached through it."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

from bridge.connectors.helpdesks import action_answers
from bridge.connectors.helpdesks import plugin_answers as answers
from bridge.connectors.helpdesks.answer import encode
from bridge.connectors.helpdesks.batches import Batch, BatchWriter
from bridge.connectors.helpdesks.halving import HalvedPages, Portion, cannot_make
from bridge.connectors.helpdesks.plugin_api import PluginApi
from bridge.connectors.helpdesks.transport import HttpLimits, Transport
from bridge.errors import HelpdeskRefused, HelpdeskUnavailable
from bridge.protocols.capabilities import EVERYTHING
from bridge.protocols.helpdesk import Connection, Helpdesk
from bridge.protocols.kind_words import KindWords
from bridge.protocols.leading import LeaseDeed, LeaseGrant, LeaseWish
from bridge.protocols.provisioning import SetupReport, SetupRequest
from bridge.protocols.reading import (
    BEYOND_ALL,
    ChangePage,
    KeptPublication,
    ListPage,
    Meta,
    Ping,
    TicketError,
    TicketItem,
)
from bridge.protocols.writing import ActionOutcome, ActionsRun, Declared, ListedAction, Write, WriteOutcome
from bridge.tickets import Instant, Ticket, Tombstone, format_instant

PAGE = 250
"""So many tickets are asked for at once. Three pages are in memory at a time, and one of 500 takes 12 MiB more than this."""

_NO_LEASE = b"null"
_NO_ROUTE = 404
_LISTED = 100
"""So many actions are listed at once."""

_Page = TypeVar("_Page")


class OsTicket(Helpdesk):
    """A helpdesk that speaks contract v1 (docs/api-v1.md).

    In bridge.yaml:

    ```yaml
    helpdesk:
      kind: osticket
      url: https://help.example.org
      key: {env: SLA_BRIDGE_KEY}
    ```

    Its `route` is the base path that worked; the first answer tells whether it still does, or which one does.
    """

    capabilities = EVERYTHING
    words = KindWords(
        grant="In the plugin's instance, add {scope} to this key's line",
        widen="If all tickets are meant, take the departments off this key's line in the plugin's instance",
        update="Update the companion plugin: sla-bridge plugin install",
        whole="all fields, columns and queues are there",
        mend="See the steps marked `conflict`; rename what has the same name, or map the input onto it in bridge.yaml",
    )

    def __init__(self, transport: Transport, *, route: str | None = None) -> None:
        self._api = PluginApi(transport, route=route)
        self._feed = HalvedPages(PAGE)
        self._epoch = 0
        self._lease = _NO_LEASE

    @classmethod
    def open(cls, connection: Connection) -> Self:
        """Return the helpdesk behind the connection."""
        limits = HttpLimits(request_seconds=connection.request_seconds, total_seconds=connection.total_seconds)
        transport = Transport(connection.url, connection.key, limits=limits, ca_file=connection.ca_file)
        return cls(transport, route=connection.route)

    @classmethod
    def ticket_page(cls, url: str, ticket_id: int) -> str:
        """Return the ticket's address in the agents' panel."""
        return f"{url.rstrip('/')}/scp/tickets.php?id={ticket_id}"

    def close(self) -> None:
        """Close the connections."""
        self._api.transport.close()

    @property
    def route(self) -> str | None:
        """The base path that worked last."""
        return self._api.route

    @property
    def server_time(self) -> Instant | None:
        """The helpdesk's clock in its latest answer."""
        return self._api.server_time

    @property
    def requests_sent(self) -> int:
        """How many HTTP requests went out, retries included."""
        return self._api.transport.requests_sent

    def ping(self) -> Ping:
        """Return who answers and what the key may do."""
        return answers.ping(self._api.get("/ping"))

    def meta(self) -> Meta:
        """Return the helpdesk's statuses, departments, topics, priorities and fields."""
        return answers.meta(self._api.get("/meta"))

    def tickets(self, *, open_only: bool) -> Iterator[tuple[TicketItem, ...]]:
        """Yield the pages of all tickets by id, or of the open ones; while one is used, the next is on its way."""
        return _ahead(self._pages("after", 0, open_only=open_only))

    def newest(self, *, open_only: bool, below: int = BEYOND_ALL) -> Iterator[tuple[TicketItem, ...]]:
        """Yield the same pages from the newest ticket down, or from the id `below`."""
        return _ahead(self._pages("before", below, open_only=open_only))

    def _pages(self, way: str, start: int, *, open_only: bool) -> Iterator[tuple[TicketItem, ...]]:
        sizes, place = HalvedPages(PAGE), start
        while True:
            page = self._page(sizes, way, place, open_only=open_only)
            yield page.items
            if page.next is None:
                return
            place = page.next

    def page(self, *, after: int) -> ListPage:
        """Return the first page of the open tickets behind an id."""
        return self._page(HalvedPages(PAGE), "after", after, open_only=True)

    def _page(self, sizes: HalvedPages, way: str, place: int, *, open_only: bool) -> ListPage:
        def ask(portion: Portion) -> ListPage:
            params: dict[str, str | int] = {way: place}
            if open_only:
                params["open"] = 1
            data, items = self._asked("/tickets", params, portion)
            return answers.list_page(data, items, place=place, down=way == "before")

        return sizes.page(ask)

    def _asked(
        self, route: str, params: dict[str, str | int], portion: Portion
    ) -> tuple[Mapping[str, Any], tuple[TicketItem, ...]]:
        """Return a page with its items; where it tells ids alone, each ticket is read by itself."""
        params["limit"] = portion.limit
        if not portion.ids:
            data = self._api.get(route, params, attempts=portion.attempts)
            return data, answers.ticket_items(route, data)
        data = self._api.get(route, {**params, "ids": 1})
        return data, tuple(self.ticket(one) or Tombstone(id=one) for one in answers.ids(route, data))

    def ticket(self, ticket_id: int) -> Ticket | TicketError | None:
        """Return one ticket, or why it cannot be read or made; None when there is none (any more)."""
        route = f"/tickets/{ticket_id}"
        try:
            answer = self._api.call("GET", route)
        except HelpdeskUnavailable as error:
            if not cannot_make(error):
                raise
            # Is it this ticket, or does nothing work there? This raises in the other case.
            self.ping()
            return TicketError(id=ticket_id, reason=f"the helpdesk cannot make it: {error.message}")
        if answer.status == 404:
            return None
        item = answers.ticket_item(route, self._api.expect(answer, route))
        if item.id != ticket_id:
            raise answers.outside(route, ValueError(f"it shows ticket {item.id}"))
        return None if isinstance(item, Tombstone) else item

    def numbered(self, number: str) -> Ticket | TicketError | None:
        """Return the ticket that people know by `number`, or why it cannot be read; None when there is none."""
        found = answers.ticket_items("/tickets", self._api.get("/tickets", {"number": number, "limit": 1}))
        return next((one for one in found if not isinstance(one, Tombstone)), None)

    def changes(self, cursor: str | None, *, passed: Instant | None = None) -> ChangePage:
        """Return the page of changes behind `cursor`; None begins at the plugin's installation."""

        def ask(portion: Portion) -> ChangePage:
            params: dict[str, str | int] = {}
            if cursor is not None:
                params["after"] = cursor
            if passed is not None:
                params["passed"] = format_instant(passed)
            return answers.change_page(*self._asked("/changes", params, portion))

        page = self._feed.page(ask)
        if page.has_more and page.cursor == cursor:
            raise answers.outside("/changes", ValueError("`next` does not go on"))
        return page

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Return an outcome for each write, in order; sent in batches, each one a transaction on the other side."""
        return BatchWriter(self._send).write(writes)

    def _send(self, batch: Batch) -> list[WriteOutcome]:
        return answers.write_outcomes(
            self._api.post("/writes", batch.body(self._lease)), [item.id for item in batch.items]
        )

    def publish(self, publication: Mapping[str, Any]) -> KeptPublication:
        """Let the plugin keep what its screens need; return what it keeps."""
        return answers.kept_publication("/publish", self._api.post("/publish", publication))

    def lease(self, wish: LeaseWish) -> LeaseGrant:
        """Take, renew or release the lease. A take that is asked for twice has a later epoch, and is as good."""
        body: dict[str, object] = {"do": wish.do.value, "holder": wish.holder}
        if wish.do is not LeaseDeed.RELEASE:
            body["ttl"] = wish.ttl
        body |= {"policy": wish.policy, "after": wish.after} if wish.do is LeaseDeed.TAKE else {"epoch": self._epoch}
        if wish.do is not LeaseDeed.RENEW:
            self._lease = _NO_LEASE
        try:
            granted = answers.lease_grant(self._api.post("/lease", body))
        except HelpdeskRefused as refusal:
            raise _lacking("lease", refusal, ", or set `lease: off` in bridge.yaml") from None
        if wish.do is LeaseDeed.TAKE:
            self._epoch = granted.epoch
            self._lease = encode({"holder": wish.holder, "epoch": granted.epoch})
        return granted

    def declare_actions(self, actions: Mapping[str, str], limits: Mapping[str, int]) -> Declared:
        """Tell the plugin which actions there are; return since when each is switched on."""
        listed = [{"id": one, "kind": kind} for one, kind in actions.items()]
        answer = self._api.post("/actions/declare", {"actions": listed, "limits": dict(limits)})
        return action_answers.declared(answer)

    def actions(self, states: Sequence[str]) -> Iterator[ListedAction]:
        """Yield what the plugin keeps in one of these states, the oldest first."""
        place = 0
        while True:
            params: dict[str, str | int] = {"state": ",".join(states), "after": place, "limit": _LISTED}
            page = action_answers.listed_page(self._api.get("/actions", params), behind=place)
            yield from page.actions
            if page.next is None:
                return
            place = page.next

    def actions_today(self) -> tuple[bool, int]:
        """Return whether the plugin acts, and how much it has done today."""
        return action_answers.actions_today(self._api.get("/actions", {"state": "held", "limit": 1}))

    def run_actions(self) -> ActionsRun:
        """Let the plugin carry out what is due; safe to be asked again, since what is done is done under its key."""
        return action_answers.actions_run(self._api.post("/actions/run", {}))

    def offer_actions(self, actions: Sequence[Mapping[str, Any]]) -> tuple[ActionOutcome, ...]:
        """Offer all letters that are due and belong to no ticket, under the lease; safe to be asked again, like a write."""
        body = b'{"lease":%b,"actions":%b}' % (self._lease, encode([dict(one) for one in actions]))
        try:
            answer = self._api.post("/actions/offer", body)
        except HelpdeskRefused as refusal:
            raise _lacking("offer", refusal) from None
        return action_answers.offered(answer, keys=[one["key"] for one in actions])

    def settle_action(self, ticket_id: int | None, key: str, *, send: bool) -> ActionOutcome:
        """Send or drop one by a person's decision, asked once."""
        payload = {"ticket": ticket_id, "key": key, "do": "send" if send else "drop"}
        return action_answers.settled(self._once("/actions/settle", payload), key=key)

    def send_test(self, ticket_id: int, to: str, letter: Mapping[str, str]) -> str:
        """Send one letter to an address of one's own, asked once; return its Message-ID."""
        payload = {"ticket": ticket_id, "to": to, "letter": dict(letter)}
        return action_answers.message_id(self._once("/actions/test", payload))

    def _once(self, route: str, payload: object) -> Mapping[str, Any]:
        """Return the answer to what would be done twice if it were sent twice."""
        try:
            return self._api.post(route, payload, attempts=1)
        except HelpdeskUnavailable as error:
            hint = "It may have been carried out all the same: look at the ticket before you repeat it"
            raise HelpdeskUnavailable(error.message, hint=hint, status=error.status) from None

    def setup(self, request: SetupRequest) -> SetupReport:
        """Return what setup did or would do."""
        payload = {
            "action": request.action,
            "language": request.language,
            "levels": [{"id": level, "label": label, "choosable": free} for level, label, free in request.levels],
            "inputs": list(request.inputs),
            "waiting_status": request.waiting_status,
            "development_department": request.development_department,
            "keep_values": request.keep_values,
            "tables": request.tables,
        }
        return answers.setup_report(self._api.post("/setup", payload))


def _lacking(feature: str, refusal: HelpdeskRefused, otherwise: str = "") -> HelpdeskRefused:
    """Return what is said where the plugin is too old to have the route of a feature; any other refusal is returned as it is."""
    if refusal.status != _NO_ROUTE:
        return refusal
    hint = f"Update the companion plugin (sla-bridge plugin install){otherwise}"
    return HelpdeskRefused(f"the helpdesk lacks the feature {feature}", hint=hint, status=_NO_ROUTE)


def _ahead(pages: Iterator[_Page]) -> Iterator[_Page]:
    with ThreadPoolExecutor(1) as lane:
        coming = lane.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = lane.submit(next, pages, None)
            yield page
