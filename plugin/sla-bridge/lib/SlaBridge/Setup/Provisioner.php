<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\ApiError;
use SlaBridge\CopyTidier;
use SlaBridge\Db;
use SlaBridge\Names;
use SlaBridge\OwnFields;
use SlaBridge\Queues\QueueSetup;
use SlaBridge\Replies\ReplySetup;
use SlaBridge\Tickets\Catalog;

/**
 * `/setup`: compares the helpdesk with the blueprint step by step. A plan, an apply and a second apply walk through the
 * same steps, so the plan is exactly what apply does.
 *
 * Fields are inserted by SQL, and their column is added to the `__cdata` copy: through osTicket's models every single
 * field would drop and rebuild the whole copy, without the new column and with the choices of all tickets mangled.
 */
final class Provisioner
{
    private readonly Blueprint $blueprint;
    private readonly QueueSetup $queues;
    private readonly ReplySetup $replies;
    private readonly OwnFields $own;
    private readonly HiddenOutputs $screens;
    private readonly Phrases $phrases;
    private readonly int $form;
    /** @var list<array{id: string, title: string, state: string, detail: string}> */
    private array $steps = [];
    private int $changed = 0;

    public function __construct(private readonly Db $db, private readonly SetupOptions $options)
    {
        $this->blueprint = new Blueprint($options);
        $this->queues = new QueueSetup($db, $this->blueprint);
        $this->replies = new ReplySetup($db, $this->blueprint);
        $this->own = new OwnFields($db);
        $this->screens = new HiddenOutputs($db);
        $this->phrases = new Phrases($db, $this->blueprint, $this->own);
        $this->form = (int) $db->value('SELECT id FROM ' . FORM_SEC_TABLE . " WHERE type = 'T' ORDER BY id LIMIT 1");
    }

    /** @return array{steps: list<array{id: string, title: string, state: string, detail: string}>, changed: int} */
    public function run(): array
    {
        if ($this->db->value("SELECT GET_LOCK('sla_bridge_setup', 10)") !== '1') {
            throw ApiError::busy('another setup is running');
        }
        try {
            $this->options->removes() ? $this->remove() : $this->build();
            if ($this->changed && !$this->options->tables) {
                (new CopyTidier($this->db))->afterRebuild();
            }
        } finally {
            $this->db->run("DO RELEASE_LOCK('sla_bridge_setup')");
        }
        return ['steps' => $this->steps, 'changed' => $this->changed];
    }

    private function build(): void
    {
        foreach ($this->blueprint->fields() as $field) {
            $this->fieldStep($field);
        }
        if ($this->options->waitingStatus) {
            $this->waitingStatus();
        }
        if ($this->options->developmentDepartment) {
            $this->developmentDepartment();
        }
        $this->step(...$this->screens->buildStep($this->blueprint, $this->form, $this->makes(Names::outputs())));
        foreach ($this->queues->buildSteps() as $step) {
            $this->step(...$step);
        }
        $makes = $this->makes([...Names::outputs(), ...Names::inputs()]) || $this->isPlanned('queues:open');
        $this->step(...$this->phrases->buildStep($makes));
        foreach ($this->replies->buildSteps() as $step) {
            $this->step(...$step);
        }
    }

    private function remove(): void
    {
        $removal = new Removal($this->db, $this->options, $this->blueprint, $this->own);
        $screens = $this->screens->removeStep($this->blueprint, $this->form);
        $seen = [$this->phrases->removeStep(), ...$this->replies->removeSteps(), ...$this->queues->removeSteps(), $screens];
        foreach ([...$seen, ...$removal->steps($this->form)] as $step) {
            $this->step(...$step);
        }
    }

    /**
     * Whether a step of this plan makes one of these fields, or takes it over.
     *
     * @param list<string> $names
     */
    private function makes(array $names): bool
    {
        foreach ($names as $name) {
            if ($this->isPlanned("field:$name") && $this->own->id($name) === null) {
                return true;
            }
        }
        return false;
    }

