"""The state file lost, damaged or in the way; processes that overlap or die."""

import errno
import fcntl
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bridge.errors import Busy, StateUnusable
from bridge.protocols.accounting import Booked
from bridge.sync.memory import local_disk as places
from bridge.sync.memory.archive import Archive
from bridge.sync.memory.hold import Held, Hold
from bridge.sync.memory.lock import exclusive
from bridge.sync.memory.state import SqliteState
from tests.integration.sync.mortal import Mortals
from tests.integration.sync.world import START, Policy, World


def everything(world, tickets):
    return {one: world.outputs(one) for one in tickets}


def test_losing_the_state_costs_a_scan_and_not_one_write(world):
    tickets = world.tickets(5)
    world.run()
    before = everything(world, tickets)
    world.path.unlink()
    report = world.run()
    assert (report.full_scan, report.written) == (True, 0)
    assert everything(world, tickets) == before


DAMAGES = {
    "garbage": lambda path: path.write_bytes(b"this is no database at all " * 400),
    "an empty file": lambda path: path.write_bytes(b""),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "the first hundred bytes": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "zeroes in the middle": lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(path.stat().st_size - 4096)),
    "an older layout": lambda path: sqlite3.connect(path).execute("PRAGMA user_version = 0").connection.close(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_heals_within_two_runs_and_changes_no_field(world, damage):
    tickets = world.tickets(60)
    world.run()
    before = everything(world, tickets)
    DAMAGES[damage](world.path)
    try:
        report = world.run()
    except StateUnusable:
        report = world.run()
    assert (report.full_scan, report.written) == (True, 0)
    assert everything(world, tickets) == before
    assert world.run().examined == 0


def test_a_damaged_state_is_kept_beside_for_whoever_wants_to_look(world):
    world.tickets(1)
    world.run()
    world.path.write_bytes(b"garbage" * 1000)
    state = SqliteState(world.path)
    assert state.set_aside is not None
    assert state.set_aside.read_bytes() == b"garbage" * 1000
    state.close()


def test_a_newer_bridges_state_is_not_touched(world):
    world.tickets(1)
    world.run()
    with sqlite3.connect(world.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = world.path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StateUnusable, match="newer version"):
            SqliteState(world.path, read_only=read_only)
    assert world.path.read_bytes() == before


def test_somebody_elses_database_is_not_touched(tmp_path):
    path = tmp_path / "precious.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE ticket (precious TEXT)")
    connection.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StateUnusable, match="no state file of the bridge"):
            SqliteState(path, read_only=read_only)
    assert path.read_bytes() == before


def test_an_older_backup_of_the_state_costs_a_scan_and_no_write(world):
    tickets = world.tickets(3)
    world.run()
    backup = world.path.read_bytes()
    world.people.note(tickets[0])
    world.run()
    world.people.note(tickets[1])
    world.run()
    world.path.write_bytes(backup)
    report = world.run()
    assert (report.full_scan, report.examined, report.written) == (True, 3, 0)
    assert not world.run().full_scan


def test_an_older_backup_does_not_hide_what_another_policy_wrote_since(world):
    tickets = world.tickets(3)
    world.run()
    backup = world.path.read_bytes()
    first, world.policy = world.policy, Policy(level="general")
    world.run()
    world.path.write_bytes(backup)
    world.policy = first
    assert world.plan().full_scan
    assert world.run().written == 3
    assert all(world.is_right(one) for one in tickets)


def test_an_older_backup_put_back_after_a_pass_was_killed_costs_a_scan(world):
    tickets = world.tickets(3)
    world.run()
    backup = world.path.read_bytes()
    world.people.note(tickets[0])
    world.run()
    # A pass that is killed leaves its token, and no sum.
    beside = world.path.with_name(world.path.name + ".token")
    beside.write_text(beside.read_text().split()[0])
    world.path.write_bytes(backup)
    assert world.run().full_scan


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ticket SET open = 0 WHERE id = 1",
        "UPDATE ticket SET next_change_at = NULL",
        "DELETE FROM ticket WHERE id = 2",
        "UPDATE fact SET value = value + 3600 WHERE name = 'scanned_at'",
    ],
)
def test_what_the_bridge_has_not_written_into_its_state_is_not_believed(world, change):
    world.tickets(3)
    world.run()
    with sqlite3.connect(world.path) as other:
        other.execute(change)
    other.close()
    assert world.run().full_scan
    assert [one.name for one in world.path.parent.iterdir() if ".damaged-" in one.name] != []


