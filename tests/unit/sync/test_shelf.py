"""A shelf is a dictionary by ids, whether it has gone to its file or not."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.sync.planned import shelf as places
from bridge.sync.planned.shelf import LOOSE, Shelf

COMMANDS = st.lists(
    st.tuples(st.sampled_from(["put", "take", "read", "walk"]), st.integers(1, 12), st.text(max_size=3))
)


@given(commands=COMMANDS, loose=st.integers(0, 4))
def test_it_answers_as_a_dictionary_does_at_any_size(commands, loose):
    kept, places.LOOSE = places.LOOSE, loose
    try:
        shelf: Shelf[str] = Shelf()
        model: dict[int, str] = {}
        for command, key, value in commands:
            if command == "put":
                shelf[key] = model[key] = value
            elif command == "take":
                assert shelf.pop(key, None) == model.pop(key, None)
            elif command == "read":
                assert (shelf.get(key), key in shelf) == (model.get(key), key in model)
            else:
                wanted = [model[one] for one in sorted(model)]
                assert (list(shelf.walk()), list(shelf.walk(backwards=True))) == (wanted, wanted[::-1])
            assert len(shelf) == len(model)
            assert list(shelf) == sorted(model)
    finally:
        places.LOOSE = kept


def test_it_goes_to_its_file_beyond_what_is_held_in_memory():
    shelf: Shelf[int] = Shelf()
    for one in range(1, LOOSE + 1):
        shelf[one] = -one
    assert not shelf.spilled
    shelf[LOOSE + 1] = 0
    assert shelf.spilled
    assert shelf[7] == -7
    assert len(shelf) == LOOSE + 1


@given(
    count=st.integers(0, 9), start=st.integers(-11, 11), stop=st.integers(-11, 11), step=st.sampled_from([-2, -1, 1, 2])
)
def test_its_values_in_order_are_a_sequence(count, start, stop, step):
    shelf: Shelf[int] = Shelf()
    for one in range(count, 0, -1):
        shelf[one] = one * 10
    values, wanted = shelf.in_order(), tuple(one * 10 for one in range(1, count + 1))
    assert tuple(values) == wanted
    assert tuple(reversed(values)) == wanted[::-1]
    assert tuple(values[start:stop:step]) == wanted[start:stop:step]
    if -count <= start < count:
        assert values[start] == wanted[start]
