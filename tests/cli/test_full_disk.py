"""A disk that takes no more: what stood there stands, one sentence says where room is needed, and with room it goes on."""

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from bridge.cli.console.whole_file import copy_folder
from bridge.errors import StateUnusable
from bridge.metrics.textfile import write_textfile
from bridge.sync.memory.archive import Archive
from bridge.sync.memory.hold import Held, Hold
from tests.faults import Fault


@contextmanager
def no_file_grows(_: Path) -> Iterator[None]:
    """Nothing of what this process writes gets any longer."""
    limit, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Every byte of the disk is somebody else's."""
    filler = folder / "somebody-elses"
    with filler.open("wb", buffering=0) as stream:
        for size in (65_536, 1):
            with suppress(OSError):
                while True:
                    stream.write(bytes(size))
    try:
        yield
    finally:
        filler.unlink()


class Disk:
    """A folder on a disk that can be made full and empty again."""

    def __init__(self, folder: Path, full: Callable[[Path], "contextmanager[None]"]) -> None:
        self.folder = folder
        self._full = full

    def full(self) -> "contextmanager[None]":
        return self._full(self.folder)

    def names(self, folder: Path | None = None) -> list[str]:
        return sorted(one.name for one in (folder or self.folder).iterdir())


@pytest.fixture(params=["no file may grow", "a disk of a few mebibytes"])
def disk(request, tmp_path) -> Iterator[Disk]:
    """The folder of the state: as a limit of the process, and where this user may mount one as a disk of its own."""
    folder = tmp_path / "state"
    folder.mkdir()
    if request.param == "no file may grow":
        yield Disk(folder, no_file_grows)
        return
    mounted = os.geteuid() == 0 and shutil.which("mount")
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder], check=False).returncode:
        pytest.skip("nobody but root can mount a small disk")
    try:
        yield Disk(folder, filled)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def answered(helpdesk, count: int = 3) -> None:
    """Tickets, each of them with a cycle that is over."""
    for one in range(count):
        helpdesk.people.agent_reply(helpdesk.people.create_ticket(f"question {one}", email=f"user{one}@kolos.example"))


def levels(helpdesk) -> int:
    return len(helpdesk.store.rows("SELECT ticket_id FROM answers WHERE name = 'sla_level'"))


def refused(cli, *arguments: str, stdin: str = "") -> str:
    """What a command says that ends with 9: one sentence with a next step."""
    done = cli(*arguments, stdin=stdin)
    assert done.code == 9, (done.out, done.err)
    assert done.err.count("error:") == 1
    assert "Traceback" not in done.err
    return " ".join(done.err.split())


def test_a_first_pass_writes_nothing_and_with_room_everything(disk, desk_cli, helpdesk) -> None:
    assert desk_cli("setup").code == 0
    answered(helpdesk)
    helpdesk.clear_journal()
    with disk.full():
        said = refused(desk_cli, "sync")
    assert "cannot be used" in said
    assert "Check the disk" in said
    assert [one.route for one in helpdesk.journal].count("writes") == 0
    assert desk_cli("sync").code == 0
    assert levels(helpdesk) == 3
    assert desk_cli("sync", "--json").json["requests"] == 1


KEPT = {
    "with its journal": "",
    "without a journal": "undo: off\n",
    "without journal and archive": "undo: off\narchive: off\n",
}


@pytest.mark.parametrize("kept", KEPT)
def test_a_pass_whose_disk_fills_up_converges_with_room(disk, desk_cli, helpdesk, kept) -> None:
    desk_cli.edit("bridge.yaml", "version: 1\n", f"version: 1\n{KEPT[kept]}")
    assert desk_cli("setup").code == 0
    answered(helpdesk)
    assert desk_cli("sync").code == 0
    before = desk_cli("state", "show", "--json").json
    answered(helpdesk)
    helpdesk.clear_journal()
    with disk.full():
        assert "Check the disk" in refused(desk_cli, "sync")
    assert [one.route for one in helpdesk.journal].count("writes") == 0
    assert desk_cli("state", "show", "--json").json == before
    assert desk_cli("sync").code == 0
    assert levels(helpdesk) == 6
    assert desk_cli("sync", "--json").json["requests"] == 1


