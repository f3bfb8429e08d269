<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Db;
use SlaBridge\Names;
use SlaBridge\OwnFields;

/** What tickets refer to: statuses, departments, topics, priorities, SLA plans, people, and all custom fields. */
final class Catalog
{
    private const FORMS = ['T' => 'ticket', 'G' => 'topic', 'U' => 'user', 'O' => 'organization'];
    private const ENABLED = 0x1;

    /** @var array<int, array{id: int, name: string, state: string, reopen: ?int}> */
    public readonly array $statuses;
    /** @var array<int, string> */
    public readonly array $departments;
    /** @var array<int, string> */
    public readonly array $topics;
    /** @var array<int, int> */
    public readonly array $topicStatus;
    /** @var array<int, array{id: int, name: string, urgency: int}> */
    public readonly array $priorities;
    /** @var array<int, array{id: int, name: string, grace_hours: int}> */
    public readonly array $plans;
    /** @var array<int, array{id: int, name: string, label: string, type: string, form: string, form_id: int,
     *      choices: ?array<string, string>, length: int, enabled: bool, flags: int, owner: ?string}> */
    public readonly array $fields;
    /** @var array<int, string> */
    private ?array $staff = null;
    /** @var array<int, string> */
    private ?array $teams = null;

    public function __construct(
        private readonly Db $db,
        private readonly int $defaultStatus,
        private readonly string $zone,
        private readonly string $serviceName
    ) {
        $statuses = [];
        foreach ($db->rows('SELECT id, name, state, properties FROM ' . TICKET_STATUS_TABLE . ' ORDER BY id') as $row) {
            $id = (int) $row['id'];
            $properties = json_decode((string) $row['properties'], true);
            $statuses[$id] = ['id' => $id, 'name' => (string) $row['name'], 'state' => (string) $row['state'],
                'reopen' => (int) ($properties['reopenstatus'] ?? 0) ?: null];
        }
        $this->statuses = $statuses;
        $this->departments = $this->names('SELECT id, name FROM ' . DEPT_TABLE . ' ORDER BY id');
        $topics = $topicStatus = [];
        foreach ($db->rows('SELECT topic_id, topic, status_id FROM ' . TOPIC_TABLE . ' ORDER BY topic_id') as $row) {
            $topics[(int) $row['topic_id']] = (string) $row['topic'];
            $topicStatus[(int) $row['topic_id']] = (int) $row['status_id'];
        }
        $this->topics = $topics;
        $this->topicStatus = $topicStatus;
        $priorities = $plans = $fields = [];
        $sql = 'SELECT priority_id, priority_desc, priority_urgency FROM ' . PRIORITY_TABLE . ' ORDER BY priority_id';
        foreach ($db->rows($sql) as $row) {
            $id = (int) $row['priority_id'];
            $priorities[$id] = ['id' => $id, 'name' => (string) $row['priority_desc'], 'urgency' => (int) $row['priority_urgency']];
        }
        foreach ($db->rows('SELECT id, name, grace_period FROM ' . SLA_TABLE . ' ORDER BY id') as $row) {
            $id = (int) $row['id'];
            $plans[$id] = ['id' => $id, 'name' => (string) $row['name'], 'grace_hours' => (int) $row['grace_period']];
        }
        $owners = (new OwnFields($db))->owners();
        $sql = 'SELECT f.id, f.form_id, f.type, f.label, f.name, f.configuration, f.flags, m.type AS form FROM '
            . FORM_FIELD_TABLE . ' f JOIN ' . FORM_SEC_TABLE . " m ON m.id = f.form_id
            WHERE m.type IN ('T', 'G', 'U', 'O') ORDER BY f.id";
        foreach ($db->rows($sql) as $row) {
            $configuration = json_decode((string) $row['configuration'], true) ?: [];
            $fields[(int) $row['id']] = [
                'id' => (int) $row['id'], 'name' => (string) $row['name'], 'label' => (string) $row['label'],
                'type' => (string) $row['type'], 'form' => self::FORMS[$row['form']], 'form_id' => (int) $row['form_id'],
                'choices' => $row['type'] === 'choices' ? self::choices((string) ($configuration['choices'] ?? '')) : null,
                'length' => (int) ($configuration['length'] ?? 0),
                'enabled' => ((int) $row['flags'] & self::ENABLED) > 0, 'flags' => (int) $row['flags'],
                'owner' => $owners[(int) $row['id']] ?? null,
            ];
        }
        $this->priorities = $priorities;
        $this->plans = $plans;
        $this->fields = $fields;
    }

    /** The output fields that exist, by name: all that `/writes` may touch. @return array<string, array<string, mixed>> */
    public function outputs(): array
    {
        $outputs = [];
        foreach ($this->fields as $field) {
            if ($field['owner'] === 'bridge' && in_array($field['name'], Names::outputs(), true)) {
                $outputs[$field['name']] ??= $field;
            }
        }
        return $outputs;
    }

