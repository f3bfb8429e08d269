"""Names that the helpdesk does not have: told with the nearest one, and a renaming stops the pass before it writes."""

import pytest

from bridge.connectors.sandbox import Sandbox

POLICY = """\
policy: small
title: {ru: Малое, en: Small}
language: en
defaults:
  calendar: always
  pauses: [{while: {status: PAUSED}}]
levels:
  std: {title: S, targets: {first_response: 4h}}
  vip: {title: V, targets: {first_response: {by: priority, of: {KEYED: 1h, otherwise: 2h}}}}
rules:
  - {id: dev, level: vip, when: {RULE}}
  - {id: rest, level: std}
"""
GOOD = {"PAUSED": "[Waiting for the customer]", "KEYED": "High", "RULE": "department: Sales"}


def line_of(text: str, word: str) -> str:
    """Return `line:column` of the word."""
    line = next(number for number, one in enumerate(text.splitlines(), 1) if word in one)
    return f"{line}:{text.splitlines()[line - 1].index(word) + 1}"


@pytest.fixture
def small(desk_cli, helpdesk: Sandbox):
    """A small agreement over the embedded helpdesk; calling it writes other names into the policy."""
    for path in [*desk_cli.folder.glob("policies/*"), *desk_cli.folder.glob("calendars/*")]:
        path.unlink()
    (desk_cli.folder / "catalogue.yaml").unlink(missing_ok=True)
    desk_cli.edit("bridge.yaml", "registry: registry/registry.yaml\n", "")
    (desk_cli.folder / "calendars/always.yaml").write_text('id: always\nzone: UTC\nweek: {mon-sun: "00:00-24:00"}\n')

    def write(more: str = "", **names: str) -> str:
        text = POLICY
        for place, name in {**GOOD, **names}.items():
            text = text.replace(place, name)
        (desk_cli.folder / "policies/p.yaml").write_text(text + more, encoding="utf-8")
        return text + more

    write()
    assert desk_cli("setup").code == 0
    helpdesk.people.create_ticket("x", "y", email="a@x.example")
    return desk_cli, write


def test_an_agreement_whose_names_all_exist_is_not_told_of(small, helpdesk: Sandbox) -> None:
    cli, _ = small
    assert (cli("plan").err, cli("sync").err) == ("", "")
    assert [one for one in cli("doctor", "--json").json if one["what"] == "names"] == []


@pytest.mark.parametrize(
    ("places", "word", "says"),
    [
        ({"PAUSED": "Waiting for the custmer"}, "Waiting", "'Waiting for the custmer' (did you mean 'Waiting for the customer'"),
        ({"PAUSED": "[Wating, Ожидает ответа клиетна]"}, "Wating", "none of the statuses 'Wating', 'Ожидает ответа"),
        ({"PAUSED": "{not: [Clsed]}"}, "Clsed", "no status 'Clsed' (did you mean 'Closed'?"),
        ({"PAUSED": "{contains: pendng}"}, "pendng", "no status of the helpdesk contains 'pendng'"),
        ({"PAUSED": "{starts: [Xx, Yy]}"}, "Xx", "no status of the helpdesk starts with 'Xx', 'Yy'"),
        ({"PAUSED": "4711"}, "4711", "no status with the id '4711'"),
        ({"KEYED": "Hihg"}, "Hihg", "no priority 'Hihg' (did you mean 'High'?"),
        ({"KEYED": '"Urgent, Срочно"'}, '"Urgent', "none of the priorities 'Urgent', 'Срочно'"),
        ({"RULE": "department: Develpment"}, "Develpment", "no department 'Develpment' (did you mean 'Development'?"),
        ({"RULE": "assignee: Ada Lovelase"}, "Ada Lovelase", "no agent or team 'Ada Lovelase' (did you mean 'Ada Lovelace'?"),
        ({"RULE": "any: [{closed: true}, {not: {topic: Fedback}}]"}, "Fedback", "no topic 'Fedback' (did you mean"),
    ],
)  # fmt: skip
def test_a_name_that_nobody_has_is_told_with_its_place_and_the_nearest_one(small, places, word, says) -> None:
    cli, write = small
    place = f"policies/p.yaml:{line_of(write(**places), word)}: "
    for command in ("plan", "sync"):
        told = [one for one in cli(command).err.splitlines() if place in one]
        assert len(told) == 1, command
        assert says in told[0]
        assert "it has: " in told[0]
    found = next(one for one in cli("doctor", "--json").json if one["what"] == "names")
    assert (found["state"], place in found["found"]) == ("warn", True)


