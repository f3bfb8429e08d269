"""Letters of actions: what they say, and how they leave as files of a folder."""

import hashlib
import hmac
import html
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from bridge.connectors.sandbox.action_rows import NO_TICKET
from bridge.connectors.sandbox.store import Store, ticket_number

HOST = "desk.example"
DESK = "SLA Bridge"
SENDER = "support@desk.example"
SUBJECT_AT_MOST = 180

_LANGUAGE = "ru"
"""The helpdesk's own."""

_WORD_JOINER = "\u2060"
_PLACE = re.compile("\ue000([a-z_]{1,40})\ue001")
_ADDRESS = re.compile(r"(?!.*=\?)[!#$%&'*+/=?^_`{|}~A-Za-z0-9.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")

Places = Mapping[str, str]


class NoAddress(Exception):
    """Nobody is left to whom the letter could go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailLetter:
    """A letter as it leaves; `message_id` without angle brackets, `to_customer` whether it is the customer's."""

    message_id: str
    to: tuple[str, ...]
    to_customer: bool
    subject: str
    text: str
    html: str
    references: tuple[str, ...] = ()

    def written(self) -> bytes:
        """Return the letter as mail programs read it."""
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(DESK, addr_spec=SENDER)
        message["To"] = ", ".join(self.to)
        message["Subject"] = self.subject
        message["Message-ID"] = f"<{self.message_id}>"
        if self.references:
            message["References"] = " ".join(f"<{one}>" for one in self.references)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        return message.as_bytes()


class LetterBox:
    """A folder in place of a mail server: one file a letter, under its Message-ID's name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, letter: EmailLetter) -> None:
        """Write the letter, whole or not at all. Raises OSError where the folder takes none."""
        path = self.path_of(letter)
        unfinished = path.with_name(f".{path.name}.part")
        with unfinished.open("wb") as file:
            file.write(letter.written())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def path_of(self, letter: EmailLetter) -> Path:
        """Return where a letter goes: every attempt to the same place."""
        return self._folder / f"{letter.message_id.partition('@')[0]}.eml"


def message_id(instance: str, ticket: int, key: str) -> str:
    """Return the Message-ID of a ticket's letter, the same for every attempt, without angle brackets."""
    digest = hmac.new(instance.encode(), f"{ticket}\n{key}".encode(), hashlib.sha256).hexdigest()[:32]
    return f"sla-{digest}@{HOST}"


def in_language(texts: Any, language: str) -> str:
    """Return the text in the language, or in the one that it has."""
    return str(texts.get(language) or next(iter(texts.values())))


def is_address(text: str) -> bool:
    """Return whether mail can be sent there."""
    return _ADDRESS.fullmatch(text) is not None


def places_of(ticket: int, *, for_staff: bool) -> Places:
    """Return what only the helpdesk can say. No customer can be asked for a rating here: it has no portal. Of no ticket there is
    no page either."""
    if ticket == NO_TICKET:
        return {"desk": DESK}
    address = f"https://{HOST}"
    link = f"{address}/scp/tickets.php?id={ticket}" if for_staff else f"{address}/view.php?t={ticket_number(ticket)}"
    return {"ticket_link": link, "desk": DESK}


def line(template: str, places: Places) -> str:
    """Return one line with its places filled in: whatever stands in it, it stays one.

    What looks like an encoded word (RFC 2047) would be decoded on its way into a header, line breaks included; a sign without
    width keeps its first two signs apart, and people read what was written.
    """
    return " ".join(_clean(_filled(template, places)).split()).replace("=?", f"={_WORD_JOINER}?")


def plain(template: str, places: Places) -> str:
    """Return plain text. A line whose place has no value is left out."""
    kept = [one for one in template.splitlines() if not _lacks(one, places)]
    return _clean(_filled("\n".join(kept), places)).strip() + "\n"


