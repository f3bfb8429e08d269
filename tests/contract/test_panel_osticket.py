"""The panel on a real osTicket's pages: to whom it is shown, what it may bring along, and that it breaks no page."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, SECONDS_AT_MOST, Agent, OsticketDesk, variable

MARK = "window.pwned"
PAYLOADS = (
    f'"><script>{MARK}=1</script>',
    f"<img src=x onerror={MARK}=1>",
    f"</script><script>{MARK}=1</script>",
    f"'-{MARK}-'",
    f"<svg/onload={MARK}=1>",
    f"javascript:{MARK}=1",
    f"</style><script>{MARK}=1</script><!--",
    f"]]>\u2028{MARK}\u2029&lt;script&gt;",
    f"%{{ticket.number}}${{{MARK}}}{{{{{MARK}}}}}",
)
EVIL = " ".join(PAYLOADS)
DIGEST = "sha256:" + "5" * 64


class Panel(HTMLParser):
    """What stands inside the panel (or the customer's block): tags with attributes, text, and the data of its script."""

    VOID = frozenset(
        {"img", "br", "input", "hr", "col", "use", "path", "rect", "circle", "line", "wbr", "meta", "link"}
    )

    def __init__(self, page: str, root: str = "sla-panel") -> None:
        super().__init__(convert_charrefs=True)
        self.root, self.roots, self.tags, self.text, self.data = root, 0, [], "", ""
        self._depth, self._in_data = 0, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if self.root in classes:
            self.roots += 1
            self._depth = 1
        elif self._depth and tag not in self.VOID:
            self._depth += 1
        if self._depth:
            self.tags.append((tag, dict(attrs)))
            self._in_data = tag == "script"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._depth:
            self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in self.VOID:
            self._depth -= 1
            self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._depth and self._in_data:
            self.data += data
        elif self._depth:
            self.text += data + " "

    @property
    def links(self) -> list[str]:
        return [attributes.get("href") or "" for tag, attributes in self.tags if tag == "a"]


@pytest.fixture
def other(real_desk: OsticketDesk) -> Agent:
    """An agent who sees his own department alone."""
    user, password = variable("SERVICE_USER"), variable("SERVICE_PASSWORD")
    if user is None or password is None:
        pytest.skip(f"set {PREFIX}SERVICE_USER and {PREFIX}SERVICE_PASSWORD")
    return Agent(real_desk.root, user, password)


def instant(**ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(ru: str, en: str) -> dict[str, str]:
    return {"ru": ru, "en": en}


def publication(*, show: tuple[str, ...] = ("level", "state", "due"), title: str = "Standard") -> dict[str, Any]:
    windows = [[instant(days=day - 30), instant(days=day - 30, hours=9)] for day in range(60)]
    calendar = {
        "title": text(title, title), "zone": "Europe/Moscow", "from": windows[0][0], "until": windows[-1][1],
        "windows": windows, "provisional_from": None, "days": {},
    }  # fmt: skip
    both = text(title, title)
    return {
        "digest": DIGEST, "at": instant(), "policy": {"title": both, "digest": DIGEST}, "calendars": {"office": calendar},
        "titles": {"levels": {"standard": {"title": both, "short": both}}, "metrics": {"first_response": both}},
        "thresholds": [{"level": "standard", "metric": "first_response", "at": "75%"}],
        "portal": {"show": list(show)}, "phrases": [], "registry": None,
    }  # fmt: skip


def detail(word: str = "plain") -> dict[str, Any]:
    said = text(word, word)
    check = {
        "id": word[:40], "title": said, "outcome": "fail", "reason": "certificate_expired", "message": said, "remedy": said,
        "evidence": {word[:40]: word, "version": word, "list": [word]}, "as_of": instant(),
    }  # fmt: skip
    clock = {
        "metric": "first_response", "cycle": 1, "level": "standard", "calendar": "office", "target": "8h",
        "started_at": instant(hours=-3), "due_at": instant(hours=5), "state": "running", "provisional": False,
        "stopped_at": None, "breached_at": None, "cause": None, "worked_to": {"at": instant(hours=-3), "seconds": 0},
        "pauses": [], "late_seconds": None, "late_days": None, "risk_at": instant(hours=3), "target_seconds": 28800,
        "target_days": None,
    }  # fmt: skip
    return {
        "v": 2, "level": "standard", "rule": word, "rule_at": word, "reason": said, "verdict": "refusable",
        "checks": [check, check | {"outcome": "pass"}], "clocks": [clock],
        "customer": {"id": word, "name": word, "category": "commercial"}, "curator": word,
        "absent_curator": word, "curator_until": instant(hours=30),
        "exceptions": [{"id": word, "level": "standard", "reason": word, "approver": word, "until": "2031-01-01"}],
        "why_not": [{"level": word, "better": True, "target": word, "text": said, "at": word, "input": "sla_set_level"}],
        "published": DIGEST, "fields": {},
    }  # fmt: skip


def decided(api: Client, ticket: int, content: dict[str, Any]) -> None:
    result = api.write({"id": ticket, "if_rev": api.ticket(ticket)["rev"], "detail": content})[0]
    assert result["result"] in {"ok", "noop"}, result


@pytest.fixture
def published(api: Client, real_desk: OsticketDesk) -> Iterator[Callable[..., None]]:
    """Publish what the tickets here name; in the end customers see nothing of it any more."""

    def publish(**options: Any) -> None:
        assert api.post("publish", publication(**options)).status == 200

    publish()
    yield publish
    publish(show=())


def test_an_agent_sees_one_panel_and_none_on_the_edit_form(
    agent: Agent, api: Client, published: Callable[..., None], ticket: int
) -> None:
    decided(api, ticket, detail())
    panel = Panel(agent.page(ticket))
    assert panel.roots == 1
    assert "plain" in panel.text
    assert Panel(agent.page(ticket, edit=True)).roots == 0


def test_a_ticket_that_no_pass_has_seen_has_a_panel(agent: Agent, api: Client, ticket: int) -> None:
    assert Panel(agent.page(ticket)).roots == 1


def test_page_fetched_into_an_old_one_has_the_panel_too(agent: Agent, ticket: int) -> None:
    path = f"{agent.root}/scp/tickets.php?id={ticket}&_pjax=%23pjax-container"
    answer = agent.session.get(path, headers={"X-PJAX": "true", "X-PJAX-Container": "#pjax-container"}, timeout=60)
    assert Panel(answer.text).roots == 1


def test_data_of_the_script_are_json_in_the_agents_zone(
    agent: Agent, api: Client, back: OsticketBackDoor, published: Callable[..., None], ticket: int
) -> None:
    decided(api, ticket, detail(EVIL))
    staff = f"username = '{variable('STAFF_USER')}'"
    before = back.sql(f"SELECT IFNULL(timezone, '') FROM %staff WHERE {staff}").strip()  # noqa: S608
    try:
        for zone in ("Asia/Yekaterinburg", "America/St_Johns"):
            back.sql(f"UPDATE %staff SET timezone = '{zone}' WHERE {staff}")  # noqa: S608
            data = json.loads(Panel(agent.page(ticket)).data)
            assert data["zone"] == zone
            assert data["clocks"][0]["state"] == "running"
    finally:
        back.sql(f"UPDATE %staff SET timezone = NULLIF('{before}', '') WHERE {staff}")  # noqa: S608


def test_nothing_that_people_wrote_becomes_markup(
    agent: Agent, api: Client, published: Callable[..., None], open_ticket: Callable[..., int]
) -> None:
    ticket = open_ticket(subject=f"Вопрос {PAYLOADS[0]} {PAYLOADS[1]}", body=EVIL)
    published(title=EVIL)
    decided(api, ticket, detail(EVIL))
    page = agent.page(ticket)
    panel = Panel(page)
    assert panel.roots == 1
    assert MARK in panel.text, "the payload is not shown at all: the test would prove nothing"
    scripts = [attributes for tag, attributes in panel.tags if tag == "script"]
    assert [one.get("type") for one in scripts] == ["application/json"]
    assert {tag for tag, _ in panel.tags}.isdisjoint(
        {"img", "iframe", "object", "embed", "style", "form", "base", "link"}
    )
    for tag, attributes in panel.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert not (attributes.get("href") or "").lower().lstrip().startswith(("javascript:", "data:")), attributes
    json.loads(panel.data)
    assert "<" not in panel.data
    for payload in PAYLOADS:
        if "<" in payload:
            assert payload not in page, payload


def test_payloads_of_a_customers_portal_stay_text(
    api: Client,
    published: Callable[..., None],
    open_ticket: Callable[..., int],
    portal: Callable[[int, str], str],
    token: str,
) -> None:
    email = f"evil-{token}@kolos.example"
    ticket = open_ticket(email=email)
    published(title=EVIL)
    decided(api, ticket, detail(EVIL))
    block = Panel(portal(ticket, email), "sla-portal")
    assert block.roots == 1
    assert {tag for tag, _ in block.tags}.isdisjoint({"img", "iframe", "style", "form"})
    assert not [name for _, attributes in block.tags for name in attributes if name.startswith("on")]


def staff_id(back: OsticketBackDoor) -> int:
    return int(back.sql(f"SELECT staff_id FROM %staff WHERE username = '{variable('SERVICE_USER')}'"))  # noqa: S608


def test_an_agent_without_the_department_sees_nothing(
    agent: Agent, other: Agent, api: Client, back: OsticketBackDoor, published: Callable[..., None], ticket: int
) -> None:
    word, who = "секретное-основание", staff_id(back)
    decided(api, ticket, detail(word))
    assert word in other.page(ticket)
    home = int(back.sql(f"SELECT dept_id FROM %staff WHERE staff_id = {who}"))  # noqa: S608
    away = 1_000_000
    elsewhere = next(one["id"] for one in api.get("meta").body["departments"] if one["id"] != home)
    agent.transfer(ticket, elsewhere, comment=None)
    decided(api, ticket, detail(word))
    access = "UPDATE %staff_dept_access SET staff_id = {} WHERE staff_id = {}"
    back.sql(access.format(away, who))
    try:
        assert word in agent.page(ticket)
        answer = other.session.get(f"{other.root}/scp/tickets.php?id={ticket}", timeout=SECONDS_AT_MOST)
        assert word not in answer.text
        assert Panel(answer.text).roots == 0
    finally:
        back.sql(access.format(who, away))


def test_dialogues_are_offered_to_whom_they_are_open(
    agent: Agent, other: Agent, api: Client, back: OsticketBackDoor, published: Callable[..., None], ticket: int
) -> None:
    decided(api, ticket, detail())
    dialogues = [one for one in Panel(agent.page(ticket)).links if "/scp/ajax.php/" in one]
    assert any(re.search(rf"/tickets/{ticket}/field/\d+/edit$", one) for one in dialogues)
    assert any(one.endswith(f"/tickets/{ticket}/assign/agents") for one in dialogues)
    for one in dialogues:
        assert agent.session.get(agent.root + one, timeout=60).status_code == 200
    who = staff_id(back)
    before = back.sql(f"SELECT role_id FROM %staff WHERE staff_id = {who}").strip()  # noqa: S608
    back.sql(
        "INSERT INTO %role (flags, name, permissions, created, updated) VALUES (1, 'SLA test', '{}', NOW(), NOW())"
    )
    try:
        back.sql(
            f"UPDATE %staff SET role_id = (SELECT id FROM %role WHERE name = 'SLA test') WHERE staff_id = {who}"  # noqa: S608
        )
        panel = Panel(other.page(ticket))
        assert panel.roots == 1
        assert [one for one in panel.links if "/scp/ajax.php/" in one] == []
    finally:
        back.sql(f"UPDATE %staff SET role_id = {before} WHERE staff_id = {who}")  # noqa: S608
        back.sql("DELETE FROM %role WHERE name = 'SLA test'")


def test_an_api_key_opens_no_page_and_a_session_no_route(
    agent: Agent, real_desk: OsticketDesk, api: Client, published: Callable[..., None], ticket: int
) -> None:
    decided(api, ticket, detail("только-для-агентов"))
    key = {"X-API-Key": real_desk.key}
    for path in (
        f"/scp/tickets.php?id={ticket}",
        f"/tickets.php?id={ticket}",
        f"/scp/ajax.php/tickets/{ticket}/preview",
    ):
        answer = requests.get(real_desk.root + path, headers=key, timeout=SECONDS_AT_MOST)
        assert "только-для-агентов" not in answer.text, path
        assert "sla-panel" not in answer.text, path
    for path in ("ping", f"tickets/{ticket}", "changes"):
        assert agent.session.get(f"{real_desk.base}/{path}", timeout=SECONDS_AT_MOST).status_code == 401


def test_a_failure_of_the_panel_leaves_the_page_as_it_was(
    agent: Agent, api: Client, back: OsticketBackDoor, published: Callable[..., None], ticket: int
) -> None:
    decided(api, ticket, detail())
    back.sql("RENAME TABLE %sla_bridge_published TO %sla_bridge_published_away")
    try:
        page = agent.page(ticket)
        assert Panel(page).roots == 0
        assert 'class="clear tixTitle' in page
        assert 'name="reply"' in page
    finally:
        back.sql("RENAME TABLE %sla_bridge_published_away TO %sla_bridge_published")
    assert Panel(agent.page(ticket)).roots == 1


@pytest.mark.parametrize("kept", ["", "null", "[]", "{", '"x"', "[1]", '{"clocks": 7, "checks": "x", "published": []}'])
def test_a_damaged_detail_breaks_no_page(
    agent: Agent, api: Client, back: OsticketBackDoor, published: Callable[..., None], ticket: int, kept: str
) -> None:
    decided(api, ticket, detail())
    quoted = kept.replace("'", "''")
    back.sql(f"UPDATE %sla_bridge_ticket SET detail = '{quoted}', cycles = '{quoted}' WHERE ticket_id = {ticket}")  # noqa: S608
    page = agent.page(ticket)
    assert 'class="clear tixTitle' in page
    assert 'name="reply"' in page


# --- the portal ------------------------------------------------------------------------------------------------------


@pytest.fixture
def portal(real_desk: OsticketDesk, api: Client) -> Callable[[int, str], str]:
    """The customer's page of a ticket, opened by the link that osTicket mailed."""
    folder = Path(variable("MAIL") or "/nowhere")
    if not folder.is_dir():
        pytest.skip(f"set {PREFIX}MAIL to the folder of the mail that osTicket sent")

    def page(ticket: int, email: str) -> str:
        browser = requests.Session()
        start = browser.get(f"{real_desk.root}/login.php", timeout=SECONDS_AT_MOST).text
        token = re.search(r'name="__CSRFToken__" value="([^"]+)"', start)
        assert token
        known = set(folder.glob("*.eml"))
        asked = {"__CSRFToken__": token[1], "lemail": email, "lticket": api.ticket(ticket)["number"], "a": "l"}
        browser.post(f"{real_desk.root}/login.php", data=asked, timeout=SECONDS_AT_MOST)
        for letter in set(folder.glob("*.eml")) - known:
            body = message_from_bytes(letter.read_bytes(), policy=default).get_body(("html", "plain"))
            link = re.search(r"view\.php\?auth=[^\"'\s<>]+", body.get_content() if body else "")
            if link:
                return browser.get(f"{real_desk.root}/{link[0]}", timeout=SECONDS_AT_MOST).text
        pytest.skip("osTicket mailed no link to the ticket")

    return page


def test_the_portal_shows_nothing_unless_the_policy_says_so(
    api: Client,
    published: Callable[..., None],
    open_ticket: Callable[..., int],
    portal: Callable[[int, str], str],
    token: str,
) -> None:
    email = f"portal-{token}@kolos.example"
    ticket = open_ticket(email=email)
    decided(api, ticket, detail("внутреннее"))
    published(show=())
    page = portal(ticket, email)
    assert token in page
    assert "sla-" not in page
    published()
    page = portal(ticket, email)
    assert Panel(page, "sla-portal").roots == 1
    assert "внутреннее" not in page
    assert not [one for one in Panel(page, "sla-portal").links if "/scp/" in one]


def test_a_stranger_at_the_portal_sees_nothing(
    real_desk: OsticketDesk, api: Client, published: Callable[..., None], ticket: int
) -> None:
    decided(api, ticket, detail())
    answer = requests.get(f"{real_desk.root}/tickets.php?id={ticket}", timeout=SECONDS_AT_MOST)
    assert "sla-portal" not in answer.text
    assert "sla-panel" not in answer.text
