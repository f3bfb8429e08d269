"""Whatever stands in the files, the answer is a policy or a list of problems, and it comes soon."""

import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.yaml import read_yaml
from bridge.policies.language.compile import compile_policy

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
LINES = (SAMPLES / "sample.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
CALENDAR = (SAMPLES / "office.yaml").read_bytes()
ODD = [
    "",
    "null",
    "[]",
    "{}",
    "true",
    "-1",
    "a: b: c",
    "\t",
    "'",
    "&a [*a]",
    "*x",
    "!!int 1",
    "\x00",
    "{",
    "- - -",
    "99999999h",
    "х",
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The sample with a few lines cut, doubled, moved, or with odd values."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        deed = draw(st.sampled_from(["cut", "double", "move", "value", "letter"]))
        if deed == "cut":
            del lines[place]
        elif deed == "double":
            lines.insert(place, lines[place])
        elif deed == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(place))
        elif deed == "value":
            head, colon, _ = lines[place].partition(": ")
            lines[place] = f"{head}{colon}{draw(st.sampled_from(ODD))}\n"
        elif lines[place].strip():
            letter = draw(st.integers(0, len(lines[place]) - 1))
            lines[place] = lines[place][:letter] + draw(st.sampled_from(ODD)) + lines[place][letter + 1 :]
    return "".join(lines)


def problems_of(read: Callable[[], object]) -> tuple[Problem, ...]:
    """Return the problems that reading tells; none when it succeeds. Any other exception is a failure of the test."""
    try:
        read()
    except ConfigurationInvalid as error:
        return error.problems
    return ()


@settings(derandomize=True, max_examples=250, deadline=None)
@given(damaged())
def test_a_damaged_policy_compiles_or_is_refused_with_places(text: str) -> None:
    started = time.process_time()
    files = {"policies/p.yaml": text.encode(), "calendars/office.yaml": CALENDAR}
    problems = problems_of(lambda: compile_policy(files))
    assert all(problem.file and problem.message for problem in problems)
    assert time.process_time() - started < 5


@settings(derandomize=True, max_examples=400, deadline=None)
@given(
    st.one_of(st.binary(max_size=60), st.text(alphabet=" \n\t:-[]{}&*!|>'\"#?,abx0.~%@`é", max_size=60).map(str.encode))
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    problems = problems_of(lambda: read_yaml(content, file="f.yaml"))
    assert all(problem.message for problem in problems)
    assert problems or () in read_yaml(content, file="f.yaml").values