@pytest.mark.parametrize("part", ["ticket_open", "ticket_due", "taking_ticket", "ticket"])
def test_damage_after_a_pass_that_was_killed_is_found_before_anything_reads_it(world, part):
    world.tickets(60)
    world.run()
    beside = world.path.with_name(world.path.name + ".token")
    beside.write_text(beside.read_text().split()[0])
    with sqlite3.connect(world.path) as other:
        (page,) = other.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (part,)).fetchone()
        (size,) = other.execute("PRAGMA page_size").fetchone()
    other.close()
    content = bytearray(world.path.read_bytes())
    content[(page - 1) * size : page * size] = bytes(size)
    world.path.write_bytes(content)
    report = world.run()
    assert (report.full_scan, report.written) == (True, 0)


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX ticket_due",
        "DROP TABLE taking",
        "ALTER TABLE ticket ADD COLUMN more TEXT",
        "CREATE TRIGGER t AFTER INSERT ON ticket BEGIN DELETE FROM ticket; END",
    ],
)
def test_tables_that_the_bridge_has_not_made_are_not_used(world, change):
    world.tickets(3)
    world.run()
    with sqlite3.connect(world.path) as other:
        other.execute(change)
    other.close()
    beside = world.path.with_name(world.path.name + ".token")
    beside.write_text(beside.read_text().split()[0])
    assert world.run().full_scan
    assert world.state().counts()["known"] == 3


def test_a_state_moved_without_its_token_costs_one_scan(world):
    world.tickets(3)
    world.run()
    next(one for one in world.path.parent.iterdir() if one.name.endswith(".token")).unlink()
    report = world.run()
    assert (report.full_scan, report.written) == (True, 0)
    assert world.run().examined == 0


def test_a_folder_that_cannot_be_made_is_told_with_the_setting_to_change():
    with pytest.raises(StateUnusable, match=r"Set `state` in bridge\.yaml"):
        SqliteState(Path("/proc/nobody/writes/here/state.sqlite3"))
    with pytest.raises(StateUnusable, match=r"Set `state` in bridge\.yaml"), exclusive(Path("/proc/nobody/state.lock")):
        pass


def test_a_path_that_is_a_folder_is_told(tmp_path):
    for read_only in (False, True):
        with pytest.raises(StateUnusable, match="cannot be used"):
            SqliteState(tmp_path, read_only=read_only)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from bridge.errors import StateUnusable
from bridge.protocols.accounting import TicketState
from bridge.sync.memory.state import SqliteState

state = SqliteState(Path(sys.argv[1]))
state.commit(facts={"cursor": "old"})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    tickets = [TicketState(id=one, next_change_at=None) for one in range(1, 20000)]
    state.commit(facts={"cursor": "new"}, tickets=tickets)
except StateUnusable as error:
    print(error)