@pytest.mark.parametrize(
    "names",
    [
        {"PAUSED": "WAITING FOR THE CUSTOMER"},
        {"PAUSED": "[Ожидает ответа клиента, Waiting for the customer]"},
        {"PAUSED": "{contains: [waiting, ожидает]}"},
        {"PAUSED": "1"},
        {"PAUSED": "{set: true}"},
        {"KEYED": '"Высокий, HIGH"'},
        {"RULE": "assignee: [Nobody Here, ada lovelace]"},
    ],
)
def test_names_are_compared_as_the_policy_compares_them_and_one_of_a_list_is_enough(small, names) -> None:
    cli, write = small
    write(**names)
    assert cli("sync").err == ""


def test_owners_named_conditions_and_tables_of_checks_are_looked_at_too(small) -> None:
    cli, write = small
    text = write(
        """\
conditions: {away: {status: Awy}}
clocks: {ownership: {department: [Sails]}}
checks:
  enough: {kind: completeness, options: {facts: [product], by_topic: {Fedback: [description]}}}
"""
    )
    told = cli("plan").err
    for word, says in (
        ("Awy", "no status 'Awy'"),
        ("Sails", "no department 'Sails'"),
        ("Fedback", "no topic 'Fedback'"),
    ):
        assert f"policies/p.yaml:{line_of(text, word)}: the helpdesk has {says}" in told


def test_topics_of_a_table_that_mean_the_same_are_one_topic_in_two_languages(small) -> None:
    cli, write = small
    write("checks:\n  enough: {kind: completeness, options: {by_topic: {Feedback: [product], Отзыв: [product]}}}\n")
    assert cli("plan").err == ""


def renamed(cli, helpdesk: Sandbox, kind: str, old: str, new: str):
    assert cli("sync").code == 0
    ticket = helpdesk.people.create_ticket("new", "one", email="b@x.example")
    helpdesk.people.rename(kind, old, new)
    helpdesk.clear_journal()
    return ticket


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("status", "Waiting for the customer", "On hold"),
        ("department", "Sales", "Продажи"),
        ("priority", "High", "Urgent"),
    ],
)
def test_a_renaming_stops_the_pass_and_proposes_the_new_name_by_its_id(small, helpdesk, kind, old, new) -> None:
    cli, _ = small
    ticket = renamed(cli, helpdesk, kind, old, new)
    for _ in range(2):
        result = cli("sync")
        assert result.code == 6
        assert f"the {kind} '{old}' (id " in result.err
        assert f"is called '{new}' now (write '{new}' here, or " in result.err
        assert "policies/p.yaml:" in result.err
    assert "writes" not in [one.route for one in helpdesk.journal]
    assert helpdesk.store.rows("SELECT 1 FROM answers WHERE ticket_id = ? AND name = 'sla_level'", (ticket,)) == []
    planned = cli("plan", "--json").json
    assert any(f"is called '{new}' now" in one["text"] for one in planned["notices"])
    doctor = cli("doctor", "--json")
    assert doctor.code == 6
    assert any(f"is called '{new}' now" in one["found"] and one["state"] == "fail" for one in doctor.json)


def test_a_corrected_policy_goes_on_and_so_does_one_that_names_the_id(small, helpdesk) -> None:
    cli, write = small
    renamed(cli, helpdesk, "status", "Waiting for the customer", "On hold")
    assert cli("sync").code == 6
    write(PAUSED="[On hold]")
    result = cli("sync", "--json")
    assert (result.code, result.json["written"], result.json["notices"]) == (0, 1, [])
    number = helpdesk.store.rows("SELECT id FROM statuses WHERE name = 'On hold'")[0]["id"]
    write(PAUSED=str(number))
    assert cli("sync").code == 0
    helpdesk.people.rename("status", "On hold", "Parked")
    assert cli("sync").code == 0, "an id is no name"


def test_the_old_name_may_stay_beside_the_new_one(small, helpdesk) -> None:
    cli, write = small
    renamed(cli, helpdesk, "status", "Waiting for the customer", "On hold")
    write(PAUSED="[Waiting for the customer, On hold]")
    result = cli("sync")
    assert (result.code, result.err) == (0, "")


