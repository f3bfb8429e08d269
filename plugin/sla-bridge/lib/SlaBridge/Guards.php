<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * Keeps everybody but the bridge (outputs) and agents (their inputs) out of the `sla_…` fields. osTicket's create forms
 * take any field of the form by hash, by plain name or by id, whatever its flags say: a visitor who posts
 * `sla_level=urgent` to open.php would have set it.
 */
final class Guards
{
    public function connect(): void
    {
        \Signal::connect('ticket.create.before', $this->onCreate(...));
        \Signal::connect('ticket.created', $this->onCreated(...), 'Ticket');
        \Signal::connect('model.created', $this->onEvent(...), 'ThreadEvent');
    }

    /** Before the form reads its source. Should this fail, no ticket may be created with whatever was sent. */
    public function onCreate(mixed $object, mixed &$vars): void
    {
        $byAgent = self::isAgentsForm(is_array($vars) ? $vars : []);
        $fields = array_filter($this->fields(), static fn (array $f): bool => !$byAgent || !Names::isInput((string) $f['name']));
        $names = [];
        foreach ($fields as $field) {
            array_push($names, ...FormNames::of((string) $field['name'], (int) $field['id'], (int) $field['form_id']));
        }
        if (is_array($vars)) {
            $vars = self::without($vars, $names, array_column($fields, 'id'), $byAgent);
        }
        // Some widgets of osTicket look into the request itself.
        $_POST = self::without($_POST, $names, array_column($fields, 'id'), $byAgent);
    }

    /**
     * What still arrived by a way that we do not know (a filter's action, another plugin, a field's default) is taken out
     * again. Default values of outputs are nobody's decision either.
     */
    public function onCreated(object $ticket): void
    {
        try {
            $byAgent = self::isAgentsForm([]);
            $fields = array_filter($this->fields(), static fn (array $f): bool => !$byAgent || !Names::isInput((string) $f['name']));
            if (!$fields) {
                return;
            }
            $db = Db::ofOsTicket();
            $id = (int) $ticket->getId();
            $db->run('UPDATE ' . FORM_ANSWER_TABLE . ' v JOIN ' . FORM_ENTRY_TABLE . " e ON e.id = v.entry_id AND e.object_type = 'T'
                SET v.value = NULL, v.value_id = NULL WHERE e.object_id = ? AND v.field_id IN (?) AND v.value IS NOT NULL", $id, array_map(
                'intval',
                array_column($fields, 'id')
            ));
            $form = array_column(array_filter($fields, static fn (array $f): bool => $f['form'] === 'T'), 'name');
            $columns = array_intersect($form, array_column($db->rows('SHOW COLUMNS FROM ' . TICKET_CDATA_TABLE), 'Field'));
            if ($columns) {
                $sets = array_map(static fn (string $name): string => '`' . str_replace('`', '', $name) . '` = NULL', $columns);
                $db->run('UPDATE ' . TICKET_CDATA_TABLE . ' SET ' . implode(', ', $sets) . ' WHERE ticket_id = ?', $id);
            }
        } catch (\Throwable $error) {
            error_log('sla-bridge: guard after creation: ' . $error->getMessage());
        }
    }

    /**
     * Saving osTicket's edit form logs read-only fields as "changed to null", and whatever a customer posted for a field
     * that he cannot see, though it does not change them. Such an event says nothing true: our fields are taken out of it,
     * and when nothing else is left, it goes.
     */
    public function onEvent(object $event): void
    {
        try {
            $data = json_decode((string) $event->data, true);
            if (!is_array($data['fields'] ?? null)) {
                return;
            }
            $untrue = [];
            foreach ($this->fields() as $field) {
                if ($event->uid_type === 'U' || Names::isOutput((string) $field['name'])) {
                    $untrue[(string) $field['id']] = true;
                }
            }
            $left = array_diff_key($data['fields'], $untrue);
            if (count($left) === count($data['fields'])) {
                return;
            }
            $data['fields'] = $left;
            if (!$left) {
                unset($data['fields']);
            }
            $db = Db::ofOsTicket();
            if ($data) {
                // Also heals what the column's 1,024 characters had cut off.
                $db->run('UPDATE ' . THREAD_EVENT_TABLE . ' SET data = ? WHERE id = ?', (string) json_encode($data), (int) $event->id);
            } else {
                $db->run('DELETE FROM ' . THREAD_EVENT_TABLE . ' WHERE id = ?', (int) $event->id);
            }
        } catch (\Throwable $error) {
            error_log('sla-bridge: guard of the log: ' . $error->getMessage());
        }
    }

    /**
     * Surely an agent at the New Ticket form: not merely a page of the staff panel, because its autocron.php fetches
     * customers' mail while an agent is logged in.
     *
     * @param array<string, mixed> $vars
     */
    private static function isAgentsForm(array $vars): bool
    {
        global $thisstaff;
        return defined('OSTSCPINC') && !defined('APICALL')
            && $thisstaff instanceof \StaffSession && $thisstaff->isValid()
            && basename((string) ($_SERVER['SCRIPT_NAME'] ?? '')) === 'tickets.php'
            && ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST' && ($_POST['a'] ?? '') === 'open'
            && !isset($vars['mid']) && !isset($vars['header']);
    }

    /**
     * @param array<array-key, mixed> $vars
     * @param list<string> $names
     * @param list<?string> $ids
     * @return array<array-key, mixed>
     */
    private static function without(array $vars, array $names, array $ids, bool $byAgent): array
    {
        foreach (array_keys($vars) as $key) {
            $name = strtolower(preg_replace('/[:\[].*$/', '', (string) $key) ?? '');
            $ours = Names::isOurs($name) && !($byAgent && Names::isInput($name));
            if ($ours || in_array($name, $names, true)) {
                unset($vars[$key]);
            }
        }
        // Checkboxes come as a list of field ids under one common name.
        if (is_array($vars['_field-checkboxes'] ?? null)) {
            $vars['_field-checkboxes'] = array_values(array_diff($vars['_field-checkboxes'], $ids));
        }
        return $vars;
    }

    /** @return list<array<string, ?string>> */
    private function fields(): array
    {
        return Db::ofOsTicket()->rows('SELECT f.id, f.form_id, f.name, m.type AS form FROM ' . FORM_FIELD_TABLE . ' f
            JOIN ' . FORM_SEC_TABLE . " m ON m.id = f.form_id WHERE f.name LIKE 'sla\\_%'");
    }
}
