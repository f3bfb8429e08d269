"""Writes without a condition: read, compare, write only what differs, read again.

Between the first read and the write anybody may be quicker, and nothing the API offers prevents that. What is done about it:
the read behind the write shows an edit of what it bears, and the ticket is decided again at once; the site's stamp shows any
other, and the next pass finds it. Attributes of others travel along only where the site's PUT would wipe out what it does not
name.
"""

import json
from collections.abc import Mapping
from typing import Any

from bridge.connectors.helpdesks.bedesk.api import BedeskApi, held_to_the_api
from bridge.connectors.helpdesks.bedesk.attributes import LEVEL_FIELDS, OUTPUTS, RECORD
from bridge.connectors.helpdesks.bedesk.conversations import CONVERSATIONS, Conversations
from bridge.connectors.helpdesks.bedesk.memory import must_be_kept
from bridge.connectors.helpdesks.bedesk.putting import INVALID, AttributePuts, Values, given, values_of
from bridge.connectors.helpdesks.bedesk.reading import UNKEPT, ReadConversation, kept_record, standing_of
from bridge.connectors.helpdesks.bedesk.record import Record, packed
from bridge.errors import HelpdeskRefused
from bridge.protocols.reading import TicketError
from bridge.protocols.writing import Encoded, Write, WriteOutcome, WriteResult
from bridge.tickets import FieldValue

_LISTED = 5


