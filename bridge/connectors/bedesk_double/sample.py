"""Sample conversations of the double: the same invented desk as the embedded helpdesk's, some opened before the bridge came."""

from collections.abc import Iterator

from bridge.connectors.bedesk_double.desk import DoubleDesk
from bridge.connectors.sandbox.sample import SampleTicket, sample_file
from bridge.fields import CUSTOMER_INPUTS

_JUST_OPENED = 2
_IN_ALL = 6
_MINUTE, _HOUR = 60, 3600


def open_samples(desk: DoubleDesk) -> None:
    """Let customers open sample conversations: the first ones in these minutes, the others as long ago as the sample says."""
    customers = sample_file().customers
    for place, one in reversed(list(enumerate(_samples()))):
        customer = customers[one.customer]
        ago = (place + 1) * _MINUTE if place < _JUST_OPENED else int(one.hours_ago * _HOUR)
        desk.open(one.subject, one.body, email=customer.email, name=customer.name, ago=ago)


def fill_in_samples(desk: DoubleDesk) -> None:
    """Let the customers fill in what setup has made attributes for."""
    stated = {one.subject: one.fields for one in _samples()}
    titles = {one.name: (one.title.text("ru"), one.title.text("en")) for one in CUSTOMER_INPUTS}
    for conversation in list(desk.conversations.values()):
        for name, value in stated.get(conversation.subject, {}).items():
            if name in titles:
                desk.edit_attribute(conversation.id, desk.key_of(*titles[name]), value)


def _samples() -> Iterator[SampleTicket]:
    yield from [one for one in sample_file().tickets if not one.then][:_IN_ALL]
