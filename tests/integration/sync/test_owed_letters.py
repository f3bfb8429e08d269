"""Letters about obligations over HTTP: each leaves once, nothing of the past, and none that holds no longer."""

from dataclasses import replace
from functools import partial

import pytest

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.errors import GuardRefused, HelpdeskRefused
from bridge.policies.actions.due import declared_actions
from bridge.policies.obligations.letters import CuratorNow, owed_letters
from bridge.sync.actions import ActionLimits
from bridge.sync.owed_letters import AGAIN_SECONDS, AT_MOST
from bridge.tickets import parse_instant
from tests.faults import Fault, FaultySandbox
from tests.integration.sync.test_obligations import DAY, POLICY, Desk, OwedWorld

LETTER = """
    warn_at:
      - 10%
      - id: half
        at: 50%
        actions:
          - email:
              to: curator
              subject: {ru: "{obligation}: {customer}", en: "{obligation}: {customer}"}
              text: {ru: "{paper}: {kept} из {owed}", en: "{paper}: {kept} of {owed}"}
      - id: late
        at: 3wd before
        actions: {email: {to: head@desk.example, subject: Late, text: "{paper}: {missing} missing"}}
"""
LIMITS = ActionLimits(per_day=1000, per_ticket_per_day=5, first_run=50)
BEFORE, HALF, LATE = (parse_instant(f"2026-11-{at}Z") for at in ("10T08:00:00", "18T08:00:00", "25T21:00:00"))


class Registry(Desk):
    """The same desk, whose customers have a curator."""

    def owed_letters(self, found):
        return owed_letters(found, lambda _: CuratorNow("Orlov", "orlov@desk.example"), {})


class LettersWorld(OwedWorld):
    """A world whose helpdesk carries out actions; `limits` None: they are off."""

    def __init__(self, folder, contracts=1):
        self.letters = folder / "letters"
        super().__init__(folder, desk=partial(FaultySandbox, letters=self.letters))
        self.limits_of_actions = LIMITS
        self.time.now = BEFORE
        self.accountant = Registry(contracts, POLICY.replace("    warn_at: [50%, 3wd before]\n", LETTER.lstrip("\n")))

    def _engine(self, state, **changed):
        engine = super()._engine(state, **{"actions": self.limits_of_actions, "allow_mass_change": True, **changed})
        engine.kinds = partial(declared_actions, self.accountant.policy)
        return engine

    def sent(self):
        """Return the letters that have left: recipient, subject, first line."""
        found = []
        for path in sorted(self.letters.glob("*.eml")) if self.letters.exists() else ():
            from email import message_from_bytes
            from email.policy import default

            letter = message_from_bytes(path.read_bytes(), policy=default)
            body = letter.get_body(("plain",)).get_content().strip()
            found.append((str(letter["To"]), str(letter["Subject"]), body.splitlines()[0]))
        return sorted(found)

    def states(self):
        return sorted(row["state"] for row in self.sandbox.store.rows("SELECT state FROM actions"))


@pytest.fixture
def world(tmp_path):
    made = LettersWorld(tmp_path)
    yield made
    made.close()


@pytest.fixture
def running(world):
    """Actions were on before anything came due."""
    world.run()
    assert world.sent() == []
    return world


FIRST = ("orlov@desk.example", "Выезды: kolos.example", "D-1: 0 из 2")
SECOND = ("head@desk.example", "Late", "D-1: 2 missing")


def test_each_point_sends_its_letter_once_over_passes_days_and_a_lost_state(running):
    running.time.now = HALF
    assert running.run().actions == {"done": 1}
    assert running.sent() == [FIRST]
    for _ in range(4):
        running.time.now += DAY
        assert running.run().actions == {}
    running.path.unlink()
    running.run()
    running.time.now = LATE
    running.run()
    running.run()
    assert running.sent() == [SECOND, FIRST]


def test_an_idle_pass_offers_nothing(running):
    running.time.now = HALF
    running.run()
    running.time.now += 60
    running.run()
    assert running.routes() == ["changes"]


def test_what_came_due_before_actions_were_on_is_never_sent(world):
    world.time.now = HALF
    world.limits_of_actions = None
    world.run()
    assert "actions/offer" not in world.routes()
    world.limits_of_actions = LIMITS
    for _ in range(2):
        world.time.now += DAY
        world.run()
        assert "actions/offer" not in world.routes()
    assert world.sent() == []
    world.time.now = LATE
    world.run()
    assert world.sent() == [SECOND]


