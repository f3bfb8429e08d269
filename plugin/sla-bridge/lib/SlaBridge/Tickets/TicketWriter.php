<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Actions\Acceptance;
use SlaBridge\Actions\Outcome;
use SlaBridge\Db;
use SlaBridge\Lease\Lease;
use SlaBridge\Queues\ClockRow;
use SlaBridge\Queues\Clocks;
use SlaBridge\Queues\QueueCounters;
use SlaBridge\Report\Reported;
use SlaBridge\Report\ReportTables;
use SlaBridge\Schema;
use SlaBridge\Setup\HiddenOutputs;

/**
 * Writes the bridge's own fields, and nothing else, by SQL: the same rows that osTicket's ORM would leave, some sixty
 * times faster, without log entries, mail or a new `updated`. One transaction a batch; it begins by locking the tickets,
 * and only then computes their revisions, so nobody can change an input between the check and the write.
 */
final class TicketWriter
{
    /** @var array<int, int> ticket => its entry of the Ticket Details form */
    private array $entries = [];
    /** @var list<int> tickets whose entry this batch created */
    private array $fresh = [];
    /** @var array<int, array<int, ?string>> ticket => field => stored value; a field without a row is absent */
    private array $stored = [];
    /** @var array<int, array<string, ?string>> ticket => row of cdata */
    private array $cdata = [];
    /** @var array<int, array{detail: string, cycles: string}> */
    private array $records = [];
    /** @var array<string, array<string, mixed>> */
    private array $outputs;
    /** @var array<int, ?int> ticket => osTicket's own due date as the bridge set it and it stands; absent where it never did */
    private array $dates = [];
    private readonly NativeDates $native;
    /** @var array<int, ?array<string, ?string>> ticket => its row in the narrow table */
    private array $clocks = [];
    private readonly Clocks $narrow;
    private readonly ReportTables $report;
    /** Whether a ticket entered or left one of the queues of what needs attention. */
    private bool $moved = false;

    /** @param ?list<int> $departments */
    public function __construct(
        private readonly Db $db,
        private readonly Catalog $catalog,
        private readonly TicketReader $reader,
        private readonly ?array $departments,
        private readonly Acceptance $acceptance
    ) {
        $this->outputs = $catalog->outputs();
        $this->narrow = new Clocks($db);
        $this->report = new ReportTables($db);
        $this->native = new NativeDates($db);
    }

    /**
     * @param list<mixed> $raw
     * @param ?array{holder: string, epoch: int} $under the lease by which it is written
     * @return list<array{id: int, result: string, rev: ?string, error: ?array<string, string>,
     *     actions?: list<array{key: string, state: string, reason: string}>}>
     */
    public function write(array $raw, ?array $under): array
    {
        $items = [];
        foreach ($raw as $index => $item) {
            $items[] = WriteItem::read($item, $index);
        }
        $results = $this->db->transaction(function () use ($items, $under): array {
            (new Lease($this->db))->check($under);
            return $items ? $this->inTransaction($items) : [];
        });
        if ($this->moved) {
            (new QueueCounters($this->db))->noteMoved();
        }
        return $results;
    }

