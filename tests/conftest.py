"""For all tests: no network but loopback, and property tests that draw the same examples every time."""

import logging
import os
from urllib.parse import urlsplit

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings

import bridge

pytest_plugins = ["tests.canary"]

settings.register_profile(
    "project", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")


if os.environ.get("SLA_BRIDGE_TEST_INSTALLED") and "site-packages" not in bridge.__file__:
    raise pytest.UsageError(f"the installed package shall be tested, and this is {bridge.__file__}")


def _allowed_hosts() -> list[str]:
    """Loopback, and the real osTicket where the contract suite is pointed at one."""
    real = urlsplit(os.environ.get("SLA_BRIDGE_TEST_OSTICKET_URL", "")).hostname
    return ["127.0.0.1", *([real] if real else [])]


@pytest.fixture(autouse=True)
def _no_network_but_loopback():
    pytest_socket.socket_allow_hosts(_allowed_hosts(), allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _log_as_configured_by_nobody():
    """A command under test configures the bridge's logger for its process; the next test must not inherit that."""
    yield
    logger = logging.getLogger("sla_bridge")
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(logging.NOTSET)
