"""An action told to people: what would be done, to whom, and in which words."""

from collections.abc import Iterator, Mapping
from typing import Any

from bridge.files.types import Title
from bridge.tickets import BridgeRecord, format_instant

TO_DO = Title(ru="Должно быть сделано:", en="To be done:")
WOULD_DO = Title(
    ru="Было бы сделано (действия выключены в bridge.yaml):", en="Would be done (actions are off in bridge.yaml):"
)
NEVER_DONE = Title(
    ru="Было бы сделано (эта система заявок действий не выполняет):",
    en="Would be done (this kind of helpdesk carries out no actions):",
)
_ACTED = Title(ru="Действия до этого:", en="Actions so far:")
_MAIL_FAILED = Title(
    ru="Письмо клиенту не доставлено: пишите ему через портал",
    en="Mail to the customer failed: write to him by the portal",
)
_STATES = {
    "accepted": Title(ru="принято, ещё не выполнено", en="accepted, not carried out yet"),
    "sending": Title(ru="отправляется", en="being sent"),
    "done": Title(ru="выполнено", en="done"),
    "held": Title(ru="придержано лимитом", en="held by a limit"),
    "refused": Title(ru="отклонено", en="refused"),
    "unknown": Title(ru="неизвестно, отправлено ли", en="nobody knows whether it went out"),
    "dropped": Title(ru="отменено человеком", en="dropped by a person"),
}
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


def acted_lines(record: BridgeRecord, language: str) -> Iterator[str]:
    """Yield what became of a ticket's actions, and whether mail reaches the customer where it does not."""
    if record.mail == "failed":
        yield _MAIL_FAILED.text(language)
    if record.actions:
        yield _ACTED.text(language)
    for one in record.actions:
        state = _STATES[one.state].text(language) if one.state in _STATES else one.state
        yield f"  {one.key}: {state}, {format_instant(one.at)}"
