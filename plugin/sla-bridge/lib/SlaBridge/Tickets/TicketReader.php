<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Actions\ActionRows;
use SlaBridge\Db;
use SlaBridge\Instant;
use SlaBridge\Portal\Ratings;
use SlaBridge\Schema;

/**
 * Snapshots, a page at a time: one query each for tickets, answers, log, messages, so that a page of a thousand costs
 * about as much as a page of ten times a few. osTicket's ORM needs some sixty times as long for the same.
 *
 * Answers are read from form_entry_values and not from the `__cdata` copy: the copy is dropped and rebuilt whenever
 * somebody adds a field, and misses what was saved meanwhile.
 */
final class TicketReader
{
    private const HIDDEN = 0x4;
    private const ORIGINAL = 0x1;
    private const CHILD = 0x400;

    private ?History $history = null;

    public function __construct(private readonly Db $db, private readonly Catalog $catalog)
    {
    }

    /**
     * @param ?list<int> $departments what the caller may see
     * @return array{0: list<array<string, mixed>>, 1: ?int} in the order of the page; the last id of the page unless it is the end
     */
    public function page(ListPage $page, ?array $departments): array
    {
        // The ids first, by their own index: with all its joins the server would read and sort every ticket behind this page.
        $open = array_keys(array_filter($this->catalog->statuses, static fn (array $s): bool => $s['state'] === 'open'));
        $order = $page->before === null ? '' : ' DESC';
        $ids = $this->db->ids('SELECT t.ticket_id FROM ' . TICKET_TABLE . ' t WHERE ' . $page->condition($this->db, $open)
            . $this->visible($departments) . " ORDER BY t.ticket_id$order LIMIT " . ($page->limit + 1));
        $next = count($ids) > $page->limit ? $ids[$page->limit - 1] : null;
        $ids = array_slice($ids, 0, $page->limit);
        if ($page->idsAlone) {
            return [self::idsAlone($ids), $next];
        }
        $found = $this->byIds($ids, $departments);
        if ($page->openOnly) {
            // Somebody may have closed one in between.
            $found = array_filter($found, static fn (array $one): bool => $one['status']['state'] === 'open');
        }
        $page->before === null ? ksort($found) : krsort($found);
        return [array_values($found), $next];
    }

    /**
     * What stands in a page of ids alone.
     *
     * @param list<int> $ids
     * @return list<array{id: int}>
     */
    public static function idsAlone(array $ids): array
    {
        return array_map(static fn (int $id): array => ['id' => $id], $ids);
    }

    /**
     * Which of these tickets there are for the caller, without reading anything else of them.
     *
     * @param list<int> $ids
     * @param ?list<int> $departments
     * @return list<int>
     */
    public function present(array $ids, ?array $departments): array
    {
        return $ids ? $this->db->ids('SELECT t.ticket_id FROM ' . TICKET_TABLE . ' t WHERE t.ticket_id IN ('
            . $this->db->quote($ids) . ')' . $this->visible($departments)) : [];
    }

    /**
     * @param list<int> $ids
     * @param ?list<int> $departments
     * @return array<int, array<string, mixed>> by id; what is missing or not visible is absent
     */
    public function byIds(array $ids, ?array $departments): array
    {
        return $this->read($ids, $departments);
    }

    /**
     * Only the revisions, without reading what they do not cover: the bridge's own fields, detail and cycles.
     *
     * @param list<int> $ids
     * @param ?list<int> $departments
     * @return array<int, string> by id; what is missing or not visible is absent
     */
    public function revisions(array $ids, ?array $departments): array
    {
        return array_column($this->read($ids, $departments, inputsOnly: true), 'rev', 'id');
    }

    /** @param ?list<int> $departments */
    private function visible(?array $departments): string
    {
        return $departments === null ? '' : ' AND t.dept_id IN (' . $this->db->quote($departments) . ')';
    }

