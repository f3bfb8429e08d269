"""The checks of `doctor` on actions: whether they can be carried out, and what became of them."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from bridge.cli.doctor.finding import Finding, ok, warn
from bridge.cli.wiring.configuration import Configuration
from bridge.decisions import ActionKind
from bridge.policies.actions.due import declared_actions, definitions, owed_definitions
from bridge.policies.agreement.actions import CUSTOMER, MANAGER, Happening
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import Meta, Ping
from bridge.settings.model import ActionSettings
from bridge.sync.action_notices import listing_notices
from bridge.sync.planned.offers import LISTED

ACTIONS = "actions"
"""The feature, and what is said to be looked at."""

_AT_MOST = 1000
_SCOPE = "act"


def action_findings(configuration: Configuration, helpdesk: Helpdesk, meta: Meta, ping: Ping) -> Iterator[Finding]:
    """Yield what is to be known of actions; nothing where the policy has none."""
    declared, limits = declared_actions(configuration.policy), configuration.settings.file.actions
    if not declared:
        return
    if ACTIONS not in helpdesk.capabilities.features:
        yield ok(ACTIONS, _never_carried_out(configuration, len(declared)))
        return
    if limits is None:
        yield ok(ACTIONS, f"{len(declared)} in the policy, off in bridge.yaml: none is carried out")
        return
    if ACTIONS not in ping.features:
        # Told among the features.
        return
    if _SCOPE not in ping.scopes:
        found = f"they are on in bridge.yaml, and the key lacks the scope {_SCOPE}: none is carried out"
        yield warn(ACTIONS, found, helpdesk.words.grant.format(scope=_SCOPE))
    if meta.service_agent is False:
        found = "no agent acts for the bridge: notes, replies and changes have nobody to be of"
        yield warn(ACTIONS, found, "Name an agent under `Service agent` in the plugin's instance")
    if limits.addresses.manager is None and any(MANAGER in one.to for one in definitions(configuration.policy)):
        found = "letters of the policy go to the manager, and bridge.yaml has no address for him: they are left out"
        yield warn(ACTIONS, found, "Write actions: {addresses: {manager: …}} into bridge.yaml")
    yield from _switch_and_limits(helpdesk, limits, len(declared))
    yield from _standing(helpdesk)
    yield from _second_letters(configuration, meta)


def _never_carried_out(configuration: Configuration, declared: int) -> str:
    owed = len({one.id for one in owed_definitions(configuration.policy)})
    letters = f", {owed} of them about obligations" if owed else ""
    return f"{declared} in the policy{letters}: this kind of helpdesk carries out none"


def _switch_and_limits(helpdesk: Helpdesk, limits: ActionSettings, declared: int) -> Iterator[Finding]:
    on, today = helpdesk.actions_today()
    if not on:
        found = "they are on in bridge.yaml, and the plugin's own switch is off: none is carried out"
        yield warn(ACTIONS, found, "Tick `Carry out actions` in the plugin's instance")
        return
    counted = f"{declared} in the policy, {today} of at most {limits.per_day} carried out today"
    if today >= limits.per_day:
        yield warn(
            ACTIONS,
            f"{counted}: what comes due is held until tomorrow",
            "The limits stand under `actions` in bridge.yaml",
        )
    else:
        yield ok(ACTIONS, counted)


def _standing(helpdesk: Helpdesk) -> Iterator[Finding]:
    for notice in listing_notices(tuple(islice(helpdesk.actions(LISTED), _AT_MOST))):
        yield warn(ACTIONS, notice.text, "sla-bridge actions list")


def _second_letters(configuration: Configuration, meta: Meta) -> Iterator[Finding]:
    """Yield where the helpdesk's own auto-response would stand beside an acknowledgement."""
    answers = Counter(
        action.id
        for event in configuration.policy.revisions[-1].events
        if event.on is Happening.ACCEPTED
        for action in event.actions
        if action.kind is ActionKind.REPLY or CUSTOMER in action.to
    )
    if answers and meta.answering:
        names = [one.name for one in meta.departments if one.id in meta.answering]
        yield warn(
            ACTIONS,
            f"osTicket answers each new ticket of {', '.join(names)} by a letter of its own, and {', '.join(answers)} would"
            " be a second one",
            "Disable the new ticket auto-response of these departments, or of all under Settings > Tickets > Autoresponder",
        )
