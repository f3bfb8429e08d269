"""`policy simulate`: the page of the helpdesk's tickets, and what differs in the policies."""

import re
import shutil
from pathlib import Path

import pytest

from bridge.connectors.sandbox import Sandbox
from tests.cli.conftest import CommandLine


@pytest.fixture
def draft(desk_cli: CommandLine, helpdesk: Sandbox) -> Path:
    """A draft with a shorter target, over a helpdesk of six tickets, of which one has a hostile number of everything."""
    now = int(helpdesk.store.clock())
    for hours in range(1, 6):
        helpdesk.people.create_ticket(
            f"Вопрос {hours}", "Не открывается", email="buh@rassvet.example", at=now - hours * 60
        )
    helpdesk.people.create_ticket(
        "\x1b]0;x\x07", "\u202e", email="a@nobody.example", at=now - 60, topic="Report a Problem"
    )
    folder = desk_cli.folder.parent / "draft"
    shutil.copytree(desk_cli.folder, folder)
    policy = folder / "policies" / "agrosoft.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("first_response: 8h", "first_response: 2h"), encoding="utf-8"
    )
    return folder


def test_the_page_links_to_the_helpdesk_and_says_what_it_leaves_out(
    desk_cli: CommandLine, helpdesk: Sandbox, draft: Path
) -> None:
    page = draft.parent / "page.html"
    result = desk_cli("policy", "simulate", str(draft), "--html", str(page), "--shown", "2")
    assert (result.code, result.out.splitlines()[0]) == (0, "5 of 6 tickets would change (83.3%)")
    text = page.read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]*)"', text)
    assert len(links) == 2
    assert all(re.fullmatch(re.escape(helpdesk.url) + r"/scp/tickets\.php\?id=[1-5]", one) for one in links)
    assert "Ещё 3 изменившихся заявок здесь нет" in text
    assert "Срок «Стандартная поддержка, Первый ответ», изменено: 8 рабочих часов → 2 рабочих часа" in text


def test_the_terminal_tells_what_differs_in_the_policies(desk_cli: CommandLine, draft: Path) -> None:
    lines = desk_cli("policy", "simulate", str(draft)).out.splitlines()
    assert lines[1] == "  target Standard support, First response changed: 8 working hours → 2 working hours"


def test_json_tells_what_differs_in_the_policies_beside_what_it_told_before(desk_cli: CommandLine, draft: Path) -> None:
    found = desk_cli("policy", "simulate", str(draft), "--json").json
    assert found["policy_changes"] == [
        {
            "part": "target",
            "change": "changed",
            "name": "Стандартная поддержка, Первый ответ",
            "from": "8 рабочих часов",
            "to": "2 рабочих часа",
        }
    ]
    assert {"tickets", "changed", "kinds", "deadlines", "levels", "samples", "failed"} <= set(found)


@pytest.mark.parametrize("count", ["0", "-1", "2001", "many"])
def test_a_number_of_rows_that_no_page_should_have_is_a_usage_error(
    desk_cli: CommandLine, draft: Path, count: str
) -> None:
    assert desk_cli("policy", "simulate", str(draft), "--shown", count).code == 2


def test_nothing_of_a_visitors_steers_the_terminal(desk_cli: CommandLine, draft: Path) -> None:
    policy = draft / "policies" / "agrosoft.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("first_response: 40h", "first_response: 4h"), encoding="utf-8"
    )
    for options in ([], ["--json"]):
        result = desk_cli("policy", "simulate", str(draft), *options)
        assert result.code == 0
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.out + result.err)
