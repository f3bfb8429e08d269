"""A browser before a real osTicket, and `sla-bridge` that syncs it; skipped with the reason where either is missing."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.conftest import last_id
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable
from tests.contract.test_main_job import Bridge

NEEDED = ("URL", "KEY", "STAFF_USER", "STAFF_PASSWORD", "SQL")
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
POLICY = Path("config/policies/agrosoft.yaml")
SHOWN_TO_CUSTOMERS = "portal: {show: [level, state, due]}\n"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("e2e")
            item.add_marker(pytest.mark.timeout(400))


@pytest.fixture(scope="session")
def desk() -> Iterator[OsticketDesk]:
    missing = [PREFIX + name for name in NEEDED if not variable(name)]
    if missing:
        pytest.skip(f"no real osTicket: set {', '.join(missing)}")
    one = OsticketDesk()
    yield one
    one.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    found = variable("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.skip(f"no Chromium: install one, or set {PREFIX}CHROMIUM to its program")
    return found


@pytest.fixture(scope="session")
def browser_alone(chromium: str) -> Iterator[Any]:
    """A browser for pages that need no helpdesk."""
    driver = pytest.importorskip("playwright.sync_api", reason="no browser driver: `make e2e` installs it")
    with driver.sync_playwright() as playwright:
        # Root, as in containers, has no sandbox; the pages are those of a desk that whoever runs this trusts.
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        one = playwright.chromium.launch(executable_path=chromium, args=["--disable-gpu", "--disable-quic", *sandbox])
        yield one
        one.close()


@pytest.fixture(scope="session")
def browser(desk: OsticketDesk, browser_alone: Any) -> Any:
    return browser_alone


@pytest.fixture(scope="session")
def back(desk: OsticketDesk, bridge: Bridge) -> OsticketBackDoor:
    """The desk's database; it is looked into by fields that `bridge` has set up."""
    return desk.back_door


@pytest.fixture(scope="session")
def bridge(desk: OsticketDesk, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    """What a new user runs, `setup` and `sync`, with an agreement that shows customers their deadlines."""
    scratch = tmp_path_factory.mktemp("bridge")
    made = Bridge(desk, scratch)
    policy = scratch / POLICY
    shipped = policy.read_text(encoding="utf-8")
    policy.write_text(SHOWN_TO_CUSTOMERS + shipped, encoding="utf-8")
    made("setup")
    made.sync()
    yield made
    policy.write_text(shipped, encoding="utf-8")
    made.sync()


@pytest.fixture(scope="session")
def api(desk: OsticketDesk) -> Iterator[Client]:
    client = Client(desk.base, desk.key)
    yield client
    client.close()


@pytest.fixture
def token() -> str:
    """A word that no other ticket has."""
    return uuid.uuid4().hex[:12]


@pytest.fixture
def open_ticket(desk: OsticketDesk, api: Client, back: OsticketBackDoor, token: str) -> Iterator[Callable[..., int]]:
    """Let a customer open a ticket, some hours ago if need be, and return its id; all of them are deleted in the end."""
    opened: list[int] = []

    def open_it(subject: str = "Не проводится поступление", *, hours_ago: int = 0, email: str | None = None) -> int:
        before = last_id(api)
        marked = f"{subject} {token}-{len(opened)}"
        address = email or f"test-{token}@kolos.example"
        desk.open(marked, "Добрый день! После обновления документ не проводится.", via="web", email=address)
        items = api.get("tickets", after=before, limit=1000).body["items"]
        ticket = int(next(item["id"] for item in items if marked in item["subject"]))
        opened.append(ticket)
        back_in_time(back, ticket, hours_ago)
        return ticket

    yield open_it
    for ticket in opened:
        if api.session.get(f"{api.base}/tickets/{ticket}", timeout=60).status_code == 200:
            desk.delete(ticket)


def back_in_time(back: OsticketBackDoor, ticket: int, hours: int) -> None:
    """Let a ticket that no pass has seen yet be as many hours old, with all that happened to it."""
    thread = back.sql(f"SELECT id FROM %thread WHERE object_type = 'T' AND object_id = {ticket}")  # noqa: S608
    for table, column, key in (
        ("ticket", "created", f"ticket_id = {ticket}"), ("ticket", "lastupdate", f"ticket_id = {ticket}"),
        ("thread", "created", f"id = {thread}"), ("thread", "lastmessage", f"id = {thread}"),
        ("thread_entry", "created", f"thread_id = {thread}"), ("thread_event", "timestamp", f"thread_id = {thread}"),
    ):  # fmt: skip
        back.sql(f"UPDATE %{table} SET {column} = {column} - INTERVAL {hours} HOUR WHERE {key}")  # noqa: S608


@pytest.fixture
def hours_ago(bridge: Bridge) -> Callable[[float], int]:
    """Return how many hours ago working time began of which that many hours are over now."""

    def find(worked: float) -> int:
        now = datetime.now(UTC)
        fewest, most = 0, 24 * 60
        while most - fewest > 1:
            middle = (fewest + most) // 2
            span = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (now - timedelta(hours=middle), now)]
            known = bridge("calendar", "between", *span, "--calendar", "support-msk")["seconds"]
            fewest, most = (middle, most) if known < worked * 3600 else (fewest, middle)
        return most

    return find


