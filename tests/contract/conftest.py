"""The same tests against two helpdesks: the embedded one always, a real osTicket where the environment names one."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.acting import declare, warning
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.desk import SETUP, Desk, EmbeddedDesk, Unsupported
from tests.contract.letter_desk import Letters
from tests.contract.offering import settled
from tests.contract.smtp_double import SmtpDouble
from tests.contract.staff_pages import PREFIX, Agent, OsticketDesk, variable

NOT_SET = f"no real osTicket: set {PREFIX}URL and {PREFIX}KEY to run the suite against one"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test at both helpdesks, but for those that ask for the one or the other."""
    wanted = set(metafunc.fixturenames)
    if "desk" in wanted:
        only = (
            ["embedded"]
            if "embedded" in wanted
            else ["osticket"]
            if "real_desk" in wanted
            else ["embedded", "osticket"]
        )
        metafunc.parametrize("desk", only, indirect=True, scope="session")


@pytest.fixture(scope="session")
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A helpdesk that is set up."""
    if request.param == "osticket" and not (variable("URL") and variable("KEY")):
        pytest.skip(NOT_SET)
    helpdesk: Desk = EmbeddedDesk() if request.param == "embedded" else OsticketDesk()
    client = Client(helpdesk.base, helpdesk.key)
    owners = {field["owner"] for field in client.get("meta").body["fields"]}
    if not {"bridge", "agent"} <= owners:
        assert client.post("setup", {"action": "apply", **SETUP}).status == 200
    yield helpdesk
    client.close()
    helpdesk.close()


@pytest.fixture
def real_desk(desk: Desk) -> OsticketDesk:
    """The real one, for what only a real osTicket can get wrong."""
    assert isinstance(desk, OsticketDesk)
    return desk


@pytest.fixture
def agent(real_desk: OsticketDesk) -> Agent:
    """An agent of the real osTicket, logged in."""
    if variable("STAFF_USER") is None:
        pytest.skip(f"set {PREFIX}STAFF_USER and {PREFIX}STAFF_PASSWORD")
    return real_desk.agent


@pytest.fixture
def back(real_desk: OsticketDesk) -> OsticketBackDoor:
    """The database of the real osTicket."""
    if variable("SQL") is None:
        pytest.skip(f"set {PREFIX}SQL")
    return real_desk.back_door


@pytest.fixture
def letters(back: OsticketBackDoor) -> Iterator[Letters]:
    """The desk's letters, with no account of its own for outgoing mail, and settings as they were in the end."""
    for name in ("ROOT", "SERVICE_USER"):
        if variable(name) is None:
            pytest.skip(f"set {PREFIX}{name}")
    desk = Letters(back)
    if back.sql("SELECT COUNT(*) FROM %email_account WHERE type = 'smtp'") != "0":
        pytest.skip("this desk has accounts for outgoing mail already")
    names = ("default_smtp_id", "clients_only", "system_language")
    before = {name: desk.setting(name) for name in names}
    yield desk
    back.sql("DELETE FROM %email_account WHERE type = 'smtp'")
    for name, value in before.items():
        desk.setting(name, value)


@pytest.fixture
def server(letters: Letters) -> Iterator[SmtpDouble]:
    """A mail server for the desk's default address."""
    double = SmtpDouble()
    letters.account(double.port, int(letters.setting("default_email_id")))
    yield double
    double.close()


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Iterator[Path]:
    """Where letters lie; a helpdesk that sends real ones has none to look into."""
    if isinstance(desk, EmbeddedDesk):
        desk.sandbox.switch_actions(tmp_path)
        yield tmp_path
        desk.sandbox.switch_actions(None)
    else:
        yield tmp_path


@pytest.fixture
def acting(desk: Desk, api: Client, folder: Path) -> Iterator[None]:
    """Actions are switched on and declared."""
    ping = api.get("ping").body
    if "actions" not in ping["features"]:
        pytest.skip("this plugin carries out no actions")
    if "act" not in ping["scopes"] or not declare(api, {})["on"]:
        pytest.skip("actions are switched off, or the key may not act")
    declare(api)
    yield
    if isinstance(desk, EmbeddedDesk):
        desk.sandbox.store.row("DELETE FROM actions")
    declare(api, {})


@pytest.fixture
def left_clean(api: Client) -> Iterator[None]:
    """Nothing of no ticket waits for anybody, before and after."""
    settled(api)
    yield
    declare(api)
    settled(api)


@pytest.fixture
def due(token: str) -> Callable[..., dict[str, Any]]:
    """Make letters that nobody has offered before."""

    def make(name: str = "visit", to: list[str] | None = None, **changes: Any) -> dict[str, Any]:
        return warning(to) | {"key": f"warn:{name}:{token}"} | changes

    return make


@pytest.fixture
def embedded(desk: Desk) -> EmbeddedDesk:
    """The embedded one, for what would disturb a real osTicket or needs keys that it has not."""
    assert isinstance(desk, EmbeddedDesk)
    return desk


@pytest.fixture
def api(desk: Desk) -> Iterator[Client]:
    """The contract with the key that may do everything."""
    client = Client(desk.base, desk.key)
    yield client
    client.close()


@pytest.fixture
def client_of(desk: Desk) -> Iterator[Callable[..., Client]]:
    """Make a client with another key or at another base."""
    made: list[Client] = []

    def make(key: str | None, base: str | None = None) -> Client:
        made.append(Client(base or desk.base, key))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def token() -> str:
    """A word that no other ticket has."""
    return uuid.uuid4().hex[:12]


@pytest.fixture
def open_ticket(desk: Desk, api: Client, token: str) -> Iterator[Callable[..., int]]:
    """Open a ticket and return its id; all of them are deleted in the end."""
    opened: list[int] = []

    def open_it(subject: str = "Не печатается накладная", body: str = "Добрый день!", **options: Any) -> int:
        before = last_id(api)
        marked = f"{subject} {token}-{len(opened)}"
        options = {"via": "web", "email": f"test-{token}@kolos.example"} | options
        try:
            desk.open(marked, body, **options)
        except Unsupported as reason:
            pytest.skip(str(reason))
        items = api.get("tickets", after=before, limit=1000).body["items"]
        ticket = next(item["id"] for item in items if f"{token}-{len(opened)}" in item["subject"])
        opened.append(ticket)
        return int(ticket)

    yield open_it
    for ticket in opened:
        if api.session.get(f"{api.base}/tickets/{ticket}", timeout=60).status_code == 200:
            desk.delete(ticket)


@pytest.fixture
def ticket(open_ticket: Callable[..., int]) -> int:
    """One new ticket."""
    return open_ticket()


_last: dict[str, int] = {}


def last_id(api: Client) -> int:
    """Return the highest ticket id seen; walks over the tickets once."""
    after = _last.get(api.base, 0)
    while True:
        # Not by the client: thousands of tickets of others need not be held to the schema before each test.
        page = api.session.get(f"{api.base}/tickets", params={"after": after, "limit": 1000}, timeout=60).json()
        after = max([after, *(item["id"] for item in page["items"])])
        _last[api.base] = after
        if page["next"] is None:
            return after


def outcome(action: Callable[[], object]) -> None:
    """Do something that the helpdesk may have no way for: then the test is skipped, visibly."""
    try:
        action()
    except Unsupported as reason:
        pytest.skip(str(reason))
