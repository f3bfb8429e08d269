<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;
use SlaBridge\Schema;

/**
 * Finished cycles of all tickets and the clocks that are open, in a narrow table in the order of their ends: a report reads a
 * period of it in one go. It follows from what the tickets keep (`cycles`, `detail`), is written together with that, and can
 * be made anew at any time; what only single rows of a report show is read there.
 */
final class Cycles
{
    public function __construct(private readonly Db $db)
    {
    }

    public static function table(): string
    {
        return Schema::table('cycle');
    }

    public function create(): void
    {
        // Open clocks have no end: theirs is 0, so that they stand together too.
        $key = 'VARCHAR(190) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL';
        $number = 'INT UNSIGNED NOT NULL';
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . " (
            stopped $number, ticket_id $number, no SMALLINT UNSIGNED NOT NULL, state VARCHAR(10) CHARACTER SET ascii NOT NULL,
            metric $key, level $key, customer $key, department $number, agent $number, due INT UNSIGNED NULL,
            breached INT UNSIGNED NULL, elapsed $number, opening SMALLINT UNSIGNED NULL, spent TEXT CHARACTER SET ascii NOT NULL,
            PRIMARY KEY (stopped, ticket_id, no), KEY ticket (ticket_id)
        ) ENGINE=InnoDB");
    }

    /**
     * Puts these rows in the place of those that stand, and touches no ticket of which they are the same.
     *
     * @param array<int, array{finished?: list<array<string, int|string|null>>, open?: list<array<string, int|string|null>>}> $parts
     *     by ticket; a part that is not named stays
     * @param list<int> $known those of the tickets that may have rows already
     */
    public function store(array $parts, array $known): void
    {
        $standing = $this->of($known);
        $changed = $new = [];
        foreach ($parts as $id => $part) {
            $before = $standing[$id] ?? ['finished' => [], 'open' => []];
            $after = array_map(static fn (array $rows): array => array_map(self::tuple(...), $rows), $part) + $before;
            if ($after['finished'] !== $before['finished'] || $after['open'] !== $before['open']) {
                $changed[] = $id;
                array_push($new, ...$after['finished'], ...$after['open']);
            }
        }
        $this->remove(array_values(array_intersect($changed, array_keys($standing))));
        // In the order of the table's key: the engine fills its pages one after the other.
        usort($new, static fn (array $a, array $b): int => [$a[0], $a[1], $a[2]] <=> [$b[0], $b[1], $b[2]]);
        $this->db->insert('INSERT INTO ' . self::table() . ' (' . implode(', ', CycleRow::COLUMNS) . ')', $new);
    }

    /**
     * @param list<int> $tickets
     * @return array<int, array{finished: list<list<int|string|null>>, open: list<list<int|string|null>>}>
     */
    private function of(array $tickets): array
    {
        $rows = [];
        if (!$tickets) {
            return $rows;
        }
        $result = $this->db->run('SELECT ' . implode(', ', CycleRow::COLUMNS) . ' FROM ' . self::table()
            . ' WHERE ticket_id IN (?) ORDER BY ticket_id, no', $tickets);
        while ($row = $result->fetch_assoc()) {
            $id = (int) $row['ticket_id'];
            $rows[$id] ??= ['finished' => [], 'open' => []];
            foreach (CycleRow::NUMBERS as $column) {
                $row[$column] = $row[$column] === null ? null : (int) $row[$column];
            }
            $rows[$id][$row['stopped'] > 0 ? 'finished' : 'open'][] = array_values($row);
        }
        return $rows;
    }

    /** @param array<string, int|string|null> $row @return list<int|string|null> in the order of the columns */
    private static function tuple(array $row): array
    {
        return array_map(static fn (string $column): int|string|null => $row[$column], CycleRow::COLUMNS);
    }

    /** @param list<int> $tickets */
    public function remove(array $tickets): void
    {
        if ($tickets) {
            $this->db->run('DELETE FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets);
        }
    }

    public function clear(): void
    {
        $this->db->run('DELETE FROM ' . self::table());
    }
}
