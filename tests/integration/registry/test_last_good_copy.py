"""A source that is down, damaged, empty or suddenly shorter takes nothing away from anybody."""

import os

import pytest

from bridge.customers import NO_REGISTRY, Presence, Tracked

TEN = tuple(
    f"K-{number};Имя {number};REG-{number};a{number}@one.example;;Бухгалтерия;31.12.2027" for number in range(10)
)
ASK = {"email": "a9@one.example"}


@pytest.fixture
def loaded(folder):
    """Return the folder after a good load of ten customers."""
    folder.customers(*TEN)
    assert folder.load().problems == ()
    return folder


def break_export(folder, how: str) -> None:
    export = folder.path / "customers.csv"
    match how:
        case "missing":
            export.unlink()
        case "directory":
            export.unlink()
            export.mkdir()
        case "empty":
            export.write_bytes(b"")
        case "header only":
            export.write_text(export.read_text().split("\n")[0] + "\n")
        case "renamed column":
            export.write_text(export.read_text().replace("Сертификат до", "Сертификат по"))
        case "shrunken":
            export.write_text("\n".join(export.read_text().split("\n")[:8]) + "\n")
        case "binary":
            export.write_bytes(os.urandom(4096))


@pytest.mark.parametrize(
    "how", ["missing", "directory", "empty", "header only", "renamed column", "shrunken", "binary"]
)
def test_the_last_good_copy_serves_with_its_age(loaded, how):
    as_of = loaded.load().as_of
    break_export(loaded, how)
    load = loaded.load(now=loaded.now + 3600)
    answer = load.registry.lookup(loaded.ticket(**ASK))
    assert (answer.presence, answer.customer.id, answer.stale, answer.as_of) == (Presence.FOUND, "K-9", True, as_of)
    (state,) = load.sources
    assert (state.copied, state.missing, state.rows) == (True, False, 10)
    assert state.why
    assert load.problems[0].code in {"source_unusable", "registry_shrunken"}


@pytest.mark.parametrize("how", ["missing", "empty", "header only", "renamed column"])
def test_without_a_copy_nothing_is_concluded(folder, how):
    folder.customers(*TEN)
    break_export(folder, how)
    load = folder.load()
    assert load.registry.lookup(folder.ticket(**ASK)) == NO_REGISTRY
    assert load.sources[0].missing is True


def test_a_cache_folder_is_not_required(folder):
    folder.customers(*TEN)
    assert folder.load(cache_dir=None).rows == 10
    break_export(folder, "missing")
    assert folder.load(cache_dir=None).registry.lookup(folder.ticket(**ASK)) == NO_REGISTRY


@pytest.mark.parametrize(("kept", "held"), [(8, False), (7, True)])
def test_losing_three_customers_in_ten_needs_a_confirmation(loaded, kept, held):
    loaded.customers(*TEN[:kept])
    load = loaded.load()
    assert load.sources[0].copied is held
    assert len(load.registry) == (10 if held else kept)
    if held:
        assert str(load.problems[0]).startswith("customers.csv: shrank from 10 to 7 rows")
        assert "sla-bridge registry check --confirm-shrunken" in load.problems[0].hint


def test_a_confirmed_loss_is_taken_in_and_becomes_the_new_measure(loaded):
    loaded.customers(*TEN[:2])
    confirmed = loaded.load(confirm_shrunken=True)
    assert (confirmed.problems, len(confirmed.registry)) == ((), 2)
    again = loaded.load()
    assert (again.problems, len(again.registry), again.sources[0].copied) == ((), 2, False)


def test_a_confirmed_empty_registry_still_concludes_nothing(loaded):
    loaded.customers()
    assert loaded.load(confirm_shrunken=True).registry.lookup(loaded.ticket(**ASK)) == NO_REGISTRY


def test_an_emptiness_confirmed_once_is_not_asked_about_again(loaded):
    loaded.customers()
    loaded.load(confirm_shrunken=True)
    again = loaded.load()
    assert (again.problems, again.sources[0].copied) == ((), False)


def test_growth_needs_no_confirmation_and_raises_the_measure(loaded):
    loaded.customers(*TEN, *[row.replace("K-", "L-").replace("REG-", "L").replace("a", "l") for row in TEN])
    assert len(loaded.load().registry) == 20
    loaded.customers(*TEN)
    assert loaded.load().sources[0].copied is True