class ConversationWriter:
    """Writes attributes of conversations, one after the other."""

    def __init__(self, api: BedeskApi, conversations: Conversations) -> None:
        self._conversations = conversations
        self._puts = AttributePuts(api, conversations)

    def write(self, write: Write) -> WriteOutcome:
        """Return what became of one write."""
        found = self._conversations.conversation(write.id)
        if isinstance(found, ReadConversation) and self._puts.must_try(found):
            self._puts.try_out()
            # A write is to rest on what was read just before.
            found = self._conversations.conversation(write.id)
        if found is None:
            return WriteOutcome(id=write.id, result=WriteResult.GONE)
        if isinstance(found, TicketError):
            return WriteOutcome(id=write.id, result=WriteResult.INVALID, reason=found.reason)
        if found.ticket.rev != write.if_rev:
            return WriteOutcome(id=write.id, result=WriteResult.CONFLICT, rev=found.ticket.rev)
        return self._write_to(found, write)

    def _write_to(self, found: ReadConversation, write: Write) -> WriteOutcome:
        if reason := self._unwritable(write):
            return WriteOutcome(id=write.id, result=WriteResult.INVALID, rev=found.ticket.rev, reason=reason)
        record = self._record(write, found)
        wanted = self._wanted(write, found, record)
        if not wanted:
            return WriteOutcome(id=write.id, result=WriteResult.NOOP, rev=found.ticket.rev)
        try:
            return self._put(write, found, wanted)
        except HelpdeskRefused as refusal:
            if refusal.status != INVALID:
                raise
            return WriteOutcome(
                id=write.id,
                result=WriteResult.INVALID,
                rev=found.ticket.rev,
                reason=f"{refusal.message} {refusal.hint}",
            )
        finally:
            self._conversations.forget(write.id)

    def _unwritable(self, write: Write) -> str:
        attributes = self._conversations.words.attributes
        unknown = sorted(one for one in write.fields if one not in OUTPUTS or attributes.of(one) is None)
        if unknown:
            return f"the site has no attribute for {', '.join(unknown)}: sla-bridge setup creates them"
        if attributes.of(RECORD.name) is None:
            return f"the site has no attribute for {RECORD.name}, where the bridge keeps what it has seen: sla-bridge setup"
        if write.native is not None or write.actions:
            return "this kind of helpdesk has no due date of its own and carries out no actions"
        return ""

    def _record(self, write: Write, found: ReadConversation) -> Record | None:
        """Return the record as it is to stand, None where the one that stands says it all."""
        changed: dict[str, Any] = {}
        if write.cycles is not None and (cycles := _json(write.cycles)) != found.record.cycles:
            changed["cycles"] = cycles
        if write.detail is not None:
            detail = {name: value for name, value in _json(write.detail).items() if name != UNKEPT}
            if detail != found.record.detail:
                changed["detail"] = detail
        if (shown := self._shown(write, found)) != found.record.shown:
            changed["shown"] = shown
        if not changed and not must_be_kept(found.record.memory, found.memory, found.updated_at):
            return None
        return kept_record(found, self._conversations.now, merges=self._conversations.merges, **changed)

    def _shown(self, write: Write, found: ReadConversation) -> dict[str, str]:
        """Return the levels that are to stand behind the write, by what they are called."""
        attributes = self._conversations.words.attributes
        levels = _levels(write, found)
        return {attributes.to_site(name, one): str(one) for name, one in levels.items() if one is not None}

    def _wanted(self, write: Write, found: ReadConversation, record: Record | None) -> dict[str, str]:
        """Return the values by key that differ from what stands."""
        attributes = self._conversations.words.attributes
        wanted: dict[str, str] = {}
        # A level that was called otherwise at the last write is called by its title of now.
        for name, value in {**_levels(write, found), **write.fields}.items():
            row = attributes.of(name)
            if row is not None:
                wanted[row.key] = attributes.to_site(name, value)
        row = attributes.of(RECORD.name)
        if row is not None and record is not None:
            wanted[row.key] = packed(record)
        return {key: value for key, value in wanted.items() if value != (found.values.get(key) or "")}

    def _put(self, write: Write, found: ReadConversation, wanted: dict[str, str]) -> WriteOutcome:
        rev = found.ticket.rev
        others = given(found.values)
        merges = self._conversations.merges
        after = self._puts.send(write.id, wanted if merges else {**others, **wanted})
        if after is not None and merges is None:
            after = self._puts.learn(write.id, after, {**others, **wanted})
        if after is not None and merges and (lost := _lost(others, wanted, values_of(after))):
            # The site has begun to wipe out what a PUT does not name. What was read a moment ago is put back.
            self._conversations.merges = False
            after = self._puts.send(write.id, {**lost, **wanted})
        if after is None:
            return WriteOutcome(id=write.id, result=WriteResult.GONE)
        values = values_of(after)
        if refused := [key for key, value in wanted.items() if (values.get(key) or "") != value]:
            reason = self._not_taken(refused, wanted, values)
            self._take_back(found, wanted, values)
            return WriteOutcome(id=write.id, result=WriteResult.INVALID, rev=rev, reason=reason)
        if self._moved(found, after):
            now = self._conversations.conversation(write.id)
            # Somebody was quicker than the write, which has been carried out all the same: no conflict, for that would say that
            # nothing was written, and the undo journal would forget it.
            rev = now.ticket.rev if isinstance(now, ReadConversation) else rev
        return WriteOutcome(id=write.id, result=WriteResult.OK, rev=rev)

    def _take_back(self, found: ReadConversation, wanted: Values, values: Values) -> None:
        """Let stand again what stood before a write of which the site took only a part: refused is refused as a whole."""
        back = {key: found.values.get(key) or "" for key in wanted if values.get(key) != found.values.get(key)}
        if back:
            self._puts.send(found.ticket.id, back if self._conversations.merges else {**given(values), **back})

    def _not_taken(self, refused: list[str], wanted: Values, values: Values) -> str:
        """Return why values do not stand as they were sent."""
        attributes = self._conversations.words.attributes
        names = ", ".join(attributes.name_of(key) for key in sorted(refused)[:_LISTED])
        if any(values.get(key) and str(wanted[key]).startswith(str(values[key])) for key in refused):
            return f"the site cut off the end of {names}: its attributes are too short for it"
        locked = [one.name for one in attributes.rows if one.key in refused and not one.agent_can_edit]
        if locked:
            return (
                f"the site did not take {names}: agents may not edit {locked[0]!r}, and the token is held to that; "
                "give the bridge the token of an admin, or let agents edit these attributes"
            )
        return f"the site did not take {names}, without saying why"

    def _moved(self, found: ReadConversation, after: Mapping[str, Any]) -> bool:
        with held_to_the_api(CONVERSATIONS):
            subject = str(after["conversation"].get("subject") or "")
            standing = standing_of(after, self._conversations.words)
        return standing != found.memory.standing or subject != found.ticket.subject


def _levels(write: Write, found: ReadConversation) -> dict[str, FieldValue]:
    stand = found.ticket.bridge.fields
    return {name: write.fields.get(name, stand.get(name)) for name in LEVEL_FIELDS if name in {*stand, *write.fields}}


def _lost(others: Values, wanted: Values, stand: Values) -> dict[str, Any]:
    return {key: value for key, value in others.items() if key not in wanted and stand.get(key) in (None, "")}


def _json(value: object) -> Any:
    return json.loads(value) if isinstance(value, Encoded) else json.loads(json.dumps(value))
