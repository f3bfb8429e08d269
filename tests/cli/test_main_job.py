"""setup, plan, sync, explain, state: the main job from the command line."""

import json

import pytest

from bridge.connectors.sandbox import Sandbox
from tests.faults import Fault


@pytest.fixture
def ready(desk_cli, helpdesk: Sandbox):
    for index in range(5):
        helpdesk.people.create_ticket(f"Вопрос {index}", "Не открывается отчёт", email=f"user{index}@unknown.example")
    assert desk_cli("setup").code == 0
    return desk_cli


def test_setup_plan_shows_steps_and_changes_nothing(desk_cli) -> None:
    planned = desk_cli("setup", "--plan", "--json").json
    assert planned["changed"] == 0
    assert {"field:sla_level", "field:sla_set_critical"} <= {step["id"] for step in planned["steps"]}
    assert desk_cli("setup", "--plan", "--json").json == planned


def test_setup_done_twice_changes_nothing_the_second_time(desk_cli) -> None:
    first, second = desk_cli("setup", "--json").json, desk_cli("setup", "--json").json
    assert first["changed"] > 10
    assert second["changed"] == 0
    assert {step["state"] for step in second["steps"]} == {"done"}


def test_plan_writes_nothing_and_tells_pending_changes_by_exit_code(ready) -> None:
    result = ready("plan", "--exit-code", "--json")
    assert result.code == 10
    assert len(result.json["changes"]) == 5
    assert not (ready.folder.parent / "state" / "state.sqlite3").exists()
    assert ready("plan", "--json").json["digest"] == result.json["digest"]


def test_the_second_sync_is_one_request_and_no_write(ready, helpdesk: Sandbox) -> None:
    first = ready("sync", "--json").json
    assert (first["written"], first["failed"]) == (5, [])
    helpdesk.clear_journal()
    second = ready("sync", "--json").json
    assert (second["written"], second["requests"]) == (0, 1)
    assert [one.route for one in helpdesk.journal] == ["changes"]


def test_every_open_ticket_shows_level_state_due_and_support(ready, helpdesk: Sandbox) -> None:
    ready("sync")
    plan = ready("plan", "--json").json
    assert plan["changes"] == []
    for ticket_id in range(1, 6):
        fields = json.loads(ready("explain", f"id:{ticket_id}", "--json").out)["fields"]
        assert fields["sla_level"]
        assert fields["sla_state"] in {"running", "at_risk"}
        assert fields["sla_due"].endswith("Z")
        assert fields["sla_support"] in {"full", "limited", "refusable", "unknown"}


def test_an_agents_reply_reaches_the_fields_at_the_next_sync(ready, helpdesk: Sandbox) -> None:
    ready("sync")
    helpdesk.people.agent_reply(3, "Добрый день! Обновите, пожалуйста, программу.")
    assert ready("sync", "--json").json["written"] == 1
    assert json.loads(ready("explain", "id:3", "--json").out)["fields"]["sla_state"] == "met"


def test_sync_against_a_dead_helpdesk_exits_with_5_and_names_the_address(cli) -> None:
    result = cli("doctor")
    assert result.code == 5
    assert "127.0.0.1:9" in result.out


