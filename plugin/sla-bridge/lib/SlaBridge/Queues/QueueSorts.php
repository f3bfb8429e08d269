<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Setup\Blueprint;
use SlaBridge\Setup\Made;

/** The sort orders that `setup` offers in the queues: by deadline, and in order of arrival, as the general level is worked. */
final class QueueSorts
{
    public const ALL = ['due', 'arrival'];
    public const MADE = 'sort:';
    private const COLUMNS = ['due' => '["' . Clocks::JOIN . '__rank"]', 'arrival' => '["created","number"]'];
    public const TEXTS = ['due' => 'due_sort', 'arrival' => 'arrival_sort'];

    public function __construct(private readonly Db $db, private readonly Blueprint $blueprint, private readonly Made $made)
    {
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function buildSteps(): array
    {
        $steps = [];
        foreach (self::ALL as $sort) {
            $name = $this->blueprint->text(self::TEXTS[$sort]);
            $row = $this->standing($sort);
            $isDone = $row && $row['columns'] === self::COLUMNS[$sort] && $this->name($sort, (string) $row['name']) === $row['name'];
            $steps[] = [self::MADE . $sort, $this->blueprint->say("Sort order \"$name\"", "Сортировка «{$name}»"),
                $isDone ? 'done' : 'todo', '', fn () => $this->id($sort)];
        }
        return $steps;
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> */
    public function removeSteps(): array
    {
        $steps = [];
        foreach (self::ALL as $sort) {
            $row = $this->standing($sort);
            $name = (string) ($row['name'] ?? $this->blueprint->text(self::TEXTS[$sort]));
            $steps[] = [self::MADE . $sort, $this->blueprint->say("Sort order \"$name\"", "Сортировка «{$name}»"),
                $row ? 'todo' : 'done', '', fn () => $this->remove($sort, (int) $row['id'])];
        }
        return $steps;
    }

    /** The order's number; it is made when it is missing, and set right when another version or language made it. */
    public function id(string $sort): int
    {
        $row = $this->standing($sort);
        if ($row === null) {
            $this->db->run(
                'INSERT INTO ' . QUEUE_SORT_TABLE . " (root, name, columns, updated) VALUES ('T', ?, ?, NOW())",
                $this->blueprint->text(self::TEXTS[$sort]),
                self::COLUMNS[$sort]
            );
            $id = $this->db->lastId();
            $this->made->note(self::MADE . $sort, $id);
            return $id;
        }
        $this->db->run(
            'UPDATE ' . QUEUE_SORT_TABLE . ' SET columns = ?, name = ? WHERE id = ?',
            self::COLUMNS[$sort],
            $this->name($sort, (string) $row['name']),
            (int) $row['id']
        );
        return (int) $row['id'];
    }

    /** Lets agents choose the orders in that queue; what it offers already stays. */
    public function offerIn(int $queue): void
    {
        $last = (int) $this->db->value('SELECT MAX(sort) FROM ' . QUEUE_SORTING_TABLE . ' WHERE queue_id = ?', $queue);
        foreach (self::ALL as $sort) {
            $this->db->run(
                'INSERT IGNORE INTO ' . QUEUE_SORTING_TABLE . ' (queue_id, sort_id, bits, sort) VALUES (?, ?, 0, ?)',
                $queue,
                $this->id($sort),
                ++$last
            );
        }
    }

    /** The name as it should be: ours in the language asked for, unless somebody named it. */
    private function name(string $sort, string $now): string
    {
        $ours = [...$this->blueprint->texts(self::TEXTS[$sort]), ...($sort === 'due' ? $this->blueprint->labels(Clocks::DUE) : [])];
        return in_array($now, $ours, true) ? $this->blueprint->text(self::TEXTS[$sort]) : $now;
    }

    /** @return ?array<string, ?string> */
    private function standing(string $sort): ?array
    {
        $id = $this->made->id(self::MADE . $sort, QUEUE_SORT_TABLE);
        return $id ? $this->db->row('SELECT id, name, columns FROM ' . QUEUE_SORT_TABLE . ' WHERE id = ?', $id) : null;
    }

    private function remove(string $sort, int $id): void
    {
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET sort_id = NULL WHERE sort_id = ?', $id);
        $this->db->run('DELETE FROM ' . QUEUE_SORTING_TABLE . ' WHERE sort_id = ?', $id);
        $this->db->run('DELETE FROM ' . QUEUE_SORT_TABLE . ' WHERE id = ?', $id);
        $this->made->forget(self::MADE . $sort);
    }
}
