"""The list of conversations as a feed: nothing is left out, nothing is told for ever."""

from random import Random

import pytest

from bridge.connectors.helpdesks.bedesk.polling import (
    OVERLAP,
    PORTION,
    SETTLED,
    Cursor,
    ListedRow,
    portion,
    walked_down,
)
from bridge.errors import CursorGone

NOW = 1_795_000_000


def walk(cursor, rows, now):
    """Return what one pass is told, and the cursor behind it."""
    told = []
    while True:
        found = portion(cursor, [row for row in rows if row.updated_at >= cursor.low], now)
        told += found.rows
        cursor = Cursor.remembered(found.cursor.stored())
        if not found.more:
            return told, cursor


def test_a_cursor_is_stored_as_text_and_foreign_text_is_none():
    cursor = Cursor(mark=NOW, low=NOW - 120, watched=NOW, told=((NOW, 7, True),), begun=NOW)
    assert Cursor.remembered(cursor.stored()) == cursor
    for text in ("", "nonsense", "0", "bedesk1:", "bedesk1:AAAA", cursor.stored()[:-8]):
        with pytest.raises(CursorGone):
            Cursor.remembered(text)


def test_a_row_is_told_once_when_its_second_is_over():
    rows, cursor = [ListedRow(NOW, 1)], Cursor.at_the_top(NOW - 1000, NOW - 1000)
    told, cursor = walk(cursor, rows, NOW + SETTLED + 1)
    assert told == rows
    assert walk(cursor, rows, NOW + 60)[0] == []


def test_a_row_stamped_in_the_second_of_the_look_is_told_again_since_it_may_change_once_more():
    rows, cursor = [ListedRow(NOW, 1)], Cursor.at_the_top(NOW - 1000, NOW - 1000)
    told, cursor = walk(cursor, rows, NOW)
    assert (told, walk(cursor, rows, NOW + 60)[0]) == (rows, rows)


def test_a_row_that_becomes_visible_late_is_found_within_the_overlap():
    cursor = Cursor.at_the_top(NOW, NOW)
    _, cursor = walk(cursor, [ListedRow(NOW + 10, 1)], NOW + 60)
    late = ListedRow(NOW + 10 - OVERLAP + 1, 2)
    assert walk(cursor, [ListedRow(NOW + 10, 1), late], NOW + 90)[0] == [late]


def test_more_rows_than_a_portion_are_told_in_several_oldest_first_and_each_once():
    rows = [ListedRow(NOW + n % 7, n) for n in range(1, 3 * PORTION)]
    told, cursor = walk(Cursor.at_the_top(NOW - 500, NOW - 500), rows, NOW + 7)
    assert told == sorted(rows)
    assert cursor.watched == NOW + 7


def test_a_change_of_thousands_within_a_second_leaves_a_small_cursor_and_is_not_told_again():
    rows = [ListedRow(NOW, n) for n in range(1, 3000)]
    told, cursor = walk(Cursor.at_the_top(NOW - 500, NOW - 500), rows, NOW + 60)
    assert len(told) == len(rows)
    assert len(cursor.told) <= 500
    assert walk(cursor, rows, NOW + 120)[0] == []


def test_whatever_happens_every_latest_stamp_is_told_in_the_end():
    random = Random(5)
    stamps: dict[int, int] = {}
    latest: dict[int, int] = {}
    cursor, now = Cursor.at_the_top(NOW, NOW), NOW
    for _ in range(200):
        now += random.choice([0, 0, 1, 3, 40, 300])
        for _ in range(random.randint(0, 9)):
            stamps[random.randint(1, 60)] = now
        told, cursor = walk(cursor, [ListedRow(at, one) for one, at in stamps.items()], now)
        latest.update({row.id: row.updated_at for row in told})
        assert latest == stamps


def test_a_list_that_moves_while_it_is_walked_is_walked_again():
    first = [[ListedRow(NOW, 1), ListedRow(NOW - 1, 2)], [ListedRow(NOW - 3, 4)]]
    later = [[ListedRow(NOW + 1, 3), ListedRow(NOW, 1)], [ListedRow(NOW - 1, 2), ListedRow(NOW - 3, 4)]]
    walks = iter([first, later, later])
    assert walked_down(lambda: iter(next(walks)), NOW - 100) == {row for page in (*first, *later) for row in page}


def test_a_walk_goes_no_further_down_than_it_must():
    def pages():
        yield [ListedRow(NOW, 1), ListedRow(NOW - 500, 2)]
        raise AssertionError("asked for a page that nobody needs")

    assert walked_down(pages, NOW - 100) == {ListedRow(NOW, 1)}


def test_too_many_changes_are_read_anew_instead():
    with pytest.raises(CursorGone):
        walked_down(
            lambda: ([ListedRow(NOW, n) for n in range(k, k + 1000)] for k in range(0, 30_000, 1000)), NOW - 100
        )