def test_a_wrong_key_is_told_with_the_address_that_osticket_saw(desk_cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLA_BRIDGE_KEY", "F" * 32)
    result = desk_cli("sync")
    assert result.code == 5
    assert "127.0.0.1" in result.err
    assert "F" * 32 not in result.out + result.err


def test_doctor_names_the_missing_plugin(desk_cli, helpdesk: Sandbox) -> None:
    desk_cli.edit("bridge.yaml", helpdesk.url, f"{helpdesk.url}/elsewhere")
    result = desk_cli("doctor")
    assert result.code == 5
    assert "plugin" in result.out


def test_doctor_is_content_after_setup(ready) -> None:
    result = ready("doctor", "--json")
    assert result.code == 0
    assert not [one for one in result.json if one["state"] == "fail"]


COUNTING = {"server": "10.11.6-MariaDB", "setting": "optimizer_use_condition_selectivity", "value": "4"}
CDATA = [{"table": "ost_ticket__cdata", "rows": 20400}]


@pytest.mark.parametrize(
    ("counting", "state", "found", "step"),
    [
        ({"eased": False, "scanned": CDATA}, "warn", "ost_ticket__cdata (20400 rows)", "optimizer_use_condition_selectivity=1 under [mysqld]"),
        ({"eased": True, "scanned": CDATA}, "warn", "10.11.6-MariaDB", "criterion on a custom field"),
        ({"eased": False, "scanned": CDATA, "setting": None, "value": None}, "warn", "again and again", "criterion on a custom field"),
        ({"eased": True, "scanned": []}, "ok", "set so for the agents' pages only, the server has 4", ""),
        ({"eased": False, "scanned": []}, "ok", "not set, the server has 4", ""),
    ],
)  # fmt: skip
def test_doctor_tells_how_the_database_counts_the_queues(
    ready, monkeypatch: pytest.MonkeyPatch, counting: dict[str, object], state: str, found: str, step: str
) -> None:
    from bridge.connectors.sandbox import routes

    provision = routes.provision
    told = {**COUNTING, **counting}
    monkeypatch.setattr(routes, "provision", lambda *asked: provision(*asked) | {"counting": told})
    [finding] = [one for one in ready("doctor", "--json").json if one["what"] == "queues"]
    assert finding["state"] == state
    assert found in finding["found"]
    assert step in finding["next"]


def test_doctor_says_nothing_of_queues_where_there_is_no_database_server(ready) -> None:
    assert not [one for one in ready("doctor", "--json").json if one["what"] == "queues"]


def test_doctor_names_the_features_that_an_older_plugin_lacks_with_the_next_step(
    ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [one for one in ready("doctor", "--json").json if one["what"] == "features"]
    from bridge.connectors.sandbox import publications

    monkeypatch.setattr(publications, "FEATURES", ())
    result = ready("doctor", "--json")
    found = [one for one in result.json if one["what"] == "features"]
    assert [one["state"] for one in found] == ["warn"] * 4
    assert "the feature publish: its screens show deadlines, but no countdown" in found[0]["found"]
    assert "the feature passed: its screens cannot tell how old they are" in found[1]["found"]
    assert "the feature native: " in found[2]["found"]
    assert all("sla-bridge plugin install" in one["next"] for one in found)
    assert result.code == 0


def test_doctor_names_each_missing_scope(desk_cli, helpdesk: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLA_BRIDGE_KEY", helpdesk.keys.readonly)
    found = [one["found"] for one in desk_cli("doctor", "--json").json]
    assert any("scope write" in one for one in found)


def test_a_broken_configuration_is_told_whole_with_places_and_exit_code_3(cli) -> None:
    cli.edit("policies/agrosoft.yaml", "when: {condition: consulting}", "when: {condition: konsulting}")
    cli.edit("policies/agrosoft.yaml", "calendar: support-msk", "calendar: suport-msk")
    result = cli("policy", "check")
    assert result.code == 3
    assert result.out.count("policies/agrosoft.yaml:") >= 2
    assert "support-msk" in result.out


def test_state_reset_costs_one_scan_and_no_write(ready) -> None:
    ready("sync")
    assert ready("state", "reset").code == 0
    again = ready("sync", "--json").json
    assert (again["full_scan"], again["written"], again["examined"]) == (True, 0, 5)


def test_state_show_tells_counts_and_cursor(ready) -> None:
    ready("sync")
    shown = ready("state", "show", "--json").json
    assert shown["counts"]["known"] == 5
    assert shown["facts"]["cursor"]


def test_a_second_run_at_the_same_time_exits_with_7(ready) -> None:
    from bridge.sync.memory.lock import exclusive

    with exclusive(ready.folder.parent / "state" / "state.sqlite3.lock"):
        assert ready("sync").code == 7


def test_passing_trouble_is_retried_and_leaves_no_trace(ready, helpdesk: Sandbox) -> None:
    helpdesk.faults.next("changes", Fault.CUT)
    assert ready("sync", "--json").json["written"] == 5


def test_errors_under_json_are_one_line_of_json_on_stderr(cli) -> None:
    result = cli("sync", "--json")
    assert result.code == 5
    assert json.loads(result.err.splitlines()[-1])["exit_code"] == 5
