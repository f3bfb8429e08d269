<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Setup\Blueprint;
use SlaBridge\Setup\Made;

/**
 * The two queues of what needs attention, below the open tickets: what is at risk, and what is overdue, each by its deadline. They
 * show their parent's columns and count within its criteria; their own criterion is a path of the plugin (SlaClock) that adds
 * no join to the statement by which osTicket counts all queues.
 *
 * A desk of the version before has one queue for both: FormerQueue.
 */
final class AttentionQueues
{
    /** Also the one of the version before, while it stands. */
    public const MADE = ['at_risk' => 'queue:at_risk', 'overdue' => 'queue:overdue', 'former' => FormerQueue::MADE];
    public const PATH = Clocks::JOIN . '__state';
    private const LEVEL = Clocks::JOIN . '__level';
    public const TEXTS = ['at_risk' => 'at_risk_queue', 'overdue' => 'overdue_queue'];
    /** Where the desk has a queue of that name beside it, or osTicket's own "Overdue", which goes by another due date. */
    public const BESIDE = ' (SLA)';
    private const NATIVE = ['overdue' => 'isoverdue'];
    /** Public, a queue, with the criteria and columns of its parent. */
    private const SUB_QUEUE = 0x1 | 0x2 | 0x8 | 0x10;
    /** Without a parent: its own criteria, and osTicket's default columns. */
    private const ROOT_QUEUE = 0x1 | 0x2;
    private const PUBLIC_QUEUE = 0x3;
    private const DISABLED = 0x4;

    private readonly FormerQueue $former;

