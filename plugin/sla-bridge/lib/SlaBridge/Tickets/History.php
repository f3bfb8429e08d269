<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Instant;

/**
 * One ticket's rows of `thread_event` and `thread_entry` as the contract's events. osTicket logs the new status only, a
 * reopening not even that, and no initial status at all: those are replayed from the beginning and marked `inferred`.
 *
 * Pure: it sees rows and a catalogue, never the database.
 */
final class History
{
    private const CLIENT_EDIT = 0x200;
    private const AGENT_EDIT = 0x2000;

    /** @var list<array<string, mixed>> */
    private array $events = [];
    /** @var list<bool> for each event: did the bridge's own service agent do it? */
    private array $own = [];
    /** @var array<string, mixed> */
    private array $ticket;
    private ?int $status;
    private ?int $department;
    private InputHistory $inputs;
    private Authors $authors;
    private readonly References $names;

    /**
     * @param array{statuses: array<int, array{id: int, name: string, state: string, reopen: ?int}>,
     *     departments: array<int, string>, topics: array<int, string>, priorities: array<int, string>,
     *     plans: array<int, string>, staff: array<int, string>, teams: array<int, string>,
     *     fields: array<int, array{name: string, type: string, flags: int, owner: ?string}>, topicStatus: array<int, int>,
     *     defaultStatus: int, service: ?int} $catalog
     */
    public function __construct(private readonly array $catalog)
    {
        $this->names = new References($catalog);
    }

    /**
     * @param array{id: int, created: int, merged: bool, parent: ?int, status: int, department: int, topic: ?int,
     *     priority: ?int, source: string, values: array<string, mixed>} $ticket as it stands now
     * @param list<array<string, mixed>> $events rows of thread_event with `name` and `at` (unix), any order
     * @param list<array<string, mixed>> $entries visible rows of thread_entry with `at` (unix), any order
     * @param list<array<string, mixed>> $inputs rows of `InputLog`, in their order
     * @param list<array{at: int, score: int}> $ratings by the customer
     * @return array{0: list<array<string, mixed>>, 1: list<bool>}
     */
    public function of(array $ticket, array $events, array $entries, array $inputs = [], array $ratings = []): array
    {
        $this->ticket = $ticket;
        $this->events = $this->own = [];
        $this->inputs = new InputHistory($this->catalog['fields'], $inputs);
        $this->authors = new Authors($this->catalog['staff'], $this->catalog['service'], $events);
        $order = static fn (array $a, array $b): int => [$a['at'], $a['id']] <=> [$b['at'], $b['id']];
        usort($events, $order);
        usort($entries, $order);
        foreach ($events as $i => $row) {
            $data = isset($row['data']) ? json_decode((string) $row['data'], true) : null;
            $events[$i]['data'] = is_array($data) ? $data : [];
            $events[$i]['cut'] = !is_array($data) && mb_strlen((string) ($row['data'] ?? '')) >= InputLog::CUT_AT;
        }
        $this->begin($events);
        foreach ($events as $index => $row) {
            $this->replay($row, array_slice($events, $index + 1));
        }
        foreach ($this->inputs->changes as $row) {
            if ($row['from'] !== $row['to']) {
                $this->put($row['at'], 'field', $this->authors->ofRow($row), $row['from'], $row['to'], $row['name']);
            }
        }
        $this->tellCut($events);
        foreach ($entries as $row) {
            $this->entry($row);
        }
        foreach ($ratings as $rating) {
            $this->put($rating['at'], 'rating', new Deed('customer'), null, $rating['score'], source: 'web');
        }
        // Stable: within one second the log comes before the messages. Readers treat one second as one step anyway.
        $keys = array_keys($this->events);
        usort($keys, fn (int $a, int $b): int => [$this->events[$a]['at'], $a] <=> [$this->events[$b]['at'], $b]);
        $sorted = $own = [];
        foreach ($keys as $key) {
            $event = $this->events[$key];
            $event['at'] = Instant::fromUnix($event['at']);
            $sorted[] = $event;
            $own[] = $this->own[$key];
        }
        return [$sorted, $own];
    }