"""


def test_a_full_disk_is_told_and_the_old_state_stays(tmp_path):
    path = tmp_path / "state.sqlite3"
    told = subprocess.run([sys.executable, "-c", FULL_DISK, path], capture_output=True, text=True, check=True).stdout
    assert "cannot be used" in told
    assert "Check the disk" in told
    state = SqliteState(path)
    assert state.facts() == {"cursor": "old"}
    assert state.counts()["known"] == 0
    state.close()


def test_a_commit_that_fails_costs_neither_what_stands_nor_a_scan(world):
    world.tickets(3)
    world.run()
    before = world.state().facts()
    state = SqliteState(world.path)
    with pytest.raises(StateUnusable):
        state.commit(facts={"cursor": None})  # type: ignore[dict-item]
    state.close()
    assert world.state().facts() == before
    assert not world.run().full_scan


@pytest.mark.parametrize("spoil", [{"gone": [1]}, {"tickets": []}], ids=["without a ticket", "without news"])
def test_a_commit_that_fails_in_the_middle_has_changed_nothing(world, spoil):
    world.tickets(3)
    world.run()
    before = world.state()
    state = SqliteState(world.path)
    half = Booked(takings={}, anew=False, outdated=[object()], at=START)  # type: ignore[list-item]
    with pytest.raises((StateUnusable, sqlite3.Error)):
        state.commit(facts={"cursor": "ahead"}, booked=half, **spoil)
    state.close()
    assert world.state().facts() == before.facts()
    assert set(world.state().open_ids()) == set(before.open_ids())


def test_a_commit_lasts_beyond_a_power_cut(tmp_path):
    """As SQLite promises it: a log that is written through to the disk at each commit."""
    state = SqliteState(tmp_path / "state.sqlite3")
    pragma = {name: state._rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous")}
    assert pragma == {"journal_mode": "wal", "synchronous": 2}
    state.close()


def test_what_may_be_put_back_lasts_beyond_a_power_cut_and_leaves_nothing_where_it_was_deleted(world):
    with closing(world.journal()) as journal, journal._usable() as connection:
        names = ("journal_mode", "synchronous", "secure_delete")
        pragma = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_a_file_that_is_replaced_is_written_through_with_its_folder(tmp_path, monkeypatch):
    """In this order: the bytes, the name that leads to them, the folder that keeps the name."""
    steps, fsync, replace = [], os.fsync, Path.replace

    def through(handle):
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "bytes")
        fsync(handle)

    def named(path, target):
        steps.append("name")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", through)
    monkeypatch.setattr(Path, "replace", named)
    Hold(tmp_path / "state.sqlite3").set(Held(1, "sha256:1", START))
    assert steps == ["bytes", "name", "folder"]
    steps.clear()
    Archive(tmp_path / "archive", seconds=1, clock=lambda: float(START)).keep(b"what a cycle names")
    assert steps == ["bytes", "name", "folder"]
    steps.clear()
    assert Hold(tmp_path / "state.sqlite3").release()
    assert steps == ["folder"]


def test_the_log_of_a_damaged_file_does_not_stay_beside_the_next_one(world):
    world.tickets(3)
    world.run()
    files = [world.path.with_name(world.path.name + suffix) for suffix in ("-wal", "-shm")]
    state = SqliteState(world.path)
    # Somebody else has the file open as well, so that SQLite itself does not clear the log away.
    other = sqlite3.connect(world.path)
    with other:
        other.execute("UPDATE ticket SET id = -5 WHERE id = 2")
    assert all(one.exists() for one in files)
    with pytest.raises(StateUnusable, match="was damaged"):
        list(state.open_ids())
    assert [one.name for one in files if one.exists()] == []
    other.close()
    assert world.run().full_scan


@pytest.mark.parametrize(
    ("mounts", "refused"),
    [
        ("/dev/sda / ext4 rw 0 0\nhome:/x {folder} nfs4 rw 0 0\n", True),
        ("/dev/sda / ext4 rw 0 0\n//server/share {folder} cifs rw 0 0\n", True),
        ("/dev/sda / ext4 rw 0 0\nme@host: {folder} fuse.sshfs rw 0 0\n", True),
        ("home:/x / nfs rw 0 0\n/dev/sdb {folder} xfs rw 0 0\n", False),
        ("home:/x {folder} nfs rw 0 0\ntmpfs {folder} tmpfs rw 0 0\n", False),
        ("home:/x /elsewhere nfs rw 0 0\n/dev/sda / ext4 rw 0 0\n", False),
    ],
)
def test_a_state_file_on_a_network_file_system_is_refused(tmp_path, monkeypatch, mounts, refused):
    folder = tmp_path / "a folder"
    folder.mkdir()
    table = tmp_path / "mounts"
    table.write_text(mounts.format(folder=str(folder.resolve()).replace(" ", "\\040")))
    monkeypatch.setattr(places, "MOUNTS", table)
    if refused:
        with pytest.raises(StateUnusable, match="network file system"):
            SqliteState(folder / "state.sqlite3")
        assert list(folder.iterdir()) == []
    else:
        SqliteState(folder / "state.sqlite3").close()


def test_without_a_table_of_mounts_nothing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "missing")
    SqliteState(tmp_path / "state.sqlite3").close()


def test_a_schema_that_is_no_text_any_more_costs_a_scan(world):
    world.tickets(2)
    world.run()
    content = world.path.read_bytes()
    world.path.write_bytes(content.replace(b"ticket_due", b"ticket\xa3due").replace(b"PRIMARY", b"PR\xffMARY"))
    assert world.plan().full_scan
    assert world.run().full_scan
    assert world.run().examined == 0


# --- what lies on the disk ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["soon", "", "-5", "1e9", "99999999999", "0x10", "١٢"])
@pytest.mark.parametrize("name", ["scanned_at", "server_time"])
def test_an_instant_that_cannot_be_meant_costs_a_scan_even_where_no_sum_tells(world, name, value):
    ticket, _ = world.tickets(2)
    world.run()
    state = SqliteState(world.path)
    state.commit(facts={name: value})
    state.close()
    assert world.plan().full_scan
    world.people.note(ticket)
    report = world.run()
    assert (report.full_scan, report.written) == (True, 1)
    assert world.run().examined == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("writable", "5"),
        ("writable", "[1]"),
        ("writable", "["),
        ("vocabulary", "5"),
        ("notices", "[7]"),
        ("notices", '[{"notice": {"key": 1}, "told_at": 5}]'),
        ("notices", '[{"notice": {"key": "a"}, "told_at": "x"}]'),
        ("instance_id", ""),
        ("cursor", "a\x00b"),
        ("units", "soon"),
    ],
)
def test_other_facts_that_cannot_be_meant_cost_a_scan_too(world, name, value):
    world.tickets(2)
    world.run()
    state = SqliteState(world.path)
    state.commit(facts={name: value})
    state.close()
    assert world.run().full_scan
    assert world.run().examined == 0


def test_what_the_bridge_leaves_is_for_its_owner_and_group_alone(world):
    world.tickets(1)
    world.run()
    with exclusive(world.path.with_name("state.sqlite3.lock")):
        running = SqliteState(world.path)
        running.commit(facts={"cursor": "x"})
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in world.path.parent.iterdir()}
        running.close()
    assert {"state.sqlite3", "state.sqlite3-wal", "state.sqlite3.token", "state.sqlite3.lock"} <= modes.keys()
    assert {name for name, mode in modes.items() if mode & ~0o640} == set()


def test_files_that_others_could_read_are_closed_to_them(world):
    world.tickets(1)
    world.run()
    world.path.chmod(0o666)
    world.run()
    assert stat.S_IMODE(world.path.stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["state.sqlite3", "state.sqlite3.lock"])
def test_a_symbolic_link_is_not_followed(tmp_path, name):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / name).symlink_to(victim)
    with pytest.raises(StateUnusable, match="symbolic link"):
        SqliteState(folder / name) if name.endswith("3") else exclusive(folder / name).__enter__()
    assert victim.read_text() == "precious"


def test_a_token_that_is_a_symbolic_link_is_not_written_through(world, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    world.path.with_name("state.sqlite3.token").symlink_to(victim)
    world.tickets(1)
    world.run()
    assert victim.read_text() == "precious"
    assert world.run().full_scan, "without a token the state is not trusted"


@pytest.mark.parametrize("gone", ["unlinked", "replaced"])
def test_a_state_whose_disk_goes_away_during_a_pass_is_noticed(world, gone):
    world.tickets(2)

    def decide(ticket, now):
        if world.path.exists():
            world.path.unlink()
            if gone == "replaced":
                world.path.write_bytes(b"")
        return world.policy.decide(ticket, now)

    world.decide = decide
    with pytest.raises(StateUnusable, match="no longer the one that was opened"):
        world.run()
    world.decide = None
    world.run()
    assert world.run().examined == 0


@pytest.mark.parametrize(
    ("expected", "refused"),
    [
        ("/dev/sdb {folder} ext4 defaults 0 2", True),
        ("# the old disk\n\nUUID=1 {folder} xfs noauto,x-systemd.automount 0 0", True),
        ("# /dev/sdb {folder} ext4 defaults 0 2", False),
        ("/dev/sdb / ext4 defaults 0 1\n/dev/sdc none swap sw 0 0", False),
        ("/dev/sdb {folder}/elsewhere ext4 defaults 0 2", False),
    ],
)
def test_a_state_whose_disk_is_not_mounted_is_not_begun_below_it(tmp_path, monkeypatch, expected, refused):
    folder = tmp_path / "a folder"
    folder.mkdir()
    place = str(folder.resolve()).replace(" ", "\\040")
    (tmp_path / "fstab").write_text(expected.format(folder=place) + "\n")
    (tmp_path / "mounts").write_text("/dev/sda / ext4 rw 0 0\n")
    monkeypatch.setattr(places, "EXPECTED_MOUNTS", tmp_path / "fstab")
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "mounts")
    if refused:
        with pytest.raises(StateUnusable, match="not mounted"):
            SqliteState(folder / "state.sqlite3")
        assert list(folder.iterdir()) == []
        (tmp_path / "mounts").write_text(f"/dev/sda / ext4 rw 0 0\n/dev/sdb {place} ext4 rw 0 0\n")
    SqliteState(folder / "state.sqlite3").close()


# --- plan --------------------------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing_anywhere(world):
    tickets = world.tickets(3)
    world.run()
    files = {one: one.read_bytes() for one in world.path.parent.iterdir()}
    before = everything(world, tickets)
    world.people.edit_field(tickets[0], "sla_set_critical", True)
    survey = world.plan()
    assert [one.ticket_id for one in survey.plan.changes] == [tickets[0]]
    assert "writes" not in world.routes()
    assert {one: one.read_bytes() for one in world.path.parent.iterdir()} == files
    assert everything(world, tickets) == before


def test_a_plan_before_the_first_pass_does_not_even_make_the_file(world):
    world.tickets(2)
    assert len(world.plan().plan.changes) == 2
    assert not world.path.exists()


def test_the_same_plan_has_the_same_digest_and_another_one_another(world):
    tickets = world.tickets(3)
    digest = world.plan().plan.digest
    assert world.plan().plan.digest == digest
    world.people.edit_field(tickets[0], "sla_set_critical", True)
    assert world.plan().plan.digest != digest


def test_a_plan_can_be_made_while_a_pass_is_running_and_after_it_died(world):
    world.tickets(2)
    world.run()
    running = SqliteState(world.path)
    running.commit(facts={"left": "in the log"})
    reader = world.state()
    assert reader.fact("left") == "in the log"
    reader.close()
    running.close()


def test_a_damaged_state_is_no_obstacle_for_a_plan(world):
    world.tickets(2)
    world.run()
    world.path.write_bytes(b"garbage" * 1000)
    assert world.plan().full_scan
    assert world.path.read_bytes() == b"garbage" * 1000


# --- processes ---------------------------------------------------------------------------------------------------------

HOLDER = """
import sys, time
from pathlib import Path
from bridge.sync.memory.lock import exclusive

