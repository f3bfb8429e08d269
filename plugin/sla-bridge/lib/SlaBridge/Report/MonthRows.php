<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;

/** What became of the cycles of twelve months, month by month. */
final class MonthRows
{
    private int $month = 0;

    public function __construct(private readonly Period $period, private readonly RowTallies $tallies)
    {
    }

    /** Takes in a cycle; many that come in the order of their ends are the fastest. */
    public function take(int $stopped, string $metric, int $elapsed, bool $missed): void
    {
        $edges = $this->period->edges;
        if ($stopped < $edges[0] || $stopped >= $edges[count($edges) - 1]) {
            return;
        }
        while ($stopped < $edges[$this->month]) {
            $this->month--;
        }
        while ($stopped >= $edges[$this->month + 1]) {
            $this->month++;
        }
        $this->tallies->ended($this->period->months[$this->month], $metric, $elapsed, $missed);
    }

    /** Those of the months that lie outside of the period: what ended in it, somebody else reads. @param array<int, string> $reasons */
    public function countBesidePeriod(Db $db, Sieve $sieve, array $reasons): void
    {
        $edges = $this->period->edges;
        $last = $edges[count($edges) - 1];
        foreach ([[$edges[0], min($this->period->start, $last)], [max($this->period->end, $edges[0]), $last]] as [$from, $until]) {
            if ($from < $until) {
                $this->countBetween($db, $sieve, $reasons, $from, $until);
            }
        }
    }

    /** @param array<int, string> $reasons of excluded tickets */
    private function countBetween(Db $db, Sieve $sieve, array $reasons, int $from, int $until): void
    {
        [$join, $conditions, $values] = $sieve->cycles();
        $result = $db->run('SELECT c.ticket_id, c.state, c.metric, c.stopped, c.elapsed FROM ' . Cycles::table() . " c$join
            WHERE c.stopped >= ? AND c.stopped < ? AND c.state <> 'cancelled'$conditions
            ORDER BY c.stopped, c.ticket_id, c.no", $from, $until, ...$values);
        while ($row = $result->fetch_row()) {
            if (!isset($reasons[(int) $row[0]])) {
                $this->take((int) $row[3], $row[2], (int) $row[4], $row[1] === 'missed');
            }
        }
        $result->free();
    }
}
