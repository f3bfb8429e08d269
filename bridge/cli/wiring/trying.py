"""One letter of a policy for one ticket, as it would go out, to be sent to oneself."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.deciding import addresses_of, preparation
from bridge.errors import NoSuchAction
from bridge.tickets import Instant, Ticket

if TYPE_CHECKING:
    from bridge.decisions import Action

_PARTS = ("subject", "text", "html")
_TO_NOBODY = "nobody@example.invalid"
"""Stands for an address that bridge.yaml does not have yet: what is tried goes to whoever tries it."""


def letter_on_trial(
    configuration: Configuration, ticket: Ticket, action_id: str, *, now: Instant, language: str | None
) -> dict[str, str]:
    """Return subject, text and HTML of the letter that the policy declares as `action_id`, in `language` or the ticket's own.

    Raises NoSuchAction where it declares none, or where that is no letter or has nobody to go to.
    """
    action = _action(configuration, replace(ticket, language=language or ticket.language), action_id, now)
    spoken = language or ticket.language or configuration.policy.language
    texts = {part: action.params.get(part) for part in _PARTS}
    if not all(texts.values()):
        raise NoSuchAction(
            f"the action {action_id} is no letter: it is of the kind {action.kind}", hint="Try another one"
        )
    return {part: text.get(spoken) or next(iter(text.values())) for part, text in texts.items() if text}


def _action(configuration: Configuration, ticket: Ticket, action_id: str, now: Instant) -> "Action":
    from bridge.policies.actions.due import declared_actions, owed_definitions
    from bridge.policies.decide import decide

    declared = declared_actions(configuration.policy)
    if action_id in {one.id for one in owed_definitions(configuration.policy)}:
        message = f"the letter {action_id} is about an obligation and belongs to no ticket"
        raise NoSuchAction(message, hint="`sla-bridge plan` shows it with its text once it is due")
    if action_id not in declared:
        ids = ", ".join(sorted(declared))
        message = f"the policy declares no action {action_id}"
        raise NoSuchAction(message, hint=f"It declares {ids}" if ids else "See docs/how-to/turn-actions-on.md")
    prepared, answer = preparation(configuration)(ticket, now)
    decision = decide(
        prepared,
        configuration.policy,
        now=now,
        registry=answer,
        catalogue=configuration.catalogue,
        addresses={"manager": _TO_NOBODY, **(addresses_of(configuration.settings) or {})},
        on_trial=action_id,
    )
    if not decision.actions:
        reasons = "; ".join(one for one in decision.warnings if action_id in one)
        raise NoSuchAction(f"for ticket {ticket.number} the action {action_id} reaches nobody", hint=reasons)
    return decision.actions[0]
