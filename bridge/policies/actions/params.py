"""What an action tells the helpdesk: recipients, finished texts, what it sets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from bridge.decisions import ActionKind
from bridge.files.addresses import is_address
from bridge.files.types import Title
from bridge.policies.actions.letters import Letter, parse_letter, parse_subject
from bridge.policies.actions.owed_variables import OWED_VARIABLES
from bridge.policies.actions.variables import VARIABLES, Subject, values_of
from bridge.policies.agreement.actions import ASSIGNEE, CURATOR, MANAGER, ActionDefinition
from bridge.policies.clocks.verdicts import Verdicts
from bridge.policies.outcome.basis import Basis

LANGUAGES = ("ru", "en")

DEFAULT_SUBJECT = Title(ru="{subject}", en="{subject}")
"""A letter without a subject of its own bears that of the ticket, whose number the helpdesk adds."""


Values = Callable[[str], Mapping[str, str]]
"""Gives the values of variables in a language."""

_NO_ADDRESS = {
    CURATOR: Title(
        ru="действие {id} пропущено: адрес куратора неизвестен",
        en="the action {id} is left out: nobody knows the curator's address",
    ),
    MANAGER: Title(
        ru="действие {id} пропущено: в bridge.yaml нет адреса для manager",
        en="the action {id} is left out: bridge.yaml has no address for manager",
    ),
    ASSIGNEE: Title(
        ru="действие {id} пропущено: заявка никому не назначена",
        en="the action {id} is left out: the ticket is assigned to nobody",
    ),
}
_NO_AGENT = Title(
    ru="действие {id} пропущено: куратор или его адрес неизвестен",
    en="the action {id} is left out: nobody knows the curator or his address",
)


class WhenRead(Mapping[str, Any]):
    """Params whose texts are written when somebody reads them: most decisions are made for the fields alone."""

    __slots__ = ("_params", "_write")

    def __init__(self, write: Callable[[], Mapping[str, Any]]) -> None:
        self._write = write
        self._params: Mapping[str, Any] | None = None

    def _read(self) -> Mapping[str, Any]:
        if self._params is None:
            self._params = self._write()
        return self._params

    def __getitem__(self, name: str) -> Any:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


@dataclass(slots=True)
class Desk:
    """For whom actions are told: the decision's basis and the addresses of people inside, None where nothing is carried out and
    nobody misses one. `warnings` say what was left out."""

    basis: Basis
    verdicts: Verdicts
    addresses: Mapping[str, str] | None
    warnings: list[str] = field(default_factory=list)

    def params(
        self, action: ActionDefinition, subject: Subject, *, needs: str | None = None
    ) -> Mapping[str, Any] | None:
        """Return the params of an action; None where it can reach nobody. `needs` is the key of a letter."""
        params = self._params(action, subject)
        if params is None or needs is None:
            return params
        return WhenRead(lambda: {**params, "needs": needs})

    def _params(self, action: ActionDefinition, subject: Subject) -> Mapping[str, Any] | None:
        values = partial(self._values, subject)
        if action.kind is ActionKind.EMAIL:
            return self._email(action, values)
        if action.kind is ActionKind.ASSIGN:
            return self._assign(action)
        if action.text is None:
            return {"name": action.name}
        if action.kind is ActionKind.REPLY:
            return WhenRead(lambda: letter_params(action, values, (self.customers_language(),)))
        return WhenRead(lambda: _note(action, values))

    def _values(self, subject: Subject, language: str) -> Mapping[str, str]:
        return values_of(self.basis, self.verdicts, subject, language)

    def customers_language(self) -> str:
        """Return the language in which the customer is written to."""
        spoken = self.basis.ticket.language
        return spoken if spoken in LANGUAGES else self.basis.rulebook.policy.language

    def _email(self, action: ActionDefinition, values: Values) -> Mapping[str, Any] | None:
        to, missing = recipients_of(action, self._address)
        missing = [one for one in missing if one != MANAGER or self.addresses is not None]
        for one in missing:
            self._warn(_NO_ADDRESS[one], action)
        return WhenRead(lambda: {"to": to, **letter_params(action, values, LANGUAGES)}) if to else None

    def _address(self, recipient: str) -> str:
        """Return to whom the helpdesk is to write; empty for nobody."""
        if recipient == CURATOR:
            return self.basis.registry.curator_email
        if recipient == ASSIGNEE:
            return recipient if self.basis.facts.assignee is not None else ""
        if recipient == MANAGER:
            address = (self.addresses or {}).get(MANAGER, "")
            return address if is_address(address) else ""
        return recipient

    def _assign(self, action: ActionDefinition) -> Mapping[str, Any] | None:
        if self.basis.facts.assignee is not None:
            return None
        if action.name != CURATOR:
            return {"agent": action.name} if "@" in action.name else {"name": action.name}
        address = self.basis.registry.curator_email
        if not address:
            self._warn(_NO_AGENT, action)
        return {"agent": address} if address else None

    def _warn(self, what: Title, action: ActionDefinition) -> None:
        text = what.text(self.basis.rulebook.policy.language).format(id=action.id)
        if text not in self.warnings:
            self.warnings.append(text)


def recipients_of(action: ActionDefinition, address_of: Callable[[str], str]) -> tuple[list[str], list[str]]:
    """Return whom a letter reaches, and for whom an address is missing: for anybody where it reaches nobody, and for the manager
    in any case. That a customer has no curator is nobody's fault; the manager is missing in the bridge's own file.

    `address_of` gives to whom the helpdesk is to write; empty for nobody."""
    found = [(one, address_of(one)) for one in action.to]
    to = list(dict.fromkeys(address for _, address in found if address))
    return to, [one for one, address in found if not address and (not to or one == MANAGER)]


def _note(action: ActionDefinition, values: Values) -> dict[str, Any]:
    text = action.text or DEFAULT_SUBJECT
    return {"text": {one: _compiled(text.text(one)).plain(values(one)) for one in LANGUAGES}}


def letter_params(action: ActionDefinition, values: Values, languages: Sequence[str]) -> dict[str, Any]:
    """Return subject, text and page of a letter in some languages, with the values that `values` gives in each."""
    subject, text = action.subject or DEFAULT_SUBJECT, action.text or DEFAULT_SUBJECT
    known = {one: values(one) for one in languages}
    letters = {one: _compiled(text.text(one)) for one in languages}
    return {
        "subject": {one: _subject(subject.text(one)).subject(known[one]) for one in languages},
        "text": {one: letters[one].plain(known[one]) for one in languages},
        "html": {one: letters[one].html(known[one], one) for one in languages},
    }


@lru_cache(maxsize=512)
def _compiled(template: str) -> Letter:
    return parse_letter(template, _NAMES)


@lru_cache(maxsize=512)
def _subject(template: str) -> Letter:
    return parse_subject(template, _NAMES)


_NAMES = VARIABLES.keys() | OWED_VARIABLES.keys()
"""Which of both a letter may name was looked at when the policy was read."""
