"""Ready replies: installed once, renewed where nobody edited them, and never against what people did with them."""

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.connectors.sandbox.ready_replies import ready_replies
from tests.contract.canned import Canned, CannedBook, EmbeddedBook, OsticketBook
from tests.contract.client import Client
from tests.contract.desk import Desk, EmbeddedDesk, Unsupported
from tests.contract.staff_pages import OsticketDesk
from tests.contract.test_setup import as_it_stands

OURS = {reply.name: reply for reply in ready_replies()}


@pytest.fixture
def book(desk: Desk, api: Client) -> Iterator[CannedBook]:
    """The canned responses of a desk that is set up but for ours; it has all of ours in the end."""
    one: CannedBook
    if isinstance(desk, EmbeddedDesk):
        one = EmbeddedBook(desk.sandbox.store)
    else:
        assert isinstance(desk, OsticketDesk)
        try:
            one = OsticketBook(desk.back_door)
        except Unsupported as why:
            pytest.skip(str(why))
    setup(api)
    one.clear()
    yield one
    one.clear()
    setup(api)


def setup(api: Client, action: str = "apply", **options: Any) -> dict[str, dict[str, str]]:
    """Return the steps about replies by their names, `facts:ru`."""
    reply = api.post("setup", {"action": action, **as_it_stands(api), "language": "en", **options})
    assert reply.status == 200, reply.text
    return {step["id"][6:]: step for step in reply.body["steps"] if step["id"].startswith("reply:")}


def ours(book: CannedBook) -> dict[str, Canned]:
    """Return what stands of ours by the replies' names."""
    standing = book.all()
    return {name: standing[reply.title] for name, reply in OURS.items() if reply.title in standing}


def test_each_reply_is_planned_made_once_in_each_language_and_then_done(book: CannedBook, api: Client) -> None:
    assert {step["state"] for step in setup(api, "plan").values()} == {"todo"}
    assert ours(book) == {}
    first = setup(api)
    assert first.keys() == OURS.keys()
    assert {step["state"] for step in first.values()} == {"done"}
    before = book.all()
    for name, made in ours(book).items():
        assert (made.text, made.language, made.department, made.enabled) == (OURS[name].text, name[-2:], 0, True)
    assert ours(book).keys() == OURS.keys()
    assert {step["detail"] for step in setup(api).values()} == {""}
    assert {step["state"] for step in setup(api, "plan").values()} == {"done"}
    assert book.all() == before


def test_the_other_language_of_setup_makes_no_second_set(book: CannedBook, api: Client) -> None:
    setup(api, language="ru")
    before = book.all()
    assert {step["detail"] for step in setup(api, language="en").values()} == {""}
    assert book.all() == before


def test_newer_text_replaces_what_an_earlier_version_wrote(book: CannedBook, api: Client) -> None:
    setup(api)
    number = ours(book)["facts:ru"].id
    book.date_back("facts:ru", "Что нужно знать", "<p>Прежний текст %{ticket.number}</p>")
    planned = setup(api, "plan")["facts:ru"]
    assert (planned["state"], planned["detail"]) == ("todo", "A newer text")
    assert setup(api)["facts:ru"]["state"] == "done"
    now = ours(book)["facts:ru"]
    assert (now.id, now.text) == (number, OURS["facts:ru"].text)
    assert "Что нужно знать" not in book.all()
    assert setup(api)["facts:ru"]["detail"] == ""


@pytest.mark.parametrize(
    ("column", "value"),
    [("title", "Наше название"), ("text", "<p>Наш текст</p>"), ("department", 1), ("enabled", 0)],
)
def test_what_somebody_edited_outlives_a_newer_text(
    book: CannedBook, api: Client, column: str, value: str | int
) -> None:
    setup(api)
    book.date_back("regret:ru", "Прежнее название", "<p>Прежний текст</p>")
    number = book.all()["Прежнее название"].id
    book.edit(number, column, value)
    before = book.all()
    assert setup(api, "plan")["regret:ru"]["state"] == "done"
    told = setup(api)["regret:ru"]
    assert (told["state"], told["detail"]) == ("done", "Somebody edited it: it stays as it is.")
    assert book.all() == before
    assert OURS["regret:ru"].title not in before


def test_our_text_that_somebody_put_back_is_ours_again(book: CannedBook, api: Client) -> None:
    setup(api)
    book.date_back("regret:ru", "Прежнее название", "<p>Прежний текст</p>")
    number = book.all()["Прежнее название"].id
    book.edit(number, "title", OURS["regret:ru"].title)
    assert setup(api)["regret:ru"]["detail"] == "Somebody edited it: it stays as it is."
    book.edit(number, "text", OURS["regret:ru"].text)
    before = book.all()
    assert setup(api)["regret:ru"]["detail"] == "One of an earlier setup is known again."
    assert setup(api)["regret:ru"]["detail"] == ""
    assert book.all() == before


