<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;

/** What became of the cycles that ended in the period, in one reading of them in the order of their ends. */
final class EndedCycles
{
    public readonly TicketTally $tickets;
    public readonly Spent $spent;
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
        private readonly MissedList $missed,
        Question $question
    ) {
        $this->tickets = new TicketTally();
        $this->spent = new Spent($question->departments);
    }

    public function count(): void
    {
        [$join, $conditions, $values] = $this->sieve->cycles();
        $result = $this->db->run('SELECT c.ticket_id, c.no, c.state, c.metric, c.level, c.customer, c.department, c.agent, c.stopped, c.due,
            c.breached, c.elapsed, c.opening, c.spent FROM ' . Cycles::table() . " c$join WHERE c.stopped >= ? AND c.stopped < ?$conditions
            ORDER BY c.stopped, c.ticket_id, c.no", $this->period->start, $this->period->end, ...$values);
        while ($row = $result->fetch_row()) {
            $ticket = (int) $row[0];
            if (isset($this->reasons[$ticket])) {
                $this->excluded[$ticket] = true;
                continue;
            }
            $this->tickets->add($ticket, $row[2], (int) $row[8], (int) $row[12]);
            if ($row[2] !== 'cancelled') {
                $this->take($ticket, $row);
            }
        }
        $result->free();
        $this->breachedBefore();
    }

    /** @param list<?string> $row */
    private function take(int $ticket, array $row): void
    {
        $missed = $row[2] === 'missed';
        $department = $row[6] === '0' ? '' : $row[6];
        $agent = $row[7] === '0' ? '' : $row[7];
        $keys = ['level' => $row[4], 'customer' => $row[5], 'department' => $department, 'agent' => $agent];
        $this->rows->ended($keys, $row[3], (int) $row[11], $missed);
        $this->rows->months?->take((int) $row[8], $row[3], (int) $row[11], $missed);
        $this->rows->customers[$row[5]] = $ticket;
        $this->rows->departments[$department] = $this->rows->agents[$agent] = $mark = CycleRow::mark($ticket, (int) $row[1]);
        if ($row[13] !== '') {
            $this->spent->add($row[13], $mark);
        }
        if ($missed) {
            $this->missed->add((int) $row[9], $ticket, $row[3], (int) $row[1], true);
            if ($row[10] !== null && $this->period->contains((int) $row[10])) {
                $this->breaches->add((int) $row[10]);
            }
        }
    }

    /** Those breached in the period that ended after it. */
    private function breachedBefore(): void
    {
        [$join, $conditions, $values] = $this->sieve->cycles();
        $rows = $this->db->rows(
            'SELECT c.ticket_id, c.breached FROM ' . Cycles::table() . " c$join
            WHERE c.stopped >= ? AND c.state = 'missed' AND c.breached >= ? AND c.breached < ?$conditions",
            $this->period->end,
            $this->period->start,
            $this->period->end,
            ...$values
        );
        foreach ($rows as $row) {
            if (!isset($this->reasons[(int) $row['ticket_id']])) {
                $this->breaches->add((int) $row['breached']);
            }
        }
    }

    /** What tickets call these customers, the one whose cycle ended last. @param list<string> $customers @return array<array-key, string> */
    public function customerNames(array $customers): array
    {
        [$join, $conditions, $values] = $this->sieve->cycles();
        $names = [];
        $rows = $this->db->rows('SELECT c.ticket_id, c.customer, r.customer_name FROM ' . Cycles::table() . " c$join JOIN "
            . Reported::table() . " r ON r.ticket_id = c.ticket_id AND r.customer = c.customer AND r.customer_name <> ''
            WHERE c.customer IN (?) AND c.state <> 'cancelled' AND c.stopped >= ? AND c.stopped < ?$conditions
            ORDER BY c.stopped, c.ticket_id", $customers, $this->period->start, $this->period->end, ...$values);
        foreach ($rows as $row) {
            if (!isset($this->reasons[(int) $row['ticket_id']])) {
                $names[$row['customer']] = (string) $row['customer_name'];
            }
        }
        return $names;
    }
}
