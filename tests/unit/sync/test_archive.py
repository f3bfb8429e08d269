"""The archive as a folder: what is kept how long, what is erased, and what a crash may leave."""

import os
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

import pytest

from bridge.customers import Customer, Presence, RegistryAnswer
from bridge.errors import StateUnusable
from bridge.policies.outcome.record import inputs_digest
from bridge.sync.memory.archive import Archive

DAY = 86400
POLICY = "sha256:" + "a" * 64


class Days:
    def __init__(self) -> None:
        self.now = 1_795_000_000

    def __call__(self) -> float:
        return float(self.now)


@pytest.fixture
def days():
    return Days()


@pytest.fixture
def opened(tmp_path, days):
    """An archive as the next pass opens it."""
    return lambda *policy: Archive(tmp_path / "archive", seconds=100 * DAY, clock=days, policy=lambda: policy)


def answer(ident="C-1", **more):
    customer = Customer(id=ident, name="Kolos", **more)
    return RegistryAnswer(presence=Presence.FOUND, customer=customer, matched_by="email", source="crm")


def used(archive, *answers):
    """Let cycles be over that rest on answers, and be written."""
    for one in answers:
        archive.keep_inputs(POLICY, one)
    archive.settle()


def digests(archive):
    return {one.digest for one in archive.files() if not one.erased}


def test_what_was_used_is_kept_and_what_nobody_needed_for_long_goes(opened, days):
    first = opened(b"the policy")
    used(first, answer("C-1"))
    (policy,) = first.keep(b"the policy")
    days.now += 60 * DAY
    used(opened(b"the policy"), answer("C-2"))
    days.now += 60 * DAY
    used(opened(b"the policy"), answer("C-3"))
    wanted = {inputs_digest(POLICY, answer(one)) for one in ("C-2", "C-3")}
    assert digests(opened()) == wanted | {policy}


def test_an_answer_that_a_cycle_named_again_is_kept_from_then_on(opened, days):
    for one in ("C-1", "C-1", "C-2"):
        used(opened(), answer(one))
        days.now += 60 * DAY
    assert digests(opened()) == {inputs_digest(POLICY, answer(one)) for one in ("C-1", "C-2")}


def test_the_same_answer_is_kept_once(opened, monkeypatch):
    archive, real, asked = opened(), Archive.keep, []
    monkeypatch.setattr(Archive, "keep", lambda self, *contents: asked.extend(contents) or real(self, *contents))
    for _ in range(3):
        used(archive, answer())
    assert digests(archive) == {inputs_digest(POLICY, answer())}
    assert len(asked) == 1, "once a pass, not once a cycle"


def test_the_policy_is_asked_for_once_a_pass_and_only_when_a_cycle_is_over(tmp_path, days):
    asked = []

    def policy():
        asked.append(1)
        return [b"one", b"two"]

    archive = Archive(tmp_path / "archive", seconds=DAY, clock=days, policy=policy)
    assert not asked
    for one in range(5):
        used(archive, answer(f"C-{one}"))
    assert (asked, len(digests(archive))) == ([1], 7)


def test_a_draft_that_a_crash_left_is_no_file_of_the_archive_and_in_nobody_s_way(opened):
    archive = opened()
    (digest,) = archive.keep(b"content")
    path = archive.folder / digest.removeprefix("sha256:")
    path.rename(path.with_name(path.name + ".new"))
    assert not opened().files()
    assert opened().keep(b"content") == [digest]
    assert opened().read(digest) == b"content"


@pytest.mark.parametrize("left", [b"", b"conten", b"CONTENT"])
def test_a_file_that_a_crash_left_torn_is_never_shown_and_is_mended_by_the_next_use(opened, left):
    (digest,) = opened().keep(b"content")
    (opened().folder / digest.removeprefix("sha256:")).write_bytes(left)
    assert opened().read(digest) is None
    opened().keep(b"content")
    assert opened().read(digest) == b"content"


