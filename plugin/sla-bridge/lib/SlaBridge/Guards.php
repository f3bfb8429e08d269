<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

use SlaBridge\Tickets\InputLog;

/**
 * Keeps everybody but the bridge (outputs) and agents (their inputs) out of the bridge's own fields, and touches no others.
 * osTicket's create forms take any field of the form by hash, by plain name or by id, whatever its flags say: a visitor who
 * posts `sla_level=urgent` to open.php would have set it.
 */
final class Guards
{
    /** The pages on which osTicket's forms are filled. */
    private const PAGES = ['open.php', 'tickets.php'];

    /** While a ticket is being made: is it an agent's New Ticket form? */
    private static ?bool $creating = null;
    /** @var ?list<array{id: int, name: string, form: int, now: string, type: string}> */
    private ?array $fields = null;

    public function connect(): void
    {
        $this->cleanRequest();
        \Signal::connect('ticket.create.before', $this->onCreate(...));
        \Signal::connect('ticket.created', $this->onCreated(...), 'Ticket');
        \Signal::connect('model.created', $this->onEvent(...), 'ThreadEvent');
    }

    /** Whether a ticket is just being made, and by an agent's form; null: none is. */
    public static function creating(): ?bool
    {
        return self::$creating;
    }

    /**
     * osTicket's date parser dies of a list, and its pages let it read the request before any signal is sent: a forged
     * `sla_due[]=x` must be gone by then.
     */
    private function cleanRequest(): void
    {
        $script = (string) ($_SERVER['SCRIPT_NAME'] ?? '');
        if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST' || !in_array(basename($script), self::PAGES, true)) {
            return;
        }
        try {
            $staff = basename(dirname($script)) === 'scp';
            $fields = array_filter($this->fields(), static fn (array $f): bool => !$staff || !Names::isInput($f['name']));
            $_POST = self::without($_POST, self::names($fields), array_column($fields, 'id'));
            if ($staff) {
                $dates = array_filter($this->fields(), static fn (array $f): bool => $f['type'] === 'datetime');
                $lists = array_filter($_POST, 'is_array');
                $_POST = self::without($lists, self::names($dates), []) + array_diff_key($_POST, $lists);
            }
        } catch (\Throwable $error) {
            error_log('sla-bridge: guard of the request: ' . $error->getMessage());
        }
    }

    /** Before the form reads its source. Should this fail, no ticket may be created with whatever was sent. */
    public function onCreate(mixed $object, mixed &$vars): void
    {
        self::$creating = $byAgent = self::isAgentsForm(is_array($vars) ? $vars : []);
        $fields = array_filter($this->fields(), static fn (array $f): bool => !$byAgent || !Names::isInput($f['name']));
        if (is_array($vars)) {
            $vars = self::without($vars, self::names($fields), array_column($fields, 'id'));
        }
        // Some widgets of osTicket look into the request itself.
        $_POST = self::without($_POST, self::names($fields), array_column($fields, 'id'));
    }

    /**
     * What still arrived by a way that we do not know (a filter's action, another plugin, a field's default) is taken out
     * again. Default values of outputs are nobody's decision either.
     */
    public function onCreated(object $ticket): void
    {
        try {
            $byAgent = self::isAgentsForm([]);
            $db = Db::ofOsTicket();
            $id = (int) $ticket->getId();
            self::$creating = null;
            if ($byAgent) {
                (new InputLog($db))->began($id);
            }
            $fields = array_filter($this->fields(), static fn (array $f): bool => !$byAgent || !Names::isInput($f['name']));
            if (!$fields) {
                return;
            }
            $db->run('UPDATE ' . FORM_ANSWER_TABLE . ' v JOIN ' . FORM_ENTRY_TABLE . " e ON e.id = v.entry_id AND e.object_type = 'T'
                SET v.value = NULL, v.value_id = NULL
                WHERE e.object_id = ? AND v.field_id IN (?) AND v.value IS NOT NULL", $id, array_column($fields, 'id'));
            $columns = array_column($db->rows('SHOW COLUMNS FROM ' . TICKET_CDATA_TABLE), 'Field');
            $columns = array_intersect(array_column($fields, 'now'), $columns);
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
                if ($event->uid_type === 'U' || !Names::isInput($field['name'])) {
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
     * @param list<int> $ids
     * @return array<array-key, mixed>
     */
    private static function without(array $vars, array $names, array $ids): array
    {
        foreach (array_keys($vars) as $key) {
            $name = strtolower(preg_replace('/[:\[].*$/', '', (string) $key) ?? '');
            if (in_array($name, $names, true)) {
                unset($vars[$key]);
            }
        }
        // Checkboxes come as a list of field ids under one common name.
        if (is_array($vars['_field-checkboxes'] ?? null)) {
            $vars['_field-checkboxes'] = array_values(array_diff($vars['_field-checkboxes'], $ids));
        }
        return $vars;
    }

    /**
     * @param array<array-key, array{id: int, name: string, form: int, now: string, type: string}> $fields
     * @return list<string>
     */
    private static function names(array $fields): array
    {
        $names = [];
        foreach ($fields as $field) {
            array_push($names, ...FormNames::of($field['now'], $field['id'], $field['form']));
        }
        return $names;
    }

    /** @return list<array{id: int, name: string, form: int, now: string, type: string}> */
    private function fields(): array
    {
        return $this->fields ??= (new OwnFields(Db::ofOsTicket()))->all();
    }
}
