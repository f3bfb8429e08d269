"""`discouraged_phrases` in bridge.yaml: what agents had better not write, in two languages."""

from pathlib import Path

import pytest

from bridge.cli.wiring.deciding import Deferred
from bridge.errors import ConfigurationInvalid
from bridge.settings.load import load_settings
from bridge.settings.model import bridge_schema

WRITTEN = "discouraged_phrases:\n  ru:\n    - '  читайте инструкцию '\n    - Это не наша проблема\n  en: [as I already said]\n"


def phrases(folder, more):
    return Deferred(load_settings(folder(more=more))).phrases


def problems(folder, more):
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings(folder(more=more))
    return [str(one) for one in caught.value.problems]


def test_without_a_word_there_are_none(folder):
    assert phrases(folder, "") == ()


def test_they_are_stripped_and_stand_in_the_order_of_the_file_by_language(folder):
    assert phrases(folder, WRITTEN) == (
        ("ru", "читайте инструкцию"),
        ("ru", "Это не наша проблема"),
        ("en", "as I already said"),
    )


@pytest.mark.parametrize("written", ["  ru: []\n", "  {}\n", "  en: []\n  ru: []\n"])
def test_a_list_may_be_empty(folder, written):
    assert phrases(folder, f"discouraged_phrases:\n{written}") == ()


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("'  '", "holds no word"),
        ("'…!'", "holds no word"),
        (f"'{'я' * 101}'", "101 characters, more than 100"),
        ('"one\\ntwo"', "one line"),
    ],
)
def test_what_is_no_phrase_is_told_at_its_place(folder, phrase, told):
    (problem,) = problems(folder, f"discouraged_phrases:\n  ru:\n    - {phrase}\n")
    assert problem.startswith("bridge.yaml:7:")
    assert told in problem


def test_a_hundred_characters_are_a_phrase(folder):
    assert phrases(folder, f"discouraged_phrases: {{en: ['{'x' * 100}']}}\n") == (("en", "x" * 100),)


@pytest.mark.parametrize("again", ["as I already said", "AS I ALREADY SAID", "'as  I already said '"])
def test_a_phrase_that_stands_there_twice_is_told_with_both_places(folder, again):
    (problem,) = problems(folder, f"{WRITTEN[:-2]},\n    {again}]\n")
    assert problem.startswith("bridge.yaml:10:")
    assert "is listed twice" in problem
    assert "bridge.yaml:9" in problem


def test_one_phrase_may_stand_in_both_languages(folder):
    assert len(phrases(folder, "discouraged_phrases: {ru: [ASAP], en: [ASAP]}\n")) == 2


def test_two_hundred_are_taken_and_more_are_told_where_they_begin(folder, tmp_path):
    lines = "".join(f"    - phrase {number}\n" for number in range(150))
    fifty = "".join(f"    - phrase {number}\n" for number in range(50))
    whole = f"discouraged_phrases:\n  ru:\n{lines}  en:\n{fifty}"
    assert len(Deferred(load_settings(folder(more=whole))).phrases) == 200
    (tmp_path / "configuration" / "bridge.yaml").unlink()
    (tmp_path / "configuration").rmdir()
    (problem,) = problems(folder, f"{whole}    - one too many\n    - and another\n")
    assert problem.startswith("bridge.yaml:208:")
    assert "202 phrases are listed, more than 200" in problem


@pytest.mark.parametrize("other", ["  de: [Nein]\n", "  - rude\n", "  ru: rude\n", "  ru: [[one]]\n", "  ru: [null]\n"])
def test_what_is_no_list_of_phrases_by_language_is_told(folder, other):
    assert problems(folder, f"discouraged_phrases:\n{other}")[0].startswith("bridge.yaml:6:")


def test_an_editor_knows_both_languages_and_how_long_a_phrase_may_be():
    found = bridge_schema()["$defs"]["PhraseSettings"]["properties"]
    assert found.keys() == {"ru", "en"}
    assert found["ru"]["items"]["maxLength"] == 100


def test_the_list_that_the_shipped_file_begins_with_can_be_taken_as_it_stands(folder):
    shipped = (Path(__file__).resolve().parents[3] / "config" / "bridge.yaml").read_text(encoding="utf-8")
    _, _, commented = shipped.partition("\n# discouraged_phrases:\n")
    lines = [line.removeprefix("# ") for line in commented.splitlines()]
    found = phrases(folder, "\n".join(["discouraged_phrases:", *lines, ""]))
    assert {one.language for one in found} == {"ru", "en"}
    assert len(found) >= 20