@pytest.mark.parametrize("strange", ["", "..", "../secret", "/etc/passwd", "sha256:", "x" * 5000, "a" * 64])
def test_what_is_no_digest_reads_nothing(opened, strange):
    archive = opened()
    archive.keep(b"content")
    (archive.folder.parent / "secret").write_bytes(b"secret")
    assert archive.read(strange) is None


def test_a_customer_s_id_is_not_looked_for_in_other_values(opened):
    """Ids are short words: erasing customer 7 must not take everybody whose attribute says 7."""
    archive = opened()
    used(archive, answer("7"))
    used(archive, answer("8", attributes={"version": "7"}))
    assert archive.forget(customer="7") == 1
    assert digests(archive) == {inputs_digest(POLICY, answer("8", attributes={"version": "7"}))}


def test_an_address_is_found_wherever_it_stands_whatever_its_case(opened):
    archive = opened(b"the policy of user@kolos.example")
    used(archive, answer("1", emails=("User@Kolos.example",)))
    used(archive, answer("2", attributes={"contact": "user@kolos.example"}))
    used(archive, answer("3", emails=("otheruser@kolos.example",)))
    assert archive.forget(email=" USER@kolos.example ") == 2
    assert len(digests(archive)) == 2, "the third answer, and the policy, which is no answer of the registry"


def test_an_ambiguous_answer_that_names_the_customer_is_erased_too(opened):
    archive = opened()
    used(archive, RegistryAnswer(presence=Presence.AMBIGUOUS, candidates=("C-1", "C-2")))
    assert archive.forget(customer="c-2") == 1


def test_what_is_kept_again_is_no_longer_called_erased(opened):
    archive = opened()
    used(archive, answer())
    archive.forget(customer="C-1")
    assert [one.erased for one in archive.files()] == [True]
    used(opened(), answer())
    assert [one.erased for one in archive.files()] == [False]


def test_a_mark_of_what_was_erased_goes_after_the_same_time(opened, days):
    archive = opened()
    used(archive, answer())
    archive.forget(customer="C-1")
    (mark,) = archive.folder.iterdir()
    os.utime(mark, (days.now, days.now))
    days.now += 101 * DAY
    used(opened(), answer("C-2"))
    assert digests(archive) == {inputs_digest(POLICY, answer("C-2"))}
    assert not any(one.erased for one in archive.files())


def test_an_archive_that_was_never_begun_is_empty(opened):
    assert opened().files() == ()
    assert opened().forget(customer="C-1") == 0


def test_a_symbolic_link_in_the_way_is_not_written_through(opened, tmp_path):
    archive = opened()
    digest = archive.keep(b"content")[0].removeprefix("sha256:")
    (archive.folder / digest).unlink()
    (tmp_path / "theirs").write_bytes(b"theirs")
    (archive.folder / f"{digest}.new").symlink_to(tmp_path / "theirs")
    with pytest.raises(StateUnusable, match="cannot be used"):
        opened().keep(b"content")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"


def test_what_is_kept_is_on_the_disk_when_it_has_settled_and_the_folder_is_waited_for_once(opened, monkeypatch):
    synced, real = [], os.fsync

    def fsync(what):
        synced.append(what)
        real(what)

    monkeypatch.setattr(os, "fsync", fsync)
    archive, answers = opened(), [answer(f"C-{one}") for one in range(50)]
    for one in answers:
        archive.keep_inputs(POLICY, one)
    assert not archive.files()
    archive.settle()
    assert digests(archive) == {inputs_digest(POLICY, one) for one in answers}
    assert len(synced) == 50 + 1
    archive.settle()
    used(archive, *answers)
    assert len(synced) == 51


def test_what_cannot_be_put_on_the_disk_bears_no_name_that_says_it_is_there(opened, monkeypatch):
    def fsync(_):
        raise OSError(28, "No space left on device")

    archive = opened()
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StateUnusable, match="No space left"):
        used(archive, answer("C-1"), answer("C-2"))
    monkeypatch.undo()
    assert not list(archive.folder.iterdir())
    again = opened()
    used(again, answer("C-1"))
    assert digests(again) == {inputs_digest(POLICY, answer("C-1"))}