@pytest.mark.parametrize("kept", KEPT)
def test_what_was_written_before_the_disk_was_full_stands_and_is_found_to(disk, desk_cli, helpdesk, kept) -> None:
    desk_cli.edit("bridge.yaml", "version: 1\n", f"version: 1\n{KEPT[kept]}")
    assert desk_cli("setup").code == 0
    answered(helpdesk)
    with ExitStack() as until_then:
        helpdesk.faults.next("writes", Fault.RACE, edit=lambda: until_then.enter_context(disk.full()))
        said = refused(desk_cli, "sync")
    assert "Check the disk" in said
    assert levels(helpdesk) == 3
    again = desk_cli("sync", "--json")
    assert (again.code, again.json["written"]) == (0, 0)
    assert desk_cli("sync", "--json").json["requests"] == 1


def test_a_plan_needs_no_room(disk, desk_cli, helpdesk) -> None:
    assert desk_cli("setup").code == 0
    answered(helpdesk)
    assert desk_cli("sync").code == 0
    answered(helpdesk, 1)
    with disk.full():
        planned = desk_cli("plan", "--json")
    assert planned.code == 0
    assert len(planned.json["changes"]) == 1


def test_metrics_are_a_warning_and_what_stood_in_the_file_stands(disk, desk_cli, helpdesk) -> None:
    desk_cli.edit(
        "bridge.yaml", str(disk.folder / "state.sqlite3"), str(disk.folder.parent / "elsewhere/state.sqlite3")
    )
    desk_cli.edit("bridge.yaml", "version: 1\n", f"version: 1\nmetrics: {{textfile: {disk.folder / 'bridge.prom'}}}\n")
    assert desk_cli("setup").code == 0
    assert desk_cli("sync").code == 0
    stood = (disk.folder / "bridge.prom").read_bytes()
    with disk.full(), pytest.raises(OSError, match=r"No space|too large"):
        write_textfile(disk.folder / "bridge.prom", stood * 2)
    assert (disk.folder / "bridge.prom").read_bytes() == stood
    assert disk.names() == ["bridge.prom"]


def test_what_an_undo_holds_is_held_before_anything_is_put_back(disk, desk_cli, helpdesk) -> None:
    assert desk_cli("setup").code == 0
    answered(helpdesk)
    assert desk_cli("sync").code == 0
    helpdesk.clear_journal()
    with disk.full():
        refused(desk_cli, "state", "undo", "1")
    assert [one.route for one in helpdesk.journal].count("writes") == 0
    assert levels(helpdesk) == 3
    undone = desk_cli("state", "undo", "1")
    assert (undone.code, levels(helpdesk)) == (0, 0)


def test_a_hold_is_there_or_not_and_never_half(disk) -> None:
    hold = Hold(disk.folder / "state.sqlite3")
    with disk.full(), pytest.raises(StateUnusable, match="Check the disk"):
        hold.set(Held(1, "sha256:1", 1))
    assert hold.read() is None
    hold.set(Held(1, "sha256:1", 1))
    with disk.full(), pytest.raises(StateUnusable):
        hold.set(Held(2, "sha256:2", 2))
    assert hold.read() == Held(1, "sha256:1", 1)


def test_the_archive_keeps_a_file_whole_or_not_at_all(disk) -> None:
    archive = Archive(disk.folder / "archive", seconds=86_400, clock=lambda: 1_795_000_000.0)
    [digest] = archive.keep(b"what stood there")
    with disk.full(), pytest.raises(StateUnusable, match="archive: off"):
        archive.keep(b"what comes" * 1000)
    assert disk.names(disk.folder / "archive") == [digest.removeprefix("sha256:")]
    assert archive.read(*archive.keep(b"what comes" * 1000)) == b"what comes" * 1000