    public function ticketForm(): int
    {
        return (int) $this->db->value('SELECT id FROM ' . FORM_SEC_TABLE . " WHERE type = 'T' ORDER BY id LIMIT 1");
    }

    public function serviceAgent(): ?int
    {
        if ($this->serviceName === '') {
            return null;
        }
        return (int) $this->db->value('SELECT staff_id FROM ' . STAFF_TABLE . ' WHERE username = ?', $this->serviceName) ?: null;
    }

    /** @return array<int, string> */
    public function staff(): array
    {
        return $this->staff ??= $this->names(
            "SELECT staff_id AS id, TRIM(CONCAT_WS(' ', firstname, lastname)) AS name FROM " . STAFF_TABLE
        );
    }

    /** @return array<int, string> */
    public function teams(): array
    {
        return $this->teams ??= $this->names('SELECT team_id AS id, name FROM ' . TEAM_TABLE);
    }

    /** The part that the replay of histories needs. @return array<string, mixed> */
    public function forHistory(): array
    {
        return [
            'statuses' => $this->statuses, 'departments' => $this->departments, 'topics' => $this->topics,
            'priorities' => array_column($this->priorities, 'name', 'id'), 'plans' => array_column($this->plans, 'name', 'id'),
            'staff' => $this->staff(), 'teams' => $this->teams(), 'fields' => $this->fields,
            'topicStatus' => $this->topicStatus, 'defaultStatus' => $this->defaultStatus, 'service' => $this->serviceAgent(),
        ];
    }

    /** `GET /meta` without what changes from call to call. @return array<string, mixed> */
    public function describe(): array
    {
        $named = static fn (array $names): array => array_map(
            static fn (int $id, string $name): array => ['id' => $id, 'name' => $name],
            array_keys($names),
            $names
        );
        $fields = [];
        foreach ($this->fields as $field) {
            if ($field['enabled'] && !FieldValue::isSilent($field['type'])) {
                $fields[] = [
                    'id' => $field['id'], 'name' => $field['name'], 'label' => $field['label'], 'type' => $field['type'],
                    'form' => $field['form'], 'choices' => $field['choices'] === null ? null : (object) $field['choices'],
                    'owner' => $field['owner'],
                ];
            }
        }
        return [
            'database_zone' => $this->zone,
            'statuses' => array_map(
                static fn (array $s): array => ['id' => $s['id'], 'name' => $s['name'], 'state' => $s['state']],
                array_values($this->statuses)
            ),
            'departments' => $named($this->departments), 'topics' => $named($this->topics),
            'agents' => $named($this->staff()), 'teams' => $named($this->teams()),
            'priorities' => array_values($this->priorities), 'sla_plans' => array_values($this->plans), 'fields' => $fields,
        ];
    }

    /**
     * `GET /meta` without what changes from call to call: besides, what matters to letters and to no ticket. It stands in no
     * revision: whoever ticks a box of osTicket's own has no ticket decided anew.
     *
     * @return array<string, mixed>
     */
    public function meta(): array
    {
        $sql = 'SELECT value FROM ' . CONFIG_TABLE . " WHERE namespace = 'core' AND `key` = 'ticket_autoresponder'";
        $desk = (bool) (int) $this->db->value($sql);
        $answers = array_map(boolval(...), array_map(intval(...), $this->names(
            'SELECT id, ticket_auto_response AS name FROM ' . DEPT_TABLE
        )));
        $described = $this->describe();
        foreach ($described['departments'] as $place => $one) {
            $described['departments'][$place]['auto_response'] = $desk && ($answers[$one['id']] ?? false);
        }
        // osTicket notes the database's zone once, and goes on with it when the server's has been changed.
        $offset = (int) $this->db->value('SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW())');
        return $described + ['service_agent' => $this->serviceAgent() !== null, 'database_offset' => $offset];
    }

    public function revision(): string
    {
        return substr(hash('sha256', (string) json_encode($this->describe(), JSON_INVALID_UTF8_SUBSTITUTE)), 0, 16);
    }

    /** "key:Label" lines, read as osTicket reads them. @return array<string, string> */
    public static function choices(string $text): array
    {
        $choices = [];
        foreach (explode("\n", $text) as $line) {
            [$key, $label] = array_map('trim', explode(':', $line, 2)) + [1 => ''];
            if ($key !== '') {
                $choices[$key] = $label === '' ? $key : $label;
            }
        }
        return $choices;
    }

    /** @return array<int, string> */
    private function names(string $sql): array
    {
        $names = [];
        foreach ($this->db->rows($sql) as $row) {
            $names[(int) $row['id']] = (string) $row['name'];
        }
        return $names;
    }
}
