"""`state runs`, `state undo`, and the hold on `sync` between them."""

import json

import pytest

from bridge.cli.wiring.configuration import read_settings
from bridge.sync.memory.hold import Held, Hold
from bridge.sync.memory.journal import beside
from bridge.sync.memory.lock import exclusive, lock_of
from tests.faults import Fault


@pytest.fixture
def desk(desk_cli, helpdesk):
    """Twelve tickets that run 1 has written."""
    desk_cli("setup")
    for one in range(12):
        helpdesk.people.create_ticket(f"question {one}", email=f"user{one}@kolos.example")
    written = desk_cli("sync", "--json")
    assert (written.code, written.json["written"], written.json["run"]) == (0, 12, 1)
    return desk_cli


def state_path(desk):
    return read_settings(desk.folder).state_path


def levels(helpdesk):
    rows = helpdesk.store.rows("SELECT ticket_id, value FROM answers WHERE name = 'sla_level' ORDER BY ticket_id")
    return {row["ticket_id"]: json.loads(row["value"]) for row in rows}


def test_runs_are_listed_the_latest_first(desk):
    listed = desk("state", "runs")
    assert listed.code == 0
    assert listed.out.startswith("1: ")
    assert "12 ticket(s)" in listed.out
    (run,) = desk("state", "runs", "--json").json["runs"]
    assert (run["run"], run["tickets"], run["undoes"]) == (1, 12, None)
    assert run["policy"].startswith("sha256:")
    assert run["ended_at"] is not None


def test_before_anything_was_written_there_is_no_run(desk_cli):
    listed = desk_cli("state", "runs")
    assert (listed.code, listed.out.startswith("no run is kept")) == (0, True)
    assert desk_cli("state", "runs", "--json").json == {"runs": [], "held": None}


def test_undo_puts_back_and_holds_sync_until_it_is_released(desk, helpdesk):
    before = levels(helpdesk)
    undone = desk("state", "undo", "1")
    assert (undone.code, levels(helpdesk)) == (0, {})
    assert undone.out.startswith("run 1: 12 ticket(s) put back, 0 with what others changed since")
    assert "sync --release" in undone.out
    held = desk("sync")
    assert held.code == 6
    assert "run 1 was undone at " in held.err
    assert "sync --release" in held.err
    assert levels(helpdesk) == {}
    assert "sync is held" in desk("state", "runs").out
    released = desk("sync", "--release", "--json")
    assert (released.code, released.json["written"], levels(helpdesk)) == (0, 12, before)
    assert desk("sync").code == 0


def test_another_policy_lifts_the_hold_and_turning_back_does_not_bring_it_again(desk, helpdesk):
    desk("state", "undo", "1")
    (policy,) = sorted((desk.folder / "policies").glob("*.yaml"))[:1]
    right = policy.read_text(encoding="utf-8")
    policy.write_text(right + "\n# corrected\n", encoding="utf-8")
    assert desk("sync", "--json").json["written"] == 12
    policy.write_text(right, encoding="utf-8")
    assert desk("sync").code == 0


def test_what_is_held_is_the_policy_in_force_and_not_the_one_that_wrote(desk, helpdesk):
    """It has not written yet, and would write much the same: whoever undoes has seen enough of both."""
    (policy,) = sorted((desk.folder / "policies").glob("*.yaml"))[:1]
    policy.write_text(policy.read_text(encoding="utf-8") + "\n# edited since\n", encoding="utf-8")
    assert desk("state", "undo", "1").code == 0
    assert desk("sync").code == 6
    assert levels(helpdesk) == {}


def test_a_policy_that_cannot_be_used_lifts_no_hold(desk, helpdesk):
    desk("state", "undo", "1")
    (policy,) = sorted((desk.folder / "policies").glob("*.yaml"))[:1]
    right = policy.read_text(encoding="utf-8")
    policy.write_text("levels: [", encoding="utf-8")
    assert desk("sync").code == 3
    policy.write_text(right, encoding="utf-8")
    assert desk("sync").code == 6


def test_a_run_is_undone_while_the_policy_cannot_be_used(desk, helpdesk):
    (policy,) = sorted((desk.folder / "policies").glob("*.yaml"))[:1]
    right = policy.read_text(encoding="utf-8")
    policy.write_text("levels: [", encoding="utf-8")
    assert (desk("state", "undo", "1").code, levels(helpdesk)) == (0, {})
    policy.write_text(right, encoding="utf-8")
    assert desk("sync").code == 6, "it is the policy that wrote the run"


def test_state_reset_lifts_no_hold_and_forgets_no_run(desk):
    desk("state", "undo", "1")
    desk("state", "reset")
    assert desk("sync").code == 6
    assert [one["run"] for one in desk("state", "runs", "--json").json["runs"]] == [2, 1]


