"""`sla-bridge decide`: a decision a line, in order, whatever the number of cores."""

import json

import pytest

from tests.cli.test_policy import snapshot

AT = "2026-11-24T10:00:00Z"


def decided(cli, lines: str, *arguments: str) -> tuple[int, list[dict[str, object]]]:
    result = cli("decide", "--at", AT, *arguments, stdin=lines)
    return result.code, [json.loads(line) for line in result.out.splitlines()]


def test_decisions_come_in_the_order_of_the_tickets_and_empty_lines_are_passed_over(cli) -> None:
    code, answers = decided(cli, snapshot(3) + "\n" + snapshot(1) + snapshot(2))
    assert code == 0
    assert [one["ticket_id"] for one in answers] == [3, 1, 2]
    assert {one["at"] for one in answers} == {AT}


def test_at_decides_which_moment_is_judged(cli) -> None:
    early = cli("decide", "--at", "2026-11-23T05:00:00Z", stdin=snapshot(1)).json
    late = cli("decide", "--at", "2026-11-25T05:00:00Z", stdin=snapshot(1)).json
    assert (early["level"], early["state"], late["state"]) == ("standard", "running", "overdue")
    assert early["due_at"] == late["due_at"]
    assert cli("decide", "--at", "tomorrow", stdin=snapshot(1)).code == 2


def test_a_line_that_cannot_be_read_answers_with_its_number_and_the_rest_goes_on(cli) -> None:
    code, answers = decided(cli, snapshot(1) + '{"id": 5}\n' + "nothing\n" + snapshot(2))
    assert code == 4
    assert [one.get("ticket_id", one.get("line")) for one in answers] == [1, 2, 3, 2]
    assert set(answers[1]) == {"line", "error"}
    assert "created_at" in str(answers[1]["error"])


def test_receipts_are_added_only_when_they_are_asked_for(cli) -> None:
    _, (bare,) = decided(cli, snapshot(1))
    _, (full,) = decided(cli, snapshot(1), "--receipts")
    assert full != bare
    (clock,) = full["clocks"]
    assert clock["receipt"]
    assert "receipt" not in bare["clocks"][0]


def test_a_broken_configuration_exits_with_3_and_prints_no_decision(cli) -> None:
    cli.edit("policies/agrosoft.yaml", "calendar: support-msk", "calendar: suport-msk")
    result = cli("decide", "--at", AT, stdin=snapshot(1))
    assert (result.code, result.out) == (3, "")


@pytest.fixture
def many() -> list[str]:
    """More lines than one piece of work holds, no two of them alike."""
    mails = ("buh@rassvet.example", "support@agroservice.example", "a@nobody.example")
    return [snapshot(number, requester={"email": mails[number % 3]}) for number in range(1, 1301)]


def test_all_cores_give_the_same_bytes_as_one(cli, many: list[str]) -> None:
    whole = cli("decide", "--at", AT, stdin="".join(many))
    parts = [cli("decide", "--at", AT, stdin="".join(many[at : at + 400])) for at in range(0, 1300, 400)]
    assert whole.code == 0
    # Equal but for the moment at which each of these runs read the registry.
    assert _timeless(whole.out) == _timeless("".join(one.out for one in parts))


def test_a_bad_line_far_down_keeps_its_place_and_number(cli, many: list[str]) -> None:
    many[1234] = "nothing\n"
    code, answers = decided(cli, "".join(many))
    assert code == 4
    assert len(answers) == 1300
    assert answers[1234]["line"] == 1235
    assert [one["ticket_id"] for one in answers[:1234]] == list(range(1, 1235))


def _timeless(text: str) -> list[str]:
    def without(value: object) -> object:
        if isinstance(value, dict):
            return {key: without(one) for key, one in value.items() if key != "as_of"}
        return [without(one) for one in value] if isinstance(value, list) else value

    return [json.dumps(without(json.loads(line)), ensure_ascii=False) for line in text.splitlines()]


def test_a_fact_kept_under_another_name_is_used_under_the_bridges_own(cli) -> None:
    fields = {"reg_no": "BSP-100-001"}
    stranger = {"email": "a@nobody.example"}
    line = snapshot(1, fields=fields, requester=stranger)
    assert cli("decide", "--at", AT, stdin=line).json["customer"]["id"] is None
    cli.edit("bridge.yaml", "registration_number: registration_number", "registration_number: reg_no")
    assert cli("decide", "--at", AT, stdin=line).json["customer"]["id"] == "K-001"
    changed = {"at": "2026-11-23T04:00:00Z", "kind": "field", "actor": "agent", "field": "reg_no", "to": "BSP-100-001"}
    told = json.loads(line)
    told["events"].append(changed)
    assert cli("decide", "--at", AT, stdin=json.dumps(told) + "\n").json["customer"]["id"] == "K-001"
