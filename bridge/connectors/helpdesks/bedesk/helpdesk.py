"""BeDesk 3.x as a helpdesk of the bridge."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Self

from bridge.connectors.helpdesks.bedesk.api import BedeskApi
from bridge.connectors.helpdesks.bedesk.conversations import CONVERSATIONS, Conversations
from bridge.connectors.helpdesks.bedesk.description import undescribed, version_of
from bridge.connectors.helpdesks.bedesk.polling import Cursor, PolledRows, portion, walked_down
from bridge.connectors.helpdesks.bedesk.provisioning import provision
from bridge.connectors.helpdesks.bedesk.reading import ReadConversation
from bridge.connectors.helpdesks.bedesk.vocabulary import ATTRIBUTES
from bridge.connectors.helpdesks.bedesk.writing import ConversationWriter
from bridge.connectors.helpdesks.transport import HttpLimits, Transport
from bridge.errors import HelpdeskRefused
from bridge.protocols.capabilities import Capabilities
from bridge.protocols.helpdesk import Connection, Helpdesk, LevelTitles
from bridge.protocols.kind_words import KindWords
from bridge.protocols.provisioning import SetupReport, SetupRequest
from bridge.protocols.reading import BEYOND_ALL, ChangePage, ListPage, Meta, Ping, TicketError, TicketItem
from bridge.protocols.writing import Write, WriteOutcome
from bridge.tickets import Instant, Ticket

PAGE = 50
"""So many tickets are read for a page of a list: each takes a request for itself and one for its messages."""

_HIGHEST = 10**18
_FORBIDDEN = 403


class Bedesk(Helpdesk):
    """BeDesk 3.x by its documented API.

    In bridge.yaml:

    ```yaml
    helpdesk:
      kind: bedesk
      url: https://support.example.org
      key: {env: SLA_BRIDGE_KEY}
    ```

    The key is an access token of a user whose role has the permission `api.access`. Its `route` is up to when the bridge has
    watched, so that who asks for one ticket between two passes need not look at it as at one that nobody has watched, and what
    was learnt of the site's PUT.
    """

    capabilities = Capabilities(
        history=False,
        authors=False,
        channels=False,
        classification=False,
        change_feed=False,
        conditional_writes=False,
        choices=False,
        features=frozenset(),
    )
    words = KindWords(
        grant="Give the role of the token's user the permission that {scope} needs, in BeDesk's settings; admins have it",
        whole="all attributes are there",
        mend="The steps marked `conflict` say what to change in BeDesk's settings",
    )

    def __init__(self, transport: Transport, *, route: str | None = None, levels: LevelTitles = tuple) -> None:
        self._api = BedeskApi(transport)
        self._conversations = Conversations(self._api, levels)
        self._writer = ConversationWriter(self._api, self._conversations)
        known = _RememberedRoute.of(route)
        self._conversations.watched = self._watched = known.watched
        self._conversations.merges = known.merges

    @classmethod
    def open(cls, connection: Connection) -> Self:
        """Return the helpdesk behind the connection."""
        limits = HttpLimits(request_seconds=connection.request_seconds, total_seconds=connection.total_seconds)
        transport = Transport(
            connection.url,
            connection.key,
            key_header="Authorization: Bearer {}",
            limits=limits,
            ca_file=connection.ca_file,
        )
        return cls(transport, route=connection.route, levels=connection.levels)

    @classmethod
    def ticket_page(cls, url: str, ticket_id: int) -> None:
        """Return None: at which address agents read a conversation is not documented."""

    def close(self) -> None:
        """Close the connections."""
        self._api.transport.close()

    @property
    def route(self) -> str | None:
        """Up to when no change can have escaped the bridge, and what the site's PUT does."""
        known = _RememberedRoute(self._watched, self._conversations.merges)
        return None if known == _NOTHING_KNOWN else known.text

    @property
    def server_time(self) -> Instant | None:
        """The site's clock in its latest answer."""
        return self._api.server_time

    @property
    def requests_sent(self) -> int:
        """How many HTTP requests went out, retries included."""
        return self._api.transport.requests_sent

    def ping(self) -> Ping:
        """Return who answers and what the token may do. Whether it may write shows only when it does."""
        self._api.get(CONVERSATIONS, {"perPage": 1})
        scopes = ["read", "write"]
        try:
            self._api.get(ATTRIBUTES, {"perPage": 1})
            scopes.append("setup")
        except HelpdeskRefused as refusal:
            if refusal.status != _FORBIDDEN:
                raise
        return Ping(
            instance_id=self._instance,
            versions={"BeDesk": version_of(self._api.description())},
            server_time=self._conversations.now,
            scopes=tuple(scopes),
        )

    @property
    def _instance(self) -> str:
        """The site by its address: it has no other identity that the API tells."""
        return f"bedesk:{hashlib.sha256(self._api.transport.base_url.encode()).hexdigest()[:16]}"

    def meta(self) -> Meta:
        """Return the site's statuses, groups, agents and attributes."""
        return self._conversations.renew_words().meta()

    def undescribed(self) -> tuple[str, ...]:
        """Return what the site's own description lacks of what the bridge uses."""
        return undescribed(self._api.description())

    def tickets(self, *, open_only: bool) -> Iterator[tuple[TicketItem, ...]]:
        """Yield pages of all tickets in the order of ids, or of the open ones."""
        return self._read_in_pages(self._conversations.numbers(open_only=open_only))

    def newest(self, *, open_only: bool, below: int = BEYOND_ALL) -> Iterator[tuple[TicketItem, ...]]:
        """Yield pages of the same tickets from the highest id down, beginning `below` an id."""
        numbers = self._conversations.numbers(open_only=open_only)
        return self._read_in_pages([one for one in reversed(numbers) if one < below])

    def _read_in_pages(self, numbers: Sequence[int]) -> Iterator[tuple[TicketItem, ...]]:
        left = iter(numbers)
        while wanted := list(islice(left, PAGE)):
            yield tuple(map(self._conversations.item, wanted))

    def page(self, *, after: int) -> ListPage:
        """Return the first open tickets behind an id, in the order of ids."""
        numbers = [one for one in self._conversations.numbers(open_only=True) if one > after]
        shown = numbers[:PAGE]
        items = tuple(map(self._conversations.item, shown))
        return ListPage(items, shown[-1] if len(numbers) > len(shown) else None)

    def ticket(self, ticket_id: int) -> Ticket | TicketError | None:
        """Return one ticket, why it cannot be read, or None when there is none."""
        found = self._conversations.conversation(ticket_id)
        return found.ticket if isinstance(found, ReadConversation) else found

    def numbered(self, number: str) -> Ticket | TicketError | None:
        """Return the ticket of that number, which is its id."""
        known = number.isascii() and number.isdigit() and 0 < int(number[:19]) < _HIGHEST
        return self.ticket(int(number)) if known else None

    def changes(self, cursor: str | None, *, passed: Instant | None = None) -> ChangePage:
        """Return the page of changes behind the cursor. None begins now: what was before, the first sync reads."""
        del passed
        known = None if cursor is None else Cursor.remembered(cursor)
        if known is None or known.begun is None:
            self._conversations.renew_words()
        found = self._begun() if known is None else self._behind(known)
        self._conversations.watched = None if known is None else known.watched
        self._watched = found.cursor.watched
        return ChangePage(
            items=tuple(self._conversations.item(row.id) for row in found.rows),
            cursor=found.cursor.stored(),
            has_more=found.more,
            head=BEYOND_ALL,
            meta_rev=self._conversations.words.digest,
            server_time=self._conversations.now,
            instance_id=self._instance,
        )

    def _begun(self) -> PolledRows:
        newest = max((row.updated_at for row in next(self._conversations.by_last_change(), ())), default=0)
        return PolledRows((), Cursor.at_the_top(newest, self._conversations.now), more=False)

    def _behind(self, known: Cursor) -> PolledRows:
        # The words were read before the list, so that this is no later than its first page.
        begun = self._conversations.now
        listed = walked_down(self._conversations.by_last_change, known.low)
        return portion(known, listed, begun)

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Return an outcome for each write, in order."""
        return [self._writer.write(one) for one in writes]

    def setup(self, request: SetupRequest) -> SetupReport:
        """Return what setup did or would do."""
        return provision(self._api, self._conversations, request)


class _RememberedRoute(NamedTuple):
    """What a process hands to the next: up to when it has watched, and what it has learnt of the site's PUT."""

    watched: Instant | None = None
    merges: bool | None = None

    @property
    def text(self) -> str:
        """Return it as text that `of` reads."""
        said = "" if self.merges is None else _MERGES if self.merges else _REPLACES
        return f"{_WATCHED}{'' if self.watched is None else self.watched}{said}"

    @classmethod
    def of(cls, text: str | None) -> Self:
        """Return what an earlier process knew; nothing for foreign text."""
        found = _ROUTE.fullmatch(text or "")
        if found is None:
            return cls()
        watched, said = found.groups()
        return cls(int(watched) if watched else None, None if said is None else said == _MERGES)


_WATCHED, _MERGES, _REPLACES = "watched:", " merges", " replaces"
_ROUTE = re.compile(f"{_WATCHED}([0-9]{{0,11}})({_MERGES}|{_REPLACES})?")
_NOTHING_KNOWN = _RememberedRoute()
