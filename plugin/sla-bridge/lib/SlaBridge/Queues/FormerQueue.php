<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Setup\Blueprint;
use SlaBridge\Setup\Made;

/**
 * The one queue of what is at risk or overdue that versions before this one made: below the open tickets, and before that as a root
 * queue with a criterion on `__cdata`. Where nobody arranged anything in it, it becomes the queue of what is overdue. Else it
 * stays as people know it, and setup says so; only a criterion on `__cdata` is put onto our path, for it makes every agent wait.
 */
final class FormerQueue
{
    public const MADE = 'queue:attention';
    private const OLD_PATH = 'cdata__' . Clocks::STATE;

    public function __construct(private readonly Db $db, private readonly Blueprint $blueprint, private readonly Made $made)
    {
    }

    /** @return ?array<string, ?string> */
    public function standing(): ?array
    {
        $id = $this->made->id(self::MADE, QUEUE_TABLE);
        $sql = 'SELECT id, title, parent_id, config, flags, sort_id FROM ' . QUEUE_TABLE . ' WHERE id = ?';
        return $id ? $this->db->row($sql, $id) : null;
    }

    /**
     * Nobody renamed it, changed what it shows, its order or its columns, put a queue or a search below it, or arranged it for
     * himself.
     *
     * @param array<string, ?string> $queue
     * @param int $open the queue of open tickets
     */
    public function isUntouched(array $queue, int $open): bool
    {
        $id = (int) $queue['id'];
        return ($this->isOfLastVersion($queue, $open) || $this->isOfFirstVersion($queue))
            && !$this->db->value('SELECT COUNT(*) FROM ' . QUEUE_TABLE . ' WHERE parent_id = ?', $id)
            && !$this->db->value('SELECT COUNT(*) FROM ' . QUEUE_CONFIG_TABLE . ' WHERE queue_id = ?', $id);
    }

    /**
     * What becomes of one that stays.
     *
     * @param array<string, ?string> $queue
     * @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable}
     */
    public function step(array $queue): array
    {
        $isOld = str_contains((string) $queue['config'], self::OLD_PATH);
        $detail = $this->blueprint->say(
            'It was arranged by hand and stays beside the two new ones; delete it if nobody needs it, for each queue is counted.',
            'Изменена вручную и остаётся рядом с двумя новыми; удалите, если не нужна: каждую очередь приходится подсчитывать.'
        );
        if ($isOld) {
            $detail = $this->blueprint->say('Only its criterion is replaced. ', 'Меняется только условие отбора. ') . $detail;
        }
        $title = $this->blueprint->queue((string) $queue['title']);
        return [self::MADE, $title, $isOld ? 'todo' : 'done', $detail, fn () => $this->modernise($queue)];
    }

    /** @param array<string, ?string> $queue */
    private function isOfLastVersion(array $queue, int $open): bool
    {
        return $this->criteria($queue) === [AttentionQueues::PATH => Clocks::ATTENTION] && (int) $queue['parent_id'] === $open
            && in_array($queue['title'], $this->blueprint->texts('attention_queue'), true)
            && (int) $queue['sort_id'] === $this->made->id('sort:due', QUEUE_SORT_TABLE)
            && $this->shows((int) $queue['id']) === [];
    }

    /** @param array<string, ?string> $queue */
    private function isOfFirstVersion(array $queue): bool
    {
        $criteria = $this->criteria($queue);
        return array_keys($criteria) === ['status__state', self::OLD_PATH] && $criteria[self::OLD_PATH] === Clocks::ATTENTION
            && (int) $queue['parent_id'] === 0
            && in_array($queue['title'], $this->blueprint->texts('former_attention_queue'), true)
            && $this->shows((int) $queue['id']) === ['number', 'cdata__subject', 'user__name',
                ...array_map(static fn (string $name): string => "cdata__$name", array_keys($this->blueprint->columns())), 'assignee'];
    }

    /** @param array<string, ?string> $queue @return array<string, list<string>> path => keys of the choices asked for */
    private function criteria(array $queue): array
    {
        $found = [];
        foreach ((json_decode((string) $queue['config'], true) ?: [])['criteria'] ?? [] as $criterion) {
            $found[(string) ($criterion[0] ?? '')] = array_map('strval', array_keys((array) ($criterion[2] ?? [])));
        }
        return $found;
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
        $config = str_replace('"' . self::OLD_PATH . '"', '"' . AttentionQueues::PATH . '"', (string) $queue['config']);
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET config = ?, updated = NOW() WHERE id = ?', $config, (int) $queue['id']);
        QueueCounters::forget();
    }
}
