<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * The queue of what needs attention, a sub-queue of the open tickets: it shows their columns and counts within their criteria,
 * what is overdue first, then what is at risk, each by its deadline; its quick filter shows the one or the other. Its own
 * criterion is a path of the plugin (SlaClock) that adds no join to the statement by which osTicket counts all queues.
 * One queue and not two: each costs every agent at every counting.
 *
 * The version before made a root queue with a criterion on `__cdata`. Where nobody arranged anything in it, it moves; else it
 * stays as people know it, and only its criterion and its sort are put onto the path.
 */
final class AttentionQueue
{
    public const MADE = 'queue:attention';
    private const SORT_MADE = 'sort:due';
    private const PATH = Clocks::JOIN . '__state';
    private const OLD_PATH = 'cdata__sla_state';
    private const SORT = '["' . Clocks::JOIN . '__rank","' . Clocks::JOIN . '__due"]';
    /** Public, a queue, with the criteria and columns of its parent. */
    private const SUB_QUEUE = 0x1 | 0x2 | 0x8 | 0x10;
    /** Without a parent: its own criteria, and osTicket's default columns. */
    private const ROOT_QUEUE = 0x1 | 0x2;
    private const DISABLED = 0x4;

    public function __construct(private readonly Db $db, private readonly Blueprint $blueprint, private readonly Made $made)
    {
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function buildSteps(): array
    {
        $steps = [$this->queueStep($this->standing())];
        $switch = new QueueSwitch($this->db);
        if ($switch->off()) {
            $steps[] = ['queues:enable', $this->blueprint->say('Queues enabled again', 'Очереди снова включены'), 'todo', '',
                $switch->enable(...)];
        }
        return $steps;
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> */
    public function removeSteps(): array
    {
        $queue = $this->standing();
        $sort = $this->made->id(self::SORT_MADE, QUEUE_SORT_TABLE);
        $title = $this->title((string) ($queue['title'] ?? $this->blueprint->text('attention_queue')));
        return [[self::MADE, $title, $queue || $sort ? 'todo' : 'done', '', function () use ($queue, $sort): void {
            $queue && $this->remove((int) $queue['id']);
            $sort && $this->removeSort($sort);
        }]];
    }

    /**
     * @param ?array<string, ?string> $queue
     * @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable}
     */
    private function queueStep(?array $queue): array
    {
        if ($queue === null) {
            return [self::MADE, $this->title($this->blueprint->text('attention_queue')), 'todo', '', $this->create(...)];
        }
        $title = $this->title((string) $queue['title']);
        if (!str_contains((string) $queue['config'], self::OLD_PATH)) {
            return [self::MADE, $title, 'done', '', null];
        }
        [$what, $do] = $this->isUntouched($queue)
            ? [$this->blueprint->say('It moves below the open tickets.', 'Переедет под открытые заявки.'), $this->move(...)]
            : [$this->blueprint->say('Only its criterion is replaced.', 'Меняется только условие отбора.'), $this->modernise(...)];
        return [self::MADE, $title, 'todo', $what, static fn () => $do($queue)];
    }

    private function title(string $title): string
    {
        return $this->blueprint->say("Queue \"$title\"", "Очередь «{$title}»");
    }

    /** @return ?array<string, ?string> */
    private function standing(): ?array
    {
        $id = $this->made->id(self::MADE, QUEUE_TABLE);
        return $id ? $this->db->row('SELECT id, title, parent_id, config FROM ' . QUEUE_TABLE . ' WHERE id = ?', $id) : null;
    }

    /**
     * Nobody renamed what the version before made, changed what it shows and in which columns, put a queue or a search below it,
     * or arranged it for himself.
     *
     * @param array<string, ?string> $queue
     */
    private function isUntouched(array $queue): bool
    {
        $criteria = (json_decode((string) $queue['config'], true) ?: [])['criteria'] ?? [];
        $asMade = array_column($criteria, 0) === ['status__state', self::OLD_PATH]
            && array_keys((array) ($criteria[1][2] ?? [])) === Clocks::ATTENTION;
        $id = (int) $queue['id'];
        return $asMade && (int) $queue['parent_id'] === 0
            && in_array($queue['title'], $this->blueprint->texts('former_attention_queue'), true)
            && !$this->db->value('SELECT COUNT(*) FROM ' . QUEUE_TABLE . ' WHERE parent_id = ?', $id)
            && !$this->db->value('SELECT COUNT(*) FROM ' . QUEUE_CONFIG_TABLE . ' WHERE queue_id = ?', $id)
            && $this->shows($id) === ['number', 'cdata__subject', 'user__name',
                ...array_map(static fn (string $name): string => "cdata__$name", array_keys($this->blueprint->columns())), 'assignee'];
    }

    /** The paths of its columns; an agent's own ones come with those of all. @return list<?string> */
    private function shows(int $queue): array
    {
        return array_column($this->db->rows('SELECT c.`primary` FROM ' . QUEUE_COLUMN_TABLE . ' u LEFT JOIN ' . COLUMN_TABLE . ' c
            ON c.id = u.column_id WHERE u.queue_id = ? ORDER BY u.staff_id, u.sort', $queue), 'primary');
    }

    /** @param array<string, ?string> $queue */
    private function modernise(array $queue): void
    {
        $config = str_replace('"' . self::OLD_PATH . '"', '"' . self::PATH . '"', (string) $queue['config']);
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET config = ?, updated = NOW() WHERE id = ?', $config, (int) $queue['id']);
        $this->sort();
        QueueCounters::forget();
    }

    /** The queue keeps its number, so that links to it lead somewhere. @param array<string, ?string> $queue */
    private function move(array $queue): void
    {
        $id = (int) $queue['id'];
        $row = $this->row();
        $this->db->run(
            'UPDATE ' . QUEUE_TABLE . ' SET parent_id = ?, flags = ? | (flags & ?), sort = ?, title = ?, config = ?, path = ?,
                filter = ?, sort_id = ?, updated = NOW() WHERE id = ?',
            $row['parent'],
            $row['flags'],
            self::DISABLED,
            $row['sort'],
            $row['title'],
            $row['config'],
            $row['path'],
            self::PATH,
            $this->sort(),
            $id
        );
        $this->db->run('DELETE FROM ' . QUEUE_COLUMN_TABLE . ' WHERE queue_id = ? AND staff_id = 0', $id);
        QueueCounters::forget();
    }

    private function create(): void
    {
        $row = $this->row();
        $order = $this->sort();
        $this->db->run(
            'INSERT INTO ' . QUEUE_TABLE . " (parent_id, columns_id, sort_id, flags, staff_id, sort, title, config, filter, root, path,
                created, updated) VALUES (?, NULL, ?, ?, 0, ?, ?, ?, ?, 'T', ?, NOW(), NOW())",
            $row['parent'],
            $order,
            $row['flags'],
            $row['sort'],
            $row['title'],
            $row['config'],
            self::PATH,
            $row['path']
        );
        $queue = $this->db->lastId();
        $this->made->note(self::MADE, $queue);
        $this->db->run('INSERT INTO ' . QUEUE_SORTING_TABLE . ' (queue_id, sort_id, bits, sort) VALUES (?, ?, 0, 0)', $queue, $order);
        // A queue that a kept set of counters lacks is counted by itself on each page.
        QueueCounters::forget();
    }

    /** @return array{parent: int, flags: int, sort: int, title: string, config: string, path: string} */
    private function row(): array
    {
        $parent = $this->open();
        $states = array_intersect_key((array) $this->blueprint->choices('sla_state'), array_flip(Clocks::ATTENTION));
        $criteria = [[self::PATH, 'includes', $states]];
        if (!$parent) {
            array_unshift($criteria, ['status__state', 'includes', ['open' => 'Open']]);
        }
        return [
            'parent' => $parent, 'flags' => $parent ? self::SUB_QUEUE : self::ROOT_QUEUE,
            'sort' => 1 + (int) $this->db->value('SELECT MAX(sort) FROM ' . QUEUE_TABLE . ' WHERE parent_id = ?', $parent),
            'title' => $this->blueprint->text('attention_queue'),
            'config' => (string) json_encode(['criteria' => $criteria, 'conditions' => []]),
            'path' => $parent ? "/$parent/" : '/',
        ];
    }

    /** The public queue that asks for nothing but the state "open": osTicket's own "Open", whatever it is called; 0 for none. */
    private function open(): int
    {
        $rows = $this->db->rows(
            'SELECT id, config FROM ' . QUEUE_TABLE . ' WHERE parent_id = 0 AND staff_id = 0 AND root = ? AND (flags & 7) = 3 ORDER BY id',
            'T'
        );
        foreach ($rows as $row) {
            $config = json_decode((string) $row['config'], true) ?: [];
            $criteria = $config['criteria'] ?? $config;
            if (count($criteria) === 1 && ($criteria[0][0] ?? '') === 'status__state' && array_keys((array) $criteria[0][2]) === ['open']) {
                return (int) $row['id'];
            }
        }
        return 0;
    }

    /** The sort order of our queue: made when it is missing, put onto our path when the version before made it. */
    private function sort(): int
    {
        $id = $this->made->id(self::SORT_MADE, QUEUE_SORT_TABLE);
        if ($id) {
            $this->db->run('UPDATE ' . QUEUE_SORT_TABLE . ' SET columns = ? WHERE id = ?', self::SORT, $id);
            return $id;
        }
        $this->db->run(
            'INSERT INTO ' . QUEUE_SORT_TABLE . ' (root, name, columns, updated) VALUES (NULL, ?, ?, NOW())',
            $this->blueprint->label('sla_due'),
            self::SORT
        );
        $id = $this->db->lastId();
        $this->made->note(self::SORT_MADE, $id);
        return $id;
    }

    private function remove(int $queue): void
    {
        foreach ([QUEUE_COLUMN_TABLE, QUEUE_SORTING_TABLE, QUEUE_EXPORT_TABLE, QUEUE_CONFIG_TABLE] as $table) {
            $this->db->run("DELETE FROM $table WHERE queue_id = ?", $queue);
        }
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET parent_id = 0 WHERE parent_id = ?', $queue);
        $this->db->run('DELETE FROM ' . QUEUE_TABLE . ' WHERE id = ?', $queue);
        $this->made->forget(self::MADE);
        (new QueueSwitch($this->db))->enable();
        QueueCounters::forget();
    }

    private function removeSort(int $sort): void
    {
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET sort_id = NULL WHERE sort_id = ?', $sort);
        $this->db->run('DELETE FROM ' . QUEUE_SORTING_TABLE . ' WHERE sort_id = ?', $sort);
        $this->db->run('DELETE FROM ' . QUEUE_SORT_TABLE . ' WHERE id = ?', $sort);
        $this->made->forget(self::SORT_MADE);
    }
}
