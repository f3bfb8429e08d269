<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Schema;
use SlaBridge\Setup\Blueprint;
use SlaBridge\Setup\Made;

/**
 * The desk's own queues of open tickets: `setup` shows our column there, offers our sort orders, and sets the quick filter to the
 * level where there is none. It does so once a queue; what people make of that stays theirs.
 *
 * Where the version before put its four columns, and nobody arranged them, ours takes their place: they did not fit into the page.
 */
final class OpenQueues
{
    /** Of osTicket's 960 pixels that much is left beside its own six columns. */
    public const WIDTH = 105;
    private const LEVEL = Clocks::JOIN . '__level';
    /** What a queue is noted under, before its number. */
    public const ARRANGED = 'arranged:';
    private const PUBLIC_QUEUE = 0x3;
    private const DISABLED = 0x4;
    private const INHERIT_COLUMNS = 0x10;
    private const INHERIT_SORTS = 0x20;
    private const SORTABLE = 1;

    public function __construct(
        private readonly Db $db,
        private readonly Blueprint $blueprint,
        private readonly Made $made,
        private readonly QueueColumns $columns,
        private readonly QueueSorts $sorts
    ) {
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function buildSteps(): array
    {
        $isNew = $this->columns->areNew();
        $todo = $left = [];
        foreach ($this->all() as $queue => $title) {
            [$do, $reason] = $this->plan($queue, $isNew);
            if ($do) {
                $todo[$queue] = [$title, $do];
            } elseif ($reason) {
                $left[$title] = $reason;
            }
        }
        $details = $todo ? [implode(', ', array_unique(array_column($todo, 0)))] : [];
        foreach ($left as $title => $reason) {
            $details[] = "$title: $reason";
        }
        $title = $this->blueprint->say('The column in the open queues', 'Колонка в очередях открытых заявок');
        return [['queues:open', $title, $todo ? 'todo' : 'done', implode('; ', $details), static function () use ($todo): void {
            foreach ($todo as [, $do]) {
                $do();
            }
        }]];
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> */
    public function removeSteps(): array
    {
        $noted = (int) $this->db->value('SELECT COUNT(*) FROM ' . Schema::table('made') . " WHERE what LIKE 'arranged:%'");
        $title = $this->blueprint->say('Quick filter of the open queues', 'Быстрый фильтр очередей открытых заявок');
        return [['queues:open', $title, $noted ? 'todo' : 'done', '', $this->release(...)]];
    }

    /** Takes back what does not go with the columns and sort orders. */
    private function release(): void
    {
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' q JOIN ' . Schema::table('made') . ' m ON m.object_id = q.id AND m.what = CONCAT(?, q.id)
            SET q.filter = NULL WHERE q.filter = ?', self::ARRANGED, self::LEVEL);
        $this->db->run('DELETE FROM ' . Schema::table('made') . " WHERE what LIKE 'arranged:%'");
    }

    /**
     * What is due in one queue.
     *
     * @return array{0: ?callable, 1: string} what to do, or why something is left as it is
     */
    private function plan(int $queue, bool $isNew): array
    {
        if ($this->made->id(self::ARRANGED . $queue, QUEUE_TABLE)) {
            return [$this->renaming($queue), ''];
        }
        $shown = $this->shown($queue);
        if (!$shown) {
            return [null, ''];
        }
        $former = array_intersect_key($shown, array_flip($this->formerColumns()));
        if ($former && !$this->standAsMade($former)) {
            return [null, $this->blueprint->say('its columns were arranged by hand and stay', 'колонки расставлены вручную и остаются')];
        }
        if (!$former && !$isNew) {
            return [null, ''];
        }
        return [fn () => $this->arrange($queue, $former), ''];
    }

    /** @param array<int, array<string, ?string>> $former by column */
    private function arrange(int $queue, array $former): void
    {
        $last = (int) $this->db->value('SELECT MAX(sort) FROM ' . QUEUE_COLUMN_TABLE . ' WHERE queue_id = ? AND staff_id = 0', $queue);
        $place = $former ? min(array_map('intval', array_column($former, 'sort'))) : $last + 1;
        $this->db->run(
            'DELETE FROM ' . QUEUE_COLUMN_TABLE . ' WHERE queue_id = ? AND staff_id = 0 AND column_id IN (?)',
            $queue,
            array_keys($former)
        );
        $this->db->run(
            'INSERT IGNORE INTO ' . QUEUE_COLUMN_TABLE . ' (queue_id, column_id, staff_id, bits, sort, heading, width)
                VALUES (?, ?, 0, ?, ?, ?, ?)',
            $queue,
            (int) $this->columns->badge(),
            self::SORTABLE,
            $place,
            $this->blueprint->text(QueueColumns::BADGE_TEXT),
            self::WIDTH
        );
        $this->db->run(
            'UPDATE ' . QUEUE_TABLE . " SET filter = ? WHERE id = ? AND parent_id = 0 AND COALESCE(filter, '') = ''",
            self::LEVEL,
            $queue
        );
        if (!((int) $this->db->value('SELECT flags FROM ' . QUEUE_TABLE . ' WHERE id = ?', $queue) & self::INHERIT_SORTS)) {
            $this->sorts->offerIn($queue);
        }
        $this->made->note(self::ARRANGED . $queue, $queue);
    }

    /** The heading in the language asked for, where it is ours in another one. */
    private function renaming(int $queue): ?callable
    {
        $row = $this->shown($queue)[$this->columns->badge()] ?? null;
        $wanted = $this->blueprint->text(QueueColumns::BADGE_TEXT);
        $ours = $this->blueprint->texts(QueueColumns::BADGE_TEXT);
        if ($row === null || $row['heading'] === $wanted || !in_array($row['heading'], $ours, true)) {
            return null;
        }
        return fn () => $this->db->run(
            'UPDATE ' . QUEUE_COLUMN_TABLE . ' SET heading = ? WHERE queue_id = ? AND column_id = ? AND staff_id = 0',
            $wanted,
            $queue,
            (int) $this->columns->badge()
        );
    }

    /** Those of all agents, not an agent's own. @return array<int, array<string, ?string>> by column */
    private function shown(int $queue): array
    {
        $sql = 'SELECT column_id, bits, sort, heading, width FROM ' . QUEUE_COLUMN_TABLE . ' WHERE queue_id = ? AND staff_id = 0';
        return array_column($this->db->rows($sql, $queue), null, 'column_id');
    }

    /** @return list<int> the columns that the version before put there */
    private function formerColumns(): array
    {
        return array_values(array_filter(array_map($this->columns->ofField(...), array_keys($this->blueprint->columns()))));
    }

    /**
     * All of them stand there side by side, in our order, under our headings and in our widths.
     *
     * @param array<int, array<string, ?string>> $former
     */
    private function standAsMade(array $former): bool
    {
        uasort($former, static fn (array $a, array $b): int => (int) $a['sort'] <=> (int) $b['sort']);
        $wanted = [];
        foreach ($this->blueprint->columns() as $name => $width) {
            $row = $former[(int) $this->columns->ofField($name)] ?? null;
            if (!$row || (int) $row['width'] !== $width || !in_array($row['heading'], $this->blueprint->labels($name), true)) {
                return false;
            }
            $wanted[] = (int) $row['column_id'];
        }
        $sorts = array_map('intval', array_column($former, 'sort'));
        return array_keys($former) === $wanted && max($sorts) - min($sorts) === count($wanted) - 1;
    }

    /**
     * Public queues that show open tickets and have a column set of their own: osTicket's "Open" and "My Tickets" with
     * their sub-queues, and whatever the helpdesk built on the same criterion.
     *
     * @return array<int, string>
     */
    private function all(): array
    {
        $rows = $this->db->rows(
            'SELECT id, parent_id, flags, title, config FROM ' . QUEUE_TABLE . ' WHERE staff_id = 0 AND root = ? ORDER BY id',
            'T'
        );
        $byId = array_column($rows, null, 'id');
        $ours = array_map(fn (string $made): ?int => $this->made->id($made, QUEUE_TABLE), AttentionQueues::MADE);
        $open = [];
        foreach ($rows as $row) {
            $flags = (int) $row['flags'];
            $isShown = ($flags & (self::PUBLIC_QUEUE | self::DISABLED)) === self::PUBLIC_QUEUE;
            if (!$isShown || in_array((int) $row['id'], $ours, true)) {
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
}
