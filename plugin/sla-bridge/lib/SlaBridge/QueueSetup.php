<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * The queue part of `setup`: columns with colours, in the library and in the open queues, and the queue of what needs
 * attention.
 */
final class QueueSetup
{
    private const PUBLIC_QUEUE = 0x3;
    private const DISABLED = 0x4;
    private const INHERIT_COLUMNS = 0x10;
    private const SORTABLE = 1;

    private readonly Made $made;
    private readonly AttentionQueue $attention;

    public function __construct(private readonly Db $db, private readonly Blueprint $blueprint)
    {
        $this->made = new Made($db);
        $this->attention = new AttentionQueue($db, $blueprint, $this->made);
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function buildSteps(): array
    {
        $steps = [];
        foreach (array_keys($this->blueprint->columns()) as $name) {
            $label = $this->blueprint->label($name);
            $there = $this->columnId($name) !== null;
            $steps[] = ["column:$name", $this->blueprint->say("Queue column \"$label\"", "Колонка очередей «{$label}»"),
                $there ? 'done' : 'todo', '', fn () => $this->createColumn($name, $label)];
        }
        $missing = [];
        foreach ($this->openQueues() as $queue => $title) {
            $lacking = $this->lacking($queue);
            if ($lacking) {
                $missing[$queue] = $title;
            }
        }
        $steps[] = ['queues:open', $this->blueprint->say('The columns in the open queues', 'Колонки в очередях открытых заявок'),
            $missing ? 'todo' : 'done', implode(', ', array_unique($missing)), fn () => $this->addToOpenQueues()];
        return [...$steps, ...$this->attention->buildSteps()];
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> */
    public function removeSteps(): array
    {
        $steps = $this->attention->removeSteps();
        foreach (array_keys($this->blueprint->columns()) as $name) {
            $label = $this->blueprint->label($name);
            $id = $this->made->id("column:$name", COLUMN_TABLE);
            $title = $this->blueprint->say("Queue column \"$label\"", "Колонка очередей «{$label}»");
            $steps[] = ["column:$name", $title, $id ? 'todo' : 'done', '',
                function () use ($id, $name): void {
                    $this->db->run('DELETE FROM ' . QUEUE_COLUMN_TABLE . ' WHERE column_id = ?', (int) $id);
                    $this->db->run('DELETE FROM ' . COLUMN_TABLE . ' WHERE id = ?', (int) $id);
                    $this->made->forget("column:$name");
                }];
        }
        return $steps;
    }

    private function columnId(string $name): ?int
    {
        return $this->made->id("column:$name", COLUMN_TABLE)
            ?? $this->db->ids('SELECT id FROM ' . COLUMN_TABLE . ' WHERE `primary` = ? ORDER BY id LIMIT 1', "cdata__$name")[0]
            ?? null;
    }

    private function createColumn(string $name, string $label): void
    {
        $conditions = $name === 'sla_state' ? $this->blueprint->stateColours() : [];
        $this->db->run(
            'INSERT INTO ' . COLUMN_TABLE . " (flags, name, `primary`, secondary, filter, `truncate`, annotations, conditions)
                VALUES (0, ?, ?, NULL, NULL, 'wrap', '[]', ?)",
            $label,
            "cdata__$name",
            (string) json_encode($conditions)
        );
        $this->made->note("column:$name", $this->db->lastId());
    }

    /**
     * Public queues that show open tickets and have a column set of their own: osTicket's "Open" and "My Tickets" with
     * their sub-queues, and whatever the helpdesk built on the same criterion.
     *
     * @return array<int, string>
     */
    private function openQueues(): array
    {
        $rows = $this->db->rows(
            'SELECT id, parent_id, flags, title, config FROM ' . QUEUE_TABLE . ' WHERE staff_id = 0 AND root = ? ORDER BY id',
            'T'
        );
        $byId = array_column($rows, null, 'id');
        $attention = $this->made->id(AttentionQueue::MADE, QUEUE_TABLE);
        $open = [];
        foreach ($rows as $row) {
            $flags = (int) $row['flags'];
            if (($flags & self::PUBLIC_QUEUE) !== self::PUBLIC_QUEUE || $flags & self::DISABLED || (int) $row['id'] === $attention) {
                continue;
            }
            $isOpen = false;
            for ($at = $row, $depth = 0; $at && $depth < 10; $at = $byId[$at['parent_id']] ?? null, $depth++) {
                $isOpen = $isOpen || self::asksForOpen((string) $at['config']);
            }
            if ($isOpen && !($flags & self::INHERIT_COLUMNS && (int) $row['parent_id'])) {
                $open[(int) $row['id']] = (string) $row['title'];
            }
        }
        return $open;
    }

    private static function asksForOpen(string $config): bool
    {
        $config = json_decode($config, true) ?: [];
        foreach ($config['criteria'] ?? $config as $criterion) {
            if (is_array($criterion) && ($criterion[0] ?? '') === 'status__state' && ($criterion[1] ?? '') === 'includes') {
                return isset($criterion[2]['open']);
            }
        }
        return false;
    }

    /** @return list<string> fields whose column the queue does not show; none when it has the library's default set only */
    private function lacking(int $queue): array
    {
        $shown = $this->db->ids('SELECT column_id FROM ' . QUEUE_COLUMN_TABLE . ' WHERE queue_id = ? AND staff_id = 0', $queue);
        if (!$shown) {
            return [];
        }
        $lacking = [];
        foreach (array_keys($this->blueprint->columns()) as $name) {
            $id = $this->columnId($name);
            if ($id === null || !in_array($id, $shown, true)) {
                $lacking[] = $name;
            }
        }
        return $lacking;
    }

    private function addToOpenQueues(): void
    {
        foreach (array_keys($this->openQueues()) as $queue) {
            foreach ($this->lacking($queue) as $name) {
                $sort = (int) $this->db->value(
                    'SELECT MAX(sort) FROM ' . QUEUE_COLUMN_TABLE . ' WHERE queue_id = ? AND staff_id = 0',
                    $queue
                );
                $this->useColumn(
                    $queue,
                    (int) $this->columnId($name),
                    $sort + 1,
                    $this->blueprint->label($name),
                    $this->blueprint->columns()[$name]
                );
            }
        }
    }

    private function useColumn(int $queue, int $column, int $sort, string $heading, int $width): void
    {
        $this->db->run(
            'INSERT IGNORE INTO ' . QUEUE_COLUMN_TABLE . ' (queue_id, column_id, staff_id, bits, sort, heading, width)
                VALUES (?, ?, 0, ?, ?, ?, ?)',
            $queue,
            $column,
            self::SORTABLE,
            $sort,
            $heading,
            $width
        );
    }
}
