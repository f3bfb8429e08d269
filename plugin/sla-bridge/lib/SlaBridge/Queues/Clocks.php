<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\OwnFields;
use SlaBridge\Schema;

/**
 * Where each ticket's clock stands, in a narrow table of the plugin's own. osTicket counts all queues in one statement; a
 * queue on `__cdata` drags that wide table without usable keys into it, and a helpdesk of 20,000 tickets stands still.
 *
 * A row follows from the stored values of three fields and the kept detail, and is written together with them: it can be made
 * anew at any time.
 */
final class Clocks
{
    /** What the table is called in the paths of osTicket's search. */
    public const JOIN = 'sla_clock';
    public const STATE = 'sla_state';
    public const LEVEL = 'sla_level';
    public const DUE = 'sla_due';
    /** What agents have to look at. */
    public const ATTENTION = ['at_risk', 'overdue'];
    private const PORTION = 1000;
    private const COLUMNS = ['state', 'level', 'due', 'rank', 'since'];

    public function __construct(private readonly Db $db)
    {
    }

    public function create(): void
    {
        $table = Schema::table('clock');
        $this->db->run("CREATE TABLE IF NOT EXISTS $table (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, state VARCHAR(20) CHARACTER SET ascii, level VARCHAR(40) CHARACTER SET ascii,
            due DATETIME, `rank` BIGINT UNSIGNED NOT NULL, since DATETIME, KEY state (state, due)
        ) ENGINE=InnoDB");
        // Up to version 5 the rank was the state's alone, and nothing told since when a ticket waits.
        if (!$this->db->rows("SHOW COLUMNS FROM $table LIKE 'since'")) {
            $this->db->run("ALTER TABLE $table MODIFY `rank` BIGINT UNSIGNED NOT NULL, ADD COLUMN since DATETIME");
        }
    }

    /** Makes the rows of all tickets that have values, as another version of this table or one without it left them. */
    public function fill(): void
    {
        $own = new OwnFields($this->db);
        $fields = array_filter(array_map($own->id(...), [self::STATE => self::STATE, self::LEVEL => self::LEVEL, self::DUE => self::DUE]));
        $last = $fields ? (int) $this->db->value('SELECT MAX(ticket_id) FROM ' . TICKET_TABLE) : 0;
        // In portions: the tickets are locked meanwhile, as by a write, and agents want to write theirs.
        for ($from = 1; $from <= $last; $from += self::PORTION) {
            $this->db->transaction(fn () => $this->fillBetween($from, $from + self::PORTION - 1, $fields));
        }
    }

    /** @param array<string, int> $fields name => id */
    private function fillBetween(int $from, int $to, array $fields): void
    {
        $range = ' WHERE ticket_id BETWEEN ? AND ? ORDER BY ticket_id FOR UPDATE';
        $this->db->run('SELECT ticket_id FROM ' . TICKET_TABLE . $range, $from, $to);
        $stored = $rows = [];
        $names = array_flip($fields);
        foreach (
            $this->db->rows('SELECT e.object_id, v.field_id, v.value FROM ' . TICKET_TABLE . ' t
                JOIN ' . FORM_ENTRY_TABLE . " e ON e.object_type = 'T' AND e.object_id = t.ticket_id
                JOIN " . FORM_ANSWER_TABLE . " v ON v.entry_id = e.id AND v.field_id IN (?) AND v.value > ''
                WHERE t.ticket_id BETWEEN ? AND ? ORDER BY e.id", $fields, $from, $to) as $row
        ) {
            $stored[(int) $row['object_id']][$names[(int) $row['field_id']]] ??= $row['value'];
        }
        $details = $this->details($stored);
        foreach ($stored as $id => $values) {
            $rows[$id] = ClockRow::of($values, $details[$id] ?? null);
        }
        $this->store($rows);
    }

    /** @param array<int, array<string, ?string>> $stored @return array<int, ?string> the details of those whose row needs them */
    private function details(array $stored): array
    {
        $needed = array_filter($stored, static fn (array $v): bool => ClockRow::needsDetail(ClockRow::key($v[self::STATE] ?? null)));
        if (!$needed) {
            return [];
        }
        $sql = 'SELECT ticket_id, detail FROM ' . Schema::table('ticket') . ' WHERE ticket_id IN (?)';
        return array_column($this->db->rows($sql, array_keys($needed)), 'detail', 'ticket_id');
    }

    /**
     * The queue of ours in which a ticket with that row stands.
     *
     * @param ?array<string, ?string> $row
     */
    public static function queueOf(?array $row): ?string
    {
        return in_array($row['state'] ?? null, self::ATTENTION, true) ? $row['state'] : null;
    }

    /** @param list<int> $tickets @return array<int, array<string, ?string>> */
    public function of(array $tickets): array
    {
        $rows = [];
        foreach ($this->db->rows('SELECT * FROM ' . Schema::table('clock') . ' WHERE ticket_id IN (?)', $tickets) as $row) {
            $rows[(int) $row['ticket_id']] = array_diff_key($row, ['ticket_id' => 1]);
        }
        return $rows;
    }

    /** @param array<int, ?array<string, ?string>> $rows by ticket; null takes the row away */
    public function store(array $rows): void
    {
        $kept = array_filter($rows);
        if ($kept) {
            $tuple = static fn (int $id, array $row): array
                => [$id, ...array_map(static fn (string $column): ?string => $row[$column], self::COLUMNS)];
            $this->db->insert(
                'INSERT INTO ' . Schema::table('clock') . ' (ticket_id, `' . implode('`, `', self::COLUMNS) . '`)',
                array_map($tuple, array_keys($kept), $kept),
                'ON DUPLICATE KEY UPDATE ' . implode(', ', array_map(static fn (string $c): string => "`$c` = VALUES(`$c`)", self::COLUMNS))
            );
        }
        $this->remove(array_keys(array_diff_key($rows, $kept)));
    }

    /** @param list<int> $tickets */
    public function remove(array $tickets): void
    {
        if ($tickets) {
            $this->db->run('DELETE FROM ' . Schema::table('clock') . ' WHERE ticket_id IN (?)', $tickets);
        }
    }

    public function any(): bool
    {
        return $this->db->row('SELECT 1 FROM ' . Schema::table('clock') . ' LIMIT 1') !== null;
    }

    public function clear(): void
    {
        $this->db->run('DELETE FROM ' . Schema::table('clock'));
    }
}
