"""`sla-bridge explain`: why a ticket stands where it stands, and what comes next."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import say_json, say_wrapped
from bridge.cli.options import At, Config, Json, instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bridge.cli.wiring.configuration import Configuration
    from bridge.policies.telling.story import Story
    from bridge.tickets import Ticket


def explain(
    ticket: Annotated[str, typer.Argument(help="The ticket's number as people see it, with or without #, or id:4711.")],
    config: Config = None,
    at: At = None,
    language: Annotated[str | None, typer.Option("--language", help="ru or en. [default: the policy's]")] = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="Also every check, the clocks' ledgers, and why the level is not another one."),
    ] = False,
    native: Annotated[
        bool, typer.Option("--native", help="Also explain the difference to osTicket's own due date.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show who asked for what, where the ticket's clocks and its support stand, and what comes next."""
    from dataclasses import replace

    from bridge.cli.wiring.configuration import load_configuration, warn
    from bridge.cli.wiring.helpdesk import connect, find_ticket, last_route
    from bridge.policies.telling.abilities import lacks_in_words

    moment = instant(at)
    if language not in {None, "ru", "en"}:
        raise typer.BadParameter("ru or en", param_hint="--language")
    configuration = load_configuration(config)
    warn(configuration.warnings)
    if language is not None:
        configuration = replace(configuration, policy=replace(configuration.policy, language=language))
    settings, policy = configuration.settings, configuration.policy
    with connect(settings, route=last_route(settings), policy=lambda: policy) as helpdesk:
        found = find_ticket(helpdesk, ticket)
        now = moment if moment is not None else helpdesk.ping().server_time
        capabilities = helpdesk.capabilities
    if as_json:
        _say_json(configuration, found, now)
    else:
        say_wrapped(*told(configuration, found, now, full=full, native=native, features=capabilities.features))
        if full:
            say_wrapped(*lacks_in_words(capabilities, configuration.policy.language))


def _say_json(configuration: "Configuration", ticket: "Ticket", now: int) -> None:
    """Print the decision as `decide` has it, its texts for the customer, and what comes next."""
    from bridge.cli.wiring.deciding import decide_with, remembered_units
    from bridge.policies.outcome.decision_json import decision_json
    from bridge.policies.telling.ahead import turns_ahead
    from bridge.tickets import instant_text

    decision = decide_with(configuration, receipts=True)(ticket, now, remembered_units(configuration, ticket, now))
    turns = turns_ahead(_story(configuration, ticket, now))
    ahead = [{"at": instant_text(one.at), "text": one.text} for one in turns]
    say_json({**decision_json(decision, ledgers=True), "next": ahead})


def told(
    configuration: "Configuration",
    ticket: "Ticket",
    now: int,
    *,
    features: "Collection[str]",
    full: bool = False,
    native: bool = False,
) -> "Iterator[str]":
    """Yield the explanation of a ticket line by line, in the policy's language; `features` are those that a helpdesk of its kind
    may have."""
    from bridge.policies.telling.abilities import lack_in_words
    from bridge.policies.telling.explain import explain as explain_decision

    story = _story(configuration, ticket, now)
    yield from explain_decision(story, full=full)
    yield from _actions(configuration, ticket, now, acts="actions" in features, full=full)
    if native and "native" not in features and not full:
        yield lack_in_words("native", configuration.policy.language)
    elif native and "native" in features:
        from bridge.policies.proof.native_due import native_difference

        yield from native_difference(story.decision, ticket.native, configuration.policy)
    if full:
        yield from _why_not(story)


def _story(configuration: "Configuration", ticket: "Ticket", now: int) -> "Story":
    from dataclasses import replace

    from bridge.cli.wiring.deciding import preparation, remembered_units
    from bridge.policies.telling.story import story_of

    prepare, taken = preparation(configuration), remembered_units(configuration, ticket, now)
    return story_of(
        prepare(ticket, now)[0],
        configuration.policy,
        now=now,
        registry_at=lambda at: replace(prepare(ticket, at)[1], taken=taken),
        catalogue=configuration.catalogue,
    )


def _actions(configuration: "Configuration", ticket: "Ticket", now: int, *, acts: bool, full: bool) -> "Iterator[str]":
    """Yield what became of the ticket's actions, and what is to be done now, by a helpdesk that `acts`; in the full form in the
    words that the customer would read."""
    from bridge.cli.wiring.deciding import decide_with
    from bridge.policies.outcome.decision_json import action_json
    from bridge.policies.telling.actions import NEVER_DONE, TO_DO, WOULD_DO, acted_lines, action_lines

    language = configuration.policy.language
    yield from acted_lines(ticket.bridge, language)
    actions = decide_with(configuration)(ticket, now).actions
    if actions:
        switched_on = configuration.settings.file.actions is not None
        yield (NEVER_DONE if not acts else TO_DO if switched_on else WOULD_DO).text(language)
    for one in actions:
        lines = action_lines(action_json(one), words=language, language=language)
        yield from (f"  {line}" for line in (lines if full else islice(lines, 1)))


def _why_not(story: "Story") -> "Iterator[str]":
    from bridge.policies.telling.why_not import WHY_NOT, why_not
    from bridge.policies.telling.why_not import told as gap_told

    language = story.language
    gaps = why_not(story.terms, story.facts, raised=story.decision.level)
    if gaps:
        yield WHY_NOT.text(language)
    yield from (f"  {gap_told(gap, story.levels, language)}" for gap in gaps)
