<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;

/** What the keys of a report are called: as the helpdesk calls it today where a clock is open, else as the last cycle tells it. */
final class Names
{
    /** @var array<string, array<string, mixed>> cycles that tell names, by ticket and place */
    private array $cycles = [];

    public function __construct(private readonly Db $db)
    {
    }

    /** @param list<array{0: int, 1: int}> $wanted tickets and places of cycles in them */
    public function read(array $wanted): void
    {
        $missing = array_filter($wanted, fn (array $one): bool => !isset($this->cycles["$one[0]:$one[1]"]));
        $this->cycles += KeptCycles::of($this->db, array_values($missing), 'cycles');
    }

    public function spentOn(int $ticket, int $no, string $what, int $id): string
    {
        foreach (array_reverse((array) ($this->cycles["$ticket:$no"]['spent'] ?? [])) as $one) {
            if (($one[$what]['id'] ?? null) === $id) {
                return (string) ($one[$what]['name'] ?? '');
            }
        }
        return '';
    }

    /** @return array<string, array<array-key, string>> dimension => key => name */
    public function of(Dimensions $rows): array
    {
        $names = $rows->names;
        $asked = $rows->tallies;
        return [
            'customer' => isset($asked['customer']) ? $names['customer'] + $this->customers($rows->customers) : [],
            'department' => isset($asked['department']) ? $this->departments(array_keys($names['department']))
                + $this->recorded('department', $rows->departments) : [],
            'agent' => isset($asked['agent']) ? $this->agents(array_keys($names['agent'])) + $this->recorded('agent', $rows->agents) : [],
        ];
    }

    /** @param list<int|string> $ids @return array<int, string> */
    public function departments(array $ids): array
    {
        return array_filter(array_column($this->db->rows('SELECT id, name FROM ' . DEPT_TABLE . ' WHERE id IN (?)', $ids), 'name', 'id'));
    }

    /** @param list<int|string> $ids @return array<int, string> */
    public function agents(array $ids): array
    {
        return array_filter(array_column($this->db->rows("SELECT staff_id, TRIM(CONCAT_WS(' ', firstname, lastname)) AS name FROM "
            . STAFF_TABLE . ' WHERE staff_id IN (?)', $ids), 'name', 'staff_id'));
    }

    /** @param array<array-key, array{0: int, 1: int}> $last key => the last cycle with it @return array<array-key, string> */
    private function recorded(string $member, array $last): array
    {
        unset($last['']);
        $this->read(array_values($last));
        return array_map(fn (array $one): string => (string) ($this->cycles["$one[0]:$one[1]"][$member]['name'] ?? ''), $last);
    }

    /** @param array<array-key, int> $last customer => the ticket of the last cycle @return array<array-key, string> */
    private function customers(array $last): array
    {
        $names = [];
        unset($last['']);
        foreach (array_chunk(array_values($last), 1000) as $tickets) {
            $result = $this->db->run('SELECT customer, customer_name, ticket_id FROM ' . Reported::table() . " WHERE ticket_id IN (?)
                AND customer_name <> ''", $tickets);
            while ($row = $result->fetch_row()) {
                if (($last[$row[0]] ?? 0) === (int) $row[2]) {
                    $names[$row[0]] = $row[1];
                }
            }
        }
        return $names;
    }
}
