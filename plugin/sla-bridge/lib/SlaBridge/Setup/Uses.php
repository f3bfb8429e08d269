<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\Db;
use SlaBridge\OwnFields;
use SlaBridge\Queues\Clocks;
use SlaBridge\Replies\ReplyRows;
use SlaBridge\Schema;

/**
 * Where the desk's own people use what `setup` made: their queues and saved searches, columns, sort orders, filters, and texts with
 * a variable of ours. None of it is touched by a removal, and all of it loses something; so it is told before.
 *
 * @phpstan-type Use array{kind: string, title: string, field: string}
 */
final class Uses
{
    private const CLOCK_PATHS = ['sla_state' => ['state', 'badge'], 'sla_level' => ['level'], 'sla_due' => ['due', 'rank']];
    private const OPEN = '"status__state","includes",{"open"';

    /** @var list<int> canned responses that go themselves, and have nothing to lose */
    private readonly array $going;

    public function __construct(private readonly Db $db)
    {
        $this->going = (new ReplyRows($db))->going();
    }

    /** @return list<Use> */
    public function all(): array
    {
        $uses = $this->ofColumns();
        foreach ((new OwnFields($this->db))->all() as $field) {
            $paths = ["cdata__$field[now]", ...array_map(
                static fn (string $part): string => Clocks::JOIN . "__$part",
                self::CLOCK_PATHS[$field['name']] ?? []
            )];
            array_push(
                $uses,
                ...$this->ofPaths($field['name'], $paths),
                ...$this->ofFilters($field['name'], $field['id']),
                ...$this->ofTexts($field['name'], $field['now'])
            );
        }
        return array_values(array_unique($uses, SORT_REGULAR));
    }

    /** Queues that show a column of ours where setup did not put it. @return list<Use> */
    private function ofColumns(): array
    {
        $rows = $this->db->rows('SELECT q.title, q.parent_id, q.config, q.staff_id, u.staff_id AS agent, m.what, s.username
            FROM ' . Schema::table('made') . ' m JOIN ' . QUEUE_COLUMN_TABLE . " u ON u.column_id = m.object_id AND m.what LIKE 'column:%'
            JOIN " . QUEUE_TABLE . ' q ON q.id = u.queue_id LEFT JOIN ' . STAFF_TABLE . " s ON s.staff_id = u.staff_id
            WHERE NOT EXISTS (SELECT 1 FROM " . Schema::table('made') . " o WHERE o.what LIKE 'queue:%' AND o.object_id = q.id)
            ORDER BY q.id, m.what");
        $uses = [];
        foreach ($rows as $row) {
            if ((int) $row['agent'] || (int) $row['staff_id'] || !$this->showsOpen($row)) {
                $whose = $row['username'] ? " ($row[username])" : '';
                $uses[] = $this->use('queue', $row['title'] . $whose, substr((string) $row['what'], strlen('column:')));
            }
        }
        return $uses;
    }

    /** It, or a queue above it, asks for open tickets. @param array<string, ?string> $queue */
    private function showsOpen(array $queue): bool
    {
        for ($depth = 0; $queue && $depth < 10; $depth++) {
            if (str_contains((string) $queue['config'], self::OPEN)) {
                return true;
            }
            $queue = $this->db->row('SELECT config, parent_id FROM ' . QUEUE_TABLE . ' WHERE id = ?', (int) $queue['parent_id']);
        }
        return false;
    }

    /**
     * @param list<string> $paths
     * @return list<Use>
     */
    private function ofPaths(string $field, array $paths): array
    {
        $notOurs = static fn (string $kind): string => 'NOT EXISTS (SELECT 1 FROM ' . Schema::table('made')
            . " m WHERE m.what LIKE '$kind:%' AND m.object_id = o.id)";
        $found = [
            'queue' => 'SELECT o.title FROM ' . QUEUE_TABLE . " o WHERE {$notOurs('queue')} AND (o.config LIKE ? OR (o.filter = ?
                AND NOT EXISTS (SELECT 1 FROM " . Schema::table('made') . " a WHERE a.what = CONCAT('arranged:', o.id))))",
            'column' => 'SELECT o.name AS title FROM ' . COLUMN_TABLE . " o WHERE {$notOurs('column')}
                AND (CONCAT_WS(' ', o.conditions, o.annotations) LIKE ? OR ? IN (o.`primary`, o.secondary))",
            'sort' => 'SELECT o.name AS title FROM ' . QUEUE_SORT_TABLE . " o WHERE {$notOurs('sort')}
                AND (o.columns LIKE ? OR o.columns LIKE CONCAT('%\"-', ?, '\"%'))",
            'export' => 'SELECT q.title FROM ' . QUEUE_EXPORT_TABLE . ' o JOIN ' . QUEUE_TABLE . ' q ON q.id = o.queue_id
                WHERE ? IS NOT NULL AND o.path = ?',
        ];
        $uses = [];
        foreach ($paths as $path) {
            foreach ($found as $kind => $sql) {
                foreach ($this->db->rows($sql, '%"' . $this->pattern($path) . '"%', $path) as $row) {
                    $uses[] = $this->use($kind, (string) $row['title'], $field);
                }
            }
        }
        return $uses;
    }

    /** @return list<Use> */
    private function ofFilters(string $field, int $id): array
    {
        $rows = $this->db->rows('SELECT DISTINCT f.name FROM ' . FILTER_RULE_TABLE . ' r JOIN ' . FILTER_TABLE . ' f ON f.id = r.filter_id
            WHERE r.what = ? ORDER BY f.name', "field.$id");
        return array_map(fn (array $row): array => $this->use('filter', (string) $row['name'], $field), $rows);
    }

    /** @return list<Use> */
    private function ofTexts(string $field, string $now): array
    {
        $variable = '%ticket.' . $this->pattern($now) . '%';
        $texts = [
            'template' => 'SELECT CONCAT_WS(\' / \', g.name, t.code_name) AS title FROM ' . EMAIL_TEMPLATE_TABLE . ' t
                LEFT JOIN ' . EMAIL_TEMPLATE_GRP_TABLE . ' g ON g.tpl_id = t.tpl_id WHERE t.subject LIKE ? OR t.body LIKE ?',
            'canned' => 'SELECT title FROM ' . CANNED_TABLE . ' WHERE (response LIKE ? OR title LIKE ?) AND canned_id NOT IN (?)',
        ];
        $uses = [];
        foreach ($texts as $kind => $sql) {
            foreach ($this->db->rows($sql, $variable, $variable, ...($kind === 'canned' ? [$this->going ?: [0]] : [])) as $row) {
                $uses[] = $this->use($kind, (string) $row['title'], $field);
            }
        }
        return $uses;
    }

    private function pattern(string $text): string
    {
        return str_replace(['\\', '_', '%'], ['\\\\', '\\_', '\\%'], $text);
    }

    /** @return Use */
    private function use(string $kind, string $title, string $field): array
    {
        return ['kind' => $kind, 'title' => $title, 'field' => $field];
    }
}