def test_doctor_and_state_name_the_hold_until_it_is_over(desk):
    def told():
        found = [one for one in desk("doctor", "--json").json if one["what"] == "hold"]
        return found, desk("state", "show", "--json").json["held"]

    assert told() == ([], None)
    desk("state", "undo", "1")
    doctor = desk("doctor", "--json")
    ((finding,), held) = told()
    assert (doctor.code, finding["state"]) == (6, "fail")
    assert "sync --release" in finding["next"]
    assert finding["found"].endswith(held)
    policy = desk.folder / "policies" / "agrosoft.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "\n# corrected\n", encoding="utf-8")
    ((finding,), _) = told()
    assert (finding["state"], desk("doctor").code) == ("ok", 0)
    assert desk("sync").code == 0
    assert told() == ([], None)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"run": "x", "policy": 1, "at": null}'])
def test_a_damaged_hold_holds(desk, content):
    Hold(state_path(desk)).path.write_bytes(content)
    held = desk("sync")
    assert (held.code, "a run was undone" in held.err) == (6, True)
    assert desk("sync", "--release").code == 0


def test_a_plan_writes_nothing_and_holds_nothing(desk, helpdesk):
    before = levels(helpdesk)
    planned = desk("state", "undo", "1", "--plan", "--json")
    assert planned.code == 0
    assert (planned.json["put_back"], planned.json["planned"]) == (12, True)
    assert levels(helpdesk) == before
    assert desk("sync").code == 0


def test_what_people_changed_is_named_and_is_exit_code_4(desk, helpdesk):
    ticket = next(iter(levels(helpdesk)))
    with helpdesk.store.transaction() as rows:
        rows.execute("UPDATE answers SET value = '\"theirs\"' WHERE ticket_id = ? AND name = 'sla_level'", (ticket,))
        helpdesk.store.restamp([ticket])
    undone = desk("state", "undo", "1", "--json")
    assert undone.code == 4
    assert (undone.json["put_back"], undone.json["partly"]) == (11, 1)
    (left,) = undone.json["left"]
    assert (left["ticket_id"], left["field"], left["stands"], left["run"]) == (ticket, "sla_level", "theirs", None)
    assert levels(helpdesk) == {ticket: "theirs"}


@pytest.mark.parametrize("number", ["2", "99999"])
def test_a_run_that_is_not_kept_is_exit_code_4(desk, number):
    undone = desk("state", "undo", number)
    assert (undone.code, "state runs" in undone.err) == (4, True)


@pytest.mark.parametrize("number", ["0", "-1", "latest"])
def test_what_is_no_number_of_a_run_is_wrong_use(desk, number):
    assert desk("state", "undo", "--", number).code == 2


def test_an_undo_waits_for_no_run_that_holds_the_lock(desk):
    path = state_path(desk)
    with exclusive(lock_of(path)):
        assert desk("state", "undo", "1").code == 7


def test_a_helpdesk_that_is_away_leaves_the_hold_where_writing_had_begun(desk, helpdesk):
    for _ in range(40):
        helpdesk.faults.next("writes", Fault.WRONG_JSON)
    assert desk("state", "undo", "1").code == 5
    assert desk("sync").code == 6


def test_without_a_journal_nothing_is_kept(desk_cli, helpdesk):
    desk_cli("setup")
    text = (desk_cli.folder / "bridge.yaml").read_text(encoding="utf-8")
    (desk_cli.folder / "bridge.yaml").write_text(text + "\nundo: off\n", encoding="utf-8")
    helpdesk.people.create_ticket("question", email="a@b.example")
    written = desk_cli("sync", "--json").json
    assert (written["written"], written["run"]) == (1, None)
    assert not beside(state_path(desk_cli)).exists()


@pytest.mark.parametrize(
    "wrong", ["undo: on", "undo: {keep: 30}", "undo: {keep: 0d}", "undo: {keep: forever}", "undo: {megabytes: 0}"]
)
def test_bounds_that_are_none_are_told_with_their_place(desk_cli, wrong):
    text = (desk_cli.folder / "bridge.yaml").read_text(encoding="utf-8")
    (desk_cli.folder / "bridge.yaml").write_text(f"{text}\n{wrong}\n", encoding="utf-8")
    told = desk_cli("sync")
    assert told.code == 3
    assert "bridge.yaml:" in told.err


def test_plan_and_state_show_say_that_sync_is_held(desk):
    Hold(state_path(desk)).set(Held(1, "sha256:x", 1_795_000_000))
    assert "sync is held" in desk("state", "show").out
    assert "sync is held" in desk("plan").err
