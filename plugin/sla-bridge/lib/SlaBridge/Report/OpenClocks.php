<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;

/** The clocks of open tickets as they stand now, whatever the period. */
final class OpenClocks
{
    /** @var array<int, true> tickets with an overdue one */
    public array $overdue = [];
    /** @var array<int, true> excluded tickets that have one */
    public array $excluded = [];

    /** @param array<int, string> $reasons of excluded tickets */
    public function __construct(
        private readonly Db $db,
        private readonly Sieve $sieve,
        private readonly Period $period,
        private readonly array $reasons,
        private readonly Dimensions $rows,
        private readonly WeekCount $breaches,
        private readonly MissedList $missed
    ) {
    }

    public function count(): void
    {
        [$join, $conditions, $values] = $this->sieve->clocksOfTickets();
        $result = $this->db->run('SELECT c.ticket_id, c.no, c.state, c.metric, c.level, c.due, c.breached, t.dept_id, t.staff_id,
            r.customer, r.customer_name FROM ' . Cycles::table() . " c$join WHERE c.stopped = 0 AND " . $this->sieve->isOpen()
            . "$conditions ORDER BY c.ticket_id, c.no", ...$values);
        while ($row = $result->fetch_row()) {
            $ticket = (int) $row[0];
            if (isset($this->reasons[$ticket])) {
                $this->excluded[$ticket] = true;
            } else {
                $this->take($ticket, $row);
            }
        }
        $result->free();
    }

    /** @param list<?string> $row */
    private function take(int $ticket, array $row): void
    {
        $overdue = $row[2] === CycleRow::OVERDUE;
        $customer = (string) $row[9];
        $agent = $row[8] === '0' ? '' : $row[8];
        $this->rows->stands(['level' => $row[4], 'customer' => $customer, 'department' => $row[7], 'agent' => $agent], $row[3], $overdue);
        $this->rows->names['department'][$row[7]] = $this->rows->names['agent'][$agent] = '';
        if ((string) $row[10] !== '') {
            $this->rows->names['customer'][$customer] = (string) $row[10];
        }
        if ($overdue) {
            $this->overdue[$ticket] = true;
            $this->missed->add((int) $row[5], $ticket, $row[3], (int) $row[1], false);
            if ($row[6] !== null && $this->period->contains((int) $row[6])) {
                $this->breaches->add((int) $row[6]);
            }
        }
    }
}
