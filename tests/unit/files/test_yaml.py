"""The strict reader: what YAML 1.1 would make of an agreement, and what we make of it."""

import time

import pytest

from bridge.errors import ConfigurationInvalid
from bridge.files.nodes import MAX_NODES
from bridge.files.yaml import read_yaml


def read(text: str) -> object:
    return read_yaml(text.encode(), file="f.yaml").data


def problems_of(content: bytes | str) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(ConfigurationInvalid) as caught:
        read_yaml(raw, file="f.yaml")
    return [f"{problem.line}:{problem.column} {problem.code}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "yaml_1_1_reads"),
    [
        ("17:00", 1020),
        ("08:30", "08:30"),
        ("6.10", 6.1),
        ("010", 8),
        ("NO", False),
        ("on", True),
        ("yes", True),
        ("0x1F", 31),
        ("1_000", 1000),
        ("1e3", "1e3"),
        ("2025-04-07", "a date"),
        (".inf", float("inf")),
        ("24wd", "24wd"),
        ("=", "="),
    ],
)
def test_plain_scalars_stay_text(written: str, yaml_1_1_reads: object) -> None:
    assert read(f"value: {written}") == {"value": written}, f"YAML 1.1 reads {yaml_1_1_reads!r}"


def test_keys_that_yaml_1_1_takes_for_booleans_stay_text() -> None:
    assert read("on: a\nNO: b\nyes: c\n010: d\n17:00: e") == {
        "on": "a",
        "NO": "b",
        "yes": "c",
        "010": "d",
        "17:00": "e",
    }


@pytest.mark.parametrize(
    ("written", "value"), [("null", None), ("~", None), ("", None), ("true", True), ("false", False)]
)
def test_only_null_true_and_false_are_special(written: str, value: object) -> None:
    assert read(f"value: {written}") == {"value": value}


@pytest.mark.parametrize("word", ["True", "FALSE", "Null", "NULL", "TRUE"])
def test_other_spellings_of_the_special_words_stay_text(word: str) -> None:
    assert read(f"value: {word}") == {"value": word}


def test_quoted_special_words_stay_text() -> None:
    assert read("a: \"true\"\nb: 'null'\nc: !\nd: |\n  false\n") == {"a": "true", "b": "null", "c": "", "d": "false\n"}


def test_every_value_and_key_has_its_place() -> None:
    document = read_yaml(b"a:\n  b: [x, 'y']\n  c: {d: e}\n", file="f.yaml")
    assert str(document.place(("a", "b", 1))) == "f.yaml:2"
    assert document.values["a", "b", 1].column == 10
    assert (document.keys["a", "c", "d"].line, document.keys["a", "c", "d"].column) == (3, 7)
    assert document.place(("a", "b", 7)).line == 2


def test_columns_count_letters_not_bytes() -> None:
    document = read_yaml("ключ: {имя: я}".encode(), file="f.yaml")
    assert document.values["ключ", "имя"].column == 13


def test_duplicate_keys_are_reported_with_the_first_place_all_at_once() -> None:
    assert problems_of("a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\n") == ["3:1 duplicate_key", "4:11 duplicate_key"]


@pytest.mark.parametrize("key", ["true", "null", "~", "[a]", "{a: b}"])
def test_keys_that_are_no_text_are_refused(key: str) -> None:
    assert problems_of(f"? {key}\n: value\n") == ["1:3 key_not_text"]


def test_merge_keys_are_refused_with_the_way_out() -> None:
    with pytest.raises(ConfigurationInvalid, match="extends") as caught:
        read("a: &x {b: 1}\nc:\n  <<: *x\n")
    assert [problem.code for problem in caught.value.problems] == ["merge_key"]


def test_aliases_are_copied_with_the_place_of_what_they_repeat() -> None:
    document = read_yaml(b"a: &x {b: 1}\nc: *x\n", file="f.yaml")
    assert document.data == {"a": {"b": "1"}, "c": {"b": "1"}}
    assert document.place(("c", "b")).line == 1


def test_a_bomb_of_342_bytes_is_refused_at_once() -> None:
    lines = ["a: &a [xx,x,x,x,x,x,x,x,x]"]
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [" + ",".join([f"*{before}"] * 9) + "]")
    bomb = ("\n".join(lines) + "\n").encode()
    assert len(bomb) == 342
    started = time.process_time()
    assert problems_of(bomb)[0].endswith("alias_explosion")
    assert time.process_time() - started < 1


def test_a_bomb_of_mappings_is_refused_at_once() -> None:
    lines = ["k0: &k0 {p: x, q: x}"]
    lines += [f"k{number}: &k{number} {{p: *k{number - 1}, q: *k{number - 1}}}" for number in range(1, 30)]
    assert problems_of("\n".join(lines))[0].endswith("alias_explosion")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert problems_of(opening * 3000)[0].endswith("too_deep")


def test_aliases_cannot_nest_deeper_than_the_file_may() -> None:
    half = "[" * 40 + "x" + "]" * 40
    assert problems_of(f"a: &a {half}\nb: " + "[" * 40 + "*a" + "]" * 40)[0].endswith("too_deep")


def test_too_many_values_are_refused() -> None:
    assert problems_of("- x\n" * (MAX_NODES + 1))[0].endswith("too_large")


def test_too_many_bytes_are_refused() -> None:
    assert problems_of(b"# " + b"x" * 1_000_001) == ["0:0 too_large"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: *nobody", "1:4 unknown_alias"),
        ("a: &x [*x]", "1:8 endless_alias"),
        ("a: !!int 3", "1:4 tag"),
        ("a: !!python/object/apply:os.system [ls]", "1:4 tag"),
        ("a: 1\n---\nb: 2\n", "2:1 several_documents"),
        ("", "0:0 empty"),
        ("# only a comment\n", "0:0 empty"),
        ("null\n", "0:0 empty"),
        ("a:\n\tb: 1\n", "2:1 syntax"),
        ("a: [1, 2\nb: 3\n", "2:2 syntax"),
        ("a: {b: c\n", "2:1 syntax"),
        ("a: b: c\n", "1:5 syntax"),
        ("a: 'x\n", "2:1 syntax"),
        ("a: @x\n", "1:4 syntax"),
        ("a: `x\n", "1:4 syntax"),
        ("a: 1\n b: 2\n", "2:3 syntax"),
        ("a: \x01", "1:4 control_character"),
        ("a: x\0", "1:5 control_character"),
    ],
)
def test_broken_files_are_named_with_line_and_column(text: str, expected: str) -> None:
    assert problems_of(text) == [expected]


def test_a_tab_is_called_a_tab() -> None:
    with pytest.raises(ConfigurationInvalid, match="tab"):
        read("levels:\n\tgold: 1\n")


def test_a_byte_order_mark_is_dropped() -> None:
    assert read_yaml(b"\xef\xbb\xbfa: 1", file="f.yaml").data == {"a": "1"}


def test_cp1251_is_refused_with_its_place() -> None:
    assert problems_of("a: 1\nимя: Иван".encode("cp1251")) == ["2:1 not_utf8"]


def test_utf16_is_refused() -> None:
    assert problems_of("a: 1".encode("utf-16")) == ["0:0 not_utf8"]
