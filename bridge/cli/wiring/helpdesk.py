"""The helpdesk of the configured kind, and what commands ask of it."""

import re
from contextlib import closing
from functools import cache, partial
from typing import TYPE_CHECKING

from bridge.cli.console.terminal import tell
from bridge.errors import ConfigurationInvalid, HelpdeskRefused, NoSuchTicket
from bridge.settings.load import Settings
from bridge.settings.model import CUSTOMER_INPUTS
from bridge.tickets import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bridge.cli.wiring.configuration import Configuration
    from bridge.policies.agreement.policy import Policy
    from bridge.protocols.helpdesk import Helpdesk
    from bridge.protocols.provisioning import SetupRequest
    from bridge.protocols.reading import Meta


def connect(
    settings: Settings, *, route: str | None = None, policy: "Callable[[], Policy] | None" = None
) -> "closing[Helpdesk]":
    """Open the helpdesk, to which `route` is what its `route` was; `policy` is asked for the levels' titles where the kind needs
    them, and read anew where it is left out. Raises ConfigurationInvalid for a key that is not there."""
    from bridge.connectors.helpdesks import open_helpdesk
    from bridge.protocols.helpdesk import Connection

    wanted = settings.file.helpdesk
    connection = Connection(
        url=wanted.url,
        key=settings.key(),
        ca_file=settings.ca_file,
        request_seconds=wanted.request_seconds,
        total_seconds=wanted.total_seconds,
        route=route,
        levels=cache(partial(_levels, policy or partial(_policy, settings))),
    )
    return closing(open_helpdesk(wanted.kind, connection))


def _levels(policy: "Callable[[], Policy]") -> "Sequence[tuple[str, Mapping[str, str]]]":
    """Return ids and titles of the levels; none of a policy that cannot be read, which whoever needs it says."""
    try:
        editions = policy().revisions
    except ConfigurationInvalid:
        return ()
    return [
        (level.id, {language: level.title.text(language) for language in ("ru", "en")})
        for edition in editions
        for level in edition.levels.values()
    ]


def _policy(settings: Settings) -> "Policy":
    from bridge.cli.wiring.configuration import assemble

    return assemble(settings, customers=False).policy


def last_route(settings: Settings) -> str | None:
    """Return what the helpdesk's `route` was at the last pass on this host; None before the first one."""
    from bridge.sync.memory.state import SqliteState

    with closing(SqliteState(settings.state_path, read_only=True)) as state:
        return state.fact("route")


def ticket_pages(settings: Settings) -> "Callable[[int], str | None]":
    """Return what gives the address of a ticket's page in the configured helpdesk."""
    from bridge.connectors.helpdesks import helpdesk_class

    wanted = settings.file.helpdesk
    return partial(helpdesk_class(wanted.kind).ticket_page, wanted.url)


def find_ticket(helpdesk: "Helpdesk", wanted: str) -> Ticket:
    """Return the ticket with the number `wanted`, with or without a # before it, or with the id of `id:4711`.

    A bare number that no ticket has is taken for an id, which is told on stderr. Raises NoSuchTicket when there is none.
    """
    from bridge.protocols.reading import TicketError

    number = wanted.strip().removeprefix("#")
    by_id = number.removeprefix("id:") if _ID.fullmatch(number) else ""
    found = helpdesk.ticket(int(by_id)) if by_id else helpdesk.numbered(number) if number else None
    if found is None and _ID.fullmatch(f"id:{number}"):
        found = helpdesk.ticket(int(number))
        if found is not None:
            tell(f"note: no ticket has the number {number}; this is the one with that id")
    if isinstance(found, TicketError):
        raise HelpdeskRefused(f"ticket {wanted} cannot be read: {found.reason}")
    if found is None:
        raise NoSuchTicket(f"there is no ticket {wanted}", hint="Give its number as the helpdesk shows it, or id:4711")
    return found


_ID = re.compile("id:[0-9]{1,18}")
"""An id as a helpdesk's database holds it."""


def setup_request(
    configuration: "Configuration", meta: "Meta", *, action: str, keep_values: bool = False, tables: bool = False
) -> "SetupRequest":
    """Return what this configuration needs of the helpdesk: its levels' choices, and the inputs that nothing is mapped to."""
    from bridge.protocols.provisioning import SetupRequest

    policy, settings = configuration.policy, configuration.settings
    existing = {one.name for one in meta.fields if one.owner is None}
    levels = policy.revisions[-1].levels.values()
    return SetupRequest(
        action=action,
        language=policy.language,
        levels=tuple((one.id, one.title.text(policy.language), one.person_may_choose) for one in levels),
        inputs=tuple(name for name in CUSTOMER_INPUTS if settings.inputs[name] == name and name not in existing),
        waiting_status=settings.file.setup.waiting_status,
        development_department=settings.file.setup.development_department,
        keep_values=keep_values,
        tables=tables,
    )