def test_what_somebody_deleted_stays_deleted(book: CannedBook, api: Client) -> None:
    setup(api)
    book.delete(ours(book)["close:en"].id)
    told = setup(api)["close:en"]
    assert (told["state"], told["detail"]) == ("done", "Somebody deleted it: it stays deleted.")
    assert ours(book).keys() == OURS.keys() - {"close:en"}


def test_title_of_the_desks_own_reply_is_left_to_it_and_told(book: CannedBook, api: Client) -> None:
    title = OURS["reminder:en"].title
    book.add(title)
    for action in ("plan", "apply"):
        told = setup(api, action)["reminder:en"]
        assert told["state"] == "conflict"
        assert "left alone" in told["detail"]
    assert book.all()[title].text == "<p>Theirs</p>"
    assert ours(book).keys() == OURS.keys()
    book.edit(book.all()[title].id, "title", "Theirs by another name")
    assert setup(api)["reminder:en"]["state"] == "done"
    assert ours(book)["reminder:en"].text == OURS["reminder:en"].text


def test_newer_title_that_somebody_took_meanwhile_is_told(book: CannedBook, api: Client) -> None:
    setup(api)
    book.date_back("facts:en", "What we ask", "<p>Before</p>")
    book.add(OURS["facts:en"].title)
    assert setup(api)["facts:en"]["state"] == "conflict"
    assert book.all()["What we ask"].text == "<p>Before</p>"


def test_removal_takes_ours_and_leaves_what_was_edited(book: CannedBook, api: Client) -> None:
    setup(api)
    theirs = book.all().keys() - {reply.title for reply in OURS.values()}
    book.edit(ours(book)["facts:ru"].id, "text", "<p>Наш текст</p>")
    book.delete(ours(book)["close:en"].id)
    before = book.all()
    planned = setup(api, "plan_remove", keep_values=True)
    assert {step["state"] for step in planned.values()} == {"todo"}
    assert book.all() == before
    done = setup(api, "remove", keep_values=True)
    assert done.keys() == planned.keys() == OURS.keys()
    assert done["facts:ru"]["detail"] == "Somebody edited it: it stays as it is."
    assert book.all().keys() == theirs | {OURS["facts:ru"].title}
    assert setup(api, "remove", keep_values=True) == {}


def test_osticket_knows_again_what_was_edited_when_nothing_tells_of_it_any_more(
    book: CannedBook, api: Client, real_desk: OsticketDesk
) -> None:
    setup(api)
    book.edit(ours(book)["facts:ru"].id, "text", "<p>Наш текст</p>")
    before = book.all()
    real_desk.back_door.sql("DELETE FROM %sla_bridge_made WHERE LEFT(what, 6) = 'reply:'")
    assert {step["detail"] for step in setup(api).values()} == {"One of an earlier setup is known again."}
    again = setup(api)
    assert {name for name, step in again.items() if step["detail"]} == {"facts:ru"}
    assert book.all() == before


@pytest.mark.parametrize("stored", ['{"canned_id":"%s"}', '{"canned_id":%s}', '{"canned_id":{"%s":"Title"}}'])
def test_osticket_keeps_a_reply_that_a_filter_sends(
    book: CannedBook, api: Client, real_desk: OsticketDesk, stored: str
) -> None:
    setup(api)
    number = ours(book)["facts:ru"].id
    sql = real_desk.back_door.sql
    config = (stored % number).encode().hex()
    sql(
        f"INSERT INTO %filter_action (filter_id, sort, type, configuration, updated) VALUES (9999, 1, 'canned', x'{config}', NOW())"  # noqa: S608
    )
    try:
        setup(api, "remove", keep_values=True)
    finally:
        sql("DELETE FROM %filter_action WHERE filter_id = 9999")
    assert ours(book).keys() == {"facts:ru"}


def test_osticket_takes_a_file_that_somebody_attached_for_an_edit(
    book: CannedBook, api: Client, real_desk: OsticketDesk
) -> None:
    setup(api)
    number = ours(book)["facts:ru"].id
    sql = real_desk.back_door.sql
    sql(f"INSERT INTO %attachment (object_id, type, file_id, inline) VALUES ({number}, 'C', 1, 0)")  # noqa: S608
    try:
        assert setup(api)["facts:ru"]["detail"] == "Somebody edited it: it stays as it is."
    finally:
        sql(f"DELETE FROM %attachment WHERE object_id = {number} AND type = 'C'")  # noqa: S608


def test_osticket_tells_before_a_removal_of_those_that_stay_and_lose_something(
    book: CannedBook, api: Client, real_desk: OsticketDesk
) -> None:
    setup(api)

    def told() -> set[str]:
        plan = api.post("setup", {"action": "plan_remove", "language": "en"}).body
        return {use["title"] for use in plan["uses"] if use["kind"] == "canned"} & {one.title for one in OURS.values()}

    assert told() == set()
    reply = ours(book)["colleague:ru"]
    book.edit(reply.id, "text", reply.text + "<p>И ещё одно</p>")
    assert told() == {reply.title}
