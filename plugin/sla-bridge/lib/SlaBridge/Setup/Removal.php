<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\Db;
use SlaBridge\LastPass;
use SlaBridge\Names;
use SlaBridge\OwnFields;
use SlaBridge\Publication;
use SlaBridge\Queues\Clocks;
use SlaBridge\Report\ReportTables;
use SlaBridge\Schema;
use SlaBridge\Tickets\NativeDates;

/**
 * Takes away what `setup` made and what the plugin kept of tickets; with `keep_values` fields and records stay. Statuses,
 * departments and customers' inputs always stay: tickets of the desk stand in them.
 */
final class Removal
{
    private const PORTION = 5000;

    public function __construct(
        private readonly Db $db,
        private readonly SetupOptions $options,
        private readonly Blueprint $blueprint,
        private readonly OwnFields $own
    ) {
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function steps(int $form): array
    {
        if ($this->options->keepValues) {
            return [];
        }
        $values = $this->values();
        $steps = $this->foreign($form);
        foreach (array_reverse($this->own->all()) as $field) {
            $steps[] = $this->fieldStep($field, $values[$field['id']] ?? 0);
        }
        return [...$steps, ...$this->keptSteps(), ...($this->options->tables ? [$this->tablesStep()] : [])];
    }

    /**
     * Fields that bear one of our names and that setup did not make.
     *
     * @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}>
     */
    private function foreign(int $form): array
    {
        $names = [...Names::inputs(), ...Names::outputs()];
        $rows = $this->db->rows(
            'SELECT name, label FROM ' . FORM_FIELD_TABLE . ' WHERE form_id = ? AND name IN (?) AND id NOT IN (?) ORDER BY name',
            $form,
            $names,
            array_column($this->own->all(), 'id') ?: [0]
        );
        $detail = $this->blueprint->say('Setup did not make it; it stays.', 'Поле создано не установкой и остаётся.');
        return array_map(fn (array $row): array
            => ["field:$row[name]", $this->title((string) $row['label'], (string) $row['name']), 'conflict', $detail, null], $rows);
    }

    private function title(string $label, string $name): string
    {
        return $this->blueprint->say("Field \"$label\" ($name), with its values", "Поле «{$label}» ($name) вместе со значениями");
    }

    /**
     * @param array{id: int, name: string, form: int, now: string, type: string} $field
     * @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable}
     */
    private function fieldStep(array $field, int $values): array
    {
        $label = (string) $this->db->value('SELECT label FROM ' . FORM_FIELD_TABLE . ' WHERE id = ?', $field['id']);
        $detail = $values ? $this->blueprint->say("$values values are lost.", "Значений будет потеряно: $values.") : '';
        return ["field:$field[name]", $this->title($label, $field['name']), 'todo', $detail, function () use ($field): void {
            $this->deleteValues($field['id']);
            $this->db->run('DELETE FROM ' . FORM_FIELD_TABLE . ' WHERE id = ?', $field['id']);
            $this->db->run('DELETE FROM ' . Schema::table('input') . ' WHERE field_id = ?', $field['id']);
            $this->own->forget($field['name']);
            $column = str_replace('_', '\\_', $field['now']);
            if (preg_match('/^\w+$/D', $field['now']) && $this->db->row('SHOW COLUMNS FROM ' . TICKET_CDATA_TABLE . ' LIKE ?', $column)) {
                $this->db->run('ALTER TABLE ' . TICKET_CDATA_TABLE . " DROP COLUMN `$field[now]`");
            }
        }];
    }

    /** @return array<int, int> field => how many values it has */
    private function values(): array
    {
        $rows = $this->db->rows('SELECT field_id, COUNT(*) AS found FROM ' . FORM_ANSWER_TABLE . '
            WHERE field_id IN (?) AND value IS NOT NULL GROUP BY field_id', array_column($this->own->all(), 'id') ?: [0]);
        return array_map('intval', array_column($rows, 'found', 'field_id'));
    }

    /** In portions: a statement over all answers would keep agents from saving theirs. */
    private function deleteValues(int $field): void
    {
        $ends = $this->db->row('SELECT MIN(id) AS first, MAX(id) AS last FROM ' . FORM_ENTRY_TABLE . " WHERE object_type = 'T'");
        for ($from = (int) ($ends['first'] ?? 1); $from <= (int) ($ends['last'] ?? 0); $from += self::PORTION) {
            $this->db->run(
                'DELETE FROM ' . FORM_ANSWER_TABLE . ' WHERE entry_id BETWEEN ? AND ? AND field_id = ?',
                $from,
                $from + self::PORTION - 1,
                $field
            );
        }
        // Of tickets whose entry is gone.
        $this->db->run('DELETE FROM ' . FORM_ANSWER_TABLE . ' WHERE field_id = ?', $field);
    }

    /**
     * What the plugin's own tables keep for the bridge.
     *
     * @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}>
     */
    private function keptSteps(): array
    {
        $records = (int) $this->db->value('SELECT COUNT(*) FROM ' . Schema::table('ticket'));
        $clocks = new Clocks($this->db);
        $dates = new NativeDates($this->db);
        $published = Publication::any($this->db) || LastPass::of($this->db)['at'] !== null;
        return [
            [
                'records',
                $this->blueprint->say('Details and finished cycles of all tickets', 'Подробности и завершённые циклы всех заявок'),
                $records ? 'todo' : 'done',
                $records ? $this->blueprint->say("$records tickets.", "Заявок: $records.") : '',
                function (): void {
                    $this->db->run('DELETE FROM ' . Schema::table('ticket'));
                    (new ReportTables($this->db))->clear();
                },
            ],
            ['dates', $this->blueprint->say(
                'osTicket\'s own due dates are those of its SLA plans again',
                'Собственные сроки osTicket снова идут по его планам SLA'
            ), $dates->any() ? 'todo' : 'done', '', $dates->giveAllBack(...)],
            ['clocks', $this->blueprint->say('What the queues are counted by', 'Данные для подсчёта очередей'),
                $clocks->any() ? 'todo' : 'done', '', $clocks->clear(...)],
            ['published', $this->blueprint->say('What the bridge published for screens', 'Данные, которые мост опубликовал для страниц'),
                $published ? 'todo' : 'done', '', function (): void {
                    Publication::forget($this->db);
                    LastPass::forget($this->db);
                }],
        ];
    }

    /** @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable} */
    private function tablesStep(): array
    {
        $title = $this->blueprint->say(
            'The plugin\'s own tables; the plugin is switched off',
            'Собственные таблицы модуля; модуль выключается'
        );
        $detail = $this->blueprint->say(
            'Switched on again, it makes them anew, and the change feed begins anew.',
            'При следующем включении они создаются заново, и лента изменений начинается сначала.'
        );
        return ['tables', $title, 'todo', $detail, function (): void {
            // First: a request that began before must not make them anew.
            OwnPlugin::switchOff($this->db);
            (new Schema($this->db))->uninstall();
        }];
    }
}
