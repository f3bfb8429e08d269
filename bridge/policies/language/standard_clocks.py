"""The standard metrics as data: what a policy gets without writing any clock, and what it may change part by part."""

from bridge.policies.policy import ClockDefinition, EventPattern, OnReopen, Title
from bridge.tickets import Actor, EventKind

PROMISE_FIELD = "sla_set_promise"

RESPONSE = (EventPattern(kinds=frozenset({EventKind.RESPONSE}), actors=frozenset({Actor.AGENT})),)
"""What counts as an answer where the policy says nothing: a public message of a human agent."""

CREATED = (EventPattern(kinds=frozenset({EventKind.CREATED})),)
CLOSED = (EventPattern(kinds=frozenset({EventKind.CLOSED})),)
CUSTOMER_MESSAGE = (EventPattern(kinds=frozenset({EventKind.MESSAGE}), actors=frozenset({Actor.CUSTOMER})),)


STANDARD_TITLES = {
    "first_response": Title(ru="Первый ответ", en="First response"),
    "next_response": Title(ru="Следующий ответ", en="Next response"),
    "periodic_update": Title(ru="Очередное сообщение", en="Periodic update"),
    "resolution": Title(ru="Решение", en="Resolution"),
    "ownership": Title(ru="Работа подразделения", en="Ownership"),
}
"""The metrics that every policy knows."""


def standard_clock(metric: str, response: tuple[EventPattern, ...], on_reopen: OnReopen) -> ClockDefinition | None:
    """Return the definition of a standard metric, given what counts as a response; None for any other metric.

    `ownership` has no events of its own: they follow from the departments that the policy names.
    """
    if metric not in STANDARD_TITLES:
        return None
    title = STANDARD_TITLES[metric]
    if metric == "first_response":
        return ClockDefinition(
            metric=metric, title=title, start=CREATED, stop=response, on_reopen=on_reopen, off_while_closed=True
        )
    if metric == "next_response":
        return ClockDefinition(
            metric=metric,
            title=title,
            start=CUSTOMER_MESSAGE,
            stop=response,
            on_reopen=on_reopen,
            needs_answer=True,
            off_while_closed=True,
        )
    if metric == "periodic_update":
        return ClockDefinition(
            metric=metric,
            title=title,
            start=response,
            stop=response,
            on_reopen=on_reopen,
            off_while_closed=True,
            restart_on_stop=True,
        )
    if metric == "resolution":
        return ClockDefinition(
            metric=metric,
            title=title,
            start=CREATED,
            stop=CLOSED,
            on_reopen=on_reopen,
            closing_finishes=True,
            promise_field=PROMISE_FIELD,
        )
    return ClockDefinition(metric=metric, title=title, start=(), stop=(), on_reopen=on_reopen, closing_finishes=True)
