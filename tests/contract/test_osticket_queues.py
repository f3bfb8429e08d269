"""The queue of what needs attention on the pages of a real osTicket: which tickets stand in it, and who sees it when."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bridge.fields import ATTENTION_QUEUE
from tests.contract.client import Client
from tests.contract.html_forms import Form
from tests.contract.staff_pages import PREFIX, Agent, OsticketDesk, variable
from tests.contract.test_setup import as_it_stands


@pytest.fixture
def agent(real_desk: OsticketDesk, api: Client) -> Agent:
    if variable("STAFF_USER") is None:
        pytest.skip(f"set {PREFIX}STAFF_USER and {PREFIX}STAFF_PASSWORD")
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200
    return real_desk.agent


def attention_queue(agent: Agent) -> int | None:
    """Return the number of the attention queue in the agents' menu."""
    page = agent._get("/scp/tickets.php?queue=1")
    link = re.search(rf'queue=(\d+)"[^>]*>(?:\s|<[^>]+>)*(?:{ATTENTION_QUEUE.ru}|{ATTENTION_QUEUE.en})', page)
    return int(link[1]) if link else None


def first_page(agent: Agent, chosen: str | None = None) -> str:
    """Return what the queue shows with that choice of its quick filter."""
    queue = attention_queue(agent)
    assert queue is not None
    return agent._get(f"/scp/tickets.php?queue={queue}" + (f"&filter={chosen}" if chosen else ""))


def shows(agent: Agent, token: str, chosen: str | None = None) -> bool:
    return token in first_page(agent, chosen)


LONG_PAST = "1999-01-01T00:00:00Z"
"""The most urgent stand on the first page."""


def test_ticket_stands_in_the_queue_while_it_is_at_risk_or_overdue(
    agent: Agent, api: Client, ticket: int, token: str
) -> None:
    for state, stands in (("at_risk", True), ("overdue", True), ("running", False), ("at_risk", True), (None, False)):
        assert api.write_fields(ticket, sla_state=state, sla_due=LONG_PAST)["result"] == "ok"
        assert shows(agent, token, state) is stands, state


def test_quick_filter_shows_the_one_or_the_other(agent: Agent, api: Client, ticket: int, token: str) -> None:
    api.write_fields(ticket, sla_state="at_risk", sla_due=LONG_PAST)
    assert shows(agent, token, "at_risk")
    assert not shows(agent, token, "overdue")


def test_overdue_come_first_and_each_state_by_its_deadline(
    agent: Agent, api: Client, open_ticket: Callable[..., int]
) -> None:
    late, later, soon = tickets = [open_ticket() for _ in range(3)]
    api.write_fields(soon, sla_state="at_risk", sla_due="1990-01-01T00:00:00Z")
    api.write_fields(later, sla_state="overdue", sla_due="1990-01-03T00:00:00Z")
    api.write_fields(late, sla_state="overdue", sla_due="1990-01-02T00:00:00Z")

    def order(chosen: str | None = None) -> list[int]:
        rows = re.findall(r'class="ckb"[^>]*value="(\d+)"', first_page(agent, chosen))
        return [number for number in map(int, rows) if number in tickets]

    assert order("overdue") == [late, later]
    assert order("at_risk") == [soon]
    # On a helpdesk with many overdue tickets the one at risk stands on a page behind.
    assert order()[:2] == [late, later]


def test_refused_write_leaves_the_ticket_in_its_queue(agent: Agent, api: Client, ticket: int, token: str) -> None:
    api.write_fields(ticket, sla_state="overdue", sla_due=LONG_PAST)
    assert api.write_fields(ticket, sla_state="running", sla_level="no such level")["result"] == "invalid"
    assert shows(agent, token)


