"""What `setup` names in one language and agents read in theirs: headings and labels by osTicket's own translations, choices by ours."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.fields import AGENT_INPUTS, DUE_COLUMN
from bridge.files.types import Title
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import OsticketDesk
from tests.contract.test_osticket_arranged import set_up
from tests.contract.test_setup import as_it_stands

OWN = (*OUTPUT_FIELDS, *AGENT_INPUTS)
LOCALES = {"en": ("en_GB", "en_US"), "ru": ("ru",)}
OTHER = {"ru": "en", "en": "ru"}
Drawn = Callable[[str, str], str]


@pytest.fixture
def back(back: OsticketBackDoor, api: Client) -> Iterator[OsticketBackDoor]:
    """A desk that is set up, with no translation that anybody changed; it is so again in the end."""
    anew(back)
    set_up(api)
    yield back
    anew(back)
    set_up(api)


def anew(back: OsticketBackDoor) -> None:
    back.sql(
        """DELETE t, m FROM %sla_bridge_made m LEFT JOIN %translation t ON t.id = m.object_id WHERE LEFT(m.what, 7) = 'phrase:'"""
    )


@pytest.fixture
def language(api: Client, back: OsticketBackDoor) -> Iterator[str]:
    """The language in which the desk stands; in the end it stands in it again."""
    asked = as_it_stands(api)["language"]
    yield asked
    set_up(api, language=asked)


@pytest.fixture
def drawn(back: OsticketBackDoor) -> Drawn:
    """Return what osTicket draws for a tag in a locale: the translation, or nothing where the name itself stands."""

    def draw(tag: str, locale: str) -> str:
        return back.sql(
            f"SELECT text FROM %translation WHERE type = 'phrase' AND lang = '{locale}' AND object_hash = RIGHT(MD5('{tag}'), 16)"
        )

    return draw


def label_tag(back: OsticketBackDoor, name: str) -> str:
    return "field.label." + back.sql(f"SELECT object_id FROM %sla_bridge_made WHERE what = 'field:{name}'")


def heading_tag(back: OsticketBackDoor, queue: int) -> str:
    return f"column.heading.{queue}." + back.sql("SELECT object_id FROM %sla_bridge_made WHERE what = 'column:badge'")


def names(back: OsticketBackDoor) -> dict[str, Title]:
    """Return what `setup` translates, by osTicket's tag."""
    labels = {label_tag(back, field.name): field.title for field in OWN}
    return labels | {heading_tag(back, queue): DUE_COLUMN for queue in (1, 5)}


def test_each_label_and_heading_stands_in_the_other_language_and_in_that_alone(
    back: OsticketBackDoor, language: str, drawn: Drawn
) -> None:
    for tag, title in names(back).items():
        for spoken, locales in LOCALES.items():
            for locale in locales:
                assert drawn(tag, locale) == ("" if spoken == language else title.text(spoken)), (tag, locale)


def test_another_language_of_setup_turns_them_round(
    api: Client, back: OsticketBackDoor, language: str, drawn: Drawn
) -> None:
    other = OTHER[language]
    plan = set_up(api, "plan", language=other)
    assert plan["steps"]["phrases"]["state"] == "todo"
    done = set_up(api, language=other)
    assert done["changed"] == sum(step["state"] == "todo" for step in plan["steps"].values())
    for tag, title in names(back).items():
        assert {drawn(tag, locale) for locale in LOCALES[language]} == {title.text(language)}
        assert {drawn(tag, locale) for locale in LOCALES[other]} == {""}
    assert set_up(api, language=other)["changed"] == 0


CHANGED = {
    "another text": ("UPDATE %translation SET text = 'By when' WHERE {row}", "By when"),
    "none at all": ("DELETE FROM %translation WHERE {row}", ""),
}


@pytest.mark.parametrize("how", CHANGED)
def test_translation_that_somebody_changed_or_took_away_stays_so(
    api: Client, back: OsticketBackDoor, language: str, drawn: Drawn, how: str
) -> None:
    [locale, *_] = LOCALES[OTHER[language]]
    statement, left = CHANGED[how]
    for tag in (heading_tag(back, 1), label_tag(back, "sla_set_level")):
        back.sql(statement.format(row=f"lang = '{locale}' AND object_hash = RIGHT(MD5('{tag}'), 16)"))
        assert set_up(api)["changed"] == 0
        assert drawn(tag, locale) == left


def test_translation_that_stood_before_ours_is_left_alone_and_outlives_a_removal(
    api: Client, back: OsticketBackDoor, language: str, drawn: Drawn
) -> None:
    tag = heading_tag(back, 5)
    [locale, *_] = LOCALES[OTHER[language]]
    anew(back)
    back.sql(
        f"INSERT INTO %translation (object_hash, type, lang, text) VALUES (RIGHT(MD5('{tag}'), 16), 'phrase', '{locale}', 'Theirs')"
    )
    try:
        set_up(api)
        assert drawn(tag, locale) == "Theirs"
        assert api.post("setup", {"action": "remove", "keep_values": True}).status == 200
        assert drawn(tag, locale) == "Theirs"
    finally:
        back.sql("DELETE FROM %translation WHERE text = 'Theirs'")


