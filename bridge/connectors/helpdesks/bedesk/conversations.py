"""Conversations of the site, one by one and in lists: read into tickets by what this process has seen of them."""

from collections.abc import Iterator
from typing import Any

from bridge.connectors.helpdesks.bedesk.api import BedeskApi, held_to_the_api
from bridge.connectors.helpdesks.bedesk.polling import ListedRow
from bridge.connectors.helpdesks.bedesk.reading import FoundConversation, ReadConversation, read
from bridge.connectors.helpdesks.bedesk.vocabulary import SiteWords, read_vocabulary, state_of
from bridge.errors import HelpdeskRefused
from bridge.protocols.helpdesk import LevelTitles
from bridge.protocols.reading import TicketError, TicketItem
from bridge.tickets import Instant, Tombstone, parse_instant

CONVERSATIONS = "/helpdesk/agent/conversations"
MESSAGES_AT_MOST = 5_000
_TICKET = "ticket"
_NOBODY, _NOT_FOUND = 401, 404
_NEWEST_FIRST: dict[str, str | int] = {"orderBy": "updated_at", "orderDir": "desc"}
_OLDEST_FIRST: dict[str, str | int] = {**_NEWEST_FIRST, "orderDir": "asc"}
_SEEN_AT_MOST = 20_000
_WALKS = 3


class Conversations:
    """Reads through one connection. `watched` is up to when no change can have escaped the bridge, None where nobody watched;
    `merges` whether the site's PUT leaves what it does not name, None while that is not known: what was learnt here or by an
    earlier process, else what stands in the first record that says it."""

    def __init__(self, api: BedeskApi, levels: LevelTitles = tuple) -> None:
        self._api = api
        self._levels = levels
        self._words: SiteWords | None = None
        self._seen: dict[int, ReadConversation] = {}
        self.watched: Instant | None = None
        self.merges: bool | None = None

    @property
    def words(self) -> SiteWords:
        """Return the site's words as they were read last."""
        if self._words is None:
            self._words = read_vocabulary(self._api, self._levels)
        return self._words

    def renew_words(self) -> SiteWords:
        """Read the site's words anew and return them."""
        self._words = read_vocabulary(self._api, self._levels)
        return self._words

    @property
    def now(self) -> Instant:
        """Return the site's time. Raises HelpdeskRefused where its answers bear none."""
        if self._api.server_time is None:
            raise HelpdeskRefused(
                f"{self._api.transport.base_url} answers without the header Date, so its time is unknown",
                hint="Let the web server or the proxy before it send the header Date, as RFC 9110 wants it",
            )
        return self._api.server_time

    def conversation(self, number: int) -> ReadConversation | TicketError | None:
        """Return a conversation as it is now, None where there is no such ticket."""
        route = f"{CONVERSATIONS}/{number}"
        try:
            # The conversation comes last: what a write rests on is to be as young as it can be.
            messages = self._api.cursored(f"{route}/messages", most=MESSAGES_AT_MOST)
            answer = self._api.find(route)
            if answer is None:
                return None
            with held_to_the_api(route):
                if answer["conversation"].get("type") != _TICKET:
                    return None
            found = read(
                FoundConversation(route=route, answer=answer, messages=messages, at=self.now), self.words, self.watched
            )
        except HelpdeskRefused as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            if refusal.status == _NOBODY:
                raise
            # One that the token may not see, or that cannot be understood, must not hide the others.
            return TicketError(id=number, reason=refusal.message)
        return self._same_look(found) if isinstance(found, ReadConversation) else found

    def _same_look(self, found: ReadConversation) -> ReadConversation:
        """Return the conversation as this process saw it first, where it has not changed since: a change is put down to the look
        that found it, and a write must keep the instant that was decided on."""
        number = found.ticket.id
        before = self._seen.get(number)
        if before is not None and before.ticket.rev == found.ticket.rev and before.record == found.record:
            return before
        if len(self._seen) >= _SEEN_AT_MOST:
            self._seen.clear()
        self._seen[number] = found
        if self.merges is None:
            self.merges = found.record.merges
        return found

    def forget(self, number: int) -> None:
        """Forget how a conversation looked: it was written to."""
        self._seen.pop(number, None)

    def item(self, number: int) -> TicketItem:
        """Return the ticket, why it cannot be read, or its tombstone."""
        found = self.conversation(number)
        return found.ticket if isinstance(found, ReadConversation) else Tombstone(id=number) if found is None else found

    def by_last_change(self) -> Iterator[list[ListedRow]]:
        """Yield the pages of the list of tickets, the latest change first."""
        for page in self._api.rows(CONVERSATIONS, _NEWEST_FIRST):
            with held_to_the_api(CONVERSATIONS):
                yield [ListedRow(parse_instant(one["updated_at"]), int(one["id"])) for one in page if _is_ticket(one)]

    def quietest(self, most: int) -> list[int]:
        """Return the ids of at most so many tickets that nobody has changed for the longest."""
        page = next(self._api.rows(CONVERSATIONS, _OLDEST_FIRST), [])
        with held_to_the_api(CONVERSATIONS):
            return [int(one["id"]) for one in page if _is_ticket(one)][:most]

    def numbers(self, *, open_only: bool) -> list[int]:
        """Return the ids of all tickets in their order, or of the open ones. The list moves while it is walked, so it is walked
        again until nothing new shows."""
        found: dict[int, bool] = {}
        for _ in range(_WALKS):
            before, pages = len(found), 0
            for page in self._api.rows(CONVERSATIONS, _NEWEST_FIRST):
                pages += 1
                with held_to_the_api(CONVERSATIONS):
                    for one in filter(_is_ticket, page):
                        found.setdefault(int(one["id"]), state_of(one["status_category"]) == "open")
            if pages <= 1 or len(found) == before:
                break
        return sorted(number for number, is_open in found.items() if is_open or not open_only)


def _is_ticket(row: Any) -> bool:
    return bool(row.get("type") == _TICKET)