    /** @param list<array<string, mixed>> $events */
    private function begin(array $events): void
    {
        $created = null;
        $firstStatus = $firstTopic = $firstPriority = null;
        $logged = false;
        foreach ($events as $row) {
            $changes = $this->fieldChanges($row);
            if ($row['name'] === 'created') {
                $created ??= $row;
            } elseif ($this->isStatusEvent($row)) {
                $firstStatus ??= $row['name'];
                $logged = true;
            }
            if ($row['name'] === 'edited' && is_array($row['data']['topic_id'] ?? null)) {
                $firstTopic ??= [(int) ($row['data']['topic_id'][0] ?? 0)];
            }
            foreach ($changes as [$field, $from]) {
                if ($field['type'] === 'priority') {
                    $firstPriority ??= [$this->names->priority($from)];
                }
            }
        }
        $topic = (int) ($firstTopic[0] ?? $created['topic_id'] ?? $this->ticket['topic'] ?? 0);
        $known = (int) ($created['status_id'] ?? 0);
        $this->status = $known ?: ($logged ? $this->initialStatus($firstStatus, $topic) : $this->ticket['status']);
        $this->department = (int) ($created['dept_id'] ?? 0) ?: $this->ticket['department'];
        $deed = $created ? $this->authors->ofRow($created) : new Deed('system');
        $this->put($created['at'] ?? $this->ticket['created'], 'created', $deed, null, [
            'status' => $this->names->status($this->status),
            'department' => $this->names->of('departments', $this->department),
            'topic' => $this->names->of('topics', $topic ?: null),
            'priority' => $this->names->of('priorities', $firstPriority ? $firstPriority[0] : $this->ticket['priority']),
        ], null, $known === 0, (string) ($this->ticket['source'] ?? 'other'));
        if ($deed->actor === 'agent') {
            $this->initialInputs($events, (int) ($created['at'] ?? $this->ticket['created']), $deed);
        }
    }

    /** What an agent entered on the New Ticket form is in no log: it is what the first later change started from. */
    private function initialInputs(array $events, int $at, Deed $deed): void
    {
        $first = $this->inputs->first ?? $this->firstInputs($events);
        ksort($first);
        foreach ($first as $name => $value) {
            if ($value !== null && $value !== false) {
                $this->put($at, 'field', $deed, null, $value, $name, true);
            }
        }
    }

    /** @param list<array<string, mixed>> $events @return array<string, mixed> by name */
    private function firstInputs(array $events): array
    {
        $starts = array_map(static fn (array $row): array => [$row['at'], $row['name'], $row['from']], $this->inputs->changes);
        foreach ($events as $row) {
            foreach ($this->fieldChanges($row) as [$field, $from]) {
                if ($field['owner'] === 'agent') {
                    $starts[] = [$row['at'], $field['name'], $this->fieldValue($field, $from)];
                }
            }
        }
        usort($starts, static fn (array $a, array $b): int => $a[0] <=> $b[0]);
        $inputs = array_filter($this->catalog['fields'], static fn (array $field): bool => $field['owner'] === 'agent');
        $first = array_intersect_key($this->ticket['values'], array_flip(array_column($inputs, 'name')));
        foreach (array_reverse($starts) as [, $name, $from]) {
            $first[$name] = $from;
        }
        return $first;
    }

    /** What an event that osTicket cut must have told, since nothing else did. @param list<array<string, mixed>> $events */
    private function tellCut(array $events): void
    {
        $cut = array_filter($events, fn (array $row): bool => $row['cut'] && $row['name'] === 'edited'
            && $this->authors->ofRow($row)->actor === 'agent');
        if (!$cut) {
            return;
        }
        $told = array_filter($this->events, static fn (array $event): bool => $event['kind'] === 'field');
        usort($told, static fn (array $a, array $b): int => $a['at'] <=> $b['at']);
        foreach ($this->inputs->untold($this->ticket['values'], array_column($told, 'to', 'field')) as $name => [$from, $to]) {
            $this->put(end($cut)['at'], 'field', $this->authors->ofRow(end($cut)), $from, $to, $name, true);
        }
    }