with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_on_the_same_state_is_busy_until_the_first_dies(tmp_path):
    lock = tmp_path / "state.lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, lock], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Busy, match=f"process {holder.pid}"), exclusive(lock):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with exclusive(lock):
        assert lock.read_text() == str(os.getpid())


def test_the_lock_file_stays_and_is_the_same_for_everybody(tmp_path):
    """Were it deleted, one run would lock the file that has a name, and another one the file that had it."""
    lock = tmp_path / "state.lock"
    with exclusive(lock):
        first = lock.stat().st_ino
    assert lock.exists()
    with exclusive(lock):
        assert lock.stat().st_ino == first
        with pytest.raises(Busy), exclusive(lock):
            pass
        assert lock.stat().st_ino == first
        with pytest.raises(Busy), exclusive(lock):
            pass
    with pytest.raises(ZeroDivisionError), exclusive(lock):
        raise ZeroDivisionError
    assert lock.stat().st_ino == first


def test_a_file_system_without_locks_is_told(tmp_path, monkeypatch):
    def refuse(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StateUnusable, match="No locks available"), exclusive(tmp_path / "state.lock"):
        pass


@pytest.fixture(scope="module")
def mortals():
    with Mortals() as started:
        yield started


def process(mortals, world, die_at="never"):
    """One pass in a process of its own."""
    return mortals.run(world.sandbox.url, world.sandbox.keys.full, world.path, now=world.time.now, die_at=die_at)