def test_what_came_due_while_nothing_could_be_declared_is_not_lost(running):
    running.time.now = HALF
    running.sandbox.faults.next("actions/declare", Fault.INTERNAL, times=3)
    running.run()
    assert running.sent() == []
    running.time.now += 60
    running.run()
    assert running.sent() == [FIRST]


def test_letter_that_waits_is_withdrawn_when_the_obligation_is_kept(running):
    running.limits_of_actions = replace(LIMITS, per_day=0)
    running.time.now = HALF
    assert running.run().actions == {"held": 1}
    for _ in range(2):
        running.visit(fields={"product": "D-1"})
    running.limits_of_actions = LIMITS
    running.time.now += DAY
    running.run()
    assert running.states() == []
    assert running.sent() == []


def test_letter_that_a_limit_holds_stands_over_later_looks(running):
    running.limits_of_actions = replace(LIMITS, per_day=0)
    running.time.now = HALF
    running.run()
    for _ in range(3):
        running.time.now += DAY
        running.run()
    assert running.states() == ["held"]


def test_letter_that_a_limit_holds_leaves_when_there_is_room(running):
    running.limits_of_actions = replace(LIMITS, per_day=0)
    running.time.now = HALF
    running.run()
    running.limits_of_actions = LIMITS
    running.time.now += 3600
    running.run()
    assert running.sent() == [FIRST]
    assert running.states() == ["done"]


def test_answer_that_is_lost_sends_no_second_letter(running):
    running.time.now = HALF
    running.sandbox.faults.next("actions/offer", Fault.LOST)
    running.run()
    assert running.sent() == [FIRST]
    assert running.states() == ["done"]


def test_helpdesk_that_does_not_answer_keeps_no_deadline_from_being_written_and_is_asked_again(running):
    ticket = running.people.create_ticket("question", email="a@kolos.example")
    running.time.now = HALF
    running.sandbox.faults.next("actions/offer", Fault.INTERNAL, times=10)
    report = running.run()
    assert running.outputs(ticket)["sla_level"] == "standard"
    assert ["letters about obligations are not sent" in one.text for one in report.told].count(True) == 1
    running.time.now += AGAIN_SECONDS
    assert not [one for one in running.run().told if "letters" in one.text]
    running.sandbox.faults.clear()
    running.time.now += AGAIN_SECONDS
    assert not [one for one in running.run().standing if "letters" in one.text]
    assert running.sent() == [FIRST]


def test_helpdesk_whose_plugin_is_too_old_is_named_with_the_remedy_and_not_asked_in_each_pass(running, monkeypatch):
    running.time.now = HALF

    asked = []

    def old(self, actions):
        asked.append(actions)
        raise HelpdeskRefused("the helpdesk lacks the feature offer", hint="Update the companion plugin", status=404)

    monkeypatch.setattr(OsTicket, "offer_actions", old)
    (told,) = [one.text for one in running.run().told if "letters" in one.text]
    assert told == (
        "letters about obligations are not sent: the helpdesk lacks the feature offer. Update the companion plugin"
    )
    running.time.now += AGAIN_SECONDS
    running.run()
    assert len(asked) == 1


def test_plan_shows_the_letters_and_sends_none(running):
    running.time.now = HALF
    survey = running.plan()
    assert [one.id for one in survey.plan.letters] == ["half"]
    assert survey.plan.acts == 1
    assert running.states() == []


def test_first_run_of_too_many_letters_stops_before_the_first(tmp_path):
    world = LettersWorld(tmp_path, contracts=51)
    world.run()
    world.time.now = HALF
    with pytest.raises(GuardRefused, match="51 actions would be carried out"):
        world.run()
    assert world.states() == []
    world.run(allow_first_run=True)
    assert len(world.sent()) == AT_MOST
    world.close()


def test_more_letters_than_one_request_carries_leave_one_part_after_the_other(tmp_path):
    world = LettersWorld(tmp_path, contracts=2 * AT_MOST + 3)
    world.run()
    world.time.now = HALF
    for sent in (AT_MOST, 2 * AT_MOST, 2 * AT_MOST + 3):
        world.run()
        assert len(world.sent()) == sent
        world.time.now += 60
    world.time.now += DAY
    assert world.run().actions == {}
    world.close()
