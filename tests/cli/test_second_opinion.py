"""`sync --audit` and `explain --native`: the second counter's word, and the helpdesk's own deadline explained."""

from bridge.policies.calendar.work_calendar import WorkCalendar


def test_an_audited_pass_counts_deadlines_anew_and_agrees(desk_cli, helpdesk) -> None:
    helpdesk.seed_sample(int(helpdesk.store.clock()))
    desk_cli("setup")
    done = desk_cli("sync", "--audit", "1000", "--json").json
    assert done["audit"]["clocks"] >= 20
    assert done["audit"]["disagreements"] == []


def test_an_audit_notices_a_calendar_that_counts_wrong(desk_cli, helpdesk, monkeypatch) -> None:
    helpdesk.people.create_ticket("x", "y", email="a@unknown.example")
    desk_cli("setup")
    right = WorkCalendar.reach
    monkeypatch.setattr(WorkCalendar, "reach", lambda self, worked: right(self, worked) + 60)
    result = desk_cli("sync", "--audit", "10")
    assert result.code == 4
    assert "second counter" in result.err


def test_a_pass_without_news_audits_nothing(desk_cli, helpdesk) -> None:
    helpdesk.people.create_ticket("x", "y", email="a@unknown.example")
    desk_cli("setup")
    desk_cli("sync")
    assert desk_cli("sync", "--audit", "10", "--json").json["audit"] == {"clocks": 0, "disagreements": []}


def test_the_difference_to_the_helpdesks_own_deadline_is_told_in_both_languages(desk_cli, helpdesk) -> None:
    ticket = helpdesk.people.create_ticket("x", "y", email="a@unknown.example")
    desk_cli("setup")
    english = desk_cli("explain", f"id:{ticket}", "--native", "--language", "en").out
    russian = desk_cli("explain", f"id:{ticket}", "--native", "--language", "ru").out
    assert "osTicket's own due date" in english
    assert "Свой срок osTicket" in russian
