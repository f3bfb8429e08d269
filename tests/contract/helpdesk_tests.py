"""What every kind of helpdesk must do, as `bridge.protocols.Helpdesk` says it: inherit the class and give two fixtures."""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

import pytest
from pydantic import SecretStr

from bridge.connectors.helpdesks import helpdesk_class, open_helpdesk
from bridge.errors import CursorGone, HelpdeskRefused, HelpdeskUnavailable, LeaseRefused
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.policies.telling.abilities import ABILITIES, has
from bridge.protocols.helpdesk import Connection, Helpdesk
from bridge.protocols.leading import LeaseDeed, LeaseWish
from bridge.protocols.provisioning import SetupRequest
from bridge.protocols.reading import Meta, TicketItem
from bridge.protocols.writing import Write, WriteOutcome, WriteResult
from bridge.tickets import EventKind, Ticket, Tombstone, format_instant
from tests.contract.conftest import outcome
from tests.contract.desk import INPUTS

NOBODY = 999_999_999
DUE = "2026-11-20T15:00:00Z"
FIELDS = {"sla_state": "running", "sla_due": DUE, "sla_reason": "Обращение принято"}


class People(Protocol):
    """Customers and agents at the helpdesk; `tests.contract.desk.Desk` is one."""

    def open(self, subject: str, body: str, *, via: str, email: str) -> object: ...
    def note(self, ticket: int, text: str) -> object: ...
    def set_status(self, ticket: int, status: int) -> object: ...
    def delete(self, ticket: int) -> object: ...


def changed(helpdesk: Helpdesk, cursor: str | None) -> tuple[list[TicketItem], str]:
    """Return what stands in the feed behind the cursor, and the cursor behind that."""
    items: list[TicketItem] = []
    while True:
        page = helpdesk.changes(cursor)
        items += page.items
        cursor = page.cursor
        if not page.has_more:
            return items, cursor


def of(items: list[TicketItem], ticket_id: int) -> list[TicketItem]:
    """Return the items about one ticket: other people may be at work on the same helpdesk."""
    return [one for one in items if one.id == ticket_id]


def as_it_stands(meta: Meta, action: str) -> SetupRequest:
    """Return a request for what a helpdesk in use has already: nobody's labels are to change."""
    fields = {one.name: one for one in meta.fields if one.form == "ticket"}
    choosable = fields["sla_set_level"].choices or {}
    return SetupRequest(
        action=action,
        language="en" if fields["sla_due"].label.isascii() else "ru",
        levels=tuple((key, label, key in choosable) for key, label in (fields["sla_level"].choices or {}).items()),
        inputs=tuple(INPUTS),
        waiting_status=True,
        development_department=True,
    )


def needs(ability: str) -> pytest.MarkDecorator:
    """Return the mark of a test that only a kind with that ability can pass; others skip it, with the ability as the reason."""
    assert ability in ABILITIES
    return pytest.mark.needs(ability)


