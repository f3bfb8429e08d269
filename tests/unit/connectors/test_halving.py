"""Pages in halves: which questions are asked, and how the ticket that spoils every page is got past."""

import pytest

from bridge.connectors.helpdesks.halving import HalvedPages, Portion
from bridge.errors import HelpdeskUnavailable


class List:
    """Tickets 1 to `count`, some of which spoil every page that shows them."""

    def __init__(self, count, *, poison=()):
        self.count, self.poison, self.asked = count, set(poison), []

    def walked(self, size):
        sizes, place, found = HalvedPages(size), 0, []
        while place < self.count:
            page = sizes.page(lambda portion, place=place: self.answer(place, portion))
            found += page
            place = abs(page[-1])
        return found

    def answer(self, place, portion):
        self.asked.append(portion)
        page = list(range(place + 1, min(place + portion.limit, self.count) + 1))
        if portion.ids:
            # As told by an id alone.
            return [-one for one in page]
        if self.poison.intersection(page):
            raise HelpdeskUnavailable("memory", status=500)
        return page


@pytest.mark.parametrize("poison", [{1}, {12}, {5}, {4, 5}, {1, 2, 3}, set(range(1, 13))])
def test_what_spoils_a_page_is_asked_for_by_its_id_alone(poison):
    source = List(12, poison=poison)
    assert source.walked(size=4) == [-one if one in poison else one for one in range(1, 13)]
    assert {one.limit for one in source.asked if one.ids} == {1}


def test_pages_grow_again_behind_the_ticket_that_spoils_one():
    source = List(400, poison={3})
    assert len(source.walked(size=64)) == 400
    assert [one.limit for one in source.asked[-4:]] == [64] * 4
    assert len(source.asked) < 25


def test_only_pages_of_full_size_are_asked_for_as_often_as_usual():
    source = List(64, poison={3})
    source.walked(size=64)
    smaller = [one for one in source.asked if one.limit < 64 and not one.ids]
    assert smaller
    assert {one.attempts for one in smaller} == {1}
    assert source.asked[0] == Portion(64)


def test_a_helpdesk_that_cannot_tell_ids_either_is_unavailable():
    def ask(portion):
        raise HelpdeskUnavailable("memory", status=500)

    with pytest.raises(HelpdeskUnavailable):
        HalvedPages(8).page(ask)


def test_other_trouble_is_not_answered_with_smaller_pages():
    asked = []

    def ask(portion):
        asked.append(portion.limit)
        raise HelpdeskUnavailable("later", status=503)

    with pytest.raises(HelpdeskUnavailable):
        HalvedPages(8).page(ask)
    assert asked == [8]
