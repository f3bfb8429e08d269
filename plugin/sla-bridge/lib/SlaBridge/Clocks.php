<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * Where each ticket's clock stands, in a narrow table of the plugin's own. osTicket counts all queues in one statement; a
 * queue on `__cdata` drags that wide table without usable keys into it, and a helpdesk of 20,000 tickets stands still.
 *
 * A row follows from the stored values of three fields and is written together with them: it can be made anew at any time.
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
    /** What is urgent first; a word that is none of these comes last. */
    private const ORDER = ['overdue', 'at_risk', 'running', 'paused', 'missed', 'met', 'none'];
    private const PORTION = 5000;
    private const COLUMNS = ['state', 'level', 'due', 'rank'];

    public function __construct(private readonly Db $db)
    {
    }

    public function create(): void
    {
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . Schema::table('clock') . ' (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, state VARCHAR(20) CHARACTER SET ascii, level VARCHAR(40) CHARACTER SET ascii,
            due DATETIME, `rank` TINYINT UNSIGNED NOT NULL, KEY state (state, due)
        ) ENGINE=InnoDB');
    }

    /** Takes in the values of tickets that have no row, as a version without this table left them. */
    public function fill(): void
    {
        $own = new OwnFields($this->db);
        $fields = array_filter(array_map($own->id(...), [self::STATE => self::STATE, self::LEVEL => self::LEVEL, self::DUE => self::DUE]));
        $last = $fields ? (int) $this->db->value('SELECT MAX(ticket_id) FROM ' . TICKET_TABLE) : 0;
        // In portions: the server locks the rows that it reads for this, and agents want to write theirs.
        for ($from = 1; $from <= $last; $from += self::PORTION) {
            $this->fillBetween($from, $from + self::PORTION - 1, $fields);
        }
    }

    /** @param array<string, int> $fields name => id */
    private function fillBetween(int $from, int $to, array $fields): void
    {
        $of = static fn (string $name, string $value): string
            => isset($fields[$name]) ? "MAX(CASE WHEN v.field_id = $fields[$name] THEN $value END)" : 'NULL';
        $key = 'SUBSTRING_INDEX(SUBSTRING(v.value, 3), \'"\', 1)';
        $state = $of(self::STATE, $key);
        $due = $of(self::DUE, "CASE WHEN v.value LIKE '____-__-__ __:__:__' THEN v.value END");
        $this->db->run(
            'INSERT IGNORE INTO ' . Schema::table('clock') . ' (ticket_id, state, level, due, `rank`)
                SELECT e.object_id, ' . "$state, {$of(self::LEVEL, $key)}, $due,
                    2 * CASE WHEN $state IN (?) THEN FIELD($state, ?) - 1 ELSE ? END + ($due IS NULL)
                FROM " . TICKET_TABLE . ' t JOIN ' . FORM_ENTRY_TABLE . " e ON e.object_type = 'T' AND e.object_id = t.ticket_id
                JOIN " . FORM_ANSWER_TABLE . " v ON v.entry_id = e.id AND v.field_id IN (?) AND v.value > ''
                WHERE t.ticket_id BETWEEN ? AND ? GROUP BY e.object_id",
            self::ORDER,
            self::ORDER,
            count(self::ORDER),
            $fields,
            $from,
            $to
        );
    }

    /**
     * The row for the stored values of a ticket; null where they say nothing.
     *
     * @param array<string, ?string> $stored name => what form_entry_values holds
     * @return ?array{state: ?string, level: ?string, due: ?string, rank: string}
     */
    public static function row(array $stored): ?array
    {
        $key = static fn (?string $value): ?string => is_string($key = FieldValue::decode('choices', $value))
            ? strtok($key, ',') ?: null : null;
        $state = $key($stored[self::STATE] ?? null);
        $level = $key($stored[self::LEVEL] ?? null);
        $due = Instant::fromStored($stored[self::DUE] ?? null);
        if ($state === null && $level === null && $due === null) {
            return null;
        }
        $place = array_search($state, self::ORDER, true);
        $rank = 2 * ($place === false ? count(self::ORDER) : $place) + ($due === null ? 1 : 0);
        return ['state' => $state, 'level' => $level, 'due' => $due === null ? null : Instant::toStored($due), 'rank' => (string) $rank];
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
            $this->db->insert(
                'INSERT INTO ' . Schema::table('clock') . ' (ticket_id, state, level, due, `rank`)',
                array_map(
                    static fn (int $id, array $row): array => [$id, $row['state'], $row['level'], $row['due'], (int) $row['rank']],
                    array_keys($kept),
                    $kept
                ),
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