@pytest.fixture
def made(back: OsticketBackDoor, bridge: Bridge) -> Callable[[str], int]:
    """Return the id of what `setup` made in osTicket."""
    return lambda what: int(back.sql(f"SELECT object_id FROM %sla_bridge_made WHERE what = '{what}'"))  # noqa: S608


@pytest.fixture
def speaking(back: OsticketBackDoor, desk: OsticketDesk) -> Callable[[str], AbstractContextManager[None]]:
    """Let the agent choose a language, as on his profile's page. osTicket takes none whose pack is not there."""

    @contextmanager
    def speak(language: str) -> Iterator[None]:
        code = {"en": "en_US"}.get(language, language)
        with language_pack(code), _enabled(back, code), _chosen(back, code):
            if f'<option value="{code}"' not in desk.agent._get("/scp/profile.php"):
                pytest.skip(
                    f"this osTicket has no {code} to choose: put its language pack into include/i18n, or set {PREFIX}ROOT "
                    "to osTicket's folder, where an empty one is put for a while"
                )
            yield

    return speak


@contextmanager
def language_pack(code: str) -> Iterator[None]:
    """Put an empty pack where there is none: osTicket's own words stay English, ours follow the agent all the same."""
    root = variable("ROOT")
    folder = Path(root or "/nowhere") / "include/i18n" / code
    if root is None or folder.exists() or folder.with_suffix(".phar").exists():
        yield
        return
    try:
        (folder / "LC_MESSAGES").mkdir(parents=True)
        words = "<?php return ['' => 'Plural-Forms: nplurals=2; plural=(n != 1);\\n'];\n"
        (folder / "LC_MESSAGES" / "messages.mo.php").write_text(words, encoding="utf-8")
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _enabled(back: OsticketBackDoor, code: str) -> Iterator[None]:
    row = "FROM %config WHERE namespace = 'core' AND `key` = 'secondary_langs'"
    put = "INSERT INTO %config (namespace, `key`, value) VALUES ('core', 'secondary_langs', '{}')"
    before = back.sql(f"SELECT value {row}")
    back.sql(f"DELETE {row}; {put.format(code)}")
    try:
        yield
    finally:
        back.sql(f"DELETE {row}; {put.format(before) if before else ''}")


@contextmanager
def _chosen(back: OsticketBackDoor, code: str) -> Iterator[None]:
    agent = f"username = '{variable('STAFF_USER')}'"
    before = back.sql(f"SELECT IFNULL(lang, '') FROM %staff WHERE {agent}")  # noqa: S608
    back.sql(f"UPDATE %staff SET lang = '{code}' WHERE {agent}")  # noqa: S608
    try:
        yield
    finally:
        back.sql(f"UPDATE %staff SET lang = NULLIF('{before}', '') WHERE {agent}")  # noqa: S608
