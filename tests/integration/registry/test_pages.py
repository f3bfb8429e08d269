"""HTTP sources whose answer is one page of several: followed to the end, or told, never the first page in silence."""

import json
from collections.abc import Callable

import pytest

from bridge.connectors.registry.sources import pages
from bridge.connectors.registry.sources.base import Fetched, FetchRequest
from bridge.customers import Presence
from bridge.errors import Severity

URL = "https://crm.example/api/customers?size=1"


def person(number: int) -> dict[str, str]:
    return {"id": f"K-{number}", "name": f"Ферма {number}", "mail": f"a@farm{number}.example"}


def described(folder, more: str = "", records: str = "items", url: str = URL) -> None:
    columns = "{customer: id, name: name, email: mail}"
    folder.mapping(f"sources:\n  crm: {{kind: http, url: '{url}', records: '{records}', columns: {columns}{more}}}\n")


def serving(answers: dict[str, object], links: dict[str, str] | None = None) -> Callable[[FetchRequest], Fetched]:
    """Answer by address with a JSON document, and by address with the next page in the header Link."""

    def fetch(request: FetchRequest) -> Fetched:
        assert request.url in answers, f"nobody should ask for {request.url}"
        return Fetched(json.dumps(answers[request.url]).encode(), (links or {}).get(request.url, ""))

    return fetch


def page(number: int, **more: object) -> dict[str, object]:
    return {"items": [person(number)], **more}


FOLLOWED = {
    "an address beside the list": ({"next": "/api/customers?page=2"}, {"next": None}, "/api/customers?page=2"),
    "a query alone": ({"next": "?page=2"}, {"next": ""}, "/api/customers?page=2"),
    "links of HAL": ({"_links": {"next": {"href": "/p2"}}}, {"_links": {"self": {"href": "/p2"}}}, "/p2"),
    "links of JSON:API": ({"links": {"next": "https://crm.example/p2"}}, {"links": {"next": None}}, "/p2"),
    "a list of links": ({"links": [{"rel": "next", "href": "/p2"}]}, {"links": []}, "/p2"),
    "pagination in meta": ({"meta": {"pagination": {"next_url": "/p2"}}}, {"meta": {}}, "/p2"),
    "a page of Laravel": ({"next_page_url": "/p2", "last_page": 2}, {"next_page_url": None, "last_page": 2}, "/p2"),
    "a link of OData": ({"@odata.nextLink": "/p2"}, {}, "/p2"),
    "a link of Salesforce": ({"nextRecordsUrl": "/p2", "done": False}, {"done": True, "totalSize": 2}, "/p2"),
    "an address that forgets TLS": ({"next": "http://crm.example/p2"}, {}, "/p2"),
}


@pytest.mark.parametrize("how", FOLLOWED)
def test_a_next_page_is_followed_wherever_it_is_named(folder, how):
    first, last, path = FOLLOWED[how]
    described(folder)
    load = folder.load(fetch=serving({URL: page(1, **first), f"https://crm.example{path}": page(2, **last)}))
    assert ([str(one) for one in load.problems], load.rows) == ([], 2)
    for number in (1, 2):
        found = load.registry.lookup(folder.ticket(email=f"a@farm{number}.example"))
        assert (found.presence, found.customer.id) == (Presence.FOUND, f"K-{number}")


def test_the_header_link_is_followed_also_from_a_bare_list(folder):
    described(folder, records="")
    second = "https://crm.example/api/customers?after=1"
    load = folder.load(fetch=serving({URL: [person(1)], second: [person(2)]}, {URL: second}))
    assert (load.problems, load.rows) == ((), 2)