def marked_up(template: str, places: Places) -> str:
    """Return HTML with escaped values. The innermost paragraph, row or link whose place has no value is left out."""
    for element in ("p", "tr", "a"):
        part = re.compile(rf"<{element}\b[^>]*>(?:(?!</?{element}\b).)*</{element}>", re.DOTALL)
        template = part.sub(lambda found: "" if _lacks(found[0], places) else found[0], template)
    return _clean(_filled(template, {name: html.escape(value) for name, value in places.items()}))


def _lacks(text: str, places: Places) -> bool:
    return any(name not in places for name in _PLACE.findall(text))


def _filled(template: str, places: Places) -> str:
    """Fill in the places in one pass: what fills one is never looked at again."""
    return _PLACE.sub(lambda found: places.get(found[1], ""), template)


def _clean(text: str) -> str:
    """Drop what is no character that people read: control signs, and half-written places."""
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs", "Co"))


class Writing:
    """Makes letters out of actions, inside the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def letter(self, kind: str, ticket: int, key: str, params: Mapping[str, Any]) -> EmailLetter:
        """Return the letter of an action; that of no ticket names none, and stands in no row of letters. Raises NoAddress."""
        name = message_id(self._store.instance_id, ticket, key)
        if ticket == NO_TICKET:
            to = _usable(params["to"])
            return self._bare(ticket, name, to, _in_language(params, _LANGUAGE), to_customer=False)
        row = self._store.rows(
            """SELECT t.*, u.email, w.email AS agent_email FROM tickets t JOIN users u ON u.id = t.user_id
            LEFT JOIN addresses w ON w.agent_id = t.agent_id WHERE t.id = ?""",
            (ticket,),
        )[0]
        named = ["customer"] if kind == "reply" else params["to"]
        known = {"customer": row["email"], "assignee": row["agent_email"]}
        to = _usable([known.get(one, one) for one in named])
        texts = _in_language(params, row["language"] or _LANGUAGE)
        return self.of_texts(ticket, name, to, texts, to_customer=named == ["customer"])

    def of_texts(
        self, ticket: int, name: str, to: tuple[str, ...], texts: Mapping[str, str], *, to_customer: bool
    ) -> EmailLetter:
        """Return a letter about the ticket with these texts, the ticket's number in its subject."""
        bare = self._bare(ticket, name, to, texts, to_customer=to_customer)
        number, subject = ticket_number(ticket), bare.subject
        if not re.search(rf"#{number}(?!\w)", subject):
            subject = f"{subject} [#{number}]".strip()
        return replace(bare, subject=subject, references=self._references(ticket, name))

    @staticmethod
    def _bare(
        ticket: int, name: str, to: tuple[str, ...], texts: Mapping[str, str], *, to_customer: bool
    ) -> EmailLetter:
        places = places_of(ticket, for_staff=not to_customer)
        return EmailLetter(
            message_id=name,
            to=to,
            to_customer=to_customer,
            subject=line(texts["subject"], places)[:SUBJECT_AT_MOST],
            text=plain(texts["text"], places),
            html=marked_up(texts["html"], places),
        )

    def _references(self, ticket: int, name: str) -> tuple[str, ...]:
        """Return the ticket's first message and its earlier letters, so that mail programs put them together."""
        rows = self._store.rows(
            """SELECT message_id FROM actions WHERE ticket_id = ? AND message_id IS NOT NULL AND message_id != ?
            ORDER BY id DESC LIMIT 10""",
            (ticket, name),
        )
        first = message_id(self._store.instance_id, ticket, "thread")
        return (first, *(row["message_id"] for row in reversed(rows)))


def _in_language(params: Mapping[str, Any], language: str) -> dict[str, str]:
    return {part: in_language(params[part], language) for part in ("subject", "text", "html")}


def _usable(addresses: Sequence[str | None]) -> tuple[str, ...]:
    """Return those to which mail can be sent, each once. Raises NoAddress."""
    found = tuple(dict.fromkeys(one for one in addresses if one is not None and is_address(one)))
    if not found:
        raise NoAddress
    return found