def test_one_of_several_names_that_vanishes_stops_the_pass_as_well(small, helpdesk) -> None:
    cli, write = small
    write(PAUSED="[Waiting for the customer, Open]")
    renamed(cli, helpdesk, "status", "Waiting for the customer", "On hold")
    assert cli("sync").code == 6


def test_what_is_deleted_has_no_new_name_to_propose(small, helpdesk) -> None:
    cli, _ = small
    assert cli("sync").code == 0
    helpdesk.store.row("DELETE FROM departments WHERE name = 'Sales'")
    result = cli("sync")
    assert result.code == 6
    assert "the department 'Sales' (id 2) is no more (" in result.err


def test_the_guard_can_be_overridden_and_the_name_is_told_from_then_on(small, helpdesk) -> None:
    cli, _ = small
    renamed(cli, helpdesk, "status", "Waiting for the customer", "On hold")
    assert "--allow-lost-names" in cli("sync").err
    assert cli("sync", "--allow-lost-names").code == 0
    idle = cli("sync", "--json")
    assert (idle.code, idle.json["requests"]) == (0, 1)
    assert any("no status 'Waiting for the customer'" in one["text"] for one in idle.json["notices"])


def test_a_name_that_no_condition_uses_may_change_as_it_likes(small, helpdesk) -> None:
    cli, _ = small
    renamed(cli, helpdesk, "topic", "Feedback", "Opinions")
    assert cli("sync").code == 0


def test_without_its_memory_a_renaming_is_a_name_that_nobody_has(small, helpdesk) -> None:
    cli, _ = small
    renamed(cli, helpdesk, "status", "Waiting for the customer", "On hold")
    assert cli("state", "reset").code == 0
    result = cli("sync")
    assert result.code == 0
    assert "the helpdesk has no status 'Waiting for the customer'" in result.err


def test_a_state_of_an_older_version_asks_for_the_names_once(small, helpdesk) -> None:
    import sqlite3
    from contextlib import closing

    cli, write = small
    write(KEYED="Hihg")
    cli("sync")
    path = cli.folder.parent / "state" / "state.sqlite3"
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DELETE FROM fact WHERE name IN ('vocabulary', 'notices')")
    # It put no sum over the file beside it either.
    token = path.with_name(f"{path.name}.token")
    token.write_text(token.read_text().split()[0])
    helpdesk.clear_journal()
    assert "no priority 'Hihg'" in cli("sync").err
    assert [one.route for one in helpdesk.journal] == ["changes", "meta"]
    helpdesk.clear_journal()
    assert cli("sync").err == ""
    assert [one.route for one in helpdesk.journal] == ["changes"]


def test_the_vocabulary_is_read_again_only_when_it_moved(small, helpdesk) -> None:
    cli, write = small
    cli("sync")
    helpdesk.clear_journal()
    helpdesk.people.create_ticket("new", "one", email="b@x.example")
    write(KEYED="Low")
    cli("sync")
    assert "meta" not in [one.route for one in helpdesk.journal]
    helpdesk.people.rename("topic", "Feedback", "Opinions")
    cli("sync")
    assert [one.route for one in helpdesk.journal].count("meta") == 1


def test_a_helpdesk_that_does_not_tell_who_works_there_is_not_asked_for_people(small, helpdesk, monkeypatch) -> None:
    from bridge.connectors.sandbox import meta

    cli, write = small
    described = meta.describe

    def without_people(store) -> dict:
        return {name: value for name, value in described(store).items() if name not in ("agents", "teams")}

    monkeypatch.setattr("bridge.connectors.sandbox.routes.describe", without_people)
    write(RULE="assignee: Ada Lovelase")
    assert cli("sync").err == ""


def test_an_agent_who_changed_his_name_stops_the_pass_like_a_status(small, helpdesk) -> None:
    cli, write = small
    write(RULE="assignee: Ada Lovelace")
    assert cli("sync").code == 0
    helpdesk.store.row("UPDATE agents SET name = 'Ada King' WHERE name = 'Ada Lovelace'")
    result = cli("sync")
    assert result.code == 6
    assert "the agent or team 'Ada Lovelace' (id 1) is called 'Ada King' now" in result.err
