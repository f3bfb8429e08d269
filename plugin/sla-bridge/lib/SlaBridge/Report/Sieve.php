<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;
use SlaBridge\Schema;

/** What a question is about, as conditions of statements: whose departments may be seen, and the keys that are asked for. */
final class Sieve
{
    /** Ids of statuses that mean "open". @var list<int> */
    private readonly array $open;

    public function __construct(private readonly Db $db, private readonly Question $question)
    {
        $this->open = $db->ids('SELECT id FROM ' . TICKET_STATUS_TABLE . " WHERE state = 'open'");
    }

    /**
     * Finished cycles `c` that the question is about. A limited viewer sees one whose department and whose ticket's department are his.
     *
     * @return array{0: string, 1: string, 2: list<mixed>} joins, conditions (each begins with AND), their values
     */
    public function cycles(): array
    {
        $join = '';
        [$sql, $values] = $this->equal([
            'c.metric' => $this->question->filters['metric'], 'c.level' => $this->question->filters['level'],
            'c.customer' => $this->question->filters['customer'], 'c.department' => self::id($this->question->filters['department']),
            'c.agent' => self::id($this->question->filters['agent']),
        ]);
        if ($this->question->departments !== null) {
            $join = ' JOIN ' . TICKET_TABLE . ' t ON t.ticket_id = c.ticket_id';
            $sql .= ' AND c.department IN (?) AND t.dept_id IN (?)';
            array_push($values, $this->question->departments, $this->question->departments);
        }
        return [$join, $sql, $values];
    }

    /**
     * Tickets `t`.
     *
     * @param list<string> $needed what is asked for beside: `k`, their clock's row, and `r`, their row among the reported
     * @return array{0: string, 1: string, 2: list<mixed>} as above
     */
    public function tickets(array $needed): array
    {
        [$sql, $values] = $this->equal([
            "CONVERT(COALESCE(k.level, '') USING utf8)" => $this->question->filters['level'],
            "COALESCE(r.customer, '')" => $this->question->filters['customer'],
            't.dept_id' => self::id($this->question->filters['department']), 't.staff_id' => self::id($this->question->filters['agent']),
        ]);
        $joins = str_contains($sql, 'k.') || in_array('k', $needed, true)
            ? ' LEFT JOIN ' . Schema::table('clock') . ' k ON k.ticket_id = t.ticket_id' : '';
        $joins .= str_contains($sql, 'r.') || in_array('r', $needed, true) ? $this->reported() : '';
        return [$joins, $sql . $this->visible(), $this->withDepartments($values)];
    }

    /**
     * Open clocks `c` with their ticket `t` and its row `r` among the reported.
     *
     * @return array{0: string, 1: string, 2: list<mixed>} as above
     */
    public function clocksOfTickets(): array
    {
        [$sql, $values] = $this->equal([
            'c.metric' => $this->question->filters['metric'], 'c.level' => $this->question->filters['level'],
            "COALESCE(r.customer, '')" => $this->question->filters['customer'],
            't.dept_id' => self::id($this->question->filters['department']), 't.staff_id' => self::id($this->question->filters['agent']),
        ]);
        $join = ' JOIN ' . TICKET_TABLE . ' t ON t.ticket_id = c.ticket_id' . $this->reported();
        return [$join, $sql . $this->visible(), $this->withDepartments($values)];
    }

    /** The condition that a ticket `t` is open, and merged into no other. */
    public function isOpen(): string
    {
        return 't.status_id IN (' . $this->db->quote($this->open) . ') AND (t.ticket_pid IS NULL OR t.ticket_pid = 0 OR NOT EXISTS (
            SELECT 1 FROM ' . THREAD_TABLE . " h WHERE h.object_id = t.ticket_id AND h.object_type = 'C'))";
    }

    private function reported(): string
    {
        return ' LEFT JOIN ' . Reported::table() . ' r ON r.ticket_id = t.ticket_id';
    }

    private function visible(): string
    {
        return $this->question->departments === null ? '' : ' AND t.dept_id IN (?)';
    }

    /** @param list<mixed> $values @return list<mixed> */
    private function withDepartments(array $values): array
    {
        return $this->question->departments === null ? $values : [...$values, $this->question->departments];
    }

    /** @param array<string, int|string|null> $wanted @return array{0: string, 1: list<mixed>} */
    private function equal(array $wanted): array
    {
        $asked = array_filter($wanted, static fn (int|string|null $key): bool => $key !== null);
        return [implode('', array_map(static fn (string $column): string => " AND $column = ?", array_keys($asked))), array_values($asked)];
    }

    /** A department's or an agent's id; 0 for nobody's key, and for a text that is no id one that nobody has. */
    private static function id(?string $key): ?int
    {
        return $key === null ? null : ($key === '' ? 0 : (preg_match('/^[1-9]\d{0,9}$/D', $key) ? (int) $key : 4294967295));
    }
}