def test_name_that_somebody_gave_is_read_as_he_gave_it_in_all_languages(
    api: Client, back: OsticketBackDoor, language: str, drawn: Drawn
) -> None:
    label, heading = label_tag(back, "sla_set_promise"), heading_tag(back, 5)
    [column] = [heading.rpartition(".")[2]]
    [promise] = [one.title for one in AGENT_INPUTS if one.name == "sla_set_promise"]
    back.sql(
        f"""UPDATE %form_field SET label = 'Dated' WHERE name = 'sla_set_promise';
        UPDATE %queue_columns SET heading = 'When' WHERE queue_id = 5 AND column_id = {column}"""
    )
    try:
        assert set_up(api)["changed"] == 1
        assert {drawn(tag, locale) for tag in (label, heading) for locale in sum(LOCALES.values(), ())} == {""}
        assert set_up(api)["changed"] == 0
    finally:
        back.sql(
            f"""UPDATE %form_field SET label = '{promise.text(language)}' WHERE name = 'sla_set_promise';
            UPDATE %queue_columns SET heading = '{DUE_COLUMN.text(language)}' WHERE queue_id = 5 AND column_id = {column}"""
        )


def test_column_that_somebody_took_out_of_a_queue_leaves_no_step_to_do(
    api: Client, back: OsticketBackDoor, language: str
) -> None:
    column = heading_tag(back, 5).rpartition(".")[2]
    row = f"queue_id = 5 AND column_id = {column} AND staff_id = 0"
    kept: Any = back.sql(f"SELECT bits, sort, heading, width FROM %queue_columns WHERE {row}").split("\t")
    back.sql(f"DELETE FROM %queue_columns WHERE {row}")
    try:
        assert set_up(api, "plan")["steps"]["phrases"]["state"] == "done"
    finally:
        bits, sort, heading, width = kept
        back.sql(
            f"""INSERT INTO %queue_columns (queue_id, column_id, staff_id, bits, sort, heading, width)
            VALUES (5, {column}, 0, {bits}, {sort}, '{heading}', {width})"""
        )


def test_removal_leaves_none_of_them(api: Client, back: OsticketBackDoor) -> None:
    rows = back.sql("SELECT GROUP_CONCAT(object_id) FROM %sla_bridge_made WHERE LEFT(what, 7) = 'phrase:'")
    planned = api.post("setup", {"action": "plan_remove", "keep_values": True}).body
    assert {step["id"]: step["state"] for step in planned["steps"]}["phrases"] == "todo"
    assert api.post("setup", {"action": "remove", "keep_values": True}).status == 200
    assert back.sql(f"SELECT COUNT(*) FROM %translation WHERE id IN ({rows})") == "0"
    assert back.sql("SELECT COUNT(*) FROM %sla_bridge_made WHERE LEFT(what, 7) = 'phrase:'") == "0"


@pytest.mark.parametrize("asked", ["ru", "en"])
def test_choices_are_read_in_the_agents_language_and_kept_in_that_of_setup(
    api: Client, back: OsticketBackDoor, language: str, real_desk: OsticketDesk, ticket: int, asked: str
) -> None:
    """The agent of these tests reads English."""
    set_up(api, language=asked)
    [reasons] = [field.choices for field in AGENT_INPUTS if field.name == "sla_set_deferral"]
    number = back.sql("SELECT object_id FROM %sla_bridge_made WHERE what = 'field:sla_set_deferral'")
    dialogue = real_desk.agent._get(f"/scp/ajax.php/tickets/{ticket}/field/{number}/edit")
    assert [title.en in dialogue for title in reasons.values()] == [True] * len(reasons)
    assert [title.ru in dialogue for title in reasons.values()] == [False] * len(reasons)
    assert real_desk.edit_field(ticket, "sla_set_deferral", value="needs_facts")
    kept = back.sql(
        f"""SELECT v.value FROM %form_entry_values v JOIN %form_entry e ON e.id = v.entry_id
        WHERE e.object_type = 'T' AND e.object_id = {ticket} AND v.field_id = {number}"""
    )
    assert json.loads(kept.replace("\\\\", "\\")) == {"needs_facts": reasons["needs_facts"].text(asked)}
    assert api.ticket(ticket)["fields"]["sla_set_deferral"] == "needs_facts"
    assert reasons["needs_facts"].en in real_desk.agent.page(ticket)


def test_choices_of_a_field_of_the_desks_own_are_its_own(
    back: OsticketBackDoor, real_desk: OsticketDesk, ticket: int, token: str
) -> None:
    number = back.sql("SELECT object_id FROM %sla_bridge_made WHERE what = 'field:sla_set_deferral'")
    back.sql(
        f"""INSERT INTO %form_field (form_id, flags, type, label, name, configuration, sort, created, updated)
        SELECT form_id, flags, 'choices', 'Own', 'own_{token}', REPLACE(configuration, 'needs_facts:', 'needs_facts:Own '), 99, NOW(), NOW()
        FROM %form_field WHERE id = {number}"""
    )
    own = back.sql(f"SELECT id FROM %form_field WHERE name = 'own_{token}'")
    try:
        assert "Own " in real_desk.agent._get(f"/scp/ajax.php/tickets/{ticket}/field/{own}/edit")
    finally:
        back.sql(f"DELETE FROM %form_field WHERE id = {own}")