    /** @param list<WriteItem> $items */
    private function inTransaction(array $items): array
    {
        $ids = array_values(array_unique(array_map(static fn (WriteItem $item): int => $item->id, $items)));
        sort($ids);
        $this->db->run('SELECT ticket_id FROM ' . TICKET_TABLE . ' WHERE ticket_id IN (?) ORDER BY ticket_id FOR UPDATE', $ids);
        $revisions = $this->reader->revisions($ids, $this->departments);
        $this->load(array_keys($revisions));
        $dated = array_filter($items, static fn (WriteItem $item): bool => $item->touchesNative());
        $this->dates = $dated ? $this->native->of(array_map(static fn (WriteItem $item): int => $item->id, $dated)) : [];
        $results = $plans = $offers = [];
        foreach ($items as $index => $item) {
            $revision = $revisions[$item->id] ?? null;
            $result = ['id' => $item->id, 'result' => 'noop', 'rev' => $revision, 'error' => null];
            if ($revision === null) {
                $result['result'] = 'gone';
            } elseif (!hash_equals($revision, $item->ifRev)) {
                $result['result'] = 'conflict';
            } else {
                try {
                    if ($item->hasActions()) {
                        $offers[$index] = $item->actions();
                    }
                    if ($plan = $this->planned($item)) {
                        $plans[$index] = $plan;
                        $result['result'] = 'ok';
                    }
                } catch (InvalidValue $error) {
                    unset($offers[$index]);
                    $result['result'] = 'invalid';
                    $result['error'] = ['code' => $error->reason, 'message' => $error->getMessage(), 'hint' => $error->hint];
                }
            }
            $results[] = $result;
        }
        foreach ($this->carryOut($plans) as $index => $message) {
            $results[$index]['result'] = 'invalid';
            $results[$index]['error'] = ['code' => 'bad_item', 'message' => 'the database refused it', 'hint' => $message];
            unset($offers[$index]);
        }
        return $offers ? $this->withActions($results, $offers) : $results;
    }

    /**
     * @param list<array<string, mixed>> $results
     * @param array<int, list<\SlaBridge\Actions\Offer>> $offers by item
     * @return list<array<string, mixed>>
     */
    private function withActions(array $results, array $offers): array
    {
        $this->acceptance->begin(array_values(array_unique(array_map(static fn (int $i): int => $results[$i]['id'], array_keys($offers)))));
        foreach ($offers as $index => $some) {
            $told = $this->acceptance->take($results[$index]['id'], (string) $results[$index]['rev'], $some);
            $results[$index]['actions'] = $told;
            if (in_array(Outcome::ACCEPTED, array_column($told, 'state'), true)) {
                $results[$index]['result'] = 'ok';
            }
        }
        return $results;
    }

    /** What stands now, for all tickets at once. @param list<int> $ids */
    private function load(array $ids): void
    {
        $this->entries = $this->fresh = $this->stored = $this->cdata = $this->records = $this->clocks = [];
        if (!$ids) {
            return;
        }
        $form = $this->catalog->ticketForm();
        $sql = 'SELECT e.object_id, e.id, v.field_id, v.value FROM ' . FORM_ENTRY_TABLE . ' e LEFT JOIN ' . FORM_ANSWER_TABLE
            . " v ON v.entry_id = e.id AND v.field_id IN (?) WHERE e.object_type = 'T' AND e.form_id = ? AND e.object_id IN (?)
            ORDER BY e.id";
        foreach ($this->db->rows($sql, array_column($this->outputs, 'id'), $form, $ids) as $row) {
            $id = (int) $row['object_id'];
            $this->entries[$id] ??= (int) $row['id'];
            if ($row['field_id'] !== null && $this->entries[$id] === (int) $row['id']) {
                $this->stored[$id][(int) $row['field_id']] = $row['value'];
            }
        }
        foreach ($this->db->rows('SELECT * FROM ' . TICKET_CDATA_TABLE . ' WHERE ticket_id IN (?)', $ids) as $row) {
            $this->cdata[(int) $row['ticket_id']] = $row;
        }
        foreach ($this->db->rows('SELECT * FROM ' . Schema::table('ticket') . ' WHERE ticket_id IN (?)', $ids) as $row) {
            $this->records[(int) $row['ticket_id']] = ['detail' => (string) $row['detail'], 'cycles' => (string) $row['cycles']];
        }
        $this->clocks = $this->narrow->of($ids);
        $this->report->load($ids);
    }