def test_recovery_is_immediate(loaded):
    original = (loaded.path / "customers.csv").read_bytes()
    break_export(loaded, "missing")
    assert loaded.load().registry.lookup(loaded.ticket(**ASK)).stale is True
    (loaded.path / "customers.csv").write_bytes(original)
    assert loaded.load().registry.lookup(loaded.ticket(**ASK)).stale is False


@pytest.mark.parametrize("damage", ["copy", "json"])
def test_a_damaged_copy_is_void_and_never_wrong(loaded, damage):
    (loaded.path / f"cache/customers.{damage}").write_bytes(b"{garbage")
    break_export(loaded, "missing")
    assert loaded.load().registry.lookup(loaded.ticket(**ASK)) == NO_REGISTRY


def test_a_copy_that_was_cut_off_is_written_again(loaded):
    (loaded.path / "cache/customers.copy").unlink()
    assert loaded.load().problems == ()
    break_export(loaded, "missing")
    assert loaded.load().registry.lookup(loaded.ticket(**ASK)).presence is Presence.FOUND


def test_a_copy_that_cannot_be_kept_is_said_so_and_the_registry_serves(folder):
    folder.customers(*TEN)
    (folder.path / "cache").write_text("a file stands where the folder should")
    load = folder.load()
    assert [problem.code for problem in load.problems] == ["copy_failed"]
    assert load.registry.lookup(folder.ticket(**ASK)).presence is Presence.FOUND


def test_an_unchanged_export_writes_nothing_again(loaded):
    before = (loaded.path / "cache/customers.json").stat().st_ino
    loaded.load()
    assert (loaded.path / "cache/customers.json").stat().st_ino == before


def test_one_source_that_fails_leaves_the_others_and_hides_only_what_it_kept(folder):
    folder.mapping("""
sources:
  people: {kind: csv, file: people.csv, columns: {customer: id, email: mail}}
  certificates: {kind: csv, file: certificates.csv, columns: {customer: id, certificate_until: until}}
""")
    folder.write("people.csv", "id,mail\nK-1,a@one.example\n")
    folder.write("certificates.csv", "id,until\nK-1,2027-12-31\n")
    (whole,) = [folder.load(cache_dir=None)]
    assert whole.registry.lookup(folder.ticket(email="a@one.example")).tracks == {Tracked.CERTIFICATES}
    (folder.path / "certificates.csv").unlink()
    registry = folder.load(cache_dir=None).registry
    answer = registry.lookup(folder.ticket(email="a@one.example"))
    assert (answer.presence, answer.tracks, answer.stale) == (Presence.FOUND, frozenset(), True)
    assert registry.lookup(folder.ticket()).presence is Presence.UNKNOWN


def test_the_digest_moves_with_the_data_and_not_with_a_second_look(loaded):
    first = loaded.load().digest
    os.utime(loaded.path / "customers.csv", (loaded.now, loaded.now))
    assert loaded.load().digest == first
    loaded.customers(*TEN[:9])
    changed = loaded.load().digest
    assert changed != first
    break_export(loaded, "missing")
    assert loaded.load().digest not in {first, changed}


def test_a_copy_that_breaks_off_while_written_leaves_the_old_one(loaded, monkeypatch):
    loaded.customers(*TEN, "K-11;Новый;REG-11;new@one.example;;;")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bridge.connectors.drafts.os.fsync", full)
    load = loaded.load()
    assert [str(problem) for problem in load.problems] == [
        "customers: the last good copy cannot be kept: No space left on device"
    ]
    assert len(load.registry) == 11
    monkeypatch.undo()
    assert sorted(path.name for path in (loaded.path / "cache").iterdir()) == ["customers.copy", "customers.json"]
    break_export(loaded, "missing")
    assert len(loaded.load().registry) == 10


def test_a_copy_that_a_new_mapping_cannot_read_is_no_copy(loaded):
    loaded.mapping((loaded.path / "registry.yaml").read_text().replace("Почта", "Адрес"))
    load = loaded.load()
    assert load.registry.lookup(loaded.ticket(**ASK)) == NO_REGISTRY
    assert load.sources[0].missing is True


def test_a_file_beyond_all_measure_is_not_read(loaded, monkeypatch):
    monkeypatch.setattr("bridge.connectors.registry.sources.base._LARGEST_FILE", 100)
    load = loaded.load()
    assert "at most 100 are read" in str(load.problems[0])
    assert load.sources[0].copied is True