    /** @param list<array<string, mixed>> $later */
    private function replay(array $row, array $later): void
    {
        $deed = $this->authors->ofRow($row);
        $put = fn (string $kind, mixed $from, mixed $to, ?string $field = null, bool $inferred = false)
            => $this->put($row['at'], $kind, $deed, $from, $to, $field, $inferred);
        $data = $row['data'];
        switch ($row['name']) {
            case 'closed':
            case 'reopened':
                $from = $this->names->status($this->status);
                $this->status = $row['name'] === 'closed'
                    ? ((int) (((array) ($data['status'] ?? []))[0] ?? 0) ?: null)
                    : ((int) ($row['status_id'] ?? 0) ?: $this->statusAfterReopening($later));
                $to = $this->names->status($this->status, (string) (((array) ($data['status'] ?? []))[1] ?? ''));
                $put($row['name'], $from, $to, null, true);
                break;
            case 'transferred':
                $from = $this->names->of('departments', $this->department);
                $this->department = (int) $row['dept_id'] ?: $this->department;
                $put('department', $from, $this->names->of('departments', $this->department, (string) ($data['dept'] ?? '')));
                break;
            case 'assigned':
                $put('assigned', null, $this->assignee($row));
                break;
            case 'released':
                $put('assigned', $this->assignee($row), null);
                break;
            case 'merged':
                $other = ['id' => (int) ($data['id'] ?? 0), 'name' => (string) ($data['ticket'] ?? '')];
                $isChild = $this->ticket['merged'] && $this->ticket['parent'] === $other['id'];
                $put('merged', $isChild ? null : $other, $isChild ? $other : null);
                break;
            case 'edited':
                $this->edited($row, $put);
        }
    }

    private function edited(array $row, callable $put): void
    {
        $data = $row['data'];
        if (isset($data['status']) && is_numeric($data['status'])) {
            $from = $this->names->status($this->status);
            $this->status = (int) $data['status'];
            $put('status', $from, $this->names->status($this->status), null, true);
        }
        foreach (['topic_id' => ['topic', 'topics'], 'sla_id' => ['sla', 'plans']] as $key => [$kind, $list]) {
            if (is_array($data[$key] ?? null) && count($data[$key]) === 2) {
                [$old, $new] = array_map(static fn ($id): int => is_numeric($id) ? (int) $id : 0, array_values($data[$key]));
                if ($old !== $new) {
                    $put($kind, $this->names->of($list, $old ?: null), $this->names->of($list, $new ?: null));
                }
            }
        }
        foreach ($this->fieldChanges($row) as [$field, $from, $to]) {
            if ($field['type'] === 'priority') {
                $put(
                    'priority',
                    $this->names->of('priorities', $this->names->priority($from)),
                    $this->names->of('priorities', $this->names->priority($to))
                );
            } elseif (!FieldValue::isSilent($field['type']) && $field['owner'] !== 'bridge') {
                [$from, $to] = [$this->fieldValue($field, $from), $this->fieldValue($field, $to)];
                // The edit form logs an empty choice as changed to "[]", and an unticked box as changed from nothing.
                if (($from === false ? null : $from) !== ($to === false ? null : $to)) {
                    $put('field', $from, $to, $field['name']);
                }
            }
        }
    }

    private function entry(array $row): void
    {
        $kind = ['M' => 'message', 'R' => 'response', 'N' => 'note'][$row['type']] ?? null;
        if ($kind === null) {
            return;
        }
        $deed = $this->authors->ofEntry($row);
        $this->put((int) $row['at'], $kind, $deed, null, null, null, false, self::source((string) $row['source']));
    }