    /** Whether that step is due and this request does not do it. */
    private function isPlanned(string $id): bool
    {
        return (array_column($this->steps, 'state', 'id')[$id] ?? '') === 'todo';
    }

    /** Records a step, and does it when it is due. */
    private function step(string $id, string $title, string $state, string $detail, ?callable $do): void
    {
        if ($state === 'todo' && !$this->options->onlyPlans() && $do) {
            $do();
            $state = 'done';
            $this->changed++;
        }
        $this->steps[] = ['id' => $id, 'title' => $title, 'state' => $state, 'detail' => $detail];
    }

    /** @param array{name: string, type: string, label: string, flags: int, choices: ?array<string, string>, levels: ?string, configuration: array<string, mixed>} $field */
    private function fieldStep(array $field): void
    {
        $name = $field['name'];
        $title = $this->blueprint->say("Field \"{$field['label']}\" ($name)", "Поле «{$field['label']}» ($name)");
        $row = $this->db->row(
            'SELECT id, type, flags, label, configuration FROM ' . FORM_FIELD_TABLE . ' WHERE form_id = ? AND name = ?',
            $this->form,
            $name
        );
        $column = $this->hasColumn($name);
        if ($row === null) {
            $this->step("field:$name", $title, 'todo', '', fn () => $this->createField($field, $column));
            return;
        }
        if ($field['flags'] === Blueprint::CUSTOMER_FLAGS) {
            $this->step(
                "field:$name",
                $title,
                'done',
                $this->blueprint->say('An existing field of that name is used.', 'Используется существующее поле с этим именем.'),
                null
            );
            return;
        }
        if ($row['type'] !== $field['type']) {
            $this->step("field:$name", $title, 'conflict', $this->blueprint->say(
                "The ticket form has a field \"$name\" of type \"{$row['type']}\"; \"{$field['type']}\" is needed. "
                    . 'Rename or delete it, then run setup again.',
                "В форме заявки есть поле «{$name}» типа «{$row['type']}», а нужен «{$field['type']}». "
                    . 'Переименуйте или удалите его и повторите.'
            ), null);
            return;
        }
        $this->correctField($title, $row, $field, $column);
    }

    /**
     * @param array<string, ?string> $row the field as it stands
     * @param array<string, mixed> $field as it is to be
     */
    private function correctField(string $title, array $row, array $field, bool $column): void
    {
        $due = [];
        $configuration = json_decode((string) $row['configuration'], true) ?: [];
        $keepLevels = $this->options->levels === null && $field['levels'] !== null;
        $choices = Catalog::choices((string) ($configuration['choices'] ?? ''));
        if ($field['choices'] !== null && !$keepLevels && $choices !== $field['choices']) {
            $due[] = $this->blueprint->say('choices', 'варианты');
            $configuration['choices'] = $field['configuration']['choices'];
        }
        // What somebody called otherwise keeps that label.
        $label = in_array($row['label'], $this->blueprint->labels($field['name']), true) ? $field['label'] : (string) $row['label'];
        if ($label !== $row['label']) {
            $due[] = $this->blueprint->say('label', 'название');
        }
        if ((int) $row['flags'] !== $field['flags']) {
            $due[] = $this->blueprint->say('visibility', 'видимость');
        }
        if (!isset($this->own->owners()[(int) $row['id']])) {
            $due[] = $this->blueprint->say('known as the bridge\'s own', 'признано полем моста');
        }
        if (!$column) {
            $due[] = $this->blueprint->say('queue column data', 'данные для очередей');
        }
        $this->step(
            "field:$field[name]",
            $title,
            $due ? 'todo' : 'done',
            $due ? $this->blueprint->say('Set right: ', 'Исправить: ') . implode(', ', $due) : '',
            function () use ($row, $field, $label, $configuration, $column): void {
                $this->db->run(
                    'UPDATE ' . FORM_FIELD_TABLE . ' SET label = ?, flags = ?, configuration = ?, updated = NOW() WHERE id = ?',
                    $label,
                    $field['flags'],
                    (string) json_encode($configuration),
                    (int) $row['id']
                );
                $this->own->note($field['name'], (int) $row['id']);
                $column || $this->addColumn($field['name']);
            }
        );
    }

