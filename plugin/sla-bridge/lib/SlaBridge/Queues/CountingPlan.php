<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\StaffPages;

/**
 * What the database makes of the one statement by which osTicket counts all queues. A queue of anybody's that drags a large
 * table into it without a key makes every agent wait; this says so before they do.
 */
final class CountingPlan
{
    /** A scan of less than that for each ticket is not noticed. */
    private const NOTICED_ROWS = 1000;

    public function __construct(private readonly Db $db)
    {
    }

    /**
     * @param bool $ease whether the plugin sets the optimizer of agents' pages right
     * @return array{server: string, setting: ?string, value: ?string, eased: bool, scanned: list<array{table: string, rows: int}>}
     */
    public function describe(bool $ease): array
    {
        $server = $this->db->serverVersion();
        $setting = StaffPages::guesses($server) ? StaffPages::SETTING : null;
        $value = $setting ? $this->db->value("SELECT @@GLOBAL.$setting") : null;
        // The same as on agents' pages: the setting for this session, and the path that our queues go by.
        StaffPages::prepare($ease);
        return ['server' => $server, 'setting' => $setting, 'value' => $value, 'eased' => $ease && $setting !== null,
            'scanned' => $this->scanned($this->statement())];
    }

    /** The statement for an administrator, who sees all tickets. */
    private function statement(): string
    {
        global $thisstaff;
        foreach (['class.staff.php', 'class.ticket.php', 'class.queue.php'] as $file) {
            require_once INCLUDE_DIR . $file;
        }
        $before = $thisstaff;
        $administrator = $this->db->value('SELECT staff_id FROM ' . STAFF_TABLE . ' WHERE isadmin = 1 ORDER BY isactive DESC LIMIT 1');
        $thisstaff = \Staff::lookup((int) $administrator);
        try {
            $counting = $thisstaff->applyVisibility(\Ticket::objects(), true);
            $queues = \CustomQueue::objects()->filter(['flags__hasbit' => \CustomQueue::FLAG_QUEUE])
                ->filter(\Q::not(['flags__hasbit' => \CustomQueue::FLAG_DISABLED]));
            foreach ($queues as $queue) {
                $query = $queue->getBasicQuery();
                $wanted = [...$query->constraints, \Q::any(['thread__object_type' => 'T'])];
                foreach ($query->path_constraints as $constraints) {
                    array_push($wanted, ...array_filter($constraints, static fn (object $q): bool => (bool) $q->constraints));
                }
                $ticket = \SqlCase::N()->when(new \SqlExpr(new \Q($wanted)), new \SqlField('ticket_id'));
                $counting->aggregate(["q$queue->id" => \SqlAggregate::COUNT($ticket, true)]);
            }
            return (string) $counting->values()->getQuery();
        } finally {
            $thisstaff = $before;
        }
    }

    /**
     * Tables that are read in full, again and again, to be joined.
     *
     * @return list<array{table: string, rows: int}>
     */
    private function scanned(string $statement): array
    {
        preg_match_all('/(?:FROM|JOIN) `(\w+)` `?(\w+)`?/', $statement, $found);
        $names = array_combine($found[2], $found[1]);
        $scanned = [];
        // `?` is no placeholder here: the statement stands as osTicket made it.
        foreach ($this->db->rows("EXPLAIN $statement") as $step) {
            $isJoined = str_contains((string) $step['Extra'], 'join buffer') || str_contains((string) $step['Extra'], 'hash join');
            if ($isJoined && (int) $step['rows'] >= self::NOTICED_ROWS) {
                $table = (string) $step['table'];
                $scanned[] = ['table' => $names[$table] ?? $table, 'rows' => (int) $step['rows']];
            }
        }
        return $scanned;
    }
}