    /** osTicket leaves the source empty for what is typed on its own pages. */
    public static function source(string $source): string
    {
        $source = strtolower($source);
        return $source === '' ? 'web' : (in_array($source, ['web', 'email', 'phone', 'api'], true) ? $source : 'other');
    }

    private function isStatusEvent(array $row): bool
    {
        return $row['name'] === 'closed' || $row['name'] === 'reopened'
            || ($row['name'] === 'edited' && isset($row['data']['status']));
    }

    private function initialStatus(?string $first, int $topic): ?int
    {
        if ($first === 'reopened') {
            foreach ($this->catalog['statuses'] as $id => $status) {
                if ($status['state'] === 'closed') {
                    return $id;
                }
            }
        }
        return ($this->catalog['topicStatus'][$topic] ?? 0) ?: $this->catalog['defaultStatus'];
    }

    /** @param list<array<string, mixed>> $later */
    private function statusAfterReopening(array $later): ?int
    {
        foreach ($later as $row) {
            if ($this->isStatusEvent($row)) {
                return ($this->catalog['statuses'][$this->status ?? 0]['reopen'] ?? null) ?: $this->catalog['defaultStatus'];
            }
        }
        $now = $this->catalog['statuses'][$this->ticket['status']] ?? null;
        return $now && $now['state'] === 'open' ? $now['id'] : $this->catalog['defaultStatus'];
    }

    /** @return ?array{id: int, name: string} */
    private function assignee(array $row): ?array
    {
        $data = $row['data'];
        if (isset($data['claim'])) {
            return $this->names->of('staff', (int) $row['uid']);
        }
        foreach (['staff' => 'staff', 'team' => 'teams'] as $key => $list) {
            if (isset($data[$key])) {
                $value = (array) $data[$key];
                return $this->names->of($list, (int) ($value[0] ?? 0), (string) ($value[1] ?? ''));
            }
        }
        return null;
    }

    /** @return list<array{0: array{name: string, type: string}, 1: mixed, 2: mixed}> field, from, to */
    private function fieldChanges(array $row): array
    {
        if ($row['name'] !== 'edited' || !is_array($row['data']['fields'] ?? null)) {
            return [];
        }
        $changes = [];
        foreach ($row['data']['fields'] as $id => $change) {
            $field = $this->catalog['fields'][(int) $id] ?? null;
            if (
                is_numeric($id) && $field !== null && is_array($change) && array_key_exists(1, $change)
                && !self::isPhantom($row, $field, $change[1]) && !$this->inputs->tells($row['id'], (int) $id)
            ) {
                $changes[] = [$field, $change[0] ?? null, $change[1]];
            }
        }
        return $changes;
    }

    /**
     * osTicket's edit forms log changes of fields that they do not show, and then do not save them: a customer who edits
     * his product "clears" the priority, or "sets" what he smuggled into the request.
     */
    private static function isPhantom(array $row, array $field, mixed $to): bool
    {
        if (($row['uid_type'] ?? '') === 'U') {
            return ($field['flags'] & self::CLIENT_EDIT) === 0;
        }
        return $to === null && ($field['flags'] & self::AGENT_EDIT) === 0;
    }

    private function fieldValue(array $field, mixed $value): string|bool|null
    {
        if (is_array($value)) {
            $value = json_encode($value) ?: null;
        }
        return FieldValue::decode($field['type'], $value === null ? null : ($value === false ? '0' : (string) $value));
    }

    private function put(
        int|string $at,
        string $kind,
        Deed $deed,
        mixed $from,
        mixed $to,
        ?string $field = null,
        bool $inferred = false,
        string $source = 'other'
    ): void {
        $event = [
            'at' => (int) $at,
            'kind' => $kind,
            'actor' => $deed->actor,
            'source' => $source,
            'from' => $from,
            'to' => $to,
            'field' => $field,
            'by' => $deed->by,
        ];
        if ($inferred) {
            $event['inferred'] = true;
        }
        $this->events[] = $event;
        $this->own[] = $deed->own;
    }
}