    /**
     * @param list<int> $ids
     * @param ?list<int> $departments
     * @return array<int, array<string, mixed>>
     */
    private function read(array $ids, ?array $departments, bool $inputsOnly = false): array
    {
        if (!$ids) {
            return [];
        }
        $kept = $inputsOnly ? '' : ', b.detail, b.cycles, w.state AS mail, t.duedate IS NOT NULL AS manual,
                n.ticket_id IS NOT NULL AS dated,
                IF(t.est_duedate <=> FROM_UNIXTIME(n.due), n.due, UNIX_TIMESTAMP(t.est_duedate)) AS native_due';
        $keptTable = $inputsOnly ? '' : ' LEFT JOIN ' . Schema::table('ticket') . ' b ON b.ticket_id = t.ticket_id LEFT JOIN '
            . NativeDates::table() . ' n ON n.ticket_id = t.ticket_id LEFT JOIN ' . Schema::table('mail')
            . ' w ON w.ticket_id = t.ticket_id';
        $tickets = $threads = $users = $organizations = [];
        $rows = $this->db->rows('SELECT t.ticket_id, t.ticket_pid, t.number, t.user_id, t.status_id, t.dept_id, t.sla_id,
                t.topic_id, t.staff_id, t.source, t.isoverdue, UNIX_TIMESTAMP(t.created) AS created,
                UNIX_TIMESTAMP(t.closed) AS closed, UNIX_TIMESTAMP(COALESCE(t.duedate, t.est_duedate)) AS due,
                h.id AS thread_id, h.object_type, ph.id AS parent_thread, u.name AS user_name, u.org_id, ue.address,
                ua.lang, o.name AS org_name' . $kept . '
            FROM ' . TICKET_TABLE . ' t
            LEFT JOIN ' . THREAD_TABLE . " h ON h.object_id = t.ticket_id AND h.object_type IN ('T', 'C')
            LEFT JOIN " . THREAD_TABLE . " ph ON ph.object_id = t.ticket_pid AND ph.object_type IN ('T', 'C')
            LEFT JOIN " . USER_TABLE . ' u ON u.id = t.user_id
            LEFT JOIN ' . USER_EMAIL_TABLE . ' ue ON ue.id = u.default_email_id
            LEFT JOIN ' . USER_ACCOUNT_TABLE . ' ua ON ua.user_id = u.id
            LEFT JOIN ' . ORGANIZATION_TABLE . " o ON o.id = u.org_id$keptTable
            WHERE t.ticket_id IN (?)" . $this->visible($departments), $ids);
        foreach ($rows as $row) {
            $id = (int) $row['ticket_id'];
            $tickets[$id] ??= $row;
            $users[(int) $row['user_id']] = true;
            $organizations[(int) $row['org_id']] = true;
            if ($row['thread_id'] !== null) {
                $threads[(int) $row['thread_id']] = $id;
            }
        }
        if (!$tickets) {
            return [];
        }
        $answers = $this->answers('T', array_keys($tickets), $inputsOnly ? $this->unread() : []);
        $userAnswers = $this->answers('U', array_keys($users));
        $organizationAnswers = $this->answers('O', array_keys($organizations));
        $events = $this->events(array_keys($threads));
        $entries = $this->entries($tickets, $threads);
        $inputs = InputLog::of($this->db, array_keys($tickets));
        $ratings = Ratings::of($this->db, array_keys($tickets));
        $first = [];
        foreach ($entries as $id => $list) {
            foreach ($list as $entry) {
                if ($entry['type'] === 'M' && [$entry['at'], $entry['id']] < [$first[$id]['at'] ?? INF, $first[$id]['id'] ?? INF]) {
                    $first[$id] = $entry;
                }
            }
        }
        $first = $this->withBodies($first);
        $attachments = $this->attachments(array_column($first, 'id'));
        $actions = $inputsOnly ? [] : ActionRows::told($this->db, array_keys($tickets));
        $this->history ??= new History($this->catalog->forHistory());
        $snapshots = [];
        foreach ($tickets as $id => $row) {
            $thread = (int) $row['thread_id'];
            $snapshots[$id] = $this->snapshot(
                $row,
                $answers[$id] ?? [],
                $this->plain($userAnswers[(int) $row['user_id']] ?? [], ['name', 'email']),
                $this->plain($organizationAnswers[(int) $row['org_id']] ?? [], ['name']),
                $events[$thread] ?? [],
                $entries[$id] ?? [],
                $inputs[$id] ?? [],
                $ratings[$id] ?? [],
                $first[$id] ?? null,
                $attachments[$first[$id]['id'] ?? 0] ?? [],
                $actions[$id] ?? []
            );
        }
        return $snapshots;
    }

    /** @return array<string, mixed> */
    private function snapshot(
        array $row,
        array $answers,
        array $userFields,
        array $organizationFields,
        array $events,
        array $entries,
        array $inputs,
        array $ratings,
        ?array $first,
        array $attachments,
        array $actions
    ): array {
        $id = (int) $row['ticket_id'];
        $status = $this->catalog->statuses[(int) $row['status_id']] ?? ['id' => (int) $row['status_id'], 'name' => '', 'state' => ''];
        $merged = $row['object_type'] === 'C';
        $fields = $outputs = [];
        $subject = '';
        $priority = null;
        foreach ($answers as [$field, $value, $valueId]) {
            $name = $field['name'] !== '' ? $field['name'] : 'field_' . $field['id'];
            if ($field['type'] === 'priority') {
                $priority ??= (int) $valueId ?: null;
            } elseif ($name === 'subject' && $field['form'] === 'ticket') {
                $subject = (string) $value;
            } elseif (!FieldValue::isSilent($field['type'])) {
                $decoded = FieldValue::decode($field['type'], $value);
                if ($field['owner'] === 'bridge') {
                    $outputs[$name] = $decoded;
                } elseif ($field['form'] === 'ticket' || !isset($fields[$name])) {
                    $fields[$name] = $decoded;
                }
            }
        }
        ksort($fields);
        [$history, $own] = $this->history->of([
            'id' => $id, 'created' => (int) $row['created'], 'merged' => $merged, 'parent' => (int) $row['ticket_pid'] ?: null,
            'status' => (int) $row['status_id'], 'department' => (int) $row['dept_id'], 'topic' => (int) $row['topic_id'] ?: null,
            'priority' => $priority, 'source' => History::source((string) $row['source']), 'values' => $fields,
        ], $events, $entries, $inputs, $ratings);
        $staff = (int) $row['staff_id'];
        $topic = (int) $row['topic_id'];
        $snapshot = [
            'id' => $id,
            'number' => (string) $row['number'],
            'rev' => '',
            'created_at' => Instant::fromUnix($row['created']) ?? '1970-01-01T00:00:00Z',
            'closed_at' => Instant::fromUnix($row['closed']),
            'merged_into' => $merged ? ((int) $row['ticket_pid'] ?: null) : null,
            'imported' => false,
            'source' => History::source((string) $row['source']),
            'subject' => $subject,
            'body' => $first['body'] ?? '',
            'language' => $row['lang'] ? substr((string) $row['lang'], 0, 2) : null,
            'status' => ['id' => $status['id'], 'name' => $status['name'], 'state' => $status['state']],
            'department' => ['id' => (int) $row['dept_id'], 'name' => $this->catalog->departments[(int) $row['dept_id']] ?? ''],
            'topic' => $topic ? ['id' => $topic, 'name' => $this->catalog->topics[$topic] ?? ''] : null,
            'priority' => $priority ? ['id' => $priority, 'name' => $this->catalog->priorities[$priority]['name'] ?? ''] : null,
            'assignee' => $staff ? ['id' => $staff, 'name' => $this->catalog->staff()[$staff] ?? ''] : null,
            'native' => ['sla' => $this->catalog->plans[(int) $row['sla_id']]['name'] ?? null,
                'due_at' => Instant::fromUnix($row['due']), 'overdue' => (bool) $row['isoverdue'],
                'manual' => (bool) ($row['manual'] ?? false),
                'ours' => ($row['dated'] ?? false) ? ['due_at' => Instant::fromUnix($row['native_due'])] : null],
            'requester' => ['id' => (int) $row['user_id'], 'name' => (string) $row['user_name'], 'email' => (string) $row['address'],
                'fields' => (object) $userFields, 'organization' => (int) $row['org_id'] && $row['org_name'] !== null ? [
                    'id' => (int) $row['org_id'], 'name' => (string) $row['org_name'], 'fields' => (object) $organizationFields,
                ] : null],
            'fields' => (object) $fields,
            'attachments' => $attachments,
            'events' => $history,
            'bridge' => ['fields' => (object) $outputs, 'cycles' => json_decode($row['cycles'] ?? '[]') ?? [],
                'detail' => json_decode($row['detail'] ?? '{}') ?? new \stdClass(), 'actions' => $actions, 'mail' => $row['mail'] ?? null],
        ];
        $snapshot['rev'] = Revision::of($snapshot, $own);
        return $snapshot;
    }

    /**
     * The fields that no revision covers. One of the type priority is the ticket's priority, whatever its name.
     *
     * @return list<int>
     */
    private function unread(): array
    {
        $fields = array_filter($this->catalog->outputs(), static fn (array $field): bool => $field['type'] !== 'priority');
        return array_column($fields, 'id');
    }

    /**
     * @param list<int> $without fields
     * @return array<int, list<array{0: array<string, mixed>, 1: ?string, 2: ?string}>> by object: field, value, value id
     */
    private function answers(string $type, array $objects, array $without = []): array
    {
        $answers = [];
        $result = $this->db->run('SELECT e.object_id, v.field_id, v.value, v.value_id FROM ' . FORM_ENTRY_TABLE . ' e
            JOIN ' . FORM_ANSWER_TABLE . ' v ON v.entry_id = e.id
            WHERE e.object_type = ? AND e.object_id IN (?) AND v.field_id NOT IN (?)
            ORDER BY e.object_id, e.sort, e.id, v.field_id', $type, $objects, $without ?: [0]);
        while ($row = $result->fetch_row()) {
            if ($field = $this->catalog->fields[(int) $row[1]] ?? null) {
                $answers[(int) $row[0]][] = [$field, $row[2], $row[3]];
            }
        }
        return $answers;
    }

    /** @return array<string, string|bool|null> */
    private function plain(array $answers, array $without): array
    {
        $fields = [];
        foreach ($answers as [$field, $value]) {
            if ($field['name'] !== '' && !in_array($field['name'], $without, true) && !FieldValue::isSilent($field['type'])) {
                $fields[$field['name']] = FieldValue::decode($field['type'], $value);
            }
        }
        ksort($fields);
        return $fields;
    }

    /** @return array<int, list<array<string, mixed>>> by thread */
    private function events(array $threads): array
    {
        $events = [];
        $result = $this->db->run('SELECT e.id, e.thread_id, n.name, e.dept_id, e.topic_id, COALESCE(w.data, e.data) AS data,
                e.uid, e.uid_type, e.username, UNIX_TIMESTAMP(e.timestamp) AS at, s.status_id FROM ' . THREAD_EVENT_TABLE . ' e
            JOIN ' . EVENT_TABLE . ' n ON n.id = e.event_id
            LEFT JOIN ' . Schema::table('event') . ' w ON w.event_id = e.id
            LEFT JOIN ' . Schema::table('status') . " s ON s.event_id = e.id
            WHERE e.thread_id IN (?) AND e.thread_type = 'T' AND n.name IN
                ('created', 'closed', 'reopened', 'assigned', 'released', 'transferred', 'edited', 'merged')", $threads);
        while ($row = $result->fetch_assoc()) {
            $row['id'] = (int) $row['id'];
            $row['at'] = (int) $row['at'];
            $events[(int) $row['thread_id']][] = $row;
        }
        return $events;
    }

    /**
     * A merge moves a child's entries into the parent's thread and remembers the old thread beside them: they stay the
     * child's history. Otherwise an agent's answer to the child would stop the parent's clock.
     *
     * @return array<int, list<array<string, mixed>>> by ticket
     */
    private function entries(array $tickets, array $threads): array
    {
        $wanted = $threads;
        foreach ($tickets as $row) {
            if ($row['object_type'] === 'C' && $row['parent_thread'] !== null) {
                $wanted[(int) $row['parent_thread']] ??= 0;
            }
        }
        $entries = [];
        $result = $this->db->run(
            'SELECT e.id, e.thread_id, e.staff_id, e.poster, e.type, e.source, m.data AS merged, e.format, UNIX_TIMESTAMP(e.created) AS at,
                IF(e.flags & ?, e.body, NULL) AS body FROM ' . THREAD_ENTRY_TABLE . ' e
            LEFT JOIN ' . THREAD_ENTRY_MERGE_TABLE . ' m ON e.flags & ? AND m.thread_entry_id = e.id
            WHERE e.thread_id IN (?) AND e.flags & ? = 0',
            self::ORIGINAL,
            self::CHILD,
            array_keys($wanted),
            self::HIDDEN
        );
        while ($row = $result->fetch_assoc()) {
            $thread = (int) $row['thread_id'];
            if ($row['merged'] !== null) {
                $thread = (int) (json_decode($row['merged'], true)['thread'] ?? $thread);
            }
            if ($id = $threads[$thread] ?? 0) {
                if ($row['body'] !== null) {
                    // At once: a page of long HTML mails would not fit into PHP's memory together with its text.
                    $row['body'] = PlainText::of($row['body'], $row['format']);
                }
                $row['id'] = (int) $row['id'];
                $row['at'] = (int) $row['at'];
                $entries[$id][] = $row;
            }
        }
        return $entries;
    }

    /** The first message mostly carries osTicket's flag and came with its text; an edited one does not. */
    private function withBodies(array $first): array
    {
        $missing = [];
        foreach ($first as $id => $entry) {
            if ($entry['body'] === null) {
                $missing[$entry['id']] = $id;
            }
        }
        if ($missing) {
            foreach ($this->db->rows('SELECT id, body FROM ' . THREAD_ENTRY_TABLE . ' WHERE id IN (?)', array_keys($missing)) as $row) {
                $entry = &$first[$missing[(int) $row['id']]];
                $entry['body'] = PlainText::of((string) $row['body'], (string) $entry['format']);
                unset($entry);
            }
        }
        return $first;
    }

    /** @return array<int, list<array{name: string, type: string, size: int}>> by entry */
    private function attachments(array $entries): array
    {
        $attachments = [];
        if ($entries) {
            $rows = $this->db->rows("SELECT a.object_id, COALESCE(a.name, f.name) AS name, f.type, f.size
                FROM " . ATTACHMENT_TABLE . ' a JOIN ' . FILE_TABLE . " f ON f.id = a.file_id
                WHERE a.type = 'H' AND a.object_id IN (?) ORDER BY a.id", $entries);
            foreach ($rows as $row) {
                $attachments[(int) $row['object_id']][] =
                    ['name' => (string) $row['name'], 'type' => (string) $row['type'], 'size' => (int) $row['size']];
            }
        }
        return $attachments;
    }
}
