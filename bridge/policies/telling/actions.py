"""An action told to people: what would be done, to whom, and in which words."""

from collections.abc import Iterator, Mapping
from typing import Any

from bridge.files.types import Title

_HEADS = {
    "note": Title(ru="заметка", en="note"),
    "reply": Title(ru="ответ клиенту", en="reply to the customer"),
    "email": Title(ru="письмо: {aim}", en="e-mail to {aim}"),
    "priority": Title(ru="приоритет: {aim}", en="priority: {aim}"),
    "status": Title(ru="статус: {aim}", en="status: {aim}"),
    "department": Title(ru="отдел: {aim}", en="department: {aim}"),
    "assign": Title(ru="назначить: {aim}", en="assign to {aim}"),
    "close": Title(ru="закрыть: {aim}", en="close: {aim}"),
}
_SUBJECT = Title(ru="Тема: {subject}", en="Subject: {subject}")
_ONLY_THERE = str.maketrans({"\ue000": "{", "\ue001": "}"})
"""What only the helpdesk knows stands in texts between two marks that nobody sees."""


def action_lines(action: Mapping[str, Any], *, words: str, language: str) -> Iterator[str]:
    """Yield an action, given as its JSON, line by line: its key and what it does in the language `words`, then its own texts in
    `language`, or in the one that they have."""
    params = action["params"]
    head = _HEADS[action["kind"]].text(words).format(aim=_aim(params))
    yield f"{action['key']}: {head}"
    subject, text = (_own(params.get(name), language) for name in ("subject", "text"))
    if subject:
        yield f"    {_SUBJECT.text(words).format(subject=subject)}"
    yield from (f"    | {line}".rstrip() for line in text.splitlines())


def _aim(params: Mapping[str, Any]) -> str:
    return ", ".join(params.get("to", ())) or str(params.get("name") or params.get("agent") or "")


def _own(texts: Mapping[str, str] | None, language: str) -> str:
    if not texts:
        return ""
    return texts.get(language, next(iter(texts.values()))).translate(_ONLY_THERE)
