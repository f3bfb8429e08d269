"""`sla-bridge explain`: why a ticket stands where it stands."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.options import At, Config, Json, instant
from bridge.cli.terminal import say, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.cli.wiring.configuration import Configuration
    from bridge.tickets import Ticket


def explain(
    ticket: Annotated[str, typer.Argument(help="The ticket's number as people see it, or id:4711.")],
    config: Config = None,
    at: At = None,
    language: Annotated[str | None, typer.Option("--language", help="ru or en. [default: the policy's]")] = None,
    native: Annotated[
        bool, typer.Option("--native", help="Also explain the difference to osTicket's own due date.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the clock's ledger, the checks with their remedies, and why the level is not a better one."""
    from dataclasses import replace

    from bridge.cli.wiring.configuration import load_configuration, warn
    from bridge.cli.wiring.deciding import decide_with, remembered_units
    from bridge.cli.wiring.helpdesk import connect, find_ticket
    from bridge.policies.outcome.decision_json import decision_json

    moment = instant(at)
    if language not in {None, "ru", "en"}:
        raise typer.BadParameter("ru or en", param_hint="--language")
    configuration = load_configuration(config)
    warn(configuration.warnings)
    if language is not None:
        configuration = replace(configuration, policy=replace(configuration.policy, language=language))
    with connect(configuration.settings) as helpdesk:
        found = find_ticket(helpdesk, ticket)
        now = moment if moment is not None else helpdesk.ping().server_time
    if as_json:
        taken = remembered_units(configuration, found, now)
        decision = decide_with(configuration, receipts=True)(found, now, taken)
        say_json(decision_json(decision, ledgers=True))
        return
    for line in told(configuration, found, now, native=native):
        say(line)


def told(configuration: "Configuration", ticket: "Ticket", now: int, *, native: bool = False) -> "Iterator[str]":
    """Yield the explanation of a ticket line by line, in the policy's language."""
    from dataclasses import replace

    from bridge.cli.wiring.deciding import decide_with, preparation, remembered_units
    from bridge.policies.decide import facts_of
    from bridge.policies.telling.explain import explain as explain_decision
    from bridge.policies.telling.why_not import WHY_NOT, why_not
    from bridge.policies.telling.why_not import told as gap_told

    policy = configuration.policy
    ticket = replace(ticket, language=policy.language)
    taken = remembered_units(configuration, ticket, now)
    decision = decide_with(configuration, receipts=True)(ticket, now, taken)
    yield from explain_decision(decision, policy)
    if native:
        from bridge.policies.proof.native_due import native_difference

        yield ""
        yield from native_difference(decision, ticket.native, policy)
    prepared, answer = preparation(configuration)(ticket, now)
    answer = replace(answer, taken=taken)
    regime, facts = facts_of(prepared, policy, now=now, registry=answer, catalogue=configuration.catalogue)
    gaps = why_not(regime, facts)
    if gaps:
        yield ""
        yield WHY_NOT.text(policy.language)
    yield from (f"  {gap_told(gap, policy.language)}" for gap in gaps)
