"""`sla-bridge verify`: receipts re-derived with neither configuration nor helpdesk."""

import json

import pytest

from tests.cli.test_policy import snapshot

ANSWER = {"at": "2026-11-23T06:30:00Z", "kind": "response", "actor": "agent"}


def receipts(cli, *lines: str) -> str:
    result = cli("decide", "--at", "2026-11-23T08:00:00Z", "--receipts", stdin="".join(lines))
    assert result.code == 0
    return result.out


@pytest.fixture
def nowhere(cli, monkeypatch, tmp_path):
    """Somebody who got the decisions only: no configuration, no key."""

    def run(*arguments: str, stdin: str):
        monkeypatch.setenv("SLA_BRIDGE_CONFIG", str(tmp_path / "none"))
        monkeypatch.delenv("SLA_BRIDGE_KEY", raising=False)
        return cli("verify", *arguments, stdin=stdin)

    return run


def test_every_clock_is_re_derived_from_its_ledger_alone(cli, nowhere) -> None:
    answered = json.loads(snapshot(2))
    answered["events"].append(ANSWER)
    text = receipts(cli, snapshot(1), json.dumps(answered) + "\n")
    found = nowhere(stdin=text)
    assert found.code == 0
    assert found.out.splitlines() == [
        "000001 first_response 1: due at 2026-11-24T03:00:00Z, 14400 s elapsed, as the ledger says",
        "000002 first_response 1: due at 2026-11-24T03:00:00Z, 9000 s elapsed, as the ledger says",
    ]


def test_a_forged_deadline_is_named_and_the_exit_code_is_4(cli, nowhere) -> None:
    text = receipts(cli, snapshot(1)).replace('"due_at":"2026-11-24T03:00:00Z"', '"due_at":"2026-11-24T03:00:01Z"')
    found = nowhere("--json", stdin=text)
    assert found.code == 4
    (clock,) = found.json["clocks"]
    assert clock["due_at"] == "2026-11-24T03:00:00Z"
    assert clock["problems"] == ["due at 2026-11-24T03:00:00Z by the ledger, at 2026-11-24T03:00:01Z by the clock"]


@pytest.mark.parametrize("line", ["nothing", "[]", '{"clocks": [{"receipt": 5}]}', "[" * 100_000])
def test_what_is_no_decision_is_told_by_its_line_and_the_others_are_verified(cli, nowhere, line) -> None:
    found = nowhere(stdin=f"{line}\n\n{receipts(cli, snapshot(1))}")
    assert found.code == 4
    first, second = found.out.splitlines()
    assert first.startswith("line 1: this is no decision with receipts")
    assert second.endswith("as the ledger says")


def test_a_clock_without_a_receipt_is_said_to_have_none(cli, nowhere) -> None:
    bare = cli("decide", "--at", "2026-11-23T08:00:00Z", stdin=snapshot(1)).out
    found = nowhere(stdin=bare)
    assert (found.code, found.out) == (0, "000001 first_response: without a receipt\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[1]", "and this is a list"),
        ("null", "and this is null"),
        ("{}", "this one lacks ticket_id, number, at"),
        ("7", "and this is a number"),
        ('"text"', "and this is a text"),
        ("true", "and this is true or false"),
        ('{"at": 1, "at": 2}', "the member 'at' stands twice in one object"),
        ("{", "this one is no JSON"),
    ],
)
def test_a_line_that_is_no_decision_is_told_what_a_line_must_be(cli, nowhere, line, said) -> None:
    found = nowhere(stdin=f"{line}\n")
    assert found.code == 4
    assert found.out.startswith("line 1: this is no decision with receipts: ")
    assert said in found.out
    assert found.err == ""
    assert said in nowhere("--json", stdin=f"{line}\n").json["error"]


def test_what_the_clocks_say_of_the_ticket_is_derived_too(cli, nowhere) -> None:
    forged = json.loads(receipts(cli, snapshot(1))) | {"state": "met", "next_change_at": None}
    found = nowhere(stdin=json.dumps(forged) + "\n")
    assert found.code == 4
    assert found.out.splitlines()[:2] == [
        "000001: the ticket's state is running by its clocks, met by the decision",
        "000001: a clock changes by 2026-11-23T10:00:00Z, the next change is said to come at no time",
    ]
    assert len(nowhere("--json", stdin=json.dumps(forged)).json["problems"]) == 3


def test_a_receipt_without_its_pauses_is_told_what_is_missing(cli, nowhere) -> None:
    old = json.loads(receipts(cli, snapshot(1)))
    del old["clocks"][0]["receipt"]["pauses"]
    found = nowhere(stdin=json.dumps(old))
    assert found.code == 4
    assert "first_response 1: this is no clock with a receipt: 'pauses' is missing" in found.out


def test_signs_that_command_a_terminal_are_written_out(cli, nowhere) -> None:
    hostile = json.loads(receipts(cli, snapshot(1))) | {"number": "\x1b]0;mine\x07\u202e"}
    found = nowhere(stdin=json.dumps(hostile))
    assert (found.code, found.out.startswith("\\x1b]0;mine\\x07\\u202e first_response 1: due at")) == (0, True)
    assert json.loads(nowhere("--json", stdin=json.dumps(hostile)).out)["number"] == hostile["number"]