    /**
     * What has to change for this item; null when everything stands like that already. Later items of the same ticket
     * see the plans of earlier ones.
     *
     * @return ?array{id: int, answers: array<int, ?string>, cdata: array<string, ?string>, record: ?array<string, string>,
     *     clock: array<int, ?array<string, ?string>>, report: array<string, array<mixed>>}
     */
    private function plan(WriteItem $item): ?array
    {
        $id = $item->id;
        $fields = $item->fields($this->outputs);
        $before = $this->records[$id] ?? ['detail' => '{}', 'cycles' => '[]'];
        $changed = array_filter(
            ['detail' => $item->detail($before['detail']), 'cycles' => $item->cycles($before['cycles'])],
            static fn (?string $json): bool => $json !== null
        );
        $answers = $cdata = [];
        foreach ($fields as $field => [$value, $key, $name]) {
            // No row and an empty value are the same: do not create rows that say nothing.
            if (($this->stored[$id][$field] ?? null) !== $value) {
                $answers[$field] = $value;
            }
            if (($this->cdata[$id][$name] ?? null) !== $key) {
                $cdata[$name] = $key;
            }
        }
        $record = $changed ? $changed + $before : null;
        $stands = $answers + ($this->stored[$id] ?? []);
        $clock = $this->clock($id, $stands, ($record ?? $before)['detail'], $item->clocks());
        $support = isset($this->outputs[Reported::SUPPORT]) ? $stands[$this->outputs[Reported::SUPPORT]['id']] ?? null : null;
        $report = $this->report->changes($item, $changed, $support);
        if (!$answers && !$cdata && !$record && !$clock && !$report) {
            return null;
        }
        $this->stored[$id] = $stands;
        $this->clocks = $clock + $this->clocks;
        $this->cdata[$id] = $cdata + ($this->cdata[$id] ?? []);
        if ($record) {
            $this->records[$id] = $record;
        }
        return ['id' => $id, 'answers' => $answers, 'cdata' => $cdata, 'record' => $record, 'clock' => $clock, 'report' => $report];
    }

    /**
     * @param array<int, ?string> $stored field => stored value
     * @param ?list<array<string, mixed>> $clocks those of the detail, where they came with the item
     * @return array<int, ?array<string, ?string>> the ticket's row in the narrow table where it has to change, else nothing
     */
    private function clock(int $id, array $stored, string $detail, ?array $clocks): array
    {
        $named = [];
        foreach ([Clocks::STATE, Clocks::LEVEL, Clocks::DUE] as $name) {
            $named[$name] = isset($this->outputs[$name]) ? $stored[$this->outputs[$name]['id']] ?? null : null;
        }
        $before = $this->clocks[$id] ?? null;
        $after = ClockRow::of($named, $detail, $clocks);
        $this->moved = $this->moved || Clocks::queueOf($before) !== Clocks::queueOf($after);
        return $after === $before ? [] : [$id => $after];
    }

    /** With what becomes of osTicket's own due date. @return ?array<string, mixed> */
    private function planned(WriteItem $item): ?array
    {
        // Both are checked before either is taken in.
        $asked = $item->native();
        $plan = $this->plan($item);
        $native = $this->native($item->id, $asked);
        return $plan === null && $native === null ? null : ['native' => $native]
            + ($plan ?? ['id' => $item->id, 'answers' => [], 'cdata' => [], 'record' => null, 'clock' => [], 'report' => []]);
    }

    /**
     * @param ?array{0?: ?int} $asked as `WriteItem` says it
     * @return ?array{0?: ?int} the same; null where it stands like that
     */
    private function native(int $id, ?array $asked): ?array
    {
        $stands = array_key_exists($id, $this->dates) ? [$this->dates[$id]] : [];
        if ($asked === null || $asked === $stands) {
            return null;
        }
        unset($this->dates[$id]);
        if ($asked) {
            $this->dates[$id] = $asked[0];
        }
        return $asked;
    }