    private function createField(array $field, bool $column): void
    {
        $sort = (int) $this->db->value('SELECT MAX(sort) FROM ' . FORM_FIELD_TABLE . ' WHERE form_id = ?', $this->form);
        $this->db->run(
            'INSERT INTO ' . FORM_FIELD_TABLE . ' (form_id, flags, type, label, name, configuration, sort, hint, created, updated)
                VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NOW(), NOW())',
            $this->form,
            $field['flags'],
            $field['type'],
            $field['label'],
            $field['name'],
            (string) json_encode($field['configuration']),
            $sort + 1
        );
        if ($field['flags'] !== Blueprint::CUSTOMER_FLAGS) {
            $this->own->note($field['name'], $this->db->lastId());
        }
        $column || $this->addColumn($field['name']);
    }

    private function hasColumn(string $name): bool
    {
        return $this->db->row('SHOW COLUMNS FROM ' . TICKET_CDATA_TABLE . ' LIKE ?', str_replace('_', '\\_', $name)) !== null;
    }

    private function addColumn(string $name): void
    {
        $this->db->run('ALTER TABLE ' . TICKET_CDATA_TABLE . " ADD COLUMN `$name` MEDIUMTEXT");
    }

    private function waitingStatus(): void
    {
        $name = $this->blueprint->text('waiting_status');
        $title = $this->blueprint->say("Status \"$name\"", "Статус «{$name}»");
        $row = $this->db->row(
            'SELECT state FROM ' . TICKET_STATUS_TABLE . ' WHERE name IN (?) LIMIT 1',
            $this->blueprint->texts('waiting_status')
        );
        if ($row && $row['state'] !== 'open') {
            $this->step('status:waiting', $title, 'conflict', $this->blueprint->say(
                "A status of that name is \"{$row['state']}\"; it must be \"open\".",
                "Статус с этим именем находится в состоянии «{$row['state']}», а нужно «open»."
            ), null);
            return;
        }
        $this->step('status:waiting', $title, $row ? 'done' : 'todo', '', function () use ($name): void {
            $sort = (int) $this->db->value('SELECT MAX(sort) FROM ' . TICKET_STATUS_TABLE);
            $this->db->run(
                'INSERT INTO ' . TICKET_STATUS_TABLE . " (name, state, mode, flags, sort, properties, created, updated)
                    VALUES (?, 'open', 1, 0, ?, ?, NOW(), NOW())",
                $name,
                $sort + 1,
                (string) json_encode(['description' => $name])
            );
        });
    }

    private function developmentDepartment(): void
    {
        $name = $this->blueprint->text('development_department');
        $title = $this->blueprint->say("Department \"$name\"", "Отдел «{$name}»");
        $names = $this->blueprint->texts('development_department');
        $there = $this->db->row('SELECT id FROM ' . DEPT_TABLE . ' WHERE name IN (?) LIMIT 1', $names);
        $detail = $this->blueprint->say('Internal. Give agents access to it.', 'Внутренний. Дайте агентам доступ.');
        $this->step('department:development', $title, $there ? 'done' : 'todo', $there ? '' : $detail, function () use ($name): void {
            $active = 0x4;
            $this->db->run('INSERT INTO ' . DEPT_TABLE . " (flags, name, signature, ispublic, path, updated, created)
                VALUES (?, ?, '', 0, '/', NOW(), NOW())", $active, $name);
            $id = $this->db->lastId();
            $this->db->run('UPDATE ' . DEPT_TABLE . ' SET path = ? WHERE id = ?', "/$id/", $id);
        });
    }
}
