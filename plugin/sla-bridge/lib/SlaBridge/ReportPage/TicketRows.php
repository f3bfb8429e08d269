<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Db;
use SlaBridge\Report\Names;
use SlaBridge\Report\Question;
use SlaBridge\Report\Reported;
use SlaBridge\Report\Sieve;
use SlaBridge\Schema;

/** Open tickets by where their clock stands: what the tiles count, listed. */
final class TicketRows
{
    /** List => its condition on the row of the ticket's clock. */
    private const WHERE = [
        'open' => '', 'at_risk' => " AND k.state = 'at_risk'", 'overdue' => " AND k.state = 'overdue'",
        'paused' => " AND k.state = 'paused'", 'no_sla' => " AND COALESCE(k.state, '') IN ('', 'none')",
    ];

    public function __construct(private readonly Db $db)
    {
    }

    public static function has(?string $list): bool
    {
        return isset(self::WHERE[$list]);
    }

    /**
     * What is due first stands first; then what waits, the longest first.
     *
     * @return array{int, list<array<string, ?string>>} how many there are, and the rows asked for
     */
    public function listed(string $list, Question $question, int $offset, int $limit): array
    {
        $sieve = new Sieve($this->db, $question);
        [$joins, $conditions, $values] = $sieve->tickets(['k']);
        $from = 'FROM ' . TICKET_TABLE . " t$joins WHERE " . $sieve->isOpen() . self::WHERE[$list] . $conditions;
        // The rows are put in order by their ids alone, and only those that are shown are read.
        $order = 'k.due IS NULL, k.due, k.since IS NULL, k.since, t.ticket_id';
        $shown = $this->db->ids("SELECT t.ticket_id $from ORDER BY $order LIMIT $limit OFFSET $offset", ...$values);
        return [(int) $this->db->value("SELECT COUNT(*) $from", ...$values), $shown ? $this->named($this->read($shown)) : []];
    }

    /** @param list<int> $tickets @return list<array<string, ?string>> in that order */
    private function read(array $tickets): array
    {
        return $this->db->rows('SELECT t.ticket_id, t.number, t.dept_id, t.staff_id, UNIX_TIMESTAMP(t.created) AS created, k.state, k.level,
            k.due, k.since, r.customer, r.customer_name FROM ' . TICKET_TABLE . ' t
            LEFT JOIN ' . Schema::table('clock') . ' k ON k.ticket_id = t.ticket_id
            LEFT JOIN ' . Reported::table() . ' r ON r.ticket_id = t.ticket_id
            WHERE t.ticket_id IN (?) ORDER BY FIELD(t.ticket_id, ?)', $tickets, $tickets);
    }

    /**
     * Names beside the ids, of the rows that are shown alone.
     *
     * @param list<array<string, ?string>> $rows
     * @return list<array<string, ?string>>
     */
    private function named(array $rows): array
    {
        if (!$rows) {
            return [];
        }
        $column = static fn (string $name): array => array_values(array_unique(array_map('intval', array_column($rows, $name))));
        $names = new Names($this->db);
        $agents = $names->agents($column('staff_id'));
        $departments = $names->departments($column('dept_id'));
        $subjects = array_column($this->db->rows(
            'SELECT ticket_id, subject FROM ' . TABLE_PREFIX . 'ticket__cdata WHERE ticket_id IN (?)',
            $column('ticket_id')
        ), 'subject', 'ticket_id');
        return array_map(static fn (array $row): array => $row + ['agent' => $agents[$row['staff_id']] ?? null,
            'department' => $departments[$row['dept_id']] ?? null, 'subject' => $subjects[$row['ticket_id']] ?? null], $rows);
    }
}
