"""What a PUT of BeDesk's does with attributes that it does not name is tried out where nothing of others can be lost by it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.bedesk_double import Assumptions
from bridge.connectors.sandbox.routes import ApiRequest
from tests.integration.sync.bedesk_world import BedeskWorld
from tests.integration.sync.world import HOUR

CLOSED = 3


@pytest.fixture
def new_world(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., BedeskWorld]:
    def make(**changes: object) -> BedeskWorld:
        world = BedeskWorld(tmp_path, Assumptions(**changes))
        request.addfinalizer(world.close)
        return world

    return make


def with_product(world: BedeskWorld, product: str = "Plough") -> int:
    number = world.open()
    world.desk.edit_attribute(number, world.key("product"), product)
    return number


def quiet_one(world: BedeskWorld) -> int:
    """A conversation that was closed long ago, and in which nobody has entered anything."""
    number = world.open(ago=50 * HOUR)
    world.desk.conversations[number].status = CLOSED
    return number


def puts(world: BedeskWorld, also: Callable[[int], None] = lambda _: None) -> list[tuple[int, dict[str, Any]]]:
    """Return a list that fills with what is put into which conversation; `also` happens before each."""
    sent: list[tuple[int, dict[str, Any]]] = []

    def before(request: ApiRequest) -> None:
        if request.method == "PUT":
            number = int(request.path.rpartition("/")[2])
            also(number)
            sent.append((number, json.loads(request.body)["attributes"]))

    world.double.before = before
    return sent


def test_the_first_write_to_a_site_overwrites_nothing_that_somebody_enters_in_between(
    new_world: Callable[..., BedeskWorld],
) -> None:
    world = new_world()
    quiet, number = quiet_one(world), with_product(world)
    key = world.key("product")

    def be_quicker(written: int) -> None:
        if written == number:
            world.desk.edit_attribute(number, key, "Harrow")

    sent = puts(world, be_quicker)
    world.run()
    assert world.desk.conversations[number].attributes[key] == "Harrow"
    assert [one for one, values in sent if key in values] == []
    assert [one for one, _ in sent[:3]] == [quiet, quiet, number], "the record, and the trial"


def test_where_a_put_replaces_that_is_known_before_anything_of_others_is_wiped_out(
    new_world: Callable[..., BedeskWorld],
) -> None:
    world = new_world(put_replaces=True)
    quiet, number = quiet_one(world), with_product(world)
    key, stood = world.key("product"), []
    sent = puts(world, lambda _: stood.append(world.desk.conversations[number].attributes.get(key)))
    world.run()
    assert {*stood, world.desk.conversations[number].attributes[key]} == {"Plough"}
    assert [key in values for one, values in sent if one == number] == [True]
    assert [one for one, _ in sent[:4]] == [quiet, quiet, quiet, number], "the record, the trial, and the record again"


@pytest.mark.parametrize("replaces", [True, False])
def test_what_was_learnt_is_known_to_the_next_process_and_not_tried_again(
    new_world: Callable[..., BedeskWorld], *, replaces: bool
) -> None:
    world = new_world(put_replaces=replaces)
    quiet_one(world)
    with_product(world)
    world.run()
    world.now += 300
    number = with_product(world)
    sent = puts(world)
    world.run()
    assert [(one, world.key("product") in values) for one, values in sent] == [(number, replaces)]


def test_where_every_conversation_holds_something_of_others_the_first_write_takes_it_along(
    new_world: Callable[..., BedeskWorld],
) -> None:
    world = new_world()
    key = world.key("product")
    numbers = [with_product(world, f"Product {place}") for place in range(3)]
    sent = puts(world)
    world.run()
    assert {one for one, values in sent if key in values} == {numbers[-1]}
    assert [world.desk.conversations[one].attributes[key] for one in numbers] == ["Product 0", "Product 1", "Product 2"]


def test_a_site_that_takes_no_trial_is_written_to_all_the_same(new_world: Callable[..., BedeskWorld]) -> None:
    """Such as one that has come to refuse the bridge's record: what is wrong is told of the tickets."""
    world = new_world(agent_can_edit_binds=True)
    quiet_one(world)
    with_product(world)
    reasons = [one.reason for one in world.run().failed]
    assert len(reasons) == 2
    assert all("the site did not take" in one for one in reasons)
