"""The list of survivors can be read, and the ratchet lets none through that is not on it."""

import re

import pytest

from tests.mutation.ratchet import LIST, ROOT, Survivor, change_of, counted, judge, module_of, mutated, noted, read_list

MODULES = [module_of(file) for file in mutated(ROOT)]
DIFF = """# bridge.policies.clocks.replay.x_f__mutmut_2: survived
--- bridge/policies/clocks/replay.py
+++ bridge/policies/clocks/replay.py
@@ -1,3 +1,3 @@
 def f(one):
-    return one |  2
+    return one & 2
"""


def survivor(number, change="a -> b"):
    return Survivor(name=f"bridge.policies.clocks.replay.x_f__mutmut_{number}", change=change, reason="because")


def test_the_list_is_readable_and_each_survivor_has_a_reason():
    listed = read_list(LIST.read_text(encoding="utf-8"))
    assert {one.module for one in listed} <= set(MODULES)
    assert all(len(one.reason.split()) > 2 for one in listed)
    assert len({one.name for one in listed}) == len(listed)


def a_project(root, *files):
    settings = "[tool.mutmut]\nonly_mutate = ['bridge/policies/clocks/replay.py', 'bridge/policies/gone.py']\n"
    (root / "pyproject.toml").write_text(settings, encoding="utf-8")
    for file in files:
        (root / "bridge" / "policies" / file).parent.mkdir(parents=True, exist_ok=True)
        (root / "bridge" / "policies" / file).write_text("")
    return root


def test_a_listed_file_that_moved_away_fails_the_run(tmp_path):
    root = a_project(tmp_path, "clocks/replay.py")
    with pytest.raises(FileNotFoundError, match=r"do not exist: bridge/policies/gone\.py$"):
        mutated(root)


def test_a_listed_file_that_mutmut_left_out_fails_the_run(tmp_path):
    root = a_project(tmp_path, "clocks/replay.py", "gone.py")
    with pytest.raises(FileNotFoundError, match=r"replay\.py\.meta"):
        noted(root)


def test_the_head_of_the_list_counts_its_lines():
    text = LIST.read_text(encoding="utf-8")
    listed = read_list(text)
    assert re.findall(r"^# ([\w.]+): \d+ mutants", text, re.MULTILINE) == MODULES
    for module in MODULES:
        counts = re.search(
            rf"^# {module}: (\d+) mutants, (\d+) killed, (\d+) survived, (\d+) timeouts, (\d+) untested$",
            text,
            re.MULTILINE,
        )
        total, killed, survived, timeouts, untested = map(int, counts.groups())
        assert total == killed + survived + timeouts + untested
        assert survived + untested == sum(one.module == module for one in listed)


@pytest.mark.parametrize(
    "line", ["x_f__mutmut_1", "x_f__mutmut_1 | a -> b", "x_f__mutmut_1 | a -> b | ?", "x_f | a -> b | c"]
)
def test_a_line_without_its_three_parts_is_refused_with_its_number(line):
    with pytest.raises(ValueError, match="line 2 is not"):
        read_list(f"# head\n{line}")


def test_a_change_is_told_in_one_line():
    assert change_of(DIFF) == "return one | 2 -> return one & 2"


def test_a_change_with_the_separator_in_it_is_read_whole():
    line = str(Survivor(name="x_f__mutmut_1", change=change_of(DIFF), reason="it spares work"))
    assert [str(one) for one in read_list(line)] == [line]


def test_a_survivor_is_known_by_its_function_and_change_whatever_its_number():
    assert judge([survivor(7)], [survivor(2)]) == []
    assert judge([survivor(7, "a -> c")], [survivor(7)]) == [survivor(7, "a -> c")]


def test_two_survivors_alike_need_two_lines():
    assert judge([survivor(1), survivor(2)], [survivor(1)]) == [survivor(2)]


def test_exit_codes_of_mutants_are_counted_by_their_meaning():
    codes = {"a": 1, "b": 0, "c": 33, "d": -24, "e": None, "f": 3}
    assert counted(codes) == {"killed": 2, "survived": 1, "untested": 1, "timeout": 1, "undecided": 1}
