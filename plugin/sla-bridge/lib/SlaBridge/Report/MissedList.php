<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;

/** Every breach by itself: which ticket, whose, how late, why, and by which receipt; the latest deadline first. */
final class MissedList
{
    private const RECORDED = ['late_seconds', 'late_days', 'elapsed_seconds', 'policy_digest', 'inputs'];

    /** @var list<int> */
    private array $dues = [];
    /** @var list<int> */
    private array $tickets = [];
    /** @var list<string> */
    private array $metrics = [];
    /** @var list<int> places in the ticket's list */
    private array $places = [];
    /** @var list<bool> whether it ended */
    private array $ended = [];

    public function add(int $due, int $ticket, string $metric, int $no, bool $ended): void
    {
        $this->dues[] = $due;
        $this->tickets[] = $ticket;
        $this->metrics[] = $metric;
        $this->places[] = $no;
        $this->ended[] = $ended;
    }

    public function count(): int
    {
        return count($this->dues);
    }

    /** @return list<array<string, mixed>> */
    public function told(Db $db, Names $names, ?int $limit): array
    {
        $order = array_keys($this->dues);
        array_multisort(
            $this->dues,
            SORT_DESC,
            SORT_NUMERIC,
            $this->tickets,
            SORT_ASC,
            SORT_NUMERIC,
            $this->metrics,
            SORT_ASC,
            SORT_STRING,
            $this->places,
            SORT_ASC,
            SORT_NUMERIC,
            $this->ended,
            $order
        );
        $chosen = array_slice(array_keys($order), 0, $limit);
        $told = [];
        foreach (array_chunk($chosen, 500) as $portion) {
            array_push($told, ...$this->portion($db, $names, $portion));
        }
        return $told;
    }

    /** @param list<int> $chosen @return list<array<string, mixed>> */
    private function portion(Db $db, Names $names, array $chosen): array
    {
        $wanted = ['cycles' => [], 'detail' => []];
        $tickets = [];
        foreach ($chosen as $index) {
            $wanted[$this->ended[$index] ? 'cycles' : 'detail'][] = CycleRow::mark($this->tickets[$index], $this->places[$index]);
            $tickets[$this->tickets[$index]] = true;
        }
        $cycles = KeptCycles::of($db, $wanted['cycles'], 'cycles');
        $clocks = KeptCycles::of($db, $wanted['detail'], 'detail');
        $found = array_column($db->rows(
            'SELECT t.ticket_id, t.number, t.dept_id, t.staff_id, r.customer, r.customer_name FROM '
            . TICKET_TABLE . ' t LEFT JOIN ' . Reported::table() . ' r ON r.ticket_id = t.ticket_id WHERE t.ticket_id IN (?)',
            array_keys($tickets)
        ), null, 'ticket_id');
        $departments = $names->departments(array_column($found, 'dept_id'));
        $agents = $names->agents(array_column($found, 'staff_id'));
        $told = [];
        foreach ($chosen as $index) {
            $ticket = $this->tickets[$index];
            $cycle = ($this->ended[$index] ? $cycles : $clocks)[CycleRow::mark($ticket, $this->places[$index])] ?? null;
            $row = $found[$ticket] ?? null;
            if ($cycle === null || $row === null) {
                continue;
            }
            if (!$this->ended[$index]) {
                $cycle = array_replace($cycle, array_fill_keys([...self::RECORDED, 'stopped_at'], null), [
                    'customer' => $row['customer'], 'department' => self::named($row['dept_id'], $departments),
                    'agent' => self::named($row['staff_id'], $agents),
                ]);
            }
            $told[] = self::one($ticket, $row, $cycle);
        }
        return $told;
    }

    /** @param array<string, ?string> $row @param array<string, mixed> $cycle @return array<string, mixed> */
    private static function one(int $ticket, array $row, array $cycle): array
    {
        $customer = (string) ($cycle['customer'] ?? '');
        $told = ['ticket' => $ticket, 'number' => (string) $row['number'], 'level' => (string) ($cycle['level'] ?? ''),
            'customer' => $customer,
            'customer_name' => CycleRow::text($customer) === $row['customer'] ? (string) $row['customer_name'] : '',
            'department' => $cycle['department'] ?? null,
            'agent' => isset($cycle['agent']['id']) ? $cycle['agent'] : null];
        foreach (
            ['metric', 'cycle', 'started_at', 'due_at', 'breached_at', 'stopped_at', 'late_seconds', 'late_days', 'elapsed_seconds',
            'calendar', 'target', 'breach_cause', 'policy_digest', 'inputs'] as $member
        ) {
            $told[$member] = $cycle[$member] ?? null;
        }
        return $told;
    }

    /** @param array<int, string> $names @return ?array{id: int, name: string} */
    private static function named(?string $id, array $names): ?array
    {
        return (int) $id === 0 ? null : ['id' => (int) $id, 'name' => $names[(int) $id] ?? ''];
    }
}
