"""The variables of letters."""

from collections.abc import Mapping

from bridge.policies.outcome.basis import Basis

VARIABLES: Mapping[str, str] = {"number": "", "subject": "", "level": "", "ticket_link": ""}


def values_of(basis: Basis, verdicts: object, subject: object, language: str) -> Mapping[str, str]:  # noqa: ARG001 - for now
    """Return the values of all variables in a language."""
    ticket, choice = basis.ticket, basis.choice
    level = choice.level.definition.title.text(language) if choice else ""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "level": level,
        "ticket_link": "\ue000ticket_link\ue001",
    }
