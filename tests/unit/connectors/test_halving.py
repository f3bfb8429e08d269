"""Pages in halves: which questions are asked, and what is told beside the ticket that spoils them."""

import pytest

from bridge.connectors.helpdesks.halving import HalvedPages
from bridge.connectors.helpdesks.plugin_answers import ListPage
from bridge.errors import HelpdeskUnavailable
from bridge.protocols import TicketError
from bridge.tickets import Reference, Ticket

SUPPORT = Reference(id=1, name="Support")


class List:
    """Tickets 1 to `count`, of which some are closed and one spoils every page it stands on."""

    def __init__(self, count, *, closed=(), poison=None, open_only=True):
        self.count, self.closed, self.poison, self.open_only = count, closed, poison, open_only
        self.asked = []

    def ticket(self, number):
        state = "closed" if number in self.closed else "open"
        status = Reference(id=1, name=state, state=state)
        return Ticket(id=number, number=str(number), rev="r", created_at=0, status=status, department=SUPPORT)

    def ask(self, after, limit, attempts):
        self.asked.append(limit)
        listed = [one for one in range(after + 1, self.count + 1) if not (self.open_only and one in self.closed)]
        page = listed[:limit]
        if self.poison in page:
            raise HelpdeskUnavailable("memory", status=500)
        return ListPage(tuple(map(self.ticket, page)), page[-1] if len(listed) > limit else None)

    def single(self, number):
        return TicketError(id=number, reason="memory") if number == self.poison else self.ticket(number)

    def walked(self, size):
        pages = HalvedPages(self.ask, self.single, size=size, open_only=self.open_only).walk()
        return [one for page in pages for one in page]


@pytest.mark.parametrize("open_only", [True, False])
@pytest.mark.parametrize("closed", [(), (2, 3), (1, 2, 3, 4), (3, 6, 7)])
def test_beside_the_ticket_that_spoils_a_page_only_those_are_read_that_were_asked_for(closed, open_only):
    source = List(12, closed=closed, poison=5, open_only=open_only)
    found = source.walked(size=4)
    assert [one.id for one in found] == [one for one in range(1, 13) if not (open_only and one in closed)]
    assert [one.id for one in found if isinstance(one, TicketError)] == [5]


def test_pages_grow_again_behind_the_ticket_that_spoils_one():
    source = List(400, poison=3)
    assert len(source.walked(size=64)) == 400
    assert source.asked[-4:] == [64] * 4
    assert len(source.asked) < 25
