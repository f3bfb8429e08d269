"""The ready replies among the steps of `POST /setup`: canned responses, noted with the digest of what was written.

What somebody edited stays as it is, what was deleted stays deleted, and a title that somebody's own reply bears is left to it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from bridge.connectors.sandbox.setup_step import SandboxStep
from bridge.connectors.sandbox.store import Store
from bridge.connectors.shipped import shipped
from bridge.files.types import Title

LANGUAGES = ("ru", "en")
_STEP = Title(ru="Готовый ответ «{title}»", en='Ready reply "{title}"')
_EDITED = Title(ru="Изменён сотрудником: остаётся как есть.", en="Somebody edited it: it stays as it is.")
_DELETED = Title(ru="Удалён сотрудником: снова не создаётся.", en="Somebody deleted it: it stays deleted.")
_NEWER = Title(ru="Новый текст", en="A newer text")
_KNOWN_AGAIN = Title(ru="Ответ прежней установки снова на учёте.", en="One of an earlier setup is known again.")
_TAKEN = Title(
    ru="В системе уже есть готовый ответ с таким названием, он не изменён. Переименуйте его и повторите.",
    en="The helpdesk has a canned response of that title, which is left alone. Rename it, and run setup again.",
)


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """A reply in one language, as the plugin's `replies.json` has it; `name` is its key and the language, `facts:ru`."""

    name: str
    title: str
    text: str

    @property
    def digest(self) -> str:
        """The digest of what is written, by which an edit is known later."""
        return digest_of(self.title, self.text)


def digest_of(title: str, text: str, department: int = 0, *, enabled: bool = True) -> str:
    """Return what tells whether somebody edited a canned response."""
    return hashlib.sha256("\0".join((title, text, str(department), str(enabled))).encode()).hexdigest()


@cache
def ready_replies() -> tuple[ReadyReply, ...]:
    """Return the replies that come with the plugin, each in both languages, in their order."""
    text = (shipped("plugin/sla-bridge") / "replies.json").read_text(encoding="utf-8")
    return tuple(
        ReadyReply(f"{one['key']}:{language}", one["title"][language], one["text"][language])
        for one in json.loads(text)["replies"]
        for language in LANGUAGES
    )


def reply_steps(store: Store, language: str) -> Iterator[SandboxStep]:
    """Give the steps of a setup."""
    noted = {row["name"]: row for row in store.rows("SELECT * FROM replies")}
    for reply in ready_replies():
        yield _build_step(store, reply, noted.get(reply.name), language)


def reply_removals(store: Store, language: str) -> Iterator[SandboxStep]:
    """Give the steps of a removal: what nobody edited goes, and of all of them the note."""
    titles = {reply.name: reply.title for reply in ready_replies()}
    for note in store.rows("SELECT * FROM replies ORDER BY canned_id"):
        standing = _standing(store, note["canned_id"])
        title = standing["title"] if standing else titles.get(note["name"], note["name"])
        yield SandboxStep(
            id=f"reply:{note['name']}",
            title=_STEP.text(language).format(title=title),
            due=True,
            act=partial(_take_away, store, note["name"], note["canned_id"], goes=_is_as_written(standing, note)),
            detail=_why_it_stays(standing, note, language),
        )


def _build_step(store: Store, reply: ReadyReply, note: Any, language: str) -> SandboxStep:
    step = partial(SandboxStep, id=f"reply:{reply.name}", title=_STEP.text(language).format(title=reply.title))
    standing = _standing(store, note["canned_id"]) if note else None
    if standing and _digest(standing) == reply.digest != note["written"]:
        # Somebody put our text back.
        act = partial(_write, store, reply, note["canned_id"])
        return step(due=True, act=act, detail=_KNOWN_AGAIN.text(language))
    if note and (note["written"] == reply.digest or not _is_as_written(standing, note)):
        return step(due=False, act=_nothing, detail=_why_it_stays(standing, note, language))
    taken = store.row("SELECT 1 FROM canned WHERE title = ? AND id <> ?", reply.title, note["canned_id"] if note else 0)
    return step(
        due=True,
        act=partial(_write, store, reply, note["canned_id"] if note else None),
        conflict=_TAKEN.text(language) if taken else "",
        detail=_NEWER.text(language) if note else "",
    )


def _standing(store: Store, canned: int) -> Any:
    return store.row("SELECT * FROM canned WHERE id = ?", canned)


def _is_as_written(standing: Any, note: Any) -> bool:
    return standing is not None and bool(_digest(standing) == note["written"])


def _digest(standing: Any) -> str:
    return digest_of(standing["title"], standing["text"], standing["department"], enabled=bool(standing["enabled"]))


def _why_it_stays(standing: Any, note: Any, language: str) -> str:
    if standing is None:
        return _DELETED.text(language)
    return "" if _is_as_written(standing, note) else _EDITED.text(language)


def _write(store: Store, reply: ReadyReply, canned: int | None) -> None:
    language = reply.name.partition(":")[2]
    if canned is None:
        canned = store.insert("canned", title=reply.title, text=reply.text, language=language)
    else:
        store.row("UPDATE canned SET title = ?, text = ? WHERE id = ?", reply.title, reply.text, canned)
    store.row("REPLACE INTO replies VALUES (?, ?, ?)", reply.name, canned, reply.digest)


def _take_away(store: Store, name: str, canned: int, *, goes: bool) -> None:
    if goes:
        store.row("DELETE FROM canned WHERE id = ?", canned)
    store.row("DELETE FROM replies WHERE name = ?", name)


def _nothing() -> None:
    """What is done already needs no deed."""
