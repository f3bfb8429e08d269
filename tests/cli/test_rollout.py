"""A changed agreement on its way to many tickets, as the commands tell of it."""

import pytest

COUNT = 7


@pytest.fixture
def changed(desk_cli, helpdesk):
    """A helpdesk with tickets that are all right, and an agreement that calls its words otherwise; three tickets in a pass."""
    desk_cli("setup")
    for one in range(COUNT):
        helpdesk.people.create_ticket(f"question {one}", email="a@b.example")
    assert desk_cli("sync").code == 0
    settings = desk_cli.folder / "bridge.yaml"
    settings.write_text(settings.read_text() + "\nrollout: {tickets_per_pass: 3}\n")
    desk_cli.edit("policies/agrosoft.yaml", "language: ru", "language: en")
    return desk_cli


def test_plan_tells_how_many_passes_it_takes_and_writes_nothing(changed):
    found = changed("plan")
    assert f"{COUNT} of {COUNT} ticket(s) would change in 3 passes; plan sha256:" in found.out
    assert changed("plan", "--json").json["rollout"] == {"tickets": COUNT, "passes": 3}


def test_each_pass_tells_how_far_it_has_come(changed):
    told = [changed("sync", "--json").json for _ in range(4)]
    assert [one["written"] for one in told] == [3, 3, 1, 0]
    assert [one["rollout"] for one in told] == [{"done": 3, "of": COUNT}, {"done": 6, "of": COUNT}, None, None]


def test_state_and_doctor_tell_it_too(changed):
    assert "rolling out" not in changed("state", "show").out
    changed("sync")
    assert "rolling out: 3 of 7\n" in changed("state", "show").out
    assert changed("state", "show", "--json").json["rollout"] == {"done": 3, "of": COUNT}
    assert "rolling out: 3 of 7 tickets have what the configuration of now says" in changed("doctor").out
    for _ in range(2):
        changed("sync")
    assert changed("state", "show", "--json").json["rollout"] is None
    assert "rolling out" not in changed("doctor").out


def test_the_line_of_a_pass_and_the_metric_tell_it(changed, monkeypatch):
    changed.edit("bridge.yaml", "\nrollout:", "\nmetrics: {textfile: sla.prom}\nrollout:")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert "; rolling out: 3 of 7" in changed("sync").out
    metrics = changed.folder / "sla.prom"
    assert "sla_bridge_rollout_waiting_tickets 4.0" in metrics.read_text()
    for _ in range(2):
        changed("sync")
    assert "sla_bridge_rollout_waiting_tickets 0.0" in metrics.read_text()


def test_the_digest_of_a_plan_stands_for_the_whole_roll_out_also_in_the_middle(changed):
    for left, written in ((COUNT, 3), (4, 3), (1, 1)):
        plan = changed("plan", "--json").json
        assert len(plan["changes"]) == left
        assert changed("sync", "--expect", plan["digest"], "--json").json["written"] == written


@pytest.mark.parametrize("wrong", ["0", "many", "-5", "1.5"])
def test_a_number_of_tickets_that_is_none_is_refused(desk_cli, wrong):
    settings = desk_cli.folder / "bridge.yaml"
    settings.write_text(settings.read_text() + f"\nrollout: {{tickets_per_pass: {wrong}}}\n")
    found = desk_cli("sync")
    assert found.code == 3
    assert "tickets_per_pass" in found.err
