"""Attributes sent and read back, and what the site does with those that a PUT does not name.

The documentation does not say that. Where they are wiped out, everybody's attributes have to travel along with every write, and
whatever somebody edits meanwhile is overwritten. So it is tried out in a conversation where no attribute of others stands.
"""

from collections.abc import Mapping
from typing import Any

from bridge.connectors.helpdesks.bedesk.api import BedeskApi, held_to_the_api
from bridge.connectors.helpdesks.bedesk.attributes import OUTPUTS, RECORD
from bridge.connectors.helpdesks.bedesk.conversations import CONVERSATIONS, Conversations
from bridge.connectors.helpdesks.bedesk.reading import ReadConversation, kept_record
from bridge.connectors.helpdesks.bedesk.record import packed
from bridge.errors import HelpdeskRefused

INVALID = 422
"""What the site answers to values that it does not take."""

_LOOKED_AT = 20
"""So many quiet conversations are looked at for one without attributes of others."""

Values = Mapping[str, Any]


class AttributePuts:
    """Sends attributes through one connection, and keeps what is learnt in `conversations.merges`."""

    def __init__(self, api: BedeskApi, conversations: Conversations) -> None:
        self._api = api
        self._conversations = conversations
        self._tried = False

    def send(self, number: int, attributes: Values) -> Mapping[str, Any] | None:
        """Send attributes; return the conversation as it is then, None where it is gone."""
        route = f"{CONVERSATIONS}/{number}"
        if self._api.send("PUT", route, {"attributes": dict(attributes)}) is None:
            return None
        return self._api.find(route)

    def must_try(self, found: ReadConversation) -> bool:
        """Return whether what the site does is to be tried out elsewhere before the conversation is written to."""
        return self._conversations.merges is None and not self._tried and bool(self._others(found.values))

    def try_out(self) -> None:
        """Learn what the site does in the conversation that has been quiet for longest and where no attribute of others stands.
        All that is left there is the bridge's record, and what a first look at it has found."""
        self._tried = True
        record = self._conversations.words.attributes.of(RECORD.name)
        if record is None:
            return
        for number in self._conversations.quietest(_LOOKED_AT):
            found = self._conversations.conversation(number)
            if not isinstance(found, ReadConversation) or self._others(found.values):
                continue
            self._try_in(
                number, {**given(found.values), record.key: packed(kept_record(found, self._conversations.now))}
            )
            return

    def _try_in(self, number: int, whole: Values) -> None:
        try:
            after = self.send(number, whole)
            if after is not None and not self._others(values_of(after)):
                self.learn(number, after, whole)
        except HelpdeskRefused as refusal:
            # Why the site does not take it is told of the tickets that are to be written to.
            if refusal.status != INVALID:
                raise
        finally:
            self._conversations.forget(number)

    def learn(self, number: int, after: Mapping[str, Any], whole: Values) -> Mapping[str, Any] | None:
        """Find out whether a PUT leaves what it does not name: behind one of the `whole`, what is the bridge's own is left out.
        Return the conversation as it is then."""
        left_out, named = self._left_out(values_of(after), whole)
        if not left_out:
            return after
        then = self.send(number, {**self._others(values_of(after)), **named})
        if then is None:
            return None
        stand, others = given(values_of(then)), self._others(whole)
        self._conversations.merges = left_out <= stand.keys()
        if self._conversations.merges:
            return then
        own = {key: value for key, value in whole.items() if key not in others}
        return self.send(number, {**own, **self._others(stand)})

    def _left_out(self, stand: Values, whole: Values) -> tuple[set[str], Values]:
        """Return which of the bridge's own attributes a trial leaves out, and the one that it names, with the value that it has.
        The record is left out only where nothing else stands: all else can be computed again."""
        attributes = self._conversations.words.attributes
        outputs = [row.key for name in sorted(OUTPUTS) if (row := attributes.of(name)) is not None]
        record = attributes.of(RECORD.name)
        known = [] if record is None else [record.key]
        left_out, kept = {one for one in outputs if one in given(stand)}, known
        if not left_out:
            left_out, kept = {one for one in known if one in given(stand)}, outputs[:1]
        return left_out if kept else set(), {one: whole.get(one, "") for one in kept}

    def _others(self, values: Values) -> dict[str, Any]:
        """Return those of the values that are not the bridge's own to compute."""
        name_of, own = self._conversations.words.attributes.name_of, OUTPUTS | {RECORD.name}
        return {key: value for key, value in given(values).items() if name_of(key) not in own}


def values_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a conversation's attributes by their keys."""
    with held_to_the_api(CONVERSATIONS):
        return {str(row["key"]): row.get("value") for row in answer.get("attributes") or ()}


def given(values: Values) -> dict[str, Any]:
    """Return the values that say anything."""
    return {key: value for key, value in values.items() if value not in (None, "")}