def test_of_a_scan_over_many_customers_no_more_than_a_thousand_answers_wait(opened):
    archive = opened()
    for one in range(2050):
        archive.keep_inputs(POLICY, answer(f"C-{one}"))
    assert len(archive.files()) == 2000
    archive.settle()
    assert len(archive.files()) == 2050


def test_one_thread_decides_on_while_another_waits_for_the_disk(opened):
    """Whatever was asked to be kept before a thread settles is there when it goes on."""
    archive, answers, seen = opened(), [answer(f"C-{one}") for one in range(400)], []
    with ThreadPoolExecutor(1) as lane:
        for start in range(0, 400, 20):
            for one in answers[start : start + 20]:
                archive.keep_inputs(POLICY, one)
            wanted = {inputs_digest(POLICY, one) for one in answers[: start + 20]}
            lane.submit(archive.settle).add_done_callback(
                lambda _, wanted=wanted: seen.append(wanted <= digests(archive))
            )
    assert seen == [True] * 20


def test_who_writes_waits_for_what_another_thread_is_putting_down(opened, monkeypatch):
    """A scan that meets a thousand answers puts them down itself; a write that rests on one of them must not go ahead."""
    begun, goes_on, real = Event(), Event(), os.fsync

    def fsync(what):
        begun.set()
        goes_on.wait(10)
        real(what)

    monkeypatch.setattr(os, "fsync", fsync)
    archive = opened()
    archive.keep_inputs(POLICY, answer())
    with ThreadPoolExecutor(2) as lanes:
        first = lanes.submit(archive.settle)
        assert begun.wait(10)
        second = lanes.submit(archive.settle)
        done, _ = wait([second], timeout=0.3)
        goes_on.set()
        first.result(10)
        second.result(10)
    assert not done
    assert len(archive.files()) == 1


@pytest.mark.parametrize("how", ["erased", "next pass"])
def test_what_a_killed_pass_has_left_half_written_goes(opened, how):
    """It may tell of a customer, and under no digest would anybody ever look for it."""
    archive = opened()
    archive.keep(b"content")
    draft = archive.folder / f"{'7' * 64}.new"
    draft.write_bytes(b'["sha256:0", {"customer": {"id": "C-1"')
    if how == "erased":
        assert archive.forget(customer="C-9") == 0
    else:
        used(opened(), answer("C-1"))
    assert not draft.exists()


def test_what_was_used_again_is_kept_from_then_on_although_nobody_uses_it_any_more(opened, days):
    (digest,) = opened().keep(b"an older policy")
    days.now += 60 * DAY
    opened().keep(b"an older policy")
    days.now += 60 * DAY
    used(opened(b"a newer policy"), answer())
    assert opened().read(digest) == b"an older policy"
    days.now += 41 * DAY
    used(opened(b"a newer policy"), answer("C-2"))
    assert opened().read(digest) is None


def test_a_file_is_on_the_disk_before_it_takes_its_place_and_its_folder_knows_it(opened, monkeypatch, tmp_path):
    """Whoever loses the power after a cycle was written finds what it names, whole."""
    done = []
    fsync, replace = os.fsync, type(tmp_path).replace

    def settled(handle):
        number = handle if isinstance(handle, int) else handle.fileno()
        done.append("folder" if Path(f"/proc/self/fd/{number}").is_dir() else "file")
        fsync(handle)

    def replaced(self, target):
        done.append("replaced")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", settled)
    monkeypatch.setattr(type(tmp_path), "replace", replaced)
    archive = opened()
    used(archive, answer())
    assert done == ["file", "replaced", "folder"]
    used(archive, answer())
    used(opened(), answer())
    assert len(done) == 3, "what stands already costs no disk"
    opened().forget(customer="C-1")
    assert done[3:] == ["folder"]
