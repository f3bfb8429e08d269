"""When a bridge asks for the lease, and what it makes of the answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import GuardRefused, HelpdeskRefused, HelpdeskUnavailable, LeaseRefused, LeaseUnanswered
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.leading import LeaseDeed, LeaseGrant, LeaseWish
from bridge.protocols.reading import KeptPublication, Ping
from bridge.protocols.writing import ActionOutcome, ActionsRun, Declared, Write, WriteOutcome, WriteResult
from bridge.sync.guards import check_expected
from bridge.sync.lease import POLICY_SEQ, Leader, led
from bridge.sync.memory.facts import NEVER, SCANNED_AT
from bridge.sync.memory.state import SqliteState
from bridge.sync.planned.plan import Plan

DIGEST = f"sha256:{'1' * 64}"
READ = "1795000000"


@dataclass
class Desk(Helpdesk):
    """Grants what is asked for, or raises what stands in `raises`."""

    asked: list[LeaseWish] = field(default_factory=list)
    raises: dict[LeaseDeed, Exception] = field(default_factory=dict)
    written: int = 0
    seq: int = 4

    def lease(self, wish: LeaseWish) -> LeaseGrant:
        self.asked.append(wish)
        if wish.do in self.raises:
            raise self.raises[wish.do]
        return LeaseGrant(epoch=len(self.asked), seq=self.seq)

    def write(self, writes: list[Write]) -> list[WriteOutcome]:
        self.written += 1
        return []

    def ping(self) -> Ping:
        return Ping(instance_id="", versions={}, server_time=0, ip="", scopes=(), policy_seq=9)


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SqliteState]:
    found = SqliteState(tmp_path / "state.sqlite3")
    yield found
    found.close()


def leader(desk: Desk, state: SqliteState, clock: Clock, *, supersedes: bool = False) -> Leader:
    return Leader(desk, state, lambda: DIGEST, holder="host-a", ttl=30, supersedes=supersedes, monotonic=clock)


def deeds(desk: Desk) -> list[str]:
    return [one.do.value for one in desk.asked]


def test_first_write_takes_and_later_ones_renew_after_a_third_of_the_time(state: SqliteState) -> None:
    desk, clock = Desk(), Clock()
    leading = led(desk, leader(desk, state, clock))
    for seconds in (0, 9, 0.9, 0.2, 9, 1):
        clock.now += seconds
        leading.write([])
    assert deeds(desk) == ["take", "renew", "renew"]
    assert desk.written == 6


def test_many_writes_are_sent_in_portions_and_the_lease_is_renewed_between_them(state: SqliteState) -> None:
    clock = Clock()

    class Slow(Desk):
        def write(self, writes: list[Write]) -> list[WriteOutcome]:
            clock.now += 11
            return [WriteOutcome(id=one.id, result=WriteResult.OK) for one in writes]

    desk = Slow()
    writes = [Write(id=one, if_rev="r", fields={}) for one in range(1, 1002)]
    found = led(desk, leader(desk, state, clock)).write(writes)
    assert [one.id for one in found] == [one.id for one in writes]
    assert deeds(desk) == ["take", "renew", "renew", "renew", "renew"]


def test_take_names_the_policy_and_the_number_that_was_seen_last(state: SqliteState) -> None:
    desk, clock = Desk(seq=4), Clock()
    leader(desk, state, clock).hold()
    leader(desk, state, clock).hold()
    assert [(one.policy, one.after, one.ttl) for one in desk.asked] == [(DIGEST, None, 30), (DIGEST, 4, 30)]
    assert state.fact(POLICY_SEQ) == "4"


@pytest.mark.parametrize(
    ("led_by", "granted", "scanned"),
    [(None, 7, READ), ("4", 4, READ), ("4", 5, READ), ("4", 6, NEVER), ("4", 9, NEVER)],
)
def test_where_another_policy_has_led_in_between_everything_is_read_again(
    state: SqliteState, led_by: str | None, granted: int, scanned: str
) -> None:
    """The next number is that of the own policy, which has changed: that alone costs nothing more."""
    state.commit(facts={SCANNED_AT: READ, **({} if led_by is None else {POLICY_SEQ: led_by})})
    leader(Desk(seq=granted), state, Clock()).hold()
    assert (state.fact(POLICY_SEQ), state.fact(SCANNED_AT)) == (str(granted), scanned)


@pytest.mark.parametrize("how", ["publish", "declare", "run", "offer"])
def test_whatever_a_pass_changes_is_changed_under_the_lease(state: SqliteState, how: str) -> None:
    class Acting(Desk):
        def publish(self, publication: Mapping[str, Any]) -> KeptPublication:
            assert deeds(self) == ["take"]
            return KeptPublication(digest="", until=0)

        def declare_actions(self, actions: Mapping[str, str], limits: Mapping[str, int]) -> Declared:
            assert deeds(self) == ["take"]
            return Declared(on=True)

        def run_actions(self) -> ActionsRun:
            assert deeds(self) == ["take"]
            return ActionsRun(outcomes=(), left=0)

        def offer_actions(self, actions: Sequence[Mapping[str, Any]]) -> tuple[ActionOutcome, ...]:
            assert deeds(self) == ["take"]
            return ()

    desk = Acting()
    leading = led(desk, leader(desk, state, Clock()))
    ways: dict[str, Callable[[], object]] = {
        "publish": lambda: leading.publish({}),
        "declare": lambda: leading.declare_actions({}, {}),
        "run": leading.run_actions,
        "offer": lambda: leading.offer_actions([]),
    }
    ways[how]()
    assert deeds(desk) == ["take"]


def test_refused_take_is_nothing_seen(state: SqliteState) -> None:
    desk = Desk(raises={LeaseDeed.TAKE: LeaseRefused("policy 5 is in force", policy_older=True)})
    with pytest.raises(LeaseRefused, match="--supersede-policy"):
        led(desk, leader(desk, state, Clock())).write([])
    assert (desk.written, state.fact(POLICY_SEQ)) == (0, None)


def test_held_lease_is_told_as_the_helpdesk_tells_it(state: SqliteState) -> None:
    desk = Desk(raises={LeaseDeed.TAKE: LeaseRefused("host-b holds the lease", hint="Come back")})
    with pytest.raises(LeaseRefused, match=r"^host-b holds the lease\. Come back$") as refused:
        leader(desk, state, Clock()).hold()
    assert refused.value.exit_code == 7


def test_superseding_bridge_asks_which_policy_is_in_force(state: SqliteState) -> None:
    desk = Desk()
    leader(desk, state, Clock(), supersedes=True).hold()
    assert desk.asked[0].after == 9


def test_lost_lease_writes_nothing_more(state: SqliteState) -> None:
    desk, clock = Desk(raises={LeaseDeed.RENEW: LeaseRefused("it is over")}), Clock()
    leading = led(desk, leader(desk, state, clock))
    leading.write([])
    clock.now += 3600
    with pytest.raises(LeaseRefused):
        leading.write([])
    assert desk.written == 1


@pytest.mark.parametrize("trouble", [LeaseRefused("over"), HelpdeskUnavailable("no answer"), HelpdeskRefused("no")])
def test_release_that_fails_is_no_trouble(state: SqliteState, trouble: Exception) -> None:
    desk = Desk(raises={LeaseDeed.RELEASE: trouble})
    leading = leader(desk, state, Clock())
    leading.release()
    leading.hold()
    leading.release()
    leading.release()
    assert deeds(desk) == ["take", "release"], "nothing to give back before, nor a second time"


def test_helpdesk_without_leases_says_what_to_do(state: SqliteState) -> None:
    class Plain(Desk):
        lease = Helpdesk.lease

    with pytest.raises(LeaseUnanswered, match="lease: off"):
        leader(Plain(), state, Clock()).hold()


def test_plan_that_nobody_expects_is_any_plan() -> None:
    plan = Plan(at=0, changes=(), unchanged=(), gone=(), unreadable=())
    check_expected(plan, None)
    check_expected(plan, plan.digest)
    with pytest.raises(GuardRefused, match=plan.digest):
        check_expected(plan, DIGEST)


class InOrder(Desk):
    """Keeps the number and the digest of the policy in force, as the contract says."""

    policy = ""
    dies = False

    def lease(self, wish: LeaseWish) -> LeaseGrant:
        self.asked.append(wish)
        if wish.do is not LeaseDeed.TAKE:
            return LeaseGrant(epoch=len(self.asked), seq=self.seq)
        if self.policy and self.policy != wish.policy and wish.after != self.seq:
            raise LeaseRefused(f"policy {self.seq} is in force", policy_older=True)
        self.seq += self.policy != wish.policy
        self.policy = str(wish.policy)
        if self.dies:
            raise Killed
        return LeaseGrant(epoch=len(self.asked), seq=self.seq)

    def ping(self) -> Ping:
        return replace(super().ping(), policy_seq=self.seq, policy_digest=self.policy)


class Killed(BaseException):
    """The process is gone before it has heard the answer."""


def leads(desk: InOrder, state: SqliteState, policy: str, *, dies: bool = False, holder: str = "host-a") -> None:
    """Take the lease by a policy, and be killed or not."""
    desk.dies = dies
    digest = f"sha256:{policy * 64}"
    with suppress(Killed):
        Leader(desk, state, lambda: digest, holder=holder, ttl=30, monotonic=Clock()).hold()


@pytest.mark.parametrize("killed", ["b", "bc", "bcb", "bb", "bcdef"])
def test_policy_that_a_killed_pass_brought_is_no_stranger_to_the_next_one(state: SqliteState, killed: str) -> None:
    desk = InOrder(seq=0)
    leads(desk, state, "a")
    for policy in killed:
        leads(desk, state, policy, dies=True)
    leads(desk, state, "9")
    assert (desk.policy, state.fact(POLICY_SEQ)) == (f"sha256:{'9' * 64}", str(desk.seq))


def test_the_very_first_policy_may_have_been_brought_by_a_killed_pass(state: SqliteState) -> None:
    desk = InOrder(seq=0)
    leads(desk, state, "b", dies=True)
    leads(desk, state, "c")
    assert desk.policy == f"sha256:{'c' * 64}"


def test_policy_that_another_host_brought_since_is_not_replaced_unseen(state: SqliteState, tmp_path: Path) -> None:
    """Not even where it is one that a killed pass here had asked for: somebody has gone back to it since."""
    other, desk = SqliteState(tmp_path / "other.sqlite3"), InOrder(seq=0)
    leads(desk, state, "a")
    leads(desk, state, "b", dies=True)
    other.commit(facts={POLICY_SEQ: str(desk.seq)})
    leads(desk, other, "c", holder="host-b")
    with pytest.raises(LeaseRefused, match="--supersede-policy"):
        leads(desk, state, "d")
    leads(desk, other, "b", holder="host-b")
    with pytest.raises(LeaseRefused, match="--supersede-policy"):
        leads(desk, state, "e")
    other.close()


def test_steady_policy_is_remembered_once(state: SqliteState) -> None:
    desk = InOrder(seq=0)
    leads(desk, state, "a")
    before = state.facts(), state.path.with_name(state.path.name + ".token").read_bytes()
    leads(desk, state, "a")
    assert (state.facts(), state.path.with_name(state.path.name + ".token").read_bytes()) == before
