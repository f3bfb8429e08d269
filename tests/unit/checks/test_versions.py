import pytest

from bridge.policies.checks.versions import Dotted, Named, Order, Ordered, compare, older_than, scheme

dotted = Dotted().read
named = Named(("beta", "", "lts")).read


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("3.0.9", "3.0.52.35"),
        ("6.9", "6.10"),
        ("3", "3.0.0.1"),
        ("3.0.52 (build 7)", "3.0.52 (build 12)"),
        ("3.0.52", "3.0.52 (7)"),
        ("2.5.17.102 сборка 3", "2.5.17.103"),
    ],
)
def test_dotted_numbers_are_ordered_number_by_number_and_then_by_build(older, newer):
    assert compare(dotted(older), dotted(newer)) is Order.OLDER
    assert compare(dotted(newer), dotted(older)) is Order.NEWER


@pytest.mark.parametrize("same", ["3.0", "3.0.0", "v3.0", "Версия 3.0", " 3.0 ", "release 3.0"])
def test_one_version_may_be_written_in_several_ways(same):
    assert compare(dotted(same), dotted("3")) is Order.SAME


@pytest.mark.parametrize(
    "text", ["", None, "последняя", "3.0.x", "3..0", "2024.10 LTS", "7.0.0-build.12", "٣.٠", "1" * 200]
)
def test_text_that_is_no_dotted_version_is_unreadable(text):
    assert dotted(text) is None
    assert compare(dotted(text), dotted("3.0")) is Order.UNKNOWN
    assert older_than(dotted(text), dotted("3.0")) is None


def test_a_version_that_was_cut_short_is_no_evidence_of_being_outdated():
    assert older_than(dotted("3.0.52"), dotted("3.0.52.35")) is None
    assert older_than(dotted("3.0.52"), dotted("3.0.52 (build 7)")) is None
    assert older_than(dotted("3.0.51"), dotted("3.0.52.35")) is True


def test_a_bound_means_what_it_says_however_short():
    assert older_than(dotted("3.0.1"), dotted("3.0")) is False
    assert older_than(dotted("3.0"), dotted("3.0.0")) is False
    assert older_than(dotted("3.0.52 (build 6)"), dotted("3.0.52 (build 7)")) is True


def test_named_releases_are_ordered_by_number_and_then_by_the_declared_words():
    assert compare(named("2024.10 beta"), named("2024.10")) is Order.OLDER
    assert compare(named("2024.10 LTS"), named("2024.10")) is Order.NEWER
    assert compare(named("2024.10 LTS"), named("2025.4")) is Order.OLDER
    assert compare(named("2024.10-lts"), named("2024.10 LTS")) is Order.SAME


def test_a_word_that_no_label_declares_is_not_guessed_at():
    assert named("2024.10 SP1") is None


def test_an_ordered_list_knows_only_its_own_names():
    read = Ordered(("Anna", "Berta", "Clara Zwei")).read
    assert compare(read("anna"), read("clara  zwei")) is Order.OLDER
    assert read("Dora") is None


def test_schemes_are_found_by_name_and_others_are_refused():
    assert scheme("dotted") == Dotted()
    assert scheme("named", labels=["", "LTS"]) == Named(("", "lts"))
    assert scheme("named") == Named()
    assert scheme("ordered", names=["a"]) == Ordered(("a",))
    with pytest.raises(ValueError, match="no version scheme 'roman'; there are dotted"):
        scheme("roman")