    public function __construct(
        private readonly Db $db,
        private readonly Blueprint $blueprint,
        private readonly Made $made,
        private readonly QueueSorts $sorts
    ) {
        $this->former = new FormerQueue($db, $blueprint, $made);
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function buildSteps(): array
    {
        $former = $this->former->standing();
        $carried = $former !== null && $this->former->isUntouched($former, $this->open()) && !$this->standing('overdue') ? $former : null;
        $steps = [$this->step('at_risk', null), $this->step('overdue', $carried)];
        if ($former !== null && $carried === null) {
            $steps[] = $this->former->step($former);
        }
        $switch = new QueueSwitch($this->db);
        if ($switch->isOff()) {
            $steps[] = ['queues:enable', $this->blueprint->say('Queues enabled again', 'Очереди снова включены'), 'todo', '',
                $switch->enable(...)];
        }
        return $steps;
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> */
    public function removeSteps(): array
    {
        $steps = [];
        foreach (self::MADE as $state => $made) {
            $id = $this->made->id($made, QUEUE_TABLE);
            if ($state === 'former' && !$id) {
                continue;
            }
            $title = $id ? (string) $this->db->value('SELECT title FROM ' . QUEUE_TABLE . ' WHERE id = ?', $id)
                : $this->blueprint->text(self::TEXTS[$state]);
            $steps[] = [$made, $this->blueprint->queue($title), $id ? 'todo' : 'done', '', fn () => $this->remove($made, (int) $id)];
        }
        return $steps;
    }

    /**
     * @param ?array<string, ?string> $former the queue of the version before that becomes this one
     * @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable}
     */
    private function step(string $state, ?array $former): array
    {
        $queue = $this->standing($state);
        $parent = (int) ($queue['parent_id'] ?? $this->open());
        $title = $this->title($state, $parent, (int) ($queue['id'] ?? $former['id'] ?? 0));
        $detail = $this->besideNative($state, $parent);
        if ($queue !== null) {
            $isForeign = $queue['title'] !== $title && in_array($queue['title'], $this->titles($state), true);
            $shown = $this->blueprint->queue($isForeign ? $title : (string) $queue['title']);
            return [self::MADE[$state], $shown, $isForeign ? 'todo' : 'done', $detail,
                fn () => $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET title = ? WHERE id = ?', $title, (int) $queue['id'])];
        }
        $was = (string) ($former['title'] ?? '');
        if ($former !== null) {
            $made = $this->blueprint->say("Made of \"$was\", whose number it keeps.", "Из очереди «{$was}», с тем же номером.");
            $detail = trim("$made $detail");
        }
        return [self::MADE[$state], $this->blueprint->queue($title), 'todo', $detail,
            fn () => $former === null ? $this->create($state, $title) : $this->carryOver($state, $title, $former)];
    }

    /** @return ?array<string, ?string> */
    private function standing(string $state): ?array
    {
        $id = $this->made->id(self::MADE[$state], QUEUE_TABLE);
        return $id ? $this->db->row('SELECT id, title, parent_id FROM ' . QUEUE_TABLE . ' WHERE id = ?', $id) : null;
    }

    /** In the language asked for, and unlike its neighbours' in any language. */
    private function title(string $state, int $parent, int $self): string
    {
        $title = $this->blueprint->text(self::TEXTS[$state]);
        $taken = $this->db->value(
            'SELECT COUNT(*) FROM ' . QUEUE_TABLE . ' WHERE parent_id = ? AND staff_id = 0 AND title IN (?) AND id <> ?',
            $parent,
            $this->blueprint->texts(self::TEXTS[$state]),
            $self
        );
        return (int) $taken || $this->native($state, $parent) !== null ? $title . self::BESIDE : $title;
    }

    /** What tells people of osTicket's own queue beside ours, and how it goes away. */
    private function besideNative(string $state, int $parent): string
    {
        $native = $this->native($state, $parent);
        return $native === null ? '' : $this->blueprint->say(
            "Beside it stands osTicket's own \"$native\", which goes by osTicket's due dates. "
                . 'If nobody needs it, disable it: Admin Panel > Settings > Tickets > Queues.',
            "Рядом стоит собственная очередь osTicket «{$native}»: она идёт по срокам самого osTicket. "
                . 'Если она не нужна, отключите её: Панель администратора > Настройки > Заявки > Очереди.'
        );
    }

    /** The title of the shown queue beside ours whose only criterion is osTicket's own flag. */
    private function native(string $state, int $parent): ?string
    {
        $rows = isset(self::NATIVE[$state]) ? $this->db->rows(
            'SELECT title, config FROM ' . QUEUE_TABLE . ' WHERE parent_id = ? AND staff_id = 0 AND (flags & ?) = ? ORDER BY id',
            $parent,
            self::PUBLIC_QUEUE | self::DISABLED,
            self::PUBLIC_QUEUE
        ) : [];
        foreach ($rows as $row) {
            $config = json_decode((string) $row['config'], true) ?: [];
            $criteria = $config['criteria'] ?? $config;
            if (count($criteria) === 1 && array_slice((array) $criteria[0], 0, 2) === [self::NATIVE[$state], 'set']) {
                return (string) $row['title'];
            }
        }
        return null;
    }

    /** Every title that a setup gives it. @return list<string> */
    private function titles(string $state): array
    {
        $plain = $this->blueprint->texts(self::TEXTS[$state]);
        return [...$plain, ...array_map(static fn (string $title): string => $title . self::BESIDE, $plain)];
    }

    private function create(string $state, string $title): void
    {
        $row = $this->row($state, $title);
        $names = implode(', ', array_keys($row));
        $this->db->run('INSERT INTO ' . QUEUE_TABLE . " ($names, columns_id, staff_id, root, created, updated)
            VALUES (?, NULL, 0, 'T', NOW(), NOW())", array_values($row));
        $this->finish($state, $this->db->lastId());
    }

    /** @param array<string, ?string> $former */
    private function carryOver(string $state, string $title, array $former): void
    {
        $id = (int) $former['id'];
        $row = $this->row($state, $title);
        $row['flags'] |= (int) $former['flags'] & self::DISABLED;
        foreach ($row as $name => $value) {
            $this->db->run('UPDATE ' . QUEUE_TABLE . " SET $name = ?, updated = NOW() WHERE id = ?", $value, $id);
        }
        $this->db->run('DELETE FROM ' . QUEUE_COLUMN_TABLE . ' WHERE queue_id = ? AND staff_id = 0', $id);
        $this->made->forget(FormerQueue::MADE);
        $this->finish($state, $id);
    }

    private function finish(string $state, int $queue): void
    {
        $this->made->note(self::MADE[$state], $queue);
        $this->sorts->offerIn($queue);
        // A queue that a kept set of counters lacks is counted by itself on each page.
        QueueCounters::forget();
    }

    /** @return array<string, int|string> column => value */
    private function row(string $state, string $title): array
    {
        $parent = $this->open();
        $criteria = [[self::PATH, 'includes', [$state => $this->blueprint->choices(Clocks::STATE)[$state]]]];
        if (!$parent) {
            array_unshift($criteria, ['status__state', 'includes', ['open' => 'Open']]);
        }
        return [
            'parent_id' => $parent, 'flags' => $parent ? self::SUB_QUEUE : self::ROOT_QUEUE,
            'sort' => 1 + (int) $this->db->value('SELECT MAX(sort) FROM ' . QUEUE_TABLE . ' WHERE parent_id = ?', $parent),
            'title' => $title, 'config' => (string) json_encode(['criteria' => $criteria, 'conditions' => []]),
            'path' => $parent ? "/$parent/" : '/', 'filter' => self::LEVEL, 'sort_id' => $this->sorts->id('due'),
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

    private function remove(string $made, int $queue): void
    {
        foreach ([QUEUE_COLUMN_TABLE, QUEUE_SORTING_TABLE, QUEUE_EXPORT_TABLE, QUEUE_CONFIG_TABLE] as $table) {
            $this->db->run("DELETE FROM $table WHERE queue_id = ?", $queue);
        }
        $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET parent_id = 0 WHERE parent_id = ?', $queue);
        $this->db->run('DELETE FROM ' . QUEUE_TABLE . ' WHERE id = ?', $queue);
        $this->made->forget($made);
        (new QueueSwitch($this->db))->enable();
        QueueCounters::forget();
    }
}
