"""The protocol mutants can still be put in, the published page is of today's table, and the runner tells what it sees."""

import re
from collections import Counter

import pytest

from tests.mutation import protocol
from tests.mutation.mutant import Moved, Mutant
from tests.mutation.protocol import MUTANTS, PAGE, ROOT

SURVIVED_ONCE = """
the list's page advance is one too far; unreadable JSON of /tickets becomes an empty page; any clear no to one ticket means
that it is gone; finished cycles are never sent; tickets that are gone while writing keep their units; the host's clock is the
truth; a ticket that is unreadable after a conflict is lost; the lock file is deleted at the end; no fsync; an old log is left
beside a new file; the tickets that are longest due are not the first; the token is written before the commit
"""
"""Faults that the tests let through until they were looked for."""

processes = pytest.mark.timeout(600)
"""Each mutant starts a pytest of its own, and the machine may be busy."""

SAMPLE = (
    "a noop counts as written",
    "no fsync",
    "the lock file is deleted at the end",
    "a clear no is asked for again",
)


def source(mutant):
    return (ROOT / "bridge" / mutant.file).read_text(encoding="utf-8")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_each_mutant_can_be_put_in_at_one_place_only(mutant):
    assert mutant.applied(source(mutant)) != source(mutant)


def test_no_two_mutants_are_called_or_are_the_same():
    assert max(Counter(one.name for one in MUTANTS).values()) == 1
    assert max(Counter((one.file, one.applied(source(one))) for one in MUTANTS).values()) == 1


def test_there_are_enough_of_them_and_those_that_survived_once_are_among_them():
    assert len(MUTANTS) >= 60
    names = {" ".join(one.split()) for one in SURVIVED_ONCE.split(";")}
    assert len(names) == 12
    assert names <= {one.name for one in MUTANTS}


def mutant(*replacements):
    return Mutant(kind="a kind", name="a fault", file="sync/memory/lock.py", replacements=replacements)


@pytest.mark.parametrize(("text", "times"), [("nowhere to be found", 0), ("os.close", 1), ("os.", 8)])
def test_a_text_that_is_not_there_exactly_once_is_told_with_the_file(text, times):
    content = source(mutant())
    assert (content.count(text) == 1) == (times == 1)
    if times == 1:
        assert "os.shut(handle)" in mutant((text, "os.shut")).applied(content)
        return
    with pytest.raises(
        Moved, match=r"'a fault': \d+ times in bridge/sync/memory/lock\.py, not once: '" + re.escape(text)
    ):
        mutant((text, "x")).applied(content)


def test_a_replacement_that_nothing_could_run_is_no_mutant():
    with pytest.raises(SyntaxError):
        mutant(("os.close(handle)", "os.close(")).applied(source(mutant()))


def test_the_published_page_is_of_todays_table_and_names_tests_that_exist():
    text = PAGE.read_text(encoding="utf-8")
    noticed = protocol.noticed(text)
    survived = dict.fromkeys((one.name for one in MUTANTS if f"| {one.name} | `{one.file}` | **nobody** |" in text), "")
    known = survived | {one.name: noticed[one.name] for one in MUTANTS if one.name in noticed}
    assert protocol.page(known).partition("\n## ")[2] == text.partition("\n## ")[2], "run `make mutants`"
    for test in set(noticed.values()):
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{test} is no more: run `make mutants`"


def test_the_page_says_what_was_found_and_is_read_back():
    first, second, third = MUTANTS[:3]
    text = protocol.page({first.name: "tests/a.py::test_b", second.name: ""})
    assert f"1 of {len(MUTANTS)} noticed, {len(MUTANTS) - 2} not tried yet." in text
    assert f"| {second.name} | `{second.file}` | **nobody** |" in text
    assert f"| {third.name} | `{third.file}` | not tried yet |" in text
    assert protocol.noticed(text) == {first.name: "tests/a.py::test_b"}
    assert f"{len(MUTANTS)} of {len(MUTANTS)} noticed.\n" in protocol.page({one.name: "x::y" for one in MUTANTS})


def test_all_tests_are_run_before_a_mutant_may_survive():
    for one in MUTANTS:
        assert next(protocol.stages(one, "tests/a.py::test_b")) == ("tests/a.py::test_b",)
        assert list(protocol.stages(one, None))[-1] == protocol.TESTS


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return protocol.tree(tmp_path_factory.mktemp("mutants"))


@processes
@pytest.mark.parametrize("name", SAMPLE)
def test_a_few_of_them_are_noticed_by_the_tests_that_the_page_names(copy, name):
    mutant = next(one for one in MUTANTS if one.name == name)
    last = protocol.noticed(PAGE.read_text(encoding="utf-8"))[name]
    assert protocol.tried(mutant, copy, last).by == last
    assert (copy / "bridge" / mutant.file).read_text(encoding="utf-8") == source(mutant), "taken out again"


@processes
def test_a_mutant_that_harms_nothing_survives(copy, monkeypatch):
    monkeypatch.setattr(protocol, "TESTS", ("tests/unit/sync/test_guards.py",))
    monkeypatch.setattr(protocol, "_NEAREST", {})
    harmless = mutant(("One pass at a time", "Two passes at a time"))
    assert protocol.tried(harmless, copy, "tests/unit/sync/test_guards.py::test_that_is_no_more").by == ""


@processes
def test_a_mutant_that_does_not_run_at_all_is_told_and_not_counted_as_noticed(copy):
    broken = mutant(("import fcntl", "import nonsense_of_ours"))
    with pytest.raises(protocol.Broken, match="nonsense_of_ours"):
        protocol.tried(broken, copy, None)
