"""The five standard metrics as clock definitions. A policy changes parts of them; nothing in the replay knows their names."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bridge.files.types import Title
from bridge.policies.agreement.policy import ClockDefinition, EventPattern, OnReopen
from bridge.tickets import Actor, EventKind

PROMISE_FIELD = "sla_set_promise"
"""The agents' input that holds a date promised by hand; it stands for the resolution's deadline."""

FIRST_RESPONSE: Final = "first_response"

DEFAULT_ANSWER = (EventPattern(kinds=frozenset({EventKind.RESPONSE}), actors=frozenset({Actor.AGENT})),)
"""A public message of a human agent. Notes, automatic mail and the service agent never are one."""

CREATED = EventPattern(kinds=frozenset({EventKind.CREATED}))
QUESTION = EventPattern(kinds=frozenset({EventKind.MESSAGE}), actors=frozenset({Actor.CUSTOMER}))
HANDED_OVER = EventPattern(kinds=frozenset({EventKind.DEPARTMENT}))

STANDARD_TITLES: Mapping[str, Title] = MappingProxyType(
    {
        FIRST_RESPONSE: Title(ru="Первый ответ", en="First response"),
        "next_response": Title(ru="Следующий ответ", en="Next response"),
        "periodic_update": Title(ru="Очередное сообщение", en="Periodic update"),
        "resolution": Title(ru="Решение", en="Resolution"),
        "ownership": Title(ru="Работа подразделения", en="Ownership"),
    }
)
"""The metrics that every policy knows, in the order they are shown."""


def standard_clock(
    metric: str,
    *,
    response: tuple[EventPattern, ...] = DEFAULT_ANSWER,
    on_reopen: OnReopen = OnReopen.NEW_CYCLE,
) -> ClockDefinition:
    """Return the definition of a standard metric, given what counts as an answer.

    first_response: creation (or reopening) to the first answer, the agreements' reaction time. next_response: the oldest
    unanswered message to the answer, never beside an open first response. periodic_update: one answer to the next.
    resolution: creation to closing, since a resolved ticket is a closed one in osTicket. ownership: each stay of the ticket
    in a department. Raises KeyError for another name.
    """
    title = STANDARD_TITLES[metric]
    start: tuple[EventPattern, ...] = (CREATED,)
    stop = response
    if metric == "next_response":
        start = (QUESTION,)
    elif metric == "periodic_update":
        start = response
    elif metric == "resolution":
        stop = ()
    elif metric == "ownership":
        start, stop = (CREATED, HANDED_OVER), (HANDED_OVER,)
    ends_with_ticket = metric in {"resolution", "ownership"}
    return ClockDefinition(
        metric=metric,
        title=title,
        start=start,
        stop=stop,
        on_reopen=on_reopen,
        needs_answer=metric == "next_response",
        off_while_closed=not ends_with_ticket,
        closing_finishes=ends_with_ticket,
        restart_on_stop=metric == "periodic_update",
        promise_field=PROMISE_FIELD if metric == "resolution" else None,
    )
