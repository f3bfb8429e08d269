"""The archive as a folder: what is kept how long, what is erased, and what a crash may leave."""

import os
from pathlib import Path

import pytest

from bridge.customers import Customer, Presence, RegistryAnswer
from bridge.errors import StateUnusable
from bridge.policies.outcome.record import inputs_digest
from bridge.sync.archive import Archive

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


def digests(archive):
    return {one.digest for one in archive.files() if not one.erased}


def test_what_was_used_is_kept_and_what_nobody_needed_for_long_goes(opened, days):
    first = opened(b"the policy")
    first.keep_inputs(POLICY, answer("C-1"))
    policy = first.keep(b"the policy")
    days.now += 60 * DAY
    opened(b"the policy").keep_inputs(POLICY, answer("C-2"))
    days.now += 60 * DAY
    opened(b"the policy").keep_inputs(POLICY, answer("C-3"))
    wanted = {inputs_digest(POLICY, answer(one)) for one in ("C-2", "C-3")}
    assert digests(opened()) == wanted | {policy}


def test_the_same_answer_is_kept_once(opened):
    archive = opened()
    for _ in range(3):
        archive.keep_inputs(POLICY, answer())
    assert digests(archive) == {inputs_digest(POLICY, answer())}


def test_the_policy_is_asked_for_once_a_pass_and_only_when_a_cycle_is_over(tmp_path, days):
    asked = []

    def policy():
        asked.append(1)
        return [b"one", b"two"]

    archive = Archive(tmp_path / "archive", seconds=DAY, clock=days, policy=policy)
    assert not asked
    for one in range(5):
        archive.keep_inputs(POLICY, answer(f"C-{one}"))
    assert (asked, len(digests(archive))) == ([1], 7)


def test_a_draft_that_a_crash_left_is_no_file_of_the_archive_and_in_nobody_s_way(opened):
    archive = opened()
    digest = archive.keep(b"content")
    path = archive.folder / digest.removeprefix("sha256:")
    path.rename(path.with_name(path.name + ".new"))
    assert not opened().files()
    assert opened().keep(b"content") == digest
    assert opened().read(digest) == b"content"


@pytest.mark.parametrize("left", [b"", b"conten", b"CONTENT"])
def test_a_file_that_a_crash_left_torn_is_never_shown_and_is_mended_by_the_next_use(opened, left):
    digest = opened().keep(b"content")
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
    archive.keep_inputs(POLICY, answer("7"))
    archive.keep_inputs(POLICY, answer("8", attributes={"version": "7"}))
    assert archive.forget(customer="7") == 1
    assert digests(archive) == {inputs_digest(POLICY, answer("8", attributes={"version": "7"}))}


def test_an_address_is_found_wherever_it_stands_whatever_its_case(opened):
    archive = opened(b"the policy of user@kolos.example")
    archive.keep_inputs(POLICY, answer("1", emails=("User@Kolos.example",)))
    archive.keep_inputs(POLICY, answer("2", attributes={"contact": "user@kolos.example"}))
    archive.keep_inputs(POLICY, answer("3", emails=("otheruser@kolos.example",)))
    assert archive.forget(email=" USER@kolos.example ") == 2
    assert len(digests(archive)) == 2, "the third answer, and the policy, which is no answer of the registry"


def test_an_ambiguous_answer_that_names_the_customer_is_erased_too(opened):
    archive = opened()
    archive.keep_inputs(POLICY, RegistryAnswer(presence=Presence.AMBIGUOUS, candidates=("C-1", "C-2")))
    assert archive.forget(customer="c-2") == 1


def test_what_is_kept_again_is_no_longer_called_erased(opened):
    archive = opened()
    archive.keep_inputs(POLICY, answer())
    archive.forget(customer="C-1")
    assert [one.erased for one in archive.files()] == [True]
    opened().keep_inputs(POLICY, answer())
    assert [one.erased for one in archive.files()] == [False]


def test_a_mark_of_what_was_erased_goes_after_the_same_time(opened, days):
    archive = opened()
    archive.keep_inputs(POLICY, answer())
    archive.forget(customer="C-1")
    (mark,) = archive.folder.iterdir()
    os.utime(mark, (days.now, days.now))
    days.now += 101 * DAY
    opened().keep_inputs(POLICY, answer("C-2"))
    assert digests(archive) == {inputs_digest(POLICY, answer("C-2"))}
    assert not any(one.erased for one in archive.files())


def test_an_archive_that_was_never_begun_is_empty(opened):
    assert opened().files() == ()
    assert opened().forget(customer="C-1") == 0


def test_a_symbolic_link_in_the_way_is_not_written_through(opened, tmp_path):
    archive = opened()
    digest = archive.keep(b"content").removeprefix("sha256:")
    (archive.folder / digest).unlink()
    (tmp_path / "theirs").write_bytes(b"theirs")
    (archive.folder / f"{digest}.new").symlink_to(tmp_path / "theirs")
    with pytest.raises(StateUnusable, match="cannot be used"):
        opened().keep(b"content")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"


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
        opened().keep_inputs(POLICY, answer("C-1"))
    assert not draft.exists()


def test_what_was_used_again_is_kept_from_then_on_although_nobody_uses_it_any_more(opened, days):
    digest = opened().keep(b"an older policy")
    days.now += 60 * DAY
    opened().keep(b"an older policy")
    days.now += 60 * DAY
    opened(b"a newer policy").keep_inputs(POLICY, answer())
    assert opened().read(digest) == b"an older policy"
    days.now += 41 * DAY
    opened(b"a newer policy").keep_inputs(POLICY, answer("C-2"))
    assert opened().read(digest) is None


def test_a_file_is_on_the_disk_before_it_takes_its_place_and_its_folder_knows_it(opened, monkeypatch, tmp_path):
    """Whoever loses the power after a cycle was written finds what it names, whole."""
    done = []
    fsync, replace = os.fsync, type(tmp_path).replace

    def settled(handle):
        done.append("folder" if Path(f"/proc/self/fd/{handle}").is_dir() else "file")
        fsync(handle)

    def replaced(self, target):
        done.append("replaced")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", settled)
    monkeypatch.setattr(type(tmp_path), "replace", replaced)
    archive = opened()
    archive.keep_inputs(POLICY, answer())
    assert done == ["file", "replaced", "folder"]
    archive.keep_inputs(POLICY, answer())
    opened().keep_inputs(POLICY, answer())
    assert len(done) == 3, "what stands already costs no disk"
    opened().forget(customer="C-1")
    assert done[3:] == ["folder"]
