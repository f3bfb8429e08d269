<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;

/** What the keys of a report are called: as the helpdesk calls it today where a clock is open, else as the last cycle tells it. */
final class Names
{
    /** @var array<int, array<string, mixed>> cycles that tell names, by mark */
    private array $cycles = [];

    public function __construct(private readonly Db $db)
    {
    }

    /** @param list<int> $marks of cycles */
    public function read(array $marks): void
    {
        $this->cycles += KeptCycles::of($this->db, array_values(array_diff($marks, array_keys($this->cycles))), 'cycles');
    }

    public function spentOn(int $mark, string $what, int $id): string
    {
        foreach (array_reverse((array) ($this->cycles[$mark]['spent'] ?? [])) as $one) {
            if (($one[$what]['id'] ?? null) === $id) {
                return (string) ($one[$what]['name'] ?? '');
            }
        }
        return '';
    }

    /** @return array<string, array<array-key, string>> dimension => key => name */
    public function of(Dimensions $rows, EndedCycles $ended): array
    {
        $names = $rows->names;
        $asked = $rows->tallies;
        return [
            'customer' => isset($asked['customer']) ? $this->customers($rows, $ended) : [],
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

    /** @param array<array-key, int> $last key => the mark of the last cycle with it @return array<array-key, string> */
    private function recorded(string $member, array $last): array
    {
        unset($last['']);
        $this->read(array_values($last));
        return array_map(fn (int $mark): string => (string) ($this->cycles[$mark][$member]['name'] ?? ''), $last);
    }

    /**
     * A ticket tells the name of its own customer alone: where that of the last cycle has another one today, one before it may.
     *
     * @return array<array-key, string>
     */
    private function customers(Dimensions $rows, EndedCycles $ended): array
    {
        $names = $rows->names['customer'];
        $last = array_diff_key($rows->customers, $names, ['' => 0]);
        foreach (array_chunk(array_values($last), 1000) as $tickets) {
            $result = $this->db->run('SELECT customer, customer_name, ticket_id FROM ' . Reported::table() . " WHERE ticket_id IN (?)
                AND customer_name <> ''", $tickets);
            while ($row = $result->fetch_row()) {
                if (($last[$row[0]] ?? 0) === (int) $row[2]) {
                    $names[$row[0]] = $row[1];
                }
            }
        }
        foreach (array_chunk(array_map('strval', array_keys(array_diff_key($last, $names))), 1000) as $unnamed) {
            $known = array_column($this->db->rows('SELECT DISTINCT customer FROM ' . Reported::table() . " WHERE customer IN (?)
                AND customer_name <> ''", $unnamed), 'customer');
            $names += $known ? $ended->customerNames($known) : [];
        }
        return $names;
    }
}
