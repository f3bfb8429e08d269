"""The kind `osticket` at the embedded helpdesk always, and at a real osTicket where the environment names one."""

import pytest
from pydantic import SecretStr

from bridge.protocols.helpdesk import Connection
from tests.contract.desk import API, Desk, EmbeddedDesk
from tests.contract.helpdesk_tests import HelpdeskTests
from tests.contract.staff_pages import OsticketDesk


def connection_to(desk: Desk) -> Connection:
    return Connection(url=desk.base.removesuffix(API), key=SecretStr(desk.key))


class TestEmbeddedHelpdesk(HelpdeskTests):
    """Over real HTTP, with the connector of production."""

    @pytest.fixture
    def connection(self, embedded: EmbeddedDesk) -> Connection:
        return connection_to(embedded)

    @pytest.fixture
    def people(self, embedded: EmbeddedDesk) -> EmbeddedDesk:
        return embedded


class TestRealOsTicket(HelpdeskTests):
    @pytest.fixture
    def connection(self, real_desk: OsticketDesk) -> Connection:
        return connection_to(real_desk)

    @pytest.fixture
    def people(self, real_desk: OsticketDesk) -> OsticketDesk:
        return real_desk
