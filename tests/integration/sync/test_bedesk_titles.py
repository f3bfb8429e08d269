"""Levels of the agreement's own stand in BeDesk under their titles, as osTicket's choices show them, and are read back as ids."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.sync.bedesk_world import BedeskWorld
from tests.integration.sync.world import Policy

VIP = ("vip_24x7", {"en": "Around the clock", "ru": "Круглосуточный"})


@pytest.fixture
def new_world(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., BedeskWorld]:
    def make(language: str = "en") -> BedeskWorld:
        world = BedeskWorld(tmp_path, language=language)
        request.addfinalizer(world.close)
        world.levels, world.policy = [VIP], Policy(level="vip_24x7")
        return world

    return make


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_level_of_the_agreement_s_own_is_shown_by_its_title_and_read_back_as_itself(
    new_world: Callable[..., BedeskWorld], language: str
) -> None:
    world = new_world(language)
    number = world.open()
    assert world.run().written == 1
    assert world.shown(number)["sla_level"] == VIP[1][language]
    assert world.read(number).bridge.fields["sla_level"] == "vip_24x7"
    world.now += 60
    world.desk.note(number, "Nobody is accused of it.")
    report = world.run()
    assert report.notes == []


@pytest.mark.parametrize("typed", ["vip_24x7", "around the clock", " Круглосуточный ", "Standard"])
def test_agents_may_type_a_level_s_id_or_its_title(new_world: Callable[..., BedeskWorld], typed: str) -> None:
    world = new_world()
    world.levels.append(("standard", {"en": "Standard", "ru": "Стандартный"}))
    number = world.open()
    world.desk.edit_attribute(number, world.key("sla_set_level"), typed)
    expected = "standard" if typed == "Standard" else "vip_24x7"
    assert world.read(number).fields["sla_set_level"] == expected


def test_a_level_with_a_new_title_is_the_same_level_and_is_called_so_at_the_next_write(
    new_world: Callable[..., BedeskWorld],
) -> None:
    world = new_world()
    number = world.open()
    world.run()
    world.levels[:] = [("vip_24x7", {"en": "Day and night", "ru": "Днём и ночью"})]
    assert world.read(number).bridge.fields["sla_level"] == "vip_24x7"
    world.now += 60
    world.desk.agent_reply(number, "So.")
    report = world.run()
    assert (report.written, report.notes) == (1, [])
    assert world.shown(number)["sla_level"] == "Day and night"


def test_what_an_agent_typed_by_an_earlier_edition_s_title_still_counts(new_world: Callable[..., BedeskWorld]) -> None:
    world = new_world()
    number = world.open()
    world.levels.append(("vip_24x7", {"en": "Day and night", "ru": "Днём и ночью"}))
    world.desk.edit_attribute(number, world.key("sla_set_level"), "Around the clock")
    assert world.read(number).fields["sla_set_level"] == "vip_24x7"
    world.run()
    assert world.shown(number)["sla_level"] == "Day and night"


def test_a_level_that_the_policy_has_no_more_is_shown_by_its_id(new_world: Callable[..., BedeskWorld]) -> None:
    world = new_world()
    world.levels.clear()
    number = world.open()
    world.run()
    assert world.shown(number)["sla_level"] == "vip_24x7"
