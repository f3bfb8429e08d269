<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;

/** What became of the cycles of twelve months, month by month. */
final class MonthRows
{
    /** @param array<int, string> $reasons of excluded tickets */
    public static function count(Db $db, Sieve $sieve, Period $period, array $reasons, RowTallies $tallies): void
    {
        [$join, $conditions, $values] = $sieve->cycles();
        $result = $db->run(
            'SELECT c.ticket_id, c.state, c.metric, c.stopped, c.elapsed FROM ' . Cycles::table() . " c$join
            WHERE c.stopped >= ? AND c.stopped < ? AND c.state <> 'cancelled'$conditions ORDER BY c.stopped, c.ticket_id, c.no",
            $period->edges[0],
            $period->edges[count($period->edges) - 1],
            ...$values
        );
        $month = 0;
        while ($row = $result->fetch_row()) {
            while ((int) $row[3] >= $period->edges[$month + 1]) {
                $month++;
            }
            if (!isset($reasons[(int) $row[0]])) {
                $tallies->ended($period->months[$month], $row[2], (int) $row[4], $row[1] === 'missed');
            }
        }
        $result->free();
    }
}
