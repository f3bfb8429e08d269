"""A list of events that is down, damaged or suddenly shorter takes nothing away from what was kept."""

import os

import pytest

from bridge.policies.obligations.model import NO_EVIDENCE, EvidenceAge

DAYS = tuple(f"{day:02}.11.2026;K-{day}" for day in range(1, 11))
MORE = """
events:
  visits: {kind: csv, file: visits.csv, columns: {day: Day, customer: Who}}
"""


def visits(folder, *rows: str) -> None:
    folder.write("visits.csv", "\n".join(("Day;Who", *rows)) + "\n")


@pytest.fixture
def loaded(folder):
    """Return the folder after a good load of a customer and ten visits, written an hour ago."""
    folder.customers("K-1;Dawn;REG-1;a@one.example;;;", more=MORE)
    visits(folder, *DAYS)
    os.utime(folder.path / "visits.csv", (folder.now - 3600, folder.now - 3600))
    load = folder.load()
    assert (load.problems, load.events["visits"].age, len(load.events["visits"].by_customer)) == ((), None, 10)
    return folder


def break_list(folder, how: str) -> None:
    path = folder.path / "visits.csv"
    match how:
        case "missing":
            path.unlink()
        case "renamed column":
            path.write_text(path.read_text().replace("Day", "Date"))
        case "header only":
            visits(folder)
        case "shrunken":
            visits(folder, *DAYS[:7])
        case "binary":
            path.write_bytes(os.urandom(4096))


@pytest.mark.parametrize("how", ["missing", "renamed column", "header only", "shrunken", "binary"])
def test_the_last_good_copy_serves_with_its_age(loaded, how):
    before = loaded.load().digest
    break_list(loaded, how)
    load = loaded.load(now=loaded.now + 3600)
    found = load.events["visits"]
    assert len(found.by_customer) == 10
    assert found.age == EvidenceAge(loaded.now - 3600, loaded.now - 3600)
    (state,) = load.lists
    assert (state.id, state.copied, state.missing, state.rows) == ("events.visits", True, False, 10)
    assert load.problems[0].code in {"source_unusable", "registry_shrunken"}
    # What rests on it is looked at again, and the customers are as fresh as they were.
    assert load.digest != before
    assert load.registry.health.stale is False


@pytest.mark.parametrize("how", ["missing", "renamed column"])
def test_without_a_copy_nothing_is_concluded(folder, how):
    folder.customers("K-1;Dawn;REG-1;a@one.example;;;", more=MORE)
    visits(folder, *DAYS)
    break_list(folder, how)
    load = folder.load()
    assert (load.events["visits"], load.lists[0].missing) == (NO_EVIDENCE, True)
    assert load.registry.health.complete is True


def test_a_list_may_begin_without_an_event_and_grow(folder):
    folder.customers("K-1;Dawn;REG-1;a@one.example;;;", more=MORE)
    visits(folder)
    for rows in (DAYS[:0], DAYS[:0], DAYS[:1], DAYS[:2]):
        visits(folder, *rows)
        load = folder.load()
        assert (load.problems, load.events["visits"].known, load.lists[0].rows) == ((), True, len(rows))


def test_losing_three_events_in_ten_needs_a_confirmation(loaded):
    visits(loaded, *DAYS[:7])
    (problem,) = loaded.load().problems
    assert str(problem).startswith("visits.csv: shrank from 10 to 7 rows")
    assert "if events were really struck out: sla-bridge registry check --confirm-shrunken" in problem.hint
    confirmed = loaded.load(confirm_shrunken=True)
    assert (confirmed.problems, confirmed.lists[0].rows) == ((), 7)
    again = loaded.load()
    assert (again.problems, again.lists[0].copied) == ((), False)


def test_a_source_and_a_list_of_one_name_have_copies_of_their_own(folder):
    folder.customers("K-1;Dawn;REG-1;a@one.example;;;", more=MORE.replace("visits:", "customers:"))
    visits(folder, *DAYS)
    folder.load()
    (folder.path / "customers.csv").unlink()
    (folder.path / "visits.csv").unlink()
    load = folder.load()
    assert [one.rows for one in (*load.sources, *load.lists)] == [1, 10]


def test_a_list_that_is_not_renewed_grows_old_as_sources_do(loaded):
    loaded.customers("K-1;Dawn;REG-1;a@one.example;;;", more=MORE + "stale_after_days: 2\n")
    written = loaded.now - 3600
    assert loaded.load().events["visits"].age == EvidenceAge(written, written + 2 * 86_400 + 1)


def test_what_a_list_outside_the_folder_holds_is_not_quoted(loaded, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    other.write_text("root;0\n")
    path = loaded.path / "visits.csv"
    path.unlink()
    path.symlink_to(other)
    (problem,) = loaded.load().problems
    assert "root" not in f"{problem}{problem.hint}"
    assert "it lies outside the configuration folder" in problem.hint