class HelpdeskTests:
    """Subclasses give the fixtures `connection` and `people`; the helpdesk behind them is set up.

    Without `over_network`, the helpdesk cannot be unreachable. What a kind cannot do by its record of capabilities is skipped,
    never for being that kind.
    """

    kind = "osticket"
    over_network = True

    @pytest.fixture(autouse=True)
    def _by_capability(self, request: pytest.FixtureRequest, connection: Connection) -> None:
        """Skip what the kind cannot do: one reason for each ability that it lacks. A kind may be entered by its connection."""
        del connection
        capabilities = helpdesk_class(self.kind).capabilities
        for mark in request.node.iter_markers("needs"):
            if not has(capabilities, mark.args[0]):
                pytest.skip(f"the kind lacks {ABILITIES[mark.args[0]].title.text('en')}")

    @pytest.fixture
    def connection(self) -> Connection:
        """Where the helpdesk is, with a key that may do everything."""
        raise NotImplementedError

    @pytest.fixture
    def people(self) -> People:
        """Who works at that helpdesk."""
        raise NotImplementedError

    @pytest.fixture
    def opened(self, connection: Connection) -> Iterator[Callable[..., Helpdesk]]:
        """Open the helpdesk anew, with other members of the connection."""
        made: list[Helpdesk] = []

        def open_it(**changes: object) -> Helpdesk:
            made.append(open_helpdesk(self.kind, replace(connection, **changes)))
            return made[-1]

        yield open_it
        for one in made:
            one.close()

    @pytest.fixture
    def helpdesk(self, opened: Callable[..., Helpdesk]) -> Helpdesk:
        return opened()

    @pytest.fixture
    def new_ticket(self, helpdesk: Helpdesk, people: People) -> Iterator[Callable[[], Ticket]]:
        """Let a customer open a ticket, and find it in the feed; all of them are deleted in the end."""
        made: list[int] = []

        def open_it() -> Ticket:
            _, cursor = changed(helpdesk, None)
            token = uuid.uuid4().hex[:12]
            outcome(lambda: people.open(f"Печать {token}", "Добрый день!", via="web", email=f"{token}@kolos.example"))
            found = [one for one in changed(helpdesk, cursor)[0] if isinstance(one, Ticket) and token in one.subject]
            made.append(found[0].id)
            return found[0]

        yield open_it
        for ticket_id in made:
            if helpdesk.ticket(ticket_id) is not None:
                people.delete(ticket_id)

    @pytest.fixture
    def ticket(self, new_ticket: Callable[[], Ticket]) -> Ticket:
        return new_ticket()

    @staticmethod
    def written(helpdesk: Helpdesk, ticket: Ticket, **fields: object) -> WriteOutcome:
        (found,) = helpdesk.write([Write(id=ticket.id, if_rev=ticket.rev, fields=fields)])
        return found

    @staticmethod
    def outputs(helpdesk: Helpdesk, ticket: Ticket) -> dict[str, object]:
        found = helpdesk.ticket(ticket.id)
        assert isinstance(found, Ticket)
        return {name: value for name, value in found.bridge.fields.items() if value is not None}

    # --- who answers ---------------------------------------------------------------------------------------------------

    def test_ping_names_the_instance_the_programs_and_what_the_key_may_do(self, helpdesk: Helpdesk) -> None:
        ping = helpdesk.ping()
        assert ping.instance_id == helpdesk.ping().instance_id == helpdesk.changes(None).instance_id
        assert set(ping.scopes) - {"act"} == {"read", "write", "setup"}
        assert ping.departments is None
        assert ping.versions
        assert abs(ping.server_time - time.time()) < 300

    def test_server_time_is_that_of_the_latest_answer(self, helpdesk: Helpdesk) -> None:
        assert helpdesk.server_time is None
        told = helpdesk.ping().server_time
        assert helpdesk.server_time is not None
        assert abs(helpdesk.server_time - told) <= 1
        helpdesk.ticket(NOBODY)
        assert helpdesk.server_time >= told

    def test_meta_knows_the_outputs_the_statuses_and_a_revision_that_stands_still(self, helpdesk: Helpdesk) -> None:
        meta = helpdesk.meta()
        assert {one.name for one in OUTPUT_FIELDS} <= {one.name for one in meta.fields if one.owner == "bridge"}
        assert {"open", "closed"} <= {one.state for one in meta.statuses}
        assert meta.departments
        assert meta.meta_rev == helpdesk.meta().meta_rev == helpdesk.changes(None).meta_rev

    @needs("change_feed")
    def test_every_request_is_counted_and_no_writes_are_none(self, helpdesk: Helpdesk) -> None:
        assert helpdesk.requests_sent == 0
        helpdesk.ping()
        first = helpdesk.requests_sent
        assert first >= 1
        helpdesk.changes(None)
        assert helpdesk.requests_sent == first + 1
        assert helpdesk.write([]) == []
        assert helpdesk.requests_sent == first + 1

    def test_what_it_wants_to_know_again_serves_and_foreign_text_does_no_harm(
        self, opened: Callable[..., Helpdesk], helpdesk: Helpdesk
    ) -> None:
        known = helpdesk.ping().instance_id
        for route in (helpdesk.route, "what another kind wrote", ""):
            assert opened(route=route).ping().instance_id == known

    def test_closing_again_is_harmless(self, opened: Callable[..., Helpdesk]) -> None:
        helpdesk = opened()
        helpdesk.close()
        helpdesk.close()

    def test_a_wrong_key_is_refused_in_words_that_do_not_hold_it(self, opened: Callable[..., Helpdesk]) -> None:
        wrong = "0123456789ABCDEF0123456789ABCDEF"
        helpdesk = opened(key=SecretStr(wrong))
        for work in (helpdesk.ping, helpdesk.meta, lambda: helpdesk.changes(None)):
            with pytest.raises(HelpdeskRefused) as caught:
                work()
            assert wrong not in str(caught.value)

    def test_where_nobody_answers_it_is_unavailable_and_not_for_long(self, opened: Callable[..., Helpdesk]) -> None:
        if not self.over_network:
            pytest.skip("this kind is not reached over a network")
        helpdesk, begun = opened(url="http://127.0.0.1:9", request_seconds=1, total_seconds=1), time.monotonic()
        with pytest.raises(HelpdeskUnavailable):
            helpdesk.ping()
        assert time.monotonic() - begun < 10

    # --- tickets -------------------------------------------------------------------------------------------------------

    def test_pages_hold_every_ticket_once_in_the_order_of_ids(
        self, helpdesk: Helpdesk, new_ticket: Callable[[], Ticket]
    ) -> None:
        mine = [new_ticket() for _ in range(3)]
        items = [one for page in helpdesk.tickets(open_only=False) for one in page]
        ids = [one.id for one in items]
        assert ids == sorted(set(ids))
        assert [one for one in items if one.id in {ticket.id for ticket in mine}] == mine

    def test_the_newest_come_first_where_that_is_asked_for(
        self, helpdesk: Helpdesk, new_ticket: Callable[[], Ticket]
    ) -> None:
        mine = [new_ticket() for _ in range(3)]
        ids = [one.id for page in helpdesk.newest(open_only=False) for one in page]
        assert ids == [one.id for page in helpdesk.tickets(open_only=False) for one in page][::-1]
        below = [one.id for page in helpdesk.newest(open_only=True, below=mine[1].id) for one in page]
        assert below == [one for one in ids if one in set(below)]
        assert below[0] == mine[0].id
        assert {one.id for one in mine[1:]}.isdisjoint(below)

    def test_a_page_of_open_ones_begins_behind_an_id_and_tells_where_the_list_goes_on(
        self, helpdesk: Helpdesk, new_ticket: Callable[[], Ticket]
    ) -> None:
        mine = [new_ticket() for _ in range(3)]
        found: list[int] = []
        place: int | None = mine[0].id
        while place is not None:
            page = helpdesk.page(after=place)
            found += [one.id for one in page.items]
            place = page.next
        assert found == [one.id for items in helpdesk.tickets(open_only=True) for one in items if one.id > mine[0].id]
        assert [one.id for one in mine[1:]] == [one for one in found if one in {ticket.id for ticket in mine}]

    def test_open_ones_are_those_whose_status_is_open(
        self, helpdesk: Helpdesk, people: People, new_ticket: Callable[[], Ticket]
    ) -> None:
        is_open, closed = new_ticket(), new_ticket()
        status = next(one.id for one in helpdesk.meta().statuses if one.state == "closed")
        outcome(lambda: people.set_status(closed.id, status))
        items = [one for page in helpdesk.tickets(open_only=True) for one in page]
        assert {one.status.state for one in items if isinstance(one, Ticket)} == {"open"}
        assert {is_open.id, closed.id} & {one.id for one in items} == {is_open.id}

    def test_one_ticket_is_found_by_its_id_and_by_its_number(self, helpdesk: Helpdesk, ticket: Ticket) -> None:
        assert helpdesk.ticket(ticket.id) == helpdesk.numbered(ticket.number) == ticket
        assert ticket.events[0].kind is EventKind.CREATED

    def test_there_is_no_ticket_where_there_is_none(self, helpdesk: Helpdesk) -> None:
        assert helpdesk.ticket(NOBODY) is None
        for number in ("no such number", "", "' OR 1=1", "№ 1"):
            assert helpdesk.numbered(number) is None

    # --- changes -------------------------------------------------------------------------------------------------------

    @needs("change_feed")
    def test_the_feed_tells_what_people_do_once_and_its_cursor_goes_on(
        self, helpdesk: Helpdesk, people: People, ticket: Ticket
    ) -> None:
        _, cursor = changed(helpdesk, None)
        outcome(lambda: people.note(ticket.id, "Раз"))
        outcome(lambda: people.note(ticket.id, "Два"))
        items, after = changed(helpdesk, cursor)
        (item,) = of(items, ticket.id)
        assert item == helpdesk.ticket(ticket.id)
        assert item.rev != ticket.rev
        assert [one.kind for one in item.events].count(EventKind.NOTE) == 2
        assert of(changed(helpdesk, after)[0], ticket.id) == []

    @needs("change_feed")
    def test_the_feed_from_its_beginning_tells_every_ticket_once(self, helpdesk: Helpdesk, ticket: Ticket) -> None:
        items, _ = changed(helpdesk, None)
        assert of(items, ticket.id) == [ticket]
        assert len({one.id for one in items}) == len(items)

    def test_a_page_is_no_longer_than_its_head_says(self, helpdesk: Helpdesk, ticket: Ticket) -> None:
        page = helpdesk.changes(None)
        assert len(page.items) <= page.head

    @needs("change_feed")
    def test_a_deleted_ticket_leaves_a_tombstone(self, helpdesk: Helpdesk, people: People, ticket: Ticket) -> None:
        _, cursor = changed(helpdesk, None)
        outcome(lambda: people.delete(ticket.id))
        assert of(changed(helpdesk, cursor)[0], ticket.id) == [Tombstone(id=ticket.id)]
        assert helpdesk.ticket(ticket.id) is None
        assert helpdesk.numbered(ticket.number) is None

    @pytest.mark.parametrize("cursor", ["nonsense", "0", "////", "курсор"])
    def test_a_foreign_cursor_is_gone(self, helpdesk: Helpdesk, cursor: str) -> None:
        with pytest.raises(CursorGone):
            helpdesk.changes(cursor)

    def test_writes_move_no_revision(self, helpdesk: Helpdesk, ticket: Ticket) -> None:
        """Else every write would be a change to decide, and the next pass would never be idle."""
        _, cursor = changed(helpdesk, None)
        assert self.written(helpdesk, ticket, **FIELDS).rev == ticket.rev
        assert {one.rev for one in of(changed(helpdesk, cursor)[0], ticket.id)} <= {ticket.rev}
        assert helpdesk.ticket(ticket.id).rev == ticket.rev

    # --- what screens need -----------------------------------------------------------------------------------------------

    def test_a_pass_that_ended_may_be_told_with_the_feed(self, helpdesk: Helpdesk) -> None:
        page = helpdesk.changes(changed(helpdesk, None)[1])
        told = helpdesk.changes(page.cursor, passed=page.server_time)
        assert (told.cursor, told.instance_id) == (page.cursor, page.instance_id)

    def test_a_publication_is_kept_where_the_helpdesk_says_that_it_keeps_them(self, helpdesk: Helpdesk) -> None:
        window = ["2026-11-20T06:00:00Z", "2026-11-20T15:00:00Z"]
        week = {"zone": "UTC", "from": "2026-11-01T00:00:00Z", "until": "2028-03-01T00:00:00Z", "windows": [window]}
        publication = {"digest": f"sha256:{'0' * 64}", "at": DUE, "calendars": {"week": week}}
        if not helpdesk.changes(None).keeps_publications:
            assert "publish" not in helpdesk.ping().features
            with pytest.raises(HelpdeskRefused):
                helpdesk.publish(publication)
            return
        assert {"publish", "passed"} <= set(helpdesk.ping().features)
        kept = helpdesk.publish(publication)
        assert (kept.digest, format_instant(kept.until)) == (publication["digest"], week["until"])
        assert helpdesk.changes(None).published == kept

    # --- leading -----------------------------------------------------------------------------------------------------------

    def test_connection_writes_under_the_lease_that_it_took_until_it_gives_it_back(
        self, helpdesk: Helpdesk, ticket: Ticket
    ) -> None:
        ping, wish = helpdesk.ping(), LeaseWish(do=LeaseDeed.TAKE, holder="a", ttl=60, policy=f"sha256:{'5' * 64}")
        if "lease" not in ping.features:
            with pytest.raises(HelpdeskRefused):
                helpdesk.lease(wish)
            return
        first = helpdesk.lease(replace(wish, after=ping.policy_seq))
        assert helpdesk.ping().policy_seq == first.seq
        assert self.written(helpdesk, ticket, sla_state="met").result is WriteResult.OK
        assert helpdesk.lease(replace(wish, do=LeaseDeed.RENEW)) == first
        assert helpdesk.lease(wish).epoch > first.epoch, "the same holder again, and the same policy"
        assert self.written(helpdesk, ticket, sla_state="missed").result is WriteResult.OK
        with pytest.raises(LeaseRefused, match="a holds the lease") as held:
            helpdesk.lease(replace(wish, holder="b"))
        assert not held.value.policy_older
        helpdesk.lease(replace(wish, do=LeaseDeed.RELEASE))
        assert self.written(helpdesk, ticket, sla_state="met").result is WriteResult.OK
        with pytest.raises(LeaseRefused) as older:
            helpdesk.lease(replace(wish, policy=f"sha256:{'6' * 64}", after=first.seq + 1))
        assert older.value.policy_older

    # --- writes --------------------------------------------------------------------------------------------------------

    def test_what_is_written_stands_there_and_again_is_a_noop(self, helpdesk: Helpdesk, ticket: Ticket) -> None:
        assert self.written(helpdesk, ticket, **FIELDS).result is WriteResult.OK
        assert self.outputs(helpdesk, ticket) == FIELDS
        assert self.written(helpdesk, ticket, **FIELDS).result is WriteResult.NOOP

    def test_none_clears_and_what_is_not_named_stays(self, helpdesk: Helpdesk, ticket: Ticket) -> None:
        self.written(helpdesk, ticket, **FIELDS)
        assert self.written(helpdesk, ticket, sla_due=None).result is WriteResult.OK
        assert self.outputs(helpdesk, ticket) == {name: one for name, one in FIELDS.items() if name != "sla_due"}
        assert self.written(helpdesk, ticket, sla_due=None).result is WriteResult.NOOP

    def test_detail_and_cycles_come_back(self, helpdesk: Helpdesk, ticket: Ticket) -> None:
        detail = {"rule": "commercial", "clocks": [{"due_at": DUE}], "ключ": "значение 🚜"}
        cycle = {"metric": "first_response", "cycle": 1, "state": "met", "started_at": DUE, "policy_digest": "sha256:0"}
        write = Write(id=ticket.id, if_rev=ticket.rev, fields={}, detail=detail, cycles=[cycle])
        assert [one.result for one in helpdesk.write([write])] == [WriteResult.OK]
        stands = helpdesk.ticket(ticket.id).bridge
        assert stands.detail == detail
        assert [(one.metric, one.state, one.policy_digest) for one in stands.cycles] == [
            ("first_response", "met", "sha256:0")
        ]
        assert [one.result for one in helpdesk.write([write])] == [WriteResult.NOOP]

    def test_moved_inputs_are_a_conflict_that_tells_the_new_revision(
        self, helpdesk: Helpdesk, people: People, ticket: Ticket
    ) -> None:
        outcome(lambda: people.note(ticket.id, "Кто-то был быстрее"))
        found, now = self.written(helpdesk, ticket, **FIELDS), helpdesk.ticket(ticket.id)
        assert (found.result, found.rev) == (WriteResult.CONFLICT, now.rev)
        assert self.outputs(helpdesk, ticket) == {}
        assert self.written(helpdesk, now, **FIELDS).result is WriteResult.OK

    def test_what_has_moved_is_a_conflict_even_where_the_values_stand_already(
        self, helpdesk: Helpdesk, people: People, ticket: Ticket
    ) -> None:
        self.written(helpdesk, ticket, **FIELDS)
        outcome(lambda: people.note(ticket.id, "Кто-то был быстрее"))
        found, now = self.written(helpdesk, ticket, **FIELDS), helpdesk.ticket(ticket.id)
        assert (found.result, found.rev) == (WriteResult.CONFLICT, now.rev)
        assert self.written(helpdesk, now, **FIELDS).result is WriteResult.NOOP

    def test_a_deleted_ticket_is_gone(self, helpdesk: Helpdesk, people: People, ticket: Ticket) -> None:
        outcome(lambda: people.delete(ticket.id))
        assert self.written(helpdesk, ticket, **FIELDS).result is WriteResult.GONE

    def test_an_unknown_field_is_invalid_with_the_reason_and_nothing_is_written(
        self, helpdesk: Helpdesk, ticket: Ticket
    ) -> None:
        found = self.written(helpdesk, ticket, **FIELDS, sla_nonsense="x")
        assert found.result is WriteResult.INVALID
        assert "sla_nonsense" in found.reason
        assert self.outputs(helpdesk, ticket) == {}

    def test_outcomes_stand_in_the_order_of_the_writes_and_one_stops_no_other(
        self, helpdesk: Helpdesk, new_ticket: Callable[[], Ticket]
    ) -> None:
        first, last = new_ticket(), new_ticket()
        bad = {"sla_nonsense": "x"}
        writes = [
            Write(id=last.id, if_rev=last.rev, fields=FIELDS),
            Write(id=NOBODY, if_rev="stale", fields=bad),
            Write(id=first.id, if_rev="stale", fields=bad),
            Write(id=first.id, if_rev=first.rev, fields=bad),
            Write(id=first.id, if_rev=first.rev, fields=FIELDS),
            Write(id=first.id, if_rev=first.rev, fields=FIELDS),
        ]
        outcomes = helpdesk.write(writes)
        assert [one.id for one in outcomes] == [one.id for one in writes]
        assert [one.result.value for one in outcomes] == ["ok", "gone", "conflict", "invalid", "ok", "noop"]

    # --- setup ---------------------------------------------------------------------------------------------------------

    def test_setup_plans_without_changing_and_has_nothing_to_do_the_second_time(self, helpdesk: Helpdesk) -> None:
        meta = helpdesk.meta()
        plan = helpdesk.setup(as_it_stands(meta, "plan"))
        assert plan.changed == 0
        assert helpdesk.meta().meta_rev == meta.meta_rev
        assert {f"field:{one.name}" for one in OUTPUT_FIELDS} <= {one.id for one in plan.steps}
        helpdesk.setup(as_it_stands(meta, "apply"))
        again = helpdesk.setup(as_it_stands(helpdesk.meta(), "apply"))
        assert again.changed == 0
        assert {one.state for one in again.steps} <= {"done", "conflict"}

    def test_setup_leaves_what_is_written(self, helpdesk: Helpdesk, ticket: Ticket) -> None:
        self.written(helpdesk, ticket, **FIELDS)
        before = helpdesk.ticket(ticket.id)
        helpdesk.setup(as_it_stands(helpdesk.meta(), "apply"))
        assert helpdesk.ticket(ticket.id) == before