    /**
     * All at once; if the server refuses that, one by one, so that a poisonous item spoils no other.
     *
     * @param array<int, array<string, mixed>> $plans
     * @return array<int, string> refused ones with the server's message
     */
    private function carryOut(array $plans): array
    {
        if (!$plans) {
            return [];
        }
        try {
            $this->db->run('SAVEPOINT sla_batch');
            $this->store($plans);
            return [];
        } catch (\mysqli_sql_exception $error) {
            if (Db::isPassing($error)) {
                throw $error;
            }
            $this->undoTo('sla_batch');
        }
        $refused = [];
        foreach ($plans as $index => $plan) {
            try {
                $this->db->run('SAVEPOINT sla_item');
                $this->store([$plan]);
            } catch (\mysqli_sql_exception $error) {
                if (Db::isPassing($error)) {
                    throw $error;
                }
                $this->undoTo('sla_item');
                $refused[$index] = $error->getMessage();
            }
        }
        return $refused;
    }

    private function undoTo(string $savepoint): void
    {
        $this->db->run("ROLLBACK TO SAVEPOINT $savepoint");
        $this->entries = array_diff_key($this->entries, array_flip($this->fresh));
        $this->fresh = [];
    }

    /** @param array<int, array<string, mixed>> $plans */
    private function store(array $plans): void
    {
        $answers = $records = $copies = $columns = $clocks = $dates = $reports = [];
        $this->fresh = [];
        // In the order of the tables' own keys: the engine fills its pages one after the other. Later plans of a ticket stay later.
        usort($plans, static fn (array $a, array $b): int => $a['id'] <=> $b['id']);
        foreach ($plans as $plan) {
            ['id' => $id, 'answers' => $changed, 'cdata' => $cdata, 'record' => $record, 'clock' => $clock, 'native' => $native] = $plan;
            if ($changed) {
                $entry = $this->entries[$id] ??= $this->newEntry($id);
                foreach ($changed as $field => $value) {
                    $answers["$entry.$field"] = [$entry, $field, $value];
                }
            }
            $copies[$id] = $cdata + ($copies[$id] ?? []);
            $clocks = $clock + $clocks;
            $reports[$id] = $plan['report'] + ($reports[$id] ?? []);
            if ($native !== null) {
                $dates[$id] = $native;
            }
            if ($record) {
                $records[$id] = [$id, $record['detail'], $record['cycles']];
            }
        }
        foreach (array_filter($copies) as $id => $cdata) {
            // Rows with the same columns go into one statement: a column that is not named keeps its value.
            ksort($cdata);
            $columns[implode('`, `', array_keys($cdata))][] = [$id, ...array_values($cdata)];
        }
        if ($answers) {
            $this->db->insert(
                'INSERT INTO ' . FORM_ANSWER_TABLE . ' (entry_id, field_id, value)',
                array_values($answers),
                'ON DUPLICATE KEY UPDATE value = VALUES(value)'
            );
        }
        foreach ($columns as $names => $rows) {
            $updates = array_map(static fn (string $n): string => "`$n` = VALUES(`$n`)", explode('`, `', (string) $names));
            $this->db->insert(
                'INSERT INTO ' . TICKET_CDATA_TABLE . " (ticket_id, `$names`)",
                $rows,
                'ON DUPLICATE KEY UPDATE ' . implode(', ', $updates)
            );
        }
        if ($records) {
            $this->db->insert(
                'INSERT INTO ' . Schema::table('ticket') . ' (ticket_id, detail, cycles)',
                array_values($records),
                'ON DUPLICATE KEY UPDATE detail = VALUES(detail), cycles = VALUES(cycles)'
            );
        }
        $this->narrow->store($clocks);
        $this->report->store($reports);
        $set = array_filter($dates);
        $this->native->set(array_map(static fn (array $native): ?int => $native[0], $set));
        $this->native->giveBack(array_keys(array_diff_key($dates, $set)));
    }

    private function newEntry(int $ticket): int
    {
        $this->db->run(
            'INSERT INTO ' . FORM_ENTRY_TABLE . " (form_id, object_id, object_type, sort, created, updated)
                VALUES (?, ?, 'T', 0, NOW(), NOW())",
            $this->catalog->ticketForm(),
            $ticket
        );
        $entry = $this->db->lastId();
        $this->fresh[] = $ticket;
        (new HiddenOutputs($this->db))->hideInTicket($ticket);
        return $entry;
    }
}
