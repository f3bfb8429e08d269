<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;
use SlaBridge\OwnFields;
use SlaBridge\Queues\ClockRow;
use SlaBridge\Schema;
use SlaBridge\Tickets\WriteItem;

/** Both tables that reports are counted from, as writes and the carrying over from an older version fill them. */
final class ReportTables
{
    private const PORTION = 1000;

    private readonly Cycles $cycles;
    private readonly Reported $reported;
    /** @var array<int, array{customer: string, customer_name: string, support: string}> what stands of the batch's tickets */
    private array $standing = [];
    /** @var ?array<int, mixed> by ticket: those that may have rows; null: any. One that has any has one among the reported. */
    private ?array $known = null;

    public function __construct(private readonly Db $db)
    {
        $this->cycles = new Cycles($db);
        $this->reported = new Reported($db);
    }

    public function create(): void
    {
        $this->cycles->create();
        $this->reported->create();
    }

    /** @param list<int> $tickets */
    public function load(array $tickets): void
    {
        $this->standing = $this->known = $this->reported->of($tickets);
    }

    /**
     * What has to change for an item of a write.
     *
     * @param array{detail?: string, cycles?: string} $changed what it changes of the ticket's record
     * @param ?string $support as stored after the write
     * @return array{finished?: list<array<string, mixed>>, open?: list<array<string, mixed>>, ticket?: array<string, string>}
     */
    public function changes(WriteItem $item, array $changed, ?string $support): array
    {
        $changes = [];
        if (isset($changed['cycles'])) {
            $changes['finished'] = CycleRow::finished($item->id, (array) json_decode($changed['cycles'], true));
        }
        if (isset($changed['detail'])) {
            $changes['open'] = CycleRow::open($item->id, $item->clocks() ?? []);
        }
        $before = $this->standing[$item->id] ?? Reported::row([], null);
        $told = isset($changed['detail']) ? Reported::row($item->customer(), null) : $before;
        $after = ['support' => Reported::row([], ClockRow::key($support))['support']] + $told;
        if ($after != $before || ($changes && !isset($this->standing[$item->id]))) {
            $this->standing[$item->id] = $changes['ticket'] = array_replace($before, $after);
        }
        return $changes;
    }

    /**
     * @param array<int, array{finished?: list<array<string, mixed>>, open?: list<array<string, mixed>>,
     *     ticket?: array<string, string>}> $changes by ticket
     */
    public function store(array $changes): void
    {
        $this->reported->store(array_filter(array_map(static fn (array $one): ?array => $one['ticket'] ?? null, $changes)));
        $parts = array_filter(array_map(static fn (array $one): array => array_diff_key($one, ['ticket' => 1]), $changes));
        $this->cycles->store($parts, array_keys($this->known === null ? $parts : array_intersect_key($parts, $this->known)));
        $this->known = $this->known === null ? null : $this->known + $changes;
    }

    /** @param list<int> $tickets */
    public function remove(array $tickets): void
    {
        $this->cycles->remove($tickets);
        $this->reported->remove($tickets);
    }

    public function clear(): void
    {
        $this->cycles->clear();
        $this->reported->clear();
    }

    /** Makes the rows of all tickets from what they keep. One that was broken off is begun anew: what stands is not written again. */
    public function fill(): void
    {
        $support = (new OwnFields($this->db))->id(Reported::SUPPORT) ?? 0;
        $last = (int) $this->db->value('SELECT MAX(ticket_id) FROM ' . Schema::table('ticket'));
        for ($from = 1; $from <= $last; $from = $to + 1) {
            // In portions: the tickets are locked meanwhile, as by a write, and agents want to write theirs.
            $to = (int) $this->db->value('SELECT MAX(p.ticket_id) FROM (SELECT ticket_id FROM ' . Schema::table('ticket')
                . ' WHERE ticket_id >= ? ORDER BY ticket_id LIMIT ' . self::PORTION . ') p', $from);
            $this->db->transaction(fn () => $this->fillBetween($from, $to, $support));
        }
    }

    private function fillBetween(int $from, int $to, int $support): void
    {
        $range = ' WHERE ticket_id BETWEEN ? AND ? ORDER BY ticket_id FOR UPDATE';
        $this->db->run('SELECT ticket_id FROM ' . TICKET_TABLE . $range, $from, $to);
        $verdicts = $changes = [];
        foreach (
            $this->db->rows('SELECT e.object_id, v.value FROM ' . TICKET_TABLE . ' t
                JOIN ' . FORM_ENTRY_TABLE . " e ON e.object_type = 'T' AND e.object_id = t.ticket_id
                JOIN " . FORM_ANSWER_TABLE . " v ON v.entry_id = e.id AND v.field_id = ? AND v.value > ''
                WHERE t.ticket_id BETWEEN ? AND ? ORDER BY e.id", $support, $from, $to) as $row
        ) {
            $verdicts[(int) $row['object_id']] ??= ClockRow::key($row['value']);
        }
        $result = $this->db->run('SELECT b.ticket_id, b.detail, b.cycles FROM ' . Schema::table('ticket') . ' b JOIN ' . TICKET_TABLE
            . ' t ON t.ticket_id = b.ticket_id WHERE b.ticket_id BETWEEN ? AND ?', $from, $to);
        while ($row = $result->fetch_assoc()) {
            $id = (int) $row['ticket_id'];
            $detail = (array) json_decode((string) $row['detail'], true);
            $clocks = $detail['clocks'] ?? null;
            $customer = $detail['customer'] ?? null;
            $changes[$id] = [
                'finished' => CycleRow::finished($id, (array) json_decode((string) $row['cycles'], true)),
                'open' => CycleRow::open($id, is_array($clocks) ? $clocks : []),
                'ticket' => Reported::row(is_array($customer) ? $customer : [], $verdicts[$id] ?? null),
            ];
        }
        $this->store($changes);
    }
}
