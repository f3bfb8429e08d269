"""The campaign would notice: what it looks for is found where it is put."""

import os
import signal
import time

import pytest

from campaign import doors, limits
from campaign.mutations import damaged


@pytest.mark.parametrize("door", doors.DOORS, ids=lambda door: door.name)
def test_a_door_takes_its_files_while_nothing_is_wrong_with_them(door: doors.Door) -> None:
    door.use(door.files())


def test_the_same_case_is_damaged_in_the_same_way_and_another_in_another() -> None:
    _, first = doors.files_of(1, 5)
    assert doors.files_of(1, 5)[1] == first
    assert doors.files_of(2, 5)[1] != first
    assert doors.files_of(1, 5 + len(doors.DOORS))[1] != first


def test_every_way_of_damage_ends_whatever_the_content() -> None:
    for case in range(300):
        for content in (b"", b"a", b"PK\x03\x04 no archive", b"a: b\n"):
            assert isinstance(damaged(content, doors.random_of(1, case)), bytes)


def exploding(case: int) -> None:
    if case == 2:
        raise ZeroDivisionError("in the middle")


def hanging(case: int) -> None:
    while case == 2:
        pass


def hoarding(case: int) -> None:
    if case == 2:
        bytearray(600 * 2**20)


def dying(case: int) -> None:
    if case == 2:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (exploding, "ZeroDivisionError: in the middle (test_campaign.py:"),
        (hanging, "more than 0.2 s of processor time"),
        (hoarding, "more memory than allowed"),
        (dying, "the process ended with status"),
    ],
)
def test_a_broken_promise_is_found_and_the_cases_behind_it_still_run(work, told: str) -> None:
    seen = limits.run(range(5), work, seconds=0.2)
    (found,) = seen.findings
    assert (found.case, seen.cases) == (2, 5)
    assert found.what.startswith(told)


def test_figures_are_of_the_slowest_case_and_the_largest_process() -> None:
    def busy(case: int) -> None:
        until = time.process_time() + 0.05 * case
        while time.process_time() < until:
            pass

    seen = limits.run(range(3), busy)
    assert 0.1 <= seen.seconds < 1
    assert seen.memory > 2**20
    assert seen.findings == ()
