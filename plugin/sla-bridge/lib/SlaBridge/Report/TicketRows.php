<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;
use SlaBridge\Schema;

/** Open tickets by where their clock stands: what the tiles count, listed. */
final class TicketRows
{
    /** List => its condition on the narrow table of clocks. */
    private const WHERE = [
        'open' => '1 = 1', 'at_risk' => "c.state = 'at_risk'", 'overdue' => "c.state = 'overdue'", 'paused' => "c.state = 'paused'",
        'no_sla' => "(c.state IS NULL OR c.state IN ('', 'none'))",
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
     * @param array<string, string> $filters exact keys: level, department, customer, agent
     * @param ?list<int> $departments null: all
     * @return array{int, list<array<string, ?string>>} how many there are, and the rows asked for
     */
    public function listed(string $list, array $filters, ?array $departments, int $offset, int $limit): array
    {
        [$where, $values] = $this->where($list, $filters, $departments);
        $all = (int) $this->db->value('SELECT COUNT(*) ' . $where, ...$values);
        $columns = 't.ticket_id, t.number, t.dept_id, t.staff_id, UNIX_TIMESTAMP(t.created) AS created, c.state, c.level, c.due, c.since,
            r.customer, r.customer_name';
        $order = 'c.due IS NULL, c.due, c.since IS NULL, c.since, t.ticket_id';
        $rows = $this->db->rows("SELECT $columns $where ORDER BY $order LIMIT $limit OFFSET $offset", ...$values);
        return [$all, $this->named($rows)];
    }

    /** @param array<string, string> $filters @param ?list<int> $departments @return array{string, list<mixed>} */
    private function where(string $list, array $filters, ?array $departments): array
    {
        $sql = 'FROM ' . TICKET_TABLE . ' t JOIN ' . TICKET_STATUS_TABLE . " st ON st.id = t.status_id AND st.state = 'open'
            LEFT JOIN " . Schema::table('clock') . ' c ON c.ticket_id = t.ticket_id
            LEFT JOIN ' . Schema::table('reported') . ' r ON r.ticket_id = t.ticket_id
            WHERE ' . self::WHERE[$list] . " AND NOT EXISTS (SELECT 1 FROM " . THREAD_TABLE . " th WHERE th.object_id = t.ticket_id
                AND th.object_type = 'C')";
        $values = [];
        if ($departments !== null) {
            $sql .= ' AND t.dept_id IN (?)';
            $values[] = $departments;
        }
        $columns = ['level' => "IFNULL(c.level, '')", 'department' => 't.dept_id', 'customer' => "IFNULL(r.customer, '')",
            'agent' => 't.staff_id'];
        foreach (array_intersect_key($filters, $columns) as $name => $key) {
            $sql .= " AND $columns[$name] = ?";
            $values[] = in_array($name, ['department', 'agent'], true) ? (int) $key : $key;
        }
        return [$sql, $values];
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
        $agents = array_column($this->db->rows("SELECT staff_id, TRIM(CONCAT(lastname, ' ', firstname)) AS name FROM " . STAFF_TABLE
            . ' WHERE staff_id IN (?)', $column('staff_id')), 'name', 'staff_id');
        $departments = array_column(
            $this->db->rows('SELECT id, name FROM ' . DEPT_TABLE . ' WHERE id IN (?)', $column('dept_id')),
            'name',
            'id'
        );
        $subjects = array_column($this->db->rows(
            'SELECT ticket_id, subject FROM ' . TABLE_PREFIX . 'ticket__cdata WHERE ticket_id IN (?)',
            $column('ticket_id')
        ), 'subject', 'ticket_id');
        return array_map(static fn (array $row): array => $row + ['agent' => $agents[$row['staff_id']] ?? null,
            'department' => $departments[$row['dept_id']] ?? null, 'subject' => $subjects[$row['ticket_id']] ?? null], $rows);
    }
}
