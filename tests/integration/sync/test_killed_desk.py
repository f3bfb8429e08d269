"""The short form of `make campaign-actions`: a helpdesk is killed while it acts, and nothing is sent twice or lost."""

from pathlib import Path
from random import Random

from campaign.killed_desk import LETTERS_OF_A_TICKET, KilledDesk

KILLS = 25


def test_every_letter_leaves_once_or_is_listed_however_often_the_helpdesk_is_killed(tmp_path: Path) -> None:
    figures = KilledDesk(tmp_path, KILLS, Random(12)).run()
    assert figures.findings == []
    assert figures.kills == KILLS
    assert figures.in_a_request > KILLS // 3
    assert figures.letters == KILLS * LETTERS_OF_A_TICKET
    assert figures.letters - figures.sent <= figures.unknown <= KILLS