def test_closed_and_deleted_tickets_leave_the_queue(
    agent: Agent, api: Client, real_desk: OsticketDesk, open_ticket: Callable[..., int], token: str
) -> None:
    closed, deleted = open_ticket(), open_ticket()
    for one in (closed, deleted):
        api.write_fields(one, sla_state="overdue", sla_due=LONG_PAST)
    assert shows(agent, token)
    real_desk.set_status(closed, 3)
    real_desk.delete(deleted)
    assert not shows(agent, token)


def test_queue_counts_what_it_shows(agent: Agent, api: Client) -> None:
    counts: dict[str, Any] = agent.session.get(agent.root + "/scp/ajax.php/queue/counts", timeout=60).json()
    assert re.fullmatch(r"[\d,]+", counts[f"q{attention_queue(agent)}"])


@pytest.mark.timeout(180)
def test_counters_are_thrown_away_by_the_next_pass_and_not_by_writes(
    agent: Agent, api: Client, open_ticket: Callable[..., int]
) -> None:
    """Needs APCu in the helpdesk's PHP. The last pass may have thrown them away less than a minute ago."""
    tickets = [open_ticket() for _ in range(4)]
    queue = f"q{attention_queue(agent)}"

    def counted() -> int:
        counts = agent.session.get(agent.root + "/scp/ajax.php/queue/counts", timeout=60).json()
        return int(counts[queue].replace(",", ""))

    kept = counted()
    for one in tickets:
        api.write_fields(one, sla_state="overdue", sla_due=LONG_PAST)
    assert counted() == kept
    latest, patience = kept, time.monotonic() + 90
    while latest == kept and time.monotonic() < patience:
        api.get("changes", limit=1)
        latest = counted()
        time.sleep(2)
    # More than the one ticket that a test before this one may have left in the kept counters.
    assert latest >= kept + len(tickets) - 1


@contextmanager
def disabled(agent: Agent, action: Callable[[str], None]) -> Iterator[None]:
    action("disable")
    try:
        yield
    finally:
        action("enable")


def _send(agent: Agent, path: str, form: str, action: str) -> None:
    page = agent._get(path)
    # Boxes of instances have no name: a script of the page gathers them.
    marked = re.findall(r'<input type="checkbox"[^>]*\bvalue="(\d+)"', page[page.index(form) :])
    data = [pair for pair in Form(page, form).data() if pair[0] not in ("a", "do", "ids[]")]
    do = "mass_process" if path.endswith("plugins.php") else "instances-actions"
    agent._post(path, [*data, ("do", do), ("a", action), *(("ids[]", one) for one in marked)])


def _instances(agent: Agent) -> str:
    """Return the address of the plugin's own page, where its instances are."""
    found = re.search(r'plugins\.php\?id=(\d+)"[^>]*>\s*SLA Bridge', agent._get("/scp/plugins.php"))
    if not found:
        pytest.skip("this agent is no administrator")
    return f"/scp/plugins.php?id={found[1]}"


@pytest.mark.parametrize("what", ["plugin", "instance"])
def test_queue_leaves_with_the_plugin_and_comes_back_with_it(agent: Agent, api: Client, what: str) -> None:
    """Without the plugin osTicket does not know the criterion, and such a queue would show all open tickets."""
    path = _instances(agent)
    before = attention_queue(agent)
    assert before is not None
    path, form = {
        "plugin": ("/scp/plugins.php", '<form action="plugins.php"'),
        "instance": (path, '<form id="plugin-instances-form"'),
    }[what]
    with disabled(agent, lambda action: _send(agent, path, form, action)):
        assert api.session.get(f"{api.base}/ping", timeout=60).status_code != 200
        assert attention_queue(agent) is None
    assert api.get("ping").status == 200
    assert attention_queue(agent) == before


def test_plan_tells_how_queues_are_counted(agent: Agent, api: Client) -> None:
    plan = api.post("setup", {"action": "plan", **as_it_stands(api)}).body
    counting = plan["counting"]
    assert counting["scanned"] == []
    assert (counting["setting"] is None) == ("MariaDB" not in counting["server"])
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).body["counting"] is None