@pytest.mark.parametrize(
    ("told", "parameter", "second"),
    [
        ({"next_cursor": "q/2+x"}, "cursor", "size=1&cursor=q%2F2%2Bx"),
        ({"paging": {"next": {"after": "77"}}}, "after", "size=1&after=77"),
        ({"next": 2}, "page", "size=1&page=2"),
        ({"nextPageToken": "t"}, "size", "size=t"),
    ],
)
def test_a_cursor_goes_into_the_parameter_that_is_named(folder, told, parameter, second):
    described(folder, f", next_parameter: {parameter}")
    address = f"https://crm.example/api/customers?{second}"
    load = folder.load(fetch=serving({URL: page(1, **told), address: page(2)}))
    assert ([str(one) for one in load.problems], load.rows) == ([], 2)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (page(1, next_cursor="abc"), "says of the next one only 'abc'"),
        (page(1, next=2), "says of the next one only 2"),
        (page(1, has_more=True), "there are further pages, and not where"),
        (page(1, pageInfo={"hasNextPage": True}), "there are further pages, and not where"),
        (page(1, isLast=False), "there are further pages, and not where"),
        (page(1, next="https://elsewhere.example/p2?key=canary"), "another address, https://elsewhere.example"),
        (page(1, next="https://crm.example:8443/p2"), "another address, https://crm.example"),
        (page(1, next=URL), "lead in a circle"),
    ],
)
def test_what_cannot_be_followed_stops_the_source_and_says_so(folder, answer, says):
    described(folder)
    load = folder.load(fetch=serving({URL: answer}))
    (problem,) = load.problems
    assert says in problem.message
    assert problem.hint
    assert "canary" not in str(problem)
    assert load.registry.lookup(folder.ticket(email="a@farm1.example")).presence == Presence.UNKNOWN


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"total": 2, "count": 1}, "speaks of 2 records and holds 1"),
        ({"count": 30_000}, "speaks of 30,000 records and holds 1"),
        ({"meta": {"total_count": 5}}, "speaks of 5 records and holds 1"),
        ({"paging": {"totalPages": 3}}, "speaks of 3 pages, and 1 was read"),
    ],
)
def test_a_total_above_what_came_is_a_warning_and_the_rows_are_used(folder, told, says):
    described(folder)
    load = folder.load(fetch=serving({URL: page(1, **told)}))
    (problem,) = load.problems
    assert says in problem.message
    assert (problem.severity, problem.code, load.rows) == (Severity.WARNING, "incomplete", 1)
    again = folder.load(fetch=serving({}), now=folder.now + 60)
    assert [one.message for one in again.problems] == [problem.message], "told of the copy, too"


@pytest.mark.parametrize(
    "told",
    [
        {"total": 1, "next": None, "has_more": False},
        {"next_cursor": "same-for-ever", "has_more": False},
        {"page": 1, "pages": 1, "last": True},
        {"next": {}, "previous": None},
        {"items_sold": 500, "maintenance": {"next": "2026-12-01", "total": 9}},
    ],
)
def test_an_answer_that_is_whole_is_taken_without_a_word(folder, told):
    described(folder)
    load = folder.load(fetch=serving({URL: page(1, **told)}))
    assert ([str(one) for one in load.problems], load.rows) == ([], 1)


def test_the_author_may_say_that_an_answer_is_whole_or_where_the_next_page_is(folder):
    described(folder, ", next: none")
    assert folder.load(fetch=serving({URL: page(1, next="tomorrow", total=7)})).problems == ()
    described(folder, ", next: data.more.at")
    second = "https://crm.example/p2"
    answers = {URL: page(1, next="tomorrow", data={"more": {"at": "/p2"}}), second: page(2)}
    assert folder.load(fetch=serving(answers), now=folder.now + 7200).rows == 2


def test_pages_that_do_not_end_are_given_up(folder, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PAGES", 5)
    described(folder)
    answers = {f"https://crm.example/p{number}": page(number, next=f"/p{number + 1}") for number in range(2, 9)}
    load = folder.load(fetch=serving({URL: page(1, next="/p2"), **answers}))
    assert "its pages do not end: 5 of them" in load.problems[0].message
    assert load.rows == 0


@pytest.mark.parametrize(("bound", "most"), [("MOST_BYTES", 100), ("MOST_SECONDS", -1.0)])
def test_pages_are_bounded_in_bytes_and_time(folder, monkeypatch, bound, most):
    monkeypatch.setattr(pages, bound, most)
    described(folder)
    answers = {f"https://crm.example/p{number}": page(number, next=f"/p{number + 1}") for number in range(2, 9)}
    load = folder.load(fetch=serving({URL: page(1, next="/p2"), **answers}))
    assert "its pages do not end" in load.problems[0].message


def test_a_page_that_repeats_another_one_is_a_circle_in_disguise(folder):
    described(folder, ", next_parameter: page")
    answers = {URL: page(1, next=2), "https://crm.example/api/customers?size=1&page=2": page(1, next=2)}
    (problem,) = folder.load(fetch=serving(answers)).problems
    assert "page 2 is the same as one before it" in problem.message


@pytest.mark.parametrize("second", [{"error": "try later"}, {"items": None}, []])
def test_a_page_without_a_list_stops_the_source_and_the_copy_serves(folder, second):
    described(folder)
    folder.load(fetch=serving({URL: {"items": [person(1), person(2)]}}))
    load = folder.load(
        fetch=serving({URL: page(1, next="/p2"), "https://crm.example/p2": second}), now=folder.now + 7200
    )
    assert "page 2 holds no list of records" in load.problems[0].message
    assert (load.rows, load.sources[0].copied) == (2, True)


def test_an_empty_page_in_between_ends_nothing(folder):
    described(folder)
    answers = {
        URL: page(1, next="/p2"),
        "https://crm.example/p2": {"items": [], "next": "/p3"},
        "https://crm.example/p3": page(3),
    }
    assert folder.load(fetch=serving(answers)).rows == 2