def the_next_pass_converges(world, mortals, tickets, writes):
    """One pass writes the rest, and behind it nothing is left to do."""
    assert process(mortals, world)["written"] == writes
    assert all(map(world.is_right, tickets))
    idle = process(mortals, world)
    assert (idle["written"], idle["requests"]) == (0, 1)


@pytest.mark.parametrize(
    ("die_at", "written_then", "restarted_writes"),
    [
        ("before write 1", 0, 150),
        ("after write 1", 1, 149),
        ("before write 3", 101, 49),
        ("after write 3", 150, 0),
        *((f"{when} commit {number}", 150, 0) for number in range(1, 5) for when in ("before", "after")),
        ("after survey", 150, 0),
    ],
)
def test_a_pass_killed_anywhere_converges_with_the_next_one(world, mortals, die_at, written_then, restarted_writes):
    tickets = world.tickets(150)
    assert process(mortals, world, die_at) == {"signal": signal.SIGKILL}
    assert sum(world.outputs(one) != {} for one in tickets) == written_then
    the_next_pass_converges(world, mortals, tickets, restarted_writes)


@pytest.mark.parametrize(
    ("die_at", "written_then", "restarted_writes"),
    [
        ("after survey", 0, 60),
        ("before write 1", 0, 60),
        ("after write 1", 1, 59),
        ("after write 2", 60, 0),
        ("before commit 1", 60, 0),
        ("after commit 1", 60, 0),
    ],
)
def test_an_ordinary_pass_killed_anywhere_converges_too(world, mortals, die_at, written_then, restarted_writes):
    tickets = world.tickets(60)
    process(mortals, world)
    for one in tickets:
        world.people.note(one)
    assert process(mortals, world, die_at) == {"signal": signal.SIGKILL}
    assert sum(map(world.is_right, tickets)) == written_then
    the_next_pass_converges(world, mortals, tickets, restarted_writes)


