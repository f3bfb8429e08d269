<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * The queue part of `setup`: columns with colours, in the library and in the open queues, and one queue of what needs
 * attention. What it makes is noted in a table of the plugin, so that `remove` takes away that and nothing else.
 */
final class QueueSetup
{
    private const PUBLIC_QUEUE = 0x3;
    private const DISABLED = 0x4;
    private const INHERIT_COLUMNS = 0x10;
    private const SORTABLE = 1;

    public function __construct(private readonly Db $db, private readonly Blueprint $blueprint)
    {
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
        $title = $this->blueprint->text('attention_queue');
        $steps[] = ['queue:attention', $this->blueprint->say("Queue \"$title\"", "Очередь «{$title}»"),
            $this->madeId('queue:attention', QUEUE_TABLE) ? 'done' : 'todo', '', fn () => $this->createQueue($title)];
        return $steps;
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> */
    public function removeSteps(): array
    {
        $title = $this->blueprint->text('attention_queue');
        $queue = $this->madeId('queue:attention', QUEUE_TABLE);
        $steps = [['queue:attention', $this->blueprint->say("Queue \"$title\"", "Очередь «{$title}»"), $queue ? 'todo' : 'done', '',
            fn () => $this->removeQueue((int) $queue)]];
        foreach (array_keys($this->blueprint->columns()) as $name) {
            $label = $this->blueprint->label($name);
            $id = $this->madeId("column:$name", COLUMN_TABLE);
            $title = $this->blueprint->say("Queue column \"$label\"", "Колонка очередей «{$label}»");
            $steps[] = ["column:$name", $title, $id ? 'todo' : 'done', '',
                function () use ($id, $name): void {
                    $this->db->run('DELETE FROM ' . QUEUE_COLUMN_TABLE . ' WHERE column_id = ?', (int) $id);
                    $this->db->run('DELETE FROM ' . COLUMN_TABLE . ' WHERE id = ?', (int) $id);
                    $this->forget("column:$name");
                }];
        }
        return $steps;
    }

    private function columnId(string $name): ?int
    {
        return $this->madeId("column:$name", COLUMN_TABLE)
            ?? ($this->columnOf("cdata__$name") ?: null);
    }

    /** The library's first column that shows this path; 0 when there is none. */
    private function columnOf(string $path): int
    {
        return (int) $this->db->value('SELECT id FROM ' . COLUMN_TABLE . ' WHERE `primary` = ? ORDER BY id LIMIT 1', $path);
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
        $this->note("column:$name", $this->db->lastId());
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
        $attention = $this->madeId('queue:attention', QUEUE_TABLE);
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

    private function createQueue(string $title): void
    {
        $states = array_intersect_key((array) $this->blueprint->choices('sla_state'), ['at_risk' => 1, 'overdue' => 1]);
        $config = [
            'criteria' => [['status__state', 'includes', ['open' => 'Open']], ['cdata__sla_state', 'includes', $states]],
            'conditions' => [],
        ];
        $this->db->run(
            'INSERT INTO ' . QUEUE_SORT_TABLE . ' (root, name, columns, updated) VALUES (NULL, ?, ?, NOW())',
            $this->blueprint->label('sla_due'),
            '["cdata__sla_due"]'
        );
        $order = $this->db->lastId();
        $this->note('sort:due', $order);
        $sort = (int) $this->db->value('SELECT MAX(sort) FROM ' . QUEUE_TABLE . ' WHERE parent_id = 0');
        $this->db->run(
            'INSERT INTO ' . QUEUE_TABLE . " (parent_id, columns_id, sort_id, flags, staff_id, sort, title, config, root, path,
                created, updated)
                VALUES (0, NULL, ?, ?, 0, ?, ?, ?, 'T', '/', NOW(), NOW())",
            $order,
            self::PUBLIC_QUEUE,
            $sort + 1,
            $title,
            (string) json_encode($config)
        );
        $queue = $this->db->lastId();
        $this->note('queue:attention', $queue);
        $this->db->run('INSERT INTO ' . QUEUE_SORTING_TABLE . ' (queue_id, sort_id, bits, sort) VALUES (?, ?, 0, 0)', $queue, $order);
        $columns = [
            'number' => ['Ticket', 'Заявка', 80],
            'cdata__subject' => ['Subject', 'Тема', 200],
            'user__name' => ['From', 'От', 120],
        ];
        $position = 0;
        foreach ($columns as $path => [$english, $russian, $width]) {
            if ($id = $this->columnOf($path)) {
                $this->useColumn($queue, $id, ++$position, $this->blueprint->say($english, $russian), $width);
            }
        }
        foreach ($this->blueprint->columns() as $name => $width) {
            $this->useColumn($queue, (int) $this->columnId($name), ++$position, $this->blueprint->label($name), $width);
        }
        if ($id = $this->columnOf('assignee')) {
            $this->useColumn($queue, $id, ++$position, $this->blueprint->say('Assigned To', 'Ответственный'), 110);
        }
    }

    private function removeQueue(int $queue): void
    {
        $order = (int) $this->madeId('sort:due', QUEUE_SORT_TABLE);
        foreach ([QUEUE_COLUMN_TABLE, QUEUE_SORTING_TABLE, QUEUE_EXPORT_TABLE, QUEUE_CONFIG_TABLE] as $table) {
            $this->db->run("DELETE FROM $table WHERE queue_id = ?", $queue);
        }
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET parent_id = 0 WHERE parent_id = ?', $queue);
        $this->db->run('DELETE FROM ' . QUEUE_TABLE . ' WHERE id = ?', $queue);
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET sort_id = NULL WHERE sort_id = ?', $order ?: -1);
        $this->db->run('DELETE FROM ' . QUEUE_SORTING_TABLE . ' WHERE sort_id = ?', $order ?: -1);
        $this->db->run('DELETE FROM ' . QUEUE_SORT_TABLE . ' WHERE id = ?', $order ?: -1);
        $this->forget('queue:attention');
        $this->forget('sort:due');
    }

    /** The id of what an earlier setup made, if it still stands. */
    private function madeId(string $what, string $table): ?int
    {
        $id = (int) $this->db->value(
            'SELECT m.object_id FROM ' . Schema::table('made') . " m JOIN $table o ON o.id = m.object_id WHERE m.what = ?",
            $what
        );
        return $id ?: null;
    }

    private function note(string $what, int $id): void
    {
        $this->db->run('REPLACE INTO ' . Schema::table('made') . ' (what, object_id) VALUES (?, ?)', $what, $id);
    }

    private function forget(string $what): void
    {
        $this->db->run('DELETE FROM ' . Schema::table('made') . ' WHERE what = ?', $what);
    }
}