def test_a_registrys_last_good_copy_that_cannot_be_renewed_stops_nothing(disk, desk_cli, helpdesk) -> None:
    assert desk_cli("setup").code == 0
    assert desk_cli("sync").code == 0
    kept = {one.name: one.read_bytes() for one in (disk.folder / "registry").iterdir()}
    assert kept
    with (desk_cli.folder / "registry/customers.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    with disk.full():
        looked = desk_cli("registry", "check")
    assert looked.code == 0, looked.err
    assert {one.name: one.read_bytes() for one in (disk.folder / "registry").iterdir()} == kept


TICKET = (
    '{"id":1,"number":"1","rev":"r","created_at":"2026-11-23T04:00:00Z","subject":"It stopped","source":"web",'
    '"status":{"id":1,"name":"Open","state":"open"},"department":{"id":1,"name":"Support"},"fields":{},'
    '"requester":{"email":"a@b.example"},"events":[{"at":"2026-11-23T04:00:00Z","kind":"created","actor":"customer"}]}\n'
)
WRITTEN = {
    "a report": ("report", "-i", "-", "--period", "2026-11", "-o"),
    "an export": ("export", "-o"),
    "a simulation": ("policy", "simulate", "{config}", "-i", "-", "--html"),
    "the results of policy tests": ("policy", "test", "--junit"),
    "the packed plugin": ("plugin", "package", "-o"),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_a_file_that_a_command_writes_is_the_old_one_or_the_new_one(disk, desk_cli, helpdesk, what) -> None:
    answered(helpdesk, 1)
    path = disk.folder / "out/result"
    path.parent.mkdir()
    arguments = [one.format(config=desk_cli.folder) for one in WRITTEN[what]]
    with disk.full():
        said = refused(desk_cli, *arguments, str(path), stdin=TICKET)
    assert f"{path} cannot be written: " in said
    assert "make room on that disk" in said
    assert disk.names(path.parent) == []
    path.write_bytes(b"the old one")
    with disk.full():
        refused(desk_cli, *arguments, str(path), stdin=TICKET)
    assert (disk.names(path.parent), path.read_bytes()) == (["result"], b"the old one")
    assert desk_cli(*arguments, str(path), stdin=TICKET).code in {0, 4}
    assert path.stat().st_size > 100
    assert disk.names(path.parent) == ["result"]


@pytest.mark.parametrize("there", [True, False], ids=["an empty folder", "a new folder"])
def test_init_leaves_nothing_of_a_configuration_that_did_not_fit(disk, cli, there) -> None:
    folder = disk.folder / "etc"
    if there:
        folder.mkdir()
    with disk.full():
        said = refused(cli, "init", str(folder))
    assert f"{folder} cannot be written: " in said
    assert (folder.exists(), [*folder.iterdir()] if there else []) == (there, [])
    assert cli("init", str(folder)).code == 0


def an_osticket(folder: Path) -> Path:
    (folder / "include/plugins").mkdir(parents=True)
    (folder / "main.inc.php").touch()
    return folder / "include/plugins/sla-bridge"


def test_an_installed_plugin_stays_whole_when_its_update_does_not_fit(disk, cli) -> None:
    target = an_osticket(disk.folder / "osticket")
    with disk.full():
        refused(cli, "plugin", "install", "--osticket-root", str(disk.folder / "osticket"))
    assert disk.names(target.parent) == []
    assert cli("plugin", "install", "--osticket-root", str(disk.folder / "osticket")).code == 0
    (target / "of-the-old-one").touch()
    with disk.full():
        refused(cli, "plugin", "install", "--osticket-root", str(disk.folder / "osticket"))
    assert disk.names(target.parent) == ["sla-bridge"]
    assert "of-the-old-one" in disk.names(target)


def test_an_installed_plugin_comes_back_when_the_new_one_cannot_take_its_place(tmp_path, cli, monkeypatch) -> None:
    target = an_osticket(tmp_path / "osticket")
    assert cli("plugin", "install", "--osticket-root", str(tmp_path / "osticket")).code == 0
    (target / "of-the-old-one").touch()
    rename = Path.rename

    def only_away(path: Path, to: Path) -> Path:
        if path.name == "new":
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", only_away)
    said = refused(cli, "plugin", "install", "--osticket-root", str(tmp_path / "osticket"))
    assert "Run this as a user that may write there" in said
    assert (target / "of-the-old-one").exists()


def test_a_copy_that_fails_leaves_out_what_it_should_and_takes_back_what_it_wrote(tmp_path, monkeypatch) -> None:
    source = tmp_path / "source"
    for name in ("a/one", "b/two", "examples/three"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).touch()
    copy_folder(source, tmp_path / "whole", leave_out="examples")
    assert sorted(one.name for one in (tmp_path / "whole").rglob("*")) == ["a", "b", "one", "two"]
    copyfile, copied = shutil.copyfile, []

    def once(start: Path, target: Path) -> None:
        if copied:
            raise OSError(errno.ENOSPC, "No space left on device")
        copied.append(copyfile(start, target))

    monkeypatch.setattr(shutil, "copyfile", once)
    with pytest.raises(OSError, match="No space"):
        copy_folder(source, tmp_path / "half")
    assert not (tmp_path / "half").exists()