def test_the_way_to_the_helpdesk_is_remembered_between_processes(tmp_path, mortals):
    world = World(tmp_path, rewrite=False)
    world.tickets(1)
    world.run()
    assert world.state().fact("route") == "/api/http.php/sla-bridge/v1"
    assert process(mortals, world)["requests"] == 1
    world.close()


def test_what_is_remembered_of_a_ticket_is_small(tmp_path):
    from bridge.protocols.accounting import TicketState

    path = tmp_path / "state.sqlite3"
    state = SqliteState(path)
    tickets = [TicketState(id=one, next_change_at=START + one) for one in range(1, 20_001)]
    state.commit(facts={"cursor": "x"}, tickets=tickets)
    state.close()
    assert path.stat().st_size / len(tickets) < 60


def test_the_state_remembers_what_it_is_for(world):
    tickets = world.tickets(3)
    world.run()
    with_state = world.state()
    assert with_state.counts() == {"known": 3, "open": 3, "timed": 3, "set_aside": 0}
    assert set(with_state.open_ids()) == frozenset(tickets)
    assert tuple(with_state.due(START + 8 * 3600 - 1)) == ()
    assert tuple(with_state.due(START + 8 * 3600)) == tuple(tickets)
    assert set(with_state.facts()) == {
        "basis", "below", "cursor", "instance_id", "meta_rev", "notices", "passed", "publishes", "route", "scanned_at", "server_time", "vocabulary", "writable",
    }  # fmt: skip
    assert with_state.fact("basis") == Policy().basis
