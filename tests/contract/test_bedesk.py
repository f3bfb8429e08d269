"""The kind `bedesk` at its double, under each answer to what the documentation leaves open."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from bridge.connectors.bedesk_double import Assumptions, BedeskDouble
from bridge.connectors.helpdesks import open_helpdesk
from bridge.protocols.helpdesk import Connection
from bridge.protocols.provisioning import SetupRequest
from tests.contract.desk import INPUTS
from tests.contract.helpdesk_tests import HelpdeskTests

ASSUMPTIONS = {
    "as it is likeliest": Assumptions(),
    "PUT replaces, leaves the stamp, small pages": Assumptions(put_replaces=True, put_touches=False, largest_page=2),
    "lists bare, permissions nested": Assumptions(wraps_pages=False, nests_permissions=True, lists_unset=True),
}


class People:
    """Who works at the double, as the suite asks for them."""

    def __init__(self, double: BedeskDouble) -> None:
        self.desk = double.desk

    def open(self, subject: str, body: str, *, via: str, email: str) -> int:
        del via
        return self.desk.open(subject, body, email=email)

    def note(self, ticket: int, text: str) -> None:
        self.desk.note(ticket, text)

    def set_status(self, ticket: int, status: int) -> None:
        self.desk.set_status(ticket, status)

    def delete(self, ticket: int) -> None:
        self.desk.delete(ticket)


class TestBedesk(HelpdeskTests):
    kind = "bedesk"

    @pytest.fixture(params=list(ASSUMPTIONS))
    def double(self, request: pytest.FixtureRequest) -> Iterator[BedeskDouble]:
        with BedeskDouble(assumptions=ASSUMPTIONS[request.param]) as double:
            request_all = SetupRequest(action="apply", language="ru", inputs=tuple(INPUTS))
            connected = open_helpdesk("bedesk", Connection(url=double.url, key=SecretStr(double.token)))
            connected.setup(request_all)
            connected.close()
            yield double

    @pytest.fixture
    def connection(self, double: BedeskDouble) -> Connection:
        return Connection(url=double.url, key=SecretStr(double.token))

    @pytest.fixture
    def people(self, double: BedeskDouble) -> People:
        return People(double)
